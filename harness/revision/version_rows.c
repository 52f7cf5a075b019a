#include "revision/version_rows.h"

#include "revision/revision_internal.h"

#include <stdlib.h>

/* Since 1.13.1 an unmerge leaves out what another of the new rows implies. */
#define FIRST_LEVEL_WITHOUT_REDUNDANT_ROWS 13

/* One member of the set that Alembic calls heads. */
struct kept_row {
	str id;
	uint32_t node; /* the entry with just that id; NODE_NONE: none, so it is looked up when asked for */
};

struct version_keeper {
	struct revision_history *history;
	struct arena *arena;
	str table;
	bool checks_matches;
	bool knows_map;      /* the history is loaded; it may not be when the keeper is made */
	struct table places; /* id -> place in `rows` + 1; 0: no longer there */

	struct {
		struct kept_row *items;
		size_t count, capacity;
	} rows;
	struct work work;                /* its scratch is the keeper's arena */
	struct nodes down, kept, starts; /* of the step in hand; used again */
	uint32_t *down_of; /* of an entry: number of the last step that has it as a down revision */
	uint32_t step;
};

/* ---- the set ---- */

static bool has_row(const struct version_keeper *keeper, str id)
{
	uint32_t place;

	return table_find(&keeper->places, id, &place) && place;
}

/* The entry that has just this id. */
static uint32_t known_node(const struct revision_history *history, str id)
{
	uint32_t node;

	if (!table_find(&history->keys, id, &node) || node >= history->entry_count ||
			!str_equal(node_id(history, node), id)) {
		return NODE_NONE;
	}
	return node;
}

static void add_row(struct version_keeper *keeper, str id)
{
	*LIST_PUSH(&keeper->rows, keeper->arena) = (struct kept_row){
		.id = id,
		.node = keeper->knows_map ? known_node(keeper->history, id) : NODE_NONE,
	};
	table_set(&keeper->places, id, (uint32_t)keeper->rows.count);
}

static void remove_row(struct version_keeper *keeper, str id)
{
	uint32_t place = 0;

	table_find(&keeper->places, id, &place);
	const struct kept_row last = keeper->rows.items[--keeper->rows.count];

	table_set(&keeper->places, id, 0);
	if (place <= keeper->rows.count) {
		keeper->rows.items[place - 1] = last;
		table_set(&keeper->places, last.id, place);
	}
}

struct version_keeper *version_keeper_new(struct revision_history *history,
		const struct str_list *rows, str table, bool checks_matches, struct arena *arena)
{
	struct version_keeper *keeper = arena_new(arena, struct version_keeper);

	*keeper = (struct version_keeper){
		.history = history,
		.arena = arena,
		.table = table,
		.checks_matches = checks_matches,
		.places = { .arena = arena },
		.work = { .history = history, .scratch = arena },
	};
	for (size_t i = 0; i < rows->count; i++) {
		if (!has_row(keeper, rows->items[i])) {
			add_row(keeper, rows->items[i]);
		}
	}
	return keeper;
}

/* ---- changes ---- */

static struct error *raw(struct raised *raised)
{
	return raised ? &raised->error : NULL;
}

static struct error *send(struct version_keeper *keeper, const struct version_change *change,
		const struct version_store *store, struct arena *arena)
{
	int64_t matched;
	struct error *err = store->apply(store->data, change, arena, &matched);

	if (err || !keeper->checks_matches || change->op == VERSION_INSERT || matched == 1) {
		return err;
	}
	if (change->op == VERSION_DELETE) {
		return error_alembic(arena, "CommandError",
				"Online migration expected to match one row when deleting '%.*s' in "
				"'%.*s'; %lld found",
				STR_ARG(change->from), STR_ARG(keeper->table), (long long)matched);
	}
	return error_alembic(arena, "CommandError",
			"Online migration expected to match one row when updating '%.*s' to '%.*s' in "
			"'%.*s'; %lld found",
			STR_ARG(change->from), STR_ARG(change->to), STR_ARG(keeper->table),
			(long long)matched);
}

