#include "cli/merge_read.h"

#include "kit/arena.h"
#include "kit/file.h"

#include <jansson.h>
#include <string.h>

/* A run of tens of thousands of cells with all that is told of them. */
#define MOST_BYTES ((size_t)1 << 30)

/* The file being read, and the first thing that is wrong with it: then what follows is not looked at any more. */
struct reading {
	str path;
	struct arena *arena;
	struct error *error;
};

/* --- values ---------------------------------------------------------------------------------- */

static void refuse(struct reading *reading, const char *key, const char *kind)
{
	if (!reading->error) {
		reading->error = error_new(reading->arena, ERROR_INVALID,
				"'%.*s' is not what 'rehearse run --format json' writes: '%s' is not %s",
				STR_ARG(reading->path), key, kind);
	}
}

/* The member of that name and kind; NULL: there is none, which is refused unless it `may_lack`, or null may stand there. */
static const json_t *member(struct reading *reading, const json_t *object, const char *key,
		json_type type, const char *kind, bool may_lack)
{
	const json_t *value = json_object_get(object, key);

	if (may_lack && (!value || json_is_null(value))) {
		return NULL;
	}
	if (!value || json_typeof(value) != type) {
		refuse(reading, key, kind);
		return NULL;
	}
	return value;
}

static str text_of(const json_t *value, struct arena *arena)
{
	return str_copy((str){ json_string_value(value), json_string_length(value) }, arena);
}

static str read_text(struct reading *reading, const json_t *object, const char *key, bool may_lack)
{
	const json_t *value = member(reading, object, key, JSON_STRING, "a text", may_lack);

	return value ? text_of(value, reading->arena) : (str){ 0 };
}

static size_t read_count(
		struct reading *reading, const json_t *object, const char *key, bool may_lack)
{
	const json_t *value = member(reading, object, key, JSON_INTEGER, "a number", may_lack);

	if (value && json_integer_value(value) < 0) {
		refuse(reading, key, "a number from 0");
	}
	return value && json_integer_value(value) > 0 ? (size_t)json_integer_value(value) : 0;
}

static bool read_bool(struct reading *reading, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_boolean(value)) {
		refuse(reading, key, "true or false");
	}
	return json_is_true(value);
}

static struct str_list read_texts(
		struct reading *reading, const json_t *object, const char *key, bool may_lack)
{
	const json_t *list = member(reading, object, key, JSON_ARRAY, "a list", may_lack);
	struct str_list texts = { 0 };

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);

		if (!json_is_string(item)) {
			refuse(reading, key, "a list of texts");
			break;
		}
		str_list_add(&texts, text_of(item, reading->arena), reading->arena);
	}
	return texts;
}

/* Item `i` of a list of objects; NULL: it is none. */
static const json_t *object_at(
		struct reading *reading, const json_t *list, size_t i, const char *key)
{
	const json_t *item = json_array_get(list, i);

	if (!json_is_object(item)) {
		refuse(reading, key, "a list of objects");
		return NULL;
	}
	return item;
}

/* The index of a text among `words`; 0, and refused, when it is none of them. */
static size_t read_word(struct reading *reading, const json_t *object, const char *key,
		const char *const *words, size_t count)
{
	const str word = read_text(reading, object, key, false);

	for (size_t i = 0; i < count; i++) {
		if (str_equal(word, str_from(words[i]))) {
			return i;
		}
	}
	refuse(reading, key, "one of the words that stand there");
	return 0;
}

static struct excerpt read_place(struct reading *reading, const json_t *object, const char *key)
{
	const json_t *place = member(reading, object, key, JSON_OBJECT, "a place", true);
	struct excerpt excerpt = { 0 };

	if (!place) {
		return excerpt;
	}
	excerpt = (struct excerpt){
		.path = read_text(reading, place, "file", false),
		.line = read_count(reading, place, "line", false),
		.column = read_count(reading, place, "column", false),
		.text = read_text(reading, place, "text", false),
		.offset = read_count(reading, place, "offset", false),
		.len = read_count(reading, place, "length", false),
	};
	if (excerpt.offset > excerpt.text.len || excerpt.len > excerpt.text.len - excerpt.offset) {
		refuse(reading, key, "a place in its line");
		excerpt.offset = excerpt.len = 0;
	}
	return excerpt;
}

/* --- outcomes -------------------------------------------------------------------------------- */

static struct outcome_error read_error(struct reading *reading, const json_t *cell)
{
	const json_t *error = member(reading, cell, "error", JSON_OBJECT, "an error", true);

