/*
 * story/story_internal.h - the chapters of a story, and what they share.
 */
#ifndef STORY_STORY_INTERNAL_H
#define STORY_STORY_INTERNAL_H

#include "story/page.h"
#include "story/story.h"

/* A cell being told. */
struct telling {
	struct page page;
	struct arena *arena;
	const struct scenario *scenario;
	const struct scenario_cell *cell;
	const struct engine *engine; /* NULL: this program has none of that name */
	const struct trace *trace;
	const struct outcome *outcome;
	bool is_by_hand; /* steps are typed: nothing ends with one that fails */
	bool has_told_marks;  /* what circles and what stands around statements mean: once is enough */
	bool has_told_driver; /* its habit */
};

/* --- tree.c ---------------------------------------------------------------------------------- */

/*
 * The tree, with `rows` (NULL: none are known) of a version table marked; and why Alembic cannot load it, if it
 * cannot.
 */
void story_tree(struct page *page, const struct scenario *scenario,
		const struct scenario_revisions *revisions, const struct str_list *rows);

bool story_is_edited(const struct tree_edit *edit);

/* What an edit does, a line each. */
void story_edit(struct page *page, size_t indent, const struct tree_edit *edit);

/* --- overview.c ------------------------------------------------------------------------------ */

/* What env.py passes to Alembic, where that is not the usual. */
void story_configure(struct page *page, const struct alembic_configure *configure);

/* --- schema.c -------------------------------------------------------------------------------- */

/* "no table", "no rows", "a, b". */
str story_rows(const struct look *look, struct arena *arena);

/* What a database holds, in few lines behind `lead`; or why that cannot be read. */
void story_schema(struct page *page, str lead, const struct look *look);

/* Whether the version rows tell the truth, and if not, what they hide. */
void story_claim(struct page *page, const struct trace_claim *claim, const struct look *look);

/* What a step has done to the database. */
void story_changes(
		struct page *page, const struct look *before, const struct look *after);

/* --- statements.c ---------------------------------------------------------------------------- */

/* The plan that was made, and the statements that were sent, in their transactions. */
void story_plan(struct telling *telling, const struct trace_step *step);
void story_statements(struct telling *telling, const struct trace_step *step);

/* --- step.c ---------------------------------------------------------------------------------- */

/* The step number `index` of the trace, from 0. */
void story_step(struct telling *telling, size_t index);

/* What is told of it below its heading. */
void story_step_body(struct telling *telling, size_t index);

/* An error, made to fit; `is_told`: the reader has just seen the step and the statement. */
void story_error(struct page *page, size_t indent, const struct outcome_error *error, bool is_told);

/* --- verdict.c ------------------------------------------------------------------------------- */

void story_verdict(struct telling *telling);

/* The verdict in a line, and the goal with what is wrong of it. */
void story_judgement(struct telling *telling);

#endif
