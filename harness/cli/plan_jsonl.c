#include "cli/plan_jsonl.h"

#include "kit/arena.h"
#include "cli/plan_jsonl_read.h"
#include "kit/json.h"
#include "revision/query.h"
#include "revision/version_rows.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum question {
	ASK_PLAN, /* upgrade, downgrade, stamp */
	ASK_HEADS,
	ASK_BASES,
	ASK_BRANCHES,
	ASK_RESOLVE,
	ASK_RESOLVE_ONE,
	ASK_HISTORY,
	ASK_CURRENT,
};

static const struct command_word {
	const char *name;
	enum question question;
	enum plan_op op;
} command_words[] = {
	{ .name = "upgrade", .question = ASK_PLAN, .op = PLAN_UPGRADE },
	{ .name = "downgrade", .question = ASK_PLAN, .op = PLAN_DOWNGRADE },
	{ .name = "stamp", .question = ASK_PLAN, .op = PLAN_STAMP },
	{ .name = "heads", .question = ASK_HEADS },
	{ .name = "bases", .question = ASK_BASES },
	{ .name = "branches", .question = ASK_BRANCHES },
	{ .name = "resolve", .question = ASK_RESOLVE },
	{ .name = "resolve_one", .question = ASK_RESOLVE_ONE },
	{ .name = "history", .question = ASK_HISTORY },
	{ .name = "current", .question = ASK_CURRENT },
};

/* One line of input. Texts are borrowed from its JSON. */
struct jsonl_case {
	struct arena *arena; /* borrowed */
	const json_t *root;
	struct revision_specs specs;
	struct str_list current, target;
	bool has_target;
	const struct command_word *command;
	bool purge, sql;
	int level;
};

bool plan_level_parse(str release, int *ret_level)
{
	for (int level = ALEMBIC_OLDEST; level <= ALEMBIC_NEWEST; level++) {
		char name[16];

		snprintf(name, sizeof(name), "1.%d", level);
		if (str_equal(release, str_from(name))) {
			*ret_level = level;
			return true;
		}
	}
	return false;
}

/* ---- reading ---- */

static struct error *bad_input(const struct jsonl_case *given, const char *key, const char *kind)
{
	return error_new(given->arena, ERROR_INVALID, "'%s' must be %s", key, kind);
}

static str text_of(const json_t *text)
{
	return (str){ json_string_value(text), json_string_length(text) };
}

/* null, a text, or a list of texts. */
static struct error *read_texts(const struct jsonl_case *given, const json_t *value,
		const char *key, struct str_list *ret_texts)
{
	if (json_is_string(value)) {
		str_list_add(ret_texts, text_of(value), given->arena);
		return NULL;
	}
	if (value && !json_is_null(value) && !json_is_array(value)) {
		return bad_input(given, key, "a text, a list of texts or null");
	}
	for (size_t i = 0; i < json_array_size(value); i++) {
		const json_t *item = json_array_get(value, i);

		if (!json_is_string(item)) {
			return bad_input(given, key, "a text, a list of texts or null");
		}
		str_list_add(ret_texts, text_of(item), given->arena);
	}
	return NULL;
}

static struct error *read_flag(const struct jsonl_case *given, const char *key, bool *ret_flag)
{
	const json_t *value = json_object_get(given->root, key);

	if (value && !json_is_null(value) && !json_is_boolean(value)) {
		return bad_input(given, key, "true or false");
	}
	*ret_flag = json_is_true(value);
	return NULL;
}

static struct error *read_command(struct jsonl_case *given)
{
	const json_t *name = json_object_get(given->root, "command");
	const json_t *level = json_object_get(given->root, "alembic");

