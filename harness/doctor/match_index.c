/*
 * The index of all names of a tree: made once, so that a tree in which every file has lost its parent is
 * examined in reasonable time too.
 */
#include "doctor/match_internal.h"

#include "kit/file.h"

#include <stdlib.h>

/* Comparisons of letters with all ids that one examination makes. */
#define LETTERS_BUDGET 1000000

static void multimap_add(struct multimap *map, str key, uint32_t node, struct arena *arena)
{
	uint32_t next = NO_NODE;

	if (key.len == 0 ||
			(table_find(&map->first, key, &next) &&
					map->entries.items[next].node == node)) {
		return;
	}
	struct multimap_entry *entry = LIST_PUSH(&map->entries, arena);

	entry->node = node;
	entry->next = next;
	table_set(&map->first, key, (uint32_t)map->entries.count - 1);
}

/* --- spellings ------------------------------------------------------------------------------ */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool is_word_char(char c)
{
	c = lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* Lower case, one "_" for whatever stands between words, no zeros before a leading number. */
str normal_spelling(str text, struct arena *arena)
{
	struct buf out = { .arena = arena };
	const struct numbered_name numbered = numbered_name_parse(text);
	size_t at = 0;

	if (numbered.is_numbered) {
		while (at + 1 < text.len && text.data[at] == '0' &&
				is_word_char(text.data[at + 1])) {
			at++;
		}
	}
	for (; at < text.len; at++) {
		if (is_word_char(text.data[at])) {
			buf_add_char(&out, lower(text.data[at]));
		} else if (out.len && out.data[out.len - 1] != '_') {
			buf_add_char(&out, '_');
		}
	}
	if (out.len && out.data[out.len - 1] == '_') {
		out.len--;
	}
	return buf_str(&out);
}

/* Words that say what kind of thing a migration does, not which one it is. */
static bool is_common_word(str word)
{
	static const char *const common[] = { "add", "and", "alter", "change", "column", "create",
		"drop", "fix", "for", "from", "index", "init", "initial", "merge", "migration",
		"new", "previous", "remove", "schema", "table", "the", "update", "with", "xxx" };

	for (size_t i = 0; i < COUNT_OF(common); i++) {
		if (str_equal(word, str_from(common[i]))) {
			return true;
		}
	}
	return false;
}

/* Take the next word that tells something off a normal spelling; a plural's "s" is dropped. */
bool next_telling_word(str *rest, str *ret_word)
{
	str word;

	while (str_next_part(rest, '_', &word)) {
		const bool is_number = word.len && word.data[0] >= '0' && word.data[0] <= '9';

		if (word.len > 3 && str_ends_with(word, STR("s"))) {
			word.len--;
		}
		if (word.len >= 3 && !is_number && !is_common_word(word)) {
			*ret_word = word;
			return true;
		}
	}
	return false;
}

static void index_words(struct matcher *matcher, str text, uint32_t node)
{
	str rest = normal_spelling(text, matcher->survey->arena);
	str word;

	while (next_telling_word(&rest, &word)) {
		multimap_add(&matcher->words, word, node, matcher->survey->arena);
	}
}

static void index_name(struct matcher *matcher, str name, bool is_id, uint32_t node)
{
	struct arena *arena = matcher->survey->arena;
	const struct numbered_name numbered = numbered_name_parse(name);
	struct name_entry *entry = LIST_PUSH(&matcher->names, arena);

	entry->text = name;
	entry->node = node;
	entry->is_id = is_id;
	multimap_add(&matcher->spellings, normal_spelling(name, arena), node, arena);
	index_words(matcher, name, node);
	if (numbered.is_numbered) {
		struct number_entry *number = LIST_PUSH(&matcher->numbers, arena);

		number->number = numbered.number;
		number->digits = numbered.digits;
		number->variant = numbered.variant;
		number->node = node;
		multimap_add(&matcher->rests, normal_spelling(numbered.rest, arena), node, arena);
	}
}

static int compare_names(const void *a, const void *b)
{
	const struct name_entry *x = a, *y = b;
	const int order = str_compare(x->text, y->text);

	return order ? order : (x->node > y->node) - (x->node < y->node);
}

static int compare_numbers(const void *a, const void *b)
{
	const struct number_entry *x = a, *y = b;

	if (x->number != y->number) {
		return x->number < y->number ? -1 : 1;
	}
	return (x->node > y->node) - (x->node < y->node);
}

struct matcher *matcher_new(struct survey *survey)
{
	struct arena *arena = survey->arena;
	struct matcher *matcher = arena_new(arena, struct matcher);

	matcher->survey = survey;
	matcher->letters_left = LETTERS_BUDGET;
	matcher->stems.arena = matcher->spellings.first.arena = arena;
	matcher->rests.first.arena = matcher->words.first.arena = arena;
	for (size_t i = 0; i < survey->specs->count; i++) {
		const struct revision_spec *spec = &survey->specs->items[i];
		const uint32_t node = survey->node_of_spec[i];
		const str stem = path_stem(spec->file);
		uint32_t known;

		if (i == survey->nodes[node].first_spec) {
			index_name(matcher, spec->revision, true, node);
		}
		if (stem.len && !table_find(&matcher->stems, stem, &known)) {
			table_set(&matcher->stems, stem, node);
		}
		if (stem.len && !str_equal(stem, spec->revision)) {
			index_name(matcher, stem, false, node);
		}
		if (stem.len > spec->revision.len && str_starts_with(stem, spec->revision)) {
			const str rest = str_slice(stem, spec->revision.len, stem.len);

			multimap_add(&matcher->rests, normal_spelling(rest, arena), node, arena);
		}
		multimap_add(&matcher->spellings, normal_spelling(spec->message, arena), node,
				arena);
		index_words(matcher, spec->message, node);
	}
	if (matcher->names.count) {
		qsort(matcher->names.items, matcher->names.count, sizeof(*matcher->names.items),
				compare_names);
	}
	if (matcher->numbers.count) {
		qsort(matcher->numbers.items, matcher->numbers.count,
				sizeof(*matcher->numbers.items), compare_numbers);
	}
	return matcher;
}

/* The first of the sorted names that is not before `text`. */
size_t first_name(const struct matcher *matcher, str text)
{
	size_t low = 0, high = matcher->names.count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (str_compare(matcher->names.items[middle].text, text) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}
