#include "revision/history.h"
#include "scenario/edit.h"
#include "story/story_internal.h"
#include "tree/tree.h"

void story_tree(struct page *page, const struct scenario *scenario,
		const struct scenario_revisions *revisions, const struct str_list *rows)
{
	struct arena *arena = page->out->arena;
	const struct revision_specs specs = scenario_revision_specs(revisions, arena);
	const int level = scenario->configure.level;

	if (!specs.count) {
		page_line(page, PAGE_INDENT, "There are no revisions.");
		return;
	}
	page_tree(page, tree_new(&specs, level, rows, arena));

	const struct error *error =
			revision_history_load(revision_history_new(&specs, level, arena), arena);
	if (error) {
		page_gap(page);
		page_line(page, PAGE_INDENT,
				"Alembic cannot load this tree: every command that reads it ends "
				"with %.*s: %.*s",
				STR_ARG(error->class_name), STR_ARG(error->message));
	}
}

bool story_is_edited(const struct tree_edit *edit)
{
	return edit->replaces || edit->remove.count || edit->change.count || edit->add.count;
}

/* A file by its name, or the id where it has none. */
static str name_of(const struct revision_spec *spec)
{
	return spec->file.len ? spec->file : spec->revision;
}

static str names_or_null(const struct str_list *names, struct arena *arena)
{
	return names->count ? str_list_join(names, STR(", "), arena) : STR("null");
}

static str text_or_null(str text)
{
	return text.len ? text : STR("null");
}

/* What becomes of a revision, key by key; bodies are too long to be shown. */
static str describe_change(const struct revision_change *change, struct arena *arena)
{
	const struct scenario_revision *values = &change->values;

	const struct {
		enum revision_field field;
		const char *name;
		str value; /* empty: a body */
	} keys[] = {
		{ FIELD_REVISION, "revision", text_or_null(values->spec.revision) },
		{ FIELD_DOWN_REVISION, "down_revision",
				names_or_null(&values->spec.down_revision, arena) },
		{ FIELD_DEPENDS_ON, "depends_on", names_or_null(&values->spec.depends_on, arena) },
		{ FIELD_BRANCH_LABELS, "branch_labels",
				names_or_null(&values->spec.branch_labels, arena) },
		{ FIELD_FILE, "file", text_or_null(values->spec.file) },
		{ FIELD_MESSAGE, "message", text_or_null(values->spec.message) },
		{ FIELD_UPGRADE, "upgrade", { 0 } },
		{ FIELD_DOWNGRADE, "downgrade", { 0 } },
		{ FIELD_AUTOCOMMIT, "autocommit", values->autocommit ? STR("true") : STR("false") },
		{ FIELD_IRREVERSIBLE, "irreversible",
				values->irreversible ? STR("true") : STR("false") },
	};
	struct str_list parts = { 0 };

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		if (!(change->fields & keys[i].field)) {
			continue;
		}
		str_list_add(&parts,
				keys[i].value.len
						? str_format(arena, "%s becomes %.*s", keys[i].name,
								  STR_ARG(keys[i].value))
						: str_format(arena, "another %s body",
								  keys[i].name),
				arena);
	}
	return str_list_join(&parts, STR(", "), arena);
}

void story_edit(struct page *page, size_t indent, const struct tree_edit *edit)
{
	struct arena *arena = page->out->arena;

	if (edit->replaces) {
		page_item(page, indent, STYLE_BOLD, STR("~ "), STYLE_PLAIN,
				STR("a whole new list of revisions"));
	}
	for (size_t i = 0; i < edit->remove.count; i++) {
		page_item(page, indent, STYLE_BAD, STR("- "), STYLE_PLAIN,
				edit->remove.items[i].name);
	}
	for (size_t i = 0; i < edit->change.count; i++) {
		const struct revision_change *change = &edit->change.items[i];

		page_item(page, indent, STYLE_BOLD, STR("~ "), STYLE_PLAIN,
				str_format(arena, "%.*s: %.*s", STR_ARG(change->name),
						STR_ARG(describe_change(change, arena))));
	}
	for (size_t i = 0; i < edit->add.count; i++) {
		const struct revision_spec *spec = &edit->add.items[i].spec;

		page_item(page, indent, STYLE_GOOD, STR("+ "), STYLE_PLAIN,
				str_format(arena, "%.*s, down_revision %.*s",
						STR_ARG(name_of(spec)),
						STR_ARG(names_or_null(
								&spec->down_revision, arena))));
	}
}