	if (!json_is_string(name)) {
		return bad_input(given, "command", "a text");
	}
	for (size_t i = 0; i < COUNT_OF(command_words) && !given->command; i++) {
		if (str_equal(text_of(name), str_from(command_words[i].name))) {
			given->command = &command_words[i];
		}
	}
	if (!given->command) {
		return error_new(given->arena, ERROR_INVALID, "unknown command '%s'",
				json_string_value(name));
	}
	if (level && !json_is_null(level) &&
			(!json_is_string(level) ||
					!plan_level_parse(text_of(level), &given->level))) {
		return bad_input(given, "alembic", "a release such as \"1.8\"");
	}
	return NULL;
}

/* Which targets a command takes: some need one, a few take several. */
static struct error *check_target(const struct jsonl_case *given)
{
	const json_t *target = json_object_get(given->root, "target");
	const bool takes_list = given->command->question == ASK_RESOLVE ||
			(given->command->question == ASK_PLAN && given->command->op == PLAN_STAMP);
	const bool needs_one = given->command->question == ASK_PLAN;

	if (json_is_array(target) && !takes_list) {
		return bad_input(given, "target", "a text");
	}
	if (needs_one && !given->has_target) {
		return bad_input(given, "target",
				takes_list ? "a text or a list of texts" : "a text");
	}
	return NULL;
}

static struct error *read_case(struct jsonl_case *given, const struct jsonl_line *line)
{
	const json_t *target = json_object_get(given->root, "target");
	struct error *err;

	if (!json_is_object(given->root)) {
		return error_new(given->arena, ERROR_INVALID, "a case must be an object");
	}
	if (!line->has_revisions) {
		return bad_input(given, "revisions", "a list");
	}
	if (line->error) {
		return line->error;
	}
	given->specs = line->specs;
	given->has_target = target && !json_is_null(target);
	err = read_command(given);
	if (!err) {
		err = read_texts(given, json_object_get(given->root, "current"), "current",
				&given->current);
	}
	if (!err) {
		err = read_texts(given, target, "target", &given->target);
	}
	if (!err) {
		err = read_flag(given, "purge", &given->purge);
	}
	if (!err) {
		err = read_flag(given, "sql", &given->sql);
	}
	return err ? err : check_target(given);
}

/* ---- the version table of a case: a list ---- */

static struct error *rows_apply(void *data, const struct version_change *change,
		struct arena *arena, int64_t *ret_matched)
{
	struct str_list *rows = data;
	size_t kept = 0;
	int64_t matched = 0;

	if (change->op == VERSION_INSERT) {
		str_list_add(rows, change->to, arena);
		*ret_matched = 1;
		return NULL;
	}
	for (size_t i = 0; i < rows->count; i++) {
		const bool matches = str_equal(rows->items[i], change->from);

		matched += matches;
		if (!matches) {
			rows->items[kept++] = rows->items[i];
		} else if (change->op == VERSION_UPDATE) {
			rows->items[kept++] = change->to;
		}
	}
	rows->count = kept;
	*ret_matched = matched;
	return NULL;
}

/* ---- answering ---- */

struct answer {
	struct plan plan;
	size_t step_count;           /* of the plan's steps: those that were done */
	struct str_list rows;        /* what stands after the last of them */
	struct str_list ids;         /* the result of a query; data NULL: None */
	struct branch_points points; /* that of ASK_BRANCHES */
};

static void set_texts(struct str_list *list, const struct str_list *texts, struct arena *arena)
{
	list->count = 0;
	for (size_t i = 0; i < texts->count; i++) {
		str_list_add(list, texts->items[i], arena);
	}
}

static struct str_list copy_of(const struct str_list *texts, struct arena *arena)
{
	struct str_list copy = { 0 };

	set_texts(&copy, texts, arena);
	return copy;
}

