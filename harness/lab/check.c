#include "lab/check.h"

#include "kit/arena.h"
#include "lab/body.h"
#include "lab/words.h"

/* Rows joined by newlines, columns by bars, NULL is nothing; how many rows there were. */
static str render_results(const struct results *results, struct arena *arena, size_t *ret_count)
{
	struct buf text = { .arena = arena };
	size_t count = 0;

	for (size_t i = 0; i < results->count; i++) {
		const struct result *result = &results->items[i];

		for (size_t row = 0; row < result->row_count; row++) {
			if (count++) {
				buf_add_char(&text, '\n');
			}
			for (size_t column = 0; column < result->column_count; column++) {
				if (column) {
					buf_add_char(&text, '|');
				}
				buf_add(&text, result->values[row * result->column_count + column]);
			}
		}
	}
	*ret_count = count;
	return buf_str(&text);
}

/* A block of YAML text ends in a newline, which the last row has not. */
static str without_final_newline(str text)
{
	return str_ends_with(text, STR("\n")) ? str_slice(text, 0, text.len - 1) : text;
}

static str complain(const struct check *check, str found, size_t row_count, struct arena *arena)
{
	const str shown = row_count ? words_of_text(found, arena) : STR("no rows");

	switch (check->kind) {
	case CHECK_EQUALS:
		if (str_equal(without_final_newline(check->equals), found)) {
			return (str){ 0 };
		}
		return str_format(arena, "the check gave %.*s, expected %.*s", STR_ARG(shown),
				STR_ARG(words_of_text(
						without_final_newline(check->equals), arena)));
	case CHECK_MATCHES:
		if (pattern_matches(check->matches.pattern, found)) {
			return (str){ 0 };
		}
		return str_format(arena, "the check gave %.*s, expected a match of '%.*s'",
				STR_ARG(shown), STR_ARG(check->matches.text));
	case CHECK_NOT_EMPTY:
		return row_count ? (str){ 0 }
				 : STR("the check gave no rows, expected at least one");
	case CHECK_EMPTY:
		break;
	}
	return row_count
			? str_format(arena, "the check gave %.*s, expected no rows", STR_ARG(shown))
			: (str){ 0 };
}

struct error *check_run(struct stage *stage, const struct check *check, str *ret_complaint)
{
	struct connection *connection = NULL;
	struct results results = { 0 };
	size_t row_count;

	struct error *err = stage_connect(stage, &connection);
	if (!err) {
		err = body_run(stage, connection, &check->sql.by_engine[stage->kind], (str){ 0 },
				&results);
	}
	if (!err) {
		const str found = render_results(&results, stage->arena, &row_count);

		*ret_complaint = complain(check, found, row_count, stage->arena);
	}
	stage_disconnect(stage, connection);
	return err;
}
