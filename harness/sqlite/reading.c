#include "sqlite/reading.h"

#include "kit/arena.h"
#include "sqlite/connection.h"
#include "sqlite/token.h"

str value_at(const struct result *result, size_t row, size_t column)
{
	return result->values[row * result->column_count + column];
}

bool flag_at(const struct result *result, size_t row, size_t column)
{
	return !str_equal(value_at(result, row, column), STR("0"));
}

struct error *ask_pragma(struct reading *reading, const char *pragma, str argument,
		struct result *ret_result)
{
	struct buf sql = { .arena = reading->arena };

	buf_format(&sql, "PRAGMA main.%s(", pragma);
	sql_quote(argument, '"', &sql);
	buf_add_char(&sql, ')');
	return sqlite_query(reading->connection, buf_str(&sql), reading->arena, ret_result);
}

struct error *not_understood(struct reading *reading, const char *kind, str name)
{
	struct error *err = error_new(reading->arena, ERROR_DATABASE,
			"cannot read the definition of %s '%.*s'", kind, STR_ARG(name));

	err->class_name = STR("DatabaseError");
	return err;
}

str lower_text(str text, struct arena *arena)
{
	struct buf out = { .arena = arena };

	for (size_t i = 0; i < text.len; i++) {
		const char c = text.data[i];
		buf_add_char(&out, c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c);
	}
	return buf_str(&out);
}

void add_fact(struct buf *facts, const char *words, str value)
{
	if (facts->len > 0) {
		buf_add_char(facts, ' ');
	}
	buf_format(facts, "%s", words);
	buf_add(facts, value);
}
