/*
 * Whoever watches a replay sees no difference between a tree in SQL and the same tree as a project, whose bodies Python
 * runs: stopped before any statement, by an exception or a kill, looked at after each revision, or with another deployer let
 * in between, both leave the same. Skipped without a Python that has Alembic.
 */
#include "check.h"
#include "cli/scenario_project.h"
#include "engines/engines.h"
#include "helper/engine.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "kit/scratch.h"
#include "lab/alembic.h"
#include "lab/look.h"
#include "lab/revision_looks.h"
#include "lab/stop.h"
#include "lab/switch.h"
#include "leaks.h"

static struct arena arena;
static str folder;
static struct host *native;
static struct helper *helper;
static const struct scenario *in_sql, *in_python;

/* One revision, both ways: statements between semicolons. */
static const char *const bodies[][2] = {
	{ "a1", "CREATE TABLE t (id integer PRIMARY KEY, note text);"
		"INSERT INTO t (id) VALUES (1), (2);UPDATE t SET note = 'first'" },
	{ "b2", "INSERT INTO t (id) VALUES (3);ALTER TABLE t ADD COLUMN more integer;"
		"UPDATE t SET more = 7 WHERE id > 1" },
	{ "c3", "CREATE TABLE u (id integer);CREATE INDEX ix_u ON u (id)" },
};

static void write_revision(size_t i, struct buf *yaml)
{
	struct buf python = { .arena = &arena };
	const char *down = i ? bodies[i - 1][0] : NULL;
	str rest = str_from(bodies[i][1]), statement;

	buf_format(yaml, "  - {revision: %s, down_revision: %s, upgrade: \"%s\"}\n", bodies[i][0],
			down ? down : "null", bodies[i][1]);
	buf_format(&python, "from alembic import op\nrevision = '%s'\n", bodies[i][0]);
	buf_format(&python, down ? "down_revision = '%s'\n" : "down_revision = None\n", down);
	buf_add(&python, STR("def upgrade():\n"));
	while (str_next_part(&rest, ';', &statement)) {
		buf_format(&python, "    op.execute(\"%.*s\")\n", STR_ARG(statement));
	}
	const str path = path_join(
			folder, str_format(&arena, "versions/%s.py", bodies[i][0]), &arena);

	cr_assert(eq(ptr, file_write(path, buf_str(&python), &arena), NULL));
}

static const struct scenario *read_tree(str revisions)
{
	struct error_list mistakes = { 0 };
	const struct scenario *scenario = scenario_parse(
			path_join(folder, STR("tree.yaml"), &arena),
			str_format(&arena, "rehearse: 1\nengines: [sqlite]\nrevisions:%.*s",
					STR_ARG(revisions)),
			&scenario_projects, &arena, &mistakes);

	cr_assert(ne(ptr, (void *)scenario, NULL));
	return scenario;
}

static void setup(void)
{
	struct buf yaml = { .arena = &arena };
	const struct python_wish wish = { 0 };

	arena = (struct arena){ 0 };
	helper = NULL;
	cr_assert(eq(ptr, scratch_make(SCRATCH_MEMORY, &arena, &folder), NULL));
	const struct error *err = helper_start(&wish, false, &arena, &helper);

	if (err) {
		cr_skip("%.*s", STR_ARG(err->message));
	}
	const str versions = path_join(folder, STR("versions"), &arena);

	cr_assert(eq(ptr, directory_make(versions, &arena), NULL));
	buf_add_char(&yaml, '\n');
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		write_revision(i, &yaml);
	}
	in_sql = read_tree(buf_str(&yaml));
	in_python = read_tree(STR(" {alembic: versions}"));
	cr_assert(eq(ptr,
			engine_find(STR("sqlite"))
					->host_start(&(struct host_options){ 0 }, &arena, &native),
			NULL));
}

static void teardown(void)
{
	helper_stop(helper);
	engine_find(STR("sqlite"))->host_stop(native);
	scratch_remove(folder, &arena);
	scenario_unload(in_sql);
	scenario_unload(in_python);
	arena_finish(&arena);
	check_leaks();
}

TestSuite(python, .init = setup, .fini = teardown);

/* --- both ways ---------------------------------------------------------------------------------- */

/* A stage on an empty database, for either tree. */
static struct stage stage_for(const struct scenario *scenario)
{
	struct stage stage = {
		.kind = SCENARIO_SQLITE,
		.engine = engine_find(STR("sqlite")),
		.host = native,
		.configure = &scenario->configure,
		.project = scenario->project,
		.extensions = &scenario->extensions,
		.tree = scenario->revisions,
		.revisions = scenario->revisions,
		.deadline_us = clock_now_us() + 60000000,
		.arena = &arena,
	};

	if (scenario->project) {
		stage.host = python_host_new(stage.engine, native, helper, folder, &arena);
		stage.engine = python_host_engine(stage.host);
	}
	cr_assert(eq(ptr, stage_create_database(&stage), NULL));
	return stage;
}

