#include "replay/step_kind.h"
#include "report/failure.h"
#include "story/story_internal.h"

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
			page_excerpt(page, indent, &error->place);
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
	return telling->outcome->verdict == VERDICT_FAILS &&
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

/* What queries returned. */
static void add_shows(struct telling *telling, size_t index)
{
	const struct outcome_shows *shows = &telling->outcome->shows;

	for (size_t i = 0; i < shows->count; i++) {
		if (shows->items[i].step != index + 1) {
			continue;
		}
		page_show(&telling->page, &shows->items[i]);
		page_gap(&telling->page);
	}
}

/* What came of it, where that is not an error. */
static void add_remark(struct telling *telling, const struct trace_step *step)
{
	const struct step_kind_row *row = step_kind_get(step->step->kind);
	const char *remark = row->remark ? row->remark(step->step) : NULL;

	if (remark) {
		page_line(&telling->page, PAGE_INDENT, "%s", remark);
		page_gap(&telling->page);
	}
}

static void add_failure(struct telling *telling)
{
	page_item(&telling->page, PAGE_INDENT, STYLE_BAD, STR("✗ "), STYLE_BAD,
			telling->is_by_hand ? STR("It fails.")
					    : STR("It fails, and the replay ends here."));
	page_gap(&telling->page);
	story_error(&telling->page, PAGE_INDENT, &telling->outcome->error, true);
	page_gap(&telling->page);
	page_line(&telling->page, PAGE_INDENT, "What it leaves behind:");
	page_gap(&telling->page);
}

static void add_tree(struct telling *telling, const struct trace_step *step)
{
	if (story_is_edited(&step->step->edit)) {
		story_edit(&telling->page, PAGE_INDENT, &step->step->edit);
		page_gap(&telling->page);
	}
	if (step->changes_tree) {
		story_tree(&telling->page, telling->scenario, &step->revisions,
				&step->after.version);
		page_gap(&telling->page);
	}
}

void story_step(struct telling *telling, size_t index)
{
	const struct step *step = telling->trace->steps.items[index].step;
	struct page *page = &telling->page;

	page_heading(page,
			str_format(telling->arena, "Step %zu of %zu: %.*s", index + 1,
					telling->cell->strategy->steps.count,
					STR_ARG(step_words(step, telling->arena))));
	if (step->title.len) {
		page_prose(page, PAGE_INDENT, step->title);
		page_gap(page);
	}
	story_step_body(telling, index);
}

void story_step_body(struct telling *telling, size_t index)
{
	const struct trace *trace = telling->trace;
	const struct trace_step *step = &trace->steps.items[index];
	const struct look *before =
			index ? &trace->steps.items[index - 1].after : &trace->start;
	struct page *page = &telling->page;

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
	if (is_end(telling, index) || step_kind_get(step->step->kind)->changes_database) {
		story_changes(page, before, &step->after);
	}
	if (is_end(telling, index) && !telling->is_by_hand) {
		page_gap(page);
		story_claim(page, &trace->end_claim, &step->after);
	}
}
