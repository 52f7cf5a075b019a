/*
 * Repairs of a tree: what the doctor advises, all of it and without the merge; other parents that may be meant; one
 * branch on top of another; what one branch needs of another. Bodies are in trees_bodies.c, ids that databases know in
 * trees_ids.c, revisions that nobody has written in trees_made.c.
 */
#include "kit/arena.h"
#include "kit/table.h"
#include "repair/repair_internal.h"
#include "revision/history.h"
#include "scenario/edit.h"

/* More of one kind are not tried. */
#define MOST_PARENTS  4
#define MOST_BRANCHES 6
#define MOST_NEEDS    6

/* Trees of more files are repaired as the doctor says, and no pairs of them are looked at. */
#define MOST_PAIRED 200

/* --- adding ----------------------------------------------------------------------------------------- */

/* Whether Alembic loads it, and it has as many heads as are wanted: else nothing could work, on no database. */
static bool is_possible(const struct making *making, const struct tree_edit *edit)
{
	const struct goal *goal = making->wish->goal;
	struct scenario_revisions after;
	struct str_list heads = { 0 };
	struct error *error = scenario_edit_apply(edit, making->wish->tree, making->arena, &after);

	if (error) {
		return false;
	}
	const struct revision_specs specs = scenario_revision_specs(&after, making->arena);
	struct revision_history *history =
			revision_history_new(&specs, making->wish->level, making->arena);

	error = revision_history_load(history, making->arena);
	if (!error) {
		error = revision_history_heads(history, making->arena, &heads);
	}
	return !error && (!(goal->keys & GOAL_HEADS) || heads.count == goal->heads);
}

void making_add(struct making *making, struct repair_tree tree)
{
	uint32_t unused;
	const str key = str_list_join(&tree.changes, STR("\n"), making->arena);

	if (!table_find(&making->seen, key, &unused) && is_possible(making, &tree.edit)) {
		table_set(&making->seen, key, 0);
		*LIST_PUSH(&making->trees, making->arena) = tree;
	}
}

void making_add_edits(struct making *making, str title, const struct spec_edits *edits)
{
	struct repair_tree tree = { .title = title };

	repair_edit_tree(making, edits, &tree);
	if (tree.files) {
		making_add(making, tree);
	}
}

static void take_edits(
		struct spec_edits *edits, const struct spec_edits *others, struct arena *arena)
{
	for (size_t i = 0; i < others->count; i++) {
		*LIST_PUSH(edits, arena) = others->items[i];
	}
}

struct spec_edit edit_of_parents(size_t spec, str from, str to, struct arena *arena)
{
	struct spec_edit edit = {
		.kind = SPEC_DOWN_REVISION,
		.spec = (uint32_t)spec,
		.from = from,
	};

	if (to.len) {
		str_list_add(&edit.to, to, arena);
	}
	return edit;
}

/* --- what the doctor says --------------------------------------------------------------------------- */

struct faults making_examine(const struct making *making, const struct revision_specs *specs)
{
	const struct repair_wish *wish = making->wish;

	return wish->lost ? doctor_examine_with(specs, wish->lost, wish->level, making->arena)
			  : doctor_examine(specs, wish->level, making->arena);
}

static bool is_of_ends(const struct fault *fault)
{
	return fault->kind == FAULT_MULTIPLE_HEADS || fault->kind == FAULT_MULTIPLE_BASES;
}

/* Faults that nobody has to repair for a tree to load. */
static bool is_blemish(const struct fault *fault)
{
	return is_of_ends(fault) || fault->kind == FAULT_PREFIX_TRAP ||
			fault->kind == FAULT_REDUNDANT_PARENT ||
			fault->kind == FAULT_DOCSTRING_DISAGREES;
}

/* Its advice about all faults that `takes` says. `without`: one of them apart. */
static struct spec_edits advice(const struct making *making, bool (*leaves)(const struct fault *),
		const struct fault *without)
{
	struct spec_edits edits = { 0 };

	for (size_t i = 0; i < making->faults.count; i++) {
		const struct fault *fault = &making->faults.items[i];

		if (fault != without && !(leaves && leaves(fault))) {
			take_edits(&edits, &fault->edits, making->arena);
		}
	}
	return edits;
}

