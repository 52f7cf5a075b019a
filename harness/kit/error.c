#include "kit/error.h"

#include "kit/arena.h"
#include "kit/columns.h"
#include "kit/excerpt.h"
#include "kit/style.h"
#include "kit/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct error *error_format(struct arena *arena, enum error_code code, const char *format,
		va_list values) PRINTF_LIKE(3, 0);

static struct error *error_format(
		struct arena *arena, enum error_code code, const char *format, va_list values)
{
	struct error *error = arena_new(arena, struct error);

	error->code = code;
	error->message = str_format_list(arena, format, values);
	return error;
}

struct error *error_new(struct arena *arena, enum error_code code, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	struct error *error = error_format(arena, code, format, values);
	va_end(values);
	return error;
}

struct error *error_at(struct arena *arena, enum error_code code, struct span where,
		const char *format, ...)
{
	va_list values;

	va_start(values, format);
	struct error *error = error_format(arena, code, format, values);
	va_end(values);
	error->where = where;
	return error;
}

struct error *error_alembic(struct arena *arena, const char *class_name, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	struct error *error = error_format(arena, ERROR_ALEMBIC, format, values);
	va_end(values);
	error->class_name = str_from(class_name);
	return error;
}

struct error *error_wrap(struct arena *arena, const struct error *cause, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	struct error *error = error_format(arena, cause->code, format, values);
	va_end(values);
	error->class_name = cause->class_name;
	error->where = cause->where;
	error->cause = cause;
	return error;
}

struct error *error_from_errno(struct arena *arena, const char *format, ...)
{
	const int number = errno;
	va_list values;

	va_start(values, format);
	struct error *error = error_format(arena, ERROR_ENVIRONMENT, format, values);
	va_end(values);
	error->message = str_format(
			arena, "could not %.*s: %s", STR_ARG(error->message), strerror(number));
	return error;
}

void error_list_add(struct error_list *list, struct error *error, struct arena *arena)
{
	*LIST_PUSH(list, arena) = error;
}

/* An error, and which of the sources it is in: in the order in which the list names them, those nowhere last. */
struct ranked {
	struct error *error;
	uint32_t rank;
};

static bool is_after(const struct ranked *a, const struct ranked *b)
{
	return a->rank != b->rank ? a->rank > b->rank
				  : a->error->where.offset > b->error->where.offset;
}

static struct ranked *rank(const struct error_list *list, struct arena *arena)
{
	struct ranked *ranked = arena_new_array(arena, struct ranked, list->count);
	struct table ranks = { .arena = arena };

	for (size_t i = 0; i < list->count; i++) {
		struct error *error = list->items[i];
		const struct source *source = error->where.source;
		const str key = { (const char *)&source, sizeof(source) };

		ranked[i] = (struct ranked){ error, UINT32_MAX };
		if (source && !table_find(&ranks, key, &ranked[i].rank)) {
			ranked[i].rank = (uint32_t)ranks.count;
			table_set(&ranks, str_copy(key, arena), ranked[i].rank);
		}
	}
	return ranked;
}

/* A merge sort from the bottom up: stable, and good for a file full of mistakes. `to` is as long. */
static const struct ranked *sort(struct ranked *from, struct ranked *to, size_t count)
{
	for (size_t width = 1; width < count; width *= 2) {
		for (size_t start = 0; start < count; start += 2 * width) {
			const size_t middle = start + width < count ? start + width : count;
			const size_t end = middle + width < count ? middle + width : count;
			size_t left = start, right = middle;

			for (size_t i = start; i < end; i++) {
				const bool take_right = left == middle ||
						(right < end &&
								is_after(&from[left],
										&from[right]));

				to[i] = take_right ? from[right++] : from[left++];
			}
		}
		struct ranked *swap = from;

		from = to;
		to = swap;
	}
	return from;
}

void error_list_sort(struct error_list *list, struct arena *arena)
{
	if (list->count < 2) {
		return;
	}
	const struct ranked *sorted = sort(rank(list, arena),
			arena_new_array(arena, struct ranked, list->count), list->count);

	for (size_t i = 0; i < list->count; i++) {
		list->items[i] = sorted[i].error;
	}
}

/*
 * What others have written, a database or a file's name, in words that no terminal obeys: behind `lead`, from `column`
 * on where something stands before it.
 */
static void add_line(struct buf *out, size_t width, size_t column, const char *lead, str text)
{
	str rest = str_printable_lines(text, out->arena), line;
	const size_t room = width ? width : SIZE_MAX;

	buf_add(out, str_from(lead));
	column += str_from(lead).len;
	if (!rest.len) {
		buf_add_char(out, '\n');
	}
	while (rest.len && str_next_part(&rest, '\n', &line)) {
		wrap_add_quoting(out, line, room, column, 4);
		column = 0;
	}
}

void error_render(const struct error *error, bool colour, struct buf *out)
{
	error_render_within(error, 0, colour, out);
}

void error_render_within(const struct error *error, size_t width, bool colour, struct buf *out)
{
	const struct error *root = error;
	size_t column = str_from("error: ").len;

	while (root->cause) {
		root = root->cause;
	}
	if (root->where.source) {
		const str place = str_format(out->arena, "%.*s: ",
				STR_ARG(str_printable(
						span_render(root->where, out->arena), out->arena)));

		style_add(out, colour, STYLE_BOLD, place);
		column += columns_of(place);
	}
	style_add(out, colour, STYLE_ALARM, STR("error: "));
	add_line(out, width, column, "", root->message);
	if (root->where.source) {
		const struct excerpt excerpt = excerpt_of(root->where, out->arena);

		excerpt_render(&excerpt, 0, width ? width : SIZE_MAX, colour, out);
	}
	if (root->state.len) {
		add_line(out, width, 0, "  SQLSTATE ", root->state);
	}
	if (root->detail.len) {
		add_line(out, width, 0, "  ", root->detail);
	}
	if (root->context.len) {
		add_line(out, width, 0, "  context: ", root->context);
	}
	for (const struct error *link = error; link != root; link = link->cause) {
		add_line(out, width, 0, "  while ", link->message);
	}
	for (const struct error *link = error; link; link = link->cause) {
		if (link->hint.len) {
			add_line(out, width, 0, "  hint: ", link->hint);
		}
	}
}
