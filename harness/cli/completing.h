/*
 * cli/completing.h - what may stand where a command line is being typed: commands, options and their values from the
 * tables of commands, names of scenarios, cells, tags and revisions from the files below the working folder. Shells
 * ask for it through `rehearse completions words`; nothing is printed but the answer, and nothing is a mistake.
 *
 * What kinds of arguments and values there are is a table in completing.c, by the words that help has for them.
 */
#ifndef CLI_COMPLETING_H
#define CLI_COMPLETING_H

#include "kit/str.h"

/*
 * Render what may stand for the last of `words`, which follow the program's name; all that it adds begins with the
 * last word as it is. A line each: the word, a tab, and what it means, in a line; the second part may be empty. A line
 * ":files" or ":folders" says that the shell's own names of files or folders may stand there, too; with a tab and a
 * text behind it, that they follow that text.
 */
void completing_render(const struct str_list *words, struct arena *arena, struct buf *out);

#endif
