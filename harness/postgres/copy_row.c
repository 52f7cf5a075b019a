/*
 * The row of COPY data that a server refuses: it says so when much more has been sent, and gives the row's number
 * alone. So the dump is read once more, up to that line.
 */
#include "postgres/dump.h"

#include "kit/arena.h"

#include <stdlib.h>

/* So much of a row is shown at most. */
#define LONGEST_ROW ((size_t)64 * 1024)

/* `COPY t, line 3, column id: "x"`: what stands behind ", line ", where COPY is what the server was at; else empty. */
static str line_words(str context)
{
	const str words = STR(", line ");
	str line;

	while (str_next_part(&context, '\n', &line)) {
		const size_t at = str_find(line, words);

		if (str_starts_with(line, STR("COPY ")) && at < line.len) {
			return str_slice(line, at + words.len, line.len);
		}
	}
	return (str){ 0 };
}

size_t copy_row_number(const struct error *error, struct arena *arena)
{
	const str words = line_words(error->context);

	return words.len ? (size_t)strtoul(str_to_c(words, arena), NULL, 10) : 0;
}

/* A dump, line by line. */
struct line_reader {
	struct dump_file *file;
	char part[64 * 1024];
	size_t at, len; /* in the part */
};

/* Read on to the end of a line, of which `row` takes the beginning; NULL: it is passed over. */
static struct error *read_line(struct line_reader *reader, struct buf *row)
{
	struct error *error = NULL;
	size_t end;

	do {
		if (reader->at == reader->len) {
			reader->at = 0;
			error = dump_file_read(reader->file, reader->part, sizeof(reader->part),
					&reader->len);
		}
		const str rest = { reader->part + reader->at, reader->len - reader->at };

		end = str_find_char(rest, '\n');
		if (row && row->len < LONGEST_ROW) {
			buf_add(row, str_slice(rest, 0, end));
		}
		reader->at += end < rest.len ? end + 1 : rest.len;
		if (end < rest.len) {
			return error;
		}
	} while (!error && reader->len);
	return error;
}

/* What the server quotes of the row, a value or all of it, where it stands there; else all of the row. */
static str part_of(str row, str context)
{
	const str words = line_words(context);
	const size_t from = str_find_char(words, '"') + 1;
	const str quoted = str_slice(words, from, words.len);
	const str value = str_slice(quoted, 0, quoted.len ? quoted.len - 1 : 0);
	const size_t at = value.len ? str_find(row, value) : row.len;

	return at < row.len ? str_slice(row, at, value.len) : row;
}

void copy_row_show(struct error *refused, const struct host *host, str path, size_t line,
		struct arena *arena)
{
	struct line_reader *reader = arena_new(arena, struct line_reader);
	struct buf row = { .arena = arena };
	struct error *error = dump_file_open(host, path, false, arena, &reader->file);

	for (size_t i = 1; !error && i < line; i++) {
		error = read_line(reader, NULL);
	}
	if (!error) {
		error = read_line(reader, &row);
	}
	if (!error && row.len) {
		struct source *source = arena_new(arena, struct source);
		const str text = { buf_c(&row), row.len };
		const str part = part_of(text, refused->context);

		*source = (struct source){ .name = path, .text = text, .lines_before = line - 1 };
		refused->where = (struct span){ source, (size_t)(part.data - text.data), part.len };
	}
	(void)!dump_file_close(reader->file, error); // the place that was known will do
}
