/*
 * For people: what was tried, then what to do.
 */
#include "kit/arena.h"
#include "kit/columns.h"
#include "kit/style.h"
#include "repair/runbook.h"

#define WIDTH 80

/* More attempts on one tree are counted. */
#define SHOWN_ATTEMPTS 12

/* How far the verdict stands to the right. */
#define VERDICT_COLUMN 46

static void add_wrapped(struct buf *out, size_t indent, str text)
{
	buf_add_repeated(out, ' ', indent);
	wrap_add(out, str_printable(text, out->arena), WIDTH, indent, indent);
}

/* --- what was tried --------------------------------------------------------------------------------- */

static str name_of_state(const struct repair_attempt *attempt)
{
	return attempt->state.len ? attempt->state : STR("(an empty database)");
}

static void add_attempt(const struct repair_page *page, const struct repair_attempt *attempt,
		struct buf *out)
{
	struct buf line = { .arena = out->arena };

	buf_format(&line, "    %.*s", STR_ARG(str_printable(attempt->words, out->arena)));
	buf_add(out, buf_str(&line));
	const size_t used = columns_of(buf_str(&line));

	if (used + 2 > VERDICT_COLUMN) {
		buf_add_char(out, '\n');
		buf_add_repeated(out, ' ', VERDICT_COLUMN);
	} else {
		buf_add_repeated(out, ' ', VERDICT_COLUMN - used);
	}
	style_add(out, page->colour, attempt->works ? STYLE_GOOD : STYLE_BAD, attempt->verdict);
	buf_add_char(out, '\n');
	if (attempt->reason.len) {
		add_wrapped(out, 6, attempt->reason);
	}
}

/* Those of a state on a tree. */
static void add_of_state(const struct repair_page *page, size_t first, struct buf *out)
{
	const struct repair_result *result = page->result;
	const struct repair_attempt *head = &result->attempts.items[first];
	size_t count = 0;

	buf_add(out, STR("  "));
	style_add(out, page->colour, STYLE_NAME, name_of_state(head));
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

static bool is_first_of_state(const struct repair_result *result, size_t at)
{
	const struct repair_attempt *attempt = &result->attempts.items[at];

	for (size_t i = 0; i < at; i++) {
		if (result->attempts.items[i].tree == attempt->tree &&
				str_equal(result->attempts.items[i].state, attempt->state)) {
			return false;
		}
	}
	return true;
}

static void add_tried(const struct repair_page *page, struct buf *out)
{
	const struct repair_result *result = page->result;

	style_add(out, page->colour, STYLE_BOLD, STR("Tried"));
	buf_add_char(out, '\n');
	for (size_t tree = 0; tree < result->trees->count; tree++) {
		bool has_title = false;

		for (size_t i = 0; i < result->attempts.count; i++) {
			if (result->attempts.items[i].tree != tree ||
					!is_first_of_state(result, i)) {
				continue;
			}
			if (!has_title) {
				buf_add_char(out, '\n');
				add_wrapped(out, 0,
						str_format(out->arena, "With %.*s:",
								STR_ARG(result->trees->items[tree]
												.title)));
				has_title = true;
			}
			add_of_state(page, i, out);
		}
	}
}

/* --- what to do ------------------------------------------------------------------------------------- */

static void add_steps(const struct repair_page *page, const struct repair_of_state *state,
		struct buf *out)
{
	const struct steps *steps = &state->steps->steps;

	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->items[i];

		buf_format(out, "  %zu. ", i + 1);
		if (step->kind == STEP_SQL) {
			str rest = step->sql.by_engine[page->result->engine].text, line;

			buf_add(out, STR("run by hand, after reading it:\n"));
			while (str_next_part(&rest, '\n', &line)) {
				if (line.len) {
					buf_format(out, "       %.*s\n", STR_ARG(line));
				}
			}
			continue;
		}
		style_add(out, page->colour, STYLE_BOLD,
				repair_step_words(step, page->result->engine, out->arena));
		buf_add_char(out, '\n');
	}
	if (!steps->count) {
		buf_add(out, STR("  nothing\n"));
	}
}

static str rows_words(const struct str_list *rows, struct arena *arena)
{
	return rows->count ? str_list_join(rows, STR(", "), arena) : STR("no row");
}

static void add_runbook(const struct repair_page *page, struct buf *out)
{
	const struct repair_result *result = page->result;
	const struct repair_tree *tree = &result->trees->items[result->tree];

	buf_add_char(out, '\n');
	style_add(out, page->colour, STYLE_BOLD, STR("Runbook"));
	buf_add_char(out, '\n');
	if (tree->changes.count) {
		buf_add(out, STR("\nIn the files:\n"));
		for (size_t i = 0; i < tree->changes.count; i++) {
			add_wrapped(out, 2, tree->changes.items[i]);
		}
	}
	for (size_t i = 0; i < result->states.count; i++) {
		const struct repair_of_state *state = &result->states.items[i];

		buf_format(out, "\nOn %.*s", STR_ARG(state->state));
		buf_format(out, ", whose version table must say %.*s before:\n",
				STR_ARG(rows_words(&state->database->rows, out->arena)));
		add_steps(page, state, out);
		buf_format(out, "  Afterwards 'alembic current' says %.*s.\n",
				STR_ARG(rows_words(&state->rows, out->arena)));
	}
	buf_add(out, STR("\nBack up each database first: its backup is the way back.\n"));
}

/* --- the whole -------------------------------------------------------------------------------------- */

static void add_verdict(const struct repair_page *page, struct buf *out)
{
	const struct repair_result *result = page->result;
	size_t trees = 0;

	for (size_t i = 0; i < result->trees->count; i++) {
		for (size_t j = 0; j < result->attempts.count; j++) {
			if (result->attempts.items[j].tree == i) {
				trees++;
				break;
			}
		}
	}
	buf_add_char(out, '\n');
	style_add(out, page->colour, result->is_found ? STYLE_GOOD : STYLE_BAD,
			result->is_found ? STR("Found") : STR("Nothing found"));
	buf_format(out, ": %zu replays of %zu tree%s on %s", result->attempts.count, trees,
			trees == 1 ? "" : "s", scenario_engine_names[result->engine]);
	if (result->is_late) {
		buf_format(out, "; the time was up after %.6g s (--budget)", result->budget_s);
	}
	buf_add(out, STR(".\n"));
}

static void add_nearest(const struct repair_page *page, struct buf *out)
{
	const struct repair_result *result = page->result;

	buf_format(out, "\nNearest came %.*s:\n",
			STR_ARG(result->trees->items[result->tree].title));
	for (size_t i = 0; i < result->states.count; i++) {
		const struct repair_of_state *state = &result->states.items[i];

		buf_format(out, "  %.*s: %.*s\n", STR_ARG(state->state),
				STR_ARG(state->steps ? repair_steps_words(&state->steps->steps,
								       result->engine, out->arena)
						     : STR("nothing works")));
	}
}

void repair_render_text(const struct repair_page *page, struct buf *out)
{
	add_tried(page, out);
	add_verdict(page, out);
	if (page->result->is_found) {
		add_runbook(page, out);
	} else {
		add_nearest(page, out);
	}
}
