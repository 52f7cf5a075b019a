/*
 * revision/spec.h - one migration file as it is declared, and the release of Alembic that reads it.
 * Nothing is checked here: a spec may name parents that do not exist, or have an id twice.
 */
#ifndef REVISION_SPEC_H
#define REVISION_SPEC_H

#include "kit/source.h"
#include "kit/str.h"

struct revision_spec {
	str revision;                  /* the id, verbatim */
	struct str_list down_revision; /* count 0: None or an empty list, a base. Doubles are kept */
	bool lists_down_revision;      /* it is written as a list: [""] is not the same as "" */
	struct str_list depends_on;    /* ids or labels */
	struct str_list branch_labels;
	str file;          /* the name of the file it stands for; may be empty */
	str message;       /* its one-line message; may be empty */
	struct span where; /* of the id; or nowhere */
	struct span down_where, depends_where, labels_where; /* of these; or nowhere */
	/* What a comment of the file says of its id and parents, in vain for Alembic; empty: nothing. */
	str told_revision;
	struct str_list told_parents;
	bool has_unknown_parents; /* its file says them in a way that only running it would tell */
};

/* Specs in load order. */
struct revision_specs {
	struct revision_spec *items;
	size_t count, capacity;
};

/*
 * The release of Alembic to agree with, by its minor number: 8 is "1.8". A level stands for the last
 * patch release of that minor (semantics, section 7).
 */
enum alembic_level {
	ALEMBIC_OLDEST = 8,
	ALEMBIC_NEWEST = 20,
};

/* down_revision as a release reads it: up to 1.11 an empty text by itself makes a base. Borrowed. */
struct str_list spec_down_revision(const struct revision_spec *spec, int level);

#endif
