#include "scenario/edit.h"

#include "kit/arena.h"
#include "kit/table.h"
#include "scenario/reader.h"

#define NOBODY UINT32_MAX

/* Which revisions have a name. */
struct names {
	struct table table; /* to the last revision of each name */
	uint32_t *before;   /* for each revision, one before it with the same name, or NOBODY */
};

/* Revisions by what a name may mean. */
struct name_index {
	struct names files, ids;
};

static void names_init(struct names *names, size_t count, struct arena *arena)
{
	names->table.arena = arena;
	names->before = arena_new_array(arena, uint32_t, count);
}

static void names_add(struct names *names, str name, uint32_t at)
{
	if (!name.len || !table_find(&names->table, name, &names->before[at])) {
		names->before[at] = NOBODY;
	}
	if (name.len) {
		table_set(&names->table, name, at);
	}
}

static void name_index_init(struct name_index *index, const struct scenario_revisions *revisions,
		struct arena *arena)
{
	names_init(&index->files, revisions->count, arena);
	names_init(&index->ids, revisions->count, arena);
	for (size_t i = 0; i < revisions->count; i++) {
		names_add(&index->files, revisions->items[i].spec.file, (uint32_t)i);
		names_add(&index->ids, revisions->items[i].spec.revision, (uint32_t)i);
	}
}

/* The last revision of that name, and in what to look for those before it; NULL when there is none. */
static const struct names *name_index_find(
		const struct name_index *index, str name, uint32_t *ret_last)
{
	if (name.len && table_find(&index->files.table, name, ret_last)) {
		return &index->files;
	}
	if (name.len && table_find(&index->ids.table, name, ret_last)) {
		return &index->ids;
	}
	return NULL;
}

static void remove_revisions(const struct named_places *remove,
		struct scenario_revisions *revisions, struct arena *arena,
		struct named_places *missing)
{
	struct name_index index = { 0 };
	bool *is_removed = arena_new_array(arena, bool, revisions->count);
	size_t kept = 0;

	if (!remove->count) {
		return;
	}
	name_index_init(&index, revisions, arena);
	for (size_t i = 0; i < remove->count; i++) {
		uint32_t at = NOBODY;
		const struct names *names = name_index_find(&index, remove->items[i].name, &at);

		if (!names) {
			*LIST_PUSH(missing, arena) = remove->items[i];
		}
		for (; names && at != NOBODY; at = names->before[at]) {
			is_removed[at] = true;
		}
	}
	for (size_t i = 0; i < revisions->count; i++) {
		if (!is_removed[i]) {
			revisions->items[kept++] = revisions->items[i];
		}
	}
	revisions->count = kept;
}

static void change_revision(
		const struct revision_change *change, struct scenario_revision *revision)
{
	const struct scenario_revision *values = &change->values;

	if (change->fields & FIELD_REVISION) {
		revision->spec.revision = values->spec.revision;
		revision->spec.where = values->spec.where;
	}
	if (change->fields & FIELD_DOWN_REVISION) {
		revision->spec.down_revision = values->spec.down_revision;
		revision->spec.lists_down_revision = values->spec.lists_down_revision;
	}
	if (change->fields & FIELD_DEPENDS_ON) {
		revision->spec.depends_on = values->spec.depends_on;
	}
	if (change->fields & FIELD_BRANCH_LABELS) {
		revision->spec.branch_labels = values->spec.branch_labels;
	}
	if (change->fields & FIELD_FILE) {
		revision->spec.file = values->spec.file;
	}
	if (change->fields & FIELD_MESSAGE) {
		revision->spec.message = values->spec.message;
	}
	if (change->fields & FIELD_UPGRADE) {
		revision->upgrade = values->upgrade;
	}
	if (change->fields & FIELD_DOWNGRADE) {
		revision->downgrade = values->downgrade;
	}
	if (change->fields & FIELD_AUTOCOMMIT) {
		revision->autocommit = values->autocommit;
	}
	if (change->fields & FIELD_IRREVERSIBLE) {
		revision->irreversible = values->irreversible;
	}
}

/* Names mean what they meant before any change, so that two revisions can swap their ids. */
static void change_revisions(const struct tree_edit *edit, struct scenario_revisions *revisions,
		struct arena *arena, struct named_places *missing)
{
	struct name_index index = { 0 };

	if (!edit->change.count) {
		return;
	}
	name_index_init(&index, revisions, arena);
	for (size_t i = 0; i < edit->change.count; i++) {
		const struct revision_change *change = &edit->change.items[i];
		uint32_t at = NOBODY;
		const struct names *names = name_index_find(&index, change->name, &at);

		if (!names) {
			*LIST_PUSH(missing, arena) =
					(struct named_place){ change->name, change->where };
		}
		for (; names && at != NOBODY; at = names->before[at]) {
			change_revision(change, &revisions->items[at]);
		}
	}
}

static void add_all(struct scenario_revisions *revisions, const struct scenario_revisions *others,
		struct arena *arena)
{
	for (size_t i = 0; i < others->count; i++) {
		*LIST_PUSH(revisions, arena) = others->items[i];
	}
}

struct named_places edit_apply(const struct tree_edit *edit,
		const struct scenario_revisions *before, struct arena *arena,
		struct scenario_revisions *ret_after)
{
	struct scenario_revisions after = { 0 };
	struct named_places missing = { 0 };

	add_all(&after, edit->replaces ? &edit->replace : before, arena);
	remove_revisions(&edit->remove, &after, arena, &missing);
	change_revisions(edit, &after, arena, &missing);
	add_all(&after, &edit->add, arena);
	*ret_after = after;
	return missing;
}

struct name_index *name_index_new(const struct scenario_revisions *revisions, struct arena *arena)
{
	struct name_index *index = arena_new(arena, struct name_index);

	name_index_init(index, revisions, arena);
	return index;
}

bool name_index_has(const struct name_index *index, str name)
{
	uint32_t at;

	return name_index_find(index, name, &at) != NULL;
}

struct error *scenario_edit_apply(const struct tree_edit *edit,
		const struct scenario_revisions *before, struct arena *arena,
		struct scenario_revisions *ret_after)
{
	struct scenario_revisions after;
	const struct named_places missing = edit_apply(edit, before, arena, &after);

	if (missing.count) {
		return error_at(arena, ERROR_NOT_FOUND, missing.items[0].where,
				"no revision or file '%.*s'", STR_ARG(missing.items[0].name));
	}
	*ret_after = after;
	return NULL;
}

struct revision_specs scenario_revision_specs(
		const struct scenario_revisions *revisions, struct arena *arena)
{
	struct revision_specs specs = { 0 };

	for (size_t i = 0; i < revisions->count; i++) {
		*LIST_PUSH(&specs, arena) = revisions->items[i].spec;
	}
	return specs;
}
