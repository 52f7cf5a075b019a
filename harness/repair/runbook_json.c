/*
 * For tools.
 */
#include "kit/arena.h"
#include "kit/json.h"
#include "repair/runbook.h"

static void add_steps(const struct repair_result *result, const struct steps *steps,
		struct json_writer *json, struct arena *arena)
{
	json_open_array(json, "steps");
	for (size_t i = 0; steps && i < steps->count; i++) {
		const struct step *step = &steps->items[i];
		const bool is_sql = step->kind == STEP_SQL;

		json_open_object(json, NULL);
		json_add_text(json, "kind", str_from(step_kind_names[step->kind]));
		if (is_sql) {
			json_add_text(json, "sql", step->sql.by_engine[result->engine].text);
		} else {
			json_add_text(json, "command",
					repair_step_words(step, result->engine, arena));
		}
		json_close_object(json);
	}
	json_close_array(json);
}

static void add_tried(const struct repair_result *result, struct json_writer *json)
{
	json_open_array(json, "tried");
	for (size_t i = 0; i < result->attempts.count; i++) {
		const struct repair_attempt *attempt = &result->attempts.items[i];

		json_open_object(json, NULL);
		json_add_text(json, "tree", result->trees->items[attempt->tree].title);
		json_add_integer(json, "files", (int64_t)result->trees->items[attempt->tree].files);
		json_add_text_or_null(json, "state", attempt->state);
		json_add_text(json, "steps", attempt->words);
		json_add_text(json, "why", attempt->why);
		json_add_text(json, "verdict", attempt->verdict);
		json_add_text_or_null(json, "reason", attempt->reason);
		json_add_bool(json, "works", attempt->works);
		json_close_object(json);
	}
	json_close_array(json);
}

static void add_statements(const struct repair_of_state *state, struct json_writer *json)
{
	json_open_array(json, "statements");
	for (size_t i = 0; i < state->statements.count; i++) {
		const struct repair_statement *statement = &state->statements.items[i];

		json_open_object(json, NULL);
		json_add_integer(json, "step", (int64_t)statement->step);
		json_add_text_or_null(json, "revision", statement->revision);
		json_add_text(json, "sql", statement->text);
		json_close_object(json);
	}
	json_close_array(json);
}

static void add_databases(
		const struct repair_result *result, struct json_writer *json, struct arena *arena)
{
	json_open_array(json, "databases");
	for (size_t i = 0; i < result->states.count; i++) {
		const struct repair_of_state *state = &result->states.items[i];

		json_open_object(json, NULL);
		json_add_text(json, "state", state->state);
		json_add_bool(json, "works", state->steps != NULL);
		json_add_texts(json, "rows_before", &state->database->rows);
		json_add_text_or_null(json, "why", state->steps ? state->steps->why : (str){ 0 });
		add_steps(result, state->steps ? &state->steps->steps : NULL, json, arena);
		json_add_texts(json, "rows_after", &state->rows);
		add_statements(state, json);
		json_add_text_or_null(json, "cell", state->cell);
		json_add_text_or_null(json, "verdict", state->verdict);
		json_close_object(json);
	}
	json_close_array(json);
}

void repair_render_json(const struct repair_page *page, struct buf *out)
{
	const struct repair_result *result = page->result;
	const struct repair_tree *tree = &result->trees->items[result->tree];
	struct json_writer json = { .out = out, .is_indented = true };

	json_open_object(&json, NULL);
	json_add_text(&json, "source", result->scenario);
	json_add_text(&json, "engine", str_from(scenario_engine_names[result->engine]));
	json_add_bool(&json, "found", result->is_found);
	json_add_bool(&json, "late", result->is_late);
	json_add_integer(&json, "replays", (int64_t)result->attempts.count);
	add_tried(result, &json);
	json_open_object(&json, result->is_found ? "repair" : "nearest");
	json_add_text(&json, "title", tree->title);
	json_add_integer(&json, "files", (int64_t)tree->files);
	json_add_texts(&json, "changes", &tree->changes);
	json_add_text_or_null(&json, "patch", result->patch);
	json_add_texts(&json, "remarks", &result->remarks);
	add_databases(result, &json, out->arena);
	json_close_object(&json);
	json_close_object(&json);
	buf_add_char(out, '\n');
}
