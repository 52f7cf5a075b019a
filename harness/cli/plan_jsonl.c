#include "cli/plan_jsonl.h"

#include "kit/arena.h"
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

static struct error *read_revision(struct jsonl_case *given, const json_t *value)
{
	struct revision_spec *spec = LIST_PUSH(&given->specs, given->arena);
	const json_t *revision = json_object_get(value, "revision");

	if (!json_is_string(revision)) {
		return bad_input(given, "revision", "a text");
	}
	const json_t *down = json_object_get(value, "down_revision");

	spec->revision = text_of(revision);
	spec->lists_down_revision = json_is_array(down);
	struct error *err = read_texts(given, down, "down_revision", &spec->down_revision);

	if (!err) {
		err = read_texts(given, json_object_get(value, "branch_labels"), "branch_labels",
				&spec->branch_labels);
	}
	return err ? err
		   : read_texts(given, json_object_get(value, "depends_on"), "depends_on",
				     &spec->depends_on);
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

static struct error *read_case(struct jsonl_case *given)
{
	const json_t *revisions = json_object_get(given->root, "revisions");
	const json_t *target = json_object_get(given->root, "target");
	struct error *err;

	if (!json_is_object(given->root)) {
		return error_new(given->arena, ERROR_INVALID, "a case must be an object");
	}
	if (!json_is_array(revisions)) {
		return bad_input(given, "revisions", "a list");
	}
	for (size_t i = 0; i < json_array_size(revisions); i++) {
		err = read_revision(given, json_array_get(revisions, i));
		if (err) {
			return err;
		}
	}
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

static json_t *text_json(str text)
{
	json_t *value = json_stringn(text.data ? text.data : "", text.len);

	// not UTF-8 only where a text of the case was cut inside a character
	return value ? value : json_stringn_nocheck("", 0);
}

static json_t *texts_json(const struct str_list *texts)
{
	json_t *list = json_array();

	for (size_t i = 0; i < texts->count; i++) {
		json_array_append_new(list,
				texts->items[i].data ? text_json(texts->items[i]) : json_null());
	}
	return list;
}

static json_t *sorted_json(const struct str_list *texts, size_t from, struct arena *arena)
{
	struct str_list sorted = { 0 };

	for (size_t i = 0; i < texts->count; i++) {
		str_list_add(&sorted, texts->items[i], arena);
	}
	struct str_list tail = { .items = sorted.items + from, .count = sorted.count - from };

	str_list_sort(&tail);
	return texts_json(&sorted);
}

/* The ids below a step: down revisions as listed, dependencies sorted as Alembic's order is undefined. */
static json_t *below_json(const struct jsonl_case *given, const struct plan_step *step,
		const struct str_list *ids)
{
	const struct str_list down =
			spec_down_revision(&given->specs.items[step->spec], given->level);

	return sorted_json(ids, down.count, given->arena);
}

static json_t *step_json(const struct jsonl_case *given, const struct plan_step *step)
{
	static const char *const names[] = {
		[PLAN_UPGRADE] = "upgrade",
		[PLAN_DOWNGRADE] = "downgrade",
		[PLAN_STAMP] = "stamp",
	};
	json_t *object = json_object();

	json_object_set_new(object, "op", json_string(names[step->op]));
	json_object_set_new(object, "revision", text_json(step->revision));
	json_object_set_new(object, "from",
			step->op == PLAN_UPGRADE ? below_json(given, step, &step->from)
						 : sorted_json(&step->from, 0, given->arena));
	json_object_set_new(object, "to",
			step->op == PLAN_DOWNGRADE ? below_json(given, step, &step->to)
						   : sorted_json(&step->to, 0, given->arena));
	return object;
}

/* Take the steps one by one; answers the steps done, and in `rows` what stands after the last of them. */
static struct error *take_steps(const struct jsonl_case *given, struct revision_history *history,
		const struct plan *plan, const struct str_list *start, json_t *steps,
		struct str_list *rows)
{
	struct arena *arena = given->arena;
	struct version_keeper *keeper = version_keeper_new(
			history, start, STR("alembic_version"), !given->sql, arena);
	struct str_list table = { 0 };
	const struct version_store store = { .data = &table, .apply = rows_apply };

