/*
 * Reasons that the judge gives. Which goals are met, and which are not, is played from tests/replay/.
 */
#include "played.h"

TestSuite(goals, .init = setup, .fini = teardown);

static const char *reason(const char *name, const char *key)
{
	const struct outcome *outcome = cell(name);

	for (size_t i = 0; i < outcome->reasons.count; i++) {
		if (str_equal(outcome->reasons.items[i].key, str_from(key))) {
			return c(outcome->reasons.items[i].text);
		}
	}
	return "no such reason";
}

Test(goals, all_keys_are_judged_and_none_hides_another)
{
	play(TWO_LINES "states: {one: {schema: a1, seed: INSERT INTO t1 VALUES (7)}}\n"
		       "strategies:\n"
		       "  nothing:\n"
		       "    steps: [sql: DELETE FROM t1]\n"
		       "    add_revisions: [{revision: z9, down_revision: a1}]\n"
		       "    change_revisions: {b2: {irreversible: true}}\n"
		       "goal:\n"
		       "  version: heads\n"
		       "  heads: 1\n"
		       "  schema: {same_as: fresh}\n"
		       "  rows_kept: all\n"
		       "  check: [{sql: SELECT 1, equals: 2}]\n"
		       "  round_trip: true\n"
		       "outcomes: {nothing@one: {wrong: [version, schema, rows, check, heads]}}\n");

	expect_text(summary("nothing@one"), "wrong version,schema,rows,check,round_trip,heads");
	cr_expect(not(cell("nothing@one")->is_as_claimed)); // round_trip is not claimed
	expect_text(c(cell("nothing@one")->claim), "wrong: version, schema, rows, check, heads");
	expect_text(reason("nothing@one", "version"),
			"expected the rows b2, z9 (the heads) in the version table, found the row a1");
	expect_text(reason("nothing@one", "heads"), "expected 1 head, the tree has 2: b2, z9");
	cr_expect(contains(str_from(reason("nothing@one", "schema")), "\n- table t2"), "%s",
			reason("nothing@one", "schema"));
	expect_text(reason("nothing@one", "rows"), "1 of 1 row of table t1 is lost (a):\n- (7)");
	cr_expect(contains(str_from(reason("nothing@one", "check")),
			"the check gave '1', expected '2'"));
}

Test(goals, schemas_are_told_by_what_they_lack_and_have_besides)
{
	play(TWO_LINES "states: {fresh: {}, one: {schema: a1}, bad: {sql: SELECT * FROM nope}}\n"
		       "strategies:\n"
		       "  whole: {states: [fresh], steps: [upgrade: b2], goal: {schema: {same_as: state:one}}}\n"
		       "  fails: {states: [fresh], steps: [upgrade: zzzz]}\n"
		       "  like-failing: {states: [fresh], steps: [upgrade: a1], goal: {schema: {same_as: strategy:fails}}}\n"
		       "  like-bad: {states: [fresh], steps: [upgrade: a1], goal: {schema: {same_as: state:bad}}}\n"
		       "  items: {states: [fresh], steps: [upgrade: a1], goal: {schema: {has: [table t1, column t1.a, table t2], lacks: [table t1, view v]}}}\n");

	expect_contains(str_from(reason("whole@fresh", "schema")), "\n+ table t2");
	expect_contains(str_from(reason("like-failing@fresh", "schema")),
			"CommandError: Can't locate");
	expect_text(summary("like-bad@fresh"), "wrong schema");
	cr_expect(eq(sz, cell("items@fresh")->reasons.count, 2));
	expect_text(reason("items@fresh", "schema"), "table t2 is not there");
	expect_text(c(cell("items@fresh")->reasons.items[1].text), "table t1 is there");
}

Test(goals, another_order_of_columns_is_noted)
{
	play("revisions: [{revision: a1, down_revision: null, upgrade: \"CREATE TABLE t (a, b)\"}]\n"
	     "steps: [sql: \"CREATE TABLE t (b, a)\"]\n"
	     "goal: {schema: {same_as: fresh}}\n");

	expect_contains(str_list_join(&cell("replay@fresh")->notes, STR("\n"), &arena), "order");
}

Test(goals, heads_of_a_tree_that_does_not_load_are_not_known)
{
	play(TWO_LINES "steps: [upgrade: b2, edit: {remove_revisions: [a1]}]\n"
		       "goal: {version: heads}\n");

	expect_contains(str_from(reason("replay@fresh", "version")), "KeyError: 'a1'");
}

Test(goals, a_round_trip_tells_what_fails_and_what_comes_back_otherwise)
{
	play("revisions:\n"
	     "  - {revision: a1, down_revision: null, upgrade: CREATE TABLE t1 (a), downgrade: DROP TABLE t1}\n"
	     "  - {revision: b2, down_revision: a1, upgrade: CREATE TABLE t2 (a)}\n"
	     "states: {s: {seed: CREATE TABLE keep (a)}}\n"
	     "strategies:\n"
	     "  there: {steps: [upgrade: a1]}\n"
	     "  fails: {steps: [upgrade: head]}\n"
	     "goal: {round_trip: true}\n");

	expect_text(reason("fails@s", "round_trip"),
			"after `downgrade base`, `upgrade heads` fails: DatabaseError: table t2 already exists");
	expect_contains(str_from(reason("there@s", "round_trip")), "\n+ table t2");
}

