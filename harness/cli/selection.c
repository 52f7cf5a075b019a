/*
 * Selecting cells: by engine, tag, name, part, and by what differed last time.
 */
#include "cli/cli_internal.h"
#include "cli/last_failed.h"
#include "cli/suite.h"
#include "kit/arena.h"
#include "kit/pattern.h"
#include "kit/table.h"

struct error *suite_check_filter(str value, struct arena *arena)
{
	struct pattern *pattern;
	size_t offset;
	struct error *error = pattern_compile(value, arena, &pattern, &offset);

	if (error) {
		error->message = str_format(arena, "%.*s (at character %zu)",
				STR_ARG(error->message),
				str_utf8_length(str_slice(value, 0, offset)) + 1);
		return error;
	}
	pattern_free(pattern);
	return NULL;
}

/* What the command line asks for. */
struct wish {
	const struct invocation *invocation;
	struct pattern *filter; /* NULL: any name */
	bool only_failed;
	struct table failed; /* keys of last_failed_key() */
};

static bool has_wanted_tag(const struct wish *wish, const struct str_list *tags)
{
	for (size_t i = 0; i < tags->count; i++) {
		if (invocation_gives(wish->invocation, "tag", tags->items[i])) {
			return true;
		}
	}
	return !invocation_has(wish->invocation, "tag");
}

static bool is_wished(const struct wish *wish, const struct scenario_cell *cell)
{
	const str engine = str_from(scenario_engine_names[cell->engine]);

	if (invocation_has(wish->invocation, "engine") &&
			!invocation_gives(wish->invocation, "engine", engine)) {
		return false;
	}
	if (!has_wanted_tag(wish, &cell->scenario->tags)) {
		return false;
	}
	if (wish->filter && !pattern_matches(wish->filter, cell->name)) {
		return false;
	}
	uint32_t ignored;

	return !wish->only_failed ||
			table_find(&wish->failed,
					last_failed_key(cell->scenario->path, cell->name,
							wish->invocation->arena),
					&ignored);
}

/* Whether any cell of the suite differed, whatever else is asked for. */
static bool has_failed(const struct wish *wish, const struct suite *suite)
{
	uint32_t ignored;

	for (size_t i = 0; i < suite->cells.count; i++) {
		const struct scenario_cell *cell = &suite->cells.items[i];

		if (table_find(&wish->failed,
				    last_failed_key(cell->scenario->path, cell->name, suite->arena),
				    &ignored)) {
			return true;
		}
	}
	return false;
}

static enum exit_status refuse_nothing(const struct wish *wish, const struct suite *suite)
{
	struct arena *arena = suite->arena;
	const str filter = invocation_value(wish->invocation, "filter");
	struct error *error;

	if (wish->only_failed && !has_failed(wish, suite)) {
		print_err(STR(SUITE_NOTHING_FAILED));
		return EXIT_AS_EXPECTED;
	}
	if (filter.len) {
		error = error_new(arena, ERROR_NOT_FOUND, "no cell is called like '%.*s'",
				STR_ARG(filter));
		error->hint = suite_near_filter(
				suite, filter, STR("'rehearse list --cells' names them all."));
	} else if (!suite->cells.count) {
		error = error_new(arena, ERROR_NOT_FOUND, "there are no cells");
		error->hint = STR("A scenario has some once it has 'steps' or 'strategies'.");
	} else {
		error = error_new(arena, ERROR_NOT_FOUND, "no cell is left by the options");
		error->hint = STR("'rehearse list --cells' names them all.");
	}
	(void)print_error(wish->invocation, error);
	return EXIT_NOTHING;
}

