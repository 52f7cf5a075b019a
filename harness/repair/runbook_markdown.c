/*
 * For a ticket, or a pull request.
 */
#include "kit/arena.h"
#include "repair/runbook.h"

/* More attempts are counted. */
#define SHOWN_ATTEMPTS 60

/* Text in a cell of a table, as code. */
static void add_code(struct buf *out, str text)
{
	const str line = str_printable(text, out->arena);

	buf_add_char(out, '`');
	for (size_t i = 0; i < line.len; i++) {
		if (line.data[i] == '|') {
			buf_add(out, STR("\\|"));
		} else {
			buf_add_char(out, line.data[i] == '`' ? '\'' : line.data[i]);
		}
	}
	buf_add_char(out, '`');
}

/* A fence longer than any row of backquotes in the text. */
static void add_fenced(struct buf *out, const char *language, str text)
{
	size_t longest = 2, run = 0;

	for (size_t i = 0; i < text.len; i++) {
		run = text.data[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	buf_add_char(out, '\n');
	buf_add_repeated(out, '`', longest + 1);
	buf_format(out, "%s\n", language);
	buf_add(out, str_printable_lines(str_trim(text), out->arena));
	buf_add_char(out, '\n');
	buf_add_repeated(out, '`', longest + 1);
	buf_add_char(out, '\n');
}

static void add_tried(const struct repair_result *result, struct buf *out)
{
	buf_add(out, STR("## Tried\n\n| tree | database | steps | became |\n|---|---|---|---|\n"));
	for (size_t i = 0; i < result->attempts.count; i++) {
		const struct repair_attempt *attempt = &result->attempts.items[i];

		if (i >= SHOWN_ATTEMPTS && !attempt->works) {
			continue;
		}
		buf_add(out, STR("| "));
		add_code(out, result->trees->items[attempt->tree].title);
		buf_add(out, STR(" | "));
		add_code(out, attempt->state.len ? attempt->state : STR("(an empty database)"));
		buf_add(out, STR(" | "));
		add_code(out, attempt->words);
		buf_format(out, " | %s%.*s", attempt->works ? "**" : "", STR_ARG(attempt->verdict));
		buf_add(out, attempt->works ? STR("**") : STR(""));
		if (attempt->reason.len) {
			buf_add(out, STR(": "));
			add_code(out, attempt->reason);
		}
		buf_add(out, STR(" |\n"));
	}
	if (result->attempts.count > SHOWN_ATTEMPTS) {
		buf_format(out, "\n%zu in all.\n", result->attempts.count);
	}
}

static void add_step(const struct repair_result *result, const struct repair_of_state *state,
		size_t number, struct buf *out)
{
	const struct step *step = &state->steps->steps.items[number - 1];
	struct buf sql = { .arena = out->arena };

	buf_format(out, "\n%zu. ", number);
	if (step->kind == STEP_SQL) {
		buf_add(out, STR("By hand, after reading it:\n"));
		add_fenced(out, "sql", step->sql.by_engine[result->engine].text);
		return;
	}
	add_code(out, repair_step_words(step, result->engine, out->arena));
	buf_add_char(out, '\n');
	for (size_t i = 0; i < state->statements.count; i++) {
		if (state->statements.items[i].step == number) {
			buf_format(&sql, "%.*s;\n", STR_ARG(state->statements.items[i].text));
		}
	}
	if (sql.len) {
		buf_add(out, STR("\n<details><summary>SQL that it sends</summary>\n"));
		add_fenced(out, "sql", buf_str(&sql));
		buf_add(out, STR("\n</details>\n"));
	}
}

static void add_state(const struct repair_result *result, const struct repair_of_state *state,
		struct buf *out)
{
	struct arena *arena = out->arena;

	buf_format(out, "\n### On %.*s: %.*s\n\n", STR_ARG(state->state),
			STR_ARG(state->steps->why));
	buf_format(out, "- [ ] Before: `alembic current` says %.*s. Make a backup.\n",
			STR_ARG(repair_rows_words(&state->database->rows, arena)));
	for (size_t i = 1; i <= state->steps->steps.count; i++) {
		add_step(result, state, i, out);
	}
	buf_format(out, "\n- [ ] After: `alembic current` says %.*s.\n",
			STR_ARG(repair_rows_words(&state->rows, arena)));
	buf_add(out, STR("- Back: restore the backup.\n- Proof: "));
	add_code(out, state->cell);
	buf_format(out, " %.*s.\n", STR_ARG(state->verdict));
}

static void add_runbook(const struct repair_result *result, struct buf *out)
{
	const struct repair_tree *tree = &result->trees->items[result->tree];

	buf_add(out, STR("\n## Runbook\n"));
	if (tree->changes.count) {
		buf_format(out, "\nIn the files, with %.*s:\n\n", STR_ARG(tree->title));
	}
	for (size_t i = 0; i < tree->changes.count; i++) {
		buf_add(out, STR("- "));
		add_code(out, tree->changes.items[i]);
		buf_add_char(out, '\n');
	}
	if (result->patch.len) {
		add_fenced(out, "diff", result->patch);
	}
	for (size_t i = 0; i < result->remarks.count; i++) {
		buf_format(out, "\n%.*s\n", STR_ARG(result->remarks.items[i]));
	}
	for (size_t i = 0; i < result->states.count; i++) {
		add_state(result, &result->states.items[i], out);
	}
}

void repair_render_markdown(const struct repair_page *page, struct buf *out)
{
	const struct repair_result *result = page->result;

	buf_format(out, "# Repair of %.*s\n\n%.*s\n\n", STR_ARG(result->scenario),
			STR_ARG(repair_summary(result, out->arena)));
	add_tried(result, out);
	if (result->is_found) {
		add_runbook(result, out);
		return;
	}
	for (size_t i = 0; i < result->remarks.count; i++) {
		buf_format(out, "\n%.*s\n", STR_ARG(result->remarks.items[i]));
	}
	buf_format(out, "\nNearest came %.*s:\n\n",
			STR_ARG(result->trees->items[result->tree].title));
	for (size_t i = 0; i < result->states.count; i++) {
		const struct repair_of_state *state = &result->states.items[i];

		buf_format(out, "- %.*s: ", STR_ARG(state->state));
		add_code(out,
				state->steps ? repair_steps_words(&state->steps->steps,
							       result->engine, out->arena)
					     : STR("nothing works"));
		buf_add_char(out, '\n');
	}
}
