/*
 * repair/repair_internal.h - what the files of this room share.
 */
#ifndef REPAIR_REPAIR_INTERNAL_H
#define REPAIR_REPAIR_INTERNAL_H

#include "kit/table.h"
#include "repair/repair.h"

/* A name that needs no quotes anywhere: others are left to people. And one or two of them, with a point between. */
bool repair_is_plain(str name);
bool repair_is_qualified(str name);

/* Such a name in SQL: what is a reserved word of either engine's is in quotes. */
str repair_sql_name(str name, struct arena *arena);

/* The same of an index, with the schema of its table, which lines say of the table alone. */
str repair_index_path(str index, str table, struct arena *arena);

/* "t.c" of a line about a sequence, as lines have it; empty: nothing owns it, or it is about another thing. */
str repair_sequence_owner(str line, struct arena *arena);

/* --- making trees --------------------------------------------------------------------------------- */

/* The repairs of one tree, as they are made. */
struct making {
	const struct repair_wish *wish;
	struct arena *arena; /* of all that is made */
	struct revision_specs specs;
	struct faults faults;
	struct scenario_revisions
			made; /* what the edits at hand may add, with bodies that nobody has written */
	struct repair_trees trees;
	struct table seen; /* by their changes */
};

/* edit.c: write into `tree` what `edits` make of the files. */
void repair_edit_tree(
		struct making *making, const struct spec_edits *edits, struct repair_tree *tree);

/* Add a tree, unless it is there, Alembic would not load it, or it has other heads than the goal wants. */
void making_add(struct making *making, struct repair_tree tree);

/* The same with what the edits make; nothing, if they change nothing. */
void making_add_edits(struct making *making, str title, const struct spec_edits *edits);

/* The faults of these files, with what history knows. */
struct faults making_examine(const struct making *making, const struct revision_specs *specs);

/* The place of the file that Alembic takes for the id; SIZE_MAX: there is none. */
size_t spec_of_id(const struct revision_specs *specs, str id);

bool making_is_head(const struct making *making, size_t at);

/* In a file `to` takes the place of the parent `from`; empty: it has one less. */
struct spec_edit edit_of_parents(size_t spec, str from, str to, struct arena *arena);

/* The SQL of a file's upgrade on the engine of the wish; empty: it has none. */
str making_sql(const struct making *making, size_t at);

bool sql_has_word(str text, str word);

/* trees_bodies.c */
void making_add_downgrades(struct making *making, const struct repair_database *database);
void making_add_without_version_table(struct making *making);
void making_add_autocommit(struct making *making);

/* trees_made.c: a revision on top of heads for what the goal wants and all lack; for what a database has. */
void making_add_missing(
		struct making *making, const struct repair_database *databases, size_t count);
void making_add_adopted(
		struct making *making, const struct repair_database *databases, size_t count);

/* A revision of that id which makes what the database has and no revision explains; NULL: nobody knows how. */
const struct revision_spec *making_write_anew(
		struct making *making, str row, const struct repair_database *database);

/* trees_ids.c */

/* The file of a row, as git remembers it; NULL: it does not. */
const struct scenario_revision *making_restored_file(const struct making *making, str row);
void making_add_known_ids(
		struct making *making, const struct repair_database *databases, size_t count);

#endif
