/*
 * The listing as a page for people: it needs no database, as a suite that is green ends as it claims.
 */
#include "cli/listing.h"
#include "kit/arena.h"

#include <ctype.h>

/* Whether the character at `at` is inside of a word, where an underscore is no markup. */
static bool is_in_word(str text, size_t at)
{
	return at > 0 && at + 1 < text.len && isalnum((unsigned char)text.data[at - 1]) &&
			isalnum((unsigned char)text.data[at + 1]);
}

static bool is_markup(str text, size_t at)
{
	const char c = text.data[at];

	return c == '<' || c == '*' || c == '\\' || (c == '_' && !is_in_word(text, at));
}

/* Text on one line, with what Markdown would take for markup escaped, but for `code`. */
static void add_text(str text, struct buf *out)
{
	bool is_code = false;

	text = str_printable_lines(str_trim(text), out->arena);
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.data[i];

		if (c == '`') {
			is_code = !is_code;
		}
		if (c == '|' || (!is_code && is_markup(text, i))) {
			buf_add_char(out, '\\');
		}
		buf_add_char(out, c == '\n' || c == '\r' ? ' ' : c);
	}
}

/* --- the matrix ------------------------------------------------------------------------------- */

/* What is claimed of a cell: "fails at 2". */
static str claim_of(const struct scenario_cell *cell, struct arena *arena)
{
	const struct scenario_outcome *claim = cell->outcome;
	struct str_list wrong = { 0 };

	if (!claim || claim->verdict == VERDICT_WORKS) {
		return STR("✓ works");
	}
	if (claim->verdict == VERDICT_FAILS) {
		return str_format(arena, "✗ fails at %zu", claim->fails_at);
	}
	for (unsigned i = 0; i < WRONG_COUNT; i++) {
		if (claim->wrong & 1U << i) {
			str_list_add(&wrong, str_from(wrong_names[i]), arena);
		}
	}
	return str_format(arena, "≠ wrong: %.*s", STR_ARG(str_list_join(&wrong, STR(", "), arena)));
}

/* Claims of one strategy and state, those of engines that agree as one. */
struct claims {
	str claim[SCENARIO_ENGINE_COUNT];
	struct str_list engines[SCENARIO_ENGINE_COUNT];
	size_t count;
};

static void add_claim(struct claims *claims, const struct scenario_cell *cell, struct arena *arena)
{
	const str claim = claim_of(cell, arena);
	size_t at = 0;

	while (at < claims->count && !str_equal(claims->claim[at], claim)) {
		at++;
	}
	if (at == claims->count) {
		claims->claim[claims->count++] = claim;
	}
	str_list_add(&claims->engines[at], str_from(scenario_engine_names[cell->engine]), arena);
}

/* The engines that the part has cells on. */
static struct str_list engines_of(const struct listing *listing, const struct listing_part *part)
{
	struct str_list engines = { 0 };

	for (size_t engine = 0; engine < SCENARIO_ENGINE_COUNT; engine++) {
		for (size_t i = 0; i < part->count; i++) {
			if (listing->suite->cells.items[part->cells[i]].engine == engine) {
				str_list_add(&engines, str_from(scenario_engine_names[engine]),
						listing->suite->arena);
				break;
			}
		}
	}
	return engines;
}

static bool has_cells(const struct listing *listing, const struct listing_part *part,
		const struct scenario_strategy *strategy, const struct scenario_state *state)
{
	for (size_t i = 0; i < part->count; i++) {
		const struct scenario_cell *cell = &listing->suite->cells.items[part->cells[i]];

		if ((!strategy || cell->strategy == strategy) && (!state || cell->state == state)) {
			return true;
		}
	}
	return false;
}

