#include "kit/arena.h"
#include "kit/file.h"
#include "leaks.h"
#include "scenario/edit.h"
#include "scenario/json_schema.h"
#include "scenario/load.h"
#include "scenario/template.h"
#include "scenario/template_texts.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <unistd.h>

static struct arena arena;
static struct error_list mistakes;
static const struct scenario *scenario;

static void setup(void)
{
	arena = (struct arena){ 0 };
	mistakes = (struct error_list){ 0 };
	scenario = NULL;
}

static void teardown(void)
{
	scenario_unload(scenario);
	arena_finish(&arena);
	check_leaks();
}

/* cr_expect on a str: compares with a literal and shows both. */
#define expect_str(actual, literal) \
	cr_expect(eq(str, (char *)str_to_c((actual), &arena), (char *)(literal)))

/* Mistakes as "line:column message [hint]", one a line. */
static str render_mistakes(void)
{
	struct buf out = { .arena = &arena };

	for (size_t i = 0; i < mistakes.count; i++) {
		const struct error *error = mistakes.items[i];
		const struct place place = span_place(error->where);

		buf_format(&out, "%zu:%zu %.*s", place.line, place.column, STR_ARG(error->message));
		if (error->hint.len) {
			buf_format(&out, " [%.*s]", STR_ARG(error->hint));
		}
		buf_add_char(&out, '\n');
	}
	return buf_str(&out);
}

/* Read a scenario that has no mistakes. */
static const struct scenario *read_fine(const char *text)
{
	scenario = scenario_parse(STR("folder/sample.yaml"), str_from(text), &arena, &mistakes);
	expect_str(render_mistakes(), "");
	cr_assert(ne(ptr, (void *)scenario, NULL));
	return scenario;
}

/* Read one that has. */
static str read_bad(const char *text)
{
	scenario = scenario_parse(STR("sample.yaml"), str_from(text), &arena, &mistakes);
	cr_expect(eq(ptr, (void *)scenario, NULL));
	return render_mistakes();
}

/* "line:column" of an offset in SQL. */
static str place_in(const struct located_text *text, size_t offset)
{
	const struct place place = span_place(located_text_span(text, offset, 1));

	return str_format(&arena, "%zu:%zu", place.line, place.column);
}

static str place_of(const struct located_text *text, const char *word)
{
	const size_t at = str_find(text->text, str_from(word));

	cr_assert(lt(sz, at, text->text.len));
	return place_in(text, at);
}

/* --- text ---------------------------------------------------------------------------------- */

TestSuite(text, .init = setup, .fini = teardown);

Test(text, scalars_are_what_stands_in_the_file)
{
	read_fine("rehearse: 1\n"
		  "title: 0003\n"
		  "story: no\n"
		  "lesson: 2025-08-13\n"
		  "tags: [1e5, 'null', \"~\", 0x1F, Null, 'it''s', \"a\\tb\\u00e9\"]\n");
	expect_str(scenario->title, "0003");
	expect_str(scenario->story, "no");
	expect_str(scenario->lesson, "2025-08-13");
	expect_str(str_list_join(&scenario->tags, STR("|"), &arena),
			"1e5|null|~|0x1F|Null|it's|a\tb\xC3\xA9");
}

Test(text, one_pair_of_document_marks_is_fine)
{
	read_fine("---\nrehearse: 1\ntitle: one\n...\n");
	expect_str(scenario->title, "one");
}

Test(text, line_ends_of_windows_and_a_byte_order_mark_are_fine)
{
	read_fine("\xEF\xBB\xBFrehearse: 1\r\nsteps:\r\n  - sql: |\r\n      SELECT 1;\r\n      SELECT 2;\r\n");
	const struct located_text *sql = &scenario->strategies.items[0]
							  .steps.items[0]
							  .sql.by_engine[SCENARIO_SQLITE];

	expect_str(sql->text, "SELECT 1;\nSELECT 2;\n");
	expect_str(place_of(sql, "2"), "5:14");
}

static const struct located_text *step_sql(const char *text)
{
	read_fine(text);
	return &scenario->strategies.items[0].steps.items[0].sql.by_engine[SCENARIO_POSTGRES];
}

Test(text, places_in_plain_sql_are_places_in_the_file)
{
	const struct located_text *sql = step_sql("rehearse: 1\n"
						  "steps:\n"
						  "  - sql: SELECT one,\n"
						  "      two,\n"
						  "\n"
						  "      three  FROM t\n");

	expect_str(sql->text, "SELECT one, two,\nthree  FROM t");
	expect_str(place_of(sql, "SELECT"), "3:10");
	expect_str(place_of(sql, "two"), "4:7");
	expect_str(place_of(sql, "three"), "6:7");
	expect_str(place_of(sql, "FROM"), "6:14");
}

Test(text, places_in_quoted_sql_see_through_escapes)
{
	const struct located_text *sql = step_sql("rehearse: 1\n"
						  "steps:\n"
						  "  - sql: 'SELECT ''a'' AS x,\n"
						  "      ''b'' AS y'\n");

	expect_str(sql->text, "SELECT 'a' AS x, 'b' AS y");
	expect_str(place_of(sql, "a'"), "3:20");
	expect_str(place_of(sql, "AS x"), "3:24");
	expect_str(place_of(sql, "AS y"), "4:13");
}

Test(text, places_in_double_quotes_too)
{
	const struct located_text *sql =
			step_sql("rehearse: 1\n"
				 "steps:\n"
				 "  - sql: \"\\x41\\u00e9\\U0001F600 \\\"b\\\" \\\n"
				 "      c\n"
				 "\n"
				 "      \\_d\"\n");

	expect_str(sql->text,
			"A\xC3\xA9\xF0\x9F\x98\x80 \"b\" c\n\xC2\xA0"
			"d");
	expect_str(place_in(sql, 1), "3:15");
	expect_str(place_of(sql, "b"), "3:34");
	expect_str(place_of(sql, "c"), "4:7");
	expect_str(place_of(sql, "d"), "6:9");
}

