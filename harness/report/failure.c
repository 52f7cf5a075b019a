#include "report/failure.h"

#include "kit/arena.h"
#include "kit/columns.h"
#include "report/text.h"

/* Longer statements are cut after this many bytes. */
#define SHOWN_STATEMENT 160

static void add(struct failure_lines *lines, enum failure_part part, size_t indent, str text,
		struct arena *arena)
{
	*LIST_PUSH(lines, arena) =
			(struct failure_line){ .part = part, .indent = indent, .text = text };
}

/* `lead` and the text, whose further lines stand below its first. */
static void add_led(struct failure_lines *lines, enum failure_part part, const char *lead, str text,
		struct arena *arena)
{
	size_t indent = 2;
	str rest = str_printable_lines(str_trim(text), arena), line;

	while (rest.len && str_next_part(&rest, '\n', &line)) {
		add(lines, part, indent, str_format(arena, "%s%.*s", lead, STR_ARG(line)), arena);
		indent += str_from(lead).len;
		lead = "";
	}
}

struct str_list failure_diagnosis(const struct outcome_error *error, struct arena *arena)
{
	struct buf text = { .arena = arena };
	struct str_list lines = { 0 };
	str rest, line;

	if (!error->faults.revision_count) {
		return error->diagnosis;
	}
	faults_render_text(&error->faults, false, 0, &text);
	rest = str_trim(buf_str(&text));
	while (str_next_part(&rest, '\n', &line)) {
		str_list_add(&lines, line, arena);
	}
	return lines;
}

static void add_diagnosis(
		struct failure_lines *lines, const struct outcome_error *error, struct arena *arena)
{
	const struct str_list diagnosis = failure_diagnosis(error, arena);

	if (!diagnosis.count) {
		return;
	}
	add(lines, FAILURE_DIAGNOSIS, 2, STR("the tree does not load; what the doctor says of it:"),
			arena);
	for (size_t i = 0; i < diagnosis.count; i++) {
		const str line = str_printable(diagnosis.items[i], arena);
		size_t indent = 0;

		while (indent < line.len && line.data[indent] == ' ') {
			indent++;
		}
		add(lines, FAILURE_DOCTOR, indent + 4, str_slice(line, indent, line.len), arena);
	}
}

struct failure_lines failure_lines(const struct outcome_error *error, struct arena *arena)
{
	struct failure_lines lines = { 0 };
	const str message = str_format(
			arena, "%.*s: %.*s", STR_ARG(error->class_name), STR_ARG(error->message));
	str rest = str_printable_lines(message, arena), line;

	while (str_next_part(&rest, '\n', &line)) {
		add(&lines, FAILURE_MESSAGE, 0, line, arena);
	}
	if (error->place.path.len) {
		add(&lines, FAILURE_SOURCE, 0, (str){ 0 }, arena);
	}
	add_led(&lines, FAILURE_REVISION, "in revision ", error->revision, arena);
	add_led(&lines, FAILURE_STATEMENT,
			"statement: ", str_on_one_line(error->statement, SHOWN_STATEMENT, arena),
			arena);
	add_led(&lines, FAILURE_DETAIL, "SQLSTATE ", error->sqlstate, arena);
	add_led(&lines, FAILURE_DETAIL, error->sqlstate.len ? "detail: " : "", error->detail,
			arena);
	add_led(&lines, FAILURE_DETAIL, "context: ", error->context, arena);
	add_led(&lines, FAILURE_ATTEMPT, "while ", error->attempt, arena);
	add_led(&lines, FAILURE_HINT, "hint: ", error->hint, arena);
	add_diagnosis(&lines, error, arena);
	return lines;
}

str failure_place(const struct outcome_error *error, struct arena *arena)
{
	const str place =
			error->place.path.len ? excerpt_place(&error->place, arena) : error->where;

	return place.len ? str_format(arena, "%.*s: ", STR_ARG(str_printable(place, arena)))
			 : (str){ 0 };
}

void failure_render(const struct outcome_error *error, size_t indent, size_t width, bool colour,
		struct buf *out)
{
	const struct failure_lines lines = failure_lines(error, out->arena);
	const str place = failure_place(error, out->arena);
	size_t column = indent + columns_of(place) + str_from("error: ").len;

	width = width ? width : SIZE_MAX;
	buf_add_repeated(out, ' ', indent);
	style_add(out, colour, STYLE_BOLD, place);
	style_add(out, colour, STYLE_BAD, STR("error: "));
	for (size_t i = 0; i < lines.count; i++) {
		const struct failure_line *line = &lines.items[i];

		if (line->part == FAILURE_SOURCE) {
			excerpt_render(&error->place, indent, width, colour, out);
			continue;
		}
		if (i) {
			column = line->text.len ? indent + line->indent : 0;
			buf_add_repeated(out, ' ', column);
		}
		wrap_add_quoting(out, line->text, width, column, indent + line->indent + 2);
	}
}
