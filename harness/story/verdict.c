#include "story/story_internal.h"

/* What the goal asks under one of its keys. */
struct wish {
	enum goal_key key;
	enum wrong wrong;
	str (*describe)(const struct goal *goal, struct arena *arena);
};

static str describe_version(const struct goal *goal, struct arena *arena)
{
	if (goal->version == GOAL_VERSION_HEADS) {
		return STR("the version rows are the heads of the tree");
	}
	return goal->rows.count
			? str_format(arena, "the version rows are %.*s",
					  STR_ARG(str_list_join(&goal->rows, STR(", "), arena)))
			: STR("there are no version rows");
}

static void add_items(struct str_list *parts, const char *verb, const struct schema_items *items,
		struct arena *arena)
{
	for (size_t i = 0; i < items->count; i++) {
		str_list_add(parts,
				str_format(arena, "%s %.*s %.*s", verb,
						STR_ARG(items->items[i].kind),
						STR_ARG(items->items[i].name)),
				arena);
	}
}

static str describe_schema(const struct goal *goal, struct arena *arena)
{
	struct str_list parts = { 0 };

	switch (goal->schema.source) {
	case SCHEMA_ANY:
		break;
	case SCHEMA_SAME_AS_FRESH:
		str_list_add(&parts, STR("is what the tree makes of an empty database"), arena);
		break;
	case SCHEMA_SAME_AS_STATE:
		str_list_add(&parts,
				str_format(arena, "is that of state %.*s",
						STR_ARG(goal->schema.name)),
				arena);
		break;
	case SCHEMA_SAME_AS_STRATEGY:
		str_list_add(&parts,
				str_format(arena, "is what strategy %.*s leaves",
						STR_ARG(goal->schema.name)),
				arena);
		break;
	case SCHEMA_SAME_AS_FILE:
		str_list_add(&parts,
				str_format(arena, "is that of file %.*s",
						STR_ARG(goal->schema.file.name)),
				arena);
		break;
	}
	add_items(&parts, "has", &goal->schema.has, arena);
	add_items(&parts, "lacks", &goal->schema.lacks, arena);
	return str_format(
			arena, "the schema %.*s", STR_ARG(str_list_join(&parts, STR(", "), arena)));
}

static str describe_rows(const struct goal *goal, struct arena *arena)
{
	const char *what = goal->keeps_keys_alone ? "is found again by its key" : "is still there";

	return goal->keeps_all_rows ? str_format(arena, "every row %s", what)
				    : str_format(arena, "every row of %.*s %s",
						      STR_ARG(str_list_join(&goal->rows_kept,
								      STR(", "), arena)),
						      what);
}

static str describe_checks(const struct goal *goal, struct arena *arena)
{
	return str_format(arena, "the goal's %s",
			goal->checks.count == 1 ? "check holds" : "checks hold");
}

static str describe_round_trip(const struct goal *goal, struct arena *arena)
{
	(void)goal;
	(void)arena;
	return STR("down to base and up again gives the same schema");
}

static str describe_heads(const struct goal *goal, struct arena *arena)
{
	return str_format(
			arena, "the tree has %zu head%s", goal->heads, goal->heads == 1 ? "" : "s");
}

static const struct wish wishes[] = {
	{ GOAL_VERSION, WRONG_VERSION, describe_version },
	{ GOAL_SCHEMA, WRONG_SCHEMA, describe_schema },
	{ GOAL_ROWS_KEPT, WRONG_ROWS, describe_rows },
	{ GOAL_CHECK, WRONG_CHECK, describe_checks },
	{ GOAL_ROUND_TRIP, WRONG_ROUND_TRIP, describe_round_trip },
	{ GOAL_HEADS, WRONG_HEADS, describe_heads },
};