Test(goals, nobody_else_is_there_when_a_round_trip_is_tried)
{
	play(TWO_LINES "states: {s: {schema: a1, sessions: {reader: BEGIN; SELECT * FROM t1}}}\n"
		       "steps: [{upgrade: head, fails: locked}]\n"
		       "goal: {round_trip: true}\n");

	expect_text(summary("replay@s"), "wrong round_trip");
	expect_contains(cell("replay@s")->reasons.items[0].text, "+ table t2");
}

Test(goals, kept_rows_are_a_multiset_of_the_first_columns)
{
	play("revisions: [{revision: a1, down_revision: null}]\n"
	     "states:\n"
	     "  s:\n"
	     "    sql: CREATE TABLE t (a, b); CREATE TABLE e (a);\n"
	     "    seed: INSERT INTO t VALUES (1, NULL), (1, NULL), (2, '');\n"
	     "strategies:\n"
	     "  grown: {steps: [sql: \"ALTER TABLE t ADD COLUMN c; INSERT INTO t VALUES (9, 9, 9)\"]}\n"
	     "  one-double: {steps: [sql: DELETE FROM t WHERE rowid = 1]}\n"
	     "  nulled: {steps: [sql: \"UPDATE t SET b = '' WHERE rowid = 1\"]}\n"
	     "  changed: {steps: [sql: UPDATE t SET a = 3 WHERE a = 2]}\n"
	     "  column: {steps: [sql: ALTER TABLE t DROP COLUMN b]}\n"
	     "  table: {steps: [sql: DROP TABLE t]}\n"
	     "  empty: {steps: [sql: DROP TABLE e]}\n"
	     "goal: {rows_kept: [t, e, absent]}\n");

	expect_text(summary("grown@s"), "works");
	expect_text(summary("empty@s"), "works");
	expect_text(reason("one-double@s", "rows"),
			"1 of 3 rows of table t is lost (a, b):\n- (1, NULL)");
	expect_text(reason("nulled@s", "rows"),
			"1 of 3 rows of table t is lost (a, b):\n- (1, NULL)");
	expect_text(reason("changed@s", "rows"), "1 of 3 rows of table t is lost (a, b):\n- (2, )");
	expect_text(reason("column@s", "rows"),
			"3 of 3 rows of table t are lost: column b is gone");
	expect_text(reason("table@s", "rows"),
			"3 of 3 rows of table t are lost: the table is gone");
}

Test(goals, a_kept_table_that_is_not_there_is_noted_where_it_may_be_misspelt)
{
	play("revisions: [{revision: a1, down_revision: null, upgrade: CREATE TABLE wallets (a)}]\n"
	     "states: {fresh: {}, s: {schema: a1}}\n"
	     "strategies:\n"
	     "  misspelt: {steps: [upgrade: heads], goal: {rows_kept: [wallet]}}\n"
	     "  other: {steps: [upgrade: heads], goal: {rows_kept: {keys: [people]}}}\n"
	     "  right: {steps: [upgrade: heads], goal: {rows_kept: [wallets]}}\n");

	for (size_t i = 0; i < 2; i++) {
		const struct outcome *misspelt = cell(i ? "misspelt@s" : "misspelt@fresh");

		expect_text(summary(i ? "misspelt@s" : "misspelt@fresh"), "works");
		expect_contains(str_list_join(&misspelt->notes, STR("\n"), &arena),
				"rows_kept: there is no table 'wallet', but 'wallets'");
	}
	cr_expect(eq(sz, cell("other@s")->notes.count, 0));
	cr_expect(eq(sz, cell("right@fresh")->notes.count, 0));
}

Test(goals, what_has_become_of_kept_rows_is_told_where_a_key_finds_them)
{
	play("revisions: [{revision: a1, down_revision: null}]\n"
	     "states:\n"
	     "  s:\n"
	     "    sql: CREATE TABLE t (a, id integer PRIMARY KEY, b);\n"
	     "    seed: INSERT INTO t VALUES ('x', 1, NULL), ('x', 2, ''), ('z', 3, 'w');\n"
	     "strategies:\n"
	     "  changed: {steps: [sql: UPDATE t SET a = 'y' WHERE id < 3]}\n"
	     "  both: {steps: [sql: \"UPDATE t SET b = 7 WHERE id = 1; DELETE FROM t WHERE id = 2\"]}\n"
	     "  column: {steps: [sql: ALTER TABLE t RENAME COLUMN a TO c]}\n"
	     "  table: {steps: [sql: ALTER TABLE t RENAME TO u]}\n"
	     "  keys: {steps: [sql: \"UPDATE t SET a = 1, b = 2\"], goal: {rows_kept: {keys: [t]}}}\n"
	     "  keys-gone: {steps: [sql: UPDATE t SET id = 9 WHERE id = 3], goal: {rows_kept: {keys: all}}}\n"
	     "goal: {rows_kept: all}\n");

	expect_text(reason("changed@s", "rows"),
			"2 of 3 rows of table t are changed (a, id, b):\n- (x, 1, NULL)\n+ (y, 1, NULL)\n"
			"- (x, 2, )\n+ (y, 2, )");
	expect_text(reason("both@s", "rows"),
			"1 of 3 rows of table t is lost (a, id, b):\n- (x, 2, )");
	expect_text(reason("column@s", "rows"),
			"column a of table t is gone; all its values stand in column c now");
	expect_text(reason("table@s", "rows"),
			"3 of 3 rows of table t are lost: the table is gone; all of them stand in table u now");
	expect_text(summary("keys@s"), "works");
	expect_text(reason("keys-gone@s", "rows"),
			"1 of 3 rows of table t is lost (a, id, b):\n- (z, 3, w)");
}

