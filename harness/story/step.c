#include "report/failure.h"
#include "report/show.h"
#include "story/story_internal.h"

static str version_words(const struct step *step, struct arena *arena)
{
	if (step->is_none) {
		return STR("gone, and their table");
	}
	if (step->is_heads) {
		return STR("the heads");
	}
	return step->targets.count ? str_list_join(&step->targets, STR(", "), arena) : STR("none");
}

str story_step_words(const struct step *step, struct arena *arena)
{
	const str targets = str_list_join(&step->targets, STR(" "), arena);

	switch (step->kind) {
	case STEP_UPGRADE:
	case STEP_DOWNGRADE:
		return str_format(arena, "alembic %s %.*s", step_kind_names[step->kind],
				STR_ARG(targets));
	case STEP_STAMP:
		return str_format(arena, "alembic stamp %s%.*s", step->purge ? "--purge " : "",
				STR_ARG(targets));
	case STEP_SQL:
		return STR("SQL by hand");
	case STEP_LOAD:
		return str_format(arena, "load %.*s", STR_ARG(step->load.name));
	case STEP_MERGE:
		return str_format(arena, "alembic merge %.*s", STR_ARG(targets));
	case STEP_EDIT:
		return STR("new code is deployed");
	case STEP_VERSION:
		return str_format(arena, "the version rows must be %.*s",
				STR_ARG(version_words(step, arena)));
	case STEP_CHECK:
		return step->checks.count == 1 ? STR("a check") : STR("checks");
	case STEP_SHOW:
		return STR("look");
	case STEP_BACKUP:
		return str_format(arena, "back up the database as '%.*s'", STR_ARG(step->backup));
	case STEP_RESTORE:
		return str_format(arena, "restore the backup '%.*s'", STR_ARG(step->backup));
	case STEP_KIND_COUNT:
		break;
	}
	return STR("");
}

/* --- errors ---------------------------------------------------------------------------------- */

static void add_line(struct page *page, size_t indent, const struct failure_line *line)
{
	page_item(page, indent + line->indent, STYLE_PLAIN, STR(""), STYLE_PLAIN, line->text);
}

/* The doctor's report stands by itself, and less far in than below an error. */
static void add_doctor_line(struct page *page, size_t indent, const struct failure_line *line)
{
	if (line->text.len) {
		page_item(page, indent + line->indent - 4, STYLE_PLAIN, STR(""), STYLE_PLAIN,
				line->text);
	} else {
		page_gap(page);
	}
}

void story_error(struct page *page, size_t indent, const struct outcome_error *error, bool is_told)
{
	struct arena *arena = page->out->arena;
	const struct failure_lines lines = failure_lines(error, arena);
	const str place = failure_place(error, arena);

	for (size_t i = 0; i < lines.count; i++) {
		const struct failure_line *line = &lines.items[i];

		switch (line->part) {
		case FAILURE_MESSAGE:
			page_item(page, indent, STYLE_PLAIN, STR(""), i ? STYLE_PLAIN : STYLE_BOLD,
					i ? line->text
					  : str_format(arena, "%.*serror: %.*s", STR_ARG(place),
							    STR_ARG(line->text)));
			break;
		case FAILURE_SOURCE:
			excerpt_render(&error->place, indent, page->width, page->colour, page->out);
			break;
		case FAILURE_STATEMENT:
		case FAILURE_ATTEMPT:
			if (!is_told) {
				add_line(page, indent, line);
			}
			break;
		case FAILURE_REVISION:
		case FAILURE_DETAIL:
		case FAILURE_HINT:
			add_line(page, indent, line);
			break;
		case FAILURE_DIAGNOSIS:
			add_line(page, indent, line);
			page_gap(page);
			break;
		case FAILURE_DOCTOR:
			add_doctor_line(page, indent, line);
			break;
		}
	}
}

/* --- the step -------------------------------------------------------------------------------- */

/* The step in which the cell ended before its time. */
static bool is_end(const struct telling *telling, size_t index)
{
	return telling->outcome->verdict == OUTCOME_FAILS &&
			telling->outcome->failed_step == index + 1;
}

static void add_expected_failure(struct telling *telling, const struct trace_step *step)
{
	page_item(&telling->page, PAGE_INDENT, STYLE_BAD, STR("✗ "), STYLE_PLAIN,
			str_format(telling->arena, "It fails with %.*s: %.*s",
					STR_ARG(step->error_class), STR_ARG(step->error->message)));
	page_line(&telling->page, PAGE_INDENT + 2,
			"That is expected: the step says 'fails: %.*s', and the replay goes on.",
			STR_ARG(step->step->fails.text));
	page_gap(&telling->page);
}

