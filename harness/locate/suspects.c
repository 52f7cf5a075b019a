/*
 * Revisions that may have run in part: those that have to do with what is left over are looked at statement by statement.
 */
#include "locate/search.h"

#include "kit/arena.h"

/* So many are. */
#define MOST_WATCHED 24

static bool touches_left_over(
		const struct fact_changes *changes, const bool *predicted, const bool *database)
{
	for (size_t i = 0; i < changes->count; i++) {
		const uint32_t fact = changes->items[i].fact;

		if (predicted[fact] != database[fact]) {
			return true;
		}
	}
	return false;
}

/* The name of what a line is about, without that of its table: "c" of "column t.c text"; empty: it has none of its own. */
static str name_in(str line)
{
	str kind, name = { 0 };

	if (!str_next_part(&line, ' ', &kind) || !str_next_part(&line, ' ', &name)) {
		return STR("");
	}
	const size_t dot = str_find_char(name, '.');

	return dot < name.len ? str_slice(name, dot + 1, name.len) : name;
}

/* Whether something is left over that the revision speaks of: it may have been in the middle of it. */
static bool names_left_over(const struct search *search, const struct traced_revision *revision,
		const struct checked *checked)
{
	const struct facts *facts = search->problem->facts;

	for (size_t i = 0; i < facts->lines.count; i++) {
		const str name = search->database[i] && !checked->facts[i]
				? name_in(facts->lines.items[i])
				: (str){ 0 };

		if (name.len && str_find(revision->sql, name) < revision->sql.len) {
			return true;
		}
	}
	return false;
}

/* Whether a revision may have run in part: it has to do with what is left over, or it could be the next. */
static bool is_suspect(const struct search *search, size_t number, const struct checked *checked)
{
	const struct traced_revision *revision = &search->problem->revisions.items[number];
	const size_t *amounts = checked->amounts;

	return (amounts[number] == RAN_NOTHING &&
			       locate_can_stand(search->problem, amounts, number)) ||
			touches_left_over(&revision->changes, checked->facts, search->database) ||
			names_left_over(search, revision, checked);
}

/* Those that are suspects of a near explanation, and in a small tree all others behind them. */
static struct revision_numbers list_suspects(const struct search *search)
{
	const struct checked *best = search_best(search);
	const size_t count = search_revisions(search);
	bool *is_listed = arena_new_array(search->arena, bool, count);
	struct revision_numbers suspects = { 0 };

	for (size_t i = 0; i < search->checked.count; i++) {
		const struct checked *checked = &search->checked.items[i];

		for (size_t j = 0; j < count && checked->distance <= best->distance + SLACK; j++) {
			if (!is_listed[j] && is_suspect(search, j, checked)) {
				is_listed[j] = true;
				*LIST_PUSH(&suspects, search->arena) = j;
			}
		}
	}
	for (size_t i = 0; i < count && count <= MOST_WATCHED; i++) {
		if (!is_listed[i]) {
			*LIST_PUSH(&suspects, search->arena) = i;
		}
	}
	return suspects;
}

struct error *search_watch_suspects(struct search *search, bool *ret_is_new)
{
	const struct revision_numbers suspects = list_suspects(search);
	const size_t *amounts = search_best(search)->amounts;
	struct error *err = NULL;
	size_t watched = 0;

	for (size_t i = 0; !err && i < suspects.count && watched < MOST_WATCHED; i++) {
		const struct traced_revision *revision =
				&search->problem->revisions.items[suspects.items[i]];
		const size_t known = search->problem->facts->lines.count;

		if (revision->statement_count > 1 && !revision->parts.count) {
			err = search->lab->watch(search->lab->data, suspects.items[i], amounts);
			search_renew_flags(search, known);
			watched++;
		}
	}
	*ret_is_new = watched > 0;
	return err;
}
