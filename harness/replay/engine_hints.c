#include "replay/engine_hints.h"

#include "kit/arena.h"
#include "kit/locale.h"

/* An error whose message has these two parts, with a name in double quotes between them. */
struct known {
	const char *before, *after;
	const char *hint; /* NAME in it is the name as ICU writes it */
};

static const struct known known[] = {
	{ "collation \"", "\" for encoding ",
			"The system of the server has no such locale. Where PostgreSQL has ICU, its collation "
			"\"NAME-x-icu\" orders alike." },
	{ "could not create locale \"", "\": ",
			"The system of the server has no such locale. Where PostgreSQL has ICU, "
			"(provider = icu, locale = 'NAME') orders alike." },
};

str engine_hint(const struct error *error, struct arena *arena)
{
	for (size_t i = 0; i < COUNT_OF(known); i++) {
		const str before = str_from(known[i].before), after = str_from(known[i].after);
		const size_t from = str_find(error->message, before) + before.len;
		const str rest = str_slice(error->message, from, error->message.len);
		const size_t len = str_find(rest, after);

		if (error->code == ERROR_DATABASE && from <= error->message.len && len < rest.len) {
			const str name = locale_icu_name(str_slice(rest, 0, len), arena);
			struct buf hint = { .arena = arena };
			const str text = str_from(known[i].hint);
			const size_t at = str_find(text, STR("NAME"));

			buf_add(&hint, str_slice(text, 0, at));
			buf_add(&hint, name);
			buf_add(&hint, str_slice(text, at + sizeof("NAME") - 1, text.len));
			return buf_str(&hint);
		}
	}
	return (str){ 0 };
}
