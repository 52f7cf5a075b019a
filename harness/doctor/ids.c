/*
 * Ids that stand twice, and ids that do not work.
 */
#include "doctor/doctor_internal.h"

#include "kit/file.h"

/* Children that a message names. */
#define SHOWN 3

/* The files of one id, in load order. */
struct namesakes {
	uint32_t *specs;
	uint32_t *votes; /* children that mean each of them */
	uint32_t count;
	uint32_t children;
	str children_names; /* the first SHOWN of them, quoted */
};

struct namesakes_list {
	struct namesakes *items;
	size_t count, capacity;
};

/*
 * Which of the namesakes `child` means: the one with the highest number below its own, else the last one
 * loaded before it; never one that descends from the child.
 */
static uint32_t meant_by(const struct survey *survey, const struct namesakes *same, uint32_t child)
{
	const struct revision_spec *specs = survey->specs->items;
	const struct numbered_name own = numbered_name_of(&specs[child]);
	uint32_t by_number = NO_NODE, by_order = NO_NODE, highest = 0;
	bool is_tie = false;
	const uint32_t most = 64; // files of one id that are looked at for each child

	for (uint32_t i = 0; i < same->count && i < most; i++) {
		const struct revision_spec *spec = &specs[same->specs[i]];
		const struct numbered_name number = numbered_name_of(spec);

		if (str_list_contains(&spec->down_revision, specs[child].revision)) {
			continue;
		}
		if (own.is_numbered && number.is_numbered && number.number < own.number) {
			is_tie = by_number != NO_NODE && number.number == highest;
			if (by_number == NO_NODE || number.number > highest) {
				by_number = i;
				highest = number.number;
			}
		}
		if (by_order == NO_NODE || same->specs[i] < child) {
			by_order = i;
		}
	}
	return by_number != NO_NODE && !is_tie ? by_number : by_order;
}

/* Whether a comment of the file gives it another id than its code. */
static bool tells_another_id(const struct revision_spec *spec)
{
	return spec->told_revision.len && !str_equal(spec->told_revision, spec->revision);
}

/* The one that keeps the id: most children mean it; else its file is named for the id; else the first. */
static uint32_t keeper_of(const struct survey *survey, const struct namesakes *same)
{
	const struct revision_spec *specs = survey->specs->items;
	uint32_t best = 0;

	for (uint32_t i = 1; i < same->count; i++) {
		const struct revision_spec *a = &specs[same->specs[i]],
					   *b = &specs[same->specs[best]];
		const bool is_named = str_starts_with(path_stem(a->file), a->revision) &&
				!str_starts_with(path_stem(b->file), b->revision);
		const bool is_told = !tells_another_id(a) && tells_another_id(b);

		if (same->votes[i] > same->votes[best] ||
				(same->votes[i] == same->votes[best] && (is_told || is_named))) {
			best = i;
		}
	}
	return best;
}

static str new_id(struct survey *survey, const struct revision_spec *spec)
{
	const str stem = path_stem(spec->file);
	const str rest = numbered_name_parse(stem).rest;
	const size_t telling = 4; // shorter ones are no names
	str id = { 0 };

	if (tells_another_id(spec)) { // the code was copied
		id = survey_id_as_wished(survey, spec->told_revision, id);
	}
	if (!id.len && stem.len && !str_equal(stem, spec->revision)) {
		id = survey_id_as_wished(survey, stem, id);
	}
	if (!id.len && rest.len >= telling) { // "0005_orders" is a trap for who means "0005"
		id = survey_id_as_wished(survey, rest, id);
	}
	// Else digits from what tells this file from its namesakes.
	return id.len ? id
		      : survey_digits_id(survey,
					str_format(survey->arena, "%.*s %.*s %u",
							STR_ARG(spec->revision),
							STR_ARG(spec->message),
							survey_place(survey, spec)));
}

