/*
 * cli/listing.h - the selected cells of a suite, scenario by scenario, and the ways to list them:
 * `rehearse list` picks one. Nothing is played: what a cell ends with is what its scenario claims.
 */
#ifndef CLI_LISTING_H
#define CLI_LISTING_H

#include "cli/suite.h"

/* The selected cells of one scenario. */
struct listing_part {
	const struct suite_scenario *scenario;
	str family; /* the folder that it lies in, below the one that was named; may be empty */
	const size_t *cells; /* `count` indices of suite.cells; borrowed from the selection */
	size_t count;
};

struct listing {
	const struct suite *suite;

	struct {
		struct listing_part *items;
		size_t count, capacity;
	} parts; /* in the order of the suite, so that families stay together */
};

/* Both arguments are borrowed; the parts are in the suite's arena. */
struct listing listing_new(const struct suite *suite, const struct selection *selection);

/* Whether part `index` is the first of its folder. */
bool listing_begins_family(const struct listing *listing, size_t index);

/* Scenarios by folder, with titles and tags, in lines of `width` columns; 0: each in one, however long. */
void listing_render_text(
		const struct listing *listing, bool colour, size_t width, struct buf *out);

/* Names of cells, a line each; `is_quoted`: as words for a shell. */
void listing_render_cells(const struct listing *listing, bool is_quoted, struct buf *out);

/* Each tag with the number of scenarios that have it, by name. */
void listing_render_tags(const struct listing *listing, struct buf *out);

/* One object; with `only_tags` of the tags alone. */
void listing_render_json(const struct listing *listing, bool only_tags, struct buf *out);

/*
 * A page of Markdown without a title: a heading for each family, and for each scenario its lesson and
 * the matrix of what it claims. Links to the files are paths as they were found.
 */
void listing_render_markdown(const struct listing *listing, struct buf *out);

/* How often a tag stands in the listing. */
struct tag_count {
	str tag;
	size_t count; /* of scenarios */
};

struct tag_counts {
	struct tag_count *items;
	size_t count, capacity;
};

/* All tags of the listing, by name. */
struct tag_counts listing_tags(const struct listing *listing, struct arena *arena);

#endif
