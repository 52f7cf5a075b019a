/*
 * kit/process.h - run other programs: never through a shell, with no inherited descriptors beyond the
 * standard three, as another user where root must not be, and dead when we are.
 */
#ifndef KIT_PROCESS_H
#define KIT_PROCESS_H

#include "kit/error.h"
#include "kit/wait.h"

#include <sys/types.h>

/* A user to become. */
struct account {
	str name;
	uid_t uid;
	gid_t gid;
};

/* ERROR_NOT_FOUND when the machine has no such user. Texts are in `arena`. */
MUST_USE struct error *account_find(str name, struct arena *arena, struct account *ret_account);

/* Become the user for good, with its groups alone. False, with errno, when that is refused. */
bool account_become(const struct account *account);

struct process {
	const char *const *arguments; /* NULL-terminated; the first is the program, found in PATH */
	const struct account *account; /* become it first; NULL: stay who we are */
	const char *folder;            /* work there; NULL: here */
	const char *variable;          /* of the environment, to set; NULL: none */
	const char *value; /* of `variable`: what must not show in a list of processes */
	const char *const *variables; /* others of the environment: NAME, VALUE, NAME, VALUE, NULL; NULL: none */
	size_t most_bytes; /* of a file that it writes; 0: no limit */
	/* Asked some times a second while it runs: an error ends it. NULL: nobody is. */
	struct error *(*look)(void *data, struct arena *arena);
	void *look_data;
	bool is_at_terminal; /* it has our terminal for its own, and its output is not collected */
	str input;         /* standard input; nothing: /dev/null */
	int input_fd;      /* the same as an open descriptor, which stays the caller's; 0: none */
	struct patience patience; /* it is killed when that is at an end */
};

/* So many bytes of what a program writes are kept. */
#define PROCESS_OUTPUT_MAX ((size_t)64 * 1024)

/*
 * Run it to its end; what it has started and left running ends with it, and is not waited for. `ret_status` is its exit status, or 128 + the signal that ended it; `ret_output` is
 * what it wrote to standard output and standard error together (the first PROCESS_OUTPUT_MAX bytes). ERROR_ENVIRONMENT
 * when it could not be started, ERROR_TIMEOUT, ERROR_INTERRUPTED when it was to stop.
 */
MUST_USE struct error *process_run(const struct process *process, struct arena *arena,
		int *ret_status, str *ret_output);

/* For a child between fork and exec: no signal is blocked, and each that we catch or ignore has its usual effect. */
void process_reset_signals(void);

/*
 * For a child that goes on beside us: whoever reads what we write would wait for it too, and not notice that a pipe
 * is closed. Its standard three lead nowhere; of the others only these `count` stay open.
 */
void process_let_go(const int *kept, size_t count, struct arena *arena);

/* Wait for the end of a child that has been told to end, and kill it if that does not come within so long. */
void process_bury(pid_t child, int64_t within_us);

/* A program that runs while what it writes is read. */
struct process_stream;

/* Start it. ERROR_ENVIRONMENT when that fails. To be closed by the caller; the process may go before. */
MUST_USE struct error *process_open(const struct process *process, struct arena *arena,
		struct process_stream **ret_stream);

/* Read on in its standard output: at least one byte; 0 at the end. ERROR_TIMEOUT, ERROR_INTERRUPTED as in process_run(). */
MUST_USE struct error *process_read(
		struct process_stream *stream, char *space, size_t size, size_t *ret_len);

/* From now on its patience ends then; 0: never. */
void process_set_deadline(struct process_stream *stream, int64_t until_us);

/*
 * The same ends as in process_run(), of what is killed if it runs on. `ret_complaints` is what it wrote to standard
 * error (the first PROCESS_OUTPUT_MAX bytes). ERROR_ENVIRONMENT when it could not be started.
 */
MUST_USE struct error *process_close(struct process_stream *stream, struct arena *arena,
		int *ret_status, str *ret_complaints);

#endif
