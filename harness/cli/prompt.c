#include "cli/prompt.h"

#include "cli/cli_internal.h"
#include "kit/arena.h"
#include "kit/wait.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool is_told_to_stop(void)
{
	return interrupted_by() != 0;
}

bool prompt_wait(void)
{
	const struct patience patience = { .is_called_off = is_told_to_stop };

	return wait_to_read(STDIN_FILENO, &patience) == WAIT_READY;
}

bool prompt_is_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

void prompt_open(struct prompt *prompt, const struct completion *completion, struct arena *arena)
{
	*prompt = (struct prompt){
		.is_terminal = prompt_is_terminal(),
		.ahead = { .arena = arena },
	};
	if (prompt->is_terminal && terminal_can_erase(STDOUT_FILENO)) {
		prompt->editor = line_editor_open(completion, arena);
	}
}

void prompt_close(struct prompt *prompt)
{
	line_editor_close(prompt->editor);
	prompt->editor = NULL;
}

/* The flag says why waiting has ended: Ctrl-C is for the line alone. */
static enum prompt_end stopped(void)
{
	return signals_hear_interrupt() ? PROMPT_NOTHING : PROMPT_OVER;
}

/* More bytes of standard input; false: we were told to stop. */
static bool read_more(struct prompt *prompt)
{
	char chunk[4096];

	if (!prompt_wait()) {
		return false;
	}
	const ssize_t got = read(STDIN_FILENO, chunk, sizeof(chunk));

	if (got > 0) {
		buf_add(&prompt->ahead, (str){ chunk, (size_t)got });
	} else if (got == 0 || errno != EINTR) {
		prompt->is_at_end = true;
	}
	return true;
}

/* A line as it stands, by ourselves. */
static enum prompt_end read_plain(
		struct prompt *prompt, str words, struct arena *arena, str *ret_line)
{
	if (prompt->is_terminal) {
		print_out(words);
	}
	for (;;) {
		const str all = buf_str(&prompt->ahead);
		const size_t end = str_find_char(all, '\n');

		if (end < all.len || (prompt->is_at_end && all.len)) {
			const size_t taken = end + (end < all.len);

			*ret_line = str_copy(str_slice(all, 0, end), arena);
			prompt->ahead.len -= taken;
			memmove(prompt->ahead.data, prompt->ahead.data + taken, prompt->ahead.len);
			return PROMPT_LINE;
		}
		if (prompt->is_at_end) {
			return PROMPT_OVER;
		}
		if (!read_more(prompt)) {
			prompt->ahead.len = 0;
			return stopped();
		}
	}
}

static enum prompt_end read_line(
		struct prompt *prompt, str words, struct arena *arena, str *ret_line)
{
	if (!prompt->editor) {
		return read_plain(prompt, words, arena, ret_line);
	}
	const enum prompt_end end = line_editor_read(prompt->editor, words, arena, ret_line);

	return end == PROMPT_NOTHING ? stopped() : end;
}

enum prompt_end prompt_read(struct prompt *prompt, str words, struct arena *arena, str *ret_line,
		size_t *ret_number)
{
	struct buf whole = { .arena = arena };
	enum prompt_end end;
	bool goes_on = true;

	for (*ret_number = prompt->line + 1; goes_on; words = STR("... ")) {
		str line;

		end = read_line(prompt, words, arena, &line);
		if (end != PROMPT_LINE) {
			break;
		}
		prompt->line++;
		if (str_ends_with(line, STR("\r"))) {
			line.len--;
		}
		goes_on = str_ends_with(line, STR("\\"));
		buf_add(&whole, str_slice(line, 0, line.len - goes_on));
		buf_add(&whole, goes_on ? STR(" \n") : STR("")); // as long as it was: places stay
	}
	if (end == PROMPT_OVER && whole.len) {
		end = PROMPT_LINE; // the pipe ends behind a backslash
	}
	if (prompt->is_terminal && end != PROMPT_LINE) {
		print_out(end == PROMPT_NOTHING && !prompt->editor ? STR("\n") : STR(""));
	}
	*ret_line = buf_str(&whole);
	return end;
}