	if (!error) {
		return (struct outcome_error){ 0 };
	}
	return (struct outcome_error){
		.class_name = read_text(reading, error, "class", false),
		.message = read_text(reading, error, "message", false),
		.where = read_text(reading, error, "where", false),
		.place = read_place(reading, error, "place"),
		.attempt = read_text(reading, error, "attempt", true),
		.revision = read_text(reading, error, "revision", true),
		.statement = read_text(reading, error, "statement", true),
		.sqlstate = read_text(reading, error, "sqlstate", true),
		.detail = read_text(reading, error, "detail", true),
		.context = read_text(reading, error, "context", true),
		.hint = read_text(reading, error, "hint", true),
		.diagnosis = read_texts(reading, error, "doctor", true),
	};
}

static struct outcome_reasons read_reasons(struct reading *reading, const json_t *cell)
{
	const json_t *list = member(reading, cell, "reasons", JSON_ARRAY, "a list", false);
	struct outcome_reasons reasons = { 0 };

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = object_at(reading, list, i, "reasons");

		*LIST_PUSH(&reasons, reading->arena) = (struct outcome_reason){
			.key = read_text(reading, item, "key", false),
			.text = read_text(reading, item, "text", false),
		};
	}
	return reasons;
}

/* Rows of `columns` values each; anything else is refused. */
static struct str_list read_rows(struct reading *reading, const json_t *show, size_t columns)
{
	const json_t *rows = member(reading, show, "rows", JSON_ARRAY, "a list", false);
	struct str_list values = { 0 };

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (json_array_size(row) != columns) {
			refuse(reading, "rows", "rows of all columns");
			return (struct str_list){ 0 };
		}
		for (size_t j = 0; j < columns; j++) {
			const json_t *value = json_array_get(row, j);

			str_list_add(&values,
					json_is_string(value) ? text_of(value, reading->arena)
							      : (str){ 0 },
					reading->arena);
		}
	}
	return values;
}

static struct outcome_shows read_shows(struct reading *reading, const json_t *cell)
{
	const json_t *list = member(reading, cell, "shows", JSON_ARRAY, "a list", true);
	struct outcome_shows shows = { 0 };

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = object_at(reading, list, i, "shows");
		struct outcome_show show = {
			.step = read_count(reading, item, "step", false),
			.columns = read_texts(reading, item, "columns", false),
			.row_count = read_count(reading, item, "row_count", false),
		};

		show.values = read_rows(reading, item, show.columns.count);
		*LIST_PUSH(&shows, reading->arena) = show;
	}
	return shows;
}

static struct outcome_runs read_runs(struct reading *reading, const json_t *cell)
{
	const json_t *list = member(reading, cell, "runs", JSON_ARRAY, "a list", true);
	struct outcome_runs runs = { 0 };

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = object_at(reading, list, i, "runs");

		*LIST_PUSH(&runs, reading->arena) = (struct outcome_run){
			.count = read_count(reading, item, "count", false),
			.verdict = read_text(reading, item, "verdict", false),
			.difference = read_texts(reading, item, "difference", false),
		};
	}
	return runs;
}

/* What stands there says whether one that is missing was required: then the cell is not as expected for that alone. */
static enum outcome_record read_record(
		struct reading *reading, const json_t *cell, const struct outcome *outcome)
{
	static const char *const words[] = { "none", "missing", "same", "differs" };

	static const enum outcome_record records[] = { RECORD_NONE, RECORD_MISSING, RECORD_SAME,
		RECORD_DIFFERS };
	const enum outcome_record record =
			records[read_word(reading, cell, "record", words, COUNT_OF(words))];
	const bool is_wanted = record == RECORD_MISSING && outcome->is_as_claimed &&
			!outcome->runs.count && json_is_false(json_object_get(cell, "as_expected"));

	return is_wanted ? RECORD_WANTED : record;
}

static void read_cell(struct reading *reading, const json_t *object, struct merge_cell *cell)
{
	struct outcome *outcome = arena_new(reading->arena, struct outcome);

	*outcome = (struct outcome){
		.name = read_text(reading, object, "name", false),
		.scenario = read_text(reading, object, "scenario", false),
		.strategy = read_text(reading, object, "strategy", false),
		.state = read_text(reading, object, "state", false),
		.engine = read_text(reading, object, "engine", false),
		.verdict = (enum verdict)read_word(
				reading, object, "verdict", verdict_names, VERDICT_SKIPPED + 1),
		.failed_step = read_count(reading, object, "failed_step", true),
		.error = read_error(reading, object),
		.reasons = read_reasons(reading, object),
		.version = read_texts(reading, object, "version", false),
		.schema = read_texts(reading, object, "schema", false),
		.shows = read_shows(reading, object),
		.runs = read_runs(reading, object),
		.elapsed_us = (int64_t)read_count(reading, object, "elapsed_us", false),
		.is_as_claimed = read_bool(reading, object, "as_claimed"),
		.claim = read_text(reading, object, "claim", false),
		.record_difference = read_texts(reading, object, "record_difference", false),
		.notes = read_texts(reading, object, "notes", false),
		.stubs = read_texts(reading, object, "stubs", true),
		.skip_reason = read_text(reading, object, "skip_reason", true),
		.story = read_texts(reading, object, "story", true),
	};
	outcome->record = read_record(reading, object, outcome);
	*cell = (struct merge_cell){
		.outcome = outcome,
		.name = outcome->name,
		.scenario = outcome->scenario,
		.strategy = outcome->strategy,
		.state = outcome->state,
		.engine = outcome->engine,
		.place = read_place(reading, object, "place"),
		.about = read_text(reading, object, "about", true),
	};
}

