/*
 * The outcomes of a scenario that has been played: a line for what is not simply "works".
 */
#include "cli/import_text.h"
#include "scenario/write.h"

/* Longer messages are cut at a word: the rest says no more. */
#define MOST_OF_MESSAGE 90

/* What a message has in every run: up to a path or an address, and the first line alone. */
static str lasting_part(str message)
{
	size_t len = str_find_char(message, '\n');
	static const char *const passing[] = { "/", " at 0x", " 0x" };

	for (size_t i = 0; i < COUNT_OF(passing); i++) {
		const size_t at = str_find(message, str_from(passing[i]));

		len = at < len ? at : len;
	}
	if (len > MOST_OF_MESSAGE) {
		for (len = MOST_OF_MESSAGE; len && message.data[len] != ' '; len--) {
		}
	}
	return str_trim(str_slice(message, 0, len));
}

/* A pattern that finds the error; empty: nothing of it lasts. */
static str pattern_of(const struct outcome_error *error, struct arena *arena)
{
	const str message = lasting_part(error->message);
	struct buf pattern = { .arena = arena };

	if (error->class_name.len && !str_equal(error->class_name, STR("DatabaseError"))) {
		buf_format(&pattern, "%.*s%s", STR_ARG(error->class_name), message.len ? ": " : "");
	}
	for (size_t i = 0; i < message.len; i++) {
		const char c = message.data[i];

		if (str_find_char(STR("\\^$|()[]{}*+?"), c) < STR("\\^$|()[]{}*+?").len) {
			buf_add_char(&pattern, '\\');
		}
		buf_add_char(&pattern, c);
	}
	return buf_str(&pattern);
}

/* The claim that the outcome bears out; empty: it works, or nothing is known. */
static str claim_of(const struct outcome *outcome, struct arena *arena)
{
	struct buf claim = { .arena = arena };

	if (outcome && outcome->verdict == VERDICT_FAILS) {
		const str pattern = pattern_of(&outcome->error, arena);

		buf_format(&claim, "{fails_at: %zu", outcome->failed_step);
		if (pattern.len) {
			buf_add(&claim, STR(", error: "));
			write_text(&claim, pattern, true);
		}
		buf_add_char(&claim, '}');
	} else if (outcome && outcome->verdict == VERDICT_WRONG) {
		const char *comma = "";

		buf_add(&claim, STR("{wrong: ["));
		for (size_t i = 0; i < WRONG_COUNT; i++) {
			if (outcome->wrong & 1U << i) {
				buf_format(&claim, "%s%s", comma, wrong_names[i]);
				comma = ", ";
			}
		}
		buf_add(&claim, STR("]}"));
	}
	return buf_str(&claim);
}

/* Cells with what is claimed of them. */
struct claims {
	const struct scenario_cells *cells;
	const struct outcome *const *outcomes;
	const str *claims;
};

static bool is_known(const struct claims *claims, size_t i)
{
	return claims->outcomes[i] && claims->outcomes[i]->verdict != VERDICT_SKIPPED;
}

/* Whether all cells of the strategy (from `state` alone unless that is NULL) come to the same as cell `i`. */
static bool is_the_same(const struct claims *claims, size_t i, const struct scenario_state *state)
{
	const struct scenario_cell *cell = &claims->cells->items[i];

	for (size_t j = 0; j < claims->cells->count; j++) {
		const struct scenario_cell *other = &claims->cells->items[j];

		if (other->strategy == cell->strategy && (!state || other->state == state) &&
				is_known(claims, j) &&
				!str_equal(claims->claims[i], claims->claims[j])) {
			return false;
		}
	}
	return true;
}

/* What the claim of cell `i` is said of. */
static str subject_of(const struct claims *claims, size_t i, struct arena *arena)
{
	const struct scenario_cell *cell = &claims->cells->items[i];

	if (is_the_same(claims, i, NULL)) {
		return str_format(arena, "%.*s@*", STR_ARG(cell->strategy->name));
	}
	const str of_state = str_format(arena, "%.*s@%.*s", STR_ARG(cell->strategy->name),
			STR_ARG(cell->state->name));

	return is_the_same(claims, i, cell->state)
			? of_state
			: str_format(arena, "%.*s:%s", STR_ARG(of_state),
					  scenario_engine_names[cell->engine]);
}

void import_write_outcomes(const struct scenario_cells *cells,
		const struct outcome *const *outcomes, struct buf *out)
{
	struct arena *arena = out->arena;
	str *texts = arena_new_array(arena, str, cells->count);
	const struct claims claims = { cells, outcomes, texts };
	struct str_list said = { 0 };

	for (size_t i = 0; i < cells->count; i++) {
		texts[i] = claim_of(outcomes[i], arena);
	}
	for (size_t i = 0; i < cells->count; i++) {
		const str subject = texts[i].len ? subject_of(&claims, i, arena) : (str){ 0 };

		if (!subject.len || str_list_contains(&said, subject)) {
			continue;
		}
		buf_add(out,
				said.count ? STR("")
					   : STR("outcomes: # as they were when this was written\n"));
		buf_format(out, "  %.*s: %.*s\n", STR_ARG(subject), STR_ARG(texts[i]));
		str_list_add(&said, subject, arena);
	}
}
