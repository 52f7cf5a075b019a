/*
 * cli/review.h - ask a person about one change after the other, as `rehearse accept` does on a terminal.
 */
#ifndef CLI_REVIEW_H
#define CLI_REVIEW_H

#include "cli/command.h"

enum review_answer {
	REVIEW_ACCEPT,
	REVIEW_REJECT,
	REVIEW_SKIP, /* leave it undecided */
	REVIEW_ALL,  /* accept this one and all that follow */
	REVIEW_QUIT,
};

/* Whether there is somebody to ask: a terminal to read from and one to write to. */
bool review_is_possible(void);

/*
 * Ask what to do with what was just printed, until one of these words comes back or its first letter; the end of input
 * quits.
 */
enum review_answer review_ask(void);

#endif
