/*
 * kit/packing.h - values as bytes for a pipe between two processes of this program, and back. One description serves
 * both ways: members are visited in turn, and either appended to `out` or taken from the front of `in`. Writer and
 * reader are the same program, so numbers go as they lie in memory, and reading asserts what it meets.
 */
#ifndef KIT_PACKING_H
#define KIT_PACKING_H

#include "kit/str.h"

struct packing {
	struct buf *out;     /* NULL: reading */
	str in;              /* what is left to read */
	struct arena *arena; /* reading: where texts and lists go */
};

void pack_bytes(struct packing *packing, void *bytes, size_t len);
void pack_size(struct packing *packing, size_t *value);
void pack_bool(struct packing *packing, bool *value);
void pack_str(struct packing *packing, str *text);
void pack_list(struct packing *packing, struct str_list *list);

/* A list of texts each of which may be none at all (its data is NULL), as values of SQL are. */
void pack_values(struct packing *packing, struct str_list *values);

#endif
