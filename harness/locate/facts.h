/*
 * locate/facts.h - the facts of many schemas as small numbers, the same number for what means the same: a fact is its
 * canonical line, without the name that PostgreSQL has made up for a constraint, and without the order of columns.
 */
#ifndef LOCATE_FACTS_H
#define LOCATE_FACTS_H

#include "kit/table.h"
#include "schema/schema.h"

/* Numbers of facts. */
struct fact_list {
	uint32_t *items;
	size_t count, capacity;
};

/* All facts that were met. Set `arena` and the one of `numbers`, and leave the rest zero. */
struct facts {
	struct arena *arena;
	struct table numbers;  /* of lines */
	struct str_list lines; /* by number */
	struct table tables;   /* by their names, from 0 */

	struct {
		struct fact_list *items;
		size_t count, capacity;
	} of_tables; /* what goes with each of them */

	struct {
		struct fact_home {
			uint32_t table; /* that it is a part of, from 1; 0: of none */
			bool is_table;  /* it says that this is there */
		} * items;

		size_t count, capacity;
	} homes; /* by number of a fact */
};

/* A fact that came, or went. */
struct fact_change {
	uint32_t fact;
	bool is_there; /* since then */
	bool is_anew;  /* it was there before, too, and went with its table */
};

/* Each fact at most once. */
struct fact_changes {
	struct fact_change *items;
	size_t count, capacity;
};

/* The number of a line. */
uint32_t facts_number(struct facts *facts, str line);

/* What is true of a schema; the list is in the arena of `facts`, and borrows nothing from the schema. */
struct fact_list facts_of(struct facts *facts, const struct schema *schema);

/* What is different in `after`, and what was made anew where a table went: an index of a view that took its name, say. */
struct fact_changes facts_that_change(
		struct facts *facts, const struct schema *before, const struct schema *after);

/* What goes along with the `number`-th of the changes: where it drops a table, all that is in it. */
struct fact_list facts_that_go_along(
		const struct facts *facts, const struct fact_changes *changes, size_t number);

/* Whether two facts are parts of the same table. */
bool facts_share_table(const struct facts *facts, uint32_t one, uint32_t other);

/* Whether both hold the same changes, in the same order. */
bool fact_changes_equal(const struct fact_changes *a, const struct fact_changes *b);

#endif