static struct error *insert_row(struct version_keeper *keeper, str id,
		const struct version_store *store, struct arena *arena)
{
	const struct version_change change = { .op = VERSION_INSERT, .to = id };

	if (has_row(keeper, id)) {
		return raw(raised_assertion(arena));
	}
	add_row(keeper, id);
	return send(keeper, &change, store, arena);
}

static struct error *delete_row(struct version_keeper *keeper, str id,
		const struct version_store *store, struct arena *arena)
{
	const struct version_change change = { .op = VERSION_DELETE, .from = id };

	if (!has_row(keeper, id)) {
		return raw(raised_key(arena, id));
	}
	remove_row(keeper, id);
	return send(keeper, &change, store, arena);
}

static struct error *update_row(struct version_keeper *keeper, str from, str to,
		const struct version_store *store, struct arena *arena)
{
	const struct version_change change = { .op = VERSION_UPDATE, .from = from, .to = to };

	if (has_row(keeper, to)) {
		return raw(raised_assertion(arena));
	}
	if (!has_row(keeper, from)) {
		return raw(raised_key(arena, from));
	}
	remove_row(keeper, from);
	add_row(keeper, to);
	return send(keeper, &change, store, arena);
}

/* Delete all but the last, which becomes `to`. */
static struct error *merge_rows(struct version_keeper *keeper, const struct str_list *from, str to,
		const struct version_store *store, struct arena *arena)
{
	struct error *err = NULL;

	if (!from->count) {
		return error_alembic(arena, "IndexError", "list index out of range");
	}
	for (size_t i = 0; !err && i + 1 < from->count; i++) {
		err = delete_row(keeper, from->items[i], store, arena);
	}
	return err ? err : update_row(keeper, from->items[from->count - 1], to, store, arena);
}

/* Insert all but the last, which `from` becomes. */
static struct error *unmerge_rows(struct version_keeper *keeper, str from,
		const struct str_list *to, const struct version_store *store, struct arena *arena)
{
	struct error *err = NULL;

	for (size_t i = 0; !err && i + 1 < to->count; i++) {
		err = insert_row(keeper, to->items[i], store, arena);
	}
	return err ? err : update_row(keeper, from, to->items[to->count - 1], store, arena);
}

/* ---- upgrade and downgrade ---- */

/* The normalised down revisions of the step, and how many of them are rows. */
static size_t take_down(struct version_keeper *keeper, uint32_t node)
{
	size_t rows = 0, at = 0;
	uint32_t next;

	if (!keeper->down_of) {
		keeper->down_of = arena_new_array(
				keeper->arena, uint32_t, keeper->history->entry_count);
	}
	keeper->step++;
	keeper->down.count = 0;
	while (node_next(keeper->history, node, WALK_NORMALISED, &at, &next)) {
		nodes_add(&keeper->down, next, keeper->arena);
		keeper->down_of[next] = keeper->step;
		rows += has_row(keeper, node_id(keeper->history, next));
	}
	return rows;
}

/* Walk down from the starts, but not below the lowest of the step's down revisions. */
static void see_covered(struct version_keeper *keeper)
{
	const struct revision_history *history = keeper->history;
	struct work *work = &keeper->work;
	uint32_t least = UINT32_MAX;

	for (size_t i = 0; history->height && i < keeper->down.count; i++) {
		const uint32_t height = history->height[keeper->down.items[i]];

		least = height < least ? height : least;
	}
	walk_begin(work);
	for (size_t i = 0; i < keeper->starts.count; i++) {
		nodes_add(&work->stack, keeper->starts.items[i], work->scratch);
	}
	while (work->stack.count) {
		const uint32_t node = work->stack.items[--work->stack.count];
		size_t at = 0;
		uint32_t next;

		if (!walk_visit(work, node)) {
			continue;
		}
		while (node_next(history, node, WALK_NORMALISED, &at, &next)) {
			if (!history->height || history->height[next] >= least) {
				nodes_add(&work->stack, next, work->scratch);
			}
		}
	}
}

