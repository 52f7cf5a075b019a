/*
 * `rows`: the upgrade once more with every table filled before each revision. One walk meets rows of all kinds, and most
 * trees need no other. A revision that breaks there is tried again: without rows, where that is another question's
 * business, with ordinary ones that have come all the way, and with each other kind by itself.
 */
#include "inquiry/course.h"

#include "kit/arena.h"
#include "schema/object.h"

/* Made-up values begin here: keys of rows that revisions put in themselves are smaller. */
#define FIRST_NUMBER 10001

/* A walk that meets rows of some kinds. */
struct walk {
	struct course course;
	bool kinds[FILL_KIND_COUNT]; /* none: it meets none */
	struct arena arenas[2];
	size_t now;            /* the arena of `filled` */
	struct schema *filled; /* the schema when rows were last made up; NULL: there are none yet */
	int64_t next;          /* of the numbers that values are made from */
	size_t next_revision;  /* on the route */
	bool is_open;
};

struct rows {
	struct inquiry *inquiry;
	struct route route;
	struct walk all, ordinary, plain;
	size_t unasked;
	str blocked_by;
};

/* --- walks -------------------------------------------------------------------------------------- */

static void walk_init(struct rows *rows, struct walk *walk, const bool *kinds)
{
	*walk = (struct walk){ 0 };
	for (size_t i = 0; kinds && i < FILL_KIND_COUNT; i++) {
		walk->kinds[i] = kinds[i];
	}
	for (size_t i = 0; i < 2; i++) {
		arena_init(&walk->arenas[i], rows->inquiry->arena->full,
				rows->inquiry->arena->full_data);
	}
}

static void walk_close(struct walk *walk)
{
	course_close(&walk->course);
	walk->course = (struct course){ 0 };
	walk->filled = NULL;
	walk->is_open = false;
	for (size_t i = 0; i < 2; i++) {
		arena_finish(&walk->arenas[i]);
	}
}

/* Begin at a copy of `image`, with the revision behind those that ran there; NULL: at the beginning. */
static struct error *walk_open(struct rows *rows, struct walk *walk, struct image *image,
		size_t next_revision)
{
	walk->is_open = true;
	walk->next_revision = next_revision;
	return course_open(&walk->course, rows->inquiry, &rows->route, image);
}

/* The tables that facts are about, by their bare names. */
static void mark_tables(
		const struct schema_facts *facts, struct str_list *tables, struct arena *arena)
{
	for (size_t i = 0; i < facts->count; i++) {
		const struct schema_object *object = facts->items[i];
		const str table = object->kind == SCHEMA_TABLE ? object->name : object->table;

		if (table.len && !str_list_contains(tables, table)) {
			str_list_add(tables, table, arena);
		}
	}
}

static str bare_name(str table)
{
	size_t at = table.len;

	while (at && table.data[at - 1] != '.') {
		at--;
	}
	return str_slice(table, at, table.len);
}

/* Rows for the tables that are new, and more for those that have changed: the others have theirs. */
static struct error *walk_fill(struct walk *walk)
{
	struct arena *next = &walk->arenas[1 - walk->now];
	struct rows_wish wish = { .first = FIRST_NUMBER + walk->next };
	struct str_list changed = { 0 }, tables;
	struct schema *schema;
	size_t kinds = 0;

	for (size_t i = 0; i < FILL_KIND_COUNT; i++) {
		wish.kinds[i] = walk->kinds[i];
		kinds += walk->kinds[i];
	}
	if (!kinds) {
		return NULL;
	}
	arena_finish(next);
	struct error *err = course_look(&walk->course, next, &schema);
	if (err) {
		return err;
	}
	tables = schema_tables(schema, next);
	if (walk->filled) {
		const struct schema_changes changes =
				schema_find_changes(walk->filled, schema, next);

		mark_tables(&changes.missing, &changed, next);
		mark_tables(&changes.extra, &changed, next);
	}
	size_t wanted = 0;