Test(text, places_in_literal_blocks_leave_the_indentation_out)
{
	const struct located_text *sql = step_sql("rehearse: 1\n"
						  "steps:\n"
						  "  - sql: |2-\n"
						  "\n"
						  "       SELECT\n"
						  "         one,\n"
						  "\n"
						  "      \ttwo\n"
						  "\n"
						  "title: end\n");

	expect_str(sql->text, "\n SELECT\n   one,\n\n\ttwo");
	expect_str(place_of(sql, "SELECT"), "5:8");
	expect_str(place_of(sql, "one"), "6:10");
	expect_str(place_of(sql, "two"), "8:8");
}

Test(text, places_in_folded_blocks_leave_the_indentation_out)
{
	const struct located_text *sql = step_sql("rehearse: 1\n"
						  "steps:\n"
						  "  - sql: >\n"
						  "      SELECT one,\n"
						  "      two,\n"
						  "\n"
						  "        three,\n"
						  "      four\n");

	expect_str(sql->text, "SELECT one, two,\n\n  three,\nfour\n");
	expect_str(place_of(sql, "one"), "4:14");
	expect_str(place_of(sql, "two"), "5:7");
	expect_str(place_of(sql, "three"), "7:9");
	expect_str(place_of(sql, "four"), "8:7");
}

Test(text, limits_end_in_an_error)
{
	struct buf text = { .arena = &arena };

	buf_add(&text, STR("rehearse: 1\ntags: ["));
	for (size_t i = 0; i < 1000000; i++) {
		buf_add(&text, STR("a,"));
	}
	buf_add(&text, STR("]\n"));
	expect_str(read_bad(buf_c(&text)),
			"2:1999998 more than 1000000 values in one file [Split the file into several "
			"scenarios.]\n");
}

Test(text, a_file_can_ask_for_too_many_cells)
{
	struct buf text = { .arena = &arena };

	buf_add(&text, STR("rehearse: 1\nengines: [sqlite]\nstates:\n"));
	for (int i = 0; i < 1000; i++) {
		buf_format(&text, "  s%d: {}\n", i);
	}
	buf_add(&text, STR("strategies:\n"));
	for (int i = 0; i < 1000; i++) {
		buf_format(&text, "  s%d: {}\n", i);
	}
	(void)read_fine(buf_c(&text));
	buf_add(&text, STR("  one: {states: [s1]}\n"));
	expect_str(read_bad(buf_c(&text)),
			"1004:1 1000001 cells in one file, of at most 1000000 "
			"[Split the file into several scenarios.]\n");
}

Test(text, a_file_can_be_too_large)
{
	struct buf text = { .arena = &arena };

	buf_add(&text, STR("rehearse: 1\n#"));
	buf_add_repeated(&text, 'x', 16 * 1024 * 1024);
	expect_str(read_bad(buf_c(&text)),
			"2:16777205 the file is larger than 16 MiB [Move SQL into files of its own: "
			"{file: PATH}.]\n");
}

Test(text, no_more_than_a_thousand_mistakes_are_shown)
{
	struct buf text = { .arena = &arena };

	buf_add(&text, STR("rehearse: 1\n"));
	for (size_t i = 0; i < 3000; i++) {
		buf_format(&text, "unknown-%zu: 1\n", i);
	}
	read_bad(buf_c(&text));
	cr_assert(eq(sz, mistakes.count, 1001));
	expect_str(mistakes.items[0]->message, "unknown key 'unknown-0'");
	expect_str(mistakes.items[1000]->message, "1000 mistakes or more: the rest is not shown");
}

/* --- values -------------------------------------------------------------------------------- */

TestSuite(values, .init = setup, .fini = teardown);

Test(values, of_the_top_level)
{
	read_fine("rehearse: 1\n"
		  "title: one\n"
		  "tags: [a, a]\n"
		  "engines: [postgres]\n"
		  "extensions: [hstore, citext]\n"
		  "roles: [app, Odd name]\n"
		  "configure:\n"
		  "  transaction_per_migration: true\n"
		  "  transactional_ddl: false\n"
		  "  version_table: versions\n"
		  "  version_table_schema: meta\n"
		  "  version_table_pk: false\n"
		  "  alembic: 1.10\n"
		  "  locale: en_US.UTF-8\n"
		  "  before: CREATE SCHEMA meta\n"
		  "  on_connect: {sqlite: PRAGMA foreign_keys = ON}\n");
	expect_str(scenario->name, "sample");
	expect_str(scenario->path, "folder/sample.yaml");
	cr_expect(eq(sz, scenario->tags.count, 2));
	cr_expect(not(scenario->engines[SCENARIO_SQLITE]));
	cr_expect(scenario->engines[SCENARIO_POSTGRES]);
	expect_str(scenario->extensions.items[1], "citext");
	cr_assert(eq(sz, scenario->roles.count, 2));
	expect_str(scenario->roles.items[1], "Odd name");
	cr_expect(scenario->configure.transaction_per_migration);
	cr_expect(scenario->configure.has_transactional_ddl);
	cr_expect(not(scenario->configure.transactional_ddl));
	expect_str(scenario->configure.version_table, "versions");
	expect_str(scenario->configure.version_table_schema, "meta");
	cr_expect(not(scenario->configure.version_table_pk));
	cr_expect(eq(int, scenario->configure.level, 10));
	expect_str(scenario->configure.locale, "en_US.UTF-8");
	expect_str(scenario->configure.before.by_engine[SCENARIO_POSTGRES].text,
			"CREATE SCHEMA meta");
	expect_str(scenario->configure.on_connect.by_engine[SCENARIO_SQLITE].text,
			"PRAGMA foreign_keys = ON");
	expect_str(scenario->configure.on_connect.by_engine[SCENARIO_POSTGRES].text, "");
}