/* Take the steps one by one; answers the steps done, and what stands after the last of them. */
static struct error *take_steps(const struct jsonl_case *given, struct revision_history *history,
		const struct str_list *start, struct answer *answer)
{
	struct arena *arena = given->arena;
	struct version_keeper *keeper = version_keeper_new(
			history, start, STR("alembic_version"), !given->sql, arena);
	struct str_list table = copy_of(start, arena);
	const struct version_store store = { .data = &table, .apply = rows_apply };

	for (size_t i = 0; i < answer->plan.count; i++) {
		struct error *err =
				version_keeper_apply(keeper, &answer->plan.steps[i], &store, arena);

		if (err) {
			return err;
		}
		answer->step_count++;
		set_texts(&answer->rows, &table, arena);
	}
	return NULL;
}

static struct error *answer_plan(const struct jsonl_case *given, struct revision_history *history,
		struct answer *answer)
{
	const struct plan_request request = {
		.op = given->command->op,
		.targets = given->target,
		.purge = given->purge && given->command->op == PLAN_STAMP,
		.sql = given->sql,
	};
	struct str_list start = { 0 };
	struct error *err = plan_command(
			history, &request, &given->current, given->arena, &start, &answer->plan);

	if (!given->sql) {
		answer->rows = copy_of(&start, given->arena);
	}
	return err ? err : take_steps(given, history, &start, answer);
}

static struct error *answer_query(const struct jsonl_case *given, struct revision_history *history,
		struct answer *answer)
{
	struct arena *arena = given->arena;
	const str target = given->target.count ? given->target.items[0] : STR("base");

	switch (given->command->question) {
	case ASK_PLAN:
		break;
	case ASK_HEADS:
		return query_heads(history, arena, &answer->ids);
	case ASK_BASES:
		return revision_history_bases(history, arena, &answer->ids);
	case ASK_BRANCHES:
		return query_branches(history, arena, &answer->points);
	case ASK_RESOLVE:
		return query_resolve(history, &given->target, arena, &answer->ids);
	case ASK_RESOLVE_ONE:
		return query_resolve_one(history, target, arena, &answer->ids);
	case ASK_HISTORY:
		return query_history(history, given->has_target ? target : (str){ 0 },
				&given->current, arena, &answer->ids);
	case ASK_CURRENT:
		return query_current(history, &given->current, arena, &answer->ids);
	}
	return answer_plan(given, history, answer);
}

/* ---- writing ---- */

/* Keys are written in the order of the alphabet, so that lines can be compared with those of other tools. */
static void add_ids(struct json_writer *json, const char *key, const struct str_list *ids)
{
	json_open_array(json, key);
	for (size_t i = 0; i < ids->count; i++) {
		if (ids->items[i].data) {
			json_add_text(json, NULL, ids->items[i]);
		} else {
			json_add_null(json, NULL);
		}
	}
	json_close_array(json);
}

/* The same, sorted from the item `from` on. */
static void add_sorted(struct json_writer *json, const char *key, const struct str_list *ids,
		size_t from, struct arena *arena)
{
	const struct str_list copy = copy_of(ids, arena);

	if (from < copy.count) {
		struct str_list tail = { .items = copy.items + from, .count = copy.count - from };

		str_list_sort(&tail);
	}
	add_ids(json, key, &copy);
}

/* Ids below a step: down revisions as listed, dependencies sorted as Alembic's order is undefined. */
static void add_below(struct json_writer *json, const char *key, const struct jsonl_case *given,
		const struct plan_step *step, const struct str_list *ids)
{
	const struct str_list down =
			spec_down_revision(&given->specs.items[step->spec], given->level);

	add_sorted(json, key, ids, down.count, given->arena);
}

static void add_step(struct json_writer *json, const struct jsonl_case *given,
		const struct plan_step *step)
{
	static const char *const names[] = {
		[PLAN_UPGRADE] = "upgrade",
		[PLAN_DOWNGRADE] = "downgrade",
		[PLAN_STAMP] = "stamp",
	};

	json_open_object(json, NULL);
	if (step->op == PLAN_UPGRADE) {
		add_below(json, "from", given, step, &step->from);
	} else {
		add_sorted(json, "from", &step->from, 0, given->arena);
	}
	json_add_text(json, "op", str_from(names[step->op]));
	json_add_text(json, "revision", step->revision);
	if (step->op == PLAN_DOWNGRADE) {
		add_below(json, "to", given, step, &step->to);
	} else {
		add_sorted(json, "to", &step->to, 0, given->arena);
	}
	json_close_object(json);
}

