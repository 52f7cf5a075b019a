/* What a scenario says, as values. */
#include "kit/file.h"
#include "scenario_fixture.h"

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

Test(values, of_the_wallet_that_started_it_all)
{
	const str path = path_join(path_folder(STR(__FILE__)),
			STR("../fuzz/corpus/scenario/design-example.yaml"), &arena);
	struct scenario_cells cells = { 0 };

	scenario = scenario_load(path, NULL, &arena, &mistakes);
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