Test(values, that_are_not_given_have_defaults)
{
	read_fine("rehearse: 1\n");
	cr_expect(scenario->engines[SCENARIO_SQLITE]);
	cr_expect(scenario->engines[SCENARIO_POSTGRES]);
	expect_str(scenario->configure.version_table, "alembic_version");
	cr_expect(scenario->configure.version_table_pk);
	cr_expect(not(scenario->configure.has_transactional_ddl));
	cr_expect(eq(int, scenario->configure.level, ALEMBIC_NEWEST));
	cr_assert(eq(sz, scenario->states.count, 1));
	expect_str(scenario->states.items[0].name, "fresh");
	cr_expect(eq(int, (int)scenario->states.items[0].origin, STATE_EMPTY));
	cr_expect(eq(sz, scenario->strategies.count, 0));
}

Test(values, of_revisions)
{
	read_fine("rehearse: 1\n"
		  "revisions:\n"
		  "  - revision: 0001\n"
		  "    down_revision: null\n"
		  "    file: 0001_users.py\n"
		  "    message: users\n"
		  "    branch_labels: core\n"
		  "    upgrade: CREATE TABLE users (id int);\n"
		  "    downgrade: {postgres: DROP TABLE users CASCADE}\n"
		  "    irreversible: true\n"
		  "  - {revision: 0002, down_revision: [\"0001\", \"0001\"], depends_on: [a, b], autocommit: true}\n"
		  "  - {revision: 0002, down_revision: []}\n");
	const struct scenario_revision *first = &scenario->revisions.items[0];
	const struct scenario_revision *second = &scenario->revisions.items[1];

	cr_assert(eq(sz, scenario->revisions.count, 3));
	expect_str(first->spec.revision, "0001");
	expect_str(span_render(first->spec.where, &arena), "folder/sample.yaml:3:15");
	cr_expect(eq(sz, first->spec.down_revision.count, 0));
	cr_expect(not(first->spec.lists_down_revision));
	cr_expect(second->spec.lists_down_revision);
	expect_str(first->spec.file, "0001_users.py");
	expect_str(first->spec.message, "users");
	expect_str(first->spec.branch_labels.items[0], "core");
	expect_str(first->upgrade.by_engine[SCENARIO_SQLITE].text, "CREATE TABLE users (id int);");
	expect_str(first->upgrade.by_engine[SCENARIO_POSTGRES].text,
			"CREATE TABLE users (id int);");
	expect_str(first->downgrade.by_engine[SCENARIO_SQLITE].text, "");
	expect_str(first->downgrade.by_engine[SCENARIO_POSTGRES].text, "DROP TABLE users CASCADE");
	cr_expect(first->irreversible);
	cr_expect(not(first->autocommit));
	expect_str(str_list_join(&second->spec.down_revision, STR("|"), &arena), "0001|0001");
	expect_str(str_list_join(&second->spec.depends_on, STR("|"), &arena), "a|b");
	cr_expect(second->autocommit);
	cr_expect(eq(ptr, (void *)second->upgrade.where.source, NULL));
}

Test(values, of_states)
{
	read_fine("rehearse: 1\n"
		  "revisions:\n"
		  "  - {revision: a, down_revision: null, file: a.py}\n"
		  "states:\n"
		  "  fresh: {}\n"
		  "  schema: {schema: a, version: b, sql: X, seed: Y}\n"
		  "  schemas: {schema: [a, b], version: [a, a]}\n"
		  "  ran: {ran: [a.py, a], version: none}\n"
		  "  rows: {version: [none]}\n"
		  "  empty: {version: []}\n");
	const struct scenario_state *states = scenario->states.items;

	cr_assert(eq(sz, scenario->states.count, 6));
	cr_expect(eq(int, (int)states[0].origin, STATE_EMPTY));
	cr_expect(eq(int, (int)states[0].version, STATE_VERSION_DEFAULT));
	cr_expect(eq(int, (int)states[1].origin, STATE_SCHEMA));
	expect_str(states[1].targets.items[0].name, "a");
	expect_str(states[1].rows.items[0], "b");
	expect_str(states[1].sql.by_engine[0].text, "X");
	expect_str(states[1].seed.by_engine[1].text, "Y");
	cr_expect(eq(sz, states[2].targets.count, 2));
	cr_expect(eq(sz, states[2].rows.count, 2));
	cr_expect(eq(int, (int)states[3].origin, STATE_RAN));
	expect_str(states[3].targets.items[0].name, "a.py");
	cr_expect(eq(int, (int)states[3].version, STATE_VERSION_NONE));
	cr_expect(eq(int, (int)states[4].version, STATE_VERSION_ROWS));
	expect_str(states[4].rows.items[0], "none");
	cr_expect(eq(int, (int)states[5].version, STATE_VERSION_ROWS));
	cr_expect(eq(sz, states[5].rows.count, 0));
	cr_expect(eq(ptr, (void *)scenario_find_state(scenario, STR("ran")), (void *)&states[3]));
	cr_expect(eq(ptr, (void *)scenario_find_state(scenario, STR("run")), NULL));
}

Test(values, of_sessions)
{
	read_fine("rehearse: 1\n"
		  "states:\n"
		  "  calm: {sessions: {nobody: {}}}\n"
		  "  busy:\n"
		  "    sessions:\n"
		  "      reader: BEGIN; SELECT 1\n"
		  "      writer: {postgres: BEGIN}\n"
		  "steps: [{upgrade: head}]\n");
	const struct scenario_state *states = scenario->states.items;
	const struct scenario_sessions *sessions = &states[1].sessions;

	cr_assert(eq(sz, sessions->count, 2));
	expect_str(sessions->items[0].name, "reader");
	expect_str(sessions->items[0].sql.by_engine[0].text, "BEGIN; SELECT 1");
	expect_str(sessions->items[1].sql.by_engine[0].text, "");
	expect_str(place_of(&sessions->items[0].sql.by_engine[1], "SELECT"), "6:22");
	cr_expect(eq(ptr, (void *)(uintptr_t)scenario_session_on(&states[0], SCENARIO_SQLITE),
			NULL));
	cr_expect(eq(ptr, (void *)(uintptr_t)scenario_session_on(&states[1], SCENARIO_SQLITE),
			(void *)(uintptr_t)&sessions->items[0]));
}

