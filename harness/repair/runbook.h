/*
 * repair/runbook.h - what a search has found, and how it is told: all that was tried, and the runbook of the best, for
 * people as text, Markdown and a page of HTML, for tools as JSON.
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
};

struct repair_attempts {
	struct repair_attempt *items;
	size_t count, capacity;
};

/* What a step sends to a database. */
struct repair_statement {
	size_t step;  /* from 1 */
	str revision; /* whose upgrade or downgrade sends it; empty: none's */
	str text;
};

struct repair_statements {
	struct repair_statement *items;
	size_t count, capacity;
};

/* What was found for a database. */
struct repair_of_state {
	str state;
	const struct repair_database *database;
	const struct repair_steps *steps; /* NULL: nothing works */
	struct str_list rows;             /* of the version table at the end of the replay */

	/* Of a repair that was found: it was played once more, from the start. */
	str cell, verdict;
	bool is_proven;
	struct repair_statements statements;
	size_t facts; /* of the schema at its end */
};

struct repair_result {
	str scenario;
	enum scenario_engine engine;
	const struct repair_trees *trees;

	struct repair_attempts attempts; /* by tree, in the order in which they were played */

	struct {
		struct repair_of_state *items;
		size_t count, capacity;
	} states; /* by the best tree, else by the one that came nearest */

	size_t tree;    /* that one */
	bool was_sound; /* the tree as it is: nothing is broken in its files */
	bool is_found;  /* it works from all states, and did so once more */
	bool is_shaken; /* it worked, and then it did not */
	str patch; /* of the files, as a unified diff; empty: nothing is to be changed, or they are no files */
	struct str_list remarks; /* about the patch, or what kept all from working, a line each */
	bool is_late;            /* the time was up before all was tried */
	double budget_s;
};

struct repair_page {
	const struct repair_result *result;
	const char *program_version;
	bool colour;
	size_t width; /* columns, for text; 0: 80 */
};

/* No wider than that, save what is there to be copied: commands, SQL. */
void repair_render_text(const struct repair_page *page, struct buf *out);

/* For a ticket, or a pull request. */
void repair_render_markdown(const struct repair_page *page, struct buf *out);

/* A page that asks for nothing from elsewhere; what has been done can be ticked off. */
void repair_render_html(const struct repair_page *page, struct buf *out);

/* For tools: docs/json.md. */
void repair_render_json(const struct repair_page *page, struct buf *out);

/* --- for the formats -------------------------------------------------------------------------------- */

/* "0001, 0002", or "no row". */
str repair_rows_words(const struct str_list *rows, struct arena *arena);

/* "Found: 12 replays of 2 trees on sqlite." */
str repair_summary(const struct repair_result *result, struct arena *arena);

/* Whether what its commands send is worth reading: not where it is what any new database gets. */
bool repair_sends_news(const struct repair_of_state *state);

/* Whether this is the first attempt on its tree for its state. */
bool repair_is_first_of_state(const struct repair_result *result, size_t attempt);

#endif