static void add_advice(struct making *making)
{
	const struct spec_edits least = advice(making, is_blemish, NULL);
	const struct spec_edits loads = advice(making, is_of_ends, NULL);
	const struct spec_edits all = advice(making, NULL, NULL);

	making_add_edits(making, STR("what the doctor advises for it to load"), &least);
	making_add_edits(making, STR("what the doctor advises, without a merge"), &loads);
	making_add_edits(making, STR("all that the doctor advises"), &all);
	for (size_t i = 0; making->faults.count > 1 && i < making->faults.count && i < 6; i++) {
		making_add_edits(making,
				str_format(making->arena,
						"what the doctor advises about %.*s alone",
						STR_ARG(making->faults.items[i].revision)),
				&making->faults.items[i].edits);
	}
}

/* --- relations -------------------------------------------------------------------------------------- */

size_t spec_of_id(const struct revision_specs *specs, str id)
{
	for (size_t i = specs->count; i-- > 0;) {
		if (str_equal(specs->items[i].revision, id)) {
			return i;
		}
	}
	return SIZE_MAX;
}

/* Mark the file and all below it, by parents and dependencies. */
static void mark_below(const struct revision_specs *specs, size_t at, bool *is_marked)
{
	if (at == SIZE_MAX || is_marked[at]) {
		return;
	}
	is_marked[at] = true;
	const struct revision_spec *spec = &specs->items[at];
	const struct str_list *lists[] = { &spec->down_revision, &spec->depends_on };

	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		for (size_t j = 0; j < lists[i]->count; j++) {
			mark_below(specs, spec_of_id(specs, lists[i]->items[j]), is_marked);
		}
	}
}

/* Whether `upper` stands on `lower`, or is it. */
static bool stands_on(const struct making *making, size_t upper, size_t lower)
{
	bool *is_marked = arena_new_array(making->arena, bool, making->specs.count);

	mark_below(&making->specs, upper, is_marked);
	return is_marked[lower];
}

/* --- other parents ------------------------------------------------------------------------------------ */

/* A name that nothing has may mean others than the doctor thinks: those loaded near the file, the nearest before it first. */
static void add_parents_of(struct making *making, const struct fault *fault)
{
	const struct spec_edits rest = advice(making, is_blemish, fault);
	size_t added = 0;

	for (size_t distance = 1; distance < making->specs.count && added < MOST_PARENTS;
			distance++) {
		const size_t places[] = { fault->spec - distance, fault->spec + distance };

		for (size_t i = 0; i < COUNT_OF(places); i++) {
			if (places[i] >= making->specs.count ||
					stands_on(making, places[i], fault->spec)) {
				continue;
			}
			const str parent = making->specs.items[places[i]].revision;
			struct spec_edits edits = { 0 };

			take_edits(&edits, &rest, making->arena);
			*LIST_PUSH(&edits, making->arena) = edit_of_parents(
					fault->spec, fault->missing, parent, making->arena);
			edits.items[edits.count - 1].kind = fault->kind == FAULT_MISSING_DEPENDENCY
					? SPEC_DEPENDS_ON
					: SPEC_DOWN_REVISION;
			making_add_edits(making,
					str_format(making->arena, "%.*s in the place of %.*s",
							STR_ARG(parent), STR_ARG(fault->missing)),
					&edits);
			added++;
		}
	}
}

static void add_other_parents(struct making *making)
{
	for (size_t i = 0; i < making->faults.count; i++) {
		const struct fault *fault = &making->faults.items[i];

		if ((fault->kind == FAULT_MISSING_PARENT ||
				    fault->kind == FAULT_MISSING_DEPENDENCY) &&
				fault->spec < making->specs.count && fault->missing.len) {
			add_parents_of(making, fault);
		}
	}
}

/* --- branches ----------------------------------------------------------------------------------------- */

bool making_is_head(const struct making *making, size_t at)
{
	const str id = making->specs.items[at].revision;

	for (size_t i = 0; i < making->specs.count; i++) {
		if (str_list_contains(&making->specs.items[i].down_revision, id)) {
			return false;
		}
	}
	return true;
}

