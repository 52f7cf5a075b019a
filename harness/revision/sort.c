/*
 * The order of the steps (semantics, section 3.2). Alembic walks a list of tips, and before it goes on
 * from one looks whether that is an ancestor of another: it then turns to the first such in the list. Each
 * look takes a set of ancestors a tip, made anew at every merge, which is quadratic.
 *
 * Here the place of a tip in the list is a slot, numbered in the order of the list. Whether there is a tip
 * above a revision at all is counted. Which is the first has to be searched for, but a tip only ever moves
 * down, and new slots come last, so the least slot at or above a revision never gets less: a lower bound
 * of it is kept for each revision and made true only where somebody asks.
 */
#include "revision/revision_internal.h"

#include <assert.h>
#include <stdlib.h>

#define NO_SLOT   UINT32_MAX
#define NO_NUMBER UINT32_MAX
#define NO_PLACE  UINT32_MAX

/* What is above a revision in a forest of first parents: `first` is its own number. */
struct interval {
	uint32_t first, end;
};

/* The tips in list order; a slot that is used up is unlinked. */
struct slot {
	uint32_t tip, previous, next;
	uint32_t number; /* of the tip in the forest; NO_NUMBER: the slot is used up */
	uint32_t above;  /* the least slot above the tip, when last asked; NO_SLOT: not yet */
	struct interval through; /* above the tip: that slot's tip was inside */
};

/* A child in a heap by `key`, which was its bound when it was last moved. */
struct heap_child {
	uint32_t place, key;
};

/*
 * What is known of an entry. The ways up jump about in memory, so all that a search wants of an entry
 * stands in one place, the heap of its children with it.
 */
struct standing {
	uint32_t slot;          /* NO_SLOT: no tip */
	uint32_t bound;         /* no slot at or above it is less; NO_SLOT: there is none */
	uint32_t live_children; /* those with a tip at or above them */
	struct interval own;    /* in the forest */
	struct interval through; /* of itself or above it: led to the tip of slot `bound` the last time */
	uint32_t is_todo;
	uint32_t heap_size;
	struct heap_child heap[]; /* has the live children, and some that were */
};

#define WORDS_OF_STANDING ((uint32_t)(sizeof(struct standing) / sizeof(uint32_t)))
#define WORDS_OF_CHILD    ((uint32_t)(sizeof(struct heap_child) / sizeof(uint32_t)))

struct sorter {
	struct work *work;
	const struct revision_history *history;
	size_t todo_count;

	struct {
		struct slot *items;
		size_t count, capacity;
	} slots;

	uint32_t first, last; /* slot */
	uint32_t *standings;  /* one behind the other, a place is an index */
	struct nodes dying;   /* entries; empty between emissions */
	struct nodes *sorted; /* borrowed; the result */
};

static uint32_t place_of(const struct sorter *sorter, uint32_t entry)
{
	return entry * WORDS_OF_STANDING + sorter->history->child.start[entry] * WORDS_OF_CHILD;
}

static struct standing *standing_at(const struct sorter *sorter, uint32_t place)
{
	return (struct standing *)&sorter->standings[place];
}

static struct standing *standing_of(const struct sorter *sorter, uint32_t entry)
{
	return standing_at(sorter, place_of(sorter, entry));
}

static bool is_inside(uint32_t number, struct interval interval)
{
	return number >= interval.first && number < interval.end;
}

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

/* The place of the child with the least bound; NO_PLACE: no tip is above. */
static uint32_t least_child(const struct sorter *sorter, struct standing *standing)
{
	struct heap_child *heap = standing->heap;

	while (standing->heap_size) {
		const uint32_t bound = standing_at(sorter, heap->place)->bound;

		if (heap->key == bound) {
			return heap->place;
		}
		heap->key = bound;
		if (bound == NO_SLOT) {
			*heap = heap[--standing->heap_size];
		}
		sift_down(heap, standing->heap_size, 0);
	}
	return NO_PLACE;
}

/*
 * Whether the bound of an entry is plainly true: the tip of that slot stands in the forest above the entry,
 * or above where the last search from here got through. Most tips move down a line, so this spares the
 * long ways up.
 */
static bool is_plainly_true(const struct sorter *sorter, struct standing *standing)
{
	const uint32_t number = sorter->slots.items[standing->bound].number;

	if (is_inside(number, standing->own)) {
		standing->through = standing->own;
		return true;
	}
	return is_inside(number, standing->through);
}

