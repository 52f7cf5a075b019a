/*
 * The only functions that print, and how wide they may.
 */
#include "cli/cli_internal.h"
#include "cli/output.h"

#include "kit/arena.h"
#include "kit/columns.h"
#include "kit/file.h"
#include "kit/progress.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool terminal_can_erase(int fd)
{
	const char *term = getenv("TERM");

	return !(term && strcmp(term, "dumb") == 0) && isatty(fd);
}

static struct winsize terminal_size(int fd)
{
	struct winsize size;

	return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size : (struct winsize){ 0 };
}

size_t terminal_width(void)
{
	return terminal_size(STDOUT_FILENO).ws_col;
}

size_t terminal_error_width(void)
{
	return terminal_size(STDERR_FILENO).ws_col;
}

size_t terminal_rows(void)
{
	return terminal_size(STDOUT_FILENO).ws_row;
}

/* Write `text` with the signs that are known there. */
static bool write_to(int fd, str text)
{
	struct arena arena;

	arena_init(&arena, NULL, NULL);
	const bool is_written = descriptor_write(fd, output_translate(text, &arena));
	const int number = errno;

	arena_finish(&arena);
	errno = number;
	return is_written;
}

void print_err(str text)
{
	(void)!write_to(STDERR_FILENO, text); // whom to tell?
}

void terminal_redraw(str text, struct arena *arena)
{
	const size_t width = terminal_error_width();
	const size_t len = width ? columns_fit(text, width - 1) : text.len;

	print_err(str_format(arena, "\r\033[K%.*s", STR_ARG(str_slice(text, 0, len))));
}

str progress_text(const struct progress *progress, struct arena *arena)
{
	const long long mib = 1024 * 1024;
	struct progress_report report;

	if (!progress_look(progress, arena, &report)) {
		return (str){ 0 };
	}
	const str what = str_printable(report.what, arena);
	const long long done = report.done, total = report.total;

	return total ? str_format(arena, "%.*s, %lld %% of %lld MiB", STR_ARG(what),
				       done * 100 / total, (total + mib - 1) / mib)
		     : str_format(arena, "%.*s, %lld MiB", STR_ARG(what), done / mib);
}

void print_err_sentence(str sentence, struct arena *arena)
{
	struct buf text = { .arena = arena };
	const size_t width = terminal_error_width();

	wrap_add_quoting(&text, sentence, width ? width : SIZE_MAX, 0, 2);
	print_err(buf_str(&text));
}

void print_out(str text)
{
	/* Whoever is in the middle of something ends it in order; what they print meanwhile is not heard. */
	if (!output_lost_by() && !output_hold(text) && !write_to(STDOUT_FILENO, text)) {
		output_is_lost(errno);
	}
}

enum exit_status print_end(enum exit_status status)
{
	const int number = output_lost_by();
	struct arena arena = { 0 };

	if (!number) {
		return status;
	}
	if (number == EPIPE) { // `rehearse run | head`: end as quietly as the signal would have ended us
		return signals_exit_status(SIGPIPE);
	}
	print_err(str_format(&arena, "error: could not write to standard output: %s\n",
			strerror(number)));
	arena_finish(&arena);
	return EXIT_ENVIRONMENT;
}

static enum exit_status status_of(const struct error *error)
{
	switch (error->code) {
	case ERROR_ENVIRONMENT:
	case ERROR_CROWDED:
	case ERROR_TIMEOUT:
		return EXIT_ENVIRONMENT;
	case ERROR_INTERRUPTED:
		return EXIT_INTERRUPTED;
	case ERROR_INVALID:
	case ERROR_NOT_FOUND:
	case ERROR_AMBIGUOUS:
	case ERROR_ALEMBIC:
	case ERROR_DATABASE:
	case ERROR_EXPECTATION:
		break;
	}
	return EXIT_INVALID;
}

enum exit_status print_error(const struct invocation *invocation, const struct error *error)
{
	struct buf text = { .arena = invocation->arena };

	error_render_within(error, terminal_error_width(), invocation->colour_err, &text);
	print_err(buf_str(&text));
	return status_of(error);
}

enum exit_status print_mistakes(
		const struct invocation *invocation, const struct error_list *mistakes)
{
	struct buf text = { .arena = invocation->arena };
	enum exit_status status = EXIT_AS_EXPECTED;

	for (size_t i = 0; i < mistakes->count; i++) {
		if (i) {
			buf_add_char(&text, '\n');
		}
		error_render_within(mistakes->items[i], terminal_error_width(),
				invocation->colour_err, &text);
		if (status != EXIT_INVALID) { // a mistake of the user's is the first thing to mend
			status = status_of(mistakes->items[i]);
		}
	}
	print_err(buf_str(&text));
	return status;
}