Test(values, of_sessions_where_nobody_else_may_be)
{
	expect_str(read_bad("rehearse: 1\n"
			    "states:\n"
			    "  calm: {}\n"
			    "  busy: {sessions: {psql: {postgres: BEGIN}}}\n"
			    "strategies:\n"
			    "  on-sqlite: {engines: [sqlite], steps: [{backup: a}]}\n"
			    "  from-calm: {states: [calm], steps: [{backup: a}]}\n"
			    "  from-both: {steps: [{backup: a}]}\n"),
			"8:24 cannot play 'backup' while the sessions of state 'busy' are open [See session "
			"'psql' at sample.yaml:4:21. Limit the strategy to 'states' without sessions.]\n");
}

Test(values, of_steps)
{
	read_fine("rehearse: 1\n"
		  "revisions:\n"
		  "  - {revision: a, down_revision: null}\n"
		  "steps:\n"
		  "  - upgrade: +1\n"
		  "    title: up\n"
		  "    fails: 'no .*'\n"
		  "  - downgrade: -1\n"
		  "  - {stamp: [a, b], purge: true}\n"
		  "  - sql: SELECT 1\n"
		  "  - merge: {revisions: heads, revision: m, message: all}\n"
		  "  - edit: {remove_revisions: [m]}\n"
		  "  - version: none\n"
		  "  - version: []\n"
		  "  - check: {sql: SELECT 1, equals: 1}\n"
		  "  - check: {sql: SELECT 1, matches: ^1$}\n"
		  "  - check: {sql: SELECT 1, empty: true}\n"
		  "  - backup: one\n"
		  "  - restore: one\n");
	const struct scenario_strategy *replay = scenario_find_strategy(scenario, STR("replay"));

	cr_assert(ne(ptr, (void *)replay, NULL));
	const struct step *steps = replay->steps.items;

	cr_assert(eq(sz, replay->steps.count, 13));
	cr_expect(eq(int, (int)steps[0].kind, STEP_UPGRADE));
	expect_str(steps[0].targets.items[0], "+1");
	expect_str(steps[0].title, "up");
	expect_str(span_render(steps[0].where, &arena), "folder/sample.yaml:5:5");
	cr_expect(pattern_matches(steps[0].fails.pattern, STR("there is no such table")));
	cr_expect(eq(int, (int)steps[1].kind, STEP_DOWNGRADE));
	expect_str(steps[1].targets.items[0], "-1");
	cr_expect(eq(ptr, (void *)steps[1].fails.pattern, NULL));
	cr_expect(eq(int, (int)steps[2].kind, STEP_STAMP));
	cr_expect(steps[2].purge);
	cr_expect(eq(sz, steps[2].targets.count, 2));
	cr_expect(eq(int, (int)steps[3].kind, STEP_SQL));
	cr_expect(eq(int, (int)steps[4].kind, STEP_MERGE));
	expect_str(steps[4].merge_revision, "m");
	expect_str(steps[4].merge_message, "all");
	expect_str(steps[4].targets.items[0], "heads");
	cr_expect(eq(int, (int)steps[5].kind, STEP_EDIT));
	expect_str(steps[5].edit.remove.items[0].name, "m");
	cr_expect(eq(int, (int)steps[6].kind, STEP_VERSION));
	cr_expect(steps[6].is_none);
	cr_expect(not(steps[7].is_none));
	cr_expect(eq(sz, steps[7].targets.count, 0));
	cr_expect(eq(int, (int)steps[8].checks.items[0].kind, CHECK_EQUALS));
	expect_str(steps[8].checks.items[0].equals, "1");
	cr_expect(eq(int, (int)steps[9].checks.items[0].kind, CHECK_MATCHES));
	cr_expect(pattern_matches(steps[9].checks.items[0].matches.pattern, STR("1")));
	cr_expect(eq(int, (int)steps[10].checks.items[0].kind, CHECK_EMPTY));
	cr_expect(eq(int, (int)steps[11].kind, STEP_BACKUP));
	cr_expect(eq(int, (int)steps[12].kind, STEP_RESTORE));
	expect_str(steps[12].backup, "one");
}

Test(values, of_goals_are_merged_key_by_key)
{
	read_fine("rehearse: 1\n"
		  "strategies:\n"
		  "  plain: {}\n"
		  "  own:\n"
		  "    goal:\n"
		  "      version: [a, b]\n"
		  "      schema: {has: [table t], lacks: [column t.c]}\n"
		  "      round_trip: false\n"
		  "goal:\n"
		  "  version: heads\n"
		  "  heads: 2\n"
		  "  schema: {same_as: fresh, column_order: strict}\n"
		  "  rows_kept: [t, u]\n"
		  "  check: [{sql: SELECT 1, equals: 1, state: fresh}]\n"
		  "  round_trip: true\n");
	const struct goal *plain = &scenario->strategies.items[0].goal;
	const struct goal *own = &scenario->strategies.items[1].goal;

	cr_expect(eq(uint, plain->keys, 63));
	cr_expect(eq(int, (int)plain->version, GOAL_VERSION_HEADS));
	cr_expect(eq(sz, plain->heads, 2));
	cr_expect(eq(int, (int)plain->schema.source, SCHEMA_SAME_AS_FRESH));
	cr_expect(plain->schema.is_column_order_strict);
	expect_str(plain->rows_kept.items[1], "u");
	expect_str(plain->checks.items[0].state, "fresh");
	cr_expect(plain->round_trip);

	cr_expect(eq(int, (int)own->version, GOAL_VERSION_ROWS));
	expect_str(own->rows.items[1], "b");
	cr_expect(eq(sz, own->heads, 2));
	cr_expect(eq(int, (int)own->schema.source, SCHEMA_ANY));
	cr_expect(not(own->schema.is_column_order_strict));
	expect_str(own->schema.has.items[0].kind, "table");
	expect_str(own->schema.lacks.items[0].name, "t.c");
	expect_str(own->rows_kept.items[0], "t");
	cr_expect(not(own->round_trip));
}

