/*
 * The program was built without libedit: lines are read as the terminal gives them.
 */
#include "cli/prompt.h"

str line_editor_release(struct arena *arena)
{
	(void)arena;
	return STR("");
}

struct line_editor *line_editor_open(const struct completion *completion, struct arena *arena)
{
	(void)completion;
	(void)arena;
	return NULL;
}

void line_editor_close(struct line_editor *editor)
{
	(void)editor;
}

enum prompt_end line_editor_read(
		struct line_editor *editor, str words, struct arena *arena, str *ret_line)
{
	(void)editor;
	(void)words;
	(void)arena;
	(void)ret_line;
	return PROMPT_OVER;
}
