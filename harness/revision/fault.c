#include "revision/fault.h"

#include "kit/arena.h"

#include <stdarg.h>

struct fault *fault_new(struct arena *arena, enum fault_kind kind, const char *class_name,
		const char *format, ...)
{
	struct fault *fault = arena_new(arena, struct fault);
	va_list values;

	va_start(values, format);
	*fault = (struct fault){
		.error = {
			.code = ERROR_ALEMBIC,
			.class_name = str_from(class_name),
			.message = str_format_list(arena, format, values),
		},
		.kind = kind,
	};
	va_end(values);
	return fault;
}

struct fault *fault_assertion(struct arena *arena)
{
	return fault_new(arena, FAULT_PYTHON, "AssertionError", "%s", "");
}

struct fault *fault_key(struct arena *arena, str key)
{
	return fault_new(arena, FAULT_PYTHON, "KeyError", "%.*s", STR_ARG(text_repr(key, arena)));
}

struct fault *fault_endless(struct arena *arena)
{
	return fault_new(arena, FAULT_PYTHON, "RevisionError",
			"alembic loops for ever on this map: it has a cycle that its checks do not see");
}

struct fault *fault_translate(
		struct fault *fault, const struct wording *wording, struct arena *arena)
{
	if (!fault) {
		return NULL;
	}
	switch (fault->kind) {
	case FAULT_PYTHON:
	case FAULT_COMMAND:
		return fault;
	case FAULT_REVISION:
		return fault_new(arena, FAULT_COMMAND, "CommandError", "%.*s",
				STR_ARG(fault->error.message));
	case FAULT_RESOLUTION: {
		struct fault *unknown = fault_new(arena, FAULT_COMMAND, "CommandError",
				"Can't locate revision identified by '%.*s'",
				STR_ARG(fault->argument));

		unknown->error.name = fault->argument;
		return unknown;
	}
	case FAULT_MULTIPLE_HEADS: {
		const str given = wording->end.len ? wording->end : fault->argument;

		if (wording->multiple_heads) {
			return fault_new(arena, FAULT_COMMAND, "CommandError", "%s",
					wording->multiple_heads);
		}
		return fault_new(arena, FAULT_COMMAND, "CommandError",
				"Multiple head revisions are present for given argument '%.*s'; please "
				"specify a specific target revision, '<branchname>@%.*s' to narrow to a "
				"specific head, or 'heads' for all heads",
				STR_ARG(given), STR_ARG(given));
	}
	case FAULT_RANGE:
		if (wording->range) {
			return fault_new(arena, FAULT_COMMAND, "CommandError",
					"Destination %.*s is not a valid %s target from current head(s)",
					STR_ARG(wording->end), wording->range);
		}
		return fault_new(arena, FAULT_COMMAND, "CommandError",
				"Requested range %.*s:%.*s does not refer to ancestor/descendant revisions "
				"along the same branch",
				STR_ARG(wording->start), STR_ARG(wording->end));
	}
	return fault;
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