/* Version rows, schema, rows: all that is to be the same. */
static str words_of(const struct look *look)
{
	struct buf text = { .arena = &arena };
	const struct str_list schema = schema_render(look->schema, &arena);

	buf_format(&text, "%.*s | %.*s |", STR_ARG(str_list_join(&look->version, STR(" "), &arena)),
			STR_ARG(str_list_join(&schema, STR(", "), &arena)));
	for (size_t i = 0; i < look->tables.count; i++) {
		const struct result *rows = &look->tables.items[i].rows;

		buf_format(&text, " %.*s:", STR_ARG(look->tables.items[i].table));
		for (size_t j = 0; j < rows->row_count * rows->column_count; j++) {
			buf_format(&text, " %.*s", STR_ARG(rows->values[j]));
		}
	}
	return buf_str(&text);
}

static str left_in(const struct stage *stage)
{
	const struct look_wants wants = { .schema = true, .all_rows = true };
	struct look look;

	cr_assert(eq(ptr, look_take(stage, &wants, &look), NULL));
	return words_of(&look);
}

/* Upgrade, stopped before statement `at`: what is left, and what the same command makes of that. */
static str stopped(const struct scenario *scenario, size_t at, bool kills, size_t *ret_seen)
{
	struct stage stage = stage_for(scenario);
	struct stop stop = { .at = at, .kills = kills };

	stage_watch(&stage, stop_observer(&stop));
	struct error *err = alembic_upgrade(&stage, STR("heads"));
	const str first = left_in(&stage);

	cr_expect(eq(int, err != NULL, stop.error != NULL));
	stage_unwatch(&stage);
	stage.is_killed = false;
	struct error *again = alembic_upgrade(&stage, STR("heads"));
	const str all = str_format(&arena, "%.*s: %.*s\n%.*s: %.*s",
			STR_ARG(err ? err->message : STR("done")), STR_ARG(first),
			STR_ARG(again ? again->message : STR("done")),
			STR_ARG(left_in(&stage)));

	stage_strike(&stage);
	*ret_seen = stop.seen;
	return all;
}

static void compare_stops(bool kills)
{
	size_t at = 0, of_sql = 0, of_python = 0;

	do { // until there are not so many
		at++;
		const str sql = stopped(in_sql, at, kills, &of_sql);
		const str python = stopped(in_python, at, kills, &of_python);

		cr_expect(eq(str, (char *)str_to_c(python, &arena), (char *)str_to_c(sql, &arena)),
				"before statement %zu", at);
		cr_expect(eq(sz, of_python, of_sql));
	} while (of_sql + 1 >= at);
	cr_expect(eq(sz, of_sql, 12)); // the version table, 8 of bodies, 3 of rows
}

Test(python, a_stop_by_an_exception_or_a_kill_leaves_the_same)
{
	compare_stops(false);
	compare_stops(true);
}

Test(python, looks_after_each_revision_see_the_same)
{
	const struct scenario *const trees[] = { in_sql, in_python };
	str seen[2] = { 0 };

	for (size_t i = 0; i < 2; i++) {
		struct stage stage = stage_for(trees[i]);
		struct revision_looks looks = { .wants = { .schema = true, .all_rows = true } };
		struct buf text = { .arena = &arena };

		stage_watch(&stage, revision_looks_observer(&looks));
		cr_assert(eq(ptr, alembic_upgrade(&stage, STR("heads")), NULL));
		cr_assert(eq(sz, looks.count, COUNT_OF(bodies)));
		for (size_t j = 0; j < looks.count; j++) {
			buf_format(&text, "%.*s %d: %.*s\n", STR_ARG(looks.items[j].revision),
					looks.items[j].is_committed,
					STR_ARG(words_of(&looks.items[j].look)));
		}
		seen[i] = buf_str(&text);
		stage_strike(&stage);
	}
	cr_expect(eq(str, (char *)str_to_c(seen[1], &arena), (char *)str_to_c(seen[0], &arena)));
}

static struct error *upgrade_too(void *data, struct stage *other)
{
	(void)data;
	return alembic_upgrade(other, STR("a1"));
}

Test(python, another_deployer_between_two_statements_meets_the_same)
{
	for (size_t at = 1; at <= 3; at++) { // from the fourth on it waits for a lock, as the driver has it
		const struct scenario *const trees[] = { in_sql, in_python };
		str seen[2] = { 0 };

		for (size_t i = 0; i < 2; i++) {
			struct stage stage = stage_for(trees[i]);
			struct deployer_switch deployers = { .at = at, .run = upgrade_too };

			cr_assert(eq(ptr, switch_begin(&deployers, &stage), NULL));
			struct error *err = alembic_upgrade(&stage, STR("heads"));

			switch_end(&deployers, &stage);
			seen[i] = str_format(&arena, "%.*s / %.*s: %.*s",
					STR_ARG(err ? err->message : STR("done")),
					STR_ARG(deployers.error ? deployers.error->message
								: STR("done")),
					STR_ARG(left_in(&stage)));
			stage_strike(&stage);
		}
		cr_expect(eq(str, (char *)str_to_c(seen[1], &arena),
					  (char *)str_to_c(seen[0], &arena)),
				"before statement %zu", at);
	}
}
