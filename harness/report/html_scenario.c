/*
 * One scenario of the HTML format. What cells share is told once: a state by the first cell that starts from it, a
 * strategy by the first that has it.
 */
#include "kit/arena.h"
#include "kit/markup.h"
#include "kit/table.h"
#include "report/answer.h"
#include "report/details.h"
#include "report/html_internal.h"
#include "report/matrix.h"

/* The parts of an outcome's story. */
enum part {
	PART_START,
	PART_EDITS,
	PART_STEPS,
};

static str part_of(const struct outcome *outcome, enum part part)
{
	return outcome && outcome->story.count > part ? outcome->story.items[part] : (str){ 0 };
}

/* A name as a fragment of an address: what is neither a letter nor usual in one is a number. */
static void add_fragment(struct buf *out, str name)
{
	const str usual =
			STR("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/@:");

	for (size_t i = 0; i < name.len; i++) {
		if (str_find_char(usual, name.data[i]) < usual.len) {
			buf_add_char(out, name.data[i]);
		} else {
			buf_format(out, "~%02x", (unsigned char)name.data[i]);
		}
	}
}

void html_add_id(struct buf *out, str name)
{
	buf_add(out, STR(" id=\""));
	add_fragment(out, name);
	buf_add_char(out, '"');
}

void html_add_link(struct buf *out, str name)
{
	buf_add(out, STR(" href=\"#"));
	add_fragment(out, name);
	buf_add_char(out, '"');
}

const char *html_status_class(
		const struct report_scenario *scenario, const struct report_cell *cell)
{
	static const char *const classes[] = {
		[REPORT_AS_EXPECTED] = "calm",
		[REPORT_DIFFERS] = "loud",
		[REPORT_SKIPPED] = "skipped",
		[REPORT_NO_ANSWER] = "lost",
	};

	const enum report_status status = report_status(cell);
	const bool is_news = status == REPORT_DIFFERS && report_is_answer(scenario);

	return classes[is_news ? REPORT_AS_EXPECTED : status];
}

const char *html_verdict_class(const struct report_cell *cell)
{
	static const char *const classes[] = {
		[VERDICT_WORKS] = "works",
		[VERDICT_FAILS] = "fails",
		[VERDICT_WRONG] = "wrong",
		[VERDICT_SKIPPED] = "skips",
	};

	return cell->outcome ? classes[cell->outcome->verdict] : "none";
}

/* --- the matrix ------------------------------------------------------------------------------ */

/* "works", in the colour of what it means; the style sheet has its sign. */
static void add_verdict(const struct report_scenario *scenario, const struct report_cell *cell,
		str words, struct buf *out)
{
	buf_format(out, "<span class=\"verdict %s %s\">", html_status_class(scenario, cell),
			html_verdict_class(cell));
	markup_add(out, words);
	if (report_status(cell) == REPORT_DIFFERS && !report_is_answer(scenario)) {
		buf_add(out, STR("<span class=\"unseen\">, not as expected</span>"));
	}
	buf_add(out, STR("</span>"));
}

static void add_entry(const struct report_scenario *scenario, const struct matrix_entry *entry,
		struct buf *out)
{
	buf_add(out, STR("<a"));
	html_add_link(out, entry->cell->name);
	buf_add_char(out, '>');
	add_verdict(scenario, entry->cell, entry->verdict, out);
	if (entry->engines.len) {
		buf_add(out, STR(" <small>"));
		markup_add(out, entry->engines);
		buf_add(out, STR("</small>"));
	}
	buf_add(out, STR("</a>"));
}

static void add_row(const struct matrix *matrix, size_t strategy, struct buf *out)
{
	buf_add(out, STR("<tr><th scope=\"row\">"));
	markup_add(out, matrix->scenario->strategies.items[strategy]);
	buf_add(out, STR("</th>"));
	for (size_t state = 0; state < matrix->scenario->states.count; state++) {
		const struct matrix_entries *entries = matrix_at(matrix, strategy, state);

		buf_add(out, STR("<td>"));
		for (size_t i = 0; i < entries->count; i++) {
			add_entry(matrix->scenario, &entries->items[i], out);
		}
		buf_add(out, STR("</td>"));
	}
	buf_add(out, STR("</tr>\n"));
}

