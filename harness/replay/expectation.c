#include "replay/step_kind.h"

#include "kit/arena.h"

struct error *expectation_failed(struct arena *arena, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	const str message = str_format_list(arena, format, values);
	va_end(values);
	return error_new(arena, ERROR_EXPECTATION, "%.*s", STR_ARG(message));
}
