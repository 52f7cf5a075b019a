/*
 * Cells that are played, and what an outcome says of them beyond what a scenario states.
 */
#include "played.h"

/* --- failures ------------------------------------------------------------------------------------ */

TestSuite(failures, .init = setup, .fini = teardown);

Test(failures, name_their_statement_and_their_place_in_the_file)
{
	play("revisions:\n"
	     "  - revision: a1\n"
	     "    down_revision: null\n"
	     "    upgrade: CREATE TABLE transactions (id integer PRIMARY KEY);\n"
	     "  - revision: b2\n"
	     "    down_revision: a1\n"
	     "    upgrade: CREATE TABLE wallets (id integer PRIMARY KEY);\n"
	     "steps: [upgrade: b2, stamp: a1, upgrade: head]\n");

	const struct outcome_error *error = &cell("replay@fresh")->error;

	expect_text(c(error->where), "s.yaml:9:27");
	expect_text(c(error->statement), "CREATE TABLE wallets (id integer PRIMARY KEY)");
	expect_text(c(error->revision), "b2");
	expect_text(c(error->message), "table wallets already exists");
	expect_text(c(error->place.text),
			"    upgrade: CREATE TABLE wallets (id integer PRIMARY KEY);");
	expect_text(c(str_slice(error->place.text, error->place.offset, error->place.len)),
			"wallets");
	expect_text(c(error->attempt), "playing step 3 of strategy 'replay': upgrade head");
}

Test(failures, of_version_rows_name_their_revision_and_statement)
{
	play(TWO_LINES "  - {revision: c3, down_revision: b2, upgrade: DELETE FROM alembic_version}\n"
		       "  - {revision: d4, down_revision: null, upgrade: DROP TABLE alembic_version}\n"
		       "states:\n"
		       "  fresh: {}\n"
		       "  two: {version: b2}\n"
		       "strategies:\n"
		       "  deletes: {states: [two], steps: [upgrade: c3]}\n"
		       "  drops: {states: [fresh], steps: [upgrade: d4]}\n");

	expect_text(c(cell("deletes@two")->error.revision), "c3");
	expect_text(c(cell("drops@fresh")->error.statement),
			"INSERT INTO alembic_version (version_num) VALUES ('d4')");
}

/* --- states -------------------------------------------------------------------------------------- */

TestSuite(states, .init = setup, .fini = teardown);

Test(states, a_schema_above_what_is_not_sound_cannot_be_built)
{
	play("revisions:\n"
	     "  - {revision: a1, down_revision: null, upgrade: CREATE TABLE t1 (a)}\n"
	     "  - {revision: c3, down_revision: 0003, upgrade: CREATE TABLE t3 (a)}\n"
	     "states:\n"
	     "  broken: {schema: c3}\n"
	     "  symbol: {schema: heads}\n"
	     "steps: [sql: SELECT 1]\n");

	expect_text(summary("replay@broken"), "fails 0 KeyError: '0003'");
	expect_text(c(cell("replay@broken")->error.where), "state");
	expect_text(c(cell("replay@broken")->error.attempt), "building state 'broken'");
	cr_expect(not(cell("replay@broken")->is_as_claimed));
	expect_text(summary("replay@symbol"), "fails 0 KeyError: '0003'");
}

Test(states, sql_that_fails_keeps_what_ran_and_fails_the_cell)
{
	play(TWO_LINES "states:\n"
		       "  drift: {schema: a1, sql: CREATE TABLE d1 (a); CREATE TABLE t1 (a); CREATE TABLE d2 (a)}\n"
		       "steps: [upgrade: head]\n"
		       "outcomes: {replay@drift: {fails_at: 1}}\n");

	expect_text(summary("replay@drift"), "fails 0 DatabaseError: table t1 already exists");
	expect_text(c(cell("replay@drift")->error.statement), "CREATE TABLE t1 (a)");
	expect_text(joined(&cell("replay@drift")->version), "a1");
	cr_expect(has_table("replay@drift", "d1"));
	cr_expect(not(has_table("replay@drift", "d2")));
	cr_expect(not(cell("replay@drift")->is_as_claimed));
}

