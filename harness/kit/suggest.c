#include "kit/suggest.h"

#include "kit/arena.h"

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters that one has more of than the other: each takes a change, and most words are too far apart by that alone. */
static size_t letters_apart(str a, str b)
{
	int16_t counts[256] = { 0 };
	size_t more = 0, fewer = 0;

	for (size_t i = 0; i < a.len; i++) {
		const unsigned char c = (unsigned char)a.data[i];

		counts[c]++;
		more++;
	}
	for (size_t i = 0; i < b.len; i++) {
		const unsigned char c = (unsigned char)b.data[i];

		if (counts[c]-- > 0) {
			more--;
		} else {
			fewer++;
		}
	}
	return more > fewer ? more : fewer;
}

size_t edit_distance(str a, str b, size_t limit, struct arena *arena)
{
	const size_t apart = a.len > b.len ? a.len - b.len : b.len - a.len;

	if (apart > limit || (a.len < INT16_MAX && letters_apart(a, b) > limit)) {
		return limit + 1;
	}
	const struct arena_mark mark = arena_mark(arena);
	size_t *before = arena_new_array(arena, size_t, b.len + 1); // row i - 2
	size_t *last = arena_new_array(arena, size_t, b.len + 1);   // row i - 1
	size_t *row = arena_new_array(arena, size_t, b.len + 1);

	for (size_t j = 0; j <= b.len; j++) {
		last[j] = j;
	}
	for (size_t i = 1; i <= a.len; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			const size_t replace = last[j - 1] + (a.data[i - 1] != b.data[j - 1]);

			row[j] = least(replace, least(last[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] &&
					a.data[i - 2] == b.data[j - 1]) {
				row[j] = least(row[j], before[j - 2] + 1);
			}
		}
		size_t *reuse = before;

		before = last;
		last = row;
		row = reuse;
	}
	const size_t distance = last[b.len];

	arena_rewind(arena, mark);
	return least(distance, limit + 1);
}

str suggest_nearest(str word, const str *candidates, size_t count, struct arena *arena)
{
	size_t limit = word.len / 3 ? word.len / 3 : 1;
	str nearest = { 0 };

	for (size_t i = 0; i < count; i++) {
		const size_t distance = edit_distance(word, candidates[i], limit, arena);

		if (distance <= limit && distance < candidates[i].len) {
			nearest = candidates[i];
			if (distance == 0) {
				break;
			}
			limit = distance - 1;
		}
	}
	return nearest;
}

str suggest_did_you_mean(str name, str otherwise, struct arena *arena)
{
	return name.len ? str_format(arena, "Did you mean '%.*s'?", STR_ARG(name)) : otherwise;
}

str suggest_hint(str word, const struct str_list *known, struct arena *arena)
{
	const str all = known->count
			? str_format(arena, "It has %.*s.",
					  STR_ARG(str_list_join(known, STR(", "), arena)))
			: STR("");

	return suggest_did_you_mean(
			suggest_nearest(word, known->items, known->count, arena), all, arena);
}
