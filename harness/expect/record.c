#include "expect/record.h"

#include "kit/arena.h"
#include "kit/file.h"

#include <stdlib.h>
#include <unistd.h>

/* A record larger than this was not written by us. */
#define RECORD_LIMIT (64u << 20)

static str first_line(str text)
{
	return str_trim(str_slice(text, 0, str_find_char(text, '\n')));
}

/*
 * A version row on a line of its own: as it is, or in quotes where a control character would end the
 * line, or pass unseen. A row that begins with a quote is quoted too, so that no two look the same.
 */
static str row_text(str row, struct arena *arena)
{
	struct buf quoted = { .arena = arena };

	if (!str_starts_with(row, STR("\"")) && str_equal(str_printable(row, arena), row)) {
		return row;
	}
	buf_add_char(&quoted, '"');
	for (size_t i = 0; i < row.len; i++) {
		if (row.data[i] == '"' || row.data[i] == '\\') {
			buf_add_char(&quoted, '\\');
		}
		buf_add_char(&quoted, row.data[i]);
	}
	buf_add_char(&quoted, '"');
	return str_printable(buf_str(&quoted), arena);
}

str record_render(const struct record *record, struct arena *arena)
{
	struct buf text = { .arena = arena };

	buf_format(&text, "verdict: %.*s\n", STR_ARG(record->verdict));
	if (record->error.len) {
		buf_format(&text, "error: %.*s\n",
				STR_ARG(str_printable_lines(first_line(record->error), arena)));
	}
	for (size_t i = 0; i < record->wrong.count; i++) {
		buf_format(&text, "wrong: %.*s\n", STR_ARG(record->wrong.items[i]));
	}
	if (!record->has_version_table) {
		buf_add(&text, STR("version: (no table)\n"));
	} else if (!record->version.count) {
		buf_add(&text, STR("version: (no rows)\n"));
	}
	for (size_t i = 0; i < record->version.count; i++) {
		buf_format(&text, "version: %.*s\n",
				STR_ARG(row_text(record->version.items[i], arena)));
	}
	for (size_t i = 0; i < record->schema.count; i++) {
		buf_add(&text, record->schema.items[i]);
		buf_add_char(&text, '\n');
	}
	return buf_str(&text);
}

static struct str_list split_lines(str text, struct arena *arena)
{
	struct str_list lines = { 0 };
	str line;

	if (str_ends_with(text, STR("\n"))) {
		text.len--;
	}
	while (text.len && str_next_part(&text, '\n', &line)) {
		if (str_ends_with(line, STR("\r"))) {
			line.len--;
		}
		str_list_add(&lines, line, arena);
	}
	return lines;
}

static void add_marked(struct str_list *out, char mark, str line, struct arena *arena)
{
	str_list_add(out, str_format(arena, "%c%.*s", mark, STR_ARG(line)), arena);
}

/* With what the lines begin that stand before the schema, in their order. */
static const char *const head[] = { "verdict:", "error:", "wrong:", "version:" };

static size_t rank_of(str line)
{
	size_t rank = 0;

	while (rank < COUNT_OF(head) && !str_starts_with(line, str_from(head[rank]))) {
		rank++;
	}
	return rank;
}

/* The order in which a record has its lines. */
static int compare_lines(str a, str b)
{
	const size_t one = rank_of(a), other = rank_of(b);

	return one != other ? (one < other ? -1 : 1) : str_compare(a, b);
}

static int compare_line_items(const void *a, const void *b)
{
	return compare_lines(*(const str *)a, *(const str *)b);
}

static struct str_list sorted_lines(str text, struct arena *arena)
{
	struct str_list lines = split_lines(text, arena);

	if (lines.count) {
		qsort(lines.items, lines.count, sizeof(*lines.items), compare_line_items);
	}
	return lines;
}

/* Between two lines that both have, what went stands before what came. */
static void flush(struct str_list *came, struct str_list *out, struct arena *arena)
{
	for (size_t i = 0; i < came->count; i++) {
		add_marked(out, '+', came->items[i], arena);
	}
	came->count = 0;
}

struct str_list record_difference(str expected, str actual, struct arena *arena)
{
	const struct str_list old = sorted_lines(expected, arena);
	const struct str_list new = sorted_lines(actual, arena);
	struct str_list out = { 0 }, came = { 0 };
	size_t i = 0, j = 0;

	while (i < old.count || j < new.count) {
		int side = i == old.count ? 1 : -1;

		if (i < old.count && j < new.count) {
			side = compare_lines(old.items[i], new.items[j]);
		}
		if (side < 0) {
			add_marked(&out, '-', old.items[i], arena);
		} else if (side > 0) {
			str_list_add(&came, new.items[j], arena);
		} else {
			flush(&came, &out, arena);
		}
		i += side <= 0;
		j += side >= 0;
	}
	flush(&came, &out, arena);
	return out;
}

/* `path`, which is absolute, from the working folder if it lies below that. */
static str relative_path(str path, struct arena *arena)
{
	const str here = path_absolute(STR(""), arena);

	if (str_starts_with(path, here) && path.len > here.len && path.data[here.len] == '/') {
		return str_slice(path, here.len + 1, path.len);
	}
	return path;
}

str record_folder_find(str folder, struct arena *arena)
{
	str above = path_absolute(folder, arena);

	for (;;) {
		const str candidate = path_join(above, STR("expected"), arena);

		if (path_is_directory(candidate, arena)) {
			return relative_path(candidate, arena);
		}
		const str next = path_folder(above);

		if (next.len >= above.len || !next.len) {
			return STR("");
		}
		above = next;
	}
}

/*
 * A name as a part of a file name: what could be mistaken for a separator, or that some file system
 * refuses, stands as %XX.
 */
static void add_safe_name(struct buf *out, str name)
{
	const str special = STR("/\\%@:*?\"<>|");

	for (size_t i = 0; i < name.len; i++) {
		const unsigned char c = (unsigned char)name.data[i];
		const bool is_hidden = i == 0 && c == '.';
		const bool is_special = str_find_char(special, name.data[i]) < special.len;

		if (c < ' ' || c == 0x7F || is_hidden || is_special) {
			buf_format(out, "%%%02X", c);
		} else {
			buf_add_char(out, name.data[i]);
		}
	}
}

str record_folder_of(str folder, str scenario, struct arena *arena)
{
	struct buf name = { .arena = arena };

	add_safe_name(&name, scenario);
	return path_join(folder, buf_str(&name), arena);
}

str record_file_name(str strategy, str state, str engine, struct arena *arena)
{
	struct buf name = { .arena = arena };

	add_safe_name(&name, strategy);
	buf_add_char(&name, '@');
	add_safe_name(&name, state);
	buf_add_char(&name, '.');
	add_safe_name(&name, engine);
	buf_add(&name, STR(".txt"));
	return buf_str(&name);
}

struct error *record_read(str path, struct arena *arena, str *ret_text)
{
	return file_read(path, RECORD_LIMIT, arena, ret_text);
}

struct error *record_write(str path, str text, struct arena *arena)
{
	struct error *error = directory_make(path_folder(path), arena);

	return error ? error : file_write(path, text, arena);
}

struct error *record_remove(str path, struct arena *arena)
{
	struct error *error = file_remove(path, arena);

	if (!error) {
		(void)rmdir(str_to_c(
				path_folder(path), arena)); // stays while anything else is in it
	}
	return error;
}