static void add_matrix(const struct report_scenario *scenario, struct buf *out)
{
	const struct matrix matrix = matrix_of(scenario, out->arena);

	buf_add(out,
			STR("<div class=\"scroll\"><table class=\"matrix\"><caption class=\"unseen\">Each strategy from "
			    "each state</caption>\n<thead><tr><td>"));
	markup_add(out, matrix.engines);
	buf_add(out, STR("</td>"));
	for (size_t state = 0; state < scenario->states.count; state++) {
		buf_add(out, STR("<th scope=\"col\">"));
		markup_add(out, scenario->states.items[state]);
		buf_add(out, STR("</th>"));
	}
	buf_add(out, STR("</tr></thead>\n<tbody>\n"));
	for (size_t strategy = 0; strategy < scenario->strategies.count; strategy++) {
		if (matrix_has_row(&matrix, strategy, 0, scenario->states.count)) {
			add_row(&matrix, strategy, out);
		}
	}
	buf_add(out, STR("</tbody></table></div>\n"));
}

/* --- the answer of a scenario of which nothing is claimed yet ----------------------------------- */

static void add_answer(const struct report_scenario *scenario, struct buf *out)
{
	const struct answer answer = report_answer(scenario, out->arena);

	buf_add(out, STR("<ul class=\"answer\">\n"));
	for (size_t i = 0; i < answer.states.count; i++) {
		const struct answer_state *state = &answer.states.items[i];
		const str working = str_list_join(&state->working, STR(", "), out->arena);

		buf_add(out, STR("<li>from <b>"));
		markup_add(out, state->state);
		buf_format(out, "</b> %.*s%s", STR_ARG(state->words), working.len ? ": " : "");
		markup_add(out, working);
		buf_add(out, STR("</li>\n"));
	}
	buf_add(out, STR("</ul>\n"));
	if (answer.claims.count) {
		buf_add(out, STR("<p>" ANSWER_CLAIMS_LEAD "</p>\n<pre tabindex=\"0\">outcomes:\n"));
		for (size_t i = 0; i < answer.claims.count; i++) {
			buf_add(out, STR("  "));
			markup_add(out, answer.claims.items[i]);
			buf_add_char(out, '\n');
		}
		buf_add(out, STR("</pre>\n<p><code>"));
		markup_add(out, answer_command(scenario, out->arena));
		buf_add(out, STR("</code> writes these lines there.</p>\n"));
	}
}

/* --- states ---------------------------------------------------------------------------------- */

/* The first cell from a state that tells of it; NULL: none does. */
static const struct report_cell *teller_of(const struct report_scenario *scenario, str state)
{
	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];

		if (str_equal(cell->state, state) && part_of(cell->outcome, PART_START).len) {
			return cell;
		}
	}
	return NULL;
}

static void add_states(const struct report_scenario *scenario, bool is_alone, struct buf *out)
{
	for (size_t i = 0; i < scenario->states.count; i++) {
		const str state = scenario->states.items[i];
		const struct report_cell *teller = teller_of(scenario, state);

		if (!teller) {
			continue;
		}
		buf_format(out, "<details class=\"state\"%s><summary><span class=\"first faint\">The state</span> <b>",
				is_alone ? " open" : "");
		markup_add(out, state);
		buf_add(out, STR("</b></summary>\n<div class=\"told\">\n"));
		buf_add(out, part_of(teller->outcome, PART_START));
		buf_add(out, STR("</div></details>\n"));
	}
}

/* --- cells ----------------------------------------------------------------------------------- */

/* What stands against a cell, where it is not as expected: in full, as people have to act on it. */
static void add_complaint(const struct report_cell *cell, struct buf *out)
{
	const str headline = report_headline(cell, out->arena);

	if (report_status(cell) == REPORT_AS_EXPECTED || report_status(cell) == REPORT_SKIPPED) {
		return;
	}
	const str details = report_details(cell, out->arena);

	buf_add(out, STR("<div class=\"complaint\"><p>"));
	markup_add(out, headline);
	buf_add(out, STR("</p>"));
	if (details.len) {
		buf_add(out, STR("<pre tabindex=\"0\">"));
		markup_add(out, details);
		buf_add(out, STR("</pre>"));
	}
	buf_add(out, STR("</div>\n"));
}

