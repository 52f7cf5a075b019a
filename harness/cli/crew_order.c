#include "cli/crew_internal.h"

#include "kit/arena.h"

#include <stdlib.h>

/* What places a cell among the others: an index each. */
struct position {
	uint32_t family; /* of the first cell of the same scenario on the same engine */
	uint32_t group;  /* of the first cell from the same state of these */
	uint32_t index;  /* its own */
};

static bool is_same_family(const struct scenario_cell *a, const struct scenario_cell *b)
{
	return a->scenario == b->scenario && a->engine == b->engine;
}

static int compare_indices(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_positions(const void *a, const void *b)
{
	const struct position *left = a, *right = b;
	const int family = compare_indices(left->family, right->family);
	const int group = compare_indices(left->group, right->group);

	return family ? family : group ? group : compare_indices(left->index, right->index);
}

/* Cells of one scenario follow each other, and it has few states: a short way back to the first. */
static void find_positions(
		const struct crew_work *work, struct position *positions, struct arena *arena)
{
	uint32_t *firsts = arena_new_array(arena, uint32_t, work->count); // of groups
	size_t first_count = 0;

	for (uint32_t i = 0; i < work->count; i++) {
		size_t family = 0, group = 0;

		if (i && work->cells[i]->scenario != work->cells[i - 1]->scenario) {
			first_count = 0;
		}
		while (group < first_count &&
				!scenario_cell_starts_as(
						work->cells[firsts[group]], work->cells[i])) {
			group++;
		}
		if (group == first_count) {
			firsts[first_count++] = i;
		}
		while (!is_same_family(work->cells[firsts[family]], work->cells[i])) {
			family++;
		}
		positions[i] = (struct position){ firsts[family], firsts[group], i };
	}
}

static size_t group_size(const struct position *first, const struct position *end)
{
	const struct position *next = first;

	while (next < end && next->group == first->group) {
		next++;
	}
	return (size_t)(next - first);
}

/* So many shares a worker: those that were lucky early take what is left of the others'. */
#define SHARES       8
#define LARGEST_TASK 64

struct crew_order crew_order_make(const struct crew_work *work, size_t jobs, struct arena *arena)
{
	const size_t share = work->count / (jobs * SHARES) + 1;
	const size_t largest = share < LARGEST_TASK ? share : LARGEST_TASK;
	struct position *positions = arena_new_array(arena, struct position, work->count);
	struct crew_order order = {
		.items = arena_new_array(arena, uint32_t, work->count),
		.tasks = arena_new_array(arena, struct crew_task, work->count),
	};
	struct crew_task *task = NULL;

	find_positions(work, positions, arena);
	qsort(positions, work->count, sizeof(*positions), compare_positions);
	for (uint32_t i = 0; i < work->count; i++) {
		const bool is_further = i && positions[i].group == positions[i - 1].group;
		const size_t needed =
				is_further ? 1 : group_size(&positions[i], &positions[work->count]);

		order.items[i] = positions[i].index;
		if (i && positions[i].family == positions[i - 1].family &&
				task->count + needed <= largest) {
			task->count++;
		} else {
			task = &order.tasks[order.task_count++];
			*task = (struct crew_task){ i, 1 };
		}
	}
	return order;
}
