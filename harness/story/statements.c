/*
 * The statements of a step: each with its line in the scenario file, a bracket around those that are one
 * transaction.
 */
#include "kit/file.h"
#include "replay/step_kind.h"
#include "story/story_internal.h"

#include <ctype.h>

/* Longer statements are cut after so many lines of theirs. */
#define SHOWN_LINES 16

struct gutter {
	struct page *page;
	const struct source *
			source; /* whose lines are counted: the scenario's, until another is named */
	bool is_open;           /* a bracket is drawn */
};

/* The mark of a line that opens or closes nothing. */
static const char *further_mark(const struct gutter *gutter)
{
	return gutter->is_open ? "│" : " ";
}

static void add_code(const struct gutter *gutter, size_t number, const char *mark, str line)
{
	page_code(gutter->page, &(struct page_gutter){ number, mark, further_mark(gutter) }, line);
}

/* A line that is no statement's, behind the mark of the bracket. */
static void add_remark(const struct gutter *gutter, const char *mark, enum style style,
		str sign, str text)
{
	page_remark(gutter->page, &(struct page_gutter){ 0, mark, mark }, style, sign, text);
}

static void begin_bracket(struct gutter *gutter)
{
	gutter->is_open = true;
	add_remark(gutter, "┌", STYLE_PLAIN, STR(""), STR("BEGIN"));
}

static void end_bracket(struct gutter *gutter, bool is_commit)
{
	gutter->is_open = false;
	add_remark(gutter, "└", is_commit ? STYLE_GOOD : STYLE_BAD, STR(""),
			is_commit ? STR("COMMIT") : STR("ROLLBACK"));
}

/* Whether the statement's own text begins a transaction, so that nobody else did. */
static bool begins_by_itself(str text)
{
	static const char *const words[] = { "BEGIN", "START", "SAVEPOINT" };

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		const str word = str_from(words[i]);
		size_t at = 0;

		while (at < word.len && at < text.len &&
				toupper((unsigned char)text.data[at]) == word.data[at]) {
			at++;
		}
		if (at == word.len) {
			return true;
		}
	}
	return false;
}

/* The lines of a statement, numbered where it stands in a file. */
static void add_lines(struct gutter *gutter, const struct trace_event *event, const char *mark)
{
	size_t shown = 0, left_out = 0, at = event->offset;
	str rest = event->text, line;

	while (rest.len && str_next_part(&rest, '\n', &line)) {
		const struct span where = located_text_span(&event->body, at, line.len);

		at += line.len + 1;
		if (shown >= SHOWN_LINES) {
			left_out++;
			continue;
		}
		add_code(gutter, where.source ? span_place(where).line : 0,
				shown++ ? further_mark(gutter) : mark, line);
	}
	if (left_out) {
		add_code(gutter, 0, further_mark(gutter),
				str_format(gutter->page->out->arena, "... and %zu more line%s",
						left_out, left_out == 1 ? "" : "s"));
	}
}

/* Where the lines are counted, unless it is the file that they were counted in before. */
static void name_source(struct gutter *gutter, const struct source *source)
{
	if (source && source != gutter->source) {
		page_item(gutter->page, PAGE_INDENT, STYLE_FAINT, STR("in "), STYLE_FAINT,
				source->name);
		gutter->source = source;
	}
}

static void add_statement(struct gutter *gutter, const struct trace_event *event)
{
	const bool is_own_begin =
			event->before == TRANSACTION_NONE && begins_by_itself(event->text);

	name_source(gutter, event->body.source);
	if (!gutter->is_open && !is_own_begin &&
			(event->before != TRANSACTION_NONE || event->after != TRANSACTION_NONE)) {
		begin_bracket(gutter);
	}
	if (is_own_begin && event->after != TRANSACTION_NONE) {
		gutter->is_open = true;
		add_lines(gutter, event, "┌");
	} else if (gutter->is_open && event->after == TRANSACTION_NONE) {
		gutter->is_open =
				false; // a COMMIT or ROLLBACK of the body, or a conflict that rolls back
		add_lines(gutter, event, "└");
	} else {
		add_lines(gutter, event, further_mark(gutter));
	}
	if (event->error) {
		add_remark(gutter, further_mark(gutter), STYLE_BAD, STR("✗ "),
				event->error->message);
	}
}