/* Find the least slot whose tip is strictly above that of `slot`. Makes bounds true on the way. */
static void search_above(struct sorter *sorter, struct slot *slot)
{
	struct nodes *below = &sorter->work->stack; // places on the way up
	uint32_t place = place_of(sorter, slot->tip), known = NO_PLACE;

	below->count = 0;
	for (;;) {
		struct standing *standing = standing_at(sorter, place);
		const uint32_t own = below->count ? standing->slot : NO_SLOT;
		const uint32_t child = least_child(sorter, standing);
		struct standing *above = child == NO_PLACE ? NULL : standing_at(sorter, child);

		if (!above || above->bound >= own) {
			standing->bound = own;
			standing->through = standing->own;
		} else if (child != known && !is_plainly_true(sorter, above)) {
			nodes_add(below, place, sorter->work->scratch);
			place = child;
			continue;
		} else if (below->count) {
			standing->bound = above->bound;
			standing->through = above->through;
		} else {
			slot->above = above->bound;
			slot->through = above->through;
			return;
		}
		known = place;
		place = below->items[--below->count];
	}
}

/* The least slot whose tip is strictly above that of `at`; NO_SLOT: none. */
static uint32_t slot_above(struct sorter *sorter, uint32_t at)
{
	struct slot *slot = &sorter->slots.items[at];

	if (!standing_of(sorter, slot->tip)->live_children) {
		return NO_SLOT;
	}
	if (slot->above == NO_SLOT ||
			!is_inside(sorter->slots.items[slot->above].number, slot->through)) {
		search_above(sorter, slot);
	}
	return slot->above;
}

/* Let `tip` stand in a slot that is there. */
static void fill_slot(struct sorter *sorter, uint32_t at, uint32_t tip)
{
	struct slot *slot = &sorter->slots.items[at];
	struct standing *standing = standing_of(sorter, tip);

	slot->tip = tip;
	slot->number = standing->own.first;
	slot->above = NO_SLOT;
	standing->slot = at;
}

static void add_slot(struct sorter *sorter, uint32_t tip)
{
	const uint32_t at = (uint32_t)sorter->slots.count;

	*LIST_PUSH(&sorter->slots, sorter->work->scratch) = (struct slot){
		.previous = sorter->last,
		.next = NO_SLOT,
	};
	if (sorter->last == NO_SLOT) {
		sorter->first = at;
	} else {
		sorter->slots.items[sorter->last].next = at;
	}
	sorter->last = at;
	fill_slot(sorter, at, tip);
}

