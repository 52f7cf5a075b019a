#include "crew/crew_internal.h"

#include <stdlib.h>

/* What places a job among the others. */
struct position {
	uint32_t family, group;
	uint32_t index; /* its own */
};

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

static size_t group_size(const struct position *first, const struct position *end)
{
	const struct position *next = first;

	while (next < end && next->family == first->family && next->group == first->group) {
		next++;
	}
	return (size_t)(next - first);
}

/* So many shares a worker: those that were lucky early take what is left of the others'. */
#define SHARES       8
#define LARGEST_TASK 64

struct crew_order crew_order_make(
		const struct crew_work *work, size_t workers, struct arena *arena)
{
	const size_t share = work->count / (workers * SHARES) + 1;
	const size_t largest = share < LARGEST_TASK ? share : LARGEST_TASK;
	struct position *positions = arena_new_array(arena, struct position, work->count);
	struct crew_order order = {
		.items = arena_new_array(arena, uint32_t, work->count),
		.tasks = arena_new_array(arena, struct crew_task, work->count),
	};
	struct crew_task *task = NULL;

	for (uint32_t i = 0; i < work->count; i++) {
		positions[i] = (struct position){ work->jobs[i].family, work->jobs[i].group, i };
	}
	qsort(positions, work->count, sizeof(*positions), compare_positions);
	for (uint32_t i = 0; i < work->count; i++) {
		const bool is_near = i && positions[i].family == positions[i - 1].family;
		const bool is_further = is_near && positions[i].group == positions[i - 1].group;
		const size_t needed =
				is_further ? 1 : group_size(&positions[i], &positions[work->count]);

		order.items[i] = positions[i].index;
		if (is_near && task->count + needed <= largest) {
			task->count++;
		} else {
			task = &order.tasks[order.task_count++];
			*task = (struct crew_task){ i, 1 };
		}
	}
	return order;
}
