#include "tree/tree.h"
#include "revision/history.h"
#include "scenario/edit.h"
#include "story/story_internal.h"

void story_tree(struct page *page, const struct scenario *scenario,
		const struct scenario_revisions *revisions, const struct str_list *rows)
{
	struct arena *arena = page->out->arena;
	const struct revision_specs specs = scenario_revision_specs(revisions, arena);
	const int level = scenario->configure.level;
	const struct tree_style style = {
		.unicode = true,
		.colour = page->colour,
		.width = page->width - PAGE_INDENT,
	};
	struct buf drawing = { .arena = arena };

	if (!specs.count) {
		page_line(page, PAGE_INDENT, "There are no revisions.");
		return;
	}
	tree_render_text(tree_new(&specs, level, rows, arena), &style, &drawing);
	page_drawing(page, PAGE_INDENT, buf_str(&drawing));

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

static str parents_of(const struct revision_spec *spec, struct arena *arena)
{
	return spec->down_revision.count ? str_list_join(&spec->down_revision, STR(", "), arena)
					 : STR("null");
}

/* What becomes of a revision, key by key; bodies are too long to be shown. */
static str describe_change(const struct revision_change *change, struct arena *arena)
{
	static const struct {
		enum revision_field field;
		const char *name;
	} others[] = {
		{ FIELD_DEPENDS_ON, "depends_on" },
		{ FIELD_BRANCH_LABELS, "branch_labels" },
		{ FIELD_FILE, "file" },
		{ FIELD_MESSAGE, "message" },
		{ FIELD_UPGRADE, "upgrade" },
		{ FIELD_DOWNGRADE, "downgrade" },
		{ FIELD_AUTOCOMMIT, "autocommit" },
		{ FIELD_IRREVERSIBLE, "irreversible" },
	};
	struct str_list parts = { 0 };

	if (change->fields & FIELD_REVISION) {
		str_list_add(&parts,
				str_format(arena, "revision becomes %.*s",
						STR_ARG(change->values.spec.revision)),
				arena);
	}
	if (change->fields & FIELD_DOWN_REVISION) {
		str_list_add(&parts,
				str_format(arena, "down_revision becomes %.*s",
						STR_ARG(parents_of(&change->values.spec, arena))),
				arena);
	}
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		if (change->fields & others[i].field) {
			str_list_add(&parts, str_format(arena, "another %s", others[i].name),
					arena);
		}
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
						STR_ARG(parents_of(spec, arena))));
	}
}