static str some_children(const struct survey *survey, const struct namesakes *same)
{
	return same->children <= SHOWN
			? same->children_names
			: str_format(survey->arena, "%.*s and %u more",
					  STR_ARG(same->children_names), same->children - SHOWN);
}

static void report_namesakes(struct survey *survey, const struct namesakes *same)
{
	const struct revision_spec *specs = survey->specs->items;
	const uint32_t kept = keeper_of(survey, same);
	const str kept_name = survey_file_name(survey, &specs[same->specs[kept]]);

	for (uint32_t i = 0; i < same->count; i++) {
		const struct revision_spec *spec = &specs[same->specs[i]];

		if (i == kept) {
			continue;
		}
		struct fault *fault = survey_report(survey, FAULT_DUPLICATE_REVISION, spec);
		struct buf message = { .arena = survey->arena };

		buf_format(&message, "'%.*s' is the id of %.*s too", STR_ARG(spec->revision),
				STR_ARG(kept_name));
		if (same->children) {
			const str children = some_children(survey, same);

			if (same->votes[kept] == same->children) {
				buf_format(&message, ", which %.*s mean%s", STR_ARG(children),
						same->children == 1 ? "s" : "");
			} else {
				buf_format(&message,
						"; its children %.*s do not all mean the same one",
						STR_ARG(children));
			}
		}
		fault->message = buf_str(&message);
		survey_relate(survey, fault, &specs[same->specs[kept]],
				STR("it keeps the id, as suggested"));
		fault->suggested_revision = new_id(survey, spec);
		fault->suggestion = str_format(survey->arena,
				"Give %.*s an id of its own, such as '%.*s'; a merge would not help.",
				STR_ARG(survey_file_name(survey, spec)),
				STR_ARG(fault->suggested_revision));
		fault_edit(fault, SPEC_SET_REVISION, (str){ 0 }, fault->suggested_revision,
				survey->arena);
		survey->new_ids[fault->spec] = fault->suggested_revision;
	}
}

/* All ids that stand more than once; `place` of a node is from 1 among them, 0 if its id stands once. */
static struct namesakes_list find_namesakes(const struct survey *survey, uint32_t *place)
{
	struct namesakes_list all = { 0 };
	uint32_t *counts = arena_new_array(survey->arena, uint32_t, survey->node_count);

	for (size_t i = 0; i < survey->specs->count; i++) {
		counts[survey->node_of_spec[i]]++;
	}
	for (size_t i = 0; i < survey->specs->count; i++) {
		const uint32_t node = survey->node_of_spec[i];

		if (counts[node] < 2) {
			continue;
		}
		if (!place[node]) {
			struct namesakes *first = LIST_PUSH(&all, survey->arena);

			first->specs = arena_new_array(survey->arena, uint32_t, counts[node]);
			first->votes = arena_new_array(survey->arena, uint32_t, counts[node]);
			place[node] = (uint32_t)all.count;
		}
		struct namesakes *same = &all.items[place[node] - 1];

		same->specs[same->count++] = (uint32_t)i;
	}
	return all;
}

/* Count for each parent of the file `child` that stands more than once which of its files is meant. */
static void vote(struct survey *survey, struct namesakes_list *all, const uint32_t *place,
		uint32_t child)
{
	const struct revision_spec *spec = &survey->specs->items[child];

	for (size_t i = 0; i < spec->down_revision.count; i++) {
		const uint32_t parent = survey_find(survey, spec->down_revision.items[i]);

		if (parent == NO_NODE || !place[parent] || parent == survey->node_of_spec[child]) {
			continue;
		}
		struct namesakes *same = &all->items[place[parent] - 1];
		const uint32_t meant = meant_by(survey, same, child);

		if (meant != NO_NODE) {
			same->votes[meant]++;
		}
		if (same->children++ < SHOWN) {
			same->children_names = str_format(survey->arena, "%.*s%s'%.*s'",
					STR_ARG(same->children_names),
					same->children > 1 ? ", " : "", STR_ARG(spec->revision));
		}
	}
}

