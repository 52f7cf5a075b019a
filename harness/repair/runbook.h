/*
 * repair/runbook.h - what a search has found, and how it is told: all that was tried, and the runbook of the best, for
 * people as text and Markdown, for tools as JSON.
 */
#ifndef REPAIR_RUNBOOK_H
#define REPAIR_RUNBOOK_H

#include "repair/repair.h"

/* Something that was replayed. */
struct repair_attempt {
	size_t tree; /* of the trees that were made */
	str state;   /* empty: an empty database, on which a tree has to stand by itself */
	str words;   /* the steps */
	str why;
	str verdict; /* "fails at step 1", "wrong: schema" */
	str reason;  /* on one line; empty: it works */
	bool works;
	size_t step_count;
};

/* What was found for a database. */
struct repair_of_state {
	str state;
	const struct repair_database *database;
	const struct repair_steps *steps; /* NULL: nothing works */
	struct str_list rows;             /* of the version table at the end of the replay */
};

struct repair_result {
	str scenario;
	enum scenario_engine engine;
	const struct repair_trees *trees;

	struct {
		struct repair_attempt *items;
		size_t count, capacity;
	} attempts; /* in the order in which they were played */

	struct {
		struct repair_of_state *items;
		size_t count, capacity;
	} states; /* by the best tree, else by the one that came nearest */

	size_t tree;   /* that one */
	bool is_found; /* it works from all states */
	bool is_late;  /* the time was up before all was tried */
	double budget_s;
};

struct repair_page {
	const struct repair_result *result;
	bool colour;
};

/* At most 80 columns wide where words allow it. */
void repair_render_text(const struct repair_page *page, struct buf *out);

#endif
