/*
 * kit/str.h - text. A `str` is a borrowed view of bytes that someone else owns, without a NUL at its
 * end; it lives as long as they do. A struct buf builds text in an arena and keeps a NUL behind it, so
 * that C libraries can read it. Bytes are UTF-8 where they came from a user, but nothing here assumes
 * so unless it says.
 */
#ifndef KIT_STR_H
#define KIT_STR_H

#include "kit/attr.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* The one typedef of a struct here: it is passed about as a number is. Zero is the empty text. */
typedef struct str {
	const char *data; /* borrowed; not NUL-terminated; NULL only when len is 0 */
	size_t len;       /* bytes */
} str;

/* A str of a string literal, as an expression and as a constant initialiser. */
#define STR(literal) ((str)STR_INIT(literal))
#define STR_INIT(literal)                       \
	{                                       \
		"" literal, sizeof(literal) - 1 \
	}

/* Print a str: printf("%.*s", STR_ARG(name)). */
#define STR_ARG(s) ((int)(s).len), ((s).data ? (s).data : "")

struct str_list {
	str *items;
	size_t count, capacity;
};

/* View a C string, which is borrowed. NULL gives the empty text. */
str str_from(const char *text);

bool str_equal(str a, str b);

/* Order by bytes, which is the order of code points for UTF-8; the shorter of two equals is first. */
int str_compare(str a, str b);

/* str_compare() for qsort() over an array of str. */
int str_compare_items(const void *a, const void *b);

bool str_starts_with(str s, str prefix);
bool str_ends_with(str s, str suffix);

/* Where `c`, or the text `part`, first stands in `s`; s.len when it does not. */
size_t str_find_char(str s, char c);
size_t str_find(str s, str part);

/* The text between the first two `quote`s in `s`; empty: there are none. */
str str_quoted(str s, char quote);

/* `s` with `to` wherever `from` stands, which is not empty; a copy only where it stands somewhere. */
str str_replace(str s, str from, str to, struct arena *arena);

/* The part from `from`, at most `len` bytes; both are cut to what is there. */
str str_slice(str s, size_t from, size_t len);

/* Without blanks (space, tab, CR, LF) at both ends. */
str str_trim(str s);

/*
 * Take the text before the first `separator` off the front of `rest`; all of it when there is none.
 * False when `rest` was used up (its data is then NULL), so that a loop sees every part, empty ones
 * too: "a,,b" gives "a", "", "b".
 */
bool str_next_part(str *rest, char separator, str *ret_part);

/* A copy in `arena`, with a NUL behind it. */
str str_copy(str s, struct arena *arena);

/* A NUL-terminated copy in `arena`, for C libraries. Cut at the first NUL if the text holds one. */
const char *str_to_c(str s, struct arena *arena);

/* Formatted text in `arena`, with a NUL behind it. */
str str_format(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
str str_format_list(struct arena *arena, const char *format, va_list values) PRINTF_LIKE(2, 0);

/* A hash of the bytes, the same in every run. */
uint64_t str_hash(str s);

/* Offset of the first byte that is not valid UTF-8 (no surrogates, no overlong forms); else s.len. */
size_t str_utf8_error(str s);

/* How many code points `s` holds; a byte that starts none counts as one. */
size_t str_utf8_length(str s);

/*
 * `s` for a line that people read: control characters as escapes such as \n, \x1b and \u009b, which no
 * terminal obeys. `s` itself when it has none, else text in `arena`.
 */
str str_printable(str s, struct arena *arena);

/* The same for text of several lines: line ends and tabs stay as they are. */
str str_printable_lines(str s, struct arena *arena);

/* `s` with U+FFFD for each byte that is not UTF-8, and for what no document may hold; `s` itself when it has none. */
str str_valid(str s, struct arena *arena);

/* At most `most` bytes from the front of `s`, no character cut in two. */
str str_front(str s, size_t most);

/* `s` with single blanks in the place of blanks and line ends, cut with "..." where it is longer than `most` bytes. */
str str_on_one_line(str s, size_t most, struct arena *arena);

/* How many bytes the control character at `at` has, ASCII's or one of U+0080 to U+009F; 0: it is none. */
size_t str_control_len(str s, size_t at);

/* Append `s`, sort by bytes, ask whether `s` is there. */
void str_list_add(struct str_list *list, str s, struct arena *arena);
void str_list_sort(struct str_list *list);
bool str_list_contains(const struct str_list *list, str s);

/* Whether both have the same items in the same order. */
bool str_list_equal(const struct str_list *a, const struct str_list *b);

/* All items with `separator` between them. */
str str_list_join(const struct str_list *list, str separator, struct arena *arena);

/* Text being built. Set `arena` and leave the rest zero. */
struct buf {
	struct arena *arena; /* borrowed; where the text is */
	char *data;          /* NUL-terminated once anything was added */
	size_t len, capacity;
};

void buf_add(struct buf *buf, str s);
void buf_add_char(struct buf *buf, char c);
void buf_add_code_point(struct buf *buf, uint32_t code); /* as UTF-8 */
void buf_add_repeated(struct buf *buf, char c, size_t count);
void buf_format(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

/* Append `word` as one word of a shell's: in quotes if it holds what a shell would not take as it is. */
void buf_add_shell_word(struct buf *buf, str word);

/* `word` in that form. */
str str_shell_word(str word, struct arena *arena);

/* What was built so far; good until the next addition. */
str buf_str(const struct buf *buf);

/* The same, NUL-terminated; never NULL. */
const char *buf_c(const struct buf *buf);

#endif