Test(values, goals_compare_with_states_strategies_and_base)
{
	read_fine("rehearse: 1\n"
		  "strategies:\n"
		  "  a: {goal: {schema: {same_as: state:fresh}, version: base}}\n"
		  "  b: {goal: {schema: {same_as: strategy:a}, rows_kept: all, version: one}}\n");
	const struct goal *a = &scenario->strategies.items[0].goal;
	const struct goal *b = &scenario->strategies.items[1].goal;

	cr_expect(eq(int, (int)a->schema.source, SCHEMA_SAME_AS_STATE));
	expect_str(a->schema.name, "fresh");
	cr_expect(eq(int, (int)a->version, GOAL_VERSION_ROWS));
	cr_expect(eq(sz, a->rows.count, 0));
	cr_expect(eq(uint, a->keys, GOAL_VERSION | GOAL_SCHEMA));
	cr_expect(eq(int, (int)b->schema.source, SCHEMA_SAME_AS_STRATEGY));
	cr_expect(b->keeps_all_rows);
	expect_str(b->rows.items[0], "one");
}

/* --- cells --------------------------------------------------------------------------------- */

TestSuite(cells, .init = setup, .fini = teardown);

Test(cells, stand_in_the_order_of_the_file_within_all_limits)
{
	struct scenario_cells cells = { 0 };
	struct buf names = { .arena = &arena };

	read_fine("rehearse: 1\n"
		  "states: {b: {}, a: {}}\n"
		  "strategies:\n"
		  "  two: {engines: [postgres]}\n"
		  "  one: {states: [a]}\n");
	scenario_add_cells(scenario, &arena, &cells);
	for (size_t i = 0; i < cells.count; i++) {
		buf_format(&names, "%.*s ", STR_ARG(cells.items[i].name));
	}
	expect_str(buf_str(&names),
			"sample/two@b:postgres sample/two@a:postgres sample/one@a:sqlite "
			"sample/one@a:postgres ");
	cr_expect(eq(ptr, (void *)cells.items[0].outcome, NULL));
}

Test(cells, start_alike_from_one_state_on_one_engine)
{
	struct scenario_cells cells = { 0 };

	read_fine("rehearse: 1\n"
		  "states: {s: {}, t: {}}\n"
		  "strategies: {a: {}, b: {engines: [sqlite], states: [s]}}\n");
	scenario_add_cells(scenario, &arena, &cells);
	/* a@s:sqlite a@s:postgres a@t:sqlite a@t:postgres b@s:sqlite */
	cr_assert(eq(sz, cells.count, 5));
	for (size_t i = 0; i < cells.count; i++) {
		cr_expect(eq(int, scenario_cell_starts_as(&cells.items[4], &cells.items[i]),
				i == 0 || i == 4));
	}
}

Test(cells, the_most_specific_line_counts)
{
	struct scenario_cells cells = { 0 };
	struct buf found = { .arena = &arena };

	read_fine("rehearse: 1\n"
		  "states: {s: {}, t: {}}\n"
		  "strategies: {a: {}, b: {}}\n"
		  "outcomes:\n"
		  "  '*@*': {wrong: [version]}\n"
		  "  '*@*:postgres': {wrong: [schema]}\n"
		  "  '*@t': {wrong: [rows]}\n"
		  "  a@*: {wrong: [check]}\n"
		  "  a@*:postgres: {wrong: [round_trip]}\n"
		  "  '*@t:sqlite': {wrong: [heads]}\n"
		  "  a@t: {wrong: [version, heads]}\n"
		  "  b@t:postgres: works\n"
		  "  b@t:*: {wrong: [schema]}\n");
	scenario_add_cells(scenario, &arena, &cells);
	for (size_t i = 0; i < cells.count; i++) {
		const struct place place = span_place(cells.items[i].outcome->where);

		buf_format(&found, "%zu ", place.line);
	}
	/* a@s:sqlite a@s:postgres a@t:sqlite a@t:postgres, then b */
	expect_str(buf_str(&found), "8 9 11 11 5 6 13 12 ");
}

Test(cells, of_two_equal_lines_the_later_counts)
{
	struct scenario_cells cells = { 0 };

	read_fine("rehearse: 1\n"
		  "steps: [{upgrade: head}]\n"
		  "outcomes:\n"
		  "  replay@fresh: works\n"
		  "  replay@fresh:*: {fails_at: 1, error: x}\n");
	scenario_add_cells(scenario, &arena, &cells);
	cr_assert(ne(ptr, (void *)cells.items[0].outcome, NULL));
	cr_expect(eq(int, (int)cells.items[0].outcome->verdict, VERDICT_FAILS));
	cr_expect(eq(sz, cells.items[0].outcome->fails_at, 1));
}

/* --- edits --------------------------------------------------------------------------------- */

TestSuite(edits, .init = setup, .fini = teardown);

/* The tree of the only strategy, as "id(file) ...". */
static str edited(void)
{
	struct scenario_revisions after;
	struct buf out = { .arena = &arena };
	struct error *error = scenario_edit_apply(
			&scenario->strategies.items[0].edit, &scenario->revisions, &arena, &after);

	cr_assert(eq(ptr, error, NULL));
	const struct revision_specs specs = scenario_revision_specs(&after, &arena);

	for (size_t i = 0; i < specs.count; i++) {
		buf_format(&out, "%.*s(%.*s) ", STR_ARG(specs.items[i].revision),
				STR_ARG(specs.items[i].message));
	}
	return buf_str(&out);
}

#define TREE                                                             \
	"rehearse: 1\n"                                                  \
	"revisions:\n"                                                   \
	"  - {revision: a, down_revision: null, file: b, message: 1}\n"  \
	"  - {revision: b, down_revision: a, file: b.py, message: 2}\n"  \
	"  - {revision: c, down_revision: a, message: 3}\n"              \
	"  - {revision: c, down_revision: b, file: c2.py, message: 4}\n" \
	"strategies:\n"