static void add_points(struct json_writer *json, const struct branch_points *points)
{
	json_open_array(json, "result");
	for (size_t i = 0; i < points->count; i++) {
		json_open_object(json, NULL);
		add_ids(json, "children", &points->items[i].children);
		json_add_text(json, "revision", points->items[i].revision);
		json_close_object(json);
	}
	json_close_array(json);
}

/* The members that every answer has: how it went, and the id of the case. */
static void add_beginning(
		struct json_writer *json, const struct jsonl_case *given, const struct error *err)
{
	const json_t *id = json_object_get(given->root, "id");

	if (err) {
		json_add_text(json, "error_class", err->class_name);
	}
	if (id) {
		char *text = json_dumps(id, JSON_ENCODE_ANY | JSON_SORT_KEYS | JSON_ENSURE_ASCII);

		json_add_copy(json, "id", str_from(text));
		free(text);
	}
	if (err) {
		json_add_text(json, "message", err->message);
	}
	json_add_bool(json, "ok", !err);
}

/* So much of an answer is in memory. */
#define PART_BYTES ((size_t)64 * 1024)

/* Hand on what was written, if it is much. */
static void hand_on(struct buf *text, const struct jsonl_out *out)
{
	if (text->len >= PART_BYTES) {
		out->take(buf_str(text), out->data);
		text->len = 0;
	}
}

static void write_answer(struct json_writer *json, const struct jsonl_case *given,
		const struct answer *answer, const struct error *err, const struct jsonl_out *out)
{
	add_beginning(json, given, err);
	if (!err && given->command->question == ASK_BRANCHES) {
		add_points(json, &answer->points);
	} else if (!err && given->command->question != ASK_PLAN) {
		add_ids(json, "result", &answer->ids);
	}
	struct jsonl_case churning = *given;
	struct arena churn;

	arena_init(&churn, given->arena->full, given->arena->full_data);
	churning.arena = &churn;
	json_open_array(json, "steps");
	for (size_t i = 0; i < answer->step_count; i++) {
		const struct arena_mark mark = arena_mark(&churn);

		add_step(json, &churning, &answer->plan.steps[i]);
		hand_on(json->out, out);
		arena_rewind(&churn, mark);
	}
	json_close_array(json);
	arena_finish(&churn);
	if (given->sql) {
		json_add_null(json, "version_rows");
	} else {
		add_sorted(json, "version_rows", &answer->rows, 0, given->arena);
	}
}

void plan_jsonl_answer(str text, int level, struct arena *arena, const struct jsonl_out *out)
{
	struct buf buf = { .arena = arena };
	struct json_writer json = { .out = &buf, .is_ascii = true };
	struct jsonl_line line;

	plan_jsonl_read(text, arena, &line);
	struct jsonl_case given = { .arena = arena, .root = line.root, .level = level };
	struct error *err = line.root ? read_case(&given, &line)
				      : error_new(arena, ERROR_INVALID, "column %d: %s",
							line.mistake.column, line.mistake.text);

	json_open_object(&json, NULL);
	if (err) {
		err->class_name = STR("BadInput");
		add_beginning(&json, &given, err);
	} else {
		struct answer answer = { .rows = copy_of(&given.current, arena) };
		struct revision_history *history =
				revision_history_new(&given.specs, given.level, arena);

		err = answer_query(&given, history, &answer);
		write_answer(&json, &given, &answer, err, out);
	}
	json_close_object(&json);
	buf_add_char(&buf, '\n');
	out->take(buf_str(&buf), out->data);
	json_decref(line.root);
}
