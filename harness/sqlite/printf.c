#include "sqlite/printf.h"

#include "kit/str.h"

#include <sqlite3.h>
#include <string.h>

/* A handle on which printf() is SQLite's own, and what was asked of it last. */
struct original {
	sqlite3 *handle; // NULL until the first call
	sqlite3_stmt *stmt;
	int count; // of the statement's arguments
};

static void original_free(void *data)
{
	struct original *original = data;

	sqlite3_finalize(original->stmt);
	sqlite3_close(original->handle);
	sqlite3_free(original);
}

/* --- how long the text becomes ---------------------------------------------------------------- */

/* What every SQLite takes for too long, unless it was compiled otherwise; our own limit is lower. */
static const int64_t sqlite_longest_value = 1000000000;

/* The arguments behind the format, taken one by one. */
struct arguments {
	sqlite3_value **values;
	int count, used;
};

/* As SQLite has it: what is not there is 0. */
static int take_int(struct arguments *arguments)
{
	return arguments->used < arguments->count
			? (int)sqlite3_value_int64(arguments->values[arguments->used++])
			: 0;
}

static const char *skip_digits(const char *at, unsigned *ret_number)
{
	for (*ret_number = 0; *at >= '0' && *at <= '9'; at++) {
		*ret_number = *ret_number * 10 + (unsigned)(*at - '0');
	}
	return at;
}

/* Read a precision, from behind its point; it is taken without its sign. */
static const char *skip_precision(const char *at, struct arguments *arguments, int64_t *precision)
{
	unsigned number = 0;

	if (*at == '*') {
		*precision = take_int(arguments);
		*precision = *precision < 0 ? -*precision : *precision;
		if (*precision > INT32_MAX) {
			*precision = 0; // SQLite takes the least number as none
		}
		return at + 1;
	}
	at = skip_digits(at, &number);
	*precision = number & 0x7fffffff;
	return at;
}

static const char *skip_long(const char *at)
{
	at += *at == 'l';
	return at + (*at == 'l' && at[-1] == 'l');
}

/* From behind the '%' to the letter of the conversion. */
static const char *skip_to_letter(
		const char *at, struct arguments *arguments, int64_t *ret_precision)
{
	unsigned ignored = 0;

	*ret_precision = 0;
	while (*at && strchr("-+ #!0,", *at)) {
		at++;
	}
	if (*at == '*') {
		take_int(arguments);
		at++;
	} else {
		at = skip_digits(at, &ignored);
	}
	if (*at == '.') {
		at = skip_precision(at + 1, arguments, ret_precision);
	}
	return skip_long(at);
}

/* How often characters are repeated; not less than the text's bytes if that is more than `limit`. */
static int64_t count_repeated(const char *format, struct arguments *arguments, int64_t limit)
{
	int64_t sum = 0;

	while (sum <= limit && (format = strchr(format, '%')) != NULL) {
		int64_t precision = 0;

		format = skip_to_letter(format + 1, arguments, &precision);
		if (*format == '\0' || !strchr("%ncdiuxXorpfeEgGszqQw", *format)) {
			break; // SQLite ends there, too
		}
		if (*format != '%' && *format != 'n') {
			arguments->used++;
		}
		sum += *format == 'c' ? precision : 0;
		format++;
	}
	return sum;
}

/* --- the functions ---------------------------------------------------------------------------- */

static int prepare(struct original *original, int count, int limit)
{
	if (!original->handle) {
		const int code = sqlite3_open_v2(":memory:", &original->handle,
				SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
		if (code != SQLITE_OK) {
			sqlite3_close(original->handle);
			original->handle = NULL;
			return code;
		}
	}
	sqlite3_limit(original->handle, SQLITE_LIMIT_LENGTH, limit);
	if (original->stmt && original->count == count) {
		return SQLITE_OK;
	}
	sqlite3_finalize(original->stmt);
	original->stmt = NULL;
	original->count = count;

	sqlite3_str *sql = sqlite3_str_new(NULL);
	for (int i = 0; i < count; i++) {
		sqlite3_str_appendall(sql, i == 0 ? "SELECT printf(?" : ", ?");
	}
	sqlite3_str_appendall(sql, ")");
	char *text = sqlite3_str_finish(sql);
	if (!text) {
		return SQLITE_NOMEM;
	}
	const int code = sqlite3_prepare_v2(original->handle, text, -1, &original->stmt, NULL);
	sqlite3_free(text);
	return code;
}

/* Have SQLite's own function give the result. */
static int call_original(struct original *original, sqlite3_context *context, int count,
		sqlite3_value **values, int limit)
{
	int code = prepare(original, count, limit);

	for (int i = 0; i < count && code == SQLITE_OK; i++) {
		code = sqlite3_bind_value(original->stmt, i + 1, values[i]);
	}
	if (code == SQLITE_OK) {
		code = sqlite3_step(original->stmt);
	}
	if (code == SQLITE_ROW) {
		sqlite3_result_value(context, sqlite3_column_value(original->stmt, 0));
	}
	sqlite3_reset(original->stmt);
	sqlite3_clear_bindings(original->stmt);
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

static void printf_function(sqlite3_context *context, int count, sqlite3_value **values)
{
	const int limit =
			sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1);
	const char *format = count > 0 ? (const char *)sqlite3_value_text(values[0]) : NULL;
	struct arguments arguments = { values + 1, count - 1, 0 };

	if (!format) {
		return;
	}
	const int64_t repeated = count_repeated(format, &arguments, sqlite_longest_value);

	if (repeated > sqlite_longest_value) {
		sqlite3_result_error(context, "string or blob too big", -1);
		return;
	}
	const int code = repeated > limit
			? SQLITE_TOOBIG
			: call_original(sqlite3_user_data(context), context, count, values, limit);
	if (code == SQLITE_NOMEM) {
		sqlite3_result_error_nomem(context);
	} else if (code != SQLITE_OK) {
		sqlite3_result_error_code(context, code);
	}
}

bool sqlite_printf_register(struct sqlite3 *handle)
{
	/* As SQLite's own: indexes, CHECKs and generated columns may use them. */
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
	struct original *original = sqlite3_malloc(sizeof(*original));

	if (!original) {
		return false;
	}
	*original = (struct original){ 0 };
	/* The first one owns what both use; it is freed if this fails, too. */
	return sqlite3_create_function_v2(handle, "printf", -1, flags, original, printf_function,
			       NULL, NULL, original_free) == SQLITE_OK &&
			sqlite3_create_function_v2(handle, "format", -1, flags, original,
					printf_function, NULL, NULL, NULL) == SQLITE_OK;
}