Test(edits, a_name_means_a_file_before_an_id)
{
	read_fine(TREE "  x: {remove_revisions: [b]}\n");
	expect_str(edited(), "b(2) c(3) c(4) ");
}

Test(edits, an_id_that_stands_twice_means_all_its_files)
{
	read_fine(TREE "  x: {change_revisions: {c: {message: 5}}}\n");
	expect_str(edited(), "a(1) b(2) c(5) c(5) ");
}

Test(edits, names_in_changes_mean_what_they_meant_before_any)
{
	read_fine(TREE "  x: {change_revisions: {b.py: {revision: a}, a: {revision: b}}}\n");
	expect_str(edited(), "b(1) a(2) c(3) c(4) ");
}

Test(edits, go_in_the_order_replace_remove_change_add)
{
	read_fine(TREE "  x:\n"
		       "    add_revisions: [{revision: z, down_revision: y}]\n"
		       "    change_revisions: {y: {message: 9, down_revision: [q], irreversible: true}}\n"
		       "    remove_revisions: [w]\n"
		       "    replace_revisions:\n"
		       "      - {revision: w, down_revision: null}\n"
		       "      - {revision: y, down_revision: null, upgrade: SELECT 1}\n");
	expect_str(edited(), "y(9) z() ");
	struct scenario_revisions after;

	cr_assert(eq(ptr,
			scenario_edit_apply(&scenario->strategies.items[0].edit,
					&scenario->revisions, &arena, &after),
			NULL));
	expect_str(after.items[0].spec.down_revision.items[0], "q");
	expect_str(after.items[0].upgrade.by_engine[0].text, "SELECT 1");
	cr_expect(after.items[0].irreversible);
	cr_expect(eq(sz, scenario->revisions.count, 4));
}

Test(edits, a_name_that_nothing_has_is_an_error_in_its_place)
{
	struct scenario_revisions after;
	const struct scenario_revisions none = { 0 };

	read_fine(TREE "  x: {remove_revisions: [a]}\n");
	const struct error *error = scenario_edit_apply(
			&scenario->strategies.items[0].edit, &none, &arena, &after);

	cr_assert(ne(ptr, (void *)error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_NOT_FOUND));
	expect_str(span_render(error->where, &arena), "folder/sample.yaml:8:26");
}

Test(edits, a_merge_may_be_named_by_what_follows_it)
{
	read_fine(TREE "  x:\n"
		       "    steps:\n"
		       "      - merge: {revisions: heads, revision: m1, message: one}\n"
		       "      - edit: {change_revisions: {m1: {message: x}}, remove_revisions: [m1_one.py]}\n");
	cr_expect(eq(sz, scenario->strategies.items[0].steps.count, 2));
}

/* --- mistakes ------------------------------------------------------------------------------ */

TestSuite(mistakes, .init = setup, .fini = teardown);

Test(mistakes, of_every_kind_are_drawn_where_they_are)
{
	const str here = path_folder(STR(__FILE__));
	struct str_list names;
	size_t compared = 0;

	cr_assert(eq(int, chdir(str_to_c(path_join(here, STR("../cli/mistakes"), &arena), &arena)),
			0));
	cr_assert(eq(ptr, directory_list(STR("."), &arena, &names), NULL));
	for (size_t i = 0; i < names.count; i++) {
		struct error_list found = { 0 };
		struct buf drawn = { .arena = &arena };
		str expected;

		if (!str_ends_with(names.items[i], STR(".yaml"))) {
			continue;
		}
		cr_expect(eq(ptr, (void *)scenario_load(names.items[i], &arena, &found), NULL));
		for (size_t j = 0; j < found.count; j++) {
			buf_add(&drawn, j ? STR("\n") : STR(""));
			error_render(found.items[j], false, &drawn);
		}
		const str answer =
				str_format(&arena, "%.*s.txt", STR_ARG(path_stem(names.items[i])));

		cr_assert(eq(ptr, file_read(answer, SIZE_MAX, &arena, &expected), NULL));
		if (found.count > 1) { // the command says behind them how many there are
			expected.len = str_find(expected, STR(" mistakes in "));
			while (expected.data[expected.len - 1] != '\n') {
				expected.len--;
			}
			expected.len--;
		}
		cr_expect(eq(str, (char *)buf_c(&drawn), (char *)str_to_c(expected, &arena)),
				"%.*s", STR_ARG(names.items[i]));
		compared++;
	}
	cr_expect(ge(sz, compared, 80));
}

Test(mistakes, a_file_that_is_not_there_is_nowhere)
{
	cr_expect(eq(ptr, (void *)scenario_load(STR("no-such.yaml"), &arena, &mistakes), NULL));
	cr_assert(eq(sz, mistakes.count, 1));
	cr_expect(eq(int, (int)mistakes.items[0]->code, ERROR_NOT_FOUND));
	cr_expect(eq(ptr, (void *)mistakes.items[0]->where.source, NULL));
}

Test(mistakes, stand_in_the_order_of_the_file)
{
	expect_str(read_bad("rehearse: 1\n"
			    "outcomes: {a@b: works, c@fresh: works}\n"
			    "goal: {heds: 1}\n"
			    "steps: [upgrade: head, {stamp: a, fails: '('}, restore: x]\n"
			    "title: [1]\n"),
			"2:12 no strategy 'a'\n"
			"2:14 no state 'b'\n"
			"2:24 no strategy 'c'\n"
			"3:8 unknown key 'heds' [Did you mean 'heads'?]\n"
			"4:44 cannot use this pattern: missing closing parenthesis [Patterns are those of "
			"PCRE2; a backslash takes away a character's special sense.]\n"
			"5:8 expected text, found a list\n");
}

