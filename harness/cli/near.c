/*
 * The names that somebody may have meant, of cells and of tags.
 */
#include "cli/suite.h"
#include "kit/arena.h"
#include "kit/suggest.h"

/*
 * The fewest changes that make of `word` some part of `text`: the table of the edit distance, with a
 * free start and a free end in `text`.
 */
static size_t part_distance(str word, str text, struct arena *arena)
{
	const struct arena_mark mark = arena_mark(arena);
	size_t *row = arena_new_array(arena, size_t, text.len + 1);
	size_t least = word.len;

	for (size_t i = 1; i <= word.len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= text.len; j++) {
			const size_t replaced = diagonal + (word.data[i - 1] != text.data[j - 1]);
			const size_t shorter = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;

			diagonal = row[j];
			row[j] = replaced < shorter ? replaced : shorter;
		}
	}
	for (size_t j = 0; j <= text.len; j++) {
		least = row[j] < least ? row[j] : least;
	}
	arena_rewind(arena, mark);
	return least;
}

/* The same for what stands between each `.*` of a pattern, wherever in `text` that is. */
static size_t parts_distance(str pattern, str text, struct arena *arena)
{
	const str any = STR(".*");
	size_t distance = 0;

	while (pattern.len) {
		const size_t end = str_find(pattern, any);

		distance += part_distance(str_slice(pattern, 0, end), text, arena);
		pattern = str_slice(pattern, end + any.len, pattern.len);
	}
	return distance;
}

#define NEAR_NAMES 3

/* What differs in more than `least` is another name. */
static str near_names(const struct str_list *names, str word, size_t least, str hint_for_none,
		struct arena *arena)
{
	struct str_list near = { 0 };

	for (size_t i = 0; word.len && i < names->count; i++) {
		const size_t distance = parts_distance(word, names->items[i], arena);

		if (distance < least) {
			least = distance;
			near.count = 0;
		}
		if (distance == least && near.count < NEAR_NAMES) {
			str_list_add(&near, names->items[i], arena);
		}
	}
	return suggest_did_you_mean(str_list_join(&near, STR("', '"), arena), hint_for_none, arena);
}

str suite_near_names(const struct str_list *names, str word, str hint_for_none, struct arena *arena)
{
	return near_names(names, word, word.len / 2, hint_for_none, arena);
}

static struct str_list names_of_cells(const struct suite *suite)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i < suite->cells.count; i++) {
		str_list_add(&names, suite->cells.items[i].name, suite->arena);
	}
	return names;
}

str suite_near_cells(const struct suite *suite, str name, str hint_for_none)
{
	const struct str_list names = names_of_cells(suite);

	return suite_near_names(&names, name, hint_for_none, suite->arena);
}

str suite_near_filter(const struct suite *suite, str filter, str hint_for_none)
{
	const struct str_list names = names_of_cells(suite);

	return near_names(&names, filter, filter.len / 3, hint_for_none, suite->arena);
}
