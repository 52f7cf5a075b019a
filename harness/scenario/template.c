#include "scenario/template.h"

#include "kit/arena.h"
#include "kit/suggest.h"
#include "scenario/template_texts.h"

const struct template templates[] = {
	{ "lying-version", "a version row that claims what never ran", template_lying_version },
	{ "no-version-row", "tables that no migration made, and no version row",
			template_no_version_row },
	{ "unknown-revision", "a version row that the code does not know",
			template_unknown_revision },
	{ "two-heads", "two branches, and the ways to bring them together", template_two_heads },
	{ "missing-parent", "a chain that does not load, as a parent does not exist",
			template_missing_parent },
	{ "duplicate-id", "one id in two files", template_duplicate_id },
	{ "branches", "labels, targets such as shop@head, and depends_on", template_branches },
	{ "half-done-upgrade", "an upgrade that dies half-way, and its retry",
			template_half_done_upgrade },
	{ "downgrade", "a rollback: does the schema come back, and do the rows?",
			template_downgrade },
	{ "data", "a migration that moves rows, and checks of them", template_data },
	{ "engines", "what runs on PostgreSQL and not on SQLite", template_engines },
	{ "empty", "the smallest one: a tree, and one way through it", template_empty },
};

const size_t template_count = COUNT_OF(templates);

const struct template *template_find(str name, struct arena *arena, str *ret_nearest)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i < template_count; i++) {
		const str known = str_from(templates[i].name);

		if (str_equal(known, name)) {
			return &templates[i];
		}
		str_list_add(&names, known, arena);
	}
	*ret_nearest = suggest_nearest(name, names.items, names.count, arena);
	return NULL;
}
