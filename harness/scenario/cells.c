/*
 * The cells of a scenario, each with the claim that counts for it.
 */
#include "kit/arena.h"
#include "kit/table.h"
#include "scenario/scenario.h"

/* The parts of a cell's name that a line may name, as a set. */
enum {
	NAMES_ENGINE = 1,
	NAMES_STATE = 2,
	NAMES_STRATEGY = 4,
};

static bool is_any(str name)
{
	return !name.len || str_equal(name, STR("*"));
}

/* What a line is found by: the parts in `named`, and '*' for the others. */
static str line_key(str strategy, str state, str engine, unsigned named, struct arena *arena)
{
	const str any = STR("*");

	return str_format(arena, "%.*s@%.*s:%.*s", STR_ARG(named & NAMES_STRATEGY ? strategy : any),
			STR_ARG(named & NAMES_STATE ? state : any),
			STR_ARG(named & NAMES_ENGINE ? engine : any));
}

/* The lines by their keys; of two with the same the later. */
static struct table index_outcomes(const struct scenario *scenario, struct arena *arena)
{
	struct table lines = { .arena = arena };

	for (size_t i = 0; i < scenario->outcomes.count; i++) {
		const struct scenario_outcome *line = &scenario->outcomes.items[i];
		const unsigned named = (is_any(line->strategy) ? 0 : NAMES_STRATEGY) |
				(is_any(line->state) ? 0 : NAMES_STATE) |
				(is_any(line->engine) ? 0 : NAMES_ENGINE);

		table_set(&lines, line_key(line->strategy, line->state, line->engine, named, arena),
				(uint32_t)i);
	}
	return lines;
}

static const struct scenario_outcome *find_outcome(const struct scenario *scenario,
		const struct table *lines, const struct scenario_cell *cell, struct arena *arena)
{
	/* The more parts the better; on a tie strategy before state before engine. */
	static const unsigned most_specific_first[] = {
		NAMES_STRATEGY | NAMES_STATE | NAMES_ENGINE,
		NAMES_STRATEGY | NAMES_STATE,
		NAMES_STRATEGY | NAMES_ENGINE,
		NAMES_STATE | NAMES_ENGINE,
		NAMES_STRATEGY,
		NAMES_STATE,
		NAMES_ENGINE,
		0,
	};
	const str engine = str_from(scenario_engine_names[cell->engine]);
	const struct arena_mark mark = arena_mark(arena);
	const struct scenario_outcome *best = NULL;
	uint32_t at;

	for (size_t i = 0; lines->count && !best && i < COUNT_OF(most_specific_first); i++) {
		if (table_find(lines,
				    line_key(cell->strategy->name, cell->state->name, engine,
						    most_specific_first[i], arena),
				    &at)) {
			best = &scenario->outcomes.items[at];
		}
	}
	arena_rewind(arena, mark);
	return best;
}

bool scenario_cell_starts_as(const struct scenario_cell *cell, const struct scenario_cell *other)
{
	return cell->scenario == other->scenario && cell->state == other->state &&
			cell->engine == other->engine;
}

void scenario_add_cells(
		const struct scenario *scenario, struct arena *arena, struct scenario_cells *cells)
{
	const struct table lines = index_outcomes(scenario, arena);

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
				cell->outcome = find_outcome(scenario, &lines, cell, arena);
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

bool scenario_runs_programs(const struct scenario *scenario)
{
	bool runs = false;

	for (size_t i = 0; i < scenario->strategies.count; i++) {
		const struct steps *steps = &scenario->strategies.items[i].steps;

		for (size_t j = 0; j < steps->count; j++) {
			runs |= steps->items[j].kind == STEP_RUN;
		}
	}
	return runs;
}

bool scenario_state_is_filled(const struct scenario_state *state)
{
	bool is_filled = false;

	for (size_t i = 0; i < FILL_KIND_COUNT; i++) {
		is_filled |= state->fill[i];
	}
	return is_filled;
}

const struct scenario_revisions *scenario_state_revisions(
		const struct scenario *scenario, const struct scenario_state *state)
{
	return state->tree ? &state->tree->revisions : &scenario->revisions;
}

const struct scenario_revisions *scenario_strategy_revisions(
		const struct scenario *scenario, const struct scenario_strategy *strategy)
{
	return strategy->tree ? &strategy->tree->revisions : &scenario->revisions;
}