	for (size_t i = 0; i < start->count; i++) {
		str_list_add(&table, start->items[i], arena);
	}
	for (size_t i = 0; i < plan->count; i++) {
		struct error *err = version_keeper_apply(keeper, &plan->steps[i], &store, arena);

		if (err) {
			return err;
		}
		json_array_append_new(steps, step_json(given, &plan->steps[i]));
		rows->count = 0;
		for (size_t j = 0; j < table.count; j++) {
			str_list_add(rows, table.items[j], arena);
		}
	}
	return NULL;
}

static struct error *answer_plan(const struct jsonl_case *given, struct revision_history *history,
		json_t *steps, struct str_list *rows)
{
	const struct plan_request request = {
		.op = given->command->op,
		.targets = given->target,
		.purge = given->purge && given->command->op == PLAN_STAMP,
		.sql = given->sql,
	};
	struct str_list start;
	struct plan plan;
	struct error *err = plan_command(
			history, &request, &given->current, given->arena, &start, &plan);

	if (!given->sql) {
		rows->count = 0;
		for (size_t i = 0; i < start.count; i++) {
			str_list_add(rows, start.items[i], given->arena);
		}
	}
	return err ? err : take_steps(given, history, &plan, &start, steps, rows);
}

static json_t *branches_json(const struct branch_points *points)
{
	json_t *list = json_array();

	for (size_t i = 0; i < points->count; i++) {
		json_t *point = json_object();

		json_object_set_new(point, "revision", text_json(points->items[i].revision));
		json_object_set_new(point, "children", texts_json(&points->items[i].children));
		json_array_append_new(list, point);
	}
	return list;
}

static struct error *answer_query(const struct jsonl_case *given, struct revision_history *history,
		json_t **ret_result)
{
	struct arena *arena = given->arena;
	const str target = given->target.count ? given->target.items[0] : STR("base");
	struct branch_points points;
	struct str_list ids = { 0 };
	struct error *err = NULL;

	switch (given->command->question) {
	case ASK_PLAN:
		break;
	case ASK_HEADS:
		err = query_heads(history, arena, &ids);
		break;
	case ASK_BASES:
		err = revision_history_bases(history, arena, &ids);
		break;
	case ASK_BRANCHES:
		err = query_branches(history, arena, &points);
		if (!err) {
			*ret_result = branches_json(&points);
		}
		return err;
	case ASK_RESOLVE:
		err = query_resolve(history, &given->target, arena, &ids);
		break;
	case ASK_RESOLVE_ONE:
		err = query_resolve_one(history, target, arena, &ids);
		break;
	case ASK_HISTORY:
		err = query_history(history, given->has_target ? target : (str){ 0 },
				&given->current, arena, &ids);
		break;
	case ASK_CURRENT:
		err = query_current(history, &given->current, arena, &ids);
		break;
	}
	if (!err) {
		*ret_result = texts_json(&ids);
	}
	return err;
}

static void set_error(json_t *answer, const struct error *err)
{
	json_object_set_new(answer, "ok", json_false());
	json_object_set_new(answer, "error_class", text_json(err->class_name));
	json_object_set_new(answer, "message", text_json(err->message));
}

static json_t *answer_case(struct jsonl_case *given)
{
	json_t *answer = json_object(), *steps = json_array(), *result = NULL;
	struct revision_history *history =
			revision_history_new(&given->specs, given->level, given->arena);
	struct str_list rows = { 0 };
	struct error *err;

	for (size_t i = 0; i < given->current.count; i++) {
		str_list_add(&rows, given->current.items[i], given->arena);
	}
	err = given->command->question == ASK_PLAN ? answer_plan(given, history, steps, &rows)
						   : answer_query(given, history, &result);
	if (json_object_get(given->root, "id")) {
		json_object_set(answer, "id", json_object_get(given->root, "id"));
	}
	if (err) {
		set_error(answer, err);
	} else {
		json_object_set_new(answer, "ok", json_true());
	}
	json_object_set_new(answer, "steps", steps);
	json_object_set_new(answer, "version_rows",
			given->sql ? json_null() : sorted_json(&rows, 0, given->arena));
	if (result) {
		json_object_set_new(answer, "result", result);
	}
	return answer;
}

void plan_jsonl_answer(str line, int level, struct arena *arena, struct buf *out)
{
	json_error_t mistake;
	json_t *root = json_loadb(line.data, line.len, 0, &mistake);
	struct jsonl_case given = { .arena = arena, .root = root, .level = level };
	json_t *answer;
	struct error *err = root ? read_case(&given)
				 : error_new(arena, ERROR_INVALID, "column %d: %s", mistake.column,
						   mistake.text);

	if (err) {
		err->class_name = STR("BadInput");
		answer = json_object();
		set_error(answer, err);
		if (json_object_get(root, "id")) {
			json_object_set(answer, "id", json_object_get(root, "id"));
		}
	} else {
		answer = answer_case(&given);
	}
	char *text = json_dumps(answer, JSON_SORT_KEYS | JSON_ENSURE_ASCII);

	buf_add(out, str_from(text));
	buf_add_char(out, '\n');
	free(text);
	json_decref(answer);
	json_decref(root);
}
