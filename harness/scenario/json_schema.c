#include "scenario/json_schema.h"

#include "kit/arena.h"
#include "kit/json.h"
#include "scenario/reader.h"

/* Other readers of YAML take 0003 for a number, no for a boolean and 2025-08-13 for a date: all are text here. */
#define SCHEMA_TEXT "{\"not\": {\"type\": [\"object\", \"array\"]}}"

static const struct shape *const shapes[] = {
	&shape_configure,
	&shape_revision,
	&shape_revision_change,
	&shape_revisions_elsewhere,
	&shape_load,
	&shape_sql,
	&shape_sql_file,
	&shape_state,
	&shape_strategy,
	&shape_edit,
	&shape_step,
	&shape_merge,
	&shape_check,
	&shape_goal_check,
	&shape_goal,
	&shape_goal_schema,
	&shape_kept_keys,
	&shape_claim,
};

/* Draft 7 takes no notice of what stands beside a "$ref", so the kind stands in an "allOf" beside the help. */
static void describe_field(const struct field *field, struct json_writer *json)
{
	json_open_object(json, field->name);
	json_add_text(json, "description", str_from(field->help));
	json_open_array(json, "allOf");
	json_add_copy(json, NULL, str_from(field->kind->schema));
	json_close_array(json);
	json_close_object(json);
}

/* The members of an object that describes `shape`. */
static void describe_shape(const struct shape *shape, struct json_writer *json)
{
	struct str_list required = { 0 };

	for (size_t i = 0; i < shape->field_count; i++) {
		if (shape->fields[i].is_required && !shape->is_partial) {
			str_list_add(&required, str_from(shape->fields[i].name), json->out->arena);
		}
	}
	json_add_text(json, "type", STR("object"));
	if (required.count) {
		json_add_texts(json, "required", &required);
	}
	json_add_bool(json, "additionalProperties", false);
	json_open_object(json, "properties");
	for (size_t i = 0; i < shape->field_count; i++) {
		describe_field(&shape->fields[i], json);
	}
	json_close_object(json);
}

str scenario_json_schema(struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct json_writer json = { .out = &out, .is_indented = true };

	json_open_object(&json, NULL);
	json_add_text(&json, "$schema", STR("http://json-schema.org/draft-07/schema#"));
	json_add_text(&json, "title", STR("A scenario of Rehearse"));
	describe_shape(&shape_scenario, &json);
	json_open_object(&json, "definitions");
	json_add_copy(&json, "text", STR(SCHEMA_TEXT));
	for (size_t i = 0; i < COUNT_OF(shapes); i++) {
		json_open_object(&json, shapes[i]->name);
		describe_shape(shapes[i], &json);
		json_close_object(&json);
	}
	json_close_object(&json);
	json_close_object(&json);
	buf_add_char(&out, '\n');
	return buf_str(&out);
}