Test(states, a_dump_is_loaded_and_a_failure_names_its_place_in_it)
{
	make_folder();
	write_in_folder("good.sql",
			"-- a dump\nCREATE TABLE d1 (a);\nINSERT INTO d1 VALUES (1);\n");
	write_in_folder("bad.sql", "CREATE TABLE d1 (a);\n\n  INSERT INTO nope VALUES (1);\n");
	play(TWO_LINES "states:\n"
		       "  good: {load: good.sql}\n"
		       "  bad: {load: bad.sql}\n"
		       "steps: [load: good.sql]\n");

	expect_text(summary("replay@good"), "fails 1 DatabaseError: table d1 already exists");
	expect_text(c(cell("replay@good")->error.where),
			c(str_format(&arena, "%s/good.sql:2:14", folder)));
	expect_text(summary("replay@bad"), "fails 0 DatabaseError: no such table: nope");
	expect_text(c(cell("replay@bad")->error.place.path),
			c(str_format(&arena, "%s/bad.sql", folder)));
	cr_expect(eq(sz, cell("replay@bad")->error.place.line, 3));
}

Test(states, a_file_that_cannot_be_read_is_the_scenarios_failure)
{
	make_folder();
	write_in_folder("here.sql", "SELECT 1;\n");
	write_in_folder("here.sqlite", "");
	play(TWO_LINES "states: {fresh: {}, sql: {load: here.sql}, dump: {load: here.sqlite}}\n"
		       "strategies:\n"
		       "  nothing: {states: [sql, dump], steps: [sql: SELECT 1]}\n"
		       "  load: {states: [fresh], steps: [load: here.sqlite]}\n");

	for (size_t i = 0; i < outcome_count; i++) { // files that are there when a scenario is read
		expect_text(verdict(&outcomes[i]), "works");
	}
	theatre_close(theatre);
	theatre = theatre_open(&options, &arena);
	cr_assert(eq(int, system(str_to_c(str_format(&arena, "rm %s/here.*", folder), &arena)), 0));
	struct scenario_cells cells = { 0 };

	scenario_add_cells(scenario, &arena, &cells);
	for (size_t i = 0; i < cells.count; i++) {
		struct error *err =
				theatre_play(theatre, &cells.items[i], NULL, &arena, &outcomes[i]);

		cr_assert(eq(ptr, err, NULL));
		expect_text(verdict(&outcomes[i]), "fails");
		expect_text(c(outcomes[i].error.class_name), "FileError");
	}
}

Test(states, a_sqlite_file_is_a_state_too)
{
	make_folder();
	const str make = str_format(&arena,
			"cd '%s' && sqlite3 d.sqlite \"CREATE TABLE d1 (a); INSERT INTO d1 VALUES (7)\"",
			folder);
	if (system("command -v sqlite3 >/dev/null") != 0) {
		cr_skip_test("no sqlite3 program");
	}
	cr_assert(eq(int, system(str_to_c(make, &arena)), 0));
	play(TWO_LINES "states: {fresh: {}, dump: {load: d.sqlite}}\n"
		       "strategies:\n"
		       "  look: {states: [dump], steps: [check: {sql: SELECT a FROM d1, equals: 7}]}\n"
		       "  replace: {states: [fresh], steps: [upgrade: head, load: d.sqlite]}\n");

	expect_text(summary("look@dump"), "works");
	cr_expect(has_table("replace@fresh", "d1"));
	cr_expect(not(has_table("replace@fresh", "t1")));
}

/* --- steps --------------------------------------------------------------------------------------- */

TestSuite(steps, .init = setup, .fini = teardown);

Test(steps, that_fail_otherwise_than_they_should_have_it_noted)
{
	play(TWO_LINES "strategies:\n"
		       "  otherwise: {steps: [{upgrade: zzzz, fails: boom}]}\n");

	expect_text(joined(&cell("otherwise@fresh")->notes),
			"step 1 was expected to fail with 'boom'");
}

Test(steps, an_edited_tree_that_does_not_load_fails_with_what_the_doctor_found)
{
	play(TWO_LINES "strategies:\n"
		       "  rename:\n"
		       "    change_revisions: {b2: {down_revision: 0001}}\n"
		       "    steps: [backup: x, upgrade: head]\n");

	expect_text(summary("rename@fresh"), "fails 2 KeyError: '0001'");
	const struct faults *faults = &cell("rename@fresh")->error.faults;

	cr_expect(gt(sz, faults->revision_count, 0), "the doctor has looked at the tree");
	cr_assert(gt(sz, faults->count, 0));
	cr_expect(eq(int, (int)faults->items[0].kind, (int)FAULT_MISSING_PARENT));
	expect_text(c(faults->items[0].revision), "b2");
	expect_text(c(faults->items[0].path), "s.yaml");
	expect_text(c(cell("rename@fresh")->error.where), "s.yaml:9:24");
}