/* The down revisions that no seen walk has covered, in order. */
static void keep_uncovered(struct version_keeper *keeper)
{
	keeper->kept.count = 0;
	for (size_t i = 0; i < keeper->down.count; i++) {
		if (!walk_has_seen(&keeper->work, keeper->down.items[i])) {
			nodes_add(&keeper->kept, keeper->down.items[i], keeper->arena);
		}
	}
}

/*
 * Keep those down revisions that no other row implies. Others are the rows that are no down revisions
 * themselves, nor `self`. False in `ret_has_others`: there are none, and nothing was left out.
 */
static struct raised *keep_unimplied(
		struct version_keeper *keeper, uint32_t self, bool *ret_has_others)
{
	const bool is_upgrade = self == NODE_NONE;

	keeper->starts.count = 0;
	*ret_has_others = false;
	for (size_t i = 0; i < keeper->rows.count; i++) {
		const struct kept_row *row = &keeper->rows.items[i];
		const bool is_known = row->node != NODE_NONE;

		if (is_known &&
				(is_upgrade ? keeper->down_of[row->node] == keeper->step
					    : row->node == self)) {
			continue;
		}
		*ret_has_others = true;
		struct raised *raised = is_known
				? revisions_add_id(&keeper->work, row->node, &keeper->starts)
				: revisions_add(&keeper->work, row->id, &keeper->starts);

		if (raised) {
			return raised;
		}
	}
	struct raised *raised = nodes_require(&keeper->work, &keeper->starts);

	if (!raised) {
		see_covered(keeper);
		keep_uncovered(keeper);
	}
	return raised;
}

static void keep_all(struct version_keeper *keeper)
{
	keeper->kept.count = 0;
	for (size_t i = 0; i < keeper->down.count; i++) {
		nodes_add(&keeper->kept, keeper->down.items[i], keeper->arena);
	}
}

/*
 * Without other rows: leave out what another of the down revisions implies. One at a time, as in a cycle
 * none may count as its own ancestor.
 */
static struct raised *keep_topmost(struct version_keeper *keeper)
{
	const struct nodes down = keeper->down;
	size_t kept = 0;

	keep_all(keeper);
	for (size_t i = 0; i < down.count; i++) {
		struct raised *raised;

		keeper->starts.count = 0;
		raised = revisions_add_id(&keeper->work, down.items[i], &keeper->starts);
		if (!raised) {
			raised = nodes_require(&keeper->work, &keeper->starts);
		}
		if (raised) {
			return raised;
		}
		see_covered(keeper);
		for (size_t j = kept = 0; j < keeper->kept.count; j++) {
			const uint32_t node = keeper->kept.items[j];

			if (node == down.items[i] || !walk_has_seen(&keeper->work, node)) {
				keeper->kept.items[kept++] = node;
			}
		}
		keeper->kept.count = kept;
	}
	return NULL;
}

static struct str_list kept_ids(struct version_keeper *keeper, struct arena *arena)
{
	struct str_list ids = { 0 };

	for (size_t i = 0; i < keeper->kept.count; i++) {
		str_list_add(&ids, node_id(keeper->history, keeper->kept.items[i]), arena);
	}
	return ids;
}

/* What remains: one row moves up or down. */
static struct error *move_row(struct version_keeper *keeper, const struct plan_step *step,
		size_t rows_below, const struct version_store *store, struct arena *arena)
{
	const struct revision_history *history = keeper->history;
	uint32_t below = NODE_NONE;

	if (keeper->down.count == 1) {
		below = keeper->down.items[0];
	} else if (rows_below != 1) {
		return error_alembic(arena, "AssertionError",
				"Can't do an UPDATE because downrevision is ambiguous");
	}
	for (size_t i = 0; below == NODE_NONE; i++) {
		if (has_row(keeper, node_id(history, keeper->down.items[i]))) {
			below = keeper->down.items[i];
		}
	}
	const str id = node_id(history, below);

	return step->op == PLAN_UPGRADE ? update_row(keeper, id, step->revision, store, arena)
					: update_row(keeper, step->revision, id, store, arena);
}

