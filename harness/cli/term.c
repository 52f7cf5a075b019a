#include "cli/cli_internal.h"

#include "kit/columns.h"

#include <stdlib.h>
#include <string.h>

#define USUAL_WIDTH 79

size_t help_width(void)
{
	const size_t width = terminal_width();

	return width && width < USUAL_WIDTH ? width : USUAL_WIDTH;
}

void help_add_term(struct buf *out, const char *term, const char *meaning, size_t column)
{
	const size_t used = 2 + strlen(term), narrow = help_width() / 3;

	column = column < narrow ? column : narrow;

	buf_format(out, "  %s", term);
	if (used + 2 > column) {
		buf_add_char(out, '\n');
		buf_add_repeated(out, ' ', column);
	} else {
		buf_add_repeated(out, ' ', column - used);
	}
	wrap_add(out, str_from(meaning), help_width(), column, column);
}

bool is_continuous_integration(void)
{
	const char *ci = getenv("CI");

	return ci && ci[0] && strcmp(ci, "false") != 0 && strcmp(ci, "0") != 0;
}
