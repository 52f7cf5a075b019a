/*
 * doctor/match_internal.h - the index of all names and the rules that look names up in it.
 */
#ifndef DOCTOR_MATCH_INTERNAL_H
#define DOCTOR_MATCH_INTERNAL_H

#include "doctor/doctor_internal.h"

/* Candidates that a rule looks at; names that fit more revisions than this mean none of them in particular. */
#define CANDIDATES_MAX 64

/* From a text to any number of nodes. */
struct multimap {
	struct table first;

	struct {
		struct multimap_entry {
			uint32_t node, next; /* next: NO_NODE ends */
		} * items;

		size_t count, capacity;
	} entries;
};

struct name_entry {
	str text;
	uint32_t node;
	bool is_id; /* else a file's stem */
};

struct number_entry {
	uint32_t number, digits, node;
	char variant;
};

struct matcher {
	struct survey *survey;
	struct table stems;        /* stem -> node */
	struct multimap spellings; /* normal spelling of id, stem, message -> nodes */
	struct multimap rests;     /* normal spelling of what follows number or id -> nodes */
	struct multimap words;     /* word -> nodes */

	struct {
		struct name_entry *items;
		size_t count, capacity;
	} names; /* ids and stems, sorted */

	struct {
		struct number_entry *items;
		size_t count, capacity;
	} numbers; /* sorted by number, then node */

	uint32_t *ends; /* nodes that nothing follows, in order; NULL until wanted */
	uint32_t end_count;
	uint32_t *by_ending; /* nodes sorted by their ids read backwards; NULL until wanted */
	size_t letters_left; /* comparisons with all ids, after which only neighbours are looked at */
};

struct candidates {
	uint32_t items[CANDIDATES_MAX];
	size_t count;
};

/* Lower case, one "_" for whatever stands between words, no zeros before a leading number. */
str normal_spelling(str text, struct arena *arena);

/* A letter or digit, in any script. */
bool is_word_char(char c);

/*
 * Take the next word off a normal spelling that says which migration it is, not what kind of thing it
 * does; a plural's "s" is dropped. False when there are no more.
 */
bool next_telling_word(str *rest, str *ret_word);

/* The first of the sorted names that is not before `text`. */
size_t first_name(const struct matcher *matcher, str text);

/* Note `node` as meant, unless it is the child itself or descends from it. */
void offer(struct matcher *matcher, uint32_t node, uint32_t child, struct candidates *found);

/* How many telling words of `name` the revision has in its id, file name or message, of how many. */
size_t shared_words(const struct matcher *matcher, str name, uint32_t node, size_t *ret_total);

/* What each rule finds. */
void find_by_file(struct matcher *matcher, str name, uint32_t child, struct candidates *found);
void find_by_label(struct matcher *matcher, str name, uint32_t child, struct candidates *found);
void find_by_spelling(struct matcher *matcher, str name, uint32_t child, struct candidates *found);
void find_by_rest(struct matcher *matcher, str name, uint32_t child, struct candidates *found);
void find_by_start(struct matcher *matcher, str name, uint32_t child, struct candidates *found);
void find_by_number_and_width(
		struct matcher *matcher, str name, uint32_t child, struct candidates *found);
void find_by_number(struct matcher *matcher, str name, uint32_t child, struct candidates *found);
void find_by_letters(struct matcher *matcher, str name, uint32_t child, struct candidates *found);
void find_by_words(struct matcher *matcher, str name, uint32_t child, struct candidates *found);
void find_below(struct matcher *matcher, str name, uint32_t child, struct candidates *found);

#endif
