/*
 * What Python raises, as errors with a place in the users' files.
 */
#include "helper/cell.h"
#include "helper/checkout.h"
#include "helper/edited_tree.h"
#include "kit/arena.h"
#include "kit/file.h"

/* A file that is larger is not shown. */
#define LARGEST_FILE ((size_t)16 * 1024 * 1024)

/* --- places ------------------------------------------------------------------------------------ */

static const struct source *find_source(struct cell *cell, str path)
{
	const str name = checkout_name(
			cell->checkout, edited_tree_original(cell->edited, path), cell->arena);
	str text;

	for (size_t i = 0; i < cell->sources.count; i++) {
		if (str_equal(cell->sources.items[i]->name, name)) {
			return cell->sources.items[i];
		}
	}
	if (file_read(path, LARGEST_FILE, cell->arena, &text)) {
		return NULL;
	}
	const struct source *source = source_new(name, text, cell->arena);

	*LIST_PUSH(&cell->sources, cell->arena) = source;
	return source;
}

struct span cell_place(struct cell *cell, str path, int64_t line, int64_t column)
{
	const struct source *source = path.len && line > 0 ? find_source(cell, path) : NULL;

	if (!source || (size_t)line > source->line_count) {
		return (struct span){ 0 };
	}
	const size_t begin = source->lines[line - 1];
	const str rest = str_slice(source->text, begin, source->text.len);
	const str text = str_slice(rest, 0, str_find_char(rest, '\n'));
	size_t from = 0;

	while (from < text.len && (text.data[from] == ' ' || text.data[from] == '\t')) {
		from++;
	}
	if (column > 1 && (size_t)column <= text.len) {
		from = (size_t)column - 1;
	}
	const str meant = str_slice(text, from, text.len);

	return (struct span){ source, begin + from, str_trim(meant).len };
}

/* --- errors ------------------------------------------------------------------------------------ */

/* Whether people would look there: what Python makes up ("<string>"), or has installed, they have not written. */
static bool is_theirs(str file)
{
	return !str_starts_with(file, STR("<")) &&
			str_find(file, STR("/site-packages/")) == file.len &&
			str_find(file, STR("/dist-packages/")) == file.len &&
			str_find(file, STR("/lib/python")) == file.len;
}

/* The calls that led there, in the users' files: worth a line where there are several. */
static str calls_of(struct cell *cell, const json_t *raised, struct arena *arena)
{
	const json_t *frames = json_object_get(raised, "frames");
	struct buf text = { .arena = arena };
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(frames); i++) {
		const json_t *frame = json_array_get(frames, i);
		const str path = object_text(frame, "file", arena);
		const str file = checkout_name(
				cell->checkout, edited_tree_original(cell->edited, path), arena);

		if (!is_theirs(file)) {
			continue;
		}
		buf_format(&text, "%s%.*s:%d in %.*s", count++ ? "\n" : "", STR_ARG(file),
				(int)object_integer(frame, "line"),
				STR_ARG(object_text(frame, "function", arena)));
	}
	return count > 1 ? buf_str(&text) : (str){ 0 };
}

/* Where the character number `position`, from 1, of the statement begins. */
static size_t offset_of(str statement, int64_t position)
{
	size_t at = 0;

	for (int64_t i = 1; i < position && at < statement.len; i++) {
		at++;
		while (at < statement.len && ((unsigned char)statement.data[at] & 0xC0) == 0x80) {
			at++;
		}
	}
	return at < statement.len ? at : 0;
}

static struct error *engine_error(const json_t *raised, const json_t *database, str message,
		struct arena *arena, size_t *ret_error_offset)
{
	struct error *error = error_new(arena, ERROR_DATABASE, "%.*s", STR_ARG(message));

	error->class_name = STR("DatabaseError");
	error->state = object_text(database, "sqlstate", arena);
	error->detail = object_text(database, "detail", arena);
	error->hint = object_text(database, "hint", arena);
	error->context = object_text(database, "context", arena);
	const str breaker = object_text(raised, "broken_by", arena);

	if (breaker.len) {
		error->detail = str_format(arena, ENGINE_FAILED_FIRST, STR_ARG(breaker));
	}
	if (ret_error_offset) {
		*ret_error_offset = offset_of(object_text(raised, "statement", arena),
				object_integer(database, "position"));
	}
	return error;
}

/* PostgreSQL's state of a statement that has given up to wait for a lock. */
#define LOCK_NOT_AVAILABLE "55P03"

/* It would have waited for ever: nobody says for whom, but there are some that never let go. */
static void tell_endless_wait(struct error *error, engine_wait_fn *describe, struct arena *arena)
{
	error->detail = describe(error->context, "the session has", arena);
	error->context = (str){ 0 };
	error->class_name = STR("Blocked");
	error->message = STR("waits for ever for a lock that another session holds");
	error->hint = STR(
			"It is held until the session or its transaction ends. End it, or set lock_timeout so that "
			"the statement gives up by itself.");
}

/* Each further out than what stands there: the server's functions, and the calls that led to them. */
static void add_line(str *context, str line, struct arena *arena)
{
	if (!context->len) {
		*context = line;
	} else if (line.len) {
		*context = str_format(arena, "%.*s\n%.*s", STR_ARG(*context), STR_ARG(line));
	}
}

struct error *cell_error(struct cell *cell, const json_t *raised, struct arena *arena,
		size_t *ret_error_offset)
{
	const json_t *database = json_object_get(raised, "database");
	const str message = object_text(raised, "message", arena);
	struct error *error;

	if (json_is_object(database)) {
		error = engine_error(raised, database, message, arena, ret_error_offset);
		if (cell->describe_wait && str_equal(error->state, STR(LOCK_NOT_AVAILABLE))) {
			tell_endless_wait(error, cell->describe_wait, arena);
		}
	} else {
		error = error_new(arena, ERROR_ALEMBIC, "%.*s", STR_ARG(message));
		error->class_name = object_text(raised, "class", arena);
	}
	error->where = cell_place(cell, object_text(raised, "file", arena),
			object_integer(raised, "line"), object_integer(raised, "column"));
	add_line(&error->context, calls_of(cell, raised, arena), arena);
	return error;
}