/* The lowest file of the line that leads to `head` alone, of the two; SIZE_MAX: it forks or merges on the way. */
static size_t branch_root(const struct making *making, size_t head, size_t other)
{
	size_t at = head;

	for (;;) {
		const struct revision_spec *spec = &making->specs.items[at];
		const size_t below = spec->down_revision.count == 1
				? spec_of_id(&making->specs, spec->down_revision.items[0])
				: SIZE_MAX;

		if (spec->down_revision.count > 1) {
			return SIZE_MAX;
		}
		if (below == SIZE_MAX || stands_on(making, other, below)) {
			return at;
		}
		at = below;
	}
}

/* One branch follows the other. */
static void add_rebased(struct making *making, size_t head, size_t other)
{
	const size_t root = branch_root(making, other, head);
	struct spec_edits edits = { 0 };

	if (root == SIZE_MAX) {
		return;
	}
	const struct revision_spec *spec = &making->specs.items[root];
	const str to = making->specs.items[head].revision;

	if (!spec->down_revision.count) {
		return; // there is nothing that an edit could take the place of
	}
	*LIST_PUSH(&edits, making->arena) =
			edit_of_parents(root, spec->down_revision.items[0], to, making->arena);
	making_add_edits(making,
			str_format(making->arena, "%.*s on top of %.*s", STR_ARG(spec->revision),
					STR_ARG(to)),
			&edits);
}

static void add_branches(struct making *making)
{
	size_t added = 0;

	for (size_t i = 0; i < making->specs.count; i++) {
		for (size_t j = 0; j < i && added < MOST_BRANCHES; j++) {
			if (making_is_head(making, i) && making_is_head(making, j)) {
				add_rebased(making, j, i);
				add_rebased(making, i, j);
				added += 2;
			}
		}
	}
}

/* --- what one branch needs of another ------------------------------------------------------------------ */

static bool is_word_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '_';
}

static str next_word(str *rest)
{
	size_t start = 0, end;

	while (start < rest->len && !is_word_character(rest->data[start])) {
		start++;
	}
	end = start;
	while (end < rest->len && is_word_character(rest->data[end])) {
		end++;
	}
	const str word = str_slice(*rest, start, end - start);

	*rest = str_slice(*rest, end, rest->len);
	return word;
}

bool sql_has_word(str text, str word)
{
	while (text.len) {
		if (str_equal(next_word(&text), word)) {
			return true;
		}
	}
	return false;
}

/* Whether `user` speaks of a table or a column that `maker` makes, going by the words of their SQL. */
static bool may_need(str user, str maker)
{
	str before = { 0 };

	while (maker.len) {
		const str word = next_word(&maker);

		if ((str_equal(before, STR("TABLE")) || str_equal(before, STR("COLUMN"))) &&
				word.len && sql_has_word(user, word)) {
			return true;
		}
		before = word;
	}
	return false;
}

str making_sql(const struct making *making, size_t at)
{
	return making->wish->tree->items[at].upgrade.by_engine[making->wish->engine].text;
}

/* A revision depends on another one, which its SQL speaks of and which no parent leads to; or follows it. */
static void add_need(struct making *making, size_t user, size_t maker)
{
	const struct revision_spec *spec = &making->specs.items[user];
	const str on = making->specs.items[maker].revision;
	struct repair_tree depends = {
		.title = str_format(making->arena, "%.*s depends on %.*s", STR_ARG(spec->revision),
				STR_ARG(on)),
		.files = 1,
	};
	struct revision_change change = {
		.name = spec->file.len ? spec->file : spec->revision,
		.fields = FIELD_DEPENDS_ON,
		.values.spec.depends_on = { 0 },
	};
	struct spec_edits follows = { 0 };

	for (size_t i = 0; i < spec->depends_on.count; i++) {
		str_list_add(&change.values.spec.depends_on, spec->depends_on.items[i],
				making->arena);
	}
	str_list_add(&change.values.spec.depends_on, on, making->arena);
	*LIST_PUSH(&depends.edit.change, making->arena) = change;
	str_list_add(&depends.changes,
			str_format(making->arena, "%.*s: depends_on %.*s", STR_ARG(change.name),
					STR_ARG(on)),
			making->arena);
	making_add(making, depends);
	if (spec->down_revision.count == 1) {
		*LIST_PUSH(&follows, making->arena) = edit_of_parents(
				user, spec->down_revision.items[0], on, making->arena);
		making_add_edits(making,
				str_format(making->arena, "%.*s follows %.*s",
						STR_ARG(spec->revision), STR_ARG(on)),
				&follows);
	}
}

