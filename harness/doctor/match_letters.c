/*
 * Ids that differ from a name in a few letters.
 */
#include "doctor/match_internal.h"

#include "kit/suggest.h"

#include <stdlib.h>

struct letters {
	str name;
	struct numbered_name numbered;
	size_t limit; /* changes allowed */
};

static void compare_letters(struct matcher *matcher, struct letters *letters, uint32_t node,
		uint32_t child, struct candidates *found)
{
	const str id = matcher->survey->nodes[node].id;
	const struct numbered_name numbered = numbered_name_parse(id);

	if (letters->numbered.is_numbered && numbered.is_numbered &&
			letters->numbered.number != numbered.number) {
		return; // another number is no slip of the pen
	}
	const size_t distance =
			edit_distance(letters->name, id, letters->limit, matcher->survey->arena);

	if (distance > letters->limit || distance >= id.len) {
		return;
	}
	struct candidates nearer = { 0 };

	offer(matcher, node, child, &nearer);
	if (nearer.count && distance < letters->limit) {
		letters->limit = distance;
		found->count = 0;
	}
	if (nearer.count) {
		offer(matcher, node, child, found);
	}
}

static int compare_backwards(str a, str b)
{
	while (a.len && b.len) {
		const unsigned char x = (unsigned char)a.data[--a.len];
		const unsigned char y = (unsigned char)b.data[--b.len];

		if (x != y) {
			return x < y ? -1 : 1;
		}
	}
	return (a.len > b.len) - (a.len < b.len);
}

struct ending {
	str id;
	uint32_t node;
};

static int compare_endings(const void *a, const void *b)
{
	const struct ending *x = a, *y = b;

	return compare_backwards(x->id, y->id);
}

static void sort_endings(struct matcher *matcher)
{
	const struct survey *survey = matcher->survey;

	matcher->by_ending = arena_new_array(survey->arena, uint32_t, survey->node_count);
	const struct arena_mark mark = arena_mark(survey->arena);
	struct ending *endings = arena_new_array(survey->arena, struct ending, survey->node_count);

	for (uint32_t n = 0; n < survey->node_count; n++) {
		endings[n] = (struct ending){ survey->nodes[n].id, n };
	}
	qsort(endings, survey->node_count, sizeof(*endings), compare_endings);
	for (uint32_t n = 0; n < survey->node_count; n++) {
		matcher->by_ending[n] = endings[n].node;
	}
	arena_rewind(survey->arena, mark);
}

/* Names that differ in few letters begin or end alike, so they stand near each other in one of two orders. */
static void compare_neighbours(struct matcher *matcher, struct letters *letters, uint32_t child,
		struct candidates *found)
{
	const struct survey *survey = matcher->survey;
	const size_t around = 16;
	const size_t at = first_name(matcher, letters->name);
	uint32_t low = 0, high = survey->node_count;

	for (size_t i = at > around ? at - around : 0; i < at + around && i < matcher->names.count;
			i++) {
		compare_letters(matcher, letters, matcher->names.items[i].node, child, found);
	}
	if (!matcher->by_ending) {
		sort_endings(matcher);
	}
	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (compare_backwards(survey->nodes[matcher->by_ending[middle]].id, letters->name) <
				0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	for (size_t i = low > around ? low - around : 0; i < low + around && i < survey->node_count;
			i++) {
		compare_letters(matcher, letters, matcher->by_ending[i], child, found);
	}
}

void find_by_letters(struct matcher *matcher, str name, uint32_t child, struct candidates *found)
{
	const struct survey *survey = matcher->survey;
	struct letters letters = { name, numbered_name_parse(name), name.len / 3 };

	if (letters.limit == 0) {
		letters.limit = 1;
	} else if (letters.limit > 3) {
		letters.limit = 3; // random ids of 12 digits are otherwise near each other by chance
	}
	if (matcher->letters_left < survey->node_count) {
		compare_neighbours(matcher, &letters, child, found);
		return;
	}
	matcher->letters_left -= survey->node_count;
	for (uint32_t node = 0; node < survey->node_count; node++) {
		compare_letters(matcher, &letters, node, child, found);
	}
}
