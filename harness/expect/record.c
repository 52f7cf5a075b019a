#include "expect/record.h"

#include "kit/arena.h"
#include "kit/file.h"

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

/* Larger tables than this are not worth their memory: everything old, then everything new. */
#define COMMON_LIMIT ((size_t)4 << 20)

/*
 * lengths[i * (b->count + 1) + j]: how many lines the rests of `a` from i and `b` from j have in common
 * at most, in order. NULL when that would be too large.
 */
static uint32_t *common_lengths(
		const struct str_list *a, const struct str_list *b, struct arena *arena)
{
	const size_t width = b->count + 1;

	if (a->count >= COMMON_LIMIT / width) {
		return NULL;
	}
	uint32_t *lengths = arena_new_array(arena, uint32_t, (a->count + 1) * width);

	for (size_t i = a->count; i-- > 0;) {
		for (size_t j = b->count; j-- > 0;) {
			const uint32_t without_a = lengths[(i + 1) * width + j];
			const uint32_t without_b = lengths[i * width + j + 1];

			lengths[i * width + j] = str_equal(a->items[i], b->items[j])
					? lengths[(i + 1) * width + j + 1] + 1
					: (without_a > without_b ? without_a : without_b);
		}
	}
	return lengths;
}

/* Take the lines that both begin and end with off them: most often that leaves next to nothing. */
static void trim_common(struct str_list *a, struct str_list *b)
{
	while (a->count && b->count && str_equal(a->items[0], b->items[0])) {
		a->items++;
		a->count--;
		b->items++;
		b->count--;
	}
	while (a->count && b->count && str_equal(a->items[a->count - 1], b->items[b->count - 1])) {
		a->count--;
		b->count--;
	}
}

struct str_list record_difference(str expected, str actual, struct arena *arena)
{
	struct str_list old = split_lines(expected, arena);
	struct str_list new = split_lines(actual, arena);
	struct str_list out = { 0 };
	size_t i = 0, j = 0;

	trim_common(&old, &new);
	const uint32_t *lengths = common_lengths(&old, &new, arena);
	const size_t width = new.count + 1;

	while (i < old.count || j < new.count) {
		const uint32_t *here = lengths ? &lengths[i * width + j] : NULL;
		const bool has_both = i < old.count && j < new.count;

		if (has_both && str_equal(old.items[i], new.items[j])) {
			i++;
			j++;
		} else if (i < old.count && (!here || j == new.count || here[width] >= here[1])) {
			add_marked(&out, '-', old.items[i++], arena);
		} else {
			add_marked(&out, '+', new.items[j++], arena);
		}
	}
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
