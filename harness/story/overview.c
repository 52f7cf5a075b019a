/*
 * A scenario as a whole, without its cells.
 */
#include "story/story_internal.h"

void story_begin_scenario(
		const struct scenario *scenario, const struct story_style *style, struct buf *out)
{
	struct page page = { .out = out, .width = style->width, .colour = style->colour };

	page_item(&page, 0, STYLE_BOLD, STR(""), STYLE_BOLD, scenario->name);
	page_item(&page, 0, STYLE_PLAIN, STR(""), STYLE_PLAIN, str_trim(scenario->title));
	page_gap(&page);
	if (scenario->story.len) {
		page_prose(&page, PAGE_INDENT, scenario->story);
	}
	page_heading(&page, STR("The tree"));
	story_tree(&page, scenario, &scenario->revisions, NULL);
}

void story_add_strategies(
		const struct scenario *scenario, const struct story_style *style, struct buf *out)
{
	struct page page = { .out = out, .width = style->width, .colour = style->colour };

	page_heading(&page, STR("The strategies"));
	for (size_t i = 0; i < scenario->strategies.count; i++) {
		const struct scenario_strategy *strategy = &scenario->strategies.items[i];

		page_item(&page, PAGE_INDENT, STYLE_BOLD, STR(""), STYLE_BOLD, strategy->name);
		if (strategy->title.len) {
			page_prose(&page, PAGE_INDENT + 2, strategy->title);
		}
		if (story_is_edited(&strategy->edit)) {
			story_edit(&page, PAGE_INDENT + 2, &strategy->edit);
		}
		for (size_t j = 0; j < strategy->steps.count; j++) {
			const struct step *step = &strategy->steps.items[j];
			const str words = story_step_words(step, out->arena);

			page_item(&page, PAGE_INDENT + 2, STYLE_FAINT,
					str_format(out->arena, "%zu. ", j + 1), STYLE_PLAIN,
					str_format(out->arena, "%.*s%s", STR_ARG(words),
							step->fails.pattern ? " (which must fail)"
									    : ""));
		}
		page_gap(&page);
	}
}
