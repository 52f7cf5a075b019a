#include "revision/history.h"

#include "revision/load.h"
#include "revision/revision_internal.h"

#include <assert.h>

struct revision_history *revision_history_new(
		const struct revision_specs *specs, int level, struct arena *arena)
{
	struct revision_history *history = arena_new(arena, struct revision_history);

	history->specs = specs;
	history->level = level;
	history->arena = arena;
	return history;
}

struct raised *history_need(struct work *work)
{
	struct revision_history *history = work->history;

	if (!history->is_loaded) {
		struct work loading; // what it raises must live as long as the history

		work_begin(&loading, history, history->arena);
		history->load_raised = history_load(&loading);
		history->is_loaded = true;
		work_end(&loading);
	}
	return history->load_raised;
}

static struct error *raw(struct raised *raised)
{
	return raised ? &raised->error : NULL;
}

struct error *revision_history_load(struct revision_history *history, struct arena *arena)
{
	struct work work;

	work_begin(&work, history, arena);
	struct raised *raised = history_need(&work);

	work_end(&work);
	return raw(raised);
}

static struct error *ids_of(struct revision_history *history, const struct nodes *nodes,
		struct arena *arena, struct str_list *ret_ids)
{
	struct error *err = revision_history_load(history, arena);

	if (err) {
		return err;
	}
	*ret_ids = (struct str_list){ 0 };
	for (size_t i = 0; i < nodes->count; i++) {
		str_list_add(ret_ids, node_id(history, nodes->items[i]), arena);
	}
	return NULL;
}

struct error *revision_history_heads(
		struct revision_history *history, struct arena *arena, struct str_list *ret_ids)
{
	return ids_of(history, &history->heads, arena, ret_ids);
}

struct error *revision_history_real_heads(
		struct revision_history *history, struct arena *arena, struct str_list *ret_ids)
{
	return ids_of(history, &history->real_heads, arena, ret_ids);
}

struct error *revision_history_bases(
		struct revision_history *history, struct arena *arena, struct str_list *ret_ids)
{
	return ids_of(history, &history->bases, arena, ret_ids);
}

const struct str_list *revision_history_warnings(const struct revision_history *history)
{
	return &history->warnings;
}

int revision_error_exit_status(const struct error *error)
{
	return str_equal(error->class_name, STR("CommandError")) ? 255 : 1;
}

/* The one down revision of a node that is no merge point. */
static bool single_parent(
		const struct revision_history *history, uint32_t node, uint32_t *ret_parent)
{
	if (history->down.start[node + 1] - history->down.start[node] != 1) {
		return false;
	}
	*ret_parent = history->down.items[history->down.start[node]] & EDGE_TARGET;
	return true;
}

/*
 * See, in a new walk, all nodes that carry the labels of `owner`: what descends from it, and the straight
 * line below where that walk ended, down to the first branch or merge point.
 */
static void see_labelled(struct work *work, uint32_t owner)
{
	const struct revision_history *history = work->history;
	uint32_t last = owner;

	walk_begin(work);
	nodes_add(&work->stack, owner, work->scratch);
	while (work->stack.count) {
		const uint32_t node = work->stack.items[--work->stack.count];
		size_t at = 0;
		uint32_t next;

		if (!walk_visit(work, node)) {
			continue;
		}
		last = node;
		while (node_next(history, node, WALK_DOWN_UP, &at, &next)) {
			nodes_add(&work->stack, next, work->scratch);
		}
	}
	for (uint32_t node = last; node_child_count(history, node) < 2 &&
			history->down.start[node + 1] - history->down.start[node] < 2;) {
		walk_visit(work, node);
		if (!single_parent(history, node, &node)) {
			break;
		}
	}
}

bool node_has_label(struct work *work, uint32_t node, str label)
{
	uint32_t owner;

	if (!table_find(&work->history->keys, label, &owner) ||
			str_equal(node_id(work->history, owner), label)) {
		return false;
	}
	see_labelled(work, owner);
	return walk_has_seen(work, node);
}

size_t node_label_count(struct work *work, uint32_t node, str *ret_last)
{
	size_t count = 0;

	for (uint32_t i = 0; i < work->history->label_count; i++) {
		const struct label *label = &work->history->labels[i];

		see_labelled(work, label->owner);
		if (walk_has_seen(work, node)) {
			count++;
			*ret_last = label->name;
		}
	}
	return count;
}