void examine_duplicates(struct survey *survey)
{
	if (survey->node_count == survey->specs->count) {
		return;
	}
	uint32_t *place = arena_new_array(survey->arena, uint32_t, survey->node_count);
	struct namesakes_list all = find_namesakes(survey, place);

	for (size_t i = 0; i < survey->specs->count; i++) {
		vote(survey, &all, place, (uint32_t)i);
	}
	for (size_t i = 0; i < all.count; i++) {
		report_namesakes(survey, &all.items[i]);
	}
}

/* --- ids that do not work ------------------------------------------------------------------- */

/* The characters of `id` that Alembic refuses, sorted and quoted; empty if there are none. */
static str illegal_characters(const struct survey *survey, str id)
{
	static const char refused[] = "+-:@"; // in order
	struct buf text = { .arena = survey->arena };

	for (size_t i = 0; i < COUNT_OF(refused) - 1; i++) {
		const char c = refused[i];

		if (str_find_char(id, c) < id.len && (c != ':' || survey->level >= 17)) {
			buf_format(&text, "%s'%c'", text.len ? ", " : "", c);
		}
	}
	return buf_str(&text);
}

/*
 * Give the file of `fault` another id, made from `wish`; one id for all its faults. A file that is to have an
 * id of its own is mended by that.
 */
static void rename_file(struct survey *survey, str wish, struct fault *fault)
{
	str *new_id = &survey->new_ids[fault->spec];

	if (!new_id->len) {
		*new_id = survey_free_id(survey, wish, fault->revision);
		fault_edit(fault, SPEC_RENAME, (str){ 0 }, *new_id, survey->arena);
	}
	fault->suggested_revision = *new_id;
}

static void examine_long(struct survey *survey, const struct revision_spec *spec)
{
	const size_t column = 32; // characters of version_num
	const size_t length = str_utf8_length(spec->revision);

	if (length <= column) {
		return;
	}
	struct fault *fault = survey_report(survey, FAULT_LONG_REVISION, spec);

	fault->message = str_format(survey->arena,
			"the id has %zu characters; the version table takes %zu", length, column);
	rename_file(survey, spec->revision, fault);
	fault->suggestion = str_format(survey->arena,
			"Shorten it, to '%.*s' say, in the files that refer to it too.",
			STR_ARG(fault->suggested_revision));
}

static void examine_illegal(struct survey *survey, const struct revision_spec *spec)
{
	const str characters = illegal_characters(survey, spec->revision);
	struct fault *fault;

	if (characters.len) {
		fault = survey_report(survey, FAULT_ILLEGAL_REVISION, spec);
		fault->message = str_format(
				survey->arena, "an id cannot have %.*s in it", STR_ARG(characters));
		rename_file(survey, spec->revision, fault);
	} else if (is_word_of_alembic(spec->revision) || spec->revision.len == 0) {
		fault = survey_report(survey, FAULT_ILLEGAL_REVISION, spec);
		fault->message = spec->revision.len
				? str_format(survey->arena,
						  "'%.*s' means something else to every command, so none can name this revision",
						  STR_ARG(spec->revision))
				: STR("the id is empty, so no command can name this revision");
		rename_file(survey,
				str_format(survey->arena, "%.*s_revision", STR_ARG(spec->revision)),
				fault);
	} else {
		return;
	}
	fault->suggestion = str_format(survey->arena,
			"Rename it, to '%.*s' say, in the files that refer to it too.",
			STR_ARG(fault->suggested_revision));
}

void examine_ids(struct survey *survey)
{
	for (size_t i = 0; i < survey->specs->count; i++) {
		examine_long(survey, &survey->specs->items[i]);
	}
	for (size_t i = 0; i < survey->specs->count; i++) {
		examine_illegal(survey, &survey->specs->items[i]);
	}
}
