#include "cli/plan_jsonl_read.h"

#include "kit/arena.h"

#include <string.h>

/* A place in a line that goes on to `end`. Once it `fails` the line is no JSON, and jansson says why. */
struct cursor {
	const char *at, *end;
	bool fails;
	struct arena *arena;
};

/* --- tokens ----------------------------------------------------------------------------------- */

static char next_char(struct cursor *cursor)
{
	while (cursor->at < cursor->end && strchr(" \t\r\n", *cursor->at) && *cursor->at) {
		cursor->at++;
	}
	return cursor->at < cursor->end ? *cursor->at : '\0';
}

static bool takes(struct cursor *cursor, char wanted)
{
	const bool is_there = !cursor->fails && next_char(cursor) == wanted;

	cursor->at += is_there;
	return is_there;
}

static void expect(struct cursor *cursor, char wanted)
{
	cursor->fails |= !takes(cursor, wanted);
}

/* Behind a value of a list or an object: whether there is another. */
static bool goes_on(struct cursor *cursor, char closing)
{
	if (takes(cursor, ',')) {
		return true;
	}
	expect(cursor, closing);
	return false;
}

/* A text with escapes, as jansson reads it. */
static str read_escaped(struct cursor *cursor, str quoted)
{
	json_t *value = json_loadb(quoted.data, quoted.len, JSON_DECODE_ANY, NULL);
	str text = { 0 };

	cursor->fails |= !json_is_string(value);
	if (value) {
		text = str_copy((str){ json_string_value(value), json_string_length(value) },
				cursor->arena);
	}
	json_decref(value);
	return text;
}

static str read_text(struct cursor *cursor)
{
	bool has_escapes = false;

	expect(cursor, '"');
	const char *from = cursor->at;

	while (!cursor->fails && cursor->at < cursor->end && *cursor->at != '"') {
		has_escapes |= *cursor->at == '\\';
		cursor->fails |= (unsigned char)*cursor->at < ' ';
		cursor->at += *cursor->at == '\\' ? 2 : 1;
	}
	if (cursor->fails || cursor->at >= cursor->end) {
		cursor->fails = true;
		return (str){ 0 };
	}
	const str text = { from, (size_t)(cursor->at - from) };

	cursor->at++;
	if (has_escapes) {
		return read_escaped(cursor, (str){ from - 1, text.len + 2 });
	}
	cursor->fails |= str_utf8_error(text) < text.len;
	return text;
}

/* The text of any value, by its brackets and quotes alone: whoever reads it finds what is wrong in it. */
static str skip_value(struct cursor *cursor)
{
	size_t depth = 0;
	bool is_quoted = false;

	(void)next_char(cursor);
	const char *from = cursor->at;

	for (; cursor->at < cursor->end; cursor->at++) {
		const char c = *cursor->at;

		if (is_quoted) {
			cursor->at += c == '\\';
			is_quoted = c != '"';
		} else if (c == '"') {
			is_quoted = true;
		} else if (c == '[' || c == '{') {
			depth++;
		} else if (c == ']' || c == '}' || c == ',') {
			if (!depth) {
				break;
			}
			depth -= c != ',';
		}
	}
	cursor->at = cursor->at < cursor->end ? cursor->at : cursor->end;
	return (str){ from, (size_t)(cursor->at - from) };
}

/* The same of a value that nobody reads. */
static void pass_over(struct cursor *cursor)
{
	if (next_char(cursor) == '"') {
		(void)read_text(cursor);
		return;
	}
	const str text = skip_value(cursor);
	json_t *value = json_loadb(text.data, text.len, JSON_DECODE_ANY, NULL);

	cursor->fails |= !value;
	json_decref(value);
}

/* --- a revision ------------------------------------------------------------------------------- */

/* The keys of a revision that say something, and the first of them that says nothing of use. */
struct given {
	struct revision_spec *spec;
	bool has_revision;
	bool is_bad[3]; /* as in text_keys */
};

static const char *const text_keys[] = { "down_revision", "branch_labels", "depends_on" };

static struct str_list *texts_of(struct revision_spec *spec, size_t key)
{
	return key == 0 ? &spec->down_revision : key == 1 ? &spec->branch_labels : &spec->depends_on;
}

/* Lists are of one text or two nearly always; there are a million. */
static void add_one(struct str_list *texts, str text, struct arena *arena)
{
	if (!texts->capacity) {
		texts->items = arena_new_array(arena, str, 1);
		texts->capacity = 1;
	}
	str_list_add(texts, text, arena);
}