	for (size_t i = 0; i < tables.count; i++) {
		const str name = bare_name(tables.items[i]);

		if (!walk->filled || str_list_contains(&changed, name)) {
			wanted++;
		} else {
			str_list_add(&wish.leave, name, next);
		}
	}
	walk->filled = schema;
	walk->now = 1 - walk->now;
	walk->next += 4 * (int64_t)wanted; // more than the filling takes
	return wanted ? course_fill(&walk->course, &wish) : NULL;
}

/* Rows, and the next revision. */
static struct error *walk_step(struct walk *walk)
{
	struct error *err = walk_fill(walk);

	return err ? err : course_run(&walk->course, walk->next_revision++, true);
}

/* Go on to before that revision; `ret_failed` is the one on the way that does not run, else SIZE_MAX. */
static struct error *walk_to(
		struct rows *rows, struct walk *walk, size_t number, size_t *ret_failed)
{
	struct error *err = NULL;

	*ret_failed = SIZE_MAX;
	if (!walk->is_open) {
		err = walk_open(rows, walk, NULL, 0);
	}
	while (!err && walk->next_revision < number) {
		if (rows->route.is_broken[walk->next_revision]) {
			walk->next_revision++;
			continue;
		}
		err = walk_step(walk);
		if (is_of_revision(err)) {
			*ret_failed = walk->next_revision - 1;
		}
	}
	return err;
}

/* Begin again behind a revision: where `from` is, which has run it. */
static struct error *walk_follow(struct rows *rows, struct walk *walk, struct walk *from)
{
	struct image *image = NULL;
	const int64_t next = walk->next;

	walk_close(walk);
	struct error *err = course_freeze(&from->course, &image);
	if (!err) {
		err = walk_open(rows, walk, image, from->next_revision);
	}
	walk->next = next > from->next ? next : from->next;
	rows->inquiry->like->engine->image_drop(image);
	return err;
}

/* --- why it breaks -------------------------------------------------------------------------------- */

/* What stands between two texts of a message; empty: they are not in it. */
static str between(str message, const char *before, const char *after)
{
	const str first = str_from(before), second = str_from(after);
	const size_t at = str_find(message, first);

	if (at == message.len) {
		return (str){ 0 };
	}
	const str rest = str_slice(message, at + first.len, message.len);

	return second.len ? str_slice(rest, 0, str_find(rest, second)) : rest;
}

/* A table that Alembic's batch mode has copied goes by the name of the original. */
static str without_batch(str names, struct arena *arena)
{
	const str prefix = STR("_alembic_tmp_");
	struct buf out = { .arena = arena };
	size_t at;

	while ((at = str_find(names, prefix)) < names.len) {
		buf_add(&out, str_slice(names, 0, at));
		names = str_slice(names, at + prefix.len, names.len);
	}
	buf_add(&out, names);
	return buf_str(&out);
}

/* What the engine wants of the rows, in words; empty: that it does not say. */
static str precondition_of(const struct error *error, struct arena *arena)
{
	const str message = error->message;
	str names = between(message, "NOT NULL constraint failed: ", "");

	if (names.len) {
		return str_format(arena, "no NULL in %.*s", STR_ARG(without_batch(names, arena)));
	}
	names = between(message, "UNIQUE constraint failed: ", "");
	if (names.len) {
		return str_format(arena, "no two rows with the same %.*s",
				STR_ARG(without_batch(names, arena)));
	}
	names = between(message, "column \"", "\"");
	if (str_equal(error->state, STR("23502"))) {
		return str_format(arena, "no NULL in %.*s.%.*s",
				STR_ARG(between(message, "of relation \"", "\"")), STR_ARG(names));
	}
	if (str_equal(error->state, STR("23505"))) {
		const str key = between(error->detail, "Key (", ")=");

		return str_format(arena, "no two rows with the same %.*s",
				STR_ARG(key.len ? key : between(message, "\"", "\"")));
	}
	if (str_equal(error->state, STR("23514"))) {
		return str_format(arena, "rows that keep to check constraint %.*s",
				STR_ARG(between(message, "constraint \"", "\"")));
	}
	return (str){ 0 };
}

