#include "story/story.h"

#include "engines/engines.h"
#include "story/story_internal.h"

static const struct story_style markup_style = { .is_markup = true };

static struct page page_on(struct buf *out, const struct story_style *style)
{
	return (struct page){
		.out = out,
		.width = style->width,
		.colour = style->colour,
		.medium = style->is_markup ? &page_markup : NULL,
	};
}

void story_add_heading(str text, const struct story_style *style, struct buf *out)
{
	struct page page = page_on(out, style);

	page_heading(&page, text);
}

void story_add_lesson(
		const struct scenario *scenario, const struct story_style *style, struct buf *out)
{
	struct page page = page_on(out, style);

	if (scenario->lesson.len) {
		page_heading(&page, STR("The lesson"));
		page_prose(&page, PAGE_INDENT, scenario->lesson);
	}
}

/* --- the opening ----------------------------------------------------------------------------- */

static void add_title(struct telling *telling)
{
	const struct scenario_cell *cell = telling->cell;
	struct page *page = &telling->page;

	page_item(page, 0, STYLE_BOLD, STR(""), STYLE_BOLD, cell->name);
	page_item(page, 0, STYLE_PLAIN, STR(""), STYLE_PLAIN, str_trim(telling->scenario->title));
	page_gap(page);
	if (telling->scenario->story.len) {
		page_prose(page, PAGE_INDENT, telling->scenario->story);
		page_gap(page);
	}
	page_line(page, PAGE_INDENT, "This is strategy '%.*s' from state '%.*s', on %s.",
			STR_ARG(cell->strategy->name), STR_ARG(cell->state->name),
			telling->engine ? telling->engine->title
					: scenario_engine_names[cell->engine]);
	if (cell->strategy->title.len) {
		page_item(page, PAGE_INDENT, STYLE_BOLD, STR(""), STYLE_BOLD,
				str_trim(cell->strategy->title));
	}
	if (cell->strategy->story.len) {
		page_gap(page);
		page_prose(page, PAGE_INDENT, cell->strategy->story);
	}
	story_configure(page, &telling->scenario->configure);
}

/* The version rows at the start; NULL: they are not known. */
static const struct str_list *start_rows(const struct telling *telling)
{
	return telling->trace->has_start ? &telling->trace->start.version : NULL;
}

static void add_tree(struct telling *telling)
{
	const struct str_list *rows = start_rows(telling);
	struct page *page = &telling->page;

	page_heading(page, STR("The tree"));
	story_tree(page, telling->scenario, &telling->scenario->revisions, rows);
	if (!telling->has_told_marks && rows && telling->scenario->revisions.count) {
		page_gap(page);
		page_line(page, PAGE_INDENT,
				"A filled circle (●) has run, if the version table is to be "
				"believed; an empty one (○) has not.");
	}
}

static void add_edited_tree(struct telling *telling)
{
	const struct tree_edit *edit = &telling->cell->strategy->edit;
	struct page *page = &telling->page;

	if (story_is_edited(edit) && telling->trace->has_start) {
		page_heading(page, STR("The tree after the strategy's edits"));
		story_edit(page, PAGE_INDENT, edit);
		page_gap(page);
		story_tree(page, telling->scenario, &telling->trace->revisions,
				start_rows(telling));
	}
}

/* What it is left with when its SQL has run, in the words of pg_stat_activity. */
static const char *session_words(const struct trace_session *session)
{
	return session->transaction == TRANSACTION_NONE ? "then stays idle"
							: "then stays idle in transaction";
}

/* Who else has the database open. */
static void add_sessions(struct telling *telling)
{
	const struct trace_sessions *sessions = &telling->trace->sessions;
	struct page *page = &telling->page;

	if (!sessions->count) {
		return;
	}
	page_gap(page);
	page_line(page, PAGE_INDENT, "While the steps run, others have the database open:");
	page_gap(page);
	for (size_t i = 0; i < sessions->count; i++) {
		const struct scenario_session *session = sessions->items[i].session;
		const str sql = session->sql.by_engine[telling->cell->engine].text;

		page_item(page, PAGE_INDENT + 2, STYLE_PLAIN, STR(""), STYLE_BOLD, session->name);
		page_item(page, PAGE_INDENT + 4, STYLE_PLAIN, STR(""), STYLE_PLAIN, str_trim(sql));
		page_line(page, PAGE_INDENT + 4, "%s", session_words(&sessions->items[i]));
	}
}

/* What a database claims, and what it has. */
static void add_look(struct page *page, const struct look *look)
{
	const bool is_nothing = !look->version.count && !look->version_failure.len;

	page_item(page, PAGE_INDENT, STYLE_FAINT, STR("it claims   "), STYLE_PLAIN,
			str_format(page->out->arena, "%s%.*s", is_nothing ? "nothing: " : "",
					STR_ARG(story_rows(look, page->out->arena))));
	story_schema(page, STR("it has      "), look);
}

static void add_state(struct telling *telling)
{
	const struct trace *trace = telling->trace;
	struct page *page = &telling->page;

	page_heading(page,
			str_format(telling->arena, "The state '%.*s'",
					STR_ARG(telling->cell->state->name)));
	if (!trace->has_start) {
		page_line(page, PAGE_INDENT, "It could not be built.");
		return;
	}
	add_look(page, &trace->start);
	page_gap(page);
	story_claim(page, &trace->start_claim, &trace->start);
	add_sessions(telling);
}

/* --- the whole ------------------------------------------------------------------------------- */

