/*
 * The order of the steps (semantics, section 3.2). Alembic walks a list of tips, and before it goes on
 * from one looks whether that is an ancestor of another: it then turns to the first such in the list. Each
 * look takes a set of ancestors a tip, made anew at every merge, which is quadratic.
 *
 * Here the place of a tip in the list is a slot, numbered in the order of the list. A tip only ever moves
 * down, and new slots come last, so the least slot at or above a revision never gets less. A lower bound
 * of it is kept for each revision and made true only where somebody asks: all answers together then cost
 * about as much as there are edges.
 */
#include "revision/revision_internal.h"

#include <stdlib.h>

#define NO_SLOT UINT32_MAX
#define NO_HEAP UINT32_MAX

/* The tips in list order; a slot that is used up is unlinked. */
struct slot {
	uint32_t tip, previous, next;
};

/* What is known of an entry, in one place, as the ways up jump about. */
struct standing {
	uint32_t slot;       /* NO_SLOT: no tip */
	uint32_t bound;      /* no slot at or above it is less */
	uint32_t through;    /* itself or above it, on a way that last led to a tip */
	uint32_t heap_at;    /* where its children stand in the heaps */
	uint32_t heap_size;  /* of the heap of its children; NO_HEAP: not made yet */
	uint32_t first, end; /* in a forest of first parents: what is above has a `first` between */
	bool is_todo;
};

/* A child in a heap by `key`, which was its bound when it was last moved. */
struct heap_child {
	uint32_t child, key;
};

struct sorter {
	struct work *work;
	const struct revision_history *history;
	size_t todo_count;

	struct {
		struct slot *items;
		size_t count, capacity;
	} slots;

	uint32_t first, last;       /* slot */
	struct standing *standings; /* of an entry */
	struct heap_child *heap;    /* in the place of the child edges */
	struct nodes *sorted;       /* borrowed; the result */
};

static void sift_down(struct heap_child *heap, uint32_t size, uint32_t at)
{
	for (uint32_t child; (child = 2 * at + 1) < size; at = child) {
		child += child + 1 < size && heap[child + 1].key < heap[child].key;
		if (heap[at].key <= heap[child].key) {
			return;
		}
		const struct heap_child item = heap[at];

		heap[at] = heap[child];
		heap[child] = item;
	}
}

static void make_heap(struct sorter *sorter, uint32_t entry)
{
	const struct edges *child = &sorter->history->child;
	struct heap_child *heap = &sorter->heap[sorter->standings[entry].heap_at];
	uint32_t size = 0;

	for (uint32_t i = child->start[entry]; i < child->start[entry + 1]; i++) {
		const uint32_t target = child->items[i] & EDGE_TARGET;

		if (child->items[i] & EDGE_NORMAL && sorter->standings[target].bound != NO_SLOT) {
			heap[size++] = (struct heap_child){ target,
				sorter->standings[target].bound };
		}
	}
	for (uint32_t at = size / 2; at-- > 0;) {
		sift_down(heap, size, at);
	}
	sorter->standings[entry].heap_size = size;
}

/* The child of `entry` with the least bound; false when there are no tips above. */
static bool least_child(struct sorter *sorter, uint32_t entry, uint32_t *ret_child)
{
	struct standing *standing = &sorter->standings[entry];
	struct heap_child *heap = &sorter->heap[standing->heap_at];

	if (standing->heap_size == NO_HEAP) {
		make_heap(sorter, entry);
	}
	while (standing->heap_size) {
		const uint32_t bound = sorter->standings[heap->child].bound;

		if (heap->key == bound) {
			*ret_child = heap->child;
			return true;
		}
		heap->key = bound;
		if (bound == NO_SLOT) {
			*heap = heap[--standing->heap_size];
		}
		sift_down(heap, standing->heap_size, 0);
	}
	return false;
}

/*
 * Whether the bound of `entry` is plainly true: the tip of that slot stands in the forest above the entry,
 * or above where the last search from here got through. Most tips move down a line, so this spares the
 * long ways up.
 */
static bool is_plainly_true(struct sorter *sorter, uint32_t entry)
{
	struct standing *standing = &sorter->standings[entry];

	if (standing->bound == NO_SLOT) {
		return false;
	}
	const uint32_t tip = sorter->slots.items[standing->bound].tip;

	if (tip == NODE_NONE || tip == entry) {
		return false;
	}
	const uint32_t number = sorter->standings[tip].first;

	if (number >= standing->first && number < standing->end) {
		standing->through = entry;
		return true;
	}
	const struct standing *through = &sorter->standings[standing->through];

	return number >= through->first && number < through->end;
}

