#include "report/sarif.h"

#include "kit/arena.h"
#include "kit/json.h"
#include "kit/table.h"

#include <inttypes.h>
#include <string.h>

#define SCHEMA \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

/* SARIF wants a URI: what is no plain character stands as its number. */
static str uri_of(str path, struct arena *arena)
{
	struct buf uri = { .arena = arena };

	for (size_t i = 0; i < path.len; i++) {
		const unsigned char c = (unsigned char)path.data[i];
		const bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
				(c >= 'a' && c <= 'z') || (c && strchr("-._~/", c));

		if (is_plain) {
			buf_add_char(&uri, (char)c);
		} else {
			buf_format(&uri, "%%%02X", c);
		}
	}
	return buf_str(&uri);
}

static void add_message(struct json_writer *json, const char *key, str text)
{
	json_open_object(json, key);
	json_add_text(json, "text", text);
	json_close_object(json);
}

static void add_rules(struct json_writer *json, const struct sarif_log *log)
{
	json_open_array(json, "rules");
	for (size_t i = 0; i < log->rule_count; i++) {
		const struct sarif_rule *rule = &log->rules[i];
		const str title = str_format(
				json->out->arena, "%c%s.", rule->title[0] & ~0x20, rule->title + 1);

		json_open_object(json, NULL);
		json_add_text(json, "id", str_from(rule->id));
		add_message(json, "shortDescription", title);
		add_message(json, "help",
				rule->help[0] ? str_format(json->out->arena, "%.*s %s",
								STR_ARG(title), rule->help)
					      : title);
		json_open_object(json, "defaultConfiguration");
		json_add_text(json, "level", STR("error"));
		json_close_object(json);
		json_close_object(json);
	}
	json_close_array(json);
}

static void add_tool(struct json_writer *json, const struct sarif_log *log)
{
	json_open_object(json, "tool");
	json_open_object(json, "driver");
	json_add_text(json, "name", STR("Rehearse"));
	json_add_text(json, "version", str_from(log->program_version));
	add_rules(json, log);
	json_close_object(json);
	json_close_object(json);
}

static void add_region(struct json_writer *json, struct span where)
{
	const struct place start = span_place(where);
	const struct place end = span_place((struct span){
			.source = where.source, .offset = where.offset + where.len });

	json_open_object(json, "region");
	json_add_integer(json, "startLine", (int64_t)start.line);
	json_add_integer(json, "startColumn", (int64_t)start.column);
	json_add_integer(json, "endLine", (int64_t)end.line);
	json_add_integer(json, "endColumn", (int64_t)end.column);
	json_close_object(json);
}

static void add_place(struct json_writer *json, const struct sarif_place *place, str subject)
{
	json_open_object(json, NULL);
	json_open_object(json, "physicalLocation");
	json_open_object(json, "artifactLocation");
	if (str_starts_with(place->path, STR("/"))) { // outside of the repository
		json_add_text(json, "uri",
				str_format(json->out->arena, "file://%.*s",
						STR_ARG(uri_of(place->path, json->out->arena))));
	} else {
		json_add_text(json, "uri", uri_of(place->path, json->out->arena));
		json_add_text(json, "uriBaseId", STR("%SRCROOT%"));
	}
	json_close_object(json);
	if (place->where.source) {
		add_region(json, place->where);
	}
	json_close_object(json);
	if (subject.len) {
		json_open_array(json, "logicalLocations");
		json_open_object(json, NULL);
		json_add_text(json, "name", subject);
		json_close_object(json);
		json_close_array(json);
	}
	if (place->message.len) {
		add_message(json, "message", place->message);
	}
	json_close_object(json);
}

/*
 * Findings with the same fingerprint are told apart by their number. The name is that by which GitHub tells what it has
 * seen before; it makes one up from the line alone where there is none.
 */
static void add_fingerprint(struct json_writer *json, str fingerprint, struct table *seen)
{
	uint32_t count = 0;

	(void)table_find(seen, fingerprint, &count);
	table_set(seen, fingerprint, ++count);
	json_open_object(json, "partialFingerprints");
	json_add_text(json, "primaryLocationLineHash",
			str_format(json->out->arena, "%016" PRIx64 ":%" PRIu32,
					str_hash(fingerprint), count));
	json_close_object(json);
}

