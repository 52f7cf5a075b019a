/*
 * Which revision is meant by a name that nothing has. Every rule of the ranking is a look-up in an index
 * made once, so that a tree in which every file has lost its parent is examined in reasonable time too.
 */
#include "doctor/doctor_internal.h"

#include "kit/file.h"
#include "kit/suggest.h"

#include <stdlib.h>
#include <string.h>

/* Candidates that a rule looks at; names that fit more revisions than this mean none of them in particular. */
#define CANDIDATES_MAX 64

/* Comparisons of letters against all ids, after which only neighbours in sorted order are compared. */
#define LETTERS_BUDGET 1000000

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

	uint32_t *by_ending; /* nodes sorted by their ids read backwards; NULL until wanted */
	size_t letters_left; /* of LETTERS_BUDGET */
};

struct candidates {
	uint32_t items[CANDIDATES_MAX];
	size_t count;
};

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

static bool is_word_char(char c)
{
	c = lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* Lower case, one "_" for whatever stands between words, no zeros before a leading number. */
static str normal_spelling(str text, struct arena *arena)
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
static bool next_telling_word(str *rest, str *ret_word)
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

/* --- candidates ----------------------------------------------------------------------------- */

/* Note `node` as meant, unless it is the child itself or descends from it. */
static void offer(struct matcher *matcher, uint32_t node, uint32_t child, struct candidates *found)
{
	if (node == NO_NODE || node == child || found->count == CANDIDATES_MAX) {
		return;
	}
	for (size_t i = 0; i < found->count; i++) {
		if (found->items[i] == node) {
			return;
		}
	}
	if (!reach_leads(&matcher->survey->reach, node, child)) {
		found->items[found->count++] = node;
	}
}

static void offer_all(struct matcher *matcher, const struct multimap *map, str key, uint32_t child,
		struct candidates *found)
{
	uint32_t at = NO_NODE;

	if (table_find(&map->first, key, &at)) {
		for (size_t i = 0; at != NO_NODE && i < CANDIDATES_MAX; i++) {
			offer(matcher, map->entries.items[at].node, child, found);
			at = map->entries.items[at].next;
		}
	}
}

static void find_by_file(
		struct matcher *matcher, str name, uint32_t child, struct candidates *found)
{
	uint32_t node;

	if (table_find(&matcher->stems, name, &node) ||
			(str_ends_with(name, STR(".py")) &&
					table_find(&matcher->stems,
							str_slice(name, 0, name.len - 3), &node))) {
		offer(matcher, node, child, found);
	}
}

static void find_by_rest(
		struct matcher *matcher, str name, uint32_t child, struct candidates *found)
{
	struct arena *arena = matcher->survey->arena;
	const size_t telling = 4; // shorter ones are no names
	const struct numbered_name numbered = numbered_name_parse(name);
	const str whole = normal_spelling(name, arena);
	const str rest = normal_spelling(numbered.rest, arena);

	if (whole.len >= telling) {
		offer_all(matcher, &matcher->rests, whole, child, found);
	}
	if (rest.len >= telling) {
		offer_all(matcher, &matcher->rests, rest, child, found);
		offer_all(matcher, &matcher->spellings, rest, child, found);
	}
}

/* The first of the sorted names that is not before `text`. */
static size_t first_name(const struct matcher *matcher, str text)
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

static void find_by_start(
		struct matcher *matcher, str name, uint32_t child, struct candidates *found)
{
	const struct survey *survey = matcher->survey;
	uint32_t only = NO_NODE; // the one revision whose id starts so
	size_t started = 0;

	for (size_t at = 1; at < name.len; at++) {
		if (!is_word_char(name.data[at]) && at >= 2) {
			offer(matcher, survey_find(survey, str_slice(name, 0, at)), child, found);
		}
	}
	if (name.len == 0) {
		return;
	}
	for (size_t i = first_name(matcher, name); i < matcher->names.count; i++) {
		const struct name_entry *entry = &matcher->names.items[i];

		if (!str_starts_with(entry->text, name) || started > CANDIDATES_MAX) {
			break;
		}
		if (entry->text.len > name.len && !is_word_char(entry->text.data[name.len])) {
			offer(matcher, entry->node, child, found);
		}
		started += entry->is_id;
		only = entry->is_id ? entry->node : only;
	}
	if (started == 1 && name.len >= 4) {
		offer(matcher, only, child, found);
	}
}

/* Whether `name` is a bare number with which a longer name begins: "0010" beside "0010_orders". */
static bool begins_name_as_number(const struct matcher *matcher, str name)
{
	const struct numbered_name numbered = numbered_name_parse(name);
	const size_t next = first_name(matcher, name);

	return numbered.is_numbered && numbered.rest.len == 0 && next < matcher->names.count &&
			str_starts_with(matcher->names.items[next].text, name) &&
			numbered_name_parse(matcher->names.items[next].text).number ==
			numbered.number &&
			numbered_name_parse(matcher->names.items[next].text).variant ==
			numbered.variant;
}

static size_t first_number(const struct matcher *matcher, uint32_t number)
{
	size_t low = 0, high = matcher->numbers.count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (matcher->numbers.items[middle].number < number) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static void find_by_number(struct matcher *matcher, str name, bool same_digits, bool same_variant,
		uint32_t child, struct candidates *found)
{
	const struct numbered_name wanted = numbered_name_parse(name);

	if (!wanted.is_numbered) {
		return;
	}
	for (size_t i = first_number(matcher, wanted.number); i < matcher->numbers.count; i++) {
		const struct number_entry *entry = &matcher->numbers.items[i];

		if (entry->number != wanted.number) {
			break;
		}
		if ((!same_digits || entry->digits == wanted.digits) &&
				(!same_variant || entry->variant == wanted.variant)) {
			offer(matcher, entry->node, child, found);
		}
	}
}

/* How many telling words of `name` the revision has in its id, file name or message. */
static size_t shared_words(
		const struct matcher *matcher, str name, uint32_t node, size_t *ret_total)
{
	str rest = normal_spelling(name, matcher->survey->arena);
	size_t shared = 0;
	str word;

	*ret_total = 0;
	while (next_telling_word(&rest, &word)) {
		uint32_t at;

		++*ret_total;
		if (!table_find(&matcher->words.first, word, &at)) {
			continue;
		}
		for (size_t i = 0; at != NO_NODE && i < CANDIDATES_MAX; i++) {
			if (matcher->words.entries.items[at].node == node) {
				shared++;
				break;
			}
			at = matcher->words.entries.items[at].next;
		}
	}
	return shared;
}

/* A number written differently says little if a name stands behind it of which nothing is shared. */
static void keep_related(const struct matcher *matcher, str name, struct candidates *found)
{
	const size_t count = found->count;
	size_t total;

	if (numbered_name_parse(name).rest.len == 0) {
		return;
	}
	found->count = 0;
	for (size_t i = 0; i < count; i++) {
		if (shared_words(matcher, name, found->items[i], &total) > 0) {
			found->items[found->count++] = found->items[i];
		}
	}
}

/* Those with the nearest number below the one of `name`, written with as many digits. */
static void find_below(struct matcher *matcher, str name, uint32_t child, struct candidates *found)
{
	const struct numbered_name wanted = numbered_name_parse(name);
	const size_t farthest = 1000; // entries looked at
	uint32_t nearest = 0;

	if (!wanted.is_numbered) {
		return;
	}
	const size_t end = first_number(matcher, wanted.number);

	for (size_t i = end; i-- > 0 && end - i <= farthest;) {
		const struct number_entry *entry = &matcher->numbers.items[i];

		if (found->count && entry->number != nearest) {
			break;
		}
		if (entry->digits == wanted.digits) {
			nearest = entry->number;
			offer(matcher, entry->node, child, found);
		}
	}
}

/* --- letters and words ---------------------------------------------------------------------- */

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

static void find_by_letters(
		struct matcher *matcher, str name, uint32_t child, struct candidates *found)
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

static void find_by_words(
		struct matcher *matcher, str name, uint32_t child, struct candidates *found)
{
	struct candidates any = { 0 };
	str rest = normal_spelling(name, matcher->survey->arena);
	size_t most = 0;
	str word;

	while (next_telling_word(&rest, &word)) {
		offer_all(matcher, &matcher->words, word, child, &any);
	}
	for (size_t i = 0; i < any.count; i++) {
		size_t total;
		const size_t shared = shared_words(matcher, name, any.items[i], &total);

		if (shared * 2 <= total || shared < most) {
			continue;
		}
		if (shared > most) {
			most = shared;
			found->count = 0;
		}
		offer(matcher, any.items[i], child, found);
	}
}

/* --- the ranking ---------------------------------------------------------------------------- */

/* How well a candidate fits among those of the same rule; more is better, member by member. */
struct fitness {
	bool is_head;
	size_t shared;
	bool is_before; /* loaded before the child */
	uint32_t nearness;
};

static struct fitness fitness_of(
		const struct matcher *matcher, str name, uint32_t node, uint32_t child)
{
	size_t total;
	const bool is_before = node < child;

	return (struct fitness){
		.is_head = edges_count(&matcher->survey->children, node) == 0,
		.shared = shared_words(matcher, name, node, &total),
		.is_before = is_before,
		.nearness = UINT32_MAX - (is_before ? child - node : node - child),
	};
}

static bool is_fitter(const struct fitness *a, const struct fitness *b)
{
	if (a->is_head != b->is_head) {
		return a->is_head;
	}
	if (a->shared != b->shared) {
		return a->shared > b->shared;
	}
	if (a->is_before != b->is_before) {
		return a->is_before;
	}
	return a->nearness > b->nearness;
}

static struct match choose(const struct matcher *matcher, enum match_rule rule, str name,
		const struct candidates *found, uint32_t child)
{
	struct match match = { .rule = rule, .node = found->items[0] };
	struct fitness best = fitness_of(matcher, name, match.node, child);

	for (size_t i = 1; i < found->count; i++) {
		const struct fitness fitness = fitness_of(matcher, name, found->items[i], child);

		if (is_fitter(&fitness, &best)) {
			best = fitness;
			match.node = found->items[i];
		}
	}
	for (size_t i = 0; i < found->count; i++) {
		if (found->items[i] != match.node && match.equal_count++ < COUNT_OF(match.equals)) {
			match.equals[match.equal_count - 1] = found->items[i];
		}
	}
	return match;
}

static void gather(struct matcher *matcher, enum match_rule rule, str name, uint32_t child,
		struct candidates *found)
{
	struct survey *survey = matcher->survey;
	uint32_t labelled;

	switch (rule) {
	case MATCH_NONE:
		break;
	case MATCH_FILE:
		find_by_file(matcher, name, child, found);
		break;
	case MATCH_LABEL:
		if (table_find(&survey->labels, name, &labelled)) {
			offer(matcher, labelled, child, found);
		}
		break;
	case MATCH_SPELLING:
		if (begins_name_as_number(matcher, name)) {
			break;
		}
		offer_all(matcher, &matcher->spellings, normal_spelling(name, survey->arena), child,
				found);
		break;
	case MATCH_NAME:
		find_by_rest(matcher, name, child, found);
		break;
	case MATCH_START:
		find_by_start(matcher, name, child, found);
		break;
	case MATCH_NUMBER_AND_WIDTH:
		find_by_number(matcher, name, true, true, child, found);
		break;
	case MATCH_NUMBER:
		find_by_number(matcher, name, false, true, child, found);
		if (!found->count) {
			find_by_number(matcher, name, false, false, child, found);
		}
		keep_related(matcher, name, found);
		break;
	case MATCH_LETTERS:
		find_by_letters(matcher, name, child, found);
		break;
	case MATCH_WORDS:
		find_by_words(matcher, name, child, found);
		break;
	case MATCH_BELOW:
		find_below(matcher, name, child, found);
		break;
	}
}

struct match matcher_find(struct matcher *matcher, str name, uint32_t child)
{
	for (enum match_rule rule = MATCH_FILE; rule <= MATCH_BELOW; rule++) {
		struct candidates found = { 0 };

		gather(matcher, rule, name, child, &found);
		if (found.count) {
			return choose(matcher, rule, name, &found, child);
		}
	}
	return (struct match){ .node = NO_NODE };
}

uint32_t matcher_predecessor(struct matcher *matcher, uint32_t node)
{
	const struct revision_spec *spec = survey_spec(matcher->survey, node);
	const uint32_t farthest = 1000; // files looked at
	struct candidates found = { 0 };

	find_below(matcher, spec->revision, node, &found);
	if (!found.count) {
		find_below(matcher, path_stem(spec->file), node, &found);
	}
	for (uint32_t i = 1; !found.count && i <= node && i <= farthest; i++) {
		offer(matcher, node - i, node, &found);
	}
	return found.count ? choose(matcher, MATCH_BELOW, spec->revision, &found, node).node
			   : NO_NODE;
}

const char *match_rule_reason(enum match_rule rule)
{
	static const char *const reasons[] = {
		[MATCH_NONE] = "",
		[MATCH_FILE] = "the id of the file of that name",
		[MATCH_LABEL] = "the id of the file that carries this label",
		[MATCH_SPELLING] = "the same name in another spelling",
		[MATCH_NAME] = "the same words after the number",
		[MATCH_START] = "the id that begins so",
		[MATCH_NUMBER_AND_WIDTH] = "the same number",
		[MATCH_NUMBER] = "the same number, written differently",
		[MATCH_LETTERS] = "an id that differs in a letter or two",
		[MATCH_WORDS] = "the same words",
		[MATCH_BELOW] = "the nearest number below",
	};

	return reasons[rule];
}
