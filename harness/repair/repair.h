/*
 * repair/repair.h - what may repair a tree and the databases that follow it: candidates as plain values, in the order of
 * promise. Nothing is tried here, and nothing is believed: whoever asks replays each of them, and judges. What is known of
 * the databases comes from outside, too.
 *
 * A repair has two parts: edits of the tree, the same for everybody, and steps on each database, which may be others on
 * each. Of two that work the better one changes fewer files, then has fewer steps.
 */
#ifndef REPAIR_REPAIR_H
#define REPAIR_REPAIR_H

#include "doctor/doctor.h"
#include "kit/packing.h"
#include "scenario/scenario.h"

/* --- what is known of a database ------------------------------------------------------------------ */

/* Version rows that go with the schema that a database has. */
struct repair_place {
	struct str_list rows;
	struct str_list targets; /* of the stamp that makes them; none: they are there */
	bool purges;             /* it has to forget the rows that are there first */
};

/* A revision that never ran although others that stand on it did. */
struct repair_hole {
	str revision;
	struct str_list below; /* what it stands on: rows with which an upgrade runs it, and nothing else */
};

/* A revision of which only the first statements ran. */
struct repair_part {
	str revision;
	struct str_list below;
	str rest;             /* SQL of the others; empty: nobody knows it */
	struct str_list undo; /* SQL that takes back what ran; none: nobody knows it */
};

/* What undoes a revision, going by what its upgrade does to a schema. */
struct repair_undoing {
	str revision;
	str sql;
};

struct repair_database {
	str state;
	str failure;     /* why nothing is known; empty: what follows is */
	bool is_located; /* else the rows alone are known */
	bool row_is_true;
	struct str_list rows;         /* of the version table, in SELECT order */
	struct str_list unknown_rows; /* of no revision of the tree */

	struct {
		struct repair_place *items;
		size_t count, capacity;
	} places;

	struct {
		struct repair_hole *items;
		size_t count, capacity;
	} holes; /* in an order in which they can run */

	struct {
		struct repair_part *items;
		size_t count, capacity;
	} parts;
	struct str_list foreign; /* lines of a schema that no revision explains; */
	struct str_list absent;  /* and those that what ran has made, and that are not there */
	struct str_list wanted; /* what the goal asks for and the best that was tried did not make */

	struct {
		struct repair_undoing *items;
		size_t count, capacity;
	} undoings; /* of the revisions of the tree of which all is known and can be undone */
};

/* As it travels from a worker. */
void repair_database_pack(struct packing *packing, struct repair_database *database);

/* --- SQL of the lines of a schema ----------------------------------------------------------------- */

/* SQL that takes away what a line says is there; empty: nobody knows how. */
str repair_undo(str line, struct arena *arena);

/* The same of many, in an order in which they can go; what goes with another, or nobody knows of, is left out. */
struct str_list repair_undo_all(const struct str_list *lines, struct arena *arena);

struct repair_sql {
	str up, down; /* a statement a line, or on several */
};

/* SQL that makes what the lines say, and SQL that takes it back; false: of one of them nobody knows how. */
bool repair_make_sql(const struct str_list *lines, enum scenario_engine engine, struct arena *arena,
		struct repair_sql *ret_sql);

/* --- repairs of a tree ---------------------------------------------------------------------------- */

struct repair_tree {
	str title;               /* "the tree as it is" */
	struct tree_edit edit;   /* none of its four: the tree stays */
	struct str_list changes; /* for people, a line each */
	size_t files;            /* that change, come or go */
};

struct repair_trees {
	struct repair_tree *items;
	size_t count, capacity;
};

/* What trees are made from. */
struct repair_wish {
	const struct scenario_revisions *tree;
	const struct goal *goal;
	enum scenario_engine engine;
	int level;                         /* of Alembic */
	const struct lost_revisions *lost; /* what a history of files remembers; may be NULL */
	struct scenario_revisions
			restored; /* those of them that can come back, with their bodies */
};

/* Whether the files are sound as they are: they load, and 'head' means one of them. */
bool repair_is_sound(const struct repair_wish *wish, struct arena *arena);

/* Fewer files first; the first is the tree as it is. `databases` are known by that one. */
struct repair_trees repair_make_trees(const struct repair_wish *wish,
		const struct repair_database *databases, size_t database_count,
		struct arena *arena);

/* --- repairs of a database ------------------------------------------------------------------------ */

struct repair_steps {
	str why; /* what it believes, in a few words */
	struct steps steps;
};

struct repair_steps_list {
	struct repair_steps *items;
	size_t count, capacity;
};

/* Fewer steps first. `tree` is the edited one, by which `database` is known. */
struct repair_steps_list repair_make_steps(const struct repair_wish *wish,
		const struct scenario_revisions *tree, const struct repair_database *database,
		struct arena *arena);

/* A step as a line of a shell, or as SQL on one line. */
str repair_step_words(const struct step *step, enum scenario_engine engine, struct arena *arena);

/* All of them, with "; " between. */
str repair_steps_words(const struct steps *steps, enum scenario_engine engine, struct arena *arena);

#endif
