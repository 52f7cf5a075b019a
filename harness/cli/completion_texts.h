/*
 * cli/completion_texts.h - the files of cli/completions/, put into the program as they stand when it is built
 * (harness/embed.sh). One line a file.
 */
#ifndef CLI_COMPLETION_TEXTS_H
#define CLI_COMPLETION_TEXTS_H

extern const char completion_bash[]; /* rehearse.bash */
extern const char completion_fish[]; /* rehearse.fish */
extern const char completion_zsh[];  /* rehearse.zsh */

#endif
