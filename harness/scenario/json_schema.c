#include "scenario/json_schema.h"

#include "scenario/reader.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

/* Other readers of YAML take 0003 for a number, no for a boolean and 2025-08-13 for a date: all are text here. */
#define SCHEMA_TEXT "{\"not\": {\"type\": [\"object\", \"array\"]}}"

static const struct shape *const shapes[] = {
	&shape_configure,
	&shape_revision,
	&shape_revision_change,
	&shape_revisions_elsewhere,
	&shape_sql,
	&shape_state,
	&shape_strategy,
	&shape_edit,
	&shape_step,
	&shape_merge,
	&shape_check,
	&shape_goal_check,
	&shape_goal,
	&shape_goal_schema,
	&shape_claim,
};

static json_t *from_text(const char *text)
{
	json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	assert(value); // the texts are those of our own tables
	return value;
}

static void describe_shape(const struct shape *shape, json_t *schema)
{
	json_t *properties = json_object();
	json_t *required = json_array();

	for (size_t i = 0; i < shape->field_count; i++) {
		const struct field *field = &shape->fields[i];

		json_object_set_new(properties, field->name, from_text(field->kind->schema));
		if (field->is_required && !shape->is_partial) {
			json_array_append_new(required, json_string(field->name));
		}
	}
	json_object_set_new(schema, "type", json_string("object"));
	if (json_array_size(required)) {
		json_object_set(schema, "required", required);
	}
	json_object_set_new(schema, "additionalProperties", json_false());
	json_object_set_new(schema, "properties", properties);
	json_decref(required);
}

str scenario_json_schema(struct arena *arena)
{
	json_t *schema = json_object();
	json_t *definitions = json_object();

	json_object_set_new(
			schema, "$schema", json_string("http://json-schema.org/draft-07/schema#"));
	json_object_set_new(schema, "title", json_string("A scenario of Rehearse"));
	describe_shape(&shape_scenario, schema);
	json_object_set_new(definitions, "text", from_text(SCHEMA_TEXT));
	for (size_t i = 0; i < COUNT_OF(shapes); i++) {
		json_t *definition = json_object();

		describe_shape(shapes[i], definition);
		json_object_set_new(definitions, shapes[i]->name, definition);
	}
	json_object_set_new(schema, "definitions", definitions);
	char *text = json_dumps(schema, JSON_INDENT(2));

	assert(text);
	const str copy = str_format(arena, "%s\n", text);

	free(text);
	json_decref(schema);
	return copy;
}
