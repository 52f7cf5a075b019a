#include "cli/cli_internal.h"

#include "kit/columns.h"

#include <stdlib.h>
#include <string.h>

void help_add_term(struct buf *out, const char *term, const char *meaning, size_t column)
{
	const size_t used = 2 + strlen(term);

	buf_format(out, "  %s", term);
	if (used + 2 > column) {
		buf_add_char(out, '\n');
		buf_add_repeated(out, ' ', column);
	} else {
		buf_add_repeated(out, ' ', column - used);
	}
	wrap_add(out, str_from(meaning), HELP_WIDTH, column, column);
}

bool is_continuous_integration(void)
{
	const char *ci = getenv("CI");

	return ci && ci[0] && strcmp(ci, "false") != 0 && strcmp(ci, "0") != 0;
}