/* Where another engine's cell was told in the same words. */
static const struct report_cell *same_as(
		const struct report_scenario *scenario, size_t index, enum part part)
{
	const struct report_cell *cell = &scenario->cells.items[index];
	const str told = part_of(cell->outcome, part);

	for (size_t i = index; i-- > 0;) {
		const struct report_cell *before = &scenario->cells.items[i];

		if (!str_equal(before->strategy, cell->strategy)) {
			break;
		}
		if (str_equal(part_of(before->outcome, part), told) && told.len) {
			return before;
		}
	}
	return NULL;
}

static void add_told(const struct report_scenario *scenario, size_t index, enum part part,
		const char *what, struct buf *out)
{
	const struct report_cell *cell = &scenario->cells.items[index];
	const struct report_cell *before = same_as(scenario, index, part);

	if (!before) {
		buf_add(out, part_of(cell->outcome, part));
		return;
	}
	buf_format(out, "<p class=\"same\">%s the same as in <a", what);
	html_add_link(out, before->name);
	buf_add_char(out, '>');
	markup_add(out,
			str_format(out->arena, "%.*s:%.*s", STR_ARG(before->state),
					STR_ARG(before->engine)));
	buf_add(out, STR("</a>.</p>\n"));
}

static void add_cell(const struct report_scenario *scenario, size_t index, struct buf *out)
{
	const struct report_cell *cell = &scenario->cells.items[index];
	const bool is_first = index == 0 ||
			!str_equal(scenario->cells.items[index - 1].strategy, cell->strategy);

	buf_format(out, "<details class=\"cell %s\"%s><summary>", html_status_class(scenario, cell),
			report_status(cell) == REPORT_DIFFERS ? " open" : "");
	buf_add(out, STR("<span class=\"first\">"));
	add_verdict(scenario, cell,
			cell->outcome ? report_verdict(cell->outcome, out->arena)
				      : STR("no answer"),
			out);
	buf_add(out, STR("</span> <b>"));
	markup_add(out, cell->strategy);
	buf_add(out, STR("</b> from <b>"));
	markup_add(out, cell->state);
	buf_add(out, STR("</b> <small>"));
	markup_add(out, cell->engine);
	buf_add(out, STR("</small></summary>\n<div class=\"told\""));
	html_add_id(out, cell->name);
	buf_add(out, STR(">\n"));
	add_complaint(cell, out);
	if (is_first) {
		buf_add(out, cell->about);
	}
	add_told(scenario, index, PART_EDITS, "The tree is edited", out);
	add_told(scenario, index, PART_STEPS, "All steps go, and end,", out);
	buf_add(out, STR("</div></details>\n"));
}

/* --- the whole ------------------------------------------------------------------------------- */

void html_add_scenario(const struct report_scenario *scenario, bool is_alone, struct buf *out)
{
	buf_add(out, STR("<section class=\"scenario\""));
	html_add_id(out, scenario->name);
	buf_add(out, STR(">\n<h2>"));
	markup_add(out, scenario->name);
	buf_add(out, STR("</h2>\n"));
	if (scenario->title.len) {
		buf_add(out, STR("<p class=\"title\">"));
		markup_add(out, str_trim(scenario->title));
		buf_add(out, STR("</p>\n"));
	}
	add_matrix(scenario, out);
	if (report_is_answer(scenario)) {
		add_answer(scenario, out);
	}
	if (scenario->about.len) {
		buf_add(out, STR("<div class=\"story\">"));
		buf_add(out, scenario->about);
		buf_add(out, STR("</div>\n"));
	}
	add_states(scenario, is_alone, out);
	for (size_t i = 0; i < scenario->cells.count; i++) {
		add_cell(scenario, i, out);
	}
	if (scenario->lesson.len) {
		buf_add(out, STR("<div class=\"lesson\"><h3>The lesson</h3>"));
		buf_add(out, scenario->lesson);
		buf_add(out, STR("</div>\n"));
	}
	buf_add(out, STR("</section>\n"));
}
