/*
 * cli/import_bodies.h - the functions of a project's revision files as SQL, as far as they can be had without a
 * database: for scenarios that hold their tree themselves, and for files that only git remembers.
 */
#ifndef CLI_IMPORT_BODIES_H
#define CLI_IMPORT_BODIES_H

#include "cli/tree_source.h"
#include "helper/offline.h"

/* A function, on each engine that is asked for. */
struct imported_body {
	struct offline_sql by_engine[SCENARIO_ENGINE_COUNT];
};

struct imported_bodies {
	struct imported_body upgrade, downgrade;
};

/* A Python that answers, begun when it is first asked. */
struct import_python {
	const struct python_project *project; /* what that Python finds */
	str given;                            /* --python; empty: to be found */
	bool engines[SCENARIO_ENGINE_COUNT];  /* for which it is asked */
	struct arena *arena;
	str scratch;           /* a folder; empty: not made yet */
	struct helper *helper; /* NULL: not started yet */
	struct offline offline;
};

/*
 * Ask for both functions of the file at `path`, which holds `text` if that has data. An error is of the environment:
 * there is no Python that could be asked.
 */
MUST_USE struct error *import_bodies_ask(struct import_python *python, str path, str text,
		struct imported_bodies *ret_bodies);

/* End that Python, and remove what it was given. */
void import_python_close(struct import_python *python);

#endif
