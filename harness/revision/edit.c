#include "revision/edit.h"

#include "kit/arena.h"
#include "kit/table.h"

/* `names` with every `from` made into what `to` lists. */
static struct str_list replaced(const struct str_list *names, str from, const struct str_list *to,
		struct arena *arena)
{
	struct str_list after = { 0 };
	bool is_placed = false;

	for (size_t i = 0; i < names->count; i++) {
		if (!str_equal(names->items[i], from)) {
			str_list_add(&after, names->items[i], arena);
			continue;
		}
		for (size_t j = 0; !is_placed && j < to->count; j++) {
			str_list_add(&after, to->items[j], arena);
		}
		is_placed = true;
	}
	return after;
}

static void set_down_revision(struct revision_spec *spec, struct str_list names)
{
	spec->down_revision = names;
	spec->lists_down_revision = names.count > 1;
}

/* Behind the files that are there; a later edit may ask for it again. */
static void restore(const struct revision_spec *restored, struct revision_specs *specs,
		struct arena *arena)
{
	for (size_t i = specs->count; i-- > 0;) {
		if (str_equal(specs->items[i].revision, restored->revision) &&
				str_equal(specs->items[i].file, restored->file)) {
			return;
		}
	}
	*LIST_PUSH(specs, arena) = *restored;
}

static void apply(const struct spec_edit *edit, struct revision_specs *specs, struct arena *arena)
{
	struct revision_spec *spec = edit->spec < specs->count ? &specs->items[edit->spec] : NULL;

	switch (edit->kind) {
	case SPEC_RENAME:
		break; // with all others of its kind
	case SPEC_SET_REVISION:
		spec->revision = edit->to.items[0];
		break;
	case SPEC_DOWN_REVISION:
		set_down_revision(
				spec, replaced(&spec->down_revision, edit->from, &edit->to, arena));
		break;
	case SPEC_DEPENDS_ON:
		spec->depends_on = replaced(&spec->depends_on, edit->from, &edit->to, arena);
		break;
	case SPEC_BRANCH_LABELS:
		spec->branch_labels = replaced(&spec->branch_labels, edit->from, &edit->to, arena);
		break;
	case SPEC_ADD:
		spec = LIST_PUSH(specs, arena);
		spec->revision = edit->from;
		set_down_revision(spec, edit->to);
		break;
	case SPEC_RESTORE:
		restore(edit->restored, specs, arena);
		break;
	}
}

/* `names` as they are after the renamings; the list itself where none of them has another name. */
static struct str_list renamed(const struct str_list *names, const struct table *new_ids,
		const struct spec_edits *edits, struct arena *arena)
{
	struct str_list after = { 0 };
	bool is_changed = false;
	uint32_t at;

	for (size_t i = 0; i < names->count && !is_changed; i++) {
		is_changed = table_find(new_ids, names->items[i], &at);
	}
	if (!is_changed) {
		return *names;
	}
	for (size_t i = 0; i < names->count; i++) {
		str_list_add(&after,
				table_find(new_ids, names->items[i], &at)
						? edits->items[at].to.items[0]
						: names->items[i],
				arena);
	}
	return after;
}

static void apply_renamings(const struct spec_edits *edits, struct revision_specs *specs, int level,
		struct arena *arena)
{
	struct table new_ids = { .arena = arena }; // old id -> its edit

	for (size_t i = 0; i < edits->count; i++) {
		const struct spec_edit *edit = &edits->items[i];

		if (edit->kind == SPEC_RENAME) {
			struct revision_spec *spec = &specs->items[edit->spec];

			table_set(&new_ids, spec->revision, (uint32_t)i);
			spec->revision = edit->to.items[0];
		}
	}
	for (size_t i = 0; new_ids.count && i < specs->count; i++) {
		struct revision_spec *spec = &specs->items[i];

		if (spec_down_revision(spec, level).count) {
			spec->down_revision = renamed(&spec->down_revision, &new_ids, edits, arena);
		}
		spec->depends_on = renamed(&spec->depends_on, &new_ids, edits, arena);
	}
}

struct revision_specs spec_edits_apply(const struct spec_edits *edits,
		const struct revision_specs *specs, int level, struct arena *arena)
{
	struct revision_specs after = { 0 };

	for (size_t i = 0; i < specs->count; i++) {
		*LIST_PUSH(&after, arena) = specs->items[i];
	}
	for (size_t i = 0; i < edits->count; i++) {
		apply(&edits->items[i], &after, arena);
	}
	apply_renamings(edits, &after, level, arena);
	return after;
}
