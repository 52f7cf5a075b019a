/*
 * revision/edit.h - small changes to the files of a tree, as values: what a repair proposes, so that it can be
 * told, carried out, or written into the files. Pure; nothing is checked.
 */
#ifndef REVISION_EDIT_H
#define REVISION_EDIT_H

#include "revision/spec.h"

enum spec_edit_kind {
	SPEC_SET_REVISION, /* give the file the id `to`; files that refer to its old one stay as they are */
	SPEC_RENAME, /* the same, and refer to it by the new id wherever it was referred to */
	SPEC_DOWN_REVISION, /* in down_revision: every `from` becomes what `to` lists, at the place of the first */
	SPEC_DEPENDS_ON,    /* the same in depends_on */
	SPEC_BRANCH_LABELS, /* the same in branch_labels */
	SPEC_ADD, /* add a file with the id `from` that follows `to`, loaded last: a merge */
	SPEC_RESTORE, /* add the file `restored`, loaded last; once, however many edits ask for it */
};

struct spec_edit {
	enum spec_edit_kind kind;
	uint32_t spec;      /* the file, by its place in load order; not for the last two */
	str from;           /* what is replaced, or the new id; not for the first two */
	struct str_list to; /* of the first two one id; empty: `from` is taken out */
	const struct revision_spec *restored;
};

struct spec_edits {
	struct spec_edit *items;
	size_t count, capacity;
};

/*
 * The specs with all `edits` carried out: renamings after the others, at once. `specs` stays as it is; texts
 * are borrowed from both. Alembic 1.`level` says which names refer to a revision.
 */
struct revision_specs spec_edits_apply(const struct spec_edits *edits,
		const struct revision_specs *specs, int level, struct arena *arena);

#endif
