/*
 * kit/table.h - a table from text to a small number, usually an index into an array of the caller's.
 * Keys are borrowed and must outlive the table; there is no removal. A zeroed table with `arena` set is
 * empty.
 */
#ifndef KIT_TABLE_H
#define KIT_TABLE_H

#include "kit/str.h"

struct table_slot;

struct table {
	struct arena *arena; /* borrowed; holds the slots */
	struct table_slot *slots;
	size_t count, capacity; /* capacity is a power of two, or 0 */
};

/* Make room for `count` keys at once, so that nothing moves while they are added. */
void table_reserve(struct table *table, size_t count);

/* Whether `key` is there; if so its value is in `ret_value`. */
bool table_find(const struct table *table, str key, uint32_t *ret_value);

/* Give `key` the value, replacing the one it had. */
void table_set(struct table *table, str key, uint32_t value);

#endif