Test(mistakes, do_not_make_others_that_refer_to_them)
{
	expect_str(read_bad("rehearse: 1\n"
			    "revisions:\n"
			    "  - {revision: [a], down_revision: null}\n"
			    "states: {one: 1, two: {ran: [a]}}\n"
			    "strategies:\n"
			    "  x: {steps: [{upgrade: [a]}], remove_revisions: [a]}\n"
			    "  y: {stepz: []}\n"
			    "goal: {schema: {same_as: state:one}}\n"
			    "outcomes:\n"
			    "  x@one: {fails_at: 1}\n"
			    "  y@two: works\n"),
			"3:16 expected text, found a list\n"
			"4:15 expected a map, found text [Write {} for an empty database, or keys such as "
			"schema and version.]\n"
			"6:25 expected text, found a list\n"
			"7:7 unknown key 'stepz' [Did you mean 'steps'?]\n");
}

Test(mistakes, in_limits_do_not_make_cells_go_missing)
{
	expect_str(read_bad("rehearse: 1\n"
			    "engines: [sqlit]\n"
			    "states: {fresh: {}, 'a:b': {}}\n"
			    "strategies:\n"
			    "  x: {engines: [postgres], states: [frsh]}\n"
			    "  y: {states: ['a:b']}\n"
			    "  z: {states: fresh}\n"
			    "outcomes: {x@fresh: works, 'x@fresh:sqlite': works, y@fresh: works, z@fresh: works}\n"),
			"2:11 no engine 'sqlit' [Did you mean 'sqlite'?]\n"
			"3:23 the name of a state cannot have ':' in it [Names of cells and records are made of "
			"it: leave out '@', ':', '*', '/' and control characters.]\n"
			"5:37 no state 'frsh' [Did you mean 'fresh'?]\n"
			"7:15 expected a list, found text [Write [fresh] for a list of one.]\n"
			"8:28 no cell is called 'x@fresh:sqlite' [The 'engines' and 'states' of the scenario "
			"and of the strategy leave none.]\n"
			"8:53 no cell is called 'y@fresh' [The 'engines' and 'states' of the scenario and of "
			"the strategy leave none.]\n");
}

Test(mistakes, names_have_no_character_that_a_terminal_obeys)
{
	str hint = STR(" [Names of cells and records are made of it: leave out '@', ':', '*', '/' "
		       "and control characters.]\n");

	expect_str(read_bad("rehearse: 1\nstates: {\"a\\x7f\": {}, \"b\\u009b\": {}}\n"),
			str_to_c(str_format(&arena,
						 "2:12 the name of a state cannot have a control "
						 "character in it%.*s"
						 "2:25 the name of a state cannot have a control "
						 "character in it%.*s",
						 STR_ARG(hint), STR_ARG(hint)),
					&arena));
	mistakes.count = 0;
	cr_expect(eq(ptr, NULL,
			(void *)scenario_parse(STR("a\x1b.yaml"), STR("rehearse: 1\n"), &arena,
					&mistakes)));
	expect_str(render_mistakes(),
			"1:1 the name of a scenario file cannot have a control character in it\n");
}

Test(mistakes, in_a_key_do_not_make_what_it_holds_go_missing)
{
	expect_str(read_bad("rehearse: 1\n"
			    "revision: [{revision: a, down_revision: null}]\n"
			    "state: {old: {}, other: {ran: [a]}}\n"
			    "strategies:\n"
			    "  x: {stepz: [{upgrade: head}], remove_revisions: [a], states: [old]}\n"
			    "  y: {steps: [{mrge: {revision: m}}, {edit: {remove_revisions: [m]}}]}\n"
			    "outcomes: {x@old: {fails_at: 2}}\n"),
			"2:1 unknown key 'revision' [Did you mean 'revisions'?]\n"
			"3:1 unknown key 'state' [Did you mean 'states'?]\n"
			"5:7 unknown key 'stepz' [Did you mean 'steps'?]\n"
			"6:16 unknown key 'mrge' [Did you mean 'merge'?]\n");
}

Test(mistakes, in_a_misspelt_list_of_steps_stand_alone)
{
	expect_str(read_bad("rehearse: 1\n"
			    "stepz: [{upgrade: head}]\n"
			    "outcomes: {replay@fresh: {fails_at: 1}}\n"),
			"2:1 unknown key 'stepz' [Did you mean 'steps'?]\n");
}

Test(mistakes, after_a_syntax_error_nothing_is_called_missing)
{
	expect_str(read_bad("title: one\n"
			    "revisions:\n"
			    "  - revision: a\n"
			    "strategies:\n"
			    "  x: {goal: {schema: {same_as: state:y}}, states: [z]}\n"
			    "steps: 'open\n"),
			"3:5 missing key 'down_revision' in a revision\n"
			"6:1 'steps' cannot stand beside 'strategies'\n"
			"6:8 a quote that is never closed [Close the text with the quote that it begins "
			"with.]\n");
}

/* --- revisions in a folder ----------------------------------------------------------------- */

static char folder[] = "/tmp/rehearse-test-XXXXXX";

static void setup_folder(void)
{
	setup();
	cr_assert(ne(ptr, mkdtemp(folder), NULL));
}

static void teardown_folder(void)
{
	struct str_list names;
	const str path = str_from(folder);

	if (!directory_list(path, &arena, &names)) {
		for (size_t i = 0; i < names.count; i++) {
			unlink(str_to_c(path_join(path, names.items[i], &arena), &arena));
		}
	}
	rmdir(folder);
	teardown();
}

static void write_in_folder(const char *name, const char *text)
{
	cr_assert(eq(ptr,
			file_write(path_join(str_from(folder), str_from(name), &arena),
					str_from(text), &arena),
			NULL));
}

TestSuite(folder, .init = setup_folder, .fini = teardown_folder);