/* The least slot whose tip is strictly above `tip`; NO_SLOT: none. Makes bounds true on the way. */
static uint32_t slot_above(struct sorter *sorter, uint32_t tip)
{
	struct nodes *stack = &sorter->work->stack;
	uint32_t known = NODE_NONE, value = NO_SLOT; // `known` has the true bound `value`

	stack->count = 0;
	nodes_add(stack, tip, sorter->work->scratch);
	while (stack->count) {
		const bool is_asked = stack->count == 1;
		const uint32_t entry = stack->items[stack->count - 1];
		struct standing *standing = &sorter->standings[entry];
		const uint32_t own = is_asked ? NO_SLOT : standing->slot;
		uint32_t child;

		if (is_plainly_true(sorter, entry)) {
			value = standing->bound;
		} else if (least_child(sorter, entry, &child) &&
				sorter->standings[child].bound < own) {
			if (child != known) {
				nodes_add(stack, child, sorter->work->scratch);
				continue;
			}
			value = sorter->standings[child].bound;
			standing->through = sorter->standings[child].through;
		} else {
			value = own;
			standing->through = entry;
		}
		if (!is_asked) {
			standing->bound = value;
		}
		known = entry;
		stack->count--;
	}
	return value;
}

static void add_slot(struct sorter *sorter, uint32_t tip)
{
	const uint32_t slot = (uint32_t)sorter->slots.count;

	*LIST_PUSH(&sorter->slots, sorter->work->scratch) = (struct slot){
		.tip = tip,
		.previous = sorter->last,
		.next = NO_SLOT,
	};
	if (sorter->last == NO_SLOT) {
		sorter->first = slot;
	} else {
		sorter->slots.items[sorter->last].next = slot;
	}
	sorter->last = slot;
	sorter->standings[tip].slot = slot;
}

/* Unlink a slot; where Alembic goes on is the one before it, or else the first. */
static uint32_t remove_slot(struct sorter *sorter, uint32_t slot)
{
	const struct slot gone = sorter->slots.items[slot];

	sorter->slots.items[slot].tip = NODE_NONE;
	if (gone.previous == NO_SLOT) {
		sorter->first = gone.next;
	} else {
		sorter->slots.items[gone.previous].next = gone.next;
	}
	if (gone.next == NO_SLOT) {
		sorter->last = gone.previous;
	} else {
		sorter->slots.items[gone.next].previous = gone.previous;
	}
	return gone.previous == NO_SLOT ? sorter->first : gone.previous;
}

/* Take what follows `tip`: parents that are still to do, and no tips yet. */
static void add_next(struct sorter *sorter, uint32_t tip, struct nodes *next)
{
	size_t at = 0;
	uint32_t parent;

	next->count = 0;
	while (node_next(sorter->history, tip, WALK_NORMALISED, &at, &parent)) {
		if (sorter->standings[parent].is_todo &&
				sorter->standings[parent].slot == NO_SLOT) {
			nodes_add(next, parent, sorter->work->scratch);
		}
	}
}

static void emit(struct sorter *sorter, uint32_t tip)
{
	if (sorter->standings[tip].is_todo) {
		sorter->standings[tip].is_todo = false;
		sorter->todo_count--;
		nodes_add(sorter->sorted, tip, sorter->work->scratch);
	}
}

/* True bounds for a start, and the numbers of the forest. */
static void fill_standings(struct sorter *sorter)
{
	const struct revision_history *history = sorter->history;
	const uint32_t count = history->entry_count;
	const struct forest forest =
			forest_grow(history, FOREST_FIRST_PARENT, sorter->work->scratch);

	sorter->heap = arena_new_array(
			sorter->work->scratch, struct heap_child, history->child.start[count]);
	for (uint32_t i = 0; i < count; i++) {
		struct standing *standing = &sorter->standings[i];

		standing->bound = standing->slot;
		standing->through = i;
		standing->heap_at = history->child.start[i];
		standing->heap_size = NO_HEAP;
		standing->first = forest.first[i];
		standing->end = forest.end[i];
	}
	for (uint32_t i = 0; i < count; i++) {
		const uint32_t entry = history->order[i];
		const uint32_t bound = sorter->standings[entry].bound;
		size_t at = 0;
		uint32_t parent;

		while (node_next(history, entry, WALK_NORMALISED, &at, &parent)) {
			if (sorter->standings[parent].bound > bound) {
				sorter->standings[parent].bound = bound;
			}
		}
	}
}

static void sort_acyclic(struct sorter *sorter)
{
	struct nodes next = { 0 };

	fill_standings(sorter);
	for (uint32_t slot = sorter->first; slot != NO_SLOT;) {
		const uint32_t tip = sorter->slots.items[slot].tip;
		const uint32_t above = slot_above(sorter, tip);

		if (above != NO_SLOT) {
			slot = above;
			continue;
		}
		emit(sorter, tip);
		sorter->standings[tip].slot = NO_SLOT;
		add_next(sorter, tip, &next);
		if (!next.count) {
			slot = remove_slot(sorter, slot);
			continue;
		}
		sorter->slots.items[slot].tip = next.items[0];
		sorter->standings[next.items[0]].slot = slot;
		for (size_t i = 1; i < next.count; i++) {
			add_slot(sorter, next.items[i]);
		}
	}
}

