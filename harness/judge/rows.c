/*
 * The goal key `rows_kept`: every row that a table had when the state was built is still there, in all the
 * columns that the table had then, compared as text; or is found again by its primary key, where the goal asks
 * for keys alone. New rows are fine. What has only changed, or has another name now, is told as that.
 */
#include "judge/rows_internal.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/suggest.h"

/* On one line, whatever the values hold. */
static void show_row(const struct table_rows *table, size_t row, char sign, struct buf *out)
{
	buf_format(out, "\n%c (", sign);
	for (size_t column = 0; column < table->rows.column_count; column++) {
		const str value = rows_value(table, row, column);

		buf_add(out, column ? STR(", ") : STR(""));
		buf_add(out, value.data ? str_printable(value, out->arena) : STR("NULL"));
	}
	buf_add_char(out, ')');
}

/* "2 of 3 rows of table t are lost: ..." */
static void wrong(struct judgement *judgement, const struct table_rows *before, size_t count,
		const char *what, str shown)
{
	judgement_wrong(judgement, WRONG_ROWS,
			str_format(judgement->stage->arena,
					"%zu of %zu row%s of table %.*s %s %s%.*s", count,
					before->total, before->total == 1 ? "" : "s",
					STR_ARG(before->table), count == 1 ? "is" : "are", what,
					STR_ARG(shown)));
}

/* The same for all rows. */
static void all_lost(struct judgement *judgement, const struct table_rows *before, str why)
{
	wrong(judgement, before, before->total, "lost", why);
}

/* " (id, name):", and what comes behind it. */
static str with_columns(const struct table_rows *table, const struct buf *shown)
{
	const str columns = str_list_join(&table->columns, STR(", "), shown->arena);

	return str_format(shown->arena, columns.len ? " (%.*s):%.*s" : "%.*s:%.*s",
			STR_ARG(columns), STR_ARG(buf_str(shown)));
}

/* Of `count` rows those at hand, or some of them, are shown. */
static void show_rest(size_t count, size_t at_hand, struct buf *shown)
{
	const size_t rows = at_hand < SHOWN_ROWS ? at_hand : SHOWN_ROWS;

	if (count > rows) {
		buf_format(shown, "\n- and %zu more", count - rows);
	}
}

void judge_gone(struct judgement *judgement, const struct table_rows *before,
		const struct rows_difference *difference)
{
	struct buf shown = { .arena = judgement->stage->arena };
	const size_t count = difference->gone.count + difference->gone_more;

	for (size_t i = 0; i < difference->gone.count && i < SHOWN_ROWS; i++) {
		show_row(before, difference->gone.items[i], '-', &shown);
	}
	show_rest(count, difference->gone.count, &shown);
	if (count) {
		wrong(judgement, before, count, "lost", with_columns(before, &shown));
	}
}

/* The row as it is now, in the columns that it had. */
static void show_after(const struct table_rows *before, const struct table_rows *after, size_t row,
		const struct rows_difference *difference, struct buf *shown)
{
	struct str_list values = { 0 };

	for (size_t column = 0; column < before->rows.column_count; column++) {
		for (size_t i = 0; i < difference->shared.count; i++) {
			if (difference->shared.items[i].before == column) {
				const str value = rows_value(
						after, row, difference->shared.items[i].after);

				str_list_add(&values,
						value.data ? str_printable(value, shown->arena)
							   : STR("NULL"),
						shown->arena);
			}
		}
	}
	buf_format(shown, "\n+ (%.*s)", STR_ARG(str_list_join(&values, STR(", "), shown->arena)));
}

void judge_changed(struct judgement *judgement, const struct table_rows *before,
		const struct table_rows *after, const struct rows_difference *difference)
{
	struct buf shown = { .arena = judgement->stage->arena };
	const size_t count = difference->changed.count + difference->changed_more;

	for (size_t i = 0; i < difference->changed.count && i < SHOWN_ROWS; i++) {
		show_row(before, difference->changed.items[i].before, '-', &shown);
		show_after(before, after, difference->changed.items[i].after, difference, &shown);
	}
	show_rest(count, difference->changed.count, &shown);
	if (count) {
		wrong(judgement, before, count, "changed", with_columns(before, &shown));
	}
}

bool judge_columns(struct judgement *judgement, const struct table_rows *before,
		const struct table_rows *after, const struct rows_difference *difference)
{
	struct arena *arena = judgement->stage->arena;

	if (difference->dropped.count) {
		all_lost(judgement, before,
				str_format(arena, ": column %.*s is gone",
						STR_ARG(before->columns.items[difference->dropped.items
											      [0]])));
		return true;
	}
	for (size_t i = 0; i < difference->renamed.count; i++) {
		const struct shared_column *renamed = &difference->renamed.items[i];

		judgement_wrong(judgement, WRONG_ROWS,
				str_format(arena,
						"column %.*s of table %.*s is gone; all its values "
						"stand in column %.*s now",
						STR_ARG(before->columns.items[renamed->before]),
						STR_ARG(before->table),
						STR_ARG(after->columns.items[renamed->after])));
	}
	return false;
}

struct error *judging_connect(struct judging *judging)
{
	struct stage *stage = judging->judgement->stage;

	if (judging->connection) {
		return NULL;
	}
	struct error *err = stage_connect_to_read(stage, &judging->connection);
	if (!err) {
		stage->engine->set_deadline(judging->connection, stage->deadline_us);
	}
	return err;
}

