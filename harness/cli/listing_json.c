#include "cli/listing.h"
#include "kit/arena.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *json_text(str text)
{
	return json_stringn(text.len ? text.data : "", text.len); // scenario files are UTF-8
}

static json_t *json_texts(const struct str_list *texts)
{
	json_t *array = json_array();

	for (size_t i = 0; i < texts->count; i++) {
		json_array_append_new(array, json_text(texts->items[i]));
	}
	return array;
}

static json_t *json_engines(const struct scenario *scenario)
{
	json_t *array = json_array();

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		if (scenario->engines[i]) {
			json_array_append_new(array, json_string(scenario_engine_names[i]));
		}
	}
	return array;
}

static json_t *json_scenario(const struct suite *suite, const struct listing_part *part)
{
	const struct scenario *scenario = part->scenario->scenario;
	json_t *object = json_object();
	json_t *cells = json_array();

	for (size_t i = 0; i < part->count; i++) {
		json_array_append_new(cells, json_text(suite->cells.items[part->cells[i]].name));
	}
	json_object_set_new(object, "name", json_text(scenario->name));
	json_object_set_new(object, "path", json_text(part->scenario->path));
	json_object_set_new(object, "family", json_text(part->family));
	json_object_set_new(object, "title", json_text(str_trim(scenario->title)));
	json_object_set_new(object, "story", json_text(scenario->story));
	json_object_set_new(object, "lesson", json_text(str_trim(scenario->lesson)));
	json_object_set_new(object, "tags", json_texts(&scenario->tags));
	json_object_set_new(object, "engines", json_engines(scenario));
	json_object_set_new(object, "cells", cells);
	return object;
}

static json_t *json_scenarios(const struct listing *listing)
{
	json_t *array = json_array();

	for (size_t i = 0; i < listing->parts.count; i++) {
		json_array_append_new(
				array, json_scenario(listing->suite, &listing->parts.items[i]));
	}
	return array;
}

static json_t *json_tags(const struct listing *listing, struct arena *arena)
{
	const struct tag_counts counts = listing_tags(listing, arena);
	json_t *array = json_array();

	for (size_t i = 0; i < counts.count; i++) {
		json_t *object = json_object();

		json_object_set_new(object, "tag", json_text(counts.items[i].tag));
		json_object_set_new(object, "scenarios",
				json_integer((json_int_t)counts.items[i].count));
		json_array_append_new(array, object);
	}
	return array;
}

void listing_render_json(const struct listing *listing, bool only_tags, struct buf *out)
{
	json_t *object = json_object();

	if (only_tags) {
		json_object_set_new(object, "tags", json_tags(listing, out->arena));
	} else {
		json_object_set_new(object, "scenarios", json_scenarios(listing));
	}
	char *text = json_dumps(object, JSON_INDENT(2));

	buf_format(out, "%s\n", text);
	free(text);
	json_decref(object);
}
