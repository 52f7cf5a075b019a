/*
 * Which dependencies of a revision are normalised: those that no revision below it, by down revisions,
 * lists as well (semantics, section 1.4).
 *
 * Asking every pair would be quadratic, so revisions are grouped by what they depend on; only groups of
 * two and more need a search. Whether one member is below another is mostly read off two spanning forests
 * of the down revisions, one by first and one by last parent: in a forest, whatever lies above a revision
 * is an interval of numbers.
 */
#include "revision/revision_internal.h"

struct normaliser {
	struct work *work;
	const struct revision_history *history;
	struct forest forests[2]; /* by first, by last down revision */
	uint8_t *has_merge_below; /* of an entry: itself or something below it is a merge point */
	uint32_t least_height;    /* in the group in hand */
	struct nodes outermost
			[2]; /* of the group in hand: members inside no other's interval, sorted */
};

static void find_merges(struct normaliser *normaliser)
{
	const struct revision_history *history = normaliser->history;

	for (uint32_t i = history->entry_count; i-- > 0;) {
		const uint32_t entry = history->order[i];
		uint8_t *has_merge = &normaliser->has_merge_below[entry];
		size_t at = 0, parents = 0;
		uint32_t next;

		while (node_next(history, entry, WALK_DOWN, &at, &next)) {
			parents++;
			*has_merge |= normaliser->has_merge_below[next];
		}
		*has_merge |= parents > 1;
	}
}

/* Sort by number of the forest, by heap sort: qsort() could not reach the numbers. */
static void sift_down(uint32_t *items, size_t count, size_t at, const uint32_t *number)
{
	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		child += child + 1 < count && number[items[child + 1]] > number[items[child]];
		if (number[items[at]] >= number[items[child]]) {
			return;
		}
		const uint32_t item = items[at];

		items[at] = items[child];
		items[child] = item;
	}
}

static void sort_by_number(struct nodes *nodes, const uint32_t *number)
{
	for (size_t at = nodes->count / 2; at-- > 0;) {
		sift_down(nodes->items, nodes->count, at, number);
	}
	for (size_t count = nodes->count; count > 1; count--) {
		const uint32_t last = nodes->items[count - 1];

		nodes->items[count - 1] = nodes->items[0];
		nodes->items[0] = last;
		sift_down(nodes->items, count - 1, 0, number);
	}
}

/* Whether `entry` lies above, or is, an outermost member by the forest. */
static bool is_inside(const struct normaliser *normaliser, bool is_last, uint32_t entry)
{
	const struct forest *forest = &normaliser->forests[is_last];
	const struct nodes *members = &normaliser->outermost[is_last];
	const uint32_t number = forest->first[entry];
	size_t low = 0, high = members->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (forest->first[members->items[middle]] <= number) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low > 0 && number < forest->end[members->items[low - 1]];
}

static bool is_outermost(const struct normaliser *normaliser, bool is_last, uint32_t entry)
{
	const struct nodes *members = &normaliser->outermost[is_last];
	const uint32_t *first = normaliser->forests[is_last].first;
	size_t low = 0, high = members->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (first[members->items[middle]] < first[entry]) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < members->count && members->items[low] == entry;
}

static void keep_outermost(struct normaliser *normaliser, bool is_last, const struct nodes *group)
{
	const struct forest *forest = &normaliser->forests[is_last];
	struct nodes *members = &normaliser->outermost[is_last];
	uint32_t end = 0;
	size_t kept = 0;

	members->count = 0;
	for (size_t i = 0; i < group->count; i++) {
		nodes_add(members, group->items[i], normaliser->work->scratch);
	}
	sort_by_number(members, forest->first);
	for (size_t i = 0; i < members->count; i++) {
		const uint32_t entry = members->items[i];

		if (kept == 0 || forest->first[entry] >= end) {
			members->items[kept++] = entry;
			end = forest->end[entry];
		}
	}
	members->count = kept;
}

/* Whether another member of the group is below `member`. */
static bool has_member_below(struct normaliser *normaliser, uint32_t member)
{
	const struct revision_history *history = normaliser->history;
	struct work *work = normaliser->work;

	if (!is_outermost(normaliser, false, member) || !is_outermost(normaliser, true, member)) {
		return true;
	}
	if (!normaliser->has_merge_below[member]) {
		return false; // the forests tell all
	}
	walk_begin(work);
	nodes_add(&work->stack, member, work->scratch);
	while (work->stack.count) {
		const uint32_t entry = work->stack.items[--work->stack.count];
		size_t at = 0;
		uint32_t next;

		while (node_next(history, entry, WALK_DOWN, &at, &next)) {
			if (history->height[next] < normaliser->least_height ||
					!walk_visit(work, next)) {
				continue;
			}
			if (is_inside(normaliser, false, next) ||
					is_inside(normaliser, true, next)) {
				return true;
			}
			if (normaliser->has_merge_below[next]) {
				nodes_add(&work->stack, next, work->scratch);
			}
		}
	}
	return false;
}

static void set_normal(struct revision_history *history, uint32_t node, uint32_t dependency)
{
	for (size_t i = history->dep.start[node]; i < history->dep.start[node + 1]; i++) {
		if ((history->dep.items[i] & EDGE_TARGET) == dependency) {
			history->dep.items[i] |= EDGE_NORMAL;
		}
	}
}

