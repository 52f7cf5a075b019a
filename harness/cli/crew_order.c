#include "cli/crew_internal.h"

#include "kit/arena.h"

#include <stdlib.h>

/* What places a cell among the others. */
struct position {
	uint32_t group, index; /* of the first cell from the same state; its own */
};

static bool is_same_state(const struct scenario_cell *a, const struct scenario_cell *b)
{
	return a->scenario == b->scenario && a->state == b->state && a->engine == b->engine;
}

static int compare_positions(const void *a, const void *b)
{
	const struct position *left = a, *right = b;

	if (left->group != right->group) {
		return left->group < right->group ? -1 : 1;
	}
	return left->index < right->index ? -1 : left->index > right->index;
}

/* Cells of one scenario follow each other, and it has few states: a short way back to the first. */
static void find_groups(
		const struct crew_work *work, struct position *positions, struct arena *arena)
{
	uint32_t *firsts = arena_new_array(arena, uint32_t, work->count);
	size_t first_count = 0;

	for (uint32_t i = 0; i < work->count; i++) {
		size_t j = 0;

		if (i && work->cells[i]->scenario != work->cells[i - 1]->scenario) {
			first_count = 0;
		}
		while (j < first_count && !is_same_state(work->cells[firsts[j]], work->cells[i])) {
			j++;
		}
		if (j == first_count) {
			firsts[first_count++] = i;
		}
		positions[i] = (struct position){ .group = firsts[j], .index = i };
	}
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

	find_groups(work, positions, arena);
	qsort(positions, work->count, sizeof(*positions), compare_positions);
	for (uint32_t i = 0; i < work->count; i++) {
		struct crew_task *last = &order.tasks[order.task_count ? order.task_count - 1 : 0];

		order.items[i] = positions[i].index;
		if (order.task_count && positions[i].group == positions[i - 1].group &&
				last->count < largest) {
			last->count++;
		} else {
			order.tasks[order.task_count++] = (struct crew_task){ i, 1 };
		}
	}
	return order;
}
