/*
 * The cells of a scenario, each with the claim that counts for it.
 */
#include "kit/arena.h"
#include "scenario/scenario.h"

static bool is_any(str name)
{
	return !name.len || str_equal(name, STR("*"));
}

/* How specific a line is: the parts it names; on a tie strategy before state before engine. */
static int specificity(const struct scenario_outcome *outcome)
{
	const int strategy = !is_any(outcome->strategy);
	const int state = !is_any(outcome->state);
	const int engine = !is_any(outcome->engine);

	return (strategy + state + engine) * 8 + strategy * 4 + state * 2 + engine;
}

static bool covers(str part, str name)
{
	return is_any(part) || str_equal(part, name);
}

static const struct scenario_outcome *find_outcome(
		const struct scenario *scenario, const struct scenario_cell *cell)
{
	const str engine = str_from(scenario_engine_names[cell->engine]);
	const struct scenario_outcome *best = NULL;

	for (size_t i = 0; i < scenario->outcomes.count; i++) {
		const struct scenario_outcome *outcome = &scenario->outcomes.items[i];

		if (covers(outcome->strategy, cell->strategy->name) &&
				covers(outcome->state, cell->state->name) &&
				covers(outcome->engine, engine) &&
				(!best ||
						specificity(outcome) >=
								specificity(best))) { // the later of two
			best = outcome;
		}
	}
	return best;
}

void scenario_add_cells(
		const struct scenario *scenario, struct arena *arena, struct scenario_cells *cells)
{
	for (size_t i = 0; i < scenario->strategies.count; i++) {
		const struct scenario_strategy *strategy = &scenario->strategies.items[i];

		for (size_t j = 0; j < scenario->states.count; j++) {
			const struct scenario_state *state = &scenario->states.items[j];

			if (strategy->limits_states &&
					!str_list_contains(&strategy->states, state->name)) {
				continue;
			}
			for (int engine = 0; engine < SCENARIO_ENGINE_COUNT; engine++) {
				if (!strategy->engines[engine]) {
					continue;
				}
				struct scenario_cell *cell = LIST_PUSH(cells, arena);

				cell->scenario = scenario;
				cell->strategy = strategy;
				cell->state = state;
				cell->engine = (enum scenario_engine)engine;
				cell->outcome = find_outcome(scenario, cell);
				cell->name = str_format(arena, "%.*s/%.*s@%.*s:%s",
						STR_ARG(scenario->name), STR_ARG(strategy->name),
						STR_ARG(state->name),
						scenario_engine_names[engine]);
			}
		}
	}
}

const struct scenario_state *scenario_find_state(const struct scenario *scenario, str name)
{
	for (size_t i = 0; i < scenario->states.count; i++) {
		if (str_equal(scenario->states.items[i].name, name)) {
			return &scenario->states.items[i];
		}
	}
	return NULL;
}

const struct scenario_strategy *scenario_find_strategy(const struct scenario *scenario, str name)
{
	for (size_t i = 0; i < scenario->strategies.count; i++) {
		if (str_equal(scenario->strategies.items[i].name, name)) {
			return &scenario->strategies.items[i];
		}
	}
	return NULL;
}