static void add_cell(const struct listing *listing, const struct listing_part *part,
		const struct scenario_strategy *strategy, const struct scenario_state *state,
		size_t engine_count, struct buf *out)
{
	struct claims claims = { 0 };

	for (size_t i = 0; i < part->count; i++) {
		const struct scenario_cell *cell = &listing->suite->cells.items[part->cells[i]];

		if (cell->strategy == strategy && cell->state == state) {
			add_claim(&claims, cell, out->arena);
		}
	}
	for (size_t i = 0; i < claims.count; i++) {
		const str engines = str_list_join(&claims.engines[i], STR(", "), out->arena);

		buf_format(out, "%s%.*s", i ? "<br>" : "", STR_ARG(claims.claim[i]));
		if (claims.engines[i].count < engine_count) {
			buf_format(out, " (%.*s)", STR_ARG(engines));
		}
	}
}

static void add_row(const struct listing *listing, const struct listing_part *part,
		const struct scenario_strategy *strategy, size_t engine_count, struct buf *out)
{
	const struct scenario *scenario = part->scenario->scenario;

	buf_format(out, "| `%.*s`", STR_ARG(strategy->name));
	if (str_trim(strategy->title).len) {
		buf_add(out, STR(": "));
		add_text(strategy->title, out);
	}
	for (size_t i = 0; i < scenario->states.count; i++) {
		const struct scenario_state *state = &scenario->states.items[i];

		if (has_cells(listing, part, NULL, state)) {
			buf_add(out, STR(" | "));
			add_cell(listing, part, strategy, state, engine_count, out);
		}
	}
	buf_add(out, STR(" |\n"));
}

static void add_matrix(
		const struct listing *listing, const struct listing_part *part, struct buf *out)
{
	const struct scenario *scenario = part->scenario->scenario;
	const struct str_list engines = engines_of(listing, part);
	struct buf rule = { .arena = out->arena };

	buf_format(out, "| %.*s", STR_ARG(str_list_join(&engines, STR(", "), out->arena)));
	for (size_t i = 0; i < scenario->states.count; i++) {
		const struct scenario_state *state = &scenario->states.items[i];

		if (has_cells(listing, part, NULL, state)) {
			buf_add(out, STR(" | "));
			add_text(state->name, out);
			buf_add(&rule, STR("---|"));
		}
	}
	buf_format(out, " |\n|---|%s\n", buf_c(&rule));
	for (size_t i = 0; i < scenario->strategies.count; i++) {
		const struct scenario_strategy *strategy = &scenario->strategies.items[i];

		if (has_cells(listing, part, strategy, NULL)) {
			add_row(listing, part, strategy, engines.count, out);
		}
	}
}

/* --- the page --------------------------------------------------------------------------------- */

static void add_scenario(
		const struct listing *listing, const struct listing_part *part, struct buf *out)
{
	const struct scenario *scenario = part->scenario->scenario;

	buf_format(out, "### %.*s\n\n", STR_ARG(scenario->name));
	if (str_trim(scenario->title).len) {
		buf_add(out, STR("**"));
		add_text(scenario->title, out);
		buf_add(out, STR("** "));
	}
	buf_format(out, "([file](<%.*s>)", STR_ARG(part->scenario->path));
	for (size_t i = 0; i < scenario->tags.count; i++) {
		buf_format(out, "%s`%.*s`", i ? ", " : "; ",
				STR_ARG(str_printable(scenario->tags.items[i], out->arena)));
	}
	buf_add(out, STR(")\n\n"));
	if (str_trim(scenario->lesson).len) {
		buf_add(out, STR("> "));
		add_text(scenario->lesson, out);
		buf_add(out, STR("\n\n"));
	}
	add_matrix(listing, part, out);
}

void listing_render_markdown(const struct listing *listing, struct buf *out)
{
	for (size_t i = 0; i < listing->parts.count; i++) {
		const struct listing_part *part = &listing->parts.items[i];

		if (i) {
			buf_add_char(out, '\n');
		}
		if (listing_begins_family(listing, i) && part->family.len) {
			buf_format(out, "## %.*s\n\n", STR_ARG(part->family));
		}
		add_scenario(listing, part, out);
	}
}
