#include "export/export_internal.h"

static bool has_several_lines(str text)
{
	return str_find_char(text, '\n') < text.len;
}

/* As it stands where it can; what ends a literal, or that Python reads otherwise, is escaped. */
static void add_character(str text, size_t at, bool is_long, struct buf *out)
{
	const unsigned char c = (unsigned char)text.data[at];
	const bool is_last = at + 1 == text.len;

	if (c == '\\') {
		buf_add(out, STR("\\\\"));
	} else if (c == '"' && (!is_long || is_last || text.data[at + 1] == '"')) {
		buf_add(out, STR("\\\""));
	} else if (c == '\n' && is_long) {
		buf_add_char(out, '\n');
	} else if (c == '\t') {
		buf_add(out, is_long ? STR("\t") : STR("\\t"));
	} else if (c < ' ' || c == 0x7f) {
		buf_format(out, "\\x%02x", c);
	} else {
		buf_add_char(out, (char)c);
	}
}

void python_add_text(str text, struct buf *out)
{
	const bool is_long = has_several_lines(text);
	const str quotes = is_long ? STR("\"\"\"") : STR("\"");

	buf_add(out, quotes);
	for (size_t i = 0; i < text.len; i++) {
		add_character(text, i, is_long, out);
	}
	buf_add(out, quotes);
}

void python_add_texts(const struct str_list *texts, bool is_list, struct buf *out)
{
	if (!texts->count && !is_list) {
		buf_add(out, STR("None"));
		return;
	}
	if (texts->count == 1 && !is_list) {
		python_add_text(texts->items[0], out);
		return;
	}
	buf_add_char(out, '(');
	for (size_t i = 0; i < texts->count; i++) {
		buf_add(out, i ? STR(", ") : (str){ 0 });
		python_add_text(texts->items[i], out);
	}
	buf_add(out, texts->count == 1 ? STR(",)") : STR(")"));
}

/* --- SQL ------------------------------------------------------------------------------------- */

static bool is_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
			c == '$' || c >= 0x80;
}

/* Whether text() would see a parameter, `:name`, or a colon that is escaped. */
static bool has_parameter(str sql)
{
	for (size_t i = 0; i + 1 < sql.len; i++) {
		const unsigned char before = i ? (unsigned char)sql.data[i - 1] : ' ';

		if (sql.data[i] == ':' && (before == '\\' ||
				(before != ':' && !is_word(before) &&
						is_word((unsigned char)sql.data[i + 1])))) {
			return true;
		}
	}
	return false;
}

void python_add_sql(str sql, struct buf *out)
{
	struct buf escaped = { .arena = out->arena };

	if (!has_parameter(sql)) {
		python_add_text(sql, out);
		return;
	}
	for (size_t i = 0; i < sql.len; i++) { // all of them: an escape ends where the next begins
		buf_add(&escaped, sql.data[i] == ':' ? STR("\\") : (str){ 0 });
		buf_add_char(&escaped, sql.data[i]);
	}
	python_add_text(buf_str(&escaped), out);
}

bool python_is_plain(str text)
{
	bool is_plain = text.len > 0 && str_equal(str_trim(text), text);

	for (size_t i = 0; is_plain && i < text.len; i++) {
		const unsigned char c = (unsigned char)text.data[i];

		is_plain = c >= ' ' && c != 0x7f && c != '\\' && c != '"';
	}
	return is_plain;
}