/* null, a text, or a list of texts; false: something else. */
static bool read_texts(struct cursor *cursor, struct str_list *texts)
{
	bool is_good = true;

	*texts = (struct str_list){ 0 };
	switch (next_char(cursor)) {
	case '"':
		add_one(texts, read_text(cursor), cursor->arena);
		return true;
	case '[':
		cursor->at++;
		if (takes(cursor, ']')) {
			return true;
		}
		do {
			if (next_char(cursor) == '"') {
				add_one(texts, read_text(cursor), cursor->arena);
			} else {
				is_good = false;
				pass_over(cursor);
			}
		} while (goes_on(cursor, ']'));
		return is_good;
	default:
		break;
	}
	const str word = skip_value(cursor);

	if (str_equal(str_trim(word), STR("null"))) {
		return true;
	}
	cursor->at = word.data;
	pass_over(cursor);
	return false;
}

static void read_member(struct cursor *cursor, struct given *given)
{
	const str key = read_text(cursor);

	expect(cursor, ':');
	if (str_equal(key, STR("revision"))) {
		given->has_revision = next_char(cursor) == '"';
		if (given->has_revision) {
			given->spec->revision = read_text(cursor);
			return;
		}
	}
	for (size_t i = 0; i < COUNT_OF(text_keys); i++) {
		if (str_equal(key, str_from(text_keys[i]))) {
			if (i == 0) {
				given->spec->lists_down_revision = next_char(cursor) == '[';
			}
			given->is_bad[i] = !read_texts(cursor, texts_of(given->spec, i));
			return;
		}
	}
	pass_over(cursor);
}

static struct error *read_revision(struct cursor *cursor, struct revision_spec *spec)
{
	struct given given = { .spec = spec };

	if (!takes(cursor, '{')) {
		pass_over(cursor);
	} else if (!takes(cursor, '}')) {
		do {
			read_member(cursor, &given);
		} while (goes_on(cursor, '}'));
	}
	if (!given.has_revision) {
		return error_new(cursor->arena, ERROR_INVALID, "'revision' must be a text");
	}
	for (size_t i = 0; i < COUNT_OF(text_keys); i++) {
		if (given.is_bad[i]) {
			return error_new(cursor->arena, ERROR_INVALID,
					"'%s' must be a text, a list of texts or null",
					text_keys[i]);
		}
	}
	return NULL;
}

/* Room for all of them at once: no more than there are braces. */
static void reserve(struct revision_specs *specs, str text, struct arena *arena)
{
	size_t count = 0;

	for (const char *at = text.data, *end = at + text.len;
			(at = memchr(at, '{', (size_t)(end - at))); at++) {
		count++;
	}
	specs->items = arena_new_array(arena, struct revision_spec, count);
	specs->capacity = count;
}

static void read_revisions(struct cursor *cursor, struct jsonl_line *line)
{
	line->specs = (struct revision_specs){ 0 };
	line->error = NULL;
	reserve(&line->specs, (str){ cursor->at, (size_t)(cursor->end - cursor->at) }, cursor->arena);
	expect(cursor, '[');
	if (takes(cursor, ']')) {
		return;
	}
	do {
		struct error *error = read_revision(
				cursor, LIST_PUSH(&line->specs, cursor->arena));

		line->error = line->error ? line->error : error;
	} while (goes_on(cursor, ']'));
}

/* --- the line --------------------------------------------------------------------------------- */

/* Read the revisions, and copy what else there is to `rest`; of a key that stands twice the last counts. */
static void read_members(struct cursor *cursor, struct jsonl_line *line, struct buf *rest)
{
	expect(cursor, '{');
	buf_add_char(rest, '{');
	if (takes(cursor, '}')) {
		buf_add_char(rest, '}');
		return;
	}
	do {
		(void)next_char(cursor);
		const char *from = cursor->at;
		const str key = read_text(cursor);

		expect(cursor, ':');
		buf_add(rest, (str){ from, (size_t)(cursor->at - from) });
		line->has_revisions = str_equal(key, STR("revisions")) ? next_char(cursor) == '['
								       : line->has_revisions;
		if (line->has_revisions && str_equal(key, STR("revisions"))) {
			read_revisions(cursor, line);
			buf_add(rest, STR("[]"));
			(void)next_char(cursor);
		} else {
			buf_add(rest, skip_value(cursor));
		}
		buf_add_char(rest, cursor->at < cursor->end ? *cursor->at : ' ');
	} while (!cursor->fails && goes_on(cursor, '}'));
}

void plan_jsonl_read(str text, struct arena *arena, struct jsonl_line *ret_line)
{
	struct cursor cursor = { text.data, text.data + text.len, false, arena };
	struct buf rest = { .arena = arena };
	struct jsonl_line line = { 0 };

	read_members(&cursor, &line, &rest);
	cursor.fails |= next_char(&cursor) != '\0' || cursor.at != cursor.end;
	if (!cursor.fails) {
		line.root = json_loadb(buf_str(&rest).data, buf_str(&rest).len, 0, &line.mistake);
	}
	if (!line.root) { // jansson reads all of it, and says what is wrong with it
		line = (struct jsonl_line){ 0 };
		line.root = json_loadb(text.data, text.len, 0, &line.mistake);
	}
	*ret_line = line;
}
