#include "kit/locale.h"

#include "kit/arena.h"

#include <strings.h>

bool locale_encoding_is_utf8(str encoding)
{
	return (encoding.len == 4 && strncasecmp(encoding.data, "utf8", 4) == 0) ||
			(encoding.len == 5 && strncasecmp(encoding.data, "utf-8", 5) == 0);
}

str locale_icu_name(str locale, struct arena *arena)
{
	struct buf name = { .arena = arena };

	for (size_t i = 0; i < locale.len && locale.data[i] != '.' && locale.data[i] != '@'; i++) {
		buf_add_char(&name, locale.data[i] == '_' ? '-' : locale.data[i]);
	}
	return buf_str(&name);
}