Test(goals, kept_rows_may_be_those_of_a_virtual_table)
{
	play("revisions: [{revision: a1, down_revision: null}]\n"
	     "states:\n"
	     "  s:\n"
	     "    sql: CREATE VIRTUAL TABLE f USING fts5(x);\n"
	     "    seed: INSERT INTO f VALUES ('hi'), ('ho');\n"
	     "strategies:\n"
	     "  grown: {steps: [sql: \"INSERT INTO f VALUES ('more')\"]}\n"
	     "  lost: {steps: [sql: \"DELETE FROM f WHERE x = 'hi'\"]}\n"
	     "  gone: {steps: [sql: DROP TABLE f]}\n"
	     "goal: {rows_kept: [f]}\n");

	expect_text(summary("grown@s"), "works");
	expect_text(reason("lost@s", "rows"), "1 of 2 rows of table f is lost:\n- (hi)");
	expect_text(reason("gone@s", "rows"), "2 of 2 rows of table f are lost: the table is gone");
}

Test(goals, a_virtual_table_is_kept_beside_a_strategy_that_keeps_all_others)
{
	play("revisions: [{revision: a1, down_revision: null}]\n"
	     "states:\n"
	     "  s: {sql: CREATE VIRTUAL TABLE f USING fts5(x), seed: INSERT INTO f VALUES ('hi')}\n"
	     "strategies:\n"
	     "  others: {steps: [sql: DELETE FROM f], goal: {rows_kept: all}}\n"
	     "  lost: {steps: [sql: DELETE FROM f], goal: {rows_kept: [f]}}\n");

	expect_text(summary("others@s"), "works");
	expect_text(reason("lost@s", "rows"), "1 of 1 row of table f is lost:\n- (hi)");
}

Test(goals, rows_that_nobody_can_read_are_not_known_to_be_kept)
{
	play("revisions: [{revision: a1, down_revision: null}]\n"
	     "states:\n"
	     "  unreadable: {sql: \"" SPOIL_ROWS "; CREATE TABLE u (id integer)\"}\n"
	     "  readable:\n"
	     "    sql: CREATE TABLE t (x text); INSERT INTO t VALUES ('a');\n"
	     "strategies:\n"
	     "  nothing: {steps: [sql: SELECT 1]}\n"
	     "  spoil: {steps: [sql: \"DROP TABLE t; " SPOIL_ROWS "\"]}\n"
	     "  mend: {steps: [sql: DROP TABLE t]}\n"
	     "  other-table: {steps: [sql: SELECT 1], goal: {rows_kept: [u]}}\n"
	     "goal: {rows_kept: [t]}\n");

	expect_text(summary("nothing@readable"), "works");
	expect_text(reason("spoil@readable", "rows"),
			"could not read the rows at the end: DatabaseError: database disk image is malformed");
	expect_text(reason("nothing@unreadable", "rows"),
			"could not read the rows of the state: DatabaseError: database disk image is malformed");
	expect_text(reason("mend@unreadable", "rows"),
			"could not read the rows of the state: DatabaseError: database disk image is malformed");
	expect_text(summary("other-table@unreadable"), "works");
}

/* What mends a database that DAMAGE made. */
#define MEND                            \
	"PRAGMA writable_schema = ON; " \
	"UPDATE sqlite_master SET sql = 'CREATE TABLE t (x)'"

Test(goals, a_state_that_nobody_can_read_has_nothing_to_compare_with)
{
	play("revisions: [{revision: a1, down_revision: null}]\n"
	     "states: {s: {sql: \"CREATE TABLE t (x); " DAMAGE "\"}}\n"
	     "strategies:\n"
	     "  mend: {steps: [sql: \"" MEND "\"]}\n"
	     "  all: {steps: [sql: \"" MEND "\"], goal: {rows_kept: all}}\n"
	     "  as-state: {steps: [sql: \"" MEND "\"],\n"
	     "    goal: {rows_kept: [], schema: {same_as: 'state:s'}}}\n"
	     "goal: {rows_kept: [t]}\n");
	const char *const why = "could not read the schema of the state: "
				"DatabaseError: malformed database schema (t)";

	expect_text(reason("mend@s", "rows"), why);
	expect_text(reason("all@s", "rows"), why);
	expect_text(reason("as-state@s", "schema"), why);
}