static void add_needs(struct making *making)
{
	size_t added = 0;

	for (size_t user = 0; user < making->specs.count; user++) {
		for (size_t maker = making->specs.count; maker-- > 0 && added < MOST_NEEDS;) {
			if (maker != user &&
					may_need(making_sql(making, user),
							making_sql(making, maker)) &&
					!stands_on(making, user, maker) &&
					!stands_on(making, maker, user)) {
				add_need(making, user, maker);
				added++;
				break;
			}
		}
	}
}

/* A file that depends on `on`, perhaps beside others, in the place of `before`; empty: of nothing. */
static void add_dependency(struct making *making, size_t user, str before, str on)
{
	const struct revision_spec *spec = &making->specs.items[user];
	struct spec_edits edits = { 0 };
	struct spec_edit edit = {
		.kind = SPEC_DEPENDS_ON,
		.spec = (uint32_t)user,
		.from = before,
	};

	str_list_add(&edit.to, on, making->arena);
	*LIST_PUSH(&edits, making->arena) = edit;
	making_add_edits(making,
			str_format(making->arena, "%.*s depends on %.*s instead of %.*s",
					STR_ARG(spec->revision), STR_ARG(on), STR_ARG(before)),
			&edits);
}

/* What is depended on may be more than is needed: what it stands on may do. */
static void add_lesser_needs(struct making *making)
{
	for (size_t user = 0; user < making->specs.count; user++) {
		const struct str_list *needs = &making->specs.items[user].depends_on;

		for (size_t i = 0; i < needs->count; i++) {
			const size_t at = spec_of_id(&making->specs, needs->items[i]);
			const struct str_list *below = at == SIZE_MAX
					? NULL
					: &making->specs.items[at].down_revision;

			for (size_t j = 0; below && j < below->count; j++) {
				add_dependency(making, user, needs->items[i], below->items[j]);
			}
		}
	}
}

/* --- the whole ---------------------------------------------------------------------------------------- */

static void sort_by_files(struct repair_trees *trees)
{
	for (size_t i = 1; i < trees->count; i++) {
		const struct repair_tree tree = trees->items[i];
		size_t at = i;

		for (; at && trees->items[at - 1].files > tree.files; at--) {
			trees->items[at] = trees->items[at - 1];
		}
		trees->items[at] = tree;
	}
}

bool repair_is_sound(const struct repair_wish *wish, struct arena *arena)
{
	const struct making making = { .wish = wish, .arena = arena };
	const struct revision_specs specs = scenario_revision_specs(wish->tree, arena);
	const struct faults faults = making_examine(&making, &specs);

	for (size_t i = 0; i < faults.count; i++) {
		if (!is_blemish(&faults.items[i])) {
			return false;
		}
	}
	return faults.heads.count <= 1;
}

struct repair_trees repair_make_trees(const struct repair_wish *wish,
		const struct repair_database *databases, size_t database_count, struct arena *arena)
{
	struct making making = {
		.wish = wish,
		.arena = arena,
		.specs = scenario_revision_specs(wish->tree, arena),
		.seen = { .arena = arena },
	};

	making.faults = making_examine(&making, &making.specs);
	*LIST_PUSH(&making.trees, arena) = (struct repair_tree){
		.title = STR("the tree as it is"),
	};
	add_advice(&making);
	making_add_known_ids(&making, databases, database_count);
	making_add_missing(&making, databases, database_count);
	making_add_adopted(&making, databases, database_count);
	if (making.specs.count <= MOST_PAIRED) {
		add_other_parents(&making);
		add_branches(&making);
		add_needs(&making);
		add_lesser_needs(&making);
		making_add_autocommit(&making);
		making_add_without_version_table(&making);
		if (database_count) {
			making_add_downgrades(&making, &databases[0]);
		}
	}
	sort_by_files(&making.trees);
	return making.trees;
}
