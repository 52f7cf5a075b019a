/*
 * For people: what was tried, then what to do.
 */
#include "kit/arena.h"
#include "kit/columns.h"
#include "kit/style.h"
#include "repair/runbook.h"

#define USUAL_WIDTH 80

/* More attempts on one tree are counted, and more statements of one step. */
#define SHOWN_ATTEMPTS   12
#define SHOWN_STATEMENTS 40

/* How far the verdict stands to the right. */
#define VERDICT_COLUMN 46

static size_t width_of(const struct repair_page *page)
{
	return page->width ? page->width : USUAL_WIDTH;
}

static void add_wrapped(const struct repair_page *page, size_t indent, str text, struct buf *out)
{
	buf_add_repeated(out, ' ', indent);
	wrap_add(out, str_printable(text, out->arena), width_of(page), indent, indent);
}

static void add_heading(const struct repair_page *page, const char *text, struct buf *out)
{
	style_add(out, page->colour, STYLE_BOLD, str_from(text));
	buf_add_char(out, '\n');
}

/* --- what was tried --------------------------------------------------------------------------------- */

static void add_attempt(const struct repair_page *page, const struct repair_attempt *attempt,
		struct buf *out)
{
	const str words = str_printable(attempt->words, out->arena);
	const size_t used = 4 + columns_of(words);
	const bool is_narrow = VERDICT_COLUMN + columns_of(attempt->verdict) > width_of(page);

	if (is_narrow || used + 2 > VERDICT_COLUMN) {
		add_wrapped(page, 4, words, out);
		buf_add_repeated(out, ' ', is_narrow ? 6 : VERDICT_COLUMN);
	} else {
		buf_format(out, "    %.*s", STR_ARG(words));
		buf_add_repeated(out, ' ', VERDICT_COLUMN - used);
	}
	style_add(out, page->colour, attempt->works ? STYLE_GOOD : STYLE_BAD, attempt->verdict);
	buf_add_char(out, '\n');
	if (attempt->reason.len) {
		add_wrapped(page, 6, attempt->reason, out);
	}
}

/* Those of a state on a tree. */
static void add_of_state(const struct repair_page *page, size_t first, struct buf *out)
{
	const struct repair_result *result = page->result;
	const struct repair_attempt *head = &result->attempts.items[first];
	size_t count = 0;

	buf_add(out, STR("  "));
	style_add(out, page->colour, STYLE_NAME,
			head->state.len ? head->state : STR("(an empty database)"));
	buf_add_char(out, '\n');
	for (size_t i = first; i < result->attempts.count; i++) {
		const struct repair_attempt *attempt = &result->attempts.items[i];

		if (attempt->tree != head->tree || !str_equal(attempt->state, head->state)) {
			continue;
		}
		if (++count <= SHOWN_ATTEMPTS || attempt->works) {
			add_attempt(page, attempt, out);
		}
	}
	if (count > SHOWN_ATTEMPTS) {
		buf_format(out, "    ... %zu in all\n", count);
	}
}

static void add_tried(const struct repair_page *page, struct buf *out)
{
	const struct repair_result *result = page->result;

	add_heading(page, "Tried", out);
	for (size_t tree = 0; tree < result->trees->count; tree++) {
		bool has_title = false;

		for (size_t i = 0; i < result->attempts.count; i++) {
			if (result->attempts.items[i].tree != tree ||
					!repair_is_first_of_state(result, i)) {
				continue;
			}
			if (!has_title) {
				buf_add_char(out, '\n');
				add_wrapped(page, 0,
						str_format(out->arena, "With %.*s:",
								STR_ARG(result->trees->items[tree]
												.title)),
						out);
				has_title = true;
			}
			add_of_state(page, i, out);
		}
	}
	buf_add_char(out, '\n');
	struct buf summary = { .arena = out->arena };

	add_wrapped(page, 0, repair_summary(result, out->arena), &summary);
	style_add(out, page->colour, result->is_found ? STYLE_GOOD : STYLE_BAD,
			str_trim(buf_str(&summary)));
	buf_add_char(out, '\n');
}

/* --- what to do ------------------------------------------------------------------------------------- */

static void add_lines(struct buf *out, size_t indent, str text)
{
	str line;

	while (str_next_part(&text, '\n', &line)) {
		if (line.len) {
			buf_add_repeated(out, ' ', indent);
			buf_add(out, str_printable_lines(line, out->arena));
			buf_add_char(out, '\n');
		}
	}
}