static struct error *apply_upgrade(struct version_keeper *keeper, const struct plan_step *step,
		size_t rows_below, const struct version_store *store, struct arena *arena)
{
	bool has_others;

	if (!rows_below) {
		return insert_row(keeper, step->revision, store, arena);
	}
	if (keeper->down.count == 1 || rows_below == 1) {
		return move_row(keeper, step, rows_below, store, arena);
	}
	struct raised *raised = keep_unimplied(keeper, NODE_NONE, &has_others);

	if (raised) {
		return raw(raised);
	}
	if (!has_others) {
		keep_all(keeper);
	}
	const struct str_list from = kept_ids(keeper, arena);

	return merge_rows(keeper, &from, step->revision, store, arena);
}

static struct error *apply_downgrade(struct version_keeper *keeper, const struct plan_step *step,
		uint32_t node, size_t rows_below, const struct version_store *store,
		struct arena *arena)
{
	bool has_others;

	if (!has_row(keeper, step->revision)) {
		return move_row(keeper, step, rows_below, store, arena);
	}
	if (!keeper->down.count) {
		return delete_row(keeper, step->revision, store, arena);
	}
	struct raised *raised = keep_unimplied(keeper, node, &has_others);

	if (!raised && !has_others) {
		if (keeper->history->level >= FIRST_LEVEL_WITHOUT_REDUNDANT_ROWS) {
			raised = keep_topmost(keeper);
		} else {
			keep_all(keeper);
		}
	}
	if (raised) {
		return raw(raised);
	}
	if (!keeper->kept.count) {
		return delete_row(keeper, step->revision, store, arena);
	}
	if (keeper->down.count == 1) {
		return move_row(keeper, step, rows_below, store, arena);
	}
	const struct str_list to = kept_ids(keeper, arena);

	return unmerge_rows(keeper, step->revision, &to, store, arena);
}

/* ---- stamp ---- */

static bool lacks_any(const struct version_keeper *keeper, const struct str_list *ids)
{
	for (size_t i = 0; i < ids->count; i++) {
		if (!has_row(keeper, ids->items[i])) {
			return true;
		}
	}
	return false;
}

static struct error *apply_stamp(struct version_keeper *keeper, const struct plan_step *step,
		const struct version_store *store, struct arena *arena)
{
	if (!step->is_upgrade && step->is_branch_move) {
		return delete_row(keeper, step->from.items[0], store, arena);
	}
	if (step->is_upgrade && (step->is_branch_move || lacks_any(keeper, &step->from)) &&
			lacks_any(keeper, &step->to)) {
		return insert_row(keeper, step->to.items[0], store, arena);
	}
	if (step->from.count > 1) {
		return merge_rows(keeper, &step->from, step->to.items[0], store, arena);
	}
	if (step->from.count != 1) {
		return raw(raised_assertion(arena));
	}
	return update_row(keeper, step->from.items[0], step->to.items[0], store, arena);
}

struct error *version_keeper_apply(struct version_keeper *keeper, const struct plan_step *step,
		const struct version_store *store, struct arena *arena)
{
	uint32_t node = 0;

	keeper->work.arena = arena;
	for (size_t i = 0; !keeper->knows_map && i < keeper->rows.count; i++) {
		keeper->rows.items[i].node = known_node(keeper->history, keeper->rows.items[i].id);
	}
	keeper->knows_map = true;
	switch (step->op) {
	case PLAN_STAMP:
		return apply_stamp(keeper, step, store, arena);
	case PLAN_UPGRADE:
	case PLAN_DOWNGRADE:
		break;
	}
	table_find(&keeper->history->keys, step->revision, &node);
	const size_t rows_below = take_down(keeper, node);

	return step->op == PLAN_UPGRADE
			? apply_upgrade(keeper, step, rows_below, store, arena)
			: apply_downgrade(keeper, step, node, rows_below, store, arena);
}
