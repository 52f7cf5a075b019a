/*
 * cli/exit_status.h - what the program's exit status means.
 */
#ifndef CLI_EXIT_STATUS_H
#define CLI_EXIT_STATUS_H

enum exit_status {
	EXIT_AS_EXPECTED = 0, /* every verdict as claimed and recorded */
	EXIT_DIFFERS = 1,     /* some cell differs; a tree has faults */
	EXIT_INVALID = 2,     /* a file or an option is wrong */
	EXIT_ENVIRONMENT = 3, /* no server binaries, no space, no memory */
	EXIT_NOTHING = 4,     /* nothing was selected */
	EXIT_INTERRUPTED = 130,
};

#endif