static struct error *read_table(struct judging *judging, str name, struct table_rows *ret_after)
{
	struct stage *stage = judging->judgement->stage;
	const struct look_wants wants = { .tables = { .items = &name, .count = 1 } };
	struct tables_rows found = { 0 };
	struct error *err = judging_connect(judging);

	if (!err) {
		err = look_rows(stage, judging->connection, judging->judgement->schema, &wants,
				&found);
	}
	if (!err) {
		err = found.items[0].error;
		*ret_after = found.items[0];
	}
	return err;
}

/* Whether a table that has the columns of `before` has all of its rows; of a large one, those and no others. */
static struct error *find_in(struct judging *judging, const struct table_rows *before, str name,
		bool *ret_is_found)
{
	struct table_rows after = { 0 };
	struct error *err = before->digest ? NULL : read_table(judging, name, &after);

	if (!err && (before->digest || after.digest)) {
		return judge_large_find(judging, before, name, ret_is_found);
	}
	*ret_is_found = !err &&
			!rows_compare(before, &after, judging->judgement->stage->arena).gone.count;
	return err;
}

/* The table is not there; a new one that has all of its rows is told, if there is one. */
static struct error *judge_missing(struct judging *judging, const struct table_rows *before)
{
	struct judgement *judgement = judging->judgement;
	struct arena *arena = judgement->stage->arena;
	const struct str_list tables = schema_tables(judgement->schema, arena);

	for (size_t i = 0; i < tables.count; i++) {
		const str name = tables.items[i];
		const struct str_list columns = schema_columns(judgement->schema, name, arena);
		bool has_all = !schema_has(judgement->start->schema, STR("table"), name);
		bool is_found = false;

		for (size_t c = 0; c < before->columns.count; c++) {
			has_all = has_all && str_list_contains(&columns, before->columns.items[c]);
		}
		if (!has_all) {
			continue;
		}
		struct error *err = find_in(judging, before, name, &is_found);
		if (err && !error_is_of_cell(err)) {
			return err;
		}
		if (!err && is_found) {
			all_lost(judgement, before,
					str_format(arena,
							": the table is gone; all of them stand in "
							"table %.*s now",
							STR_ARG(name)));
			return NULL;
		}
	}
	all_lost(judgement, before, STR(": the table is gone"));
	return NULL;
}

static struct error *judge_table(struct judging *judging, str name)
{
	struct judgement *judgement = judging->judgement;
	const struct table_rows *before = tables_rows_find(&judgement->start->rows, name);
	struct table_rows after = { 0 };

	if (before && before->error) {
		return judgement_failed(judgement, WRONG_ROWS,
				"could not read the rows of the state", before->error);
	}
	if (!before || !before->total) { // no table, no rows: nothing to lose
		return NULL;
	}
	if (!schema_has(judgement->schema, STR("table"), name)) {
		return judge_missing(judging, before);
	}
	if (before->digest) {
		return judge_large(judging, before);
	}
	struct error *err = read_table(judging, name, &after);
	if (!err && after.digest) {
		return judge_large(judging, before);
	}
	if (err) {
		return judgement_failed(
				judgement, WRONG_ROWS, "could not read the rows at the end", err);
	}
	const struct rows_difference difference =
			rows_compare(before, &after, judgement->stage->arena);

	/* Without a key a row is only found again as a whole. */
	if (judgement->goal->keeps_keys_alone && before->key.count) {
		judge_gone(judgement, before, &difference);
	} else if (!judge_columns(judgement, before, &after, &difference)) {
		judge_gone(judgement, before, &difference);
		judge_changed(judgement, before, &after, &difference);
	}
	return NULL;
}

/* A table that is not there is kept, so a name that is misspelt would never be missed. */
static void note_misspelt(struct judgement *judgement, str name)
{
	struct arena *arena = judgement->stage->arena;
	struct str_list tables = schema_tables(judgement->start->schema, arena);
	const struct str_list at_end = schema_tables(judgement->schema, arena);
	struct str_list notes = { 0 };

	for (size_t i = 0; i < at_end.count; i++) {
		str_list_add(&tables, at_end.items[i], arena);
	}
	const str nearest = str_list_contains(&tables, name)
			? (str){ 0 }
			: suggest_nearest(name, tables.items, tables.count, arena);

	if (nearest.len) {
		str_list_add(&notes,
				str_format(arena, "rows_kept: there is no table '%.*s', but '%.*s'",
						STR_ARG(name), STR_ARG(nearest)),
				arena);
		stage_note(judgement->stage, &notes);
	}
}

struct error *judge_rows(struct judgement *judgement)
{
	const struct built_state *start = judgement->start;
	struct judging judging = { .judgement = judgement };
	struct str_list tables = judgement->goal->rows_kept;
	struct error *err = NULL;

	if (start->schema_error && (tables.count || judgement->goal->keeps_all_rows)) {
		return judgement_failed(judgement, WRONG_ROWS,
				"could not read the schema of the state", start->schema_error);
	}
	if (judgement->goal->keeps_all_rows) {
		tables = schema_tables(start->schema, judgement->stage->arena);
	}
	for (size_t i = 0; !judgement->goal->keeps_all_rows && i < tables.count; i++) {
		note_misspelt(judgement, tables.items[i]);
	}
	const int64_t since_us = clock_now_us();

	for (size_t i = 0; !err && i < tables.count; i++) {
		err = judge_table(&judging, tables.items[i]);
	}
	judgement->stage->engine->disconnect(judging.connection);
	judgement->stage->engine->disconnect(judging.before_connection);
	stage_strike(&judging.before);
	stage_give_back_time(judgement->stage, since_us);
	return err;
}
