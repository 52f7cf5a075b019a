/*
 * Repairs of a tree by a revision that nobody has written: on top of heads, what is missing everywhere, or what a database
 * has and no revision makes; under an id that a database knows, what it has run by all appearance.
 */
#include "kit/arena.h"
#include "repair/repair_internal.h"

/* More databases have nothing of their own that is tried. */
#define MOST_ADOPTED 3

/* Of this type a column is, where nobody says of which. */
#define GUESSED_TYPE "text"

/* --- revisions that are made ------------------------------------------------------------------------- */

/* A revision with these bodies, which edits may add. */
static const struct revision_spec *make_revision(
		struct making *making, struct revision_spec spec, const struct repair_sql *sql)
{
	struct scenario_revision *revision = LIST_PUSH(&making->made, making->arena);
	struct revision_spec *made = arena_new(making->arena, struct revision_spec);

	spec.lists_down_revision = spec.down_revision.count > 1;
	*made = spec;
	*revision = (struct scenario_revision){ .spec = spec };
	revision->upgrade.by_engine[making->wish->engine].text = sql->up;
	revision->downgrade.by_engine[making->wish->engine].text = sql->down;
	return made;
}

static struct str_list heads_of(const struct making *making)
{
	struct str_list heads = { 0 };

	for (size_t i = 0; i < making->specs.count; i++) {
		if (making_is_head(making, i)) {
			str_list_add(&heads, making->specs.items[i].revision, making->arena);
		}
	}
	return heads;
}

/* As Alembic's are: twelve digits, here always the same for the same. */
static str free_id(const struct making *making, str seed)
{
	for (unsigned i = 0;; i++) {
		const uint64_t hash =
				str_hash(str_format(making->arena, "%.*s %u", STR_ARG(seed), i));
		const str id = str_format(making->arena, "%012llx",
				(unsigned long long)(hash & 0xffffffffffffu));

		if (spec_of_id(&making->specs, id) == SIZE_MAX) {
			return id;
		}
	}
}

/* --- on top of heads --------------------------------------------------------------------------------- */

/* "column carts.note": the object of a line. */
static str object_of(str line, struct arena *arena)
{
	str kind, name;

	(void)str_next_part(&line, ' ', &kind);
	(void)str_next_part(&line, ' ', &name);
	return str_format(arena, "%.*s %.*s", STR_ARG(kind), STR_ARG(name));
}

/* What stands for all: the tables, or else the first line. "table vouchers and 2 more". */
static str objects_of(const struct str_list *lines, struct arena *arena)
{
	struct str_list tables = { 0 };

	for (size_t i = 0; i < lines->count; i++) {
		if (str_starts_with(lines->items[i], STR("table "))) {
			str_list_add(&tables, lines->items[i], arena);
		}
	}
	const struct str_list *named = tables.count ? &tables : lines;
	const str first = object_of(named->items[0], arena);

	return named->count == 1
			? first
			: str_format(arena, "%.*s and %zu more", STR_ARG(first), named->count - 1);
}

/* A revision that makes these lines; `remarks`: what is to be known of it. */
static void add_on_top(struct making *making, const struct str_list *lines, str ending,
		const struct str_list *remarks)
{
	const struct str_list heads = heads_of(making);
	const str what = objects_of(lines, making->arena);
	struct repair_tree tree = { 0 };
	struct spec_edits edits = { 0 };
	struct repair_sql sql;

	if (!heads.count || !repair_make_sql(lines, making->wish->engine, making->arena, &sql)) {
		return;
	}
	const struct revision_spec spec = {
		.revision = free_id(making, sql.up),
		.down_revision = heads,
		.message = str_format(making->arena, "add %.*s", STR_ARG(what)),
	};

	*LIST_PUSH(&edits, making->arena) = (struct spec_edit){
		.kind = SPEC_RESTORE,
		.restored = make_revision(making, spec, &sql),
	};
	repair_edit_tree(making, &edits, &tree);
	making->made.count = 0;
	for (size_t i = 0; i < remarks->count; i++) {
		str_list_add(&tree.changes, remarks->items[i], making->arena);
	}
	tree.title = str_format(making->arena, "a new revision on top of %.*s for %.*s%.*s",
			STR_ARG(str_list_join(&heads, STR(" and "), making->arena)), STR_ARG(what),
			STR_ARG(ending));
	making_add(making, tree);
}

