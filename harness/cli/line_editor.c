/*
 * Lines that are edited by libedit, with a history for as long as the program runs.
 */
#include "cli/cli_internal.h"
#include "cli/output.h"
#include "cli/prompt.h"
#include "kit/arena.h"
#include "kit/columns.h"

#include <errno.h>
#include <histedit.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REMEMBERED 1000

struct line_editor {
	EditLine *edit;
	History *history;
	const struct completion *completion;
	const char *words; /* before the line */
	char *locale;      /* as it was */
};

static struct line_editor *editor_of(EditLine *edit)
{
	void *editor = NULL;

	el_get(edit, EL_CLIENTDATA, &editor);
	return editor;
}

static char *words_of(EditLine *edit)
{
	return (char *)(uintptr_t)editor_of(edit)->words; // which libedit only reads
}

/* --- reading ----------------------------------------------------------------------------------------- */

/* How many bytes follow the first of a character in UTF-8. */
static size_t following(unsigned char first)
{
	return first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
}

/* One character; a signal ends the wait for it, which libedit's own reading would go on with. */
static int read_character(EditLine *edit, wchar_t *ret_character)
{
	static const unsigned char masks[] = { 0xFF, 0x1F, 0x0F, 0x07 };
	unsigned char byte;
	size_t missing = 0;
	wchar_t character = 0;

	(void)edit;
	for (bool is_first = true; is_first || missing; is_first = false) {
		if (!prompt_wait()) {
			return -1;
		}
		const ssize_t got = read(STDIN_FILENO, &byte, 1);

		if (got <= 0) {
			return got == 0 || errno == EIO ? 0 : -1;
		}
		if (is_first) {
			missing = following(byte);
			character = byte & masks[missing];
		} else {
			missing--;
			character = (wchar_t)(character << 6 | (byte & 0x3F));
		}
	}
	*ret_character = character;
	return 1;
}

/* --- completing --------------------------------------------------------------------------------------- */

/* How far all offers are the same. */
static size_t common_len(const struct str_list *offers)
{
	size_t len = offers->items[0].len;

	for (size_t i = 1; i < offers->count; i++) {
		const str one = offers->items[i];
		size_t same = 0;

		while (same < len && same < one.len && one.data[same] == offers->items[0].data[same]) {
			same++;
		}
		len = same;
	}
	return len;
}

static void show_offers(const struct str_list *offers, struct arena *arena)
{
	struct buf text = { .arena = arena };

	buf_add_char(&text, '\n');
	wrap_add(&text, str_list_join(offers, STR("  "), arena), help_width(), 0, 0);
	print_out(buf_str(&text));
}

static unsigned char complete(EditLine *edit, int key)
{
	const struct line_editor *editor = editor_of(edit);
	const LineInfo *line = el_line(edit);
	const str before = { line->buffer, (size_t)(line->cursor - line->buffer) };
	size_t at = before.len;
	struct str_list offers = { 0 };
	unsigned char result = CC_REFRESH_BEEP;
	struct arena arena;

	(void)key;
	arena_init(&arena, NULL, NULL);
	while (at && before.data[at - 1] != ' ') {
		at--;
	}
	const str word = str_slice(before, at, before.len);

	editor->completion->offer(editor->completion->data, str_slice(before, 0, at), word, &arena,
			&offers);
	if (offers.count) {
		const size_t len = common_len(&offers);
		const str more = str_slice(offers.items[0], word.len, len - word.len);
		const char *end = offers.count == 1 ? " " : "";

		if (more.len || *end) {
			el_insertstr(edit, str_to_c(str_format(&arena, "%.*s%s", STR_ARG(more), end),
							&arena));
			result = CC_REFRESH;
		} else {
			show_offers(&offers, &arena);
			result = CC_REDISPLAY;
		}
	}
	arena_finish(&arena);
	return result;
}

/* --- the editor --------------------------------------------------------------------------------------- */

/* libedit thinks in characters of the locale. */
static void take_locale(struct line_editor *editor, struct arena *arena)
{
	const char *before = setlocale(LC_CTYPE, NULL);

	editor->locale = (char *)arena_alloc(arena, strlen(before) + 1);
	memcpy(editor->locale, before, strlen(before) + 1);
	if (output_has_utf8()) {
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	}
}

str line_editor_release(struct arena *arena)
{
	return str_format(arena, "%d.%d", LIBEDIT_MAJOR, LIBEDIT_MINOR);
}

struct line_editor *line_editor_open(const struct completion *completion, struct arena *arena)
{
	struct line_editor *editor = arena_new(arena, struct line_editor);
	HistEvent event;

	editor->completion = completion;
	take_locale(editor, arena);
	editor->edit = el_init("rehearse", stdin, stdout, stderr);
	editor->history = history_init();
	if (!editor->edit || !editor->history) {
		line_editor_close(editor);
		return NULL;
	}
	history(editor->history, &event, H_SETSIZE, REMEMBERED);
	history(editor->history, &event, H_SETUNIQUE, 1);
	el_set(editor->edit, EL_CLIENTDATA, editor);
	el_set(editor->edit, EL_EDITOR, "emacs");
	el_set(editor->edit, EL_PROMPT, words_of);
	el_set(editor->edit, EL_HIST, history, editor->history);
	el_set(editor->edit, EL_GETCFN, read_character);
	el_wset(editor->edit, EL_ADDFN, L"rehearse-complete", L"complete the word", complete); // el_set() loses copies of both
	el_set(editor->edit, EL_BIND, "^I", "rehearse-complete", NULL);
	el_set(editor->edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
	return editor;
}

void line_editor_close(struct line_editor *editor)
{
	if (!editor) {
		return;
	}
	if (editor->history) {
		history_end(editor->history);
	}
	if (editor->edit) {
		el_end(editor->edit);
	}
	(void)setlocale(LC_CTYPE, editor->locale);
}

enum prompt_end line_editor_read(
		struct line_editor *editor, str words, struct arena *arena, str *ret_line)
{
	HistEvent event;
	int count = 0;

	editor->words = str_to_c(words, arena);
	el_set(editor->edit, EL_PREP_TERM, 1); // before the prompt is seen, so that no Ctrl-D comes too early
	const char *line = el_gets(editor->edit, &count);

	if (!line || count <= 0) {
		el_reset(editor->edit);
		fputc('\n', stdout);
		fflush(stdout);
		return count < 0 ? PROMPT_NOTHING : PROMPT_OVER;
	}
	str text = { line, (size_t)count };

	if (str_trim(text).len) {
		history(editor->history, &event, H_ENTER, line);
	}
	if (str_ends_with(text, STR("\n"))) {
		text.len--;
	}
	*ret_line = str_copy(text, arena);
	return PROMPT_LINE;
}
