#include "cli/output.h"

#include "cli/cli_internal.h"
#include "kit/arena.h"
#include "kit/columns.h"
#include "kit/file.h"
#include "kit/process.h"
#include "kit/signs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

/* What git hands to less: leave at the end of a short text, let colours through, leave the text on the screen. */
#define PAGER        "less"
#define LESS_OPTIONS "FRX"

/* What a shell's status says of a program that it could not start. */
#define STATUS_NOT_STARTED 126

/* Of the process, as standard output is: every function that prints would else have to be handed it. */
static struct output {
	enum output_kind kind;
	bool is_held;
	struct arena arena; /* of `text`: no command's, which it may rewind */
	struct buf text;
} output = { .kind = OUTPUT_LIVE };

/* --- signs ----------------------------------------------------------------------------------- */

bool output_has_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value) { // the first that is set counts
			const str locale = str_from(value);
			const str charset = str_slice(locale, str_find_char(locale, '.') + 1, 5);

			return (charset.len == 5 && strncasecmp(charset.data, "UTF-8", 5) == 0) ||
					(charset.len >= 4 &&
							strncasecmp(charset.data, "utf8", 4) == 0);
		}
	}
	return true; // as in most containers, whose terminals know it
}

str output_translate(str text, struct arena *arena)
{
	return output.kind == OUTPUT_TOOLS || output_has_utf8() ? text
								: signs_in_ascii(text, arena);
}

/* --- holding back ----------------------------------------------------------------------------- */

static void end_without_memory(void *data)
{
	(void)data;
	print_err(STR("error: no memory left\n"));
	_exit(EXIT_ENVIRONMENT);
}

enum output_kind output_kind_of(const struct invocation *invocation)
{
	enum output_kind kind = invocation->command->output;

	for (size_t i = 0; i < invocation->options.count; i++) {
		const struct given_option *given = &invocation->options.items[i];
		const bool is_format = strcmp(given->option->name, "format") == 0 &&
				!str_equal(given->value, STR("text"));

		if (given->option->output > kind) {
			kind = given->option->output;
		}
		kind = is_format ? OUTPUT_TOOLS : kind;
	}
	return kind;
}

void output_begin(enum output_kind kind)
{
	output.kind = kind;
	if (kind == OUTPUT_READ && terminal_rows() > 0) {
		arena_init(&output.arena, end_without_memory, NULL);
		output.text = (struct buf){ .arena = &output.arena };
		output.is_held = true;
	}
}

bool output_hold(str text)
{
	if (output.is_held) {
		buf_add(&output.text, text);
	}
	return output.is_held;
}

/* --- the pager -------------------------------------------------------------------------------- */

/* The command that is asked for; empty: none is to be used. */
static const char *pager_command(void)
{
	static const char *const names[] = { "REHEARSE_PAGER", "PAGER" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *value = getenv(names[i]);

		if (value) {
			return strcmp(value, "cat") == 0 ? "" : value;
		}
	}
	return PAGER;
}

/* Whether `text` has more lines than the screen, without the one of the prompt. */
static bool is_long(str text)
{
	const size_t rows = terminal_rows(), width = terminal_width();
	size_t lines = 0;
	str line;

	while (text.len && lines < rows && str_next_part(&text, '\n', &line)) {
		const size_t columns = columns_of(line);

		lines += width && columns > width ? (columns + width - 1) / width : 1;
	}
	return lines >= rows;
}

static void run_pager(const char *command, int input)
{
	process_reset_signals();
	dup2(input, STDIN_FILENO);
	setenv("LESS", LESS_OPTIONS, 0);
	setenv("LV", "-c", 0);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(STATUS_NOT_STARTED);
}

/* Show `text`; false: there is no such pager, and nothing was shown. */
static bool show_in_pager(const char *command, str text)
{
	struct sigaction ignored = { .sa_handler = SIG_IGN }, before;
	int ends[2], status = 0;

	if (pipe(ends) || fcntl(ends[1], F_SETFD, FD_CLOEXEC) ||
			fcntl(ends[0], F_SETFD, FD_CLOEXEC)) {
		return false;
	}
	sigemptyset(&ignored.sa_mask);
	sigaction(SIGINT, &ignored, &before); // the pager has it; we outlive the pager
	const pid_t pid = fork();

	if (pid == 0) {
		run_pager(command, ends[0]);
	}
	close(ends[0]);
	if (pid > 0) {
		(void)!descriptor_write(ends[1], text); // who leaves early has seen enough
	}
	close(ends[1]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	sigaction(SIGINT, &before, NULL);
	return pid > 0 && !(WIFEXITED(status) && WEXITSTATUS(status) >= STATUS_NOT_STARTED);
}

void output_end(void)
{
	const str text = buf_str(&output.text);
	const char *command = pager_command();

	if (!output.is_held) {
		return;
	}
	output.is_held = false;
	if (interrupted_by() || !command[0] || !is_long(text) || !show_in_pager(command, text)) {
		print_out(text);
	}
	arena_finish(&output.arena);
}