/* What a command sends, to be read before it is. */
static void add_statements(const struct repair_of_state *state, size_t step, struct buf *out)
{
	size_t count = 0;

	for (size_t i = 0; i < state->statements.count; i++) {
		const struct repair_statement *statement = &state->statements.items[i];

		if (statement->step == step && ++count <= SHOWN_STATEMENTS) {
			add_lines(out, 7,
					str_format(out->arena, "%.*s;", STR_ARG(statement->text)));
		}
	}
	if (count > SHOWN_STATEMENTS) {
		buf_format(out, "       ... %zu statements in all\n", count);
	}
}

static void add_step(const struct repair_page *page, const struct repair_of_state *state,
		size_t number, struct buf *out)
{
	const struct step *step = &state->steps->steps.items[number - 1];
	const enum scenario_engine engine = page->result->engine;

	buf_format(out, "  %zu. ", number);
	if (step->kind == STEP_SQL) {
		buf_add(out, STR("by hand, after reading it:\n"));
		add_lines(out, 7, step->sql.by_engine[engine].text);
		return;
	}
	style_add(out, page->colour, STYLE_BOLD, repair_step_words(step, engine, out->arena));
	buf_add_char(out, '\n');
	if (repair_sends_news(state)) {
		add_statements(state, number, out);
	}
}

static void add_state(const struct repair_page *page, const struct repair_of_state *state,
		struct buf *out)
{
	struct arena *arena = out->arena;

	buf_add(out, STR("\nOn "));
	style_add(out, page->colour, STYLE_NAME, state->state);
	buf_add(out, STR(": "));
	wrap_add(out, str_printable(state->steps->why, arena), width_of(page),
			columns_of(state->state) + 5, 2);
	add_wrapped(page, 2,
			str_format(arena, "Before: 'alembic current' says %.*s. Make a backup.",
					STR_ARG(repair_rows_words(&state->database->rows, arena))),
			out);
	for (size_t i = 1; i <= state->steps->steps.count; i++) {
		add_step(page, state, i, out);
	}
	add_wrapped(page, 2,
			str_format(arena,
					"After: 'alembic current' says %.*s, and the schema has %zu facts: 'rehearse locate' compares them.",
					STR_ARG(repair_rows_words(&state->rows, arena)),
					state->facts),
			out);
	add_wrapped(page, 2, STR("Back: restore the backup."), out);
	add_wrapped(page, 2,
			str_format(arena, "Proof: %.*s %.*s.", STR_ARG(state->cell),
					STR_ARG(state->verdict)),
			out);
}

static void add_runbook(const struct repair_page *page, struct buf *out)
{
	const struct repair_result *result = page->result;
	const struct repair_tree *tree = &result->trees->items[result->tree];

	buf_add_char(out, '\n');
	add_heading(page, "Runbook", out);
	if (tree->changes.count) {
		buf_add_char(out, '\n');
		add_wrapped(page, 0,
				str_format(out->arena, "In the files, with %.*s:", STR_ARG(tree->title)),
				out);
		for (size_t i = 0; i < tree->changes.count; i++) {
			add_wrapped(page, 2, tree->changes.items[i], out);
		}
	}
	for (size_t i = 0; i < result->remarks.count; i++) {
		add_wrapped(page, 2, result->remarks.items[i], out);
	}
	for (size_t i = 0; i < result->states.count; i++) {
		add_state(page, &result->states.items[i], out);
	}
}

static void add_nearest(const struct repair_page *page, struct buf *out)
{
	const struct repair_result *result = page->result;

	for (size_t i = 0; i < result->remarks.count; i++) {
		add_wrapped(page, 0, result->remarks.items[i], out);
	}
	buf_add_char(out, '\n');
	add_wrapped(page, 0,
			str_format(out->arena, "Nearest came %.*s:",
					STR_ARG(result->trees->items[result->tree].title)),
			out);
	for (size_t i = 0; i < result->states.count; i++) {
		const struct repair_of_state *state = &result->states.items[i];
		const str words = state->steps ? repair_steps_words(&state->steps->steps,
								 result->engine, out->arena)
					       : STR("nothing works");

		add_wrapped(page, 2,
				str_format(out->arena, "%.*s: %.*s", STR_ARG(state->state),
						STR_ARG(words)),
				out);
	}
}

/* --- the whole -------------------------------------------------------------------------------------- */

void repair_render_text(const struct repair_page *page, struct buf *out)
{
	add_tried(page, out);
	if (page->result->is_found) {
		add_runbook(page, out);
	} else {
		add_nearest(page, out);
	}
}
