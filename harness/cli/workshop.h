/*
 * cli/workshop.h - a crew for whoever asks a laboratory and plays no cells of a suite: a server, if the engine needs one,
 * and workers whose bench is a theatre. Jobs can be handed in several times; the server stays, what a theatre has
 * built goes.
 */
#ifndef CLI_WORKSHOP_H
#define CLI_WORKSHOP_H

#include "cli/cli_internal.h"
#include "cli/server.h"
#include "crew/crew.h"
#include "replay/python_helper.h"

struct workshop {
	struct invocation *invocation; /* whose --jobs, --python and server it has */
	int64_t timeout_us;            /* for one cell or visit; 0: none */
	int64_t patience_us; /* with a worker beyond what one of these may take: a job may have many */
	int64_t deadline_us; /* of clock_now_us(): no job is waited for any longer; 0: none */
	void (*answered)(size_t count, void *data); /* called when so many have answered; may be NULL */
	void *data; /* borrowed, handed to `answered` */
	struct server server;
	struct python_helper python; /* that workers share; all zero: each starts its own */
	struct signal_actions signals;
};

/* Begin: signals are caught, and the server is there if `engine` needs one. Always call workshop_close(). */
void workshop_open(struct workshop *workshop, enum scenario_engine engine);
void workshop_close(struct workshop *workshop);

/*
 * Have the workers share what Python imports for a project (NULL: for none). That there is no such Python, they will
 * say.
 */
void workshop_share_python(struct workshop *workshop, const struct scenario_project *project,
		enum scenario_engine engine);

/*
 * Do `count` jobs, whose bench is a `struct theatre`; `ret_answers` has as many. Those that were not done before the
 * deadline, or a signal, have neither value nor error. An error says that no worker could be started.
 */
MUST_USE struct error *workshop_do(struct workshop *workshop, const struct crew_job *jobs,
		size_t count, struct crew_answer *ret_answers);

#endif