Test(folder, has_a_revision_a_file_in_the_order_of_names)
{
	write_in_folder("0002.sql",
			"-- revision: b\n-- down_revision: a, x\n-- depends_on: null\n"
			"-- branch_labels: core\n-- irreversible: true\n"
			"-- upgrade sqlite\nSELECT 'lite';\n-- upgrade postgres\nSELECT 'post';\n");
	write_in_folder("0001.sql",
			"-- revision: a\r\n-- down_revision: null\r\n-- Free text: here.\r\n"
			"-- message: first: of all\r\n-- autocommit: true\r\n\r\n"
			"-- upgrade\r\n  CREATE TABLE t (a int);\r\n-- a comment\r\n-- downgrade\r\nDROP TABLE t;");
	write_in_folder("notes.txt", "-- revision: c\n");
	read_fine(str_to_c(str_format(&arena, "rehearse: 1\nrevisions: {directory: %s}\n", folder),
			&arena));
	cr_assert(eq(sz, scenario->revisions.count, 2));
	const struct scenario_revision *a = &scenario->revisions.items[0];
	const struct scenario_revision *b = &scenario->revisions.items[1];

	expect_str(a->spec.revision, "a");
	expect_str(a->spec.file, "0001.sql");
	expect_str(a->spec.message, "first: of all");
	cr_expect(eq(sz, a->spec.down_revision.count, 0));
	cr_expect(a->autocommit);
	expect_str(str_trim(a->upgrade.by_engine[0].text),
			"CREATE TABLE t (a int);\r\n-- a comment");
	expect_str(place_of(&a->upgrade.by_engine[1], "TABLE"), "8:10");
	expect_str(a->downgrade.by_engine[0].text, "DROP TABLE t;");
	expect_str(span_render(a->spec.where, &arena),
			str_to_c(str_format(&arena, "%s/0001.sql:1:14", folder), &arena));
	expect_str(str_list_join(&b->spec.down_revision, STR("|"), &arena), "a|x");
	cr_expect(eq(sz, b->spec.depends_on.count, 0));
	expect_str(b->spec.branch_labels.items[0], "core");
	cr_expect(b->irreversible);
	expect_str(b->upgrade.by_engine[SCENARIO_SQLITE].text, "SELECT 'lite';\n");
	expect_str(b->upgrade.by_engine[SCENARIO_POSTGRES].text, "SELECT 'post';\n");
	expect_str(b->downgrade.by_engine[0].text, "");
}

Test(folder, sql_can_stand_in_a_file_of_its_own)
{
	write_in_folder("body.sql",
			"\xEF\xBB\xBF"
			"SELECT 1;\nSELECT 2;\n");
	const str path = path_join(str_from(folder), STR("one.yaml"), &arena);

	write_in_folder("one.yaml",
			"rehearse: 1\nsteps: [{sql: {file: body.sql}}, {load: body.sql}]\n");
	scenario = scenario_load(path, &arena, &mistakes);
	cr_assert(ne(ptr, (void *)scenario, NULL));
	const struct step *steps = scenario->strategies.items[0].steps.items;
	const struct located_text *sql = &steps[0].sql.by_engine[SCENARIO_SQLITE];

	expect_str(sql->text, "SELECT 1;\nSELECT 2;\n");
	expect_str(place_of(sql, "1"), "1:8");
	expect_str(place_of(sql, "2"), "2:8");
	cr_expect(path_is_file(steps[1].load.path, &arena));
	expect_str(steps[1].load.name, "body.sql");
}

/* --- what is written out ------------------------------------------------------------------- */

TestSuite(written, .init = setup, .fini = teardown);

Test(written, every_template_is_a_scenario_with_a_lesson)
{
	for (size_t i = 0; i < template_count; i++) {
		struct scenario_cells cells = { 0 };

		read_fine(templates[i].text);
		scenario_add_cells(scenario, &arena, &cells);
		cr_expect(gt(sz, cells.count, 0), "%s", templates[i].name);
		cr_expect(gt(sz, scenario->lesson.len, 0), "%s", templates[i].name);
		scenario_unload(scenario);
	}
	scenario = NULL;
}

Test(written, templates_are_found_by_name)
{
	str nearest = STR("");

	cr_expect(eq(ptr, (void *)template_find(STR("two-heads"), &arena, &nearest)->text,
			(void *)template_two_heads));
	cr_expect(eq(ptr, (void *)template_find(STR("two-head"), &arena, &nearest), NULL));
	expect_str(nearest, "two-heads");
	cr_expect(eq(ptr, (void *)template_find(STR("something else"), &arena, &nearest), NULL));
	expect_str(nearest, "");
}

Test(written, the_json_schema_has_every_definition_that_it_refers_to)
{
	const str schema = scenario_json_schema(&arena);
	str rest = schema;
	size_t found = 0;

	for (;;) {
		const str mark = STR("\"#/definitions/");
		const size_t at = str_find(rest, mark);

		if (at == rest.len) {
			break;
		}
		rest = str_slice(rest, at + mark.len, rest.len);
		const str name = str_slice(rest, 0, str_find_char(rest, '"'));
		const str definition = str_format(&arena, "\n    \"%.*s\": {", STR_ARG(name));

		cr_expect(lt(sz, str_find(schema, definition), schema.len), "%.*s", STR_ARG(name));
		found++;
	}
	cr_expect(gt(sz, found, 50));
	cr_expect(lt(sz, str_find(schema, STR("\"additionalProperties\": false")), schema.len));
}

/* --- the example of the design ------------------------------------------------------------- */

Test(values, of_the_wallet_that_started_it_all)
{
	const str path = path_join(path_folder(STR(__FILE__)),
			STR("../fuzz/corpus/scenario/design-example.yaml"), &arena);
	struct scenario_cells cells = { 0 };

	scenario = scenario_load(path, &arena, &mistakes);
	expect_str(render_mistakes(), "");
	cr_assert(ne(ptr, (void *)scenario, NULL));
	scenario_add_cells(scenario, &arena, &cells);
	cr_assert(eq(sz, cells.count, 10));
	expect_str(cells.items[2].name, "design-example/clean-reset@production:sqlite");
	cr_expect(eq(sz, cells.items[2].outcome->fails_at, 2));
	cr_expect(pattern_matches(cells.items[2].outcome->error.pattern,
			STR("table wallets (x) already exists")));
	expect_str(scenario->states.items[1].rows.items[0], "add_trading_models");
	expect_str(place_of(&scenario->revisions.items[3].upgrade.by_engine[0], "vouchers"),
			"26:20");
}