static struct telling begin_telling(const struct scenario_cell *cell, const struct trace *trace,
		const struct outcome *outcome, const struct story_style *style, struct buf *out)
{
	return (struct telling){
		.page = page_on(out, style),
		.arena = out->arena,
		.scenario = cell->scenario,
		.cell = cell,
		.engine = engine_find(str_from(scenario_engine_names[cell->engine])),
		.trace = trace,
		.outcome = outcome,
	};
}

/* What was told since the last part is one. */
static void end_part(struct str_list *parts, struct buf *out)
{
	str part = buf_str(out);

	while (str_ends_with(part, STR("\n\n"))) {
		part.len--;
	}
	str_list_add(parts, str_copy(part, out->arena), out->arena);
	out->len = 0;
}

struct str_list story_tell_cell(const struct scenario_cell *cell, const struct trace *trace,
		const struct outcome *outcome, const struct story_style *style, struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct telling telling = begin_telling(cell, trace, outcome, style, &out);
	struct str_list parts = { 0 };

	add_title(&telling);
	if (outcome->verdict != VERDICT_SKIPPED) {
		add_tree(&telling);
		add_edited_tree(&telling);
		add_state(&telling);
	}
	end_part(&parts, &out);
	for (size_t i = 0; i < trace->steps.count; i++) {
		buf_add_char(&out, '\n');
		story_step(&telling, i);
		end_part(&parts, &out);
	}
	buf_add_char(&out, '\n');
	story_verdict(&telling);
	story_add_lesson(cell->scenario, style, &out);
	end_part(&parts, &out);
	return parts;
}

struct str_list story_tell_markup(const struct scenario_cell *cell, const struct trace *trace,
		const struct outcome *outcome, struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct telling telling = begin_telling(cell, trace, outcome, &markup_style, &out);
	const bool is_played = outcome->verdict != VERDICT_SKIPPED;
	struct str_list parts = { 0 };

	telling.has_told_marks = telling.has_told_driver = true; // the page does, once
	if (is_played) {
		add_tree(&telling);
		add_state(&telling);
	}
	end_part(&parts, &out);
	if (is_played) {
		add_edited_tree(&telling);
	}
	end_part(&parts, &out);
	for (size_t i = 0; i < trace->steps.count; i++) {
		story_step(&telling, i);
	}
	story_verdict(&telling);
	end_part(&parts, &out);
	return parts;
}

str story_markup_scenario(const struct scenario *scenario, struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct page page = page_on(&out, &markup_style);

	page_prose(&page, PAGE_INDENT, scenario->story);
	story_configure(&page, &scenario->configure);
	return buf_str(&out);
}

str story_markup_strategy(const struct scenario_strategy *strategy, struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct page page = page_on(&out, &markup_style);

	if (strategy->title.len) {
		page_item(&page, PAGE_INDENT, STYLE_BOLD, STR(""), STYLE_BOLD,
				str_trim(strategy->title));
	}
	page_prose(&page, PAGE_INDENT, strategy->story);
	return buf_str(&out);
}

str story_markup_lesson(const struct scenario *scenario, struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct page page = page_on(&out, &markup_style);

	page_prose(&page, PAGE_INDENT, scenario->lesson);
	return buf_str(&out);
}

str story_tell_state(const struct scenario_cell *cell, const struct trace *trace,
		const struct outcome *outcome, const struct story_style *style, struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct telling telling = begin_telling(cell, trace, outcome, style, &out);

	add_state(&telling);
	return buf_str(&out);
}

/* --- step by step ------------------------------------------------------------------------------ */

str story_tell_step(const struct scenario_cell *cell, const struct trace *trace,
		const struct outcome *outcome, const struct story_style *style, struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct telling telling = begin_telling(cell, trace, outcome, style, &out);

	telling.is_by_hand = telling.has_told_marks = telling.has_told_driver = true;
	story_step_body(&telling, 0);
	return buf_str(&out);
}

str story_tell_plan(const struct scenario_cell *cell, const struct scenario_revisions *revisions,
		const struct plan *plan, const struct story_style *style, struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct telling telling = begin_telling(cell, NULL, NULL, style, &out);
	struct trace_event event = { .kind = TRACE_PLAN, .plan = *plan };
	const struct trace_step step = {
		.events = { .items = &event, .count = 1 },
		.revisions = *revisions,
	};

	story_plan(&telling, &step);
	return buf_str(&out);
}

str story_tell_tree(const struct scenario_cell *cell, const struct scenario_revisions *revisions,
		const struct str_list *rows, const struct story_style *style, struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct page page = page_on(&out, style);

	story_tree(&page, cell->scenario, revisions, rows);
	return buf_str(&out);
}

str story_tell_look(const struct look *look, const struct story_style *style, struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct page page = page_on(&out, style);

	add_look(&page, look);
	return buf_str(&out);
}

str story_tell_changes(const struct look *before, const struct look *after,
		const struct story_style *style, struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct page page = page_on(&out, style);

	story_changes(&page, before, after);
	return buf_str(&out);
}

str story_tell_show(const struct outcome_show *show, const struct story_style *style,
		struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct page page = page_on(&out, style);

	page_show(&page, show);
	return buf_str(&out);
}

str story_tell_judgement(const struct scenario_cell *cell, const struct outcome *outcome,
		const struct story_style *style, struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct telling telling = begin_telling(cell, NULL, outcome, style, &out);

	story_judgement(&telling);
	return buf_str(&out);
}
