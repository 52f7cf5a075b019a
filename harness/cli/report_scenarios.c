#include "cli/report_scenarios.h"

#include "kit/arena.h"

/* Names in `all` that some cell of the scenario has. */
static struct str_list names_used(const struct report_scenario *scenario,
		const struct str_list *all, bool are_states, struct arena *arena)
{
	struct str_list used = { 0 };

	for (size_t i = 0; i < all->count; i++) {
		for (size_t j = 0; j < scenario->cells.count; j++) {
			const struct report_cell *cell = &scenario->cells.items[j];

			if (str_equal(are_states ? cell->state : cell->strategy, all->items[i])) {
				str_list_add(&used, all->items[i], arena);
				break;
			}
		}
	}
	return used;
}

static void name_rows_and_columns(const struct scenario *source, struct report_scenario *scenario,
		struct arena *arena)
{
	struct str_list strategies = { 0 }, states = { 0 };

	for (size_t i = 0; i < source->strategies.count; i++) {
		str_list_add(&strategies, source->strategies.items[i].name, arena);
	}
	for (size_t i = 0; i < source->states.count; i++) {
		str_list_add(&states, source->states.items[i].name, arena);
	}
	scenario->strategies = names_used(scenario, &strategies, false, arena);
	scenario->states = names_used(scenario, &states, true, arena);
}

/* Where a cell's end is claimed, else where its strategy stands. */
static struct excerpt claim_place(const struct scenario_cell *cell, struct arena *arena)
{
	return excerpt_of(cell->outcome ? cell->outcome->where : cell->strategy->where, arena);
}

struct report_scenarios report_scenarios_of(
		const struct suite *suite, const struct selection *selection, struct arena *arena)
{
	struct report_scenarios all = {
		.items = arena_new_array(arena, struct report_scenario, suite->scenarios.count),
		.ends = arena_new_array(arena, size_t, suite->scenarios.count),
	};
	const struct scenario *before = NULL;

	for (size_t i = 0; i < selection->count; i++) {
		const struct scenario_cell *source = &suite->cells.items[selection->items[i]];

		if (source->scenario != before) {
			before = source->scenario;
			all.items[all.count++] = (struct report_scenario){
				.name = before->name,
				.path = before->path,
				.title = before->title,
				.is_unclaimed = before->outcomes.count == 0,
				.is_exercise = str_list_contains(
						&before->tags, STR("exercise")),
			};
		}
		all.ends[all.count - 1] = i + 1;
		*LIST_PUSH(&all.items[all.count - 1].cells, arena) = (struct report_cell){
			.name = source->name,
			.strategy = source->strategy->name,
			.state = source->state->name,
			.engine = str_from(scenario_engine_names[source->engine]),
			.place = claim_place(source, arena),
			.is_unclaimed = source->scenario->outcomes.count == 0,
		};
	}
	for (size_t i = 0; i < all.count; i++) {
		const size_t first = report_scenarios_first(&all, i);

		name_rows_and_columns(suite->cells.items[selection->items[first]].scenario,
				&all.items[i], arena);
	}
	return all;
}

size_t report_scenarios_first(const struct report_scenarios *all, size_t i)
{
	return i ? all->ends[i - 1] : 0;
}