Test(steps, what_alembic_leaves_out_of_its_texts_is_hinted_at)
{
	play("revisions:\n"
	     "  - {revision: add_users, down_revision: null}\n"
	     "  - {revision: add_roles, down_revision: null, branch_labels: roles}\n"
	     "strategies:\n"
	     "  typo: {steps: [upgrade: add_usres]}\n"
	     "  nothing-near: {steps: [upgrade: 00ff00ff]}\n"
	     "  heads: {steps: [upgrade: head]}\n");

	expect_text(c(cell("typo@fresh")->error.hint),
			"'add_usres' is the target of this step; nothing in the tree is called so. Did you mean 'add_users'?");
	expect_text(c(cell("nothing-near@fresh")->error.hint),
			"'00ff00ff' is the target of this step; nothing in the tree is called so.");
	expect_text(c(cell("heads@fresh")->error.hint), "The heads are add_users, add_roles.");
}

Test(steps, warnings_of_alembic_are_noted)
{
	play("revisions:\n"
	     "  - {revision: a1, down_revision: null}\n"
	     "  - {revision: b2, down_revision: a1}\n"
	     "  - {revision: b2, down_revision: a1}\n"
	     "steps: [upgrade: heads]\n"
	     "goal: {version: heads, heads: 2}\n");

	expect_text(summary("replay@fresh"), "works");
	expect_contains(str_list_join(&cell("replay@fresh")->notes, STR("\n"), &arena),
			"Revision b2 is present more than once");
}

/* --- sessions -------------------------------------------------------------------------------------- */

TestSuite(sessions, .init = setup, .fini = teardown);

#define NOTES                                                                                \
	"revisions:\n"                                                                       \
	"  - {revision: a1, down_revision: null, upgrade: CREATE TABLE notes (id integer), " \
	"downgrade: DROP TABLE notes}\n"                                                     \
	"  - {revision: b2, down_revision: a1, upgrade: CREATE TABLE pages (id integer), "   \
	"downgrade: DROP TABLE pages}\n"

Test(sessions, that_fail_are_a_state_that_cannot_be_built)
{
	play(NOTES "states:\n"
		   "  s:\n"
		   "    schema: a1\n"
		   "    sessions:\n"
		   "      fine: BEGIN; SELECT * FROM notes\n"
		   "      broken: SELECT nope\n"
		   "steps: [{upgrade: head}]\n");
	expect_text(summary("replay@s"), "fails 0 DatabaseError: no such column: nope");
	expect_text(c(cell("replay@s")->error.where), "state");
	expect_text(c(excerpt_place(&cell("replay@s")->error.place, &arena)), "s.yaml:11:22");
	expect_text(c(cell("replay@s")->error.attempt), "building state 's'");
}

Test(sessions, that_lock_each_other_out_are_one_too)
{
	play(NOTES "states:\n"
		   "  s: {schema: a1, sessions: {one: BEGIN IMMEDIATE, two: BEGIN IMMEDIATE}}\n"
		   "steps: [{upgrade: head}]\n");
	expect_text(summary("replay@s"), "fails 0 DatabaseError: database is locked");
}

/* --- outcomes ------------------------------------------------------------------------------------ */

TestSuite(outcomes, .init = setup, .fini = teardown);

Test(outcomes, claims_are_held_against_what_happened)
{
	play(TWO_LINES "strategies:\n"
		       "  step: {steps: [upgrade: zzzz, sql: SELECT 1]}\n"
		       "  pattern: {steps: [upgrade: zzzz]}\n"
		       "  class: {steps: [upgrade: zzzz]}\n"
		       "  works: {steps: [upgrade: zzzz]}\n"
		       "  unlisted: {steps: [upgrade: head]}\n"
		       "outcomes:\n"
		       "  step@fresh: {fails_at: 2}\n"
		       "  pattern@fresh: {fails_at: 1, error: 'KeyError'}\n"
		       "  class@fresh: {fails_at: 1, error: '^CommandError'}\n"
		       "  works@fresh: works\n");

	cr_expect(not(cell("step@fresh")->is_as_claimed));
	cr_expect(not(cell("pattern@fresh")->is_as_claimed));
	cr_expect(cell("class@fresh")->is_as_claimed);
	cr_expect(not(cell("works@fresh")->is_as_claimed));
	cr_expect(cell("unlisted@fresh")->is_as_claimed);
	expect_text(c(cell("step@fresh")->claim), "fails at step 2");
	expect_text(c(cell("pattern@fresh")->claim), "fails at step 1 with 'KeyError'");
	cr_expect(outcome_is_as_expected(cell("class@fresh")));
	cr_expect(not(outcome_is_as_expected(cell("works@fresh"))));
}