/* --- what is missing everywhere ---------------------------------------------------------------------- */

static bool is_wanted_everywhere(
		str line, const struct repair_database *databases, size_t database_count)
{
	for (size_t i = 0; i < database_count; i++) {
		if (!str_list_contains(&databases[i].wanted, line)) {
			return false;
		}
	}
	return database_count > 0;
}

/* A line that says no more than a name, as some database has it; itself where none does. */
static str as_a_database_has_it(
		str line, const struct repair_database *databases, size_t database_count)
{
	for (size_t i = 0; i < database_count; i++) {
		const struct str_list *foreign = &databases[i].foreign;

		for (size_t j = 0; j < foreign->count; j++) {
			const str other = foreign->items[j];

			if (str_starts_with(other, line) && other.len > line.len &&
					other.data[line.len] == ' ') {
				return other;
			}
		}
	}
	return line;
}

static bool is_bare_column(str line)
{
	const str column = STR("column ");
	const str name = str_slice(line, column.len, line.len);

	return str_starts_with(line, column) && str_find_char(name, ' ') == name.len;
}

void making_add_missing(
		struct making *making, const struct repair_database *databases, size_t count)
{
	struct str_list lines = { 0 }, remarks = { 0 };

	for (size_t i = 0; count && i < databases[0].wanted.count; i++) {
		str line = databases[0].wanted.items[i];

		if (!is_wanted_everywhere(line, databases, count)) {
			continue;
		}
		line = as_a_database_has_it(line, databases, count);
		if (is_bare_column(line)) {
			str_list_add(&remarks,
					str_format(making->arena,
							"%.*s: '" GUESSED_TYPE
							"' is a guess, the goal does not say of which type it is",
							STR_ARG(line)),
					making->arena);
			line = str_format(making->arena, "%.*s " GUESSED_TYPE, STR_ARG(line));
		}
		str_list_add(&lines, line, making->arena);
	}
	if (lines.count) {
		add_on_top(making, &lines, STR(", which all lack"), &remarks);
	}
}

/* --- what a database has ----------------------------------------------------------------------------- */

/* Whether git knows what a database has run: then that is the file to have, whatever is simpler. */
static bool can_come_back(const struct making *making, const struct repair_database *database)
{
	for (size_t i = 0; i < database->unknown_rows.count; i++) {
		if (making_restored_file(making, database->unknown_rows.items[i])) {
			return true;
		}
	}
	return false;
}

void making_add_adopted(
		struct making *making, const struct repair_database *databases, size_t count)
{
	const struct str_list no_remarks = { 0 };
	size_t added = 0;

	for (size_t i = 0; i < count && added < MOST_ADOPTED; i++) {
		const struct repair_database *database = &databases[i];

		if (database->foreign.count && !can_come_back(making, database)) {
			add_on_top(making, &database->foreign,
					str_format(making->arena, ", which %.*s has",
							STR_ARG(database->state)),
					&no_remarks);
			added++;
		}
	}
}

const struct revision_spec *making_write_anew(
		struct making *making, str row, const struct repair_database *database)
{
	struct revision_spec spec = {
		.revision = row,
		.message = str_format(making->arena, "%.*s, written anew", STR_ARG(row)),
	};
	struct repair_sql sql;

	if (database->places.count) {
		spec.down_revision = database->places.items[0].rows; // none: a base
	}
	return !database->absent.count &&
					repair_make_sql(&database->foreign, making->wish->engine,
							making->arena, &sql)
			? make_revision(making, spec, &sql)
			: NULL;
}
