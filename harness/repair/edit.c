/*
 * What a repair does to the files of a tree, as an edit that a scenario can hold.
 */
#include "scenario/edit.h"
#include "kit/arena.h"
#include "kit/table.h"
#include "repair/repair_internal.h"

/* Longer bodies are cut on a line. */
#define SHOWN_SQL 240

/* --- what a file is called ------------------------------------------------------------------------- */

/* How often each name is there, as a file or as an id. */
static struct table count_names(const struct scenario_revisions *tree, struct arena *arena)
{
	struct table counts = { .arena = arena };

	for (size_t i = 0; i < tree->count; i++) {
		const struct revision_spec *spec = &tree->items[i].spec;
		const str names[] = { spec->file, spec->revision };

		for (size_t j = 0; j < COUNT_OF(names); j++) {
			uint32_t count = 0;

			if (!names[j].len || (j && str_equal(names[0], names[1]))) {
				continue;
			}
			(void)table_find(&counts, names[j], &count);
			table_set(&counts, names[j], count + 1);
		}
	}
	return counts;
}

static bool is_unique(const struct table *counts, str name)
{
	uint32_t count = 0;

	return name.len && table_find(counts, name, &count) && count == 1;
}

/* A name that means this file alone; empty: there is none. */
static str own_name(const struct table *counts, const struct revision_spec *spec)
{
	return is_unique(counts, spec->file)                ? spec->file
			: is_unique(counts, spec->revision) ? spec->revision
							    : (str){ 0 };
}

/* --- what changes ----------------------------------------------------------------------------------- */

static str list_words(const struct str_list *list, struct arena *arena)
{
	return list->count ? str_list_join(list, STR(", "), arena) : STR("none");
}

static void tell(struct repair_tree *tree, str file, const char *key, str before, str after,
		struct arena *arena)
{
	str_list_add(&tree->changes,
			str_format(arena, "%.*s: %s %.*s instead of %.*s", STR_ARG(file), key,
					STR_ARG(after), STR_ARG(before)),
			arena);
}

static void compare_lists(struct repair_tree *tree, str file, const char *key,
		enum revision_field field, const struct str_list *before,
		const struct str_list *after, struct revision_change *change, struct arena *arena)
{
	if (!str_list_equal(before, after)) {
		change->fields |= field;
		tell(tree, file, key, list_words(before, arena), list_words(after, arena), arena);
	}
}

static struct revision_change compare_specs(struct repair_tree *tree, str file,
		const struct revision_spec *before, const struct revision_spec *after,
		struct arena *arena)
{
	struct revision_change change = { .values = { .spec = *after } };

	if (!str_equal(before->revision, after->revision)) {
		change.fields |= FIELD_REVISION;
		tell(tree, file, "revision", before->revision, after->revision, arena);
	}
	compare_lists(tree, file, "down_revision", FIELD_DOWN_REVISION, &before->down_revision,
			&after->down_revision, &change, arena);
	compare_lists(tree, file, "depends_on", FIELD_DEPENDS_ON, &before->depends_on,
			&after->depends_on, &change, arena);
	compare_lists(tree, file, "branch_labels", FIELD_BRANCH_LABELS, &before->branch_labels,
			&after->branch_labels, &change, arena);
	return change;
}

static const struct scenario_revision *find_revision(
		const struct scenario_revisions *revisions, str id)
{
	for (size_t i = 0; i < revisions->count; i++) {
		if (str_equal(revisions->items[i].spec.revision, id)) {
			return &revisions->items[i];
		}
	}
	return NULL;
}

static void tell_body(const struct making *making, struct repair_tree *tree, str id,
		const char *key, const struct sql_body *body)
{
	const str sql = body->by_engine[making->wish->engine].text;

	str_list_add(&tree->changes,
			str_format(making->arena, "%.*s: %s is %.*s", STR_ARG(id), key,
					STR_ARG(str_on_one_line(sql, SHOWN_SQL, making->arena))),
			making->arena);
}

static void tell_new(const struct making *making, struct repair_tree *tree,
		const struct revision_spec *spec)
{
	const struct scenario_revision *made = find_revision(&making->made, spec->revision);
	struct arena *arena = making->arena;

	if (!made && find_revision(&making->wish->restored, spec->revision)) {
		str_list_add(&tree->changes,
				str_format(arena, "%.*s: back from git as it was",
						STR_ARG(spec->file.len ? spec->file
								       : spec->revision)),
				arena);
		return;
	}
	str_list_add(&tree->changes,
			str_format(arena, "%.*s: a new revision%s, down_revision %.*s",
					STR_ARG(spec->revision),
					spec->down_revision.count > 1 ? " that merges" : "",
					STR_ARG(list_words(&spec->down_revision, arena))),
			arena);
	if (made) {
		tell_body(making, tree, spec->revision, "upgrade", &made->upgrade);
		tell_body(making, tree, spec->revision, "downgrade", &made->downgrade);
	}
}

/* A merge does nothing; what comes back does what it did. */
static struct scenario_revision new_revision(
		const struct making *making, const struct revision_spec *spec)
{
	const struct scenario_revision *made = find_revision(&making->made, spec->revision);
	const struct scenario_revision *known =
			made ? made : find_revision(&making->wish->restored, spec->revision);
	struct scenario_revision revision =
			known ? *known : (struct scenario_revision){ .spec = *spec };

	revision.spec = *spec;
	return revision;
}

/* The whole list anew: some file has no name of its own. */
static void replace_all(const struct making *making, const struct revision_specs *after,
		struct tree_edit *edit)
{
	const struct scenario_revisions *before = making->wish->tree;

	*edit = (struct tree_edit){ .replaces = true };
	for (size_t i = 0; i < after->count; i++) {
		struct scenario_revision *revision = LIST_PUSH(&edit->replace, making->arena);

		*revision = i < before->count ? before->items[i]
					      : new_revision(making, &after->items[i]);
		revision->spec = after->items[i];
	}
}

void repair_edit_tree(
		struct making *making, const struct spec_edits *edits, struct repair_tree *tree)
{
	struct arena *arena = making->arena;
	const struct scenario_revisions *files = making->wish->tree;
	const struct revision_specs before = scenario_revision_specs(files, arena);
	const struct revision_specs after =
			spec_edits_apply(edits, &before, making->wish->level, arena);
	const struct table counts = count_names(files, arena);
	bool has_nameless = false;

	for (size_t i = 0; i < before.count; i++) {
		const struct revision_spec *spec = &before.items[i];
		const str name = own_name(&counts, spec);
		const str told = name.len ? name : spec->revision;
		struct revision_change change =
				compare_specs(tree, told, spec, &after.items[i], arena);

		if (!change.fields) {
			continue;
		}
		tree->files++;
		change.name = name;
		has_nameless |= !name.len;
		*LIST_PUSH(&tree->edit.change, arena) = change;
	}
	for (size_t i = before.count; i < after.count; i++) {
		tree->files++;
		tell_new(making, tree, &after.items[i]);
		*LIST_PUSH(&tree->edit.add, arena) = new_revision(making, &after.items[i]);
	}
	if (has_nameless) {
		replace_all(making, &after, &tree->edit);
	}
}
