/*
 * The rules that look names up in the index.
 */
#include "doctor/match_internal.h"

/* Note `node` as meant, unless it is the child itself or descends from it. */
void offer(struct matcher *matcher, uint32_t node, uint32_t child, struct candidates *found)
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

void find_by_file(struct matcher *matcher, str name, uint32_t child, struct candidates *found)
{
	uint32_t node;

	if (table_find(&matcher->stems, name, &node) ||
			(str_ends_with(name, STR(".py")) &&
					table_find(&matcher->stems,
							str_slice(name, 0, name.len - 3), &node))) {
		offer(matcher, node, child, found);
	}
}

void find_by_label(struct matcher *matcher, str name, uint32_t child, struct candidates *found)
{
	uint32_t labelled;

	if (table_find(&matcher->survey->labels, name, &labelled)) {
		offer(matcher, labelled, child, found);
	}
}

void find_by_rest(struct matcher *matcher, str name, uint32_t child, struct candidates *found)
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

void find_by_start(struct matcher *matcher, str name, uint32_t child, struct candidates *found)
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

void find_by_spelling(struct matcher *matcher, str name, uint32_t child, struct candidates *found)
{
	if (!begins_name_as_number(matcher, name)) {
		offer_all(matcher, &matcher->spellings,
				normal_spelling(name, matcher->survey->arena), child, found);
	}
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

static void find_numbered(struct matcher *matcher, str name, bool same_digits, bool same_variant,
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
size_t shared_words(const struct matcher *matcher, str name, uint32_t node, size_t *ret_total)
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

void find_by_number_and_width(
		struct matcher *matcher, str name, uint32_t child, struct candidates *found)
{
	find_numbered(matcher, name, true, true, child, found);
}

void find_by_number(struct matcher *matcher, str name, uint32_t child, struct candidates *found)
{
	find_numbered(matcher, name, false, true, child, found);
	if (!found->count) {
		find_numbered(matcher, name, false, false, child, found);
	}
	keep_related(matcher, name, found);
}

/* Without a number in the name itself, that of the child's file counts. */
void find_below(struct matcher *matcher, str name, uint32_t child, struct candidates *found)
{
	const struct numbered_name own = numbered_name_parse(name);
	const struct numbered_name wanted = own.is_numbered
			? own
			: numbered_name_of(survey_spec(matcher->survey, child));
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

void find_by_words(struct matcher *matcher, str name, uint32_t child, struct candidates *found)
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