static void normalise_group(
		struct normaliser *normaliser, uint32_t dependency, const struct nodes *group)
{
	struct revision_history *history = normaliser->work->history;

	if (group->count > 1) {
		normaliser->least_height = UINT32_MAX;
		for (size_t i = 0; i < group->count; i++) {
			const uint32_t height = history->height[group->items[i]];

			if (height < normaliser->least_height) {
				normaliser->least_height = height;
			}
		}
		keep_outermost(normaliser, false, group);
		keep_outermost(normaliser, true, group);
	}
	for (size_t i = 0; i < group->count; i++) {
		if (group->count == 1 || !has_member_below(normaliser, group->items[i])) {
			set_normal(history, group->items[i], dependency);
		}
	}
}

/* Group all entries by what they depend on. */
static struct edges group_dependents(struct work *work)
{
	const struct revision_history *history = work->history;
	const uint32_t count = history->entry_count;
	struct edges groups = {
		.start = arena_new_array(work->scratch, uint32_t, (size_t)count + 2),
		.items = arena_new_array(work->scratch, uint32_t, history->dep.start[count]),
	};

	for (size_t i = 0; i < history->dep.start[count]; i++) {
		groups.start[(history->dep.items[i] & EDGE_TARGET) + 2]++;
	}
	for (uint32_t i = 2; i < count + 2; i++) {
		groups.start[i] += groups.start[i - 1];
	}
	for (uint32_t entry = 0; entry < count; entry++) {
		for (size_t i = history->dep.start[entry]; i < history->dep.start[entry + 1]; i++) {
			const uint32_t target = history->dep.items[i] & EDGE_TARGET;

			groups.items[groups.start[target + 1]++] = entry;
		}
	}
	return groups;
}

/* Names that one file lists twice stand next to each other in a group. */
static void drop_repeats(struct nodes *group)
{
	size_t kept = 0;

	for (size_t i = 0; i < group->count; i++) {
		if (kept == 0 || group->items[kept - 1] != group->items[i]) {
			group->items[kept++] = group->items[i];
		}
	}
	group->count = kept;
}

static void normalise_groups(struct work *work)
{
	struct normaliser normaliser = { .work = work, .history = work->history };
	const uint32_t count = work->history->entry_count;

	if (!work->history->dep.start[count]) {
		return;
	}
	const struct edges groups = group_dependents(work);

	normaliser.has_merge_below = arena_new_array(work->scratch, uint8_t, count);
	find_merges(&normaliser);
	normaliser.forests[0] = forest_grow(work->history, FOREST_FIRST_DOWN, work->scratch);
	normaliser.forests[1] = forest_grow(work->history, FOREST_LAST_DOWN, work->scratch);
	for (uint32_t entry = 0; entry < count; entry++) {
		struct nodes group = {
			.items = &groups.items[groups.start[entry]],
			.count = groups.start[entry + 1] - groups.start[entry],
		};

		drop_repeats(&group);
		normalise_group(&normaliser, entry, &group);
	}
}

/* The rule as it stands, one revision at a time: for stale files, and where a cycle got through. */
static void normalise_literally(struct work *work, uint32_t node)
{
	struct revision_history *history = work->history;
	const uint32_t start = history->dep.start[node], end = history->dep.start[node + 1];

	if (start == end) {
		return;
	}
	walk_from(work, WALK_DOWN, &(struct nodes){ .items = &node, .count = 1 });
	for (uint32_t i = start; i < end; i++) {
		history->dep.items[i] |= EDGE_NORMAL;
	}
	for (uint32_t below = 0; below < history->entry_count; below++) {
		if (below == node || !walk_has_seen(work, below)) {
			continue;
		}
		for (size_t i = history->dep.start[below]; i < history->dep.start[below + 1]; i++) {
			const uint32_t listed = history->dep.items[i] & EDGE_TARGET;

			for (uint32_t j = start; j < end; j++) {
				if ((history->dep.items[j] & EDGE_TARGET) == listed) {
					history->dep.items[j] &= ~EDGE_NORMAL;
				}
			}
		}
	}
}

/* Tell the children lists, which are in the order of the children, which of their edges are normalised. */
static void flag_children(struct work *work)
{
	struct revision_history *history = work->history;
	uint32_t *flagged = arena_new_array(work->scratch, uint32_t, history->entry_count);

	for (uint32_t entry = 0; entry < history->entry_count; entry++) {
		for (size_t side = 0; side < 2; side++) {
			const struct edges *edges = side == 0 ? &history->down : &history->dep;

			for (size_t i = edges->start[entry]; i < edges->start[entry + 1]; i++) {
				const uint32_t parent = edges->items[i] & EDGE_TARGET;

				if (edges->items[i] & EDGE_REPEATED) {
					continue;
				}
				const uint32_t at =
						history->child.start[parent] + flagged[parent]++;

				if (side == 0 || edges->items[i] & EDGE_NORMAL) {
					history->child.items[at] |= EDGE_NORMAL;
				}
			}
		}
	}
}

void history_normalise(struct work *work)
{
	const struct revision_history *history = work->history;

	if (history->order) {
		normalise_groups(work);
	}
	for (uint32_t node = history->order ? history->entry_count : 0; node < history->node_count;
			node++) {
		normalise_literally(work, node);
	}
	flag_children(work);
}