/* The first tag of the command line that no scenario has is an error, even beside others. */
static bool refuse_unknown_tag(const struct invocation *invocation, const struct suite *suite)
{
	struct str_list known = { 0 };

	for (size_t i = 0; i < suite->scenarios.count; i++) {
		const struct str_list *tags = &suite->scenarios.items[i].scenario->tags;

		for (size_t j = 0; j < tags->count; j++) {
			if (!str_list_contains(&known, tags->items[j])) {
				str_list_add(&known, tags->items[j], suite->arena);
			}
		}
	}
	for (size_t i = 0; i < invocation->options.count; i++) {
		const struct given_option *given = &invocation->options.items[i];

		if (!str_equal(str_from(given->option->name), STR("tag")) ||
				str_list_contains(&known, given->value)) {
			continue;
		}
		struct error *error = error_new(suite->arena, ERROR_NOT_FOUND,
				"no scenario has the tag '%.*s'", STR_ARG(given->value));

		error->hint = suite_near_names(&known, given->value,
				STR("'rehearse list --tags' names them all."), suite->arena);
		(void)print_error(invocation, error);
		return true;
	}
	return false;
}

/* Take cell `index`, or leave it to another part. */
static void choose_cell(const struct suite *suite, size_t index, struct selection *selection)
{
	struct report_shard *shard = &selection->shard;
	const str name = suite->cells.items[index].name;

	if (shard->parts) {
		str_list_add(&shard->all_cells, name, suite->arena);
	}
	if (!shard->parts || str_hash(name) % shard->parts + 1 == shard->part) {
		*LIST_PUSH(selection, suite->arena) = index;
	}
}

bool suite_select(struct invocation *invocation, const struct suite *suite,
		struct selection *selection, enum exit_status *ret_status)
{
	struct wish wish = {
		.invocation = invocation,
		.only_failed = invocation_has(invocation, "last-failed"),
		.failed = { .arena = invocation->arena },
	};
	const str filter = invocation_value(invocation, "filter");
	const str shard = invocation_value(invocation, "shard");

	*selection = (struct selection){ 0 };
	if (refuse_unknown_tag(invocation, suite)) {
		*ret_status = EXIT_NOTHING;
		return false;
	}
	if (filter.data) {
		size_t ignored;
		struct error *error =
				pattern_compile(filter, invocation->arena, &wish.filter, &ignored);

		if (error) { // it compiled when the option was checked
			*ret_status = print_error(invocation, error);
			return false;
		}
	}
	if (shard.data) {
		struct error *error = shard_parse(shard, invocation->arena, &selection->shard.part,
				&selection->shard.parts);

		if (error) {
			*ret_status = print_error(invocation, error);
			return false;
		}
	}
	if (wish.only_failed) {
		const struct last_failed cells = last_failed_read(invocation->arena);

		for (size_t i = 0; i < cells.count; i++) {
			const struct last_failed_cell *cell = &cells.items[i];

			table_set(&wish.failed,
					last_failed_key(cell->path, cell->name, invocation->arena),
					1);
		}
	}
	for (size_t i = 0; i < suite->cells.count; i++) {
		if (suite_has_cell(suite, i) && is_wished(&wish, &suite->cells.items[i])) {
			choose_cell(suite, i, selection);
		}
	}
	pattern_free(wish.filter);
	if (!selection->count && selection->shard.all_cells.count) { // few cells, many parts
		print_err(str_format(suite->arena, "no cell falls to part %zu of %zu\n",
				selection->shard.part, selection->shard.parts));
		*ret_status = EXIT_AS_EXPECTED;
		return false;
	}
	if (!selection->count) {
		*ret_status = refuse_nothing(&wish, suite);
	}
	return selection->count > 0;
}

bool suite_picks_cells(const struct invocation *invocation)
{
	static const char *const narrowing[] = { "tag", "filter", "shard", "last-failed" };

	for (size_t i = 0; i < COUNT_OF(narrowing); i++) {
		if (invocation_has(invocation, narrowing[i])) {
			return true;
		}
	}
	return false;
}

bool suite_is_narrowed(const struct invocation *invocation, const struct suite *suite)
{
	if (suite_picks_cells(invocation) || invocation_has(invocation, "engine")) {
		return true;
	}
	for (size_t i = 0; i < suite->scenarios.count; i++) {
		if (suite->scenarios.items[i].named_cells.count) {
			return true;
		}
	}
	return false;
}
