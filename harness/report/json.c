/*
 * `--format json`: one object, a cell a line, so that it can be read by eye and compared by diff.
 */
#include "kit/arena.h"
#include "report/format.h"

#include <jansson.h>
#include <stdlib.h>

/* JSON is UTF-8, but a database may hold anything: what is not UTF-8 becomes U+FFFD. */
static json_t *json_text(str text, struct arena *arena)
{
	struct buf clean = { .arena = arena };

	for (;;) {
		const size_t error = str_utf8_error(text);

		buf_add(&clean, str_slice(text, 0, error));
		if (error == text.len) {
			return json_stringn(buf_c(&clean), clean.len);
		}
		buf_add(&clean, STR("\xEF\xBF\xBD"));
		text = str_slice(text, error + 1, text.len);
	}
}

static json_t *json_texts(const struct str_list *texts, struct arena *arena)
{
	json_t *array = json_array();

	for (size_t i = 0; i < texts->count; i++) {
		json_array_append_new(array, json_text(texts->items[i], arena));
	}
	return array;
}

static json_t *json_error(const struct outcome *outcome, struct arena *arena)
{
	if (outcome->verdict != OUTCOME_FAILS) {
		return json_null();
	}
	json_t *error = json_object();

	json_object_set_new(error, "class", json_text(outcome->error.class_name, arena));
	json_object_set_new(error, "message", json_text(outcome->error.message, arena));
	json_object_set_new(error, "where", json_text(outcome->error.where, arena));
	return error;
}

/* The rows of a query, each an array. */
static json_t *json_rows(const struct outcome_show *show, struct arena *arena)
{
	json_t *rows = json_array(), *row = NULL;

	for (size_t i = 0; i < show->values.count; i++) {
		const str value = show->values.items[i];

		if (i % show->columns.count == 0) {
			row = json_array();
			json_array_append_new(rows, row);
		}
		json_array_append_new(row, value.data ? json_text(value, arena) : json_null());
	}
	return rows;
}

static json_t *json_shows(const struct outcome_shows *shows, struct arena *arena)
{
	json_t *array = json_array();

	for (size_t i = 0; i < shows->count; i++) {
		json_t *show = json_object();

		json_object_set_new(show, "step", json_integer((json_int_t)shows->items[i].step));
		json_object_set_new(show, "columns", json_texts(&shows->items[i].columns, arena));
		json_object_set_new(show, "rows", json_rows(&shows->items[i], arena));
		json_object_set_new(show, "row_count",
				json_integer((json_int_t)shows->items[i].row_count));
		json_array_append_new(array, show);
	}
	return array;
}

/* What a cell that differs from run to run has come to, and how often. */
static json_t *json_runs(const struct outcome *outcome, struct arena *arena)
{
	json_t *array = json_array();

	for (size_t i = 0; i < outcome->runs.count; i++) {
		const struct outcome_run *run = &outcome->runs.items[i];
		json_t *object = json_object();

		json_object_set_new(object, "count", json_integer((json_int_t)run->count));
		json_object_set_new(object, "verdict", json_text(run->verdict, arena));
		json_object_set_new(object, "difference", json_texts(&run->difference, arena));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *json_cell(const struct report_cell *cell, struct arena *arena)
{
	const struct outcome *outcome = cell->outcome;
	const bool is_skipped = outcome->verdict == OUTCOME_SKIPPED;
	const struct str_list wrong = report_wrong(outcome, arena);
	json_t *object = json_object();

	json_object_set_new(object, "name", json_text(cell->name, arena));
	json_object_set_new(object, "scenario", json_text(outcome->scenario, arena));
	json_object_set_new(object, "strategy", json_text(cell->strategy, arena));
	json_object_set_new(object, "state", json_text(cell->state, arena));
	json_object_set_new(object, "engine", json_text(cell->engine, arena));
	json_object_set_new(
			object, "verdict", json_string(outcome_verdict_names[outcome->verdict]));
	json_object_set_new(object, "as_expected",
			is_skipped ? json_null() : json_boolean(outcome_is_as_expected(outcome)));
	json_object_set_new(object, "failed_step",
			outcome->verdict == OUTCOME_FAILS
					? json_integer((json_int_t)outcome->failed_step)
					: json_null());
	json_object_set_new(object, "error", json_error(outcome, arena));
	json_object_set_new(object, "wrong", json_texts(&wrong, arena));
	json_object_set_new(object, "version", json_texts(&outcome->version, arena));
	json_object_set_new(object, "schema", json_texts(&outcome->schema, arena));
	if (outcome->shows.count) {
		json_object_set_new(object, "shows", json_shows(&outcome->shows, arena));
	}
	if (outcome->runs.count) {
		json_object_set_new(object, "runs", json_runs(outcome, arena));
	}
	json_object_set_new(object, "elapsed_us", json_integer(outcome->elapsed_us));
	return object;
}

/* Add `value` as text, and free it. */
static void add_json(struct buf *out, json_t *value, size_t flags)
{
	char *text = json_dumps(value, flags);

	buf_add(out, str_from(text));
	free(text);
	json_decref(value);
}

static void json_begin(const struct report *report, struct buf *out)
{
	buf_add(out, STR("{\"rehearse\": "));
	add_json(out, json_string(report->program_version), JSON_ENCODE_ANY);
	buf_add(out, STR(", \"cells\": ["));
}

static void json_scenario(const struct report *report, const struct report_scenario *scenario,
		struct buf *out)
{
	bool is_first = report->summary.cells == 0;

	for (size_t i = 0; i < scenario->cells.count; i++) {
		const struct report_cell *cell = &scenario->cells.items[i];

		if (cell->outcome) {
			buf_add(out, is_first ? STR("\n") : STR(",\n"));
			add_json(out, json_cell(cell, out->arena), 0);
			is_first = false;
		}
	}
}

static void json_finish(const struct report *report, struct buf *out)
{
	const struct report_summary *summary = &report->summary;

	buf_format(out, "\n], \"summary\": {\"cells\": %zu, \"as_expected\": %zu, \"differ\": %zu, \"skipped\": %zu}}\n",
			summary->cells, summary->as_expected, summary->differ, summary->skipped);
}

const struct report_format report_json = {
	.name = "json",
	.begin = json_begin,
	.scenario = json_scenario,
	.finish = json_finish,
};
