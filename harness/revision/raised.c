#include "revision/raised.h"

#include "kit/arena.h"

#include <stdarg.h>

struct raised *raised_new(struct arena *arena, enum raised_kind kind, const char *class_name,
		const char *format, ...)
{
	struct raised *raised = arena_new(arena, struct raised);
	va_list values;

	va_start(values, format);
	*raised = (struct raised){
		.error = {
			.code = ERROR_ALEMBIC,
			.class_name = str_from(class_name),
			.message = str_format_list(arena, format, values),
		},
		.kind = kind,
	};
	va_end(values);
	return raised;
}

struct raised *raised_assertion(struct arena *arena)
{
	return raised_new(arena, RAISED_PYTHON, "AssertionError", "%s", "");
}

struct raised *raised_key(struct arena *arena, str key)
{
	return raised_new(arena, RAISED_PYTHON, "KeyError", "%.*s", STR_ARG(text_repr(key, arena)));
}

struct raised *raised_endless(struct arena *arena)
{
	return raised_new(arena, RAISED_PYTHON, "RevisionError",
			"alembic loops for ever on this map: it has a cycle that its checks do not see");
}

struct raised *raised_translate(
		struct raised *raised, const struct wording *wording, struct arena *arena)
{
	if (!raised) {
		return NULL;
	}
	switch (raised->kind) {
	case RAISED_PYTHON:
	case RAISED_COMMAND:
		return raised;
	case RAISED_REVISION:
		return raised_new(arena, RAISED_COMMAND, "CommandError", "%.*s",
				STR_ARG(raised->error.message));
	case RAISED_RESOLUTION: {
		struct raised *unknown = raised_new(arena, RAISED_COMMAND, "CommandError",
				"Can't locate revision identified by '%.*s'",
				STR_ARG(raised->argument));

		unknown->error.name = raised->argument;
		return unknown;
	}
	case RAISED_MULTIPLE_HEADS: {
		const str given = wording->end.len ? wording->end : raised->argument;

		struct raised *several = wording->multiple_heads
				? raised_new(arena, RAISED_COMMAND, "CommandError", "%s",
						  wording->multiple_heads)
				: raised_new(arena, RAISED_COMMAND, "CommandError",
						  "Multiple head revisions are present for given argument "
						  "'%.*s'; please specify a specific target revision, "
						  "'<branchname>@%.*s' to narrow to a specific head, or "
						  "'heads' for all heads",
						  STR_ARG(given), STR_ARG(given));

		several->error.is_ambiguous = true;
		return several;
	}
	case RAISED_RANGE:
		if (wording->range) {
			return raised_new(arena, RAISED_COMMAND, "CommandError",
					"Destination %.*s is not a valid %s target from current head(s)",
					STR_ARG(wording->end), wording->range);
		}
		return raised_new(arena, RAISED_COMMAND, "CommandError",
				"Requested range %.*s:%.*s does not refer to ancestor/descendant revisions "
				"along the same branch",
				STR_ARG(wording->start), STR_ARG(wording->end));
	}
	return raised;
}

str text_repr(str text, struct arena *arena)
{
	const bool has_single = str_find_char(text, '\'') < text.len;
	const char quote = has_single && str_find_char(text, '"') == text.len ? '"' : '\'';
	struct buf buf = { .arena = arena };

	buf_add_char(&buf, quote);
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.data[i];

		if (c == quote || c == '\\') {
			buf_add_char(&buf, '\\');
			buf_add_char(&buf, c);
		} else if (c == '\n') {
			buf_add(&buf, STR("\\n"));
		} else if (c == '\r') {
			buf_add(&buf, STR("\\r"));
		} else if (c == '\t') {
			buf_add(&buf, STR("\\t"));
		} else if ((unsigned char)c < ' ' || c == 0x7f) {
			buf_format(&buf, "\\x%02x", (unsigned)(unsigned char)c);
		} else {
			buf_add_char(&buf, c);
		}
	}
	buf_add_char(&buf, quote);
	return buf_str(&buf);
}
