#include "sqlite/dialect.h"

#include "kit/arena.h"
#include "kit/pattern.h"

#include <math.h>
#include <sqlite3.h>
#include <string.h>

/* What Python's driver says of whatever goes wrong in a function. */
#define RAISED "user-defined function raised exception"

const char *sqlite_dialect_hint(const char *message)
{
	return strcmp(message, RAISED) == 0
			? "SQLAlchemy's regexp() takes text and a pattern of Python's re, its floor() "
			  "takes numbers."
			: NULL;
}

static void raise_exception(sqlite3_context *context)
{
	sqlite3_result_error(context, RAISED, -1);
}

/* --- floor ----------------------------------------------------------------------------------- */

/* 2 to the power of 63: from here on no integer of SQLite holds what Python gives. */
#define TOO_LARGE 9223372036854775808.0

static void floor_function(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	if (sqlite3_value_type(values[0]) == SQLITE_INTEGER) {
		sqlite3_result_int64(context, sqlite3_value_int64(values[0]));
		return;
	}
	if (sqlite3_value_type(values[0]) != SQLITE_FLOAT) {
		raise_exception(context);
		return;
	}
	const double number = floor(sqlite3_value_double(values[0]));

	if (isinf(number)) {
		raise_exception(context);
	} else if (number >= TOO_LARGE || number < -TOO_LARGE) {
		sqlite3_result_error(context, "string or blob too big",
				-1); // so the driver says that an integer does not fit
	} else {
		sqlite3_result_int64(context, (sqlite3_int64)number);
	}
}

/* --- regexp ---------------------------------------------------------------------------------- */

/* The digits behind \x, \u and \U, of which there must be so many. */
static bool add_code_point(str pattern, size_t at, size_t digits, struct buf *out)
{
	const str code = str_slice(pattern, at, digits);

	for (size_t i = 0; i < code.len; i++) {
		if (!strchr("0123456789abcdefABCDEF", code.data[i])) {
			return false;
		}
	}
	buf_format(out, "\\x{%.*s}", STR_ARG(code));
	return code.len == digits;
}

/* Take the escape at `at`; 0: Python does not know it. */
static size_t add_escape(str pattern, size_t at, struct buf *out)
{
	const char c = at + 1 < pattern.len ? pattern.data[at + 1] : '\0';

	switch (c) {
	case '\0':
		return 0;
	case 'Z':
		buf_add(out, STR("\\z")); // PCRE2's \Z lets a line end follow
		return 2;
	case 'v':
		buf_add(out, STR("\\x0b"));
		return 2;
	case 'x':
		return add_code_point(pattern, at + 2, 2, out) ? 4 : 0;
	case 'u':
		return add_code_point(pattern, at + 2, 4, out) ? 6 : 0;
	case 'U':
		return add_code_point(pattern, at + 2, 8, out) ? 10 : 0;
	default:
		break;
	}
	if (((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) && !strchr("AbBdDsSwWafnrt", c)) {
		return 0;
	}
	buf_add(out, str_slice(pattern, at, 2));
	return 2;
}

/* Whether a repetition without its least number begins there: "{,3}". */
static bool is_repetition(str pattern, size_t at)
{
	size_t end = at + 2;

	while (end < pattern.len && pattern.data[end] >= '0' && pattern.data[end] <= '9') {
		end++;
	}
	return str_starts_with(str_slice(pattern, at, pattern.len), STR("{,")) && end > at + 2 &&
			end < pattern.len && pattern.data[end] == '}';
}

bool sqlite_python_pattern(str pattern, struct buf *out)
{
	size_t class_start = 0; // behind the bracket, and a '^'; 0: outside of a class

	for (size_t at = 0; at < pattern.len;) {
		const char c = pattern.data[at];

		if (c == '\\') {
			const size_t len = add_escape(pattern, at, out);

			if (!len) {
				return false;
			}
			at += len;
			continue;
		}
		if (class_start && c == '[') {
			buf_add_char(out, '\\'); // Python has no classes of POSIX
		} else if (!class_start && c == '[') {
			class_start = at + 1 < pattern.len && pattern.data[at + 1] == '^' ? at + 2
											  : at + 1;
		} else if (class_start && c == ']' && at > class_start) {
			class_start = 0;
		} else if (!class_start && is_repetition(pattern, at)) {
			buf_add(out, STR("{0"));
			at++;
			continue;
		}
		buf_add_char(out, c);
		at++;
	}
	return true;
}

static void free_pattern(void *pattern)
{
	pattern_free(pattern);
}

static struct pattern *compile(str text)
{
	struct arena arena;
	struct pattern *pattern = NULL;
	size_t ignored;

	arena_init(&arena, NULL, NULL);
	struct buf translated = { .arena = &arena };

	if (sqlite_python_pattern(text, &translated) &&
			pattern_compile_python(buf_str(&translated), &arena, &pattern, &ignored)) {
		pattern = NULL;
	}
	arena_finish(&arena);
	return pattern;
}

static str text_of(sqlite3_value *value)
{
	const char *data = (const char *)sqlite3_value_text(value);

	return (str){ data, (size_t)sqlite3_value_bytes(value) };
}

/* X REGEXP P is regexp(P, X). */
static void regexp_function(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct pattern *pattern = sqlite3_get_auxdata(context, 0);

	(void)count;
	if (sqlite3_value_type(values[1]) == SQLITE_NULL) {
		return;
	}
	if (sqlite3_value_type(values[0]) != SQLITE_TEXT ||
			sqlite3_value_type(values[1]) != SQLITE_TEXT) {
		raise_exception(context);
		return;
	}
	if (!pattern) {
		pattern = compile(text_of(values[0]));
		if (!pattern) {
			raise_exception(context);
			return;
		}
		sqlite3_set_auxdata(context, 0, pattern, free_pattern);
		pattern = sqlite3_get_auxdata(context, 0); // gone if there was no memory for it
	}
	if (!pattern) {
		sqlite3_result_error_nomem(context);
		return;
	}
	sqlite3_result_int(context, pattern_matches(pattern, text_of(values[1])));
}

bool sqlite_dialect_register(struct sqlite3 *handle)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;

	return sqlite3_create_function(handle, "regexp", 2, flags, NULL, regexp_function, NULL,
			       NULL) == SQLITE_OK &&
			sqlite3_create_function(handle, "floor", 1, flags, NULL, floor_function,
					NULL, NULL) == SQLITE_OK;
}
