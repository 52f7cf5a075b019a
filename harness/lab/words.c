#include "lab/words.h"

#include "kit/arena.h"

/* Longer texts are cut after this many bytes. */
#define SHOWN_TEXT 160

struct str_list sorted_rows(const struct str_list *rows, struct arena *arena)
{
	struct str_list sorted = { 0 };

	for (size_t i = 0; i < rows->count; i++) {
		str_list_add(&sorted, rows->items[i], arena);
	}
	str_list_sort(&sorted);
	return sorted;
}

bool rows_are_same(const struct str_list *a, const struct str_list *b, struct arena *arena)
{
	if (a->count != b->count) {
		return false;
	}
	const struct str_list left = sorted_rows(a, arena), right = sorted_rows(b, arena);

	for (size_t i = 0; i < left.count; i++) {
		if (!str_equal(left.items[i], right.items[i])) {
			return false;
		}
	}
	return true;
}

str words_of_rows(const struct str_list *rows, struct arena *arena)
{
	const struct str_list sorted = sorted_rows(rows, arena);

	if (!rows->count) {
		return STR("no rows");
	}
	return str_format(arena, "the row%s %.*s", rows->count == 1 ? "" : "s",
			STR_ARG(str_list_join(&sorted, STR(", "), arena)));
}

/* At most SHOWN_TEXT bytes, not cutting a character. */
static str cut(str text)
{
	size_t len = SHOWN_TEXT;

	if (text.len <= len) {
		return text;
	}
	while (len && ((unsigned char)text.data[len] & 0xC0) == 0x80) {
		len--;
	}
	return str_slice(text, 0, len);
}

str words_of_text(str text, struct arena *arena)
{
	const str shown = cut(text);
	struct buf words = { .arena = arena };

	buf_add_char(&words, '\'');
	for (size_t i = 0; i < shown.len; i++) {
		if (shown.data[i] == '\n') {
			buf_add(&words, STR("\\n"));
		} else {
			buf_add_char(&words, shown.data[i]);
		}
	}
	buf_add(&words, shown.len < text.len ? STR("...'") : STR("'"));
	return buf_str(&words);
}
