/*
 * A page to look at, to send, to tick off: the runbook, and below it what was tried.
 */
#include "kit/arena.h"
#include "kit/markup.h"
#include "repair/runbook.h"
#include "report/html_page.h"

static void add_code(struct buf *out, str text)
{
	buf_add(out, STR("<code>"));
	markup_add(out, text);
	buf_add(out, STR("</code>"));
}

/* `before`, the text and `after`, which are markup. */
static void add_text(struct buf *out, const char *before, str text, const char *after)
{
	buf_add(out, str_from(before));
	markup_add(out, text);
	buf_add(out, str_from(after));
}

/* What a version table must say, which somebody looks at and ticks off. */
static void add_look(struct buf *out, const char *when, const struct str_list *rows, str then)
{
	buf_format(out, "<p><label><input type=\"checkbox\"> <b>%s</b> <code>alembic current</code> says ", when);
	markup_add(out, repair_rows_words(rows, out->arena));
	buf_add(out, then);
	buf_add(out, STR("</label></p>\n"));
}

/* --- what to do ------------------------------------------------------------------------------------- */

static void add_step(const struct repair_result *result, const struct repair_of_state *state,
		size_t number, struct buf *out)
{
	const struct step *step = &state->steps->steps.items[number - 1];
	struct buf sql = { .arena = out->arena };

	buf_add(out, STR("<li><label><input type=\"checkbox\"> "));
	if (step->kind == STEP_SQL) {
		buf_add(out, STR("By hand, after reading it:"));
		buf_add(&sql, step->sql.by_engine[result->engine].text);
	} else {
		add_code(out, repair_step_words(step, result->engine, out->arena));
	}
	buf_add(out, STR("</label>\n"));
	for (size_t i = 0; i < state->statements.count; i++) {
		if (state->statements.items[i].step == number && step->kind != STEP_SQL &&
				repair_sends_news(state)) {
			buf_format(&sql, "%.*s;\n", STR_ARG(state->statements.items[i].text));
		}
	}
	if (sql.len) {
		add_text(out, "<pre tabindex=\"0\">", str_trim(buf_str(&sql)), "</pre>\n");
	}
	buf_add(out, STR("</li>\n"));
}

static void add_state(const struct repair_result *result, const struct repair_of_state *state,
		struct buf *out)
{
	add_text(out, "<article class=\"finding calm\"><h3>On ", state->state, ": ");
	add_text(out, "", state->steps->why, "</h3>\n");
	add_look(out, "Before:", &state->database->rows, STR(". Make a backup."));
	buf_add(out, STR("<ol>\n"));
	for (size_t i = 1; i <= state->steps->steps.count; i++) {
		add_step(result, state, i, out);
	}
	buf_add(out, STR("</ol>\n"));
	add_look(out, "After:", &state->rows,
			str_format(out->arena,
					", and the schema has %zu facts: <code>rehearse locate</code> compares them.",
					state->facts));
	buf_add(out, STR("<p><b>Back:</b> restore the backup. <b>Proof:</b> "));
	add_code(out, state->cell);
	add_text(out, " ", state->verdict, ".</p>\n</article>\n");
}

static void add_files(const struct repair_result *result, struct buf *out)
{
	const struct repair_tree *tree = &result->trees->items[result->tree];

	if (tree->changes.count) {
		add_text(out, "<article class=\"finding calm\"><h3>In the files, with ", tree->title,
				"</h3>\n<ul>\n");
		for (size_t i = 0; i < tree->changes.count; i++) {
			buf_add(out, STR("<li>"));
			add_code(out, tree->changes.items[i]);
			buf_add(out, STR("</li>\n"));
		}
		buf_add(out, STR("</ul>\n"));
		if (result->patch.len) {
			html_add_difference(str_trim(result->patch), out);
		}
		for (size_t i = 0; i < result->remarks.count; i++) {
			add_text(out, "<p>", result->remarks.items[i], "</p>\n");
		}
		buf_add(out, STR("</article>\n"));
	}
}

static void add_runbook(const struct repair_result *result, struct buf *out)
{
	buf_add(out, STR("<section class=\"runbook\"><h2>Runbook</h2>\n"));
	add_files(result, out);
	for (size_t i = 0; i < result->states.count; i++) {
		add_state(result, &result->states.items[i], out);
	}
	buf_add(out, STR("</section>\n"));
}

static void add_nearest(const struct repair_result *result, struct buf *out)
{
	add_text(out, "<section><h2>Nearest came ", result->trees->items[result->tree].title,
			"</h2>\n");
	for (size_t i = 0; i < result->remarks.count; i++) {
		add_text(out, "<p>", result->remarks.items[i], "</p>\n");
	}
	buf_add(out, STR("<ul>\n"));
	for (size_t i = 0; i < result->states.count; i++) {
		const struct repair_of_state *state = &result->states.items[i];

		add_text(out, "<li>", state->state, ": ");
		if (state->steps) {
			add_code(out,
					repair_steps_words(&state->steps->steps, result->engine,
							out->arena));
		} else {
			buf_add(out, STR("nothing works"));
		}
		buf_add(out, STR("</li>\n"));
	}
	buf_add(out, STR("</ul></section>\n"));
}

/* --- what was tried --------------------------------------------------------------------------------- */

static void add_attempt(const struct repair_result *result, const struct repair_attempt *attempt,
		struct buf *out)
{
	add_text(out, "<tr><td>", result->trees->items[attempt->tree].title, "</td><td>");
	add_text(out, "", attempt->state.len ? attempt->state : STR("(an empty database)"), "</td><td>");
	add_code(out, attempt->words);
	add_text(out, attempt->works ? "</td><td class=\"works\">" : "</td><td>", attempt->verdict, "");
	add_text(out, attempt->reason.len ? ": " : "", attempt->reason, "</td></tr>\n");
}

static void add_tried(const struct repair_result *result, struct buf *out)
{
	buf_add(out,
			STR("<section class=\"question\"><h2>Tried</h2>\n"
			    "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"What was tried\"><table class=\"audit\">\n"
			    "<thead><tr><th scope=\"col\">tree</th><th scope=\"col\">database</th><th scope=\"col\">steps</th>"
			    "<th scope=\"col\">became</th></tr></thead>\n<tbody>\n"));
	for (size_t i = 0; i < result->attempts.count; i++) {
		add_attempt(result, &result->attempts.items[i], out);
	}
	buf_add(out, STR("</tbody></table></div></section>\n"));
}

void repair_render_html(const struct repair_page *page, struct buf *out)
{
	const struct repair_result *result = page->result;

	html_page_begin("Repair", result->is_found ? HTML_GREEN : HTML_RED, out);
	add_text(out, "<header>\n<p class=\"name\">Repair of ", result->scenario, "</p>\n<h1>");
	buf_add(out, result->is_found ? STR("A repair that works from every state")
				      : STR("No repair works from every state"));
	add_text(out, "</h1>\n<p>", repair_summary(result, out->arena), "</p>\n</header>\n<main>\n");
	if (result->is_found) {
		add_runbook(result, out);
	} else {
		add_nearest(result, out);
	}
	add_tried(result, out);
	html_page_end(page->program_version, out);
}
