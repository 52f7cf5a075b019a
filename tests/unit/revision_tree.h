/*
 * Revision trees written as text, for tests. One file a line:
 *   ID [< PARENT,PARENT] [dep=ID,ID] [label=NAME,NAME] [file=NAME] [told=PARENT,PARENT] [told_id=ID] [msg=the rest of the line]
 */
#ifndef TESTS_REVISION_TREE_H
#define TESTS_REVISION_TREE_H

#include "kit/arena.h"
#include "revision/spec.h"

static void revision_tree_add_names(struct str_list *list, str names, struct arena *arena)
{
	str name;

	while (str_next_part(&names, ',', &name)) {
		str_list_add(list, name, arena);
	}
}

static void revision_tree_add_line(struct revision_spec *spec, str line, struct arena *arena)
{
	bool is_parent = false;
	str word;

	str_next_part(&line, ' ', &spec->revision);
	while (line.data) {
		if (str_starts_with(line, STR("msg="))) {
			spec->message = str_slice(line, 4, line.len);
			return;
		}
		str_next_part(&line, ' ', &word);
		if (is_parent) {
			revision_tree_add_names(&spec->down_revision, word, arena);
			is_parent = false;
		} else if (str_equal(word, STR("<"))) {
			is_parent = true;
		} else if (str_starts_with(word, STR("dep="))) {
			revision_tree_add_names(
					&spec->depends_on, str_slice(word, 4, word.len), arena);
		} else if (str_starts_with(word, STR("label="))) {
			revision_tree_add_names(
					&spec->branch_labels, str_slice(word, 6, word.len), arena);
		} else if (str_starts_with(word, STR("file="))) {
			spec->file = str_slice(word, 5, word.len);
		} else if (str_starts_with(word, STR("told="))) {
			revision_tree_add_names(&spec->told_parents,
					str_slice(word, 5, word.len), arena);
		} else if (str_starts_with(word, STR("told_id="))) {
			spec->told_revision = str_slice(word, 8, word.len);
		}
	}
}

/* The specs of a tree; `text` must outlive them. */
static struct revision_specs revision_tree(const char *text, struct arena *arena)
{
	struct revision_specs specs = { 0 };
	str rest = str_from(text);
	str line;

	while (str_next_part(&rest, '\n', &line)) {
		if (line.len) {
			revision_tree_add_line(LIST_PUSH(&specs, arena), line, arena);
		}
	}
	return specs;
}

#endif
