/*
 * Bytes to a small map of revisions, rows and targets, for the fuzz targets of the revision engine. The
 * first byte is a choice for the target to interpret, the second picks the release; then come lines:
 *
 *     a<b,c>d#e     a revision: parents, dependencies, labels
 *     =a,b          rows
 *     @x,y          targets, and the whole line as one text
 */
#ifndef FUZZ_MAP_H
#define FUZZ_MAP_H

#include "kit/arena.h"
#include "revision/plan.h"

struct fuzz_map {
	struct arena *arena; /* borrowed */
	struct revision_specs specs;
	struct str_list rows, targets;
	str text; /* of the last line of targets */
	uint8_t choice;
	int level;
};

/* Take the first two bytes. False: there are none. `ret_lines` is the rest. */
bool fuzz_map_begin(struct fuzz_map *map, const uint8_t *data, size_t size, struct arena *arena,
		str *ret_lines);

/* Take a line into the map. */
void fuzz_map_add_line(struct fuzz_map *map, str line);

/* Both. */
bool fuzz_map_read(struct fuzz_map *map, const uint8_t *data, size_t size, struct arena *arena);

/* The names between the commas of a text. */
struct str_list fuzz_names(str text, struct arena *arena);

/* Whether `id` is a revision of the map. */
bool fuzz_map_has(const struct fuzz_map *map, str id);

/* Stop the run unless the claim holds. */
void fuzz_expect(bool holds, const char *claim);

#endif
