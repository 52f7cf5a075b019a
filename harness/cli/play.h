/*
 * cli/play.h - play selected cells of a suite: what `run` and `accept` have in common.
 */
#ifndef CLI_PLAY_H
#define CLI_PLAY_H

#include "cli/records.h"
#include "cli/server.h"
#include "cli/suite.h"
#include "crew/crew.h"
#include "replay/replay.h"

/* The runs of a cell that have been heard of. */
struct play_rounds {
	const struct outcome **outcomes; /* by round */
	const struct error *error;       /* of one of them */
	size_t count;
};

/* What became of a cell. */
struct play_answer {
	const struct outcome *outcome; /* NULL: none, see `error` */
	const struct error *error; /* of the environment; both NULL: the run was stopped before */
};

struct play {
	struct invocation *invocation;
	const struct suite *suite;
	const struct selection *selection;
	const struct records *records;
	struct server server; /* from play_load(); play_all() closes it */
	enum keep_databases keep;
	bool may_run_programs; /* else cells with steps that do so are skipped */
	bool lends_terminal;    /* a program has it while a cell is played: nothing is drawn there */
	bool fail_fast;
	bool requires_server; /* cells that are skipped for want of a server are a failure of the run */
	/*
	 * Fills in the story of an outcome, from the trace that is then recorded; called in a worker. NULL: nobody
	 * watches.
	 */
	void (*tell)(const struct play *play, const struct scenario_cell *cell,
			const struct trace *trace, struct outcome *outcome, struct arena *arena);
	const struct job_kind *kind; /* what is asked of each cell (cli/jobs.h) */
	size_t rounds; /* how often; 1 unless they are looked at for differences */
	/* Called as soon as answers up to `count` of the selection are there, in order; may be NULL. */
	void (*progressed)(struct play *play, size_t count, void *data);
	void *data; /* borrowed, handed to `progressed`; for the kind */

	struct play_answer *answers; /* by item of the selection */
	size_t in_order;             /* so many from the first on have an answer */
	size_t answered, differing;  /* so many in all; and those of them that are not as expected */
	struct play_rounds *rounds_of; /* by item, where there are several */
	size_t limit;                /* from here on they do not count any more */
	int64_t started_us,
			drawn_us; /* when it began; when progress was last drawn, 0: is not on screen */
};

/*
 * Read the scenarios that the arguments name and select cells, as suite_load() and suite_select() do, while
 * the server that they need, if any, begins to start. When that fails there is nothing to close but the suite.
 */
MUST_USE bool play_load(struct invocation *invocation, struct suite *suite,
		struct selection *selection, struct server *server, enum exit_status *ret_status);

/*
 * Play. EXIT_AS_EXPECTED, or EXIT_INTERRUPTED, or EXIT_ENVIRONMENT when no worker could be started, which
 * is printed. `ret_end` is how many of the selection count.
 */
enum exit_status play_all(struct play *play, size_t *ret_end);

/*
 * Print what the environment has prevented: cells without an answer, and a skipped one whose engine was
 * asked for. EXIT_AS_EXPECTED when there was nothing.
 */
enum exit_status play_print_failures(const struct play *play, size_t end);

/* Take the line that tells how far the play is off the screen, before something else is printed. */
void play_hide_progress(struct play *play);

/* The value of --python for struct theatre_options: a path counts from where we are, whatever folder the project is in. */
str play_python(const struct invocation *invocation, struct arena *arena);

/* What --require asks for, or CI where nothing is given. */
enum records_need play_records_need(const struct invocation *invocation);
bool play_requires_server(const struct invocation *invocation);

/* For PLAY_OPTION_PYTHON: that the program is there. */
MUST_USE struct error *play_check_python(str value, struct arena *arena);

extern const char *const play_requirements[];

/* Option rows. */
#define PLAY_OPTION_REQUIRE                                                                        \
	{                                                                                          \
		.name = "require", .value = "WHAT", .choices = play_requirements, .repeats = true, \
		.help = "take it for a failure, not for a note, that there is no record of a cell "  \
			"(records), no server (postgres); by default both where CI is set, records "    \
			"where there is a folder of them; none: neither"                              \
	}
#define PLAY_OPTION_JOBS                                                                  \
	{                                                                                 \
		.name = "jobs", .letter = 'j', .value = "N", .check = option_check_count, \
		.help = "worker processes; by default as many as there are processors"    \
	}
#define PLAY_OPTION_TIMEOUT_OF(helped)                                                    \
	{                                                                                 \
		.name = "timeout", .value = "SECONDS", .check = option_check_seconds,     \
		.help = helped                                                            \
	}
#define PLAY_OPTION_TIMEOUT \
	PLAY_OPTION_TIMEOUT_OF("how long one cell may take; 0: as long as it likes (default: 60)")

#define PLAY_OPTION_POSTGRES    \
	SERVER_OPTION_POSTGRES_SEVERAL( \
			"a PostgreSQL server to lend: only what this run makes there is touched, and dropped again (else $REHEARSE_POSTGRES, else a private server is started); several, of one version, share the cells")
#define PLAY_OPTION_PYTHON                                                                       \
	{                                                                                        \
		.name = "python", .value = "COMMAND", .check = play_check_python,                \
		.help = "the Python that runs projects' migrations: an interpreter, or a command that starts one (else what the scenario says, $REHEARSE_PYTHON, or the project's environment)" \
	}
#define PLAY_OPTION_PG_BINDIR                                               \
	{                                                                   \
		.name = "pg-bindir", .value = "FOLDER", .check = server_check_bindir, \
		.help = "where PostgreSQL's programs are (else looked for)" \
	}

#endif
