/*
 * A location for tools (docs/json.md).
 */
#include "kit/json.h"
#include "locate/locate.h"

static void add_revisions(struct json_writer *json, const char *key,
		const struct locate_problem *problem, const struct revision_numbers *numbers)
{
	json_open_array(json, key);
	for (size_t i = 0; i < numbers->count; i++) {
		json_add_text(json, NULL, problem->revisions.items[numbers->items[i]].id);
	}
	json_close_array(json);
}

static void add_parts(struct json_writer *json, const struct locate_problem *problem,
		const struct location *location)
{
	json_open_array(json, "partly");
	for (size_t i = 0; i < location->partly.count; i++) {
		const struct located_part *part = &location->partly.items[i];
		const struct traced_revision *revision = &problem->revisions.items[part->revision];

		json_open_object(json, NULL);
		json_add_text(json, "revision", revision->id);
		json_add_integer(json, "statements", (int64_t)part->statements);
		json_add_integer(json, "of", (int64_t)revision->statement_count);
		json_close_object(json);
	}
	json_close_array(json);
}

/* Revisions of which nobody knows what they do, and why not. */
static void add_unknown(struct json_writer *json, const struct locate_problem *problem)
{
	json_open_array(json, "not_replayed");
	for (size_t i = 0; i < problem->revisions.count; i++) {
		const struct traced_revision *revision = &problem->revisions.items[i];

		if (!revision->is_known) {
			json_open_object(json, NULL);
			json_add_text(json, "revision", revision->id);
			json_add_text(json, "message", revision->failure);
			json_close_object(json);
		}
	}
	json_close_array(json);
}

void location_render_json(const struct location_page *page, struct buf *out)
{
	const struct locate_problem *problem = page->problem;
	const struct location *location = page->location;
	struct json_writer json = { .out = out, .is_indented = true };

	json_open_object(&json, NULL);
	json_add_texts(&json, "rows", &problem->rows);
	json_add_bool(&json, "exact", location->is_exact);
	json_open_array(&json, "at");
	for (size_t i = 0; i < location->at.count; i++) {
		json_add_texts(&json, NULL, &location->at.items[i].rows);
	}
	json_close_array(&json);
	json_add_bool(&json, "more", location->has_more);
	add_revisions(&json, "ran", problem, &location->ran);
	add_revisions(&json, "not_ran", problem, &location->not_ran);
	add_revisions(&json, "holes", problem, &location->holes);
	add_parts(&json, problem, location);
	json_add_texts(&json, "foreign", &location->foreign);
	add_revisions(&json, "untraceable", problem, &location->untraceable);
	add_unknown(&json, problem);
	json_add_integer(&json, "facts", (int64_t)location->facts);
	json_add_integer(&json, "matching", (int64_t)location->matching);
	json_add_bool(&json, "row_is_true", location->row_is_true);
	json_add_texts(&json, "unknown_rows", &location->unknown_rows);
	json_open_array(&json, "stamps");
	for (size_t i = 0; i < page->stamps->count; i++) {
		json_add_text_or_null(&json, NULL, page->stamps->items[i]);
	}
	json_close_array(&json);
	json_add_texts(&json, "notes", &page->notes);
	json_close_object(&json);
	buf_add_char(out, '\n');
}