static void add_change(struct json_writer *json, const struct sarif_change *change)
{
	json_open_object(json, NULL);
	json_open_object(json, "artifactLocation");
	json_add_text(json, "uri", uri_of(change->path, json->out->arena));
	json_add_text(json, "uriBaseId", STR("%SRCROOT%"));
	json_close_object(json);
	json_open_array(json, "replacements");
	for (size_t i = 0; i < change->replacements.count; i++) {
		const struct sarif_replacement *replacement = &change->replacements.items[i];

		json_open_object(json, NULL);
		json_open_object(json, "deletedRegion");
		json_add_integer(json, "startLine", (int64_t)replacement->line);
		json_add_integer(json, "startColumn", 1);
		json_add_integer(
				json, "endLine", (int64_t)(replacement->line + replacement->count));
		json_add_integer(json, "endColumn", 1);
		json_close_object(json);
		add_message(json, "insertedContent", replacement->text);
		json_close_object(json);
	}
	json_close_array(json);
	json_close_object(json);
}

static void add_fixes(struct json_writer *json, const struct sarif_result *result)
{
	json_open_array(json, "fixes");
	json_open_object(json, NULL);
	add_message(json, "description", result->change_text);
	json_open_array(json, "artifactChanges");
	for (size_t i = 0; i < result->changes.count; i++) {
		add_change(json, &result->changes.items[i]);
	}
	json_close_array(json);
	json_close_object(json);
	json_close_array(json);
}

static void add_result(struct json_writer *json, const struct sarif_log *log,
		const struct sarif_result *result, struct table *seen)
{
	json_open_object(json, NULL);
	json_add_text(json, "ruleId", str_from(log->rules[result->rule].id));
	json_add_integer(json, "ruleIndex", (int64_t)result->rule);
	json_add_text(json, "level", result->is_warning ? STR("warning") : STR("error"));
	add_message(json, "message", result->message);
	json_open_array(json, "locations");
	add_place(json, &result->place, result->subject);
	json_close_array(json);
	if (result->related.count) {
		json_open_array(json, "relatedLocations");
		for (size_t i = 0; i < result->related.count; i++) {
			add_place(json, &result->related.items[i], STR(""));
		}
		json_close_array(json);
	}
	add_fingerprint(json, result->fingerprint, seen);
	if (result->changes.count) {
		add_fixes(json, result);
	}
	json_close_object(json);
}

static void add_invocation(struct json_writer *json, const struct sarif_log *log)
{
	json_open_array(json, "invocations");
	json_open_object(json, NULL);
	json_add_bool(json, "executionSuccessful", true);
	if (log->notes.count) {
		json_open_array(json, "toolExecutionNotifications");
		for (size_t i = 0; i < log->notes.count; i++) {
			json_open_object(json, NULL);
			json_add_text(json, "level", STR("note"));
			add_message(json, "message", log->notes.items[i]);
			json_close_object(json);
		}
		json_close_array(json);
	}
	json_close_object(json);
	json_close_array(json);
}

void sarif_render(const struct sarif_log *log, struct buf *out)
{
	struct json_writer json = { .out = out, .is_indented = true };
	struct table seen = { .arena = out->arena };

	json_open_object(&json, NULL);
	json_add_text(&json, "$schema", STR(SCHEMA));
	json_add_text(&json, "version", STR("2.1.0"));
	json_open_array(&json, "runs");
	json_open_object(&json, NULL);
	add_tool(&json, log);
	json_open_object(&json, "automationDetails");
	json_add_text(&json, "id", str_format(out->arena, "rehearse/%s/", log->category));
	json_close_object(&json);
	add_invocation(&json, log);
	json_add_text(&json, "columnKind", STR("unicodeCodePoints"));
	json_open_array(&json, "results");
	for (size_t i = 0; i < log->results.count; i++) {
		add_result(&json, log, &log->results.items[i], &seen);
	}
	json_close_array(&json);
	json_close_object(&json);
	json_close_array(&json);
	json_close_object(&json);
	buf_add_char(out, '\n');
}