/* Unlink a slot; where Alembic goes on is the one before it, or else the first. */
static uint32_t remove_slot(struct sorter *sorter, uint32_t slot)
{
	const struct slot gone = sorter->slots.items[slot];

	sorter->slots.items[slot].tip = NODE_NONE;
	sorter->slots.items[slot].number = NO_NUMBER;
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

/* No tip is at or above `entry` any more, which its parents get to know. */
static void die(struct sorter *sorter, uint32_t entry)
{
	size_t at = 0;
	uint32_t parent;

	standing_of(sorter, entry)->bound = NO_SLOT;
	while (node_next(sorter->history, entry, WALK_NORMALISED, &at, &parent)) {
		struct standing *standing = standing_of(sorter, parent);

		standing->live_children--;
		if (!standing->live_children && standing->slot == NO_SLOT) {
			nodes_add(&sorter->dying, parent, sorter->work->scratch);
		}
	}
}

/* Take what follows `tip`: parents that are still to do, and no tips yet. */
static void add_next(struct sorter *sorter, uint32_t tip, struct nodes *next)
{
	size_t at = 0;
	uint32_t parent;

	next->count = 0;
	while (node_next(sorter->history, tip, WALK_NORMALISED, &at, &parent)) {
		const struct standing *standing = standing_of(sorter, parent);

		if (standing->is_todo && standing->slot == NO_SLOT) {
			nodes_add(next, parent, sorter->work->scratch);
		}
	}
}

static void emit(struct sorter *sorter, uint32_t tip)
{
	struct standing *standing = standing_of(sorter, tip);

	if (standing->is_todo) {
		standing->is_todo = false;
		sorter->todo_count--;
		nodes_add(sorter->sorted, tip, sorter->work->scratch);
	}
}

/* Go on from a tip that was emitted: down from its slot, or from the slot that is returned. */
static uint32_t step_down(struct sorter *sorter, uint32_t slot, struct nodes *next)
{
	const uint32_t tip = sorter->slots.items[slot].tip;

	add_next(sorter, tip, next);
	standing_of(sorter, tip)->slot = NO_SLOT;
	if (!next->count) {
		return remove_slot(sorter, slot);
	}
	fill_slot(sorter, slot, next->items[0]);
	for (size_t i = 1; i < next->count; i++) {
		add_slot(sorter, next->items[i]);
	}
	return slot;
}

/* Put the children of an entry in its heap, with true bounds; its own is then true too. */
static void make_standing(struct sorter *sorter, uint32_t entry, struct interval own)
{
	const struct edges *children = &sorter->history->child;
	struct standing *standing = standing_of(sorter, entry);

	standing->own = standing->through = own;
	standing->bound = standing->slot;
	for (uint32_t i = children->start[entry]; i < children->start[entry + 1]; i++) {
		const uint32_t place = place_of(sorter, children->items[i] & EDGE_TARGET);
		const uint32_t bound = standing_at(sorter, place)->bound;

		if (!(children->items[i] & EDGE_NORMAL) || bound == NO_SLOT) {
			continue;
		}
		standing->heap[standing->heap_size++] = (struct heap_child){ place, bound };
		if (bound < standing->bound) {
			standing->bound = bound;
		}
	}
	standing->live_children = standing->heap_size;
	for (uint32_t at = standing->heap_size / 2; at-- > 0;) {
		sift_down(standing->heap, standing->heap_size, at);
	}
}

static void make_standings(struct sorter *sorter)
{
	const struct revision_history *history = sorter->history;
	const struct forest forest =
			forest_grow(history, FOREST_FIRST_PARENT, sorter->work->scratch);

	for (uint32_t i = 0; i < history->entry_count; i++) {
		const uint32_t entry = history->order[i];

		make_standing(sorter, entry,
				(struct interval){ forest.first[entry], forest.end[entry] });
	}
	for (uint32_t slot = sorter->first; slot != NO_SLOT;
			slot = sorter->slots.items[slot].next) {
		fill_slot(sorter, slot, sorter->slots.items[slot].tip);
	}
}

static void sort_acyclic(struct sorter *sorter)
{
	struct nodes next = { 0 };

	make_standings(sorter);
	for (uint32_t slot = sorter->first; slot != NO_SLOT;) {
		const uint32_t tip = sorter->slots.items[slot].tip;
		const uint32_t above = slot_above(sorter, slot);

		if (above != NO_SLOT) {
			slot = above;
			continue;
		}
		emit(sorter, tip);
		slot = step_down(sorter, slot, &next);
		die(sorter, tip);
		while (sorter->dying.count) {
			die(sorter, sorter->dying.items[--sorter->dying.count]);
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

static struct raised *sort_literally(struct sorter *sorter)
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
				return raised_endless(sorter->work->arena);
			}
			slot = above;
			continue;
		}
		turns = 0;
		emit(sorter, tip);
		const uint32_t left = slot;

		slot = step_down(sorter, slot, &next);
		if (is_plain_step(sorter, tip)) {
			sets.items[left][tip] = false;
			continue;
		}
		for (size_t i = 0; i < next.count; i++) {
			if (i > 0) {
				LIST_PUSH(&sets, sorter->work->scratch);
			}
			sets.items[i ? sets.count - 1 : left] = ancestors(sorter, next.items[i]);
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
		const struct standing *standing = standing_of(sorter, tips.items[i]);

		if (standing->is_todo && standing->slot == NO_SLOT) {
			add_slot(sorter, tips.items[i]);
		}
	}
}

struct raised *sort_tips_first(
		struct work *work, const struct collected *collected, struct nodes *ret_nodes)
{
	const struct revision_history *history = work->history;
	struct raised *raised = NULL;
	struct sorter sorter = {
		.work = work,
		.history = history,
		.first = NO_SLOT,
		.last = NO_SLOT,
		.sorted = ret_nodes,
	};

	assert((size_t)history->entry_count * WORDS_OF_STANDING +
					(size_t)history->child.start[history->entry_count] *
							WORDS_OF_CHILD <
			NO_PLACE);
	sorter.standings = arena_new_array(
			work->scratch, uint32_t, place_of(&sorter, history->entry_count));
	for (uint32_t entry = 0; entry < history->entry_count; entry++) {
		struct standing *standing = standing_of(&sorter, entry);

		standing->slot = NO_SLOT;
	}

	for (uint32_t node = 0; node < history->node_count; node++) {
		struct standing *standing = standing_of(&sorter, node_entry(history, node));

		if (collected->set[node] && !standing->is_todo) {
			standing->is_todo = true;
			sorter.todo_count++;
		}
	}
	add_first_tips(&sorter, &collected->start);
	if (history->order && sorter.slots.count) {
		sort_acyclic(&sorter);
	} else {
		raised = sort_literally(&sorter);
	}
	if (!raised && sorter.todo_count) {
		raised = raised_assertion(work->arena);
	}
	return raised;
}
