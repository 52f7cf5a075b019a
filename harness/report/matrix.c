#include "report/matrix.h"

#include "kit/arena.h"
#include "report/answer.h"

/* A matrix being made. */
struct making {
	struct matrix *matrix;
	struct arena *arena;
	struct str_list engines; /* those that ran */
	bool is_promised;        /* there are claims or records that a cell may break */
};

static bool is_skipped(const struct report_cell *cell)
{
	return report_status(cell) == REPORT_SKIPPED;
}

static size_t index_of(const struct str_list *names, str name)
{
	size_t i = 0;

	while (i < names->count && !str_equal(names->items[i], name)) {
		i++;
	}
	return i;
}

static size_t place_of(const struct report_scenario *scenario, size_t strategy, size_t state)
{
	return strategy * scenario->states.count + state;
}

static void add_cell(struct making *making, const struct report_cell *cell)
{
	const struct report_scenario *scenario = making->matrix->scenario;
	const str verdict = report_short_verdict(cell->outcome, making->arena);
	const bool is_differing = making->is_promised && report_status(cell) == REPORT_DIFFERS;
	struct matrix_entries *entries = &making->matrix->entries[place_of(scenario,
			index_of(&scenario->strategies, cell->strategy),
			index_of(&scenario->states, cell->state))];

	for (size_t i = 0; i < entries->count; i++) {
		struct matrix_entry *entry = &entries->items[i];

		if (str_equal(entry->verdict, verdict) && entry->is_differing == is_differing) {
			entry->engines = str_format(making->arena, "%.*s, %.*s",
					STR_ARG(entry->engines), STR_ARG(cell->engine));
			return;
		}
	}
	*LIST_PUSH(entries, making->arena) = (struct matrix_entry){
		.cell = cell,
		.is_differing = is_differing,
		.verdict = verdict,
		.engines = cell->engine,
	};
}

/* An engine that was skipped everywhere is named once, at the end of the report. */
static void collect(struct making *making)
{
	const struct report_scenario *scenario = making->matrix->scenario;

	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];

		if (!is_skipped(cell) && !str_list_contains(&making->engines, cell->engine)) {
			str_list_add(&making->engines, cell->engine, making->arena);
		}
	}
	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];

		if (!making->engines.count || str_list_contains(&making->engines, cell->engine)) {
			add_cell(making, cell);
		}
	}
}

struct matrix matrix_of(const struct report_scenario *scenario, struct arena *arena)
{
	const size_t count = scenario->strategies.count * scenario->states.count;
	struct matrix matrix = {
		.scenario = scenario,
		.entries = arena_new_array(arena, struct matrix_entries, count),
	};
	struct making making = {
		.matrix = &matrix,
		.arena = arena,
		.is_promised = !report_is_answer(scenario),
	};

	collect(&making);
	matrix.engines = str_list_join(&making.engines, STR(", "), arena);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < matrix.entries[i].count; j++) {
			struct matrix_entry *entry = &matrix.entries[i].items[j];

			if (str_equal(entry->engines, matrix.engines) || is_skipped(entry->cell)) {
				entry->engines = STR("");
			}
		}
	}
	return matrix;
}

const struct matrix_entries *matrix_at(const struct matrix *matrix, size_t strategy, size_t state)
{
	return &matrix->entries[place_of(matrix->scenario, strategy, state)];
}

bool matrix_has_row(const struct matrix *matrix, size_t strategy, size_t first, size_t end)
{
	for (size_t state = first; state < end; state++) {
		if (matrix_at(matrix, strategy, state)->count) {
			return true;
		}
	}
	return false;
}
