/*
 * The goal key `rows_kept`: every row that a table had when the state was built is still there, in all the
 * columns that the table had then, compared as text. New rows are fine; a changed row is lost.
 */
#include "judge/judge.h"

#include "kit/arena.h"
#include "kit/table.h"

/* So many lost rows are shown. */
#define SHOWN_ROWS 5

/* A row as text that no other row has: lengths before values, NULL unlike ''. */
static str key_of_row(const struct result *rows, size_t row, struct arena *arena)
{
	struct buf key = { .arena = arena };

	for (size_t column = 0; column < rows->column_count; column++) {
		const str value = rows->values[row * rows->column_count + column];

		if (value.data) {
			buf_format(&key, "%zu:", value.len);
			buf_add(&key, value);
		} else {
			buf_add_char(&key, '-');
		}
	}
	return buf_str(&key);
}

/* On one line, whatever the values hold. */
static void show_row(const struct result *rows, size_t row, struct buf *out)
{
	buf_add(out, STR("\n- ("));
	for (size_t column = 0; column < rows->column_count; column++) {
		const str value = rows->values[row * rows->column_count + column];

		buf_add(out, column ? STR(", ") : STR(""));
		buf_add(out, value.data ? str_printable(value, out->arena) : STR("NULL"));
	}
	buf_add_char(out, ')');
}

static void lost(struct judgement *judgement, const struct table_rows *before, size_t count,
		str shown)
{
	judgement_wrong(judgement, WRONG_ROWS,
			str_format(judgement->stage->arena,
					"%zu of %zu row%s of table %.*s %s lost%.*s", count,
					before->rows.row_count,
					before->rows.row_count == 1 ? "" : "s",
					STR_ARG(before->table), count == 1 ? "is" : "are",
					STR_ARG(shown)));
}

/* Find the rows of before in after, each as often as it stood there. */
static void compare(struct judgement *judgement, const struct table_rows *before,
		const struct result *after)
{
	struct arena *arena = judgement->stage->arena;
	struct table index = { .arena = arena };
	uint32_t *left = arena_new_array(arena, uint32_t, after->row_count); // by index: how often
	struct buf shown = { .arena = arena };
	uint32_t at, count = 0;
	size_t lost_count = 0;

	for (size_t row = 0; row < after->row_count; row++) {
		const str key = key_of_row(after, row, arena);

		if (!table_find(&index, key, &at)) {
			at = count++;
			table_set(&index, key, at);
		}
		left[at]++;
	}
	for (size_t row = 0; row < before->rows.row_count; row++) {
		if (table_find(&index, key_of_row(&before->rows, row, arena), &at) && left[at]) {
			left[at]--;
		} else if (lost_count++ < SHOWN_ROWS) {
			show_row(&before->rows, row, &shown);
		}
	}
	if (lost_count > SHOWN_ROWS) {
		buf_format(&shown, "\n- and %zu more", lost_count - SHOWN_ROWS);
	}
	if (lost_count) {
		const str columns = str_list_join(&before->columns, STR(", "), arena);

		lost(judgement, before, lost_count,
				str_format(arena, columns.len ? " (%.*s):%.*s" : "%.*s:%.*s",
						STR_ARG(columns), STR_ARG(buf_str(&shown))));
	}
}

/* The first column that the table no longer has; empty if it has all. */
static str missing_column(const struct judgement *judgement, const struct table_rows *before)
{
	const struct str_list columns =
			schema_columns(judgement->schema, before->table, judgement->stage->arena);

	for (size_t i = 0; i < before->columns.count; i++) {
		if (!str_list_contains(&columns, before->columns.items[i])) {
			return before->columns.items[i];
		}
	}
	return (str){ 0 };
}

static struct error *judge_table(struct judgement *judgement, str name)
{
	struct stage *stage = judgement->stage;
	const struct table_rows *before = tables_rows_find(&judgement->start->rows, name);
	struct connection *connection = NULL;
	struct result after;

	if (before && before->error) {
		return judgement_failed(judgement, WRONG_ROWS,
				"could not read the rows of the state", before->error);
	}
	if (!before || !before->rows.row_count) { // no table, no rows: nothing to lose
		return NULL;
	}
	if (!schema_has(judgement->schema, STR("table"), name)) {
		lost(judgement, before, before->rows.row_count, STR(": the table is gone"));
		return NULL;
	}
	const str column = missing_column(judgement, before);
	if (column.len) {
		lost(judgement, before, before->rows.row_count,
				str_format(stage->arena, ": column %.*s is gone", STR_ARG(column)));
		return NULL;
	}
	struct error *err = stage_connect(stage, &connection);
	if (!err) {
		err = stage->engine->read_rows(
				connection, name, &before->columns, stage->arena, &after);
	}
	stage->engine->disconnect(connection);
	if (err) {
		return judgement_failed(
				judgement, WRONG_ROWS, "could not read the rows at the end", err);
	}
	compare(judgement, before, &after);
	return NULL;
}

struct error *judge_rows(struct judgement *judgement)
{
	const struct built_state *start = judgement->start;
	struct str_list tables = judgement->goal->rows_kept;
	struct error *err = NULL;

	if (start->schema_error && (tables.count || judgement->goal->keeps_all_rows)) {
		return judgement_failed(judgement, WRONG_ROWS,
				"could not read the schema of the state", start->schema_error);
	}
	if (judgement->goal->keeps_all_rows) {
		tables = schema_tables(start->schema, judgement->stage->arena);
	}
	for (size_t i = 0; !err && i < tables.count; i++) {
		err = judge_table(judgement, tables.items[i]);
	}
	return err;
}
