/*
 * `--format json`: one object, a cell a line, so that it can be read by eye and compared by diff.
 */
#include "kit/json.h"
#include "kit/arena.h"
#include "report/audit.h"
#include "report/failure.h"
#include "report/format.h"

/* A place with its line, so that whoever joins runs can draw it; null: nowhere. */
static void add_place(struct json_writer *json, const char *key, const struct excerpt *place)
{
	if (!place->path.len) {
		json_add_null(json, key);
		return;
	}
	json_open_object(json, key);
	json_add_text(json, "file", place->path);
	json_add_integer(json, "line", (int64_t)place->line);
	json_add_integer(json, "column", (int64_t)place->column);
	json_add_text(json, "text", place->text);
	json_add_integer(json, "offset", (int64_t)place->offset);
	json_add_integer(json, "length", (int64_t)place->len);
	json_close_object(json);
}

static void add_error(struct json_writer *json, const struct outcome *outcome)
{
	const struct outcome_error *error = &outcome->error;

	if (outcome->verdict != VERDICT_FAILS) {
		json_add_null(json, "error");
		return;
	}
	const struct str_list diagnosis = failure_diagnosis(error, json->out->arena);

	json_open_object(json, "error");
	json_add_text(json, "class", error->class_name);
	json_add_text(json, "message", error->message);
	json_add_text(json, "where", error->where);
	add_place(json, "place", &error->place);
	json_add_text_or_null(json, "attempt", error->attempt);
	json_add_text_or_null(json, "revision", error->revision);
	json_add_text_or_null(json, "statement", error->statement);
	json_add_text_or_null(json, "sqlstate", error->sqlstate);
	json_add_text_or_null(json, "detail", error->detail);
	json_add_text_or_null(json, "context", error->context);
	json_add_text_or_null(json, "hint", error->hint);
	if (diagnosis.count) {
		json_add_texts(json, "doctor", &diagnosis);
	}
	json_close_object(json);
}

/* The rows of a query, each an array. */
static void add_rows(struct json_writer *json, const struct outcome_show *show)
{
	json_open_array(json, "rows");
	for (size_t i = 0; i < show->values.count; i++) {
		const str value = show->values.items[i];

		if (i % show->columns.count == 0) {
			json_open_array(json, NULL);
		}
		if (value.data) {
			json_add_text(json, NULL, value);
		} else {
			json_add_null(json, NULL);
		}
		if ((i + 1) % show->columns.count == 0) {
			json_close_array(json);
		}
	}
	json_close_array(json);
}

static void add_shows(struct json_writer *json, const struct outcome_shows *shows)
{
	json_open_array(json, "shows");
	for (size_t i = 0; i < shows->count; i++) {
		json_open_object(json, NULL);
		json_add_integer(json, "step", (int64_t)shows->items[i].step);
		json_add_texts(json, "columns", &shows->items[i].columns);
		add_rows(json, &shows->items[i]);
		json_add_integer(json, "row_count", (int64_t)shows->items[i].row_count);
		json_close_object(json);
	}
	json_close_array(json);
}

/* What a cell that differs from run to run has come to, and how often. */
static void add_runs(struct json_writer *json, const struct outcome *outcome)
{
	json_open_array(json, "runs");
	for (size_t i = 0; i < outcome->runs.count; i++) {
		const struct outcome_run *run = &outcome->runs.items[i];

		json_open_object(json, NULL);
		json_add_integer(json, "count", (int64_t)run->count);
		json_add_text(json, "verdict", run->verdict);
		json_add_texts(json, "difference", &run->difference);
		json_close_object(json);
	}
	json_close_array(json);
}

static void add_reasons(struct json_writer *json, const struct outcome_reasons *reasons)
{
	json_open_array(json, "reasons");
	for (size_t i = 0; i < reasons->count; i++) {
		json_open_object(json, NULL);
		json_add_text(json, "key", reasons->items[i].key);
		json_add_text(json, "text", reasons->items[i].text);
		json_close_object(json);
	}
	json_close_array(json);
}

