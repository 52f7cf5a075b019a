/*
 * Names that get in each other's way: labels that clash, ids and labels with which others begin.
 */
#include "doctor/doctor_internal.h"

#include <stdlib.h>

static void report_clash(struct survey *survey, const struct revision_spec *spec, str label,
		const struct revision_spec *other_spec, str message)
{
	struct fault *fault = survey_report(survey, FAULT_LABEL_CLASH, spec);
	const str other = survey_free_id(survey,
			str_format(survey->arena, "branch_%.*s", STR_ARG(label)), (str){ 0 });

	fault->message = message;
	survey_relate(survey, fault, other_spec, STR("it is called so"));
	fault->suggestion = str_format(survey->arena,
			"Give '%.*s' another label than '%.*s', such as '%.*s'.",
			STR_ARG(spec->revision), STR_ARG(label), STR_ARG(other));
	fault_edit(fault, SPEC_BRANCH_LABELS, label, other, survey->arena);
}

static void report_doubled(struct survey *survey, const struct revision_spec *spec, str label)
{
	struct fault *fault = survey_report(survey, FAULT_LABEL_CLASH, spec);

	fault->message = str_format(
			survey->arena, "branch label '%.*s' is listed twice", STR_ARG(label));
	fault->suggestion = STR("List it once.");
	fault_edit(fault, SPEC_BRANCH_LABELS, label, label, survey->arena);
}

static void examine_label(struct survey *survey, uint32_t node, size_t at)
{
	const struct revision_spec *spec = survey_spec(survey, node);
	const str label = spec->branch_labels.items[at];
	const uint32_t named = survey_find(survey, label);
	uint32_t first = NO_NODE;

	table_find(&survey->labels, label, &first);
	for (size_t i = 0; i < at; i++) {
		if (str_equal(spec->branch_labels.items[i], label)) {
			report_doubled(survey, spec, label);
			return;
		}
	}
	if (named != NO_NODE) {
		report_clash(survey, spec, label, survey_spec(survey, named),
				str_format(survey->arena,
						"branch label '%.*s' is the id of a revision",
						STR_ARG(label)));
	} else if (first != node) {
		report_clash(survey, spec, label, survey_spec(survey, first),
				str_format(survey->arena,
						"branch label '%.*s' is already one of '%.*s'",
						STR_ARG(label), STR_ARG(survey->nodes[first].id)));
	}
}

void examine_labels(struct survey *survey)
{
	for (uint32_t n = 0; n < survey->node_count; n++) {
		for (size_t i = 0; i < survey_spec(survey, n)->branch_labels.count; i++) {
			examine_label(survey, n, i);
		}
	}
}

/* --- prefix traps --------------------------------------------------------------------------- */

/* An id or a label: what a command may name. */
struct key {
	str text;
	uint32_t node;
	bool is_label;
};

struct keys {
	struct key *items;
	size_t count, capacity;
};

static int compare_keys(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	return str_compare(x->text, y->text);
}

static struct keys sorted_keys(struct survey *survey)
{
	struct keys keys = { 0 };

	for (uint32_t n = 0; n < survey->node_count; n++) {
		const struct str_list *labels = &survey_spec(survey, n)->branch_labels;

		*LIST_PUSH(&keys, survey->arena) = (struct key){ survey->nodes[n].id, n, false };
		for (size_t i = 0; i < labels->count; i++) {
			uint32_t first;

			if (table_find(&survey->labels, labels->items[i], &first) && first == n &&
					survey_find(survey, labels->items[i]) == NO_NODE) {
				*LIST_PUSH(&keys, survey->arena) =
						(struct key){ labels->items[i], n, true };
			}
		}
	}
	if (keys.count) {
		qsort(keys.items, keys.count, sizeof(*keys.items), compare_keys);
	}
	return keys;
}

/* The end of the run of keys that begin with `start`, the first of which is at `from`. */
static size_t run_end(const struct keys *keys, size_t from, str start)
{
	size_t low = from, high = keys->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (str_starts_with(keys->items[middle].text, start)) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* Keys of fewer characters are never found by a part of them. */
static bool is_found_by_part(const struct key *key)
{
	return str_utf8_length(key->text) > 3;
}

/*
 * The only key that Alembic finds by the beginning `part`, which is no key itself: NULL if there are none
 * or several. `near` is the place of a key that begins so; a few on both sides are looked at.
 */
static const struct key *only_found(const struct keys *keys, str part, size_t near)
{
	const struct key *only = NULL;
	size_t at = near;

	while (at > 0 && str_starts_with(keys->items[at - 1].text, part)) {
		at--;
		if (near - at > 64) {
			return NULL;
		}
	}
	for (; at < keys->count && str_starts_with(keys->items[at].text, part); at++) {
		const struct key *key = &keys->items[at];

		if (str_equal(key->text, part) || (only && is_found_by_part(key))) {
			return NULL;
		}
		only = is_found_by_part(key) ? key : only;
	}
	return only;
}

static void examine_key(struct survey *survey, const struct keys *keys, size_t at)
{
	const struct key *key = &keys->items[at];
	const size_t most = 1000; // longer ones that are looked at
	const size_t end = run_end(keys, at, key->text);
	const struct key *first = NULL;
	size_t count = 0;

	for (size_t i = at + 1; key->text.len && i < end && i - at <= most; i++) {
		if (keys->items[i].node != key->node && is_found_by_part(&keys->items[i]) &&
				is_likely_part(key->text, keys->items[i].text)) {
			first = first ? first : &keys->items[i];
			count++;
		}
	}
	if (!count) {
		return;
	}
	struct fault *fault =
			survey_report(survey, FAULT_PREFIX_TRAP, survey_spec(survey, key->node));
	struct buf message = { .arena = survey->arena };

	buf_format(&message, "%s '%.*s' is the beginning of '%.*s'", key->is_label ? "label" : "id",
			STR_ARG(key->text), STR_ARG(first->text));
	if (count > 1) {
		buf_format(&message, " and %zu more", count - 1);
	}
	buf_format(&message, ": 'alembic upgrade %.*s' never means the longer one%s",
			STR_ARG(key->text), count > 1 ? "s" : "");
	const str part = str_slice(key->text, 0, key->text.len - 1);
	const struct key *found =
			is_found_by_part(key) || !part.len ? NULL : only_found(keys, part, at);

	if (found) {
		buf_format(&message, ", and 'alembic upgrade %.*s' means '%.*s'", STR_ARG(part),
				STR_ARG(found->text));
	}
	fault->message = buf_str(&message);
	survey_relate(survey, fault, survey_spec(survey, first->node), STR("its name begins so"));
	fault->suggestion = STR("Write ids in full in every command, or rename the short one.");
}

void examine_prefixes(struct survey *survey)
{
	const struct keys keys = sorted_keys(survey);

	for (size_t i = 0; i + 1 < keys.count; i++) {
		if (str_starts_with(keys.items[i + 1].text, keys.items[i].text)) {
			examine_key(survey, &keys, i);
		}
	}
}
