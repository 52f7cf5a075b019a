#include "report/show.h"

#include "kit/arena.h"
#include "kit/columns.h"

/* Of longer values the beginning will do. */
#define VALUE_COLUMNS 60

/* Of more rows the first will do; `--format json` has all that were kept. */
#define ROWS_LISTED 40

/* A value on one line; a text that says NULL is not told from a NULL. */
static str cell_text(str value, struct arena *arena)
{
	const str text = str_printable(value.data ? value : STR("NULL"), arena);
	size_t end = 0, columns = 0;

	while (end < text.len && columns < VALUE_COLUMNS) {
		end++;
		while (end < text.len && ((unsigned char)text.data[end] & 0xC0) == 0x80) {
			end++;
		}
		columns++;
	}
	return end < text.len ? str_format(arena, "%.*s...", STR_ARG(str_slice(text, 0, end)))
			      : text;
}

static str *cell_texts(const struct str_list *values, size_t count, struct arena *arena)
{
	str *texts = arena_new_array(arena, str, count);

	for (size_t i = 0; i < count; i++) {
		texts[i] = cell_text(values->items[i], arena);
	}
	return texts;
}

static size_t *widths_of(const str *cells, size_t rows, size_t columns, struct arena *arena)
{
	size_t *widths = arena_new_array(arena, size_t, columns);

	for (size_t i = 0; i < rows * columns; i++) {
		const size_t width = columns_of(cells[i]);

		widths[i % columns] = width > widths[i % columns] ? width : widths[i % columns];
	}
	return widths;
}

static str line_of(const str *cells, const size_t *widths, size_t columns, struct arena *arena)
{
	struct buf line = { .arena = arena };

	for (size_t i = 0; i < columns; i++) {
		buf_add(&line, cells[i]);
		if (i + 1 < columns) {
			buf_add_repeated(&line, ' ', widths[i] - columns_of(cells[i]) + 2);
		}
	}
	return buf_str(&line);
}

struct str_list report_show_lines(const struct outcome_show *show, struct arena *arena)
{
	const size_t columns = show->columns.count;
	const size_t kept = show->values.count / columns;
	const size_t rows = kept < ROWS_LISTED ? kept : ROWS_LISTED;
	str *cells = arena_new_array(arena, str, (rows + 1) * columns);
	const str *names = cell_texts(&show->columns, columns, arena);
	const str *values = cell_texts(&show->values, rows * columns, arena);
	struct str_list lines = { 0 };

	for (size_t i = 0; i < (rows + 1) * columns; i++) {
		cells[i] = i < columns ? names[i] : values[i - columns];
	}
	const size_t *widths = widths_of(cells, rows + 1, columns, arena);

	for (size_t row = 0; row <= rows; row++) {
		str_list_add(&lines, line_of(cells + row * columns, widths, columns, arena), arena);
	}
	if (rows < show->row_count) {
		str_list_add(&lines,
				str_format(arena, "... and %zu more rows", show->row_count - rows),
				arena);
	} else {
		str_list_add(&lines, str_format(arena, "(%zu row%s)", rows, rows == 1 ? "" : "s"),
				arena);
	}
	return lines;
}
