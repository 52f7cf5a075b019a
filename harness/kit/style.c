#include "kit/style.h"

void style_add(struct buf *out, bool colour, enum style style, str text)
{
	static const char *const escapes[] = {
		[STYLE_PLAIN] = "",
		[STYLE_BOLD] = "\033[1m",
		[STYLE_FAINT] = "\033[2m",
		[STYLE_GOOD] = "\033[32m",
		[STYLE_BAD] = "\033[31m",
		[STYLE_ODD] = "\033[35m",
		[STYLE_NAME] = "\033[33m",
		[STYLE_LABEL] = "\033[36m",
		[STYLE_ALARM] = "\033[1;31m",
	};
	const bool is_styled = colour && text.len && style != STYLE_PLAIN;

	buf_add(out, str_from(is_styled ? escapes[style] : ""));
	buf_add(out, text);
	buf_add(out, is_styled ? STR("\033[0m") : STR(""));
}