/* How the cell stands to what is claimed and recorded of it. */
static void add_expectation(struct json_writer *json, const struct outcome *outcome)
{
	static const char *const records[] = {
		[RECORD_NONE] = "none",
		[RECORD_MISSING] = "missing",
		[RECORD_WANTED] = "missing",
		[RECORD_SAME] = "same",
		[RECORD_DIFFERS] = "differs",
	};

	json_add_text(json, "claim", outcome->claim);
	json_add_bool(json, "as_claimed", outcome->is_as_claimed);
	json_add_text(json, "record", str_from(records[outcome->record]));
	json_add_texts(json, "record_difference", &outcome->record_difference);
}

static void add_cell(struct json_writer *json, const struct report_cell *cell)
{
	const struct outcome *outcome = cell->outcome;
	const struct str_list wrong = report_wrong(outcome, json->out->arena);

	json_open_object(json, NULL);
	json_add_text(json, "name", cell->name);
	json_add_text(json, "scenario", outcome->scenario);
	json_add_text(json, "strategy", cell->strategy);
	json_add_text(json, "state", cell->state);
	json_add_text(json, "engine", cell->engine);
	json_add_text(json, "verdict", str_from(report_verdict_name(outcome)));
	if (outcome->verdict == VERDICT_SKIPPED) {
		json_add_null(json, "as_expected");
	} else {
		json_add_bool(json, "as_expected", outcome_is_as_expected(outcome));
	}
	if (outcome->verdict == VERDICT_FAILS) {
		json_add_integer(json, "failed_step", (int64_t)outcome->failed_step);
	} else {
		json_add_null(json, "failed_step");
	}
	add_error(json, outcome);
	json_add_texts(json, "wrong", &wrong);
	json_add_texts(json, "version", &outcome->version);
	json_add_texts(json, "schema", &outcome->schema);
	if (outcome->shows.count) {
		add_shows(json, &outcome->shows);
	}
	if (outcome->runs.count) {
		add_runs(json, outcome);
	}
	json_add_integer(json, "elapsed_us", outcome->elapsed_us);
	add_expectation(json, outcome);
	add_reasons(json, &outcome->reasons);
	json_add_texts(json, "notes", &outcome->notes);
	if (outcome->stubs.count) {
		json_add_texts(json, "stubs", &outcome->stubs);
	}
	json_add_text_or_null(json, "skip_reason", outcome->skip_reason);
	add_place(json, "place", &cell->place);
	if (cell->about.len) {
		json_add_text(json, "about", cell->about);
	}
	if (outcome->story.count) {
		json_add_texts(json, "story", &outcome->story);
	}
	json_close_object(json);
}

/* The version, with which both objects begin. */
static void begin_object(const struct report *report, struct buf *out)
{
	struct json_writer json = { .out = out };

	buf_add(out, STR("{\"rehearse\": "));
	json_add_text(&json, NULL, str_from(report->program_version));
}

static void json_begin(const struct report *report, struct buf *out)
{
	begin_object(report, out);
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
			struct json_writer json = { .out = out };

			add_cell(&json, cell);
			is_first = false;
		}
	}
}

/* Cells that have no outcome, and why. */
static void add_unanswered(const struct report *report, struct buf *out)
{
	struct json_writer json = { .out = out };

	buf_add(out, STR(", \"unanswered\": "));
	json_open_array(&json, NULL);
	for (size_t i = 0; i < report->scenarios.count; i++) {
		const struct report_scenario *scenario = report->scenarios.items[i];

		for (size_t j = 0; j < scenario->cells.count; j++) {
			const struct report_cell *cell = &scenario->cells.items[j];

			if (cell->outcome) {
				continue;
			}
			json_open_object(&json, NULL);
			json_add_text(&json, "name", cell->name);
			json_add_text_or_null(&json, "reason", cell->failure);
			json_close_object(&json);
		}
	}
	json_close_array(&json);
}