static const struct scenario_revision *revision_at(const struct rows *rows, size_t number)
{
	return route_revision(rows->inquiry, &rows->route, number);
}

static void tell_ordinary(struct rows *rows, size_t number, const struct error *error)
{
	struct arena *arena = rows->inquiry->arena;
	const str wanted = precondition_of(error, arena);

	inquiry_find(rows->inquiry, AUDIT_ROWS, revision_at(rows, number), true, error,
			wanted.len ? str_format(arena, "breaks on an ordinary row: it needs %.*s",
						     STR_ARG(wanted))
				   : STR("breaks on an ordinary row"));
}

static void tell_other(
		struct rows *rows, size_t number, const struct error *error, enum fill_kind kind)
{
	static const char *const words[] = {
		[FILL_ORDINARY] = "breaks on rows that older revisions have met",
		[FILL_NULLS] = "breaks on a row with NULL wherever it may stand",
		[FILL_DOUBLES] = "breaks on a row that repeats another wherever it may",
	};
	struct arena *arena = rows->inquiry->arena;
	const str wanted = precondition_of(error, arena);
	struct audit_finding *finding = inquiry_find(rows->inquiry, AUDIT_ROWS,
			revision_at(rows, number), true, error,
			wanted.len ? str_format(arena, "needs %.*s", STR_ARG(wanted))
				   : str_from(words[kind]));

	finding->is_warning = true;
}

/* Whether the revision breaks on rows of one kind more, in a database that has met none so far: that is told. */
static struct error *try_kind(struct rows *rows, struct image *image, size_t number,
		enum fill_kind kind, bool *ret_breaks)
{
	struct course course;
	struct rows_wish wish = { .kinds = { [FILL_ORDINARY] = true }, .first = FIRST_NUMBER };

	wish.kinds[kind] = true;
	*ret_breaks = false;
	struct error *err = course_open(&course, rows->inquiry, &rows->route, image);
	if (!err) {
		err = course_fill(&course, &wish);
	}
	if (!err) {
		err = course_run(&course, number, true);
		*ret_breaks = is_of_revision(err);
	}
	if (*ret_breaks) {
		tell_other(rows, number, err, kind);
		err = NULL;
	}
	course_close(&course);
	return err;
}

/* Rows of another kind than ordinary: which? `image` is from before the revision, without rows. */
static struct error *tell_kind(struct rows *rows, struct image *image, size_t number,
		const struct error *error)
{
	bool has_nulls, has_doubles = false;

	struct error *err = try_kind(rows, image, number, FILL_NULLS, &has_nulls);
	if (!err) {
		err = try_kind(rows, image, number, FILL_DOUBLES, &has_doubles);
	}
	if (!err && !has_nulls && !has_doubles) {
		tell_other(rows, number, error, FILL_ORDINARY);
	}
	return err;
}

/* --- one that broke ------------------------------------------------------------------------------- */

/* The same with ordinary rows, which have come all the way: `ret_breaks`. It has been told then. */
static struct error *try_ordinary(struct rows *rows, size_t number, bool *ret_breaks)
{
	size_t failed;
	struct error *err = walk_to(rows, &rows->ordinary, number + 1, &failed);

	*ret_breaks = failed != SIZE_MAX;
	if (!*ret_breaks) {
		return err;
	}
	if (rows->route.is_counted[failed]) {
		tell_ordinary(rows, failed, err);
	}
	return walk_follow(rows, &rows->ordinary, &rows->plain);
}

/* A revision has broken with `error` where rows of all kinds are: find out why, and go on behind it. */
static struct error *investigate(struct rows *rows, size_t number, const struct error *error)
{
	struct image *image = NULL;
	bool breaks = false;
	size_t failed;

