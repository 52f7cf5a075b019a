/*
 * cli/last_failed.h - which cells differed when they were last played, for `run --last-failed`: a line each,
 * the path of its scenario and its name, in .rehearse/last-failed of the working folder. There is no such
 * file when all is well. What is no longer there is forgotten.
 */
#ifndef CLI_LAST_FAILED_H
#define CLI_LAST_FAILED_H

#include "kit/error.h"

/* A cell that differed. */
struct last_failed_cell {
	str path; /* of the scenario's file, from the working folder */
	str name;
};

struct last_failed {
	struct last_failed_cell *items;
	size_t count, capacity;
	struct str_list gone; /* files of others, each once, that are there no more */
};

/* Those whose file is still there; none when nothing is remembered. */
struct last_failed last_failed_read(struct arena *arena);

/* The same for every way to write a cell's path. */
str last_failed_key(str path, str name, struct arena *arena);

/* What a run has to say. */
struct last_failed_news {
	struct str_list paths;          /* of scenarios that were read: what they have is in `cells` */
	struct last_failed cells;       /* all cells of those scenarios */
	struct last_failed played;      /* of these those that were played */
	struct last_failed differing;   /* of these those that differed */
};

/*
 * Remember: of the cells that were played those that differed, of others what was known of them. Of runs that
 * end together none overwrites what another has to say.
 */
MUST_USE struct error *last_failed_update(const struct last_failed_news *news, struct arena *arena);

#endif