/* What the cells of each scenario have in common. */
static void add_scenarios(const struct report *report, struct buf *out)
{
	buf_add(out, STR(", \"scenarios\": ["));
	for (size_t i = 0; i < report->scenarios.count; i++) {
		const struct report_scenario *scenario = report->scenarios.items[i];
		struct json_writer json = { .out = out };

		buf_add(out, i ? STR(",\n") : STR("\n"));
		json_open_object(&json, NULL);
		json_add_text(&json, "name", scenario->name);
		json_add_text(&json, "path", scenario->path);
		json_add_text_or_null(&json, "title", scenario->title);
		json_add_bool(&json, "claims", !scenario->is_unclaimed);
		if (scenario->about.len) {
			json_add_text(&json, "about", scenario->about);
		}
		if (scenario->lesson.len) {
			json_add_text(&json, "lesson", scenario->lesson);
		}
		json_close_object(&json);
	}
	buf_add(out, STR("\n]"));
}

static void add_shard(const struct report_shard *shard, struct buf *out)
{
	struct json_writer json = { .out = out };

	buf_add(out, STR(", \"shard\": "));
	json_open_object(&json, NULL);
	json_add_integer(&json, "part", (int64_t)shard->part);
	json_add_integer(&json, "parts", (int64_t)shard->parts);
	json_add_texts(&json, "cells", &shard->all_cells);
	json_close_object(&json);
}

/* Of programs that were on trial. */
static void add_score(const struct report_summary *summary, struct buf *out)
{
	struct json_writer json = { .out = out };

	buf_add(out, STR(", \"score\": "));
	json_open_object(&json, NULL);
	for (size_t i = 0; i < REPORT_GRADE_COUNT; i++) {
		json_add_integer(&json, report_grade_names[i], (int64_t)summary->grades[i]);
	}
	json_close_object(&json);
}

static void json_finish(const struct report *report, struct buf *out)
{
	const struct report_summary *summary = &report->summary;

	buf_format(out, "\n], \"summary\": {\"cells\": %zu, \"as_expected\": %zu, \"differ\": %zu, \"skipped\": %zu}",
			summary->cells, summary->as_expected, summary->differ, summary->skipped);
	if (summary->graded) {
		add_score(summary, out);
	}
	add_scenarios(report, out);
	if (report->shard.parts) {
		add_shard(&report->shard, out);
	}
	if (summary->unanswered) {
		add_unanswered(report, out);
	}
	if (summary->not_played) {
		buf_format(out, ", \"not_played\": %zu", summary->not_played);
	}
	if (summary->stale_records.count) {
		struct json_writer json = { .out = out };

		buf_add(out, STR(", \"stale_records\": "));
		json_add_texts(&json, NULL, &summary->stale_records);
	}
	buf_add(out, STR("}\n"));
}

static void add_mistake(struct json_writer *json, const struct error *error)
{
	const struct excerpt place = excerpt_of(error->where, json->out->arena);

	json_open_object(json, NULL);
	json_add_text_or_null(json, "file", place.path);
	if (place.path.len) {
		json_add_integer(json, "line", (int64_t)place.line);
		json_add_integer(json, "column", (int64_t)place.column);
	} else {
		json_add_null(json, "line");
		json_add_null(json, "column");
	}
	json_add_text(json, "message", error->message);
	json_add_text_or_null(json, "hint", error->hint);
	json_close_object(json);
}

static void json_mistakes(
		const struct report *report, const struct error_list *mistakes, struct buf *out)
{
	begin_object(report, out);
	buf_add(out, STR(", \"mistakes\": ["));
	for (size_t i = 0; i < mistakes->count; i++) {
		struct json_writer json = { .out = out };

		buf_add(out, i ? STR(",\n") : STR("\n"));
		add_mistake(&json, mistakes->items[i]);
	}
	buf_add(out, STR("\n]}\n"));
}

const struct report_format report_json = {
	.name = "json",
	.mistakes = json_mistakes,
	.begin = json_begin,
	.scenario = json_scenario,
	.finish = json_finish,
	.audit = audit_json,
};
