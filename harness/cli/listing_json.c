#include "cli/listing.h"
#include "kit/arena.h"
#include "kit/json.h"

static void add_engines(struct json_writer *json, const struct scenario *scenario)
{
	json_open_array(json, "engines");
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		if (scenario->engines[i]) {
			json_add_text(json, NULL, str_from(scenario_engine_names[i]));
		}
	}
	json_close_array(json);
}

static void add_scenario(struct json_writer *json, const struct suite *suite,
		const struct listing_part *part)
{
	const struct scenario *scenario = part->scenario->scenario;

	json_open_object(json, NULL);
	json_add_text(json, "name", scenario->name);
	json_add_text(json, "path", part->scenario->path);
	json_add_text(json, "family", part->family);
	json_add_text(json, "title", str_trim(scenario->title));
	json_add_text(json, "story", scenario->story);
	json_add_text(json, "lesson", str_trim(scenario->lesson));
	json_add_texts(json, "tags", &scenario->tags);
	add_engines(json, scenario);
	json_open_array(json, "cells");
	for (size_t i = 0; i < part->count; i++) {
		json_add_text(json, NULL, suite->cells.items[part->cells[i]].name);
	}
	json_close_array(json);
	json_close_object(json);
}

static void add_scenarios(struct json_writer *json, const struct listing *listing)
{
	json_open_array(json, "scenarios");
	for (size_t i = 0; i < listing->parts.count; i++) {
		add_scenario(json, listing->suite, &listing->parts.items[i]);
	}
	json_close_array(json);
}

static void add_tags(struct json_writer *json, const struct listing *listing)
{
	const struct tag_counts counts = listing_tags(listing, json->out->arena);

	json_open_array(json, "tags");
	for (size_t i = 0; i < counts.count; i++) {
		json_open_object(json, NULL);
		json_add_text(json, "tag", counts.items[i].tag);
		json_add_integer(json, "scenarios", (int64_t)counts.items[i].count);
		json_close_object(json);
	}
	json_close_array(json);
}

void listing_render_json(const struct listing *listing, bool only_tags, struct buf *out)
{
	struct json_writer json = { .out = out, .is_indented = true };

	json_open_object(&json, NULL);
	if (only_tags) {
		add_tags(&json, listing);
	} else {
		add_scenarios(&json, listing);
	}
	json_close_object(&json);
	buf_add_char(out, '\n');
}