/*
 * The same as it stands in Alembic, with a set of ancestors for each tip: for maps with a cycle that the
 * checks let pass, where a tip can be its own ancestor and two can wait for each other for ever.
 */
struct tip_sets {
	uint8_t **items; /* of a slot; freed with the scratch */
	size_t count, capacity;
};

static uint8_t *ancestors(struct sorter *sorter, uint32_t tip)
{
	return walk_set(sorter->work, WALK_NORMALISED,
			&(struct nodes){ .items = &tip, .count = 1 });
}

static uint32_t first_above(const struct sorter *sorter, const struct tip_sets *sets, uint32_t slot)
{
	const uint32_t tip = sorter->slots.items[slot].tip;

	for (uint32_t other = sorter->first; other != NO_SLOT;
			other = sorter->slots.items[other].next) {
		if (other != slot && sets->items[other][tip]) {
			return other;
		}
	}
	return NO_SLOT;
}

/* Whether Alembic goes on with the set it has, less the tip itself. */
static bool is_plain_step(const struct sorter *sorter, uint32_t tip)
{
	const struct revision_history *history = sorter->history;

	for (size_t i = history->dep.start[tip]; i < history->dep.start[tip + 1]; i++) {
		if (history->dep.items[i] & EDGE_NORMAL) {
			return false;
		}
	}
	return history->down.start[tip + 1] - history->down.start[tip] == 1;
}

static struct fault *sort_literally(struct sorter *sorter)
{
	struct tip_sets sets = { 0 };
	struct nodes next = { 0 };
	size_t turns = 0; // without a step

	for (size_t i = 0; i < sorter->slots.count; i++) {
		*LIST_PUSH(&sets, sorter->work->scratch) =
				ancestors(sorter, sorter->slots.items[i].tip);
	}
	for (uint32_t slot = sorter->first; slot != NO_SLOT;) {
		const uint32_t tip = sorter->slots.items[slot].tip;
		const uint32_t above = first_above(sorter, &sets, slot);

		if (above != NO_SLOT) {
			if (turns++ > sorter->slots.count) {
				return fault_endless(sorter->work->arena);
			}
			slot = above;
			continue;
		}
		turns = 0;
		emit(sorter, tip);
		add_next(sorter, tip, &next);
		sorter->standings[tip].slot = NO_SLOT;
		if (!next.count) {
			slot = remove_slot(sorter, slot);
			continue;
		}
		sorter->slots.items[slot].tip = next.items[0];
		sorter->standings[next.items[0]].slot = slot;
		if (is_plain_step(sorter, tip)) {
			sets.items[slot][tip] = false;
			continue;
		}
		sets.items[slot] = ancestors(sorter, next.items[0]);
		for (size_t i = 1; i < next.count; i++) {
			add_slot(sorter, next.items[i]);
			*LIST_PUSH(&sets, sorter->work->scratch) = ancestors(sorter, next.items[i]);
		}
	}
	return NULL;
}

static int compare_entries(const void *a, const void *b)
{
	const uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

static void add_first_tips(struct sorter *sorter, const struct nodes *start)
{
	struct nodes tips = { 0 };

	for (size_t i = 0; i < start->count; i++) {
		nodes_add(&tips, node_entry(sorter->history, start->items[i]),
				sorter->work->scratch);
	}
	if (tips.count) {
		qsort(tips.items, tips.count, sizeof(*tips.items), compare_entries);
	}
	for (size_t i = 0; i < tips.count; i++) {
		if (sorter->standings[tips.items[i]].is_todo &&
				sorter->standings[tips.items[i]].slot == NO_SLOT) {
			add_slot(sorter, tips.items[i]);
		}
	}
}

struct fault *sort_tips_first(
		struct work *work, const struct collected *collected, struct nodes *ret_nodes)
{
	const struct revision_history *history = work->history;
	struct fault *fault = NULL;
	struct sorter sorter = {
		.work = work,
		.history = history,
		.first = NO_SLOT,
		.last = NO_SLOT,
		.standings = arena_new_array(work->scratch, struct standing, history->entry_count),
		.sorted = ret_nodes,
	};

	for (uint32_t node = 0; node < history->node_count; node++) {
		const uint32_t entry = node_entry(history, node);

		if (collected->set[node] && !sorter.standings[entry].is_todo) {
			sorter.standings[entry].is_todo = true;
			sorter.todo_count++;
		}
	}
	for (uint32_t entry = 0; entry < history->entry_count; entry++) {
		sorter.standings[entry].slot = NO_SLOT;
	}
	add_first_tips(&sorter, &collected->start);
	if (history->order && sorter.slots.count) {
		sort_acyclic(&sorter);
	} else {
		fault = sort_literally(&sorter);
	}
	if (!fault && sorter.todo_count) {
		fault = fault_assertion(work->arena);
	}
	return fault;
}