/* What was found instead; lines of a schema or of rows keep their signs. */
static void add_reasons(struct telling *telling, enum wrong wrong)
{
	const struct outcome *outcome = telling->outcome;
	size_t bit = 0;
	str rest, line;

	while (1u << bit != (unsigned)wrong) {
		bit++;
	}
	for (size_t i = 0; i < outcome->reasons.count; i++) {
		if (!str_equal(outcome->reasons.items[i].key, str_from(wrong_names[bit]))) {
			continue;
		}
		rest = outcome->reasons.items[i].text;
		while (rest.len && str_next_part(&rest, '\n', &line)) {
			const bool is_minus = str_starts_with(line, STR("- "));
			const bool is_sign = is_minus || str_starts_with(line, STR("+ "));
			const enum style style = is_minus ? STYLE_BAD
					: is_sign              ? STYLE_GOOD
							       : STYLE_PLAIN;

			page_item(&telling->page, PAGE_INDENT + (is_sign ? 4 : 2), style,
					str_slice(line, 0, is_sign ? 2 : 0), style,
					str_slice(line, is_sign ? 2 : 0, line.len));
		}
	}
}

static void add_goal(struct telling *telling)
{
	const struct goal *goal = &telling->cell->strategy->goal;
	struct page *page = &telling->page;

	if (!goal->keys) {
		page_line(page, PAGE_INDENT, "There is no goal beyond that: all steps have run.");
		return;
	}
	page_line(page, PAGE_INDENT, "The goal asks that:");
	for (size_t i = 0; i < COUNT_OF(wishes); i++) {
		if (!(goal->keys & wishes[i].key)) {
			continue;
		}
		const bool is_wrong = telling->outcome->wrong & (unsigned)wishes[i].wrong;

		page_item(page, PAGE_INDENT, is_wrong ? STYLE_ODD : STYLE_GOOD,
				is_wrong ? STR("≠ ") : STR("✓ "), STYLE_PLAIN,
				wishes[i].describe(goal, telling->arena));
		if (is_wrong) {
			add_reasons(telling, wishes[i].wrong);
		}
	}
}

static void add_claim(struct telling *telling)
{
	const struct outcome *outcome = telling->outcome;

	if (outcome->is_as_claimed) {
		page_line(&telling->page, PAGE_INDENT, "That is what the scenario claims: %.*s.",
				STR_ARG(outcome->claim));
	} else {
		page_item(&telling->page, PAGE_INDENT, STYLE_BAD, STR("! "), STYLE_BAD,
				str_format(telling->arena,
						"That is not what the scenario claims: %.*s.",
						STR_ARG(outcome->claim)));
	}
}

static void add_verdict(struct telling *telling)
{
	const struct outcome *outcome = telling->outcome;

	page_item(&telling->page, PAGE_INDENT, text_verdict_style(outcome),
			str_format(telling->arena, "%s ", report_sign(outcome)),
			text_verdict_style(outcome), report_verdict(outcome, telling->arena));
	page_gap(&telling->page);
}

void story_judgement(struct telling *telling)
{
	add_verdict(telling);
	add_goal(telling);
}

void story_verdict(struct telling *telling)
{
	const struct outcome *outcome = telling->outcome;
	struct page *page = &telling->page;

	page_heading(page, STR("The verdict"));
	add_verdict(telling);
	switch (outcome->verdict) {
	case VERDICT_SKIPPED:
		page_line(page, PAGE_INDENT, "%.*s", STR_ARG(outcome->skip_reason));
		return;
	case VERDICT_FAILS:
		if (!telling->trace->steps.count) {
			story_error(page, PAGE_INDENT, &outcome->error, false);
			page_gap(page);
		}
		page_line(page, PAGE_INDENT,
				"The goal is not judged, as the replay did not come to its end.");
		break;
	case VERDICT_WORKS:
	case VERDICT_WRONG:
		add_goal(telling);
		break;
	}
	page_gap(page);
	add_claim(telling);
	for (size_t i = 0; i < outcome->notes.count; i++) {
		page_gap(page);
		page_item(page, PAGE_INDENT, STYLE_FAINT, STR("note: "), STYLE_PLAIN,
				outcome->notes.items[i]);
	}
}