/* --- the whole ------------------------------------------------------------------------------- */

bool merge_split_name(str name, struct merge_cell *ret_cell)
{
	size_t colon = name.len, at, slash;

	while (colon && name.data[colon - 1] != ':') {
		colon--;
	}
	at = colon;
	while (at && name.data[at - 1] != '@') {
		at--;
	}
	slash = at;
	while (slash && name.data[slash - 1] != '/') {
		slash--;
	}
	if (!slash) {
		return false;
	}
	*ret_cell = (struct merge_cell){
		.name = name,
		.scenario = str_slice(name, 0, slash - 1),
		.strategy = str_slice(name, slash, at - 1 - slash),
		.state = str_slice(name, at, colon - 1 - at),
		.engine = str_slice(name, colon, name.len),
	};
	return true;
}

static void read_cells(struct reading *reading, const json_t *root, struct merge_run *run)
{
	const json_t *cells = member(reading, root, "cells", JSON_ARRAY, "a list", false);
	const json_t *open = member(reading, root, "unanswered", JSON_ARRAY, "a list", true);

	for (size_t i = 0; i < json_array_size(cells) && !reading->error; i++) {
		read_cell(reading, object_at(reading, cells, i, "cells"),
				LIST_PUSH(&run->cells, reading->arena));
	}
	for (size_t i = 0; i < json_array_size(open) && !reading->error; i++) {
		const json_t *item = object_at(reading, open, i, "unanswered");
		struct merge_cell *cell = LIST_PUSH(&run->cells, reading->arena);

		if (!merge_split_name(read_text(reading, item, "name", false), cell)) {
			refuse(reading, "name", "the name of a cell");
		}
		cell->failure = read_text(reading, item, "reason", true);
	}
}

static void read_scenarios(struct reading *reading, const json_t *root, struct merge_run *run)
{
	const json_t *list = member(reading, root, "scenarios", JSON_ARRAY, "a list", false);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = object_at(reading, list, i, "scenarios");

		*LIST_PUSH(&run->scenarios, reading->arena) = (struct merge_scenario){
			.name = read_text(reading, item, "name", false),
			.path = read_text(reading, item, "path", false),
			.title = read_text(reading, item, "title", true),
			.about = read_text(reading, item, "about", true),
			.lesson = read_text(reading, item, "lesson", true),
			.is_unclaimed = !read_bool(reading, item, "claims"),
		};
	}
}

static void read_shard(struct reading *reading, const json_t *root, struct report_shard *shard)
{
	const json_t *object = member(reading, root, "shard", JSON_OBJECT, "a part", true);

	if (!object) {
		return;
	}
	*shard = (struct report_shard){
		.part = read_count(reading, object, "part", false),
		.parts = read_count(reading, object, "parts", false),
		.all_cells = read_texts(reading, object, "cells", false),
	};
	if (!shard->part || shard->part > shard->parts) {
		refuse(reading, "part", "one of the parts");
	}
}

static void read_run(struct reading *reading, const json_t *root, struct merge_run *run)
{
	if (json_is_object(root) && json_object_get(root, "mistakes")) {
		reading->error = error_new(reading->arena, ERROR_INVALID,
				"'%.*s' is of a run that did not begin: scenario files have mistakes",
				STR_ARG(reading->path));
		return;
	}
	(void)read_text(reading, root, "rehearse", false);
	read_scenarios(reading, root, run);
	read_shard(reading, root, &run->shard);
	read_cells(reading, root, run);
	run->stale_records = read_texts(reading, root, "stale_records", true);
	run->not_played = read_count(reading, root, "not_played", true);
}

struct error *merge_parse(str path, str text, struct arena *arena, struct merge_run *ret_run)
{
	struct reading reading = { .path = path, .arena = arena };
	json_error_t wrong;
	json_t *root = json_loadb(text.data ? text.data : "", text.len, JSON_ALLOW_NUL, &wrong);

	*ret_run = (struct merge_run){ .path = path };
	if (!root) {
		return error_new(arena, ERROR_INVALID, "'%.*s' is no JSON: line %d: %s", STR_ARG(path),
				wrong.line, wrong.text);
	}
	read_run(&reading, root, ret_run);
	json_decref(root);
	return reading.error;
}

struct error *merge_read(str path, struct arena *arena, struct merge_run *ret_run)
{
	str text;
	struct error *error = file_read(path, MOST_BYTES, arena, &text);

	return error ? error : merge_parse(path, text, arena, ret_run);
}