/* What queries returned; a table may be wider than the page. */
static void add_shows(struct telling *telling, size_t index)
{
	const struct outcome_shows *shows = &telling->outcome->shows;

	for (size_t i = 0; i < shows->count; i++) {
		if (shows->items[i].step != index + 1) {
			continue;
		}
		const struct str_list lines = report_show_lines(&shows->items[i], telling->arena);

		page_drawing(&telling->page, PAGE_INDENT,
				str_list_join(&lines, STR("\n"), telling->arena));
		page_gap(&telling->page);
	}
}

/* What came of it, where that is not an error. */
static void add_remark(struct telling *telling, const struct trace_step *step)
{
	const char *remark = NULL;

	switch (step->step->kind) {
	case STEP_VERSION:
		remark = "So they are.";
		break;
	case STEP_CHECK:
		remark = step->step->checks.count == 1 ? "It holds." : "They hold.";
		break;
	case STEP_BACKUP:
		remark = "The database is kept as it is, version table included.";
		break;
	case STEP_RESTORE:
		remark = "The database is what it was, version table included; the files are not.";
		break;
	case STEP_LOAD:
		remark = "The file is loaded.";
		break;
	case STEP_MERGE:
		remark = "Alembic writes a file with empty bodies; the database does not know of it yet.";
		break;
	case STEP_UPGRADE:
	case STEP_DOWNGRADE:
	case STEP_STAMP:
	case STEP_SQL:
	case STEP_EDIT:
	case STEP_SHOW:
	case STEP_KIND_COUNT:
		break;
	}
	if (remark) {
		page_line(&telling->page, PAGE_INDENT, "%s", remark);
		page_gap(&telling->page);
	}
}

static void add_failure(struct telling *telling)
{
	page_item(&telling->page, PAGE_INDENT, STYLE_BAD, STR("✗ "), STYLE_BAD,
			STR("It fails, and the replay ends here."));
	page_gap(&telling->page);
	story_error(&telling->page, PAGE_INDENT, &telling->outcome->error, true);
	page_gap(&telling->page);
	page_line(&telling->page, PAGE_INDENT, "What it leaves behind:");
	page_gap(&telling->page);
}

static void add_tree(struct telling *telling, const struct trace_step *step)
{
	if (step->step->kind == STEP_EDIT) {
		story_edit(&telling->page, PAGE_INDENT, &step->step->edit);
		page_gap(&telling->page);
	}
	if (step->changes_tree) {
		story_tree(&telling->page, telling->scenario, &step->revisions,
				&step->after.version);
		page_gap(&telling->page);
	}
}

/* Others leave the database as it is, which need not be said. */
static bool changes_database(enum step_kind kind)
{
	switch (kind) {
	case STEP_UPGRADE:
	case STEP_DOWNGRADE:
	case STEP_STAMP:
	case STEP_SQL:
	case STEP_LOAD:
	case STEP_RESTORE:
		return true;
	case STEP_MERGE:
	case STEP_EDIT:
	case STEP_VERSION:
	case STEP_CHECK:
	case STEP_SHOW:
	case STEP_BACKUP:
	case STEP_KIND_COUNT:
		break;
	}
	return false;
}

void story_step(struct telling *telling, size_t index)
{
	const struct trace *trace = telling->trace;
	const struct trace_step *step = &trace->steps.items[index];
	const struct look *before =
			index ? &trace->steps.items[index - 1].after : &trace->start;
	struct page *page = &telling->page;

	page_heading(page,
			str_format(telling->arena, "Step %zu of %zu: %.*s", index + 1,
					telling->cell->strategy->steps.count,
					STR_ARG(story_step_words(step->step, telling->arena))));
	if (step->step->title.len) {
		page_prose(page, PAGE_INDENT, step->step->title);
		page_gap(page);
	}
	add_tree(telling, step);
	story_plan(telling, step);
	story_statements(telling, step);
	if (is_end(telling, index)) {
		add_failure(telling);
	} else if (step->error) {
		add_expected_failure(telling, step);
	} else {
		add_shows(telling, index);
		add_remark(telling, step);
	}
	if (is_end(telling, index) || changes_database(step->step->kind)) {
		story_changes(page, before, &step->after);
	}
	if (is_end(telling, index)) {
		page_gap(page);
		story_claim(page, &trace->end_claim, &step->after);
	}
}
