/*
 * story/story.h - tell people what happens in a scenario: what a whole scenario is about, and one cell step by
 * step, from the trace of its replay. Lines fit a width; the same trace gives the same bytes.
 */
#ifndef STORY_STORY_H
#define STORY_STORY_H

#include "replay/outcome.h"
#include "replay/trace.h"

struct story_style {
	size_t width; /* columns */
	bool colour;  /* terminal escapes */
	bool is_markup; /* HTML, which has neither */
};

/*
 * A cell, from its watched replay, in parts: the scenario, the tree and the state; each step; the verdict and
 * the lesson. Between them a reader may want to pause.
 */
struct str_list story_tell_cell(const struct scenario_cell *cell, const struct trace *trace,
		const struct outcome *outcome, const struct story_style *style,
		struct arena *arena);

/*
 * The same as HTML (story/page.h) in three parts, for a page that tells much once: the tree and the state, which cells
 * share; the strategy's edits with the tree as they leave it, empty where there are none; steps and verdict.
 */
struct str_list story_tell_markup(const struct scenario_cell *cell, const struct trace *trace,
		const struct outcome *outcome, struct arena *arena);

/* What such a page says of a scenario and of a strategy beside their titles; may be empty. */
str story_markup_scenario(const struct scenario *scenario, struct arena *arena);
str story_markup_strategy(const struct scenario_strategy *strategy, struct arena *arena);
str story_markup_lesson(const struct scenario *scenario, struct arena *arena);

/* The state alone that a watched cell starts from, for a scenario that is told as a whole. */
str story_tell_state(const struct scenario_cell *cell, const struct trace *trace,
		const struct outcome *outcome, const struct story_style *style,
		struct arena *arena);

/* --- step by step, as somebody types ---------------------------------------------------------- */

/* The one step of a trace: plan, statements, errors, and what it has changed. */
str story_tell_step(const struct scenario_cell *cell, const struct trace *trace,
		const struct outcome *outcome, const struct story_style *style,
		struct arena *arena);

/* What a command would do. */
str story_tell_plan(const struct scenario_cell *cell, const struct scenario_revisions *revisions,
		const struct plan *plan, const struct story_style *style, struct arena *arena);

/* A tree, with the rows of a version table marked. */
str story_tell_tree(const struct scenario_cell *cell, const struct scenario_revisions *revisions,
		const struct str_list *rows, const struct story_style *style, struct arena *arena);

/* What a database claims and has; how it differs from an earlier look. */
str story_tell_look(const struct look *look, const struct story_style *style, struct arena *arena);
str story_tell_changes(const struct look *before, const struct look *after,
		const struct story_style *style, struct arena *arena);

/* What a query has returned. */
str story_tell_show(const struct outcome_show *show, const struct story_style *style,
		struct arena *arena);

/* The verdict on what stands, and the goal with what is wrong of it. */
str story_tell_judgement(const struct scenario_cell *cell, const struct outcome *outcome,
		const struct story_style *style, struct arena *arena);

/* A scenario as a whole: what stands before its states, and between them and the verdicts. */
void story_begin_scenario(
		const struct scenario *scenario, const struct story_style *style, struct buf *out);
void story_add_strategies(const struct scenario *scenario, enum scenario_engine engine,
		const struct story_style *style, struct buf *out);

/* A heading, with a line to the edge of the page. */
void story_add_heading(str text, const struct story_style *style, struct buf *out);

/* The lesson, if the scenario has one. */
void story_add_lesson(
		const struct scenario *scenario, const struct story_style *style, struct buf *out);

#endif