Test(outcomes, a_cell_that_runs_out_of_time_fails_at_that_step)
{
	options.timeout_us = 1000 * 1000; // enough for what comes before, under valgrind too
	play(TWO_LINES "strategies:\n"
		       "  slow:\n"
		       "    steps:\n"
		       "      - sql: WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n\n"
		       "        fails: .\n");

	cr_expect(eq(sz, cell("slow@fresh")->failed_step, 1));
	expect_text(c(cell("slow@fresh")->error.class_name), "Timeout");
	cr_expect(lt(i64, cell("slow@fresh")->elapsed_us, 60 * 1000 * 1000));
}

Test(outcomes, a_database_that_nobody_can_read_any_more_is_a_failure)
{
	play("revisions:\n"
	     "  - revision: a\n"
	     "    down_revision: null\n"
	     "    upgrade: |\n"
	     "      CREATE TABLE t (x integer);\n"
	     "      PRAGMA writable_schema = ON;\n"
	     "      UPDATE sqlite_master SET sql = 'nonsense';\n"
	     "strategies:\n"
	     "  damages: {steps: [upgrade: head]}\n"
	     "  then-more: {steps: [upgrade: head, upgrade: head]}\n"
	     "goal: {schema: {same_as: fresh}}\n");
	cr_expect(contains(str_from(summary("damages@fresh")),
			"fails 1 DatabaseError: malformed database schema"));
	cr_expect(contains(str_from(summary("then-more@fresh")),
			"fails 2 DatabaseError: malformed database schema"));
	cr_expect(eq(sz, cell("damages@fresh")->schema.count, 0));
}

Test(outcomes, databases_are_left_behind_where_asked)
{
	make_folder();
	cr_assert(eq(int, chdir(folder), 0));
	options.keep = KEEP_FAILED;
	play(TWO_LINES "strategies:\n"
		       "  claimed: {steps: [upgrade: zzzz]}\n"
		       "  surprising: {steps: [upgrade: head]}\n"
		       "outcomes: {claimed@fresh: {fails_at: 1}, surprising@fresh: {fails_at: 1}}\n");
	cr_assert(eq(int, chdir(".."), 0));

	expect_text(c(cell("claimed@fresh")->kept), "");
	expect_contains(cell("surprising@fresh")->kept, "surprising");
	cr_expect(path_is_directory(str_format(&arena, "%s/.rehearse/kept", folder), &arena));
}

Test(outcomes, they_pass_through_a_pipe_unchanged)
{
	play(TWO_LINES "steps: [upgrade: zzzz]\n");

	struct outcome sent = *cell("replay@fresh"), received;
	struct buf bytes = { .arena = &arena };

	sent.wrong = 5;
	sent.record = RECORD_DIFFERS;
	sent.elapsed_us = -1;
	str_list_add(&sent.version, STR("a1"), &arena);
	str_list_add(&sent.record_difference, STR("- x"), &arena);
	*LIST_PUSH(&sent.reasons, &arena) = (struct outcome_reason){ STR("rows"), STR("a\nb") };
	outcome_pack(&sent, &bytes);
	outcome_unpack(buf_str(&bytes), &arena, &received);

	expect_text(c(received.name), "s/replay@fresh:sqlite");
	cr_expect(eq(int, (int)received.verdict, (int)VERDICT_FAILS));
	cr_expect(eq(u32, received.wrong, 5));
	cr_expect(eq(int, (int)received.record, (int)RECORD_DIFFERS));
	cr_expect(eq(i64, received.elapsed_us, -1));
	expect_text(c(received.error.message), c(sent.error.message));
	expect_text(joined(&received.version), "a1");
	expect_text(joined(&received.record_difference), "- x");
	expect_text(c(received.reasons.items[0].text), "a\nb");
	cr_expect(received.has_version_table);
	cr_expect(not(outcome_is_as_expected(&received)));

	struct buf again = { .arena = &arena };

	outcome_pack(&received, &again);
	cr_expect(str_equal(buf_str(&bytes), buf_str(&again)));
}