	struct error *err = walk_to(rows, &rows->plain, number, &failed);
	if (!err) {
		err = course_freeze(&rows->plain.course, &image);
	}
	if (err) {
		return err;
	}
	err = walk_step(&rows->plain);
	if (is_of_revision(err)) { // it does not run without rows either
		rows->route.is_broken[number] = true;
		if (!rows->blocked_by.len) {
			rows->blocked_by = revision_at(rows, number)->spec.revision;
		}
		walk_close(&rows->plain);
		err = walk_open(rows, &rows->plain, image, number + 1);
		breaks = true;
		if (!err && rows->ordinary.is_open) {
			err = walk_to(rows, &rows->ordinary, number, &failed);
		}
	} else if (!err) {
		err = try_ordinary(rows, number, &breaks);
		if (!err && !breaks && rows->route.is_counted[number]) {
			err = tell_kind(rows, image, number, error);
		}
	}
	rows->inquiry->like->engine->image_drop(image);
	if (!err) {
		err = walk_follow(rows, &rows->all, breaks ? &rows->plain : &rows->ordinary);
	}
	return err;
}

/* --- the whole ------------------------------------------------------------------------------------ */

static struct error *walk_all(struct rows *rows)
{
	struct error *err = walk_open(rows, &rows->all, NULL, 0);

	while (!err && rows->all.next_revision < rows->route.count) {
		const size_t number = rows->all.next_revision;

		if (route_is_blocked(&rows->route, number)) {
			rows->all.next_revision++;
			rows->unasked++;
			continue;
		}
		err = walk_step(&rows->all);
		if (is_of_revision(err)) {
			err = investigate(rows, number, err);
			rows->unasked += rows->route.is_broken[number];
		}
	}
	return err;
}

/* Tables that nobody can fill, each once. */
static void take_notes(struct rows *rows)
{
	const struct str_list *notes = &rows->all.course.stage.notes;
	struct arena *arena = rows->inquiry->arena;

	for (size_t i = 0; rows->all.is_open && i < notes->count; i++) {
		const str note = notes->items[i];

		if (str_find(note, STR(": no ordinary row: ")) < note.len) {
			str_list_add(&rows->inquiry->part->notes,
					str_format(arena, "rows: %.*s", STR_ARG(note)), arena);
		}
	}
}

static struct error *ask(struct inquiry *inquiry)
{
	static const bool all[] = { true, true, true }, ordinary[] = { true, false, false };
	struct arena *arena = inquiry->arena;
	struct rows rows = { .inquiry = inquiry };

	struct error *err = route_plan(inquiry, &rows.route);
	if (err) {
		return err;
	}
	walk_init(&rows, &rows.all, all);
	walk_init(&rows, &rows.ordinary, ordinary);
	walk_init(&rows, &rows.plain, NULL);
	err = walk_all(&rows);
	if (is_of_revision(err)) {
		inquiry_answer(inquiry, AUDIT_ROWS, AUDIT_UNKNOWN, inquiry_error_line(err, arena));
		err = NULL;
	} else if (!err && rows.blocked_by.len) {
		inquiry_explain(inquiry, AUDIT_ROWS,
				str_format(arena,
						"%zu revision%s cannot be asked: %.*s does not upgrade",
						rows.unasked, rows.unasked == 1 ? "" : "s",
						STR_ARG(rows.blocked_by)));
	} else if (!err) {
		inquiry_answer(inquiry, AUDIT_ROWS, AUDIT_YES, STR(""));
	}
	take_notes(&rows);
	walk_close(&rows.all);
	walk_close(&rows.ordinary);
	walk_close(&rows.plain);
	return err;
}

const struct inquiry_kind inquiry_rows = {
	.name = "rows",
	.answers = { [AUDIT_ROWS] = true },
	.needs_python = true,
	.ask = ask,
};
