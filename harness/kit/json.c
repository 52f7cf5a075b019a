#include "kit/json.h"

#include <assert.h>
#include <inttypes.h>

static void begin_line(struct json_writer *json)
{
	if (json->is_indented) {
		buf_add_char(json->out, '\n');
		buf_add_repeated(json->out, ' ', (size_t)json->depth * 2);
	}
}

/* What stands before any value: a comma if it is not the first, and its key. */
static void begin_value(struct json_writer *json, const char *key)
{
	if (json->has_items) {
		buf_add(json->out, json->is_indented ? STR(",") : STR(", "));
	}
	if (json->depth) {
		begin_line(json);
	}
	if (key) {
		buf_format(json->out, "\"%s\": ", key);
	}
	json->has_items = json->depth > 0;
}

static void open_value(struct json_writer *json, const char *key, char bracket)
{
	begin_value(json, key);
	buf_add_char(json->out, bracket);
	json->depth++;
	json->has_items = false;
}

static void close_value(struct json_writer *json, char bracket)
{
	assert(json->depth);
	json->depth--;
	if (json->has_items) {
		begin_line(json);
	}
	buf_add_char(json->out, bracket);
	json->has_items = json->depth > 0;
}

void json_open_object(struct json_writer *json, const char *key)
{
	open_value(json, key, '{');
}

void json_close_object(struct json_writer *json)
{
	close_value(json, '}');
}

void json_open_array(struct json_writer *json, const char *key)
{
	open_value(json, key, '[');
}

void json_close_array(struct json_writer *json)
{
	close_value(json, ']');
}

static void add_escaped(struct buf *out, unsigned char c)
{
	static const char short_forms[] = {
		['"'] = '"',
		['\\'] = '\\',
		['\b'] = 'b',
		['\f'] = 'f',
		['\n'] = 'n',
		['\r'] = 'r',
		['\t'] = 't',
	};

	if (c < COUNT_OF(short_forms) && short_forms[c]) {
		buf_add_char(out, '\\');
		buf_add_char(out, short_forms[c]);
	} else {
		buf_format(out, "\\u%04X", c);
	}
}

/* Take the character beyond ASCII off the front of `rest`, which is UTF-8 there, and add its escapes. */
static void add_code_units(struct buf *out, str *rest)
{
	static const unsigned char first_bits[] = { 0, 0, 0x1F, 0x0F, 0x07 };
	const unsigned char first = (unsigned char)rest->data[0];
	const size_t len = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
	uint32_t point = first & first_bits[len];

	for (size_t i = 1; i < len; i++) {
		point = point << 6 | ((unsigned char)rest->data[i] & 0x3F);
	}
	*rest = str_slice(*rest, len, rest->len);
	if (point < 0x10000) {
		buf_format(out, "\\u%04" PRIX32, point);
	} else {
		point -= 0x10000;
		buf_format(out, "\\u%04" PRIX32 "\\u%04" PRIX32, 0xD800 + (point >> 10),
				0xDC00 + (point & 0x3FF));
	}
}

/* Text that is UTF-8, up to the next character that cannot stand as it is. */
static void add_clean(struct json_writer *json, str rest)
{
	while (rest.len) {
		size_t plain = 0;

		while (plain < rest.len && (unsigned char)rest.data[plain] >= 0x20 &&
				rest.data[plain] != '"' && rest.data[plain] != '\\' &&
				(!json->is_ascii || (unsigned char)rest.data[plain] < 0x80)) {
			plain++;
		}
		buf_add(json->out, str_slice(rest, 0, plain));
		rest = str_slice(rest, plain, rest.len);
		if (!rest.len) {
			return;
		}
		if ((unsigned char)rest.data[0] < 0x80) {
			add_escaped(json->out, (unsigned char)rest.data[0]);
			rest = str_slice(rest, 1, rest.len);
		} else {
			add_code_units(json->out, &rest);
		}
	}
}

void json_add_text(struct json_writer *json, const char *key, str text)
{
	begin_value(json, key);
	buf_add_char(json->out, '"');
	for (;;) {
		const size_t error = str_utf8_error(text);

		add_clean(json, str_slice(text, 0, error));
		if (error == text.len) {
			break;
		}
		add_clean(json, STR("\xEF\xBF\xBD"));
		text = str_slice(text, error + 1, text.len);
	}
	buf_add_char(json->out, '"');
}

void json_add_text_or_null(struct json_writer *json, const char *key, str text)
{
	if (text.len) {
		json_add_text(json, key, text);
	} else {
		json_add_null(json, key);
	}
}

void json_add_texts(struct json_writer *json, const char *key, const struct str_list *texts)
{
	json_open_array(json, key);
	for (size_t i = 0; i < texts->count; i++) {
		json_add_text(json, NULL, texts->items[i]);
	}
	json_close_array(json);
}

void json_add_integer(struct json_writer *json, const char *key, int64_t value)
{
	begin_value(json, key);
	buf_format(json->out, "%" PRId64, value);
}

void json_add_bool(struct json_writer *json, const char *key, bool value)
{
	begin_value(json, key);
	buf_add(json->out, value ? STR("true") : STR("false"));
}

void json_add_null(struct json_writer *json, const char *key)
{
	begin_value(json, key);
	buf_add(json->out, STR("null"));
}

/* How many bytes the text, number or word has with which valid JSON begins. */
static size_t scalar_len(str text)
{
	const str ends = STR(",:]} \t\r\n");
	size_t len = 1;

	if (text.data[0] == '"') {
		while (text.data[len] != '"') {
			len += text.data[len] == '\\' ? 2 : 1;
		}
		return len + 1;
	}
	while (len < text.len && str_find_char(ends, text.data[len]) == ends.len) {
		len++;
	}
	return len;
}

void json_add_copy(struct json_writer *json, const char *key, str text)
{
	bool is_placed = true; // what stands before the next value has been written

	begin_value(json, key);
	for (str rest = str_trim(text); rest.len; rest = str_trim(rest)) {
		const char c = rest.data[0];
		size_t len = 1;

		if (c == '}' || c == ']') {
			close_value(json, c);
		} else if (c == ':') {
			buf_add(json->out, STR(": "));
			is_placed = true;
		} else if (c != ',') { // that one comes with the next value
			if (!is_placed) {
				begin_value(json, NULL);
			}
			is_placed = false;
			if (c == '{' || c == '[') {
				buf_add_char(json->out, c);
				json->depth++;
				json->has_items = false;
			} else {
				len = scalar_len(rest);
				buf_add(json->out, str_slice(rest, 0, len));
			}
		}
		rest = str_slice(rest, len, rest.len);
	}
}