static void add_revision(struct gutter *gutter, const struct plan *plan, size_t at)
{
	const struct plan_step *step = &plan->steps[at];

	if (step->op == PLAN_STAMP || plan->count < 2) {
		return;
	}
	page_item(gutter->page, PAGE_INDENT, STYLE_FAINT,
			str_format(gutter->page->out->arena, "%zu. ", at + 1), STYLE_FAINT,
			step->revision);
}

static void add_event(struct gutter *gutter, const struct telling *telling, const struct plan *plan,
		const struct trace_event *event)
{
	switch (event->kind) {
	case TRACE_PLAN:
		break;
	case TRACE_REVISION:
		add_revision(gutter, plan, event->plan_step);
		break;
	case TRACE_STATEMENT:
		add_statement(gutter, event);
		break;
	case TRACE_NOTICE:
		add_remark(gutter, further_mark(gutter), STYLE_ODD,
				str_format(telling->arena, "%.*s: ", STR_ARG(event->severity)),
				event->text);
		break;
	case TRACE_COMMIT:
	case TRACE_ROLLBACK:
		if (gutter->is_open) {
			end_bracket(gutter, event->kind == TRACE_COMMIT);
		}
		break;
	}
}

static const struct plan *find_plan(const struct trace_step *step)
{
	for (size_t i = 0; i < step->events.count; i++) {
		if (step->events.items[i].kind == TRACE_PLAN) {
			return &step->events.items[i].plan;
		}
	}
	return NULL;
}

void story_plan(struct telling *telling, const struct trace_step *step)
{
	const struct plan *plan = find_plan(step);

	if (!plan) {
		return;
	}
	if (!plan->count) {
		page_line(&telling->page, PAGE_INDENT, "The plan: nothing to do.");
	} else {
		page_line(&telling->page, PAGE_INDENT, "The plan:");
	}
	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *planned = &plan->steps[i];
		const str message = planned->spec == SIZE_MAX
				? (str){ 0 }
				: step->revisions.items[planned->spec].spec.message;
		struct buf text = { .arena = telling->arena };

		plan_step_render(planned, message, &text);
		page_item(&telling->page, PAGE_INDENT, STYLE_PLAIN,
				str_format(telling->arena, "%3zu. ", i + 1), STYLE_PLAIN,
				buf_str(&text));
	}
	page_gap(&telling->page);
}

/* Whether bodies stand in files of their own: of a project, or SQL in a folder. */
static bool has_files(const struct scenario *scenario)
{
	bool has_files = scenario->project != NULL;

	for (size_t i = 0; !has_files && i < scenario->revisions.count; i++) {
		const struct source *source = scenario->revisions.items[i].upgrade.where.source;

		has_files = source && source != scenario->source;
	}
	return has_files;
}

/* What the numbers and brackets mean, where they first stand. */
static void add_marks(struct telling *telling, const struct trace_step *step)
{
	struct buf text = { .arena = telling->arena };
	const bool is_command = step_kind_get(step->step->kind)->is_command;

	if (!telling->has_told_marks) {
		telling->has_told_marks = true;
		buf_format(&text,
				"What is sent. The numbers are lines of %s%.*s; statements without one "
				"are Alembic's own. A bracket is one transaction; what stands outside of "
				"it is final at once.",
				has_files(telling->scenario)
						? "the file that is named above them, else of "
						: "",
				STR_ARG(path_name(telling->scenario->path)));
	}
	if (!telling->has_told_driver && is_command && telling->engine &&
			telling->engine->driver_habit) {
		telling->has_told_driver = true;
		buf_format(&text, "%s%s", text.len ? " " : "", telling->engine->driver_habit);
	}
	if (text.len) {
		page_line(&telling->page, PAGE_INDENT, "%.*s", STR_ARG(buf_str(&text)));
		page_gap(&telling->page);
	}
}

void story_statements(struct telling *telling, const struct trace_step *step)
{
	struct gutter gutter = {
		.page = &telling->page,
		.source = telling->is_by_hand ? step->step->where.source : telling->scenario->source,
	};
	const struct plan *plan = find_plan(step);
	bool has_statements = false;

	for (size_t i = 0; i < step->events.count; i++) {
		const enum trace_event_kind kind = step->events.items[i].kind;

		has_statements = has_statements || kind == TRACE_STATEMENT || kind == TRACE_NOTICE;
	}
	if (!has_statements) {
		return;
	}
	add_marks(telling, step);
	for (size_t i = 0; i < step->events.count; i++) {
		add_event(&gutter, telling, plan, &step->events.items[i]);
	}
	page_gap(&telling->page);
}
