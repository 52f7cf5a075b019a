#include "kit/arena.h"
#include "kit/file.h"
#include "leaks.h"
#include "replay/replay.h"
#include "replay/trace.h"
#include "scenario/load.h"
#include "schema/schema.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct arena arena;
static const struct scenario *scenario;
static struct theatre *theatre;
static struct outcome outcomes[64];
static size_t outcome_count;
static char folder[] = "test_replay.XXXXXX"; // for files that a scenario names
static bool has_folder;
static struct theatre_options options;

static void setup(void)
{
	arena = (struct arena){ 0 };
	options = (struct theatre_options){ 0 };
}

static void teardown(void)
{
	if (theatre) {
		theatre_close(theatre);
	}
	scenario_unload(scenario);
	arena_finish(&arena);
	if (has_folder) {
		cr_expect(eq(int,
				system(str_to_c(str_format(&arena, "rm -rf '%s'", folder), &arena)),
				0));
		arena_finish(&arena);
	}
	check_leaks();
}

/* Read `text`, a scenario without its first line, and list the cells that it has on SQLite. */
static struct scenario_cells cells_of(const char *text)
{
	struct error_list mistakes = { 0 };
	struct scenario_cells cells = { 0 };
	const str path = has_folder ? str_format(&arena, "%s/s.yaml", folder) : STR("s.yaml");

	scenario = scenario_parse(path,
			str_format(&arena, "rehearse: 1\nengines: [sqlite]\n%s", text), &arena,
			&mistakes);
	if (!scenario) {
		struct buf shown = { .arena = &arena };

		for (size_t i = 0; i < mistakes.count; i++) {
			error_render(mistakes.items[i], false, &shown);
		}
		cr_fatal("%s", buf_c(&shown));
	}
	scenario_add_cells(scenario, &arena, &cells);
	return cells;
}

/* Play all its cells. */
static void play(const char *text)
{
	const struct scenario_cells cells = cells_of(text);

	theatre = theatre_open(&options, &arena);
	cr_assert(le(sz, cells.count, COUNT_OF(outcomes)));
	for (outcome_count = 0; outcome_count < cells.count; outcome_count++) {
		struct error *err = theatre_play(theatre, &cells.items[outcome_count], NULL, &arena,
				&outcomes[outcome_count]);
		cr_assert(eq(ptr, err, NULL), "%.*s", STR_ARG(err->message));
	}
}

/* The outcome of "strategy@state". */
static const struct outcome *cell(const char *name)
{
	const str full = str_format(&arena, "s/%s:sqlite", name);

	for (size_t i = 0; i < outcome_count; i++) {
		if (str_equal(outcomes[i].name, full)) {
			return &outcomes[i];
		}
	}
	cr_fatal("no cell %s", name);
}

static const char *verdict(const struct outcome *outcome)
{
	return verdict_names[outcome->verdict];
}

static char *c(str text)
{
	return (char *)str_to_c(text, &arena);
}

static char *joined(const struct str_list *list)
{
	return c(str_list_join(list, STR(","), &arena));
}

static char *joined_facts(const struct schema_facts *facts)
{
	const struct str_list lines = schema_render_facts(facts, &arena);

	return joined(&lines);
}

static bool contains(str text, const char *part)
{
	return str_find(text, str_from(part)) < text.len;
}

/* "works", or what failed and where, on one line. */
static char *summary(const char *name)
{
	const struct outcome *outcome = cell(name);

	switch (outcome->verdict) {
	case VERDICT_FAILS:
		return c(str_format(&arena, "fails %zu %.*s: %.*s", outcome->failed_step,
				STR_ARG(outcome->error.class_name),
				STR_ARG(outcome->error.message)));
	case VERDICT_WRONG: {
		struct str_list names = { 0 };

		for (size_t i = 0; i < WRONG_COUNT; i++) {
			if (outcome->wrong & 1u << i) {
				str_list_add(&names, str_from(wrong_names[i]), &arena);
			}
		}
		return c(str_format(&arena, "wrong %s", joined(&names)));
	}
	case VERDICT_WORKS:
	case VERDICT_SKIPPED:
		break;
	}
	return c(str_from(verdict(outcome)));
}

/* Names of the tables at the end. */
static bool has_table(const char *name, const char *table)
{
	const struct outcome *outcome = cell(name);

	for (size_t i = 0; i < outcome->schema.count; i++) {
		if (str_starts_with(outcome->schema.items[i],
				    str_format(&arena, "table %s", table))) {
			return true;
		}
	}
	return false;
}

#define expect_text(actual, expected) cr_expect(eq(str, (char *)(actual), (char *)(expected)))
#define expect_contains(text, part) \
	cr_expect(contains((text), (part)), "'%s' is not in: %s", (part), c(text))

static void make_folder(void)
{
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	cr_assert(ne(ptr, mkdtemp(folder), NULL));
	has_folder = true;
}

static void write_in_folder(const char *name, const char *text)
{
	struct error *err = file_write(
			str_format(&arena, "%s/%s", folder, name), str_from(text), &arena);

	cr_assert(eq(ptr, err, NULL));
}

/* --- the example of the design ----------------------------------------------------------------- */

#define WALLETS                                                                                                                      \
	"revisions:\n"                                                                                                               \
	"  - revision: \"23e791c49f3a\"\n"                                                                                           \
	"    down_revision: null\n"                                                                                                  \
	"    upgrade: CREATE TABLE transactions (id integer PRIMARY KEY, amount numeric NOT NULL);\n"                                \
	"    downgrade: DROP TABLE transactions;\n"                                                                                  \
	"  - revision: \"5f0e1d2c3b4a\"\n"                                                                                           \
	"    down_revision: null\n"                                                                                                  \
	"    upgrade: CREATE TABLE wallets (id integer PRIMARY KEY);\n"                                                              \
	"    downgrade: DROP TABLE wallets;\n"                                                                                       \
	"  - revision: \"3d91640ec9e0\"\n"                                                                                           \
	"    down_revision: [\"23e791c49f3a\", \"5f0e1d2c3b4a\"]\n"                                                                  \
	"  - revision: add_trading_models\n"                                                                                         \
	"    down_revision: \"3d91640ec9e0\"\n"                                                                                      \
	"    upgrade: |\n"                                                                                                           \
	"      CREATE TABLE trades (id integer PRIMARY KEY, created_at timestamp NOT NULL);\n"                                       \
	"      CREATE TABLE vouchers (id integer PRIMARY KEY);\n"                                                                    \
	"      ALTER TABLE transactions ADD COLUMN trade_id integer REFERENCES trades(id);\n"                                        \
	"    downgrade: |\n"                                                                                                         \
	"      ALTER TABLE transactions DROP COLUMN trade_id;\n"                                                                     \
	"      DROP TABLE vouchers;\n"                                                                                               \
	"      DROP TABLE trades;\n"                                                                                                 \
	"  - {revision: c8d25c64b432, down_revision: add_trading_models, upgrade: ALTER TABLE transactions ADD COLUMN memo text;}\n" \
	"  - revision: fb84c1febfb6\n"                                                                                               \
	"    down_revision: add_trading_models\n"                                                                                    \
	"    upgrade: CREATE INDEX ix_tx_trade ON transactions (trade_id);\n"                                                        \
	"    downgrade: DROP INDEX ix_tx_trade;\n"                                                                                   \
	"states:\n"                                                                                                                  \
	"  fresh: {}\n"                                                                                                              \
	"  production:\n"                                                                                                            \
	"    schema: \"3d91640ec9e0\"\n"                                                                                             \
	"    version: add_trading_models\n"                                                                                          \
	"    seed: INSERT INTO transactions (id, amount) VALUES (1, 10), (2, 20);\n"

TestSuite(example, .init = setup, .fini = teardown);

Test(example, each_option_gets_the_verdict_that_alembic_gives_it)
{
	play(WALLETS "strategies:\n"
		     "  clean-reset:\n"
		     "    steps:\n"
		     "      - stamp: \"23e791c49f3a\"\n"
		     "      - upgrade: \"3d91640ec9e0\"\n"
		     "      - upgrade: add_trading_models\n"
		     "      - upgrade: fb84c1febfb6\n"
		     "  direct-fix:\n"
		     "    add_revisions:\n"
		     "      - revision: direct_schema_fix\n"
		     "        down_revision: add_trading_models\n"
		     "        upgrade: ALTER TABLE transactions ADD COLUMN trade_id integer;\n"
		     "    steps:\n"
		     "      - upgrade: head\n"
		     "  honest-stamp:\n"
		     "    states: [production]\n"
		     "    steps:\n"
		     "      - stamp: \"3d91640ec9e0\"\n"
		     "      - upgrade: heads\n"
		     "goal:\n"
		     "  version: heads\n"
		     "  schema: {same_as: fresh}\n"
		     "  rows_kept: [transactions]\n"
		     "outcomes:\n"
		     "  clean-reset@production: {fails_at: 2, error: 'wallets.* already exists'}\n"
		     "  clean-reset@fresh: {fails_at: 3, error: 'transactions'}\n"
		     "  direct-fix@*: {fails_at: 1, error: 'Multiple head revisions are present'}\n"
		     "  honest-stamp@production: works\n");

	expect_text(summary("clean-reset@production"),
			"fails 2 DatabaseError: table wallets already exists");
	expect_text(summary("clean-reset@fresh"),
			"fails 3 DatabaseError: no such table: transactions");
	expect_contains(cell("direct-fix@fresh")->error.message,
			"Multiple head revisions are present");
	expect_text(c(cell("direct-fix@fresh")->error.class_name), "CommandError");
	cr_expect(eq(sz, cell("direct-fix@production")->failed_step, 1));
	expect_text(summary("honest-stamp@production"), "works");
	expect_text(joined(&cell("honest-stamp@production")->version), "c8d25c64b432,fb84c1febfb6");
	for (size_t i = 0; i < outcome_count; i++) {
		cr_expect(outcomes[i].is_as_claimed, "%s", c(outcomes[i].name));
		cr_expect(outcome_is_as_expected(&outcomes[i]));
	}
	expect_text(c(cell("clean-reset@production")->claim),
			"fails at step 2 with 'wallets.* already exists'");
}

Test(example, a_failure_names_its_statement_and_its_place_in_the_file)
{
	play(WALLETS "steps: [upgrade: 3d91640ec9e0, stamp: base, upgrade: add_trading_models]\n");

	const struct outcome_error *error = &cell("replay@fresh")->error;

	expect_text(c(error->where), "s.yaml:10:27");
	expect_text(c(error->statement), "CREATE TABLE wallets (id integer PRIMARY KEY)");
	expect_text(c(error->revision), "5f0e1d2c3b4a");
	expect_text(c(error->message), "table wallets already exists");
	expect_text(c(error->place.text),
			"    upgrade: CREATE TABLE wallets (id integer PRIMARY KEY);");
	expect_text(c(str_slice(error->place.text, error->place.offset, error->place.len)),
			"wallets");
	expect_text(c(error->attempt),
			"playing step 3 of strategy 'replay': upgrade add_trading_models");
}

/* --- transactions: semantics, section 5 --------------------------------------------------------- */

static const char *const breaks_in_b2 =
		"strategies:\n"
		"  up:\n"
		"    states: [fresh]\n"
		"    steps: [{upgrade: head, fails: 'no such table: nope'}]\n"
		"  down:\n"
		"    states: [top]\n"
		"    steps: [{downgrade: base, fails: 'no such table: nope'}]\n"
		"    goal: {rows_kept: [t1]}\n";

TestSuite(transactions, .init = setup, .fini = teardown);

static void play_breaks(const char *configure)
{
	static const char revisions[] =
			"revisions:\n"
			"  - {revision: a1, down_revision: null, upgrade: CREATE TABLE t1 (a), downgrade: DROP TABLE t1}\n"
			"  - revision: b2\n"
			"    down_revision: a1\n"
			"    upgrade: |\n"
			"      CREATE TABLE t2 (a);\n"
			"      INSERT INTO t2 VALUES (1);\n"
			"      CREATE TABLE t3 (a);\n"
			"      INSERT INTO t3 VALUES (2);\n"
			"      SELECT * FROM nope;\n"
			"    downgrade: |\n"
			"      DROP TABLE t3;\n"
			"      DELETE FROM t1;\n"
			"      SELECT * FROM nope;\n"
			"  - {revision: c3, down_revision: b2, upgrade: CREATE TABLE t4 (a), downgrade: DROP TABLE t4}\n"
			"states:\n"
			"  fresh: {}\n"
			"  top:\n"
			"    sql: CREATE TABLE t1 (a); CREATE TABLE t3 (a); CREATE TABLE t4 (a);\n"
			"    seed: INSERT INTO t1 VALUES (7);\n"
			"    version: c3\n";

	play(str_to_c(str_format(&arena, "configure: %s\n%s%s", configure, revisions, breaks_in_b2),
			&arena));
}

/* DDL before the first INSERT of the failing step stays, everything after it goes. */
static void expect_transaction_a_step(void)
{
	expect_text(summary("up@fresh"), "works");
	expect_text(joined(&cell("up@fresh")->version), "a1");
	cr_expect(has_table("up@fresh", "t1"));
	cr_expect(has_table("up@fresh", "t2"));
	cr_expect(not(has_table("up@fresh", "t3")));
	expect_text(summary("down@top"), "works"); // t1 keeps its row
	expect_text(joined(&cell("down@top")->version), "b2");
	cr_expect(not(has_table("down@top", "t3")));
	cr_expect(not(has_table("down@top", "t4")));
}

Test(transactions, sqlite_has_one_a_step_by_default)
{
	play_breaks("{}");
	expect_transaction_a_step();
}

Test(transactions, per_migration_is_one_a_step)
{
	play_breaks("{transaction_per_migration: true}");
	expect_transaction_a_step();
}

Test(transactions, per_migration_wins_over_transactional_ddl)
{
	play_breaks("{transaction_per_migration: true, transactional_ddl: true}");
	expect_transaction_a_step();
}

Test(transactions, transactional_ddl_is_one_around_the_run)
{
	play_breaks("{transactional_ddl: true}");

	expect_text(joined(&cell("up@fresh")->version), "");
	cr_expect(cell("up@fresh")->has_version_table);
	cr_expect(has_table("up@fresh",
			"t1")); // created before the first version row opened a transaction
	cr_expect(not(has_table("up@fresh", "t2")));
	expect_text(summary("down@top"), "works");
	expect_text(joined(&cell("down@top")->version), "c3");
	cr_expect(has_table("down@top", "t3"));
}

#define TWO_LINES                                                                                           \
	"revisions:\n"                                                                                      \
	"  - {revision: a1, down_revision: null, upgrade: CREATE TABLE t1 (a), downgrade: DROP TABLE t1}\n" \
	"  - {revision: b2, down_revision: a1, upgrade: CREATE TABLE t2 (a), downgrade: DROP TABLE t2}\n"

Test(transactions, a_plan_that_fails_leaves_an_empty_version_table)
{
	play(TWO_LINES "strategies:\n"
		       "  upgrade: {steps: [upgrade: zzzz]}\n"
		       "  stamp: {steps: [stamp: zzzz]}\n"
		       "  nothing: {steps: [downgrade: base]}\n"
		       "  range: {steps: [upgrade: 'a1:b2']}\n");

	expect_text(summary("upgrade@fresh"),
			"fails 1 CommandError: Can't locate revision identified by 'zzzz'");
	cr_expect(cell("upgrade@fresh")->has_version_table);
	cr_expect(cell("stamp@fresh")->has_version_table);
	expect_text(summary("nothing@fresh"), "works");
	cr_expect(cell("nothing@fresh")->has_version_table);
	expect_text(summary("range@fresh"), "fails 1 CommandError: Range revision not allowed");
	cr_expect(not(cell("range@fresh")->has_version_table));
}

Test(transactions, purge_forgets_rows_even_if_the_stamp_then_fails)
{
	play(TWO_LINES "states: {lost: {version: gone}}\n"
		       "strategies:\n"
		       "  plain: {steps: [stamp: a1]}\n"
		       "  purge: {steps: [{stamp: a1, purge: true}]}\n"
		       "  bad: {steps: [{stamp: zzzz, purge: true}]}\n");

	expect_text(summary("plain@lost"),
			"fails 1 CommandError: Can't locate revision identified by 'gone'");
	expect_text(joined(&cell("plain@lost")->version), "gone");
	expect_text(joined(&cell("purge@lost")->version), "a1");
	expect_text(joined(&cell("bad@lost")->version), "");
}

Test(transactions, purge_within_one_transaction_is_rolled_back_with_it)
{
	play("configure: {transactional_ddl: true}\n" TWO_LINES "states: {lost: {version: gone}}\n"
	     "steps: [{stamp: zzzz, purge: true}]\n");

	expect_text(joined(&cell("replay@lost")->version), "gone");
}

Test(transactions, an_autocommit_body_keeps_what_came_before_and_what_it_did)
{
	play("revisions:\n"
	     "  - {revision: a1, down_revision: null, upgrade: CREATE TABLE t1 (a); INSERT INTO t1 VALUES (1)}\n"
	     "  - revision: b2\n"
	     "    down_revision: a1\n"
	     "    autocommit: true\n"
	     "    upgrade: INSERT INTO t1 VALUES (2); INSERT INTO nope VALUES (3)\n"
	     "configure: {transactional_ddl: true}\n"
	     "steps: [{upgrade: head, fails: nope}]\n"
	     "goal: {check: [{sql: SELECT a FROM t1, equals: \"1\\n2\"}]}\n");

	expect_text(summary("replay@fresh"), "works");
	expect_text(joined(&cell("replay@fresh")->version), "a1");
}

Test(transactions, a_failure_after_an_autocommit_body_keeps_that_step)
{
	play("revisions:\n"
	     "  - {revision: a1, down_revision: null, upgrade: CREATE TABLE t1 (a); INSERT INTO t1 VALUES (1)}\n"
	     "  - {revision: b2, down_revision: a1, autocommit: true, upgrade: INSERT INTO t1 VALUES (2)}\n"
	     "  - revision: c3\n"
	     "    down_revision: b2\n"
	     "    upgrade: INSERT INTO t1 VALUES (3); SELECT * FROM nope\n"
	     "steps: [{upgrade: head, fails: nope}]\n"
	     "goal: {version: b2, check: [{sql: SELECT a FROM t1, equals: \"1\\n2\"}]}\n");

	expect_text(summary("replay@fresh"), "works");
}

Test(transactions, an_autocommit_body_commits_what_it_left_open_even_when_it_fails)
{
	play("revisions:\n"
	     "  - revision: a1\n"
	     "    down_revision: null\n"
	     "    autocommit: true\n"
	     "    upgrade: BEGIN; CREATE TABLE t1 (a); SELECT * FROM nope\n"
	     "steps: [upgrade: head]\n");

	expect_text(summary("replay@fresh"), "fails 1 DatabaseError: no such table: nope");
	cr_expect(has_table("replay@fresh", "t1"));
	expect_text(joined(&cell("replay@fresh")->version), "");
}

Test(transactions, bodies_may_begin_and_commit_as_the_users_would)
{
	play("revisions:\n"
	     "  - revision: a1\n"
	     "    down_revision: null\n"
	     "    upgrade: |\n"
	     "      CREATE TABLE t1 (a);\n"
	     "      BEGIN;\n"
	     "      CREATE TABLE t2 (a);\n"
	     "      SELECT * FROM nope;\n"
	     "  - {revision: b1, down_revision: null, upgrade: CREATE TABLE t1 (a); COMMIT}\n"
	     "  - revision: c1\n"
	     "    down_revision: null\n"
	     "    upgrade: CREATE TABLE t1 (a); INSERT INTO t1 VALUES (1); ROLLBACK\n"
	     "strategies:\n"
	     "  begin: {steps: [upgrade: a1]}\n"
	     "  commit: {steps: [upgrade: b1]}\n"
	     "  rollback: {steps: [upgrade: c1], goal: {check: [{sql: SELECT * FROM t1, empty: true}]}}\n");

	expect_text(summary("begin@fresh"), "fails 1 DatabaseError: no such table: nope");
	cr_expect(has_table("begin@fresh", "t1"));
	cr_expect(not(has_table("begin@fresh", "t2")));
	expect_text(summary("commit@fresh"),
			"fails 1 DatabaseError: cannot commit - no transaction is active");
	expect_text(summary("rollback@fresh"), "works");
	expect_text(joined(&cell("rollback@fresh")->version), "c1");
}

Test(transactions, a_version_row_that_moved_fails_the_step_and_undoes_it)
{
	play(TWO_LINES "  - {revision: c3, down_revision: b2, upgrade: DELETE FROM alembic_version}\n"
		       "  - {revision: d4, down_revision: null, upgrade: DROP TABLE alembic_version}\n"
		       "  - {revision: \"it's\", down_revision: null, upgrade: CREATE TABLE t9 (a)}\n"
		       "states:\n"
		       "  fresh: {}\n"
		       "  two: {version: b2}\n"
		       "  doubled: {version: [a1, a1]}\n"
		       "strategies:\n"
		       "  deletes: {states: [two], steps: [upgrade: c3]}\n"
		       "  drops: {states: [fresh], steps: [upgrade: d4]}\n"
		       "  quotes: {states: [fresh], steps: [upgrade: \"it's\"]}\n"
		       "  doubled: {states: [doubled], steps: [upgrade: b2]}\n");

	expect_text(summary("deletes@two"),
			"fails 1 CommandError: Online migration expected to match one row "
			"when updating 'b2' to 'c3' in 'alembic_version'; 0 found");
	expect_text(joined(&cell("deletes@two")->version), "b2");
	expect_text(c(cell("deletes@two")->error.revision), "c3");
	expect_text(summary("drops@fresh"),
			"fails 1 DatabaseError: no such table: alembic_version");
	expect_text(c(cell("drops@fresh")->error.statement),
			"INSERT INTO alembic_version (version_num) VALUES ('d4')");
	expect_text(summary("quotes@fresh"), "fails 1 DatabaseError: near \"s\": syntax error");
	expect_text(summary("doubled@doubled"),
			"fails 1 CommandError: Online migration expected to match one "
			"row when updating 'a1' to 'b2' in 'alembic_version'; 2 found");
}

Test(transactions, stamps_commit_one_by_one)
{
	play("revisions:\n"
	     "  - {revision: a, down_revision: null}\n"
	     "  - {revision: b, down_revision: a}\n"
	     "  - {revision: c, down_revision: b}\n"
	     "  - {revision: e, down_revision: c}\n"
	     "states: {top: {version: e}}\n"
	     "steps: [stamp: [b, c]]\n");

	expect_text(summary("replay@top"), "fails 1 KeyError: 'e'");
	expect_text(joined(&cell("replay@top")->version), "b");
}

Test(transactions, an_irreversible_downgrade_fails_when_its_body_would_start)
{
	play(TWO_LINES "  - {revision: c3, down_revision: b2, upgrade: CREATE TABLE t3 (a), downgrade: DROP TABLE t3}\n"
		       "strategies:\n"
		       "  down:\n"
		       "    change_revisions: {b2: {irreversible: true}}\n"
		       "    steps: [upgrade: head, downgrade: base]\n");

	cr_expect(eq(sz, cell("down@fresh")->failed_step, 2));
	expect_text(c(cell("down@fresh")->error.class_name), "Irreversible");
	expect_text(joined(&cell("down@fresh")->version), "b2");
	cr_expect(not(has_table("down@fresh", "t3")));
	cr_expect(has_table("down@fresh", "t2"));
}

Test(transactions, the_version_table_may_have_another_name)
{
	play("configure: {version_table: \"my versions\"}\n" TWO_LINES
	     "steps: [upgrade: head, downgrade: -1]\n"
	     "goal: {version: a1, check: [{sql: 'SELECT * FROM \"my versions\"', equals: a1}]}\n");

	expect_text(summary("replay@fresh"), "works");
	cr_expect(not(has_table("replay@fresh", "my versions")));
}

Test(transactions, the_version_table_may_be_in_a_schema_and_lack_its_key)
{
	play("configure: {version_table_schema: main, version_table_pk: false}\n" TWO_LINES
	     "steps: [upgrade: head, downgrade: -1]\n"
	     "goal:\n"
	     "  version: a1\n"
	     "  check: [{sql: SELECT pk FROM pragma_table_info('alembic_version'), equals: 0}]\n");

	expect_text(summary("replay@fresh"), "works");
}

/* --- states -------------------------------------------------------------------------------------- */

TestSuite(states, .init = setup, .fini = teardown);

#define BROKEN_TREE                                                                                  \
	"revisions:\n"                                                                               \
	"  - {revision: a1, down_revision: null, upgrade: CREATE TABLE t1 (a)}\n"                    \
	"  - {revision: b2, down_revision: a1, branch_labels: core, upgrade: CREATE TABLE t2 (a)}\n" \
	"  - {revision: c3, down_revision: 0003, upgrade: CREATE TABLE t3 (a)}\n"

Test(states, a_schema_needs_only_what_is_below_it_to_be_sound)
{
	play(BROKEN_TREE "states:\n"
			 "  by-id: {schema: b2}\n"
			 "  by-label: {schema: [a1, core]}\n"
			 "  broken: {schema: c3}\n"
			 "  symbol: {schema: heads}\n"
			 "steps: [sql: SELECT 1]\n");

	expect_text(summary("replay@by-id"), "works");
	expect_text(joined(&cell("replay@by-id")->version), "b2");
	cr_expect(has_table("replay@by-id", "t2"));
	expect_text(joined(&cell("replay@by-label")->version), "b2");
	expect_text(summary("replay@broken"), "fails 0 KeyError: '0003'");
	expect_text(c(cell("replay@broken")->error.where), "state");
	cr_expect(not(cell("replay@broken")->is_as_claimed));
	expect_text(summary("replay@symbol"), "fails 0 KeyError: '0003'");
	expect_text(c(cell("replay@broken")->error.attempt), "building state 'broken'");
}

Test(states, ran_bodies_leave_no_version_row)
{
	play(BROKEN_TREE "states:\n"
			 "  plain: {ran: [c3, a1]}\n"
			 "  said: {ran: [a1], version: [c3, a1]}\n"
			 "steps: [sql: SELECT 1]\n");

	cr_expect(has_table("replay@plain", "t3"));
	cr_expect(not(has_table("replay@plain", "t2")));
	cr_expect(not(cell("replay@plain")->has_version_table));
	expect_text(joined(&cell("replay@said")->version), "a1,c3");
}

Test(states, rows_stand_in_the_listed_order_and_may_be_doubled)
{
	play(TWO_LINES "states:\n"
		       "  order: {version: [b2, a1]}\n"
		       "  doubled: {version: [a1, a1]}\n"
		       "  empty: {schema: b2, version: []}\n"
		       "  none: {schema: b2, version: none}\n"
		       "  quote: {version: \"it's\"}\n"
		       "strategies:\n"
		       "  look:\n"
		       "    states: [order]\n"
		       "    steps: [check: {sql: SELECT version_num FROM alembic_version, equals: \"b2\\na1\"}]\n"
		       "  rest: {states: [doubled, empty, none, quote], steps: [sql: SELECT 1]}\n");

	expect_text(summary("look@order"), "works");
	expect_text(joined(&cell("rest@doubled")->version), "a1,a1");
	expect_text(joined(&cell("rest@empty")->version), "");
	cr_expect(cell("rest@empty")->has_version_table);
	cr_expect(not(cell("rest@none")->has_version_table));
	cr_expect(has_table("rest@none", "t2"));
	expect_text(joined(&cell("rest@quote")->version), "it's");
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

Test(steps, sql_runs_in_autocommit_and_an_open_transaction_is_rolled_back)
{
	play(TWO_LINES "steps:\n"
		       "  - upgrade: head\n"
		       "  - {sql: INSERT INTO t1 VALUES (1); INSERT INTO nope VALUES (1), fails: nope}\n"
		       "  - sql: BEGIN; INSERT INTO t1 VALUES (2);\n"
		       "  - check: {sql: SELECT a FROM t1, equals: 1}\n");

	expect_text(summary("replay@fresh"), "works");
}

Test(steps, sql_by_hand_fetches_all_rows_and_meets_the_errors_in_them)
{
	play("revisions: [{revision: a1, down_revision: null}]\n"
	     "steps:\n"
	     "  - sql: SELECT abs(v) FROM (SELECT 1 AS v UNION ALL SELECT -9223372036854775808)\n");
	expect_text(summary("replay@fresh"), "fails 1 DatabaseError: integer overflow");
}

Test(steps, a_version_table_with_other_columns_is_read_as_sqlalchemy_reads_it)
{
	play("revisions: [{revision: a1, down_revision: null}]\n"
	     "steps:\n"
	     "  - sql: CREATE TABLE alembic_version (x integer)\n"
	     "  - upgrade: head\n");
	expect_text(summary("replay@fresh"),
			"fails 2 DatabaseError: no such column: alembic_version.version_num");
}

Test(steps, a_step_that_should_fail_and_does_not_is_an_expectation)
{
	play(TWO_LINES "strategies:\n"
		       "  succeeds: {steps: [{upgrade: head, fails: boom}]}\n"
		       "  otherwise: {steps: [{upgrade: zzzz, fails: boom}]}\n"
		       "  by-class: {steps: [{upgrade: zzzz, fails: '^CommandError: Can'}]}\n");

	expect_text(summary("succeeds@fresh"),
			"fails 1 Expectation: the step was expected to fail with 'boom', but succeeded");
	cr_expect(eq(sz, cell("otherwise@fresh")->failed_step, 1));
	expect_text(c(cell("otherwise@fresh")->error.class_name), "CommandError");
	expect_text(c(cell("otherwise@fresh")->error.message),
			"Can't locate revision identified by 'zzzz'");
	expect_text(joined(&cell("otherwise@fresh")->notes),
			"step 1 was expected to fail with 'boom'");
	expect_text(summary("by-class@fresh"), "works");
}

Test(steps, version_and_check_assert_where_they_stand)
{
	play(TWO_LINES "strategies:\n"
		       "  none: {steps: [version: none, upgrade: a1, version: none]}\n"
		       "  rows: {steps: [stamp: [a1], version: [a1], version: [a1, b2]]}\n"
		       "  equals: {steps: [check: {sql: 'SELECT 1, NULL, 2', equals: 1||2}, check: {sql: SELECT 3, equals: 4}]}\n"
		       "  matches: {steps: [check: {sql: SELECT 'abc', matches: 'b'}, check: {sql: SELECT 'abc', matches: '^b'}]}\n"
		       "  empty: {steps: [check: {sql: SELECT 1 WHERE 0, empty: true}, check: {sql: SELECT 1, empty: true}]}\n"
		       "  raises: {steps: [check: {sql: SELECT * FROM nope, empty: true}]}\n");

	expect_text(summary("none@fresh"),
			"fails 3 Expectation: expected no version table, found one with the row a1");
	expect_text(summary("rows@fresh"),
			"fails 3 Expectation: expected the rows a1, b2 in the version table, "
			"found the row a1");
	expect_text(summary("equals@fresh"),
			"fails 2 Expectation: the check gave '3', expected '4'");
	expect_text(summary("matches@fresh"),
			"fails 2 Expectation: the check gave 'abc', expected a match of '^b'");
	expect_text(summary("empty@fresh"),
			"fails 2 Expectation: the check gave '1', expected no rows");
	expect_text(summary("raises@fresh"), "fails 1 DatabaseError: no such table: nope");
}

Test(steps, a_backup_brings_back_the_database_but_not_the_tree)
{
	play(TWO_LINES "steps:\n"
		       "  - upgrade: a1\n"
		       "  - backup: before\n"
		       "  - edit: {remove_revisions: [b2]}\n"
		       "  - sql: DROP TABLE t1\n"
		       "  - stamp: base\n"
		       "  - restore: before\n"
		       "  - version: a1\n"
		       "  - {upgrade: b2, fails: locate}\n"
		       "  - restore: before\n");

	expect_text(summary("replay@fresh"), "works");
	cr_expect(has_table("replay@fresh", "t1"));
}

Test(steps, a_merge_gives_one_head_and_an_edit_new_code)
{
	play("revisions:\n"
	     "  - {revision: a1, down_revision: null}\n"
	     "  - {revision: b2, down_revision: a1}\n"
	     "  - {revision: b3, down_revision: a1}\n"
	     "strategies:\n"
	     "  merge:\n"
	     "    steps:\n"
	     "      - {upgrade: head, fails: Multiple head}\n"
	     "      - merge: {revisions: heads, revision: m4}\n"
	     "      - upgrade: head\n"
	     "      - version: m4\n"
	     "      - edit: {add_revisions: [{revision: c5, down_revision: m4, upgrade: CREATE TABLE t5 (a)}]}\n"
	     "      - upgrade: head\n"
	     "  not-heads: {steps: [merge: {revisions: [a1, b2], revision: m4}]}\n"
	     "  itself: {steps: [merge: {revisions: heads, revision: b2}]}\n"
	     "  illegal: {steps: [merge: {revisions: heads, revision: m-4}, upgrade: head]}\n"
	     "goal: {version: heads, heads: 1, schema: {same_as: fresh, has: [table t5]}}\n");

	expect_text(summary("merge@fresh"), "works");
	expect_text(joined(&cell("merge@fresh")->version), "c5");
	expect_contains(cell("not-heads@fresh")->error.message, "is not a head revision");
	expect_text(summary("itself@fresh"),
			"fails 1 CommandError: Self-loop is detected in revisions (b2)");
	expect_text(summary("illegal@fresh"),
			"fails 1 CommandError: Character(s) '-' not allowed in "
			"revision identifier 'm-4'");
}

Test(steps, the_file_that_a_merge_writes_has_the_name_that_alembic_gives_it)
{
	play("revisions:\n"
	     "  - {revision: a1, down_revision: null}\n"
	     "  - {revision: b1, down_revision: null}\n"
	     "strategies:\n"
	     "  short: {steps: [merge: {revisions: heads, revision: m2, message: 'Both, at last!'}, edit: {remove_revisions: [m2_both_at_last.py]}]}\n"
	     "  none: {steps: [merge: {revisions: heads, revision: m2}, edit: {remove_revisions: [m2_.py]}]}\n"
	     "  long:\n"
	     "    steps:\n"
	     "      - merge: {revisions: heads, revision: m2, message: merge of everything that anybody ever wrote}\n"
	     "      - edit: {remove_revisions: [m2_merge_of_everything_that_anybody_ever_.py]}\n"
	     "  wrong: {steps: [merge: {revisions: heads, revision: m2}, edit: {remove_revisions: [m2_other.py]}]}\n"
	     "goal: {heads: 2}\n");

	expect_text(summary("short@fresh"), "works");
	expect_text(summary("none@fresh"), "works");
	expect_text(summary("long@fresh"), "works");
	cr_expect(eq(sz, cell("wrong@fresh")->failed_step, 2));
}

Test(steps, an_edited_tree_that_does_not_load_fails_as_alembic_does)
{
	play(TWO_LINES "strategies:\n"
		       "  rename:\n"
		       "    change_revisions: {b2: {down_revision: 0001}}\n"
		       "    steps: [backup: x, upgrade: head]\n");

	expect_text(summary("rename@fresh"), "fails 2 KeyError: '0001'");
	cr_expect(cell("rename@fresh")->has_version_table);
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

	expect_text(c(cell("typo@fresh")->error.hint), "Did you mean 'add_users'?");
	expect_text(c(cell("nothing-near@fresh")->error.hint), "");
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

/* --- sessions ------------------------------------------------------------------------------------ */

TestSuite(sessions, .init = setup, .fini = teardown);

#define NOTES                                                                                \
	"revisions:\n"                                                                       \
	"  - {revision: a1, down_revision: null, upgrade: CREATE TABLE notes (id integer), " \
	"downgrade: DROP TABLE notes}\n"                                                     \
	"  - {revision: b2, down_revision: a1, upgrade: CREATE TABLE pages (id integer), "   \
	"downgrade: DROP TABLE pages}\n"

Test(sessions, hold_up_an_upgrade)
{
	play(NOTES "states:\n"
		   "  alone: {schema: a1}\n"
		   "  read: {schema: a1, sessions: {reader: BEGIN; SELECT * FROM notes}}\n"
		   "  written: {schema: a1, sessions: {writer: BEGIN; INSERT INTO notes VALUES (1)}}\n"
		   "  idle: {schema: a1, sessions: {idler: SELECT * FROM notes}}\n"
		   "steps: [{upgrade: head}]\n");
	expect_text(summary("replay@alone"), "works");
	expect_text(summary("replay@read"), "fails 1 DatabaseError: database is locked");
	expect_text(summary("replay@written"), "fails 1 DatabaseError: database is locked");
	expect_text(summary("replay@idle"), "works");
	cr_expect(has_table("replay@idle", "pages"));
	cr_expect(not(has_table("replay@read", "pages")));
}

Test(sessions, are_opened_in_their_order_after_the_state_was_cloned)
{
	play(NOTES "states:\n"
		   "  s:\n"
		   "    schema: a1\n"
		   "    sessions:\n"
		   "      first: INSERT INTO notes VALUES (1)\n"
		   "      second: INSERT INTO notes SELECT max(id) + 1 FROM notes\n"
		   "strategies:\n"
		   "  one: {steps: [{check: {sql: SELECT group_concat(id) FROM notes, equals: '1,2'}}]}\n"
		   "  two: {steps: [{check: {sql: SELECT group_concat(id) FROM notes, equals: '1,2'}}]}\n");
	expect_text(summary("one@s"), "works");
	expect_text(summary("two@s"), "works");
}

Test(sessions, have_rolled_back_when_the_end_is_judged)
{
	play(NOTES "states:\n"
		   "  s:\n"
		   "    schema: a1\n"
		   "    sessions: {writer: BEGIN; INSERT INTO notes VALUES (1); CREATE TABLE t (a)}\n"
		   "steps: [{check: {sql: SELECT * FROM notes, empty: true}}]\n"
		   "goal: {check: [{sql: INSERT INTO notes VALUES (2) RETURNING id, equals: 2}], "
		   "round_trip: false, schema: {lacks: [table t]}}\n");
	expect_text(summary("replay@s"), "works");
}

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

Test(sessions, are_beside_every_replay_from_their_state_and_no_other)
{
	play(NOTES "states:\n"
		   "  s: {schema: a1, sessions: {reader: BEGIN; SELECT * FROM notes}}\n"
		   "strategies:\n"
		   "  up: {steps: [{upgrade: head}]}\n"
		   "  as-up: {steps: [], goal: {schema: {same_as: strategy:up}}}\n"
		   "  as-state: {steps: [], goal: {schema: {same_as: state:s}}}\n"
		   "  and-back: {steps: [{upgrade: head, fails: locked}], goal: {round_trip: true}}\n");
	expect_text(summary("up@s"), "fails 1 DatabaseError: database is locked");
	expect_text(summary("as-up@s"), "wrong schema");
	expect_text(summary("as-state@s"), "works");
	expect_text(summary("and-back@s"),
			"wrong round_trip"); // nobody is locked out
	expect_contains(cell("and-back@s")->reasons.items[0].text, "+ table pages");
}

/* --- goals --------------------------------------------------------------------------------------- */

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

Test(goals, schemas_are_compared_with_what_is_named)
{
	make_folder();
	write_in_folder("record.txt", "verdict: works\nversion: b2\n# a remark\n");
	play(TWO_LINES "states: {fresh: {}, one: {schema: a1}, bad: {sql: SELECT * FROM nope}}\n"
		       "strategies:\n"
		       "  up: {states: [fresh, one], steps: [upgrade: head], goal: {schema: {same_as: fresh}}}\n"
		       "  half: {states: [fresh], steps: [upgrade: a1], goal: {schema: {same_as: state:one}}}\n"
		       "  whole: {states: [fresh], steps: [upgrade: b2], goal: {schema: {same_as: state:one}}}\n"
		       "  like-up: {states: [fresh], steps: [sql: CREATE TABLE t1 (a); CREATE TABLE t2 (a)], goal: {schema: {same_as: strategy:up}}}\n"
		       "  unlike-up: {states: [fresh], steps: [upgrade: a1], goal: {schema: {same_as: strategy:up}}}\n"
		       "  fails: {states: [fresh], steps: [upgrade: zzzz]}\n"
		       "  like-failing: {states: [fresh], steps: [upgrade: a1], goal: {schema: {same_as: strategy:fails}}}\n"
		       "  like-bad: {states: [fresh], steps: [upgrade: a1], goal: {schema: {same_as: state:bad}}}\n"
		       "  file: {states: [fresh], steps: [sql: SELECT 1], goal: {schema: {same_as: file:record.txt}}}\n"
		       "  other-file: {states: [fresh], steps: [upgrade: a1], goal: {schema: {same_as: file:record.txt}}}\n"
		       "  items: {states: [fresh], steps: [upgrade: a1], goal: {schema: {has: [table t1, column t1.a, table t2], lacks: [table t1, view v]}}}\n");

	expect_text(summary("up@fresh"), "works");
	expect_text(summary("up@one"), "works");
	expect_text(summary("half@fresh"), "works");
	expect_text(summary("whole@fresh"), "wrong schema");
	cr_expect(contains(str_from(reason("whole@fresh", "schema")), "\n+ table t2"));
	expect_text(summary("like-up@fresh"), "works");
	expect_text(summary("unlike-up@fresh"), "wrong schema");
	expect_text(summary("like-failing@fresh"), "wrong schema");
	cr_expect(contains(str_from(reason("like-failing@fresh", "schema")),
			"CommandError: Can't locate"));
	expect_text(summary("like-bad@fresh"), "wrong schema");
	expect_text(summary("file@fresh"), "works");
	expect_text(summary("other-file@fresh"), "wrong schema");
	cr_expect(eq(sz, cell("items@fresh")->reasons.count, 2));
	expect_text(reason("items@fresh", "schema"), "table t2 is not there");
	expect_text(c(cell("items@fresh")->reasons.items[1].text), "table t1 is there");
}

Test(goals, another_order_of_columns_is_noted_unless_it_counts)
{
	play("revisions: [{revision: a1, down_revision: null, upgrade: \"CREATE TABLE t (a, b)\"}]\n"
	     "strategies:\n"
	     "  noted: {steps: [sql: \"CREATE TABLE t (b, a)\"], goal: {schema: {same_as: fresh}}}\n"
	     "  strict:\n"
	     "    steps: [sql: \"CREATE TABLE t (b, a)\"]\n"
	     "    goal: {schema: {same_as: fresh, column_order: strict}}\n");

	expect_text(summary("noted@fresh"), "works");
	expect_contains(str_list_join(&cell("noted@fresh")->notes, STR("\n"), &arena), "order");
	expect_text(summary("strict@fresh"), "wrong schema");
}

Test(goals, a_fresh_replay_is_of_the_tree_as_edited)
{
	play(TWO_LINES "strategies:\n"
		       "  added:\n"
		       "    add_revisions: [{revision: c3, down_revision: b2, upgrade: CREATE TABLE t3 (a)}]\n"
		       "    steps: [upgrade: b2]\n"
		       "  deployed:\n"
		       "    steps: [upgrade: b2, edit: {add_revisions: [{revision: c3, down_revision: b2, upgrade: CREATE TABLE t3 (a)}]}]\n"
		       "  plain: {steps: [upgrade: b2]}\n"
		       "  broken: {steps: [upgrade: b2, edit: {remove_revisions: [a1]}]}\n"
		       "goal: {version: heads, schema: {same_as: fresh}}\n");

	expect_text(summary("added@fresh"), "wrong version,schema");
	expect_text(summary("deployed@fresh"), "wrong version,schema");
	expect_text(summary("plain@fresh"), "works");
	expect_text(summary("broken@fresh"), "wrong version,schema");
	cr_expect(contains(str_from(reason("broken@fresh", "version")), "KeyError: 'a1'"));
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

/* Make a table `t` with rows that nobody can read, as what stands in their place is an index. */
#define SPOIL_ROWS                                                                       \
	"CREATE TABLE t (x text); CREATE INDEX i ON t (x); INSERT INTO t VALUES ('a'); " \
	"PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = "              \
	"(SELECT rootpage FROM sqlite_master WHERE name = 'i') WHERE name = 't'"

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

/* What makes a database that nobody can read, and what mends it. */
#define DAMAGE "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'nonsense'"
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

Test(goals, a_round_trip_is_tried_on_a_copy)
{
	play("revisions:\n"
	     "  - {revision: a1, down_revision: null, upgrade: CREATE TABLE t1 (a), downgrade: DROP TABLE t1}\n"
	     "  - {revision: b2, down_revision: a1, upgrade: CREATE TABLE t2 (a)}\n"
	     "states: {s: {seed: CREATE TABLE keep (a)}}\n"
	     "strategies:\n"
	     "  there: {steps: [upgrade: a1]}\n"
	     "  good: {change_revisions: {b2: {downgrade: DROP TABLE t2}}, steps: [upgrade: head]}\n"
	     "  fails: {steps: [upgrade: head]}\n"
	     "  asks-no-more: {steps: [upgrade: head], goal: {round_trip: false}}\n"
	     "goal: {round_trip: true}\n");

	expect_text(summary("good@s"), "works");
	expect_text(joined(&cell("good@s")->version), "b2");
	expect_text(summary("asks-no-more@s"), "works");
	expect_text(summary("fails@s"), "wrong round_trip");
	expect_text(reason("fails@s", "round_trip"),
			"after `downgrade base`, `upgrade heads` fails: DatabaseError: table t2 already exists");
	expect_text(summary("there@s"), "wrong round_trip"); // comes back with t2
	cr_expect(contains(str_from(reason("there@s", "round_trip")), "\n+ table t2"));
}

Test(goals, a_check_may_be_for_one_state)
{
	play(TWO_LINES "states: {fresh: {}, one: {schema: a1}}\n"
		       "steps: [sql: SELECT 1]\n"
		       "goal: {check: [{sql: SELECT * FROM t1, empty: true, state: one}]}\n");

	expect_text(summary("replay@fresh"), "works");
	expect_text(summary("replay@one"), "works");
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

/* --- watching -------------------------------------------------------------------------------------- */

TestSuite(watching, .init = setup, .fini = teardown);

static struct trace trace;

/* Play the first cell of a scenario, watched. */
static const struct trace *watch(const char *text)
{
	const struct scenario_cells cells = cells_of(text);

	trace = (struct trace){ 0 };
	theatre = theatre_open(&options, &arena);
	struct error *err = theatre_play(theatre, &cells.items[0], &trace, &arena, &outcomes[0]);
	cr_assert(eq(ptr, err, NULL), "%.*s", STR_ARG(err->message));
	outcome_count = 1;
	return &trace;
}

Test(watching, takes_no_time_from_the_cell)
{
	options.timeout_us = 1000 * 1000;
	const struct trace *watched = watch(
			"revisions:\n"
			"  - {revision: a1, down_revision: null}\n"
			"  - revision: b2\n"
			"    down_revision: a1\n"
			"    upgrade: |\n"
			"      WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)\n"
			"      SELECT count(*) FROM c;\n"
			"states: {s: {schema: a1, version: b2}}\n"
			"steps: [{stamp: a1}]\n");

	cr_expect_str_eq(c(watched->start_claim.failure), "Timeout: timed out");
	cr_expect(eq(int, outcomes[0].verdict, VERDICT_WORKS));
}

/* The events of step `index`, a word each; statements by their first word, in capitals inside a transaction. */
static char *events_of(size_t index)
{
	const struct trace_events *events = &trace.steps.items[index].events;
	struct buf text = { .arena = &arena };

	for (size_t i = 0; i < events->count; i++) {
		const struct trace_event *event = &events->items[i];
		const str word = str_slice(event->text, 0, str_find_char(event->text, ' '));

		buf_add(&text, i ? STR(" ") : STR(""));
		switch (event->kind) {
		case TRACE_PLAN:
			buf_format(&text, "plan-%zu", event->plan.count);
			break;
		case TRACE_REVISION:
			buf_format(&text, "%zu:", event->plan_step);
			break;
		case TRACE_STATEMENT:
			buf_format(&text, "%.*s%s%s", STR_ARG(word),
					event->after == TRANSACTION_NONE ? "" : "*",
					event->error ? "!" : "");
			break;
		case TRACE_NOTICE:
			buf_add(&text, STR("notice"));
			break;
		case TRACE_COMMIT:
			buf_add(&text, STR("commit"));
			break;
		case TRACE_ROLLBACK:
			buf_add(&text, STR("rollback"));
			break;
		}
	}
	return c(buf_str(&text));
}

#define TWO_TABLES                                                                    \
	"revisions:\n"                                                                \
	"  - {revision: a1, down_revision: null, upgrade: CREATE TABLE a (x text)}\n" \
	"  - revision: b2\n"                                                          \
	"    down_revision: a1\n"                                                     \
	"    upgrade: |\n"                                                            \
	"      CREATE TABLE b (x text);\n"                                            \
	"      INSERT INTO b SELECT x FROM a;\n"                                      \
	"      CREATE UNIQUE INDEX i ON b (x);\n"

Test(watching, tells_statements_and_the_transactions_that_the_driver_makes)
{
	watch(TWO_TABLES "steps: [{upgrade: head}]\n");
	cr_expect_str_eq(events_of(0),
			"CREATE plan-2 0: CREATE INSERT* commit "
			"1: CREATE INSERT* CREATE* UPDATE* commit");
}

Test(watching, tells_a_failure_and_its_rollback)
{
	watch(TWO_TABLES "states: {s: {schema: a1, seed: \"INSERT INTO a VALUES (1), (1)\"}}\n"
			 "steps: [{upgrade: head}]\n");
	cr_expect_str_eq(events_of(0), "plan-1 0: CREATE INSERT* CREATE*! rollback");
	cr_expect_str_eq(c(trace.steps.items[0].error_class), "DatabaseError");
}

Test(watching, tells_where_a_statement_stands)
{
	watch(TWO_TABLES "steps: [{upgrade: head}]\n");
	const struct trace_event *insert = &trace.steps.items[0].events.items[8];

	cr_assert_str_eq(c(insert->text), "INSERT INTO b SELECT x FROM a");
	cr_expect(eq(sz, span_place(located_text_span(&insert->body, insert->offset, 1)).line, 9));
}

Test(watching, looks_at_the_database_after_each_step)
{
	watch(TWO_TABLES "steps: [{upgrade: a1}, {sql: INSERT INTO a VALUES (7)}, {upgrade: b2}]\n"
			 "goal: {rows_kept: all}\n");
	cr_assert(eq(sz, trace.steps.count, 3));
	cr_expect(not(trace.start.has_version_table));
	cr_expect_str_eq(joined(&trace.steps.items[0].after.version), "a1");
	cr_expect(eq(sz, trace.steps.items[0].after.tables.items[0].rows.row_count, 0));
	cr_expect(eq(sz, trace.steps.items[1].after.tables.items[0].rows.row_count, 1));
	cr_expect_str_eq(joined(&trace.steps.items[2].after.version), "b2");
	cr_expect(eq(sz, trace.steps.items[2].after.tables.count, 2));
}

Test(watching, tells_what_a_version_row_hides)
{
	watch(TWO_TABLES "states: {s: {schema: a1, version: b2}}\nsteps: [{stamp: a1}]\n");
	cr_expect_str_eq(joined_facts(&trace.start_claim.changes.missing),
			"column b.x text,index i on b (x) unique,table b");
	cr_expect(eq(sz, trace.start_claim.changes.extra.count, 0));
	cr_expect(eq(sz, trace.end_claim.changes.missing.count, 0));
}

Test(watching, tells_sessions_and_what_they_keep_from_sight)
{
	watch(TWO_TABLES
			"states: {s: {schema: a1, sessions: {idle: SELECT 1, deaf: BEGIN EXCLUSIVE}}}\n"
			"steps: [{upgrade: head, fails: locked}, {version: a1, fails: locked}]\n");
	cr_assert(eq(sz, trace.sessions.count, 2));
	cr_expect_str_eq(c(trace.sessions.items[1].session->name), "deaf");
	cr_expect(eq(int, (int)trace.sessions.items[0].transaction, TRANSACTION_NONE));
	cr_expect(eq(int, (int)trace.sessions.items[1].transaction, TRANSACTION_OPEN));
	cr_assert(eq(sz, trace.steps.count, 2));
	cr_expect_str_eq(c(trace.steps.items[0].after.schema_failure), "database is locked");
	cr_expect_str_eq(c(trace.steps.items[1].after.schema_failure),
			""); // they have ended by then
	cr_expect_str_eq(joined(&trace.steps.items[1].after.version), "a1");
}

Test(watching, says_why_a_claim_cannot_be_told)
{
	watch(TWO_TABLES "states: {s: {version: nowhere}}\nsteps: [{stamp: a1}]\n");
	cr_expect(contains(trace.start_claim.failure, "Can't locate revision"));
}

Test(watching, fails_no_cell_whose_database_cannot_be_read)
{
	const char *const text = TWO_TABLES "steps: [{upgrade: a1}, {backup: b}, {sql: \"" DAMAGE
					    "\"}, {restore: b}]\n"
					    "goal: {rows_kept: all}\n";

	watch(text);
	cr_assert(eq(sz, trace.steps.count, 4));
	const struct look *look = &trace.steps.items[2].after;

	cr_expect(contains(look->version_failure, "malformed database schema"));
	cr_expect(contains(look->schema_failure, "malformed database schema"));
	cr_expect(eq(sz, schema_render(look->schema, &arena).count, 0));
	cr_expect(eq(sz, trace.steps.items[3].after.schema_failure.len, 0));
	expect_text(summary("replay@fresh"), "works");
}

Test(watching, cannot_tell_the_claim_of_a_database_that_cannot_be_read)
{
	watch("revisions: []\nsteps: [{sql: \"CREATE TABLE t (x); " DAMAGE "\"}]\n");
	cr_expect(contains(trace.end_claim.failure, "malformed database schema"));
	cr_expect(eq(ptr, trace.end_claim.schema, NULL));
	cr_expect(contains(str_from(summary("replay@fresh")),
			"fails 1 DatabaseError: malformed database schema"));
}

Test(watching, begins_at_a_state_that_cannot_be_read)
{
	watch("revisions: []\n"
	      "states: {s: {sql: \"CREATE TABLE t (x); " DAMAGE "\"}}\n"
	      "steps: [{sql: SELECT 1, fails: malformed}]\n");
	cr_assert(trace.has_start);
	cr_expect(contains(trace.start.schema_failure, "malformed database schema"));
	cr_expect(contains(trace.start_claim.failure, "malformed database schema"));
}

Test(watching, notes_which_rows_cannot_be_read)
{
	watch("revisions: []\n"
	      "states: {s: {sql: \"" SPOIL_ROWS "; CREATE TABLE u (id integer)\"}}\n"
	      "steps: [{sql: SELECT 1}]\n"
	      "goal: {rows_kept: all}\n");
	cr_assert(eq(sz, trace.start.tables.count, 2));
	cr_expect_str_eq(c(trace.start.tables.items[0].error->message),
			"database disk image is malformed");
	cr_expect(eq(ptr, trace.start.tables.items[1].error, NULL));
	expect_text(summary("replay@s"), "wrong rows");
}

Test(watching, changes_nothing)
{
	const char *const text = TWO_TABLES
			"states: {s: {schema: a1, seed: \"INSERT INTO a VALUES (1), (1)\"}}\n"
			"steps: [{upgrade: head, fails: UNIQUE}, {sql: DROP TABLE b}, {upgrade: head}]\n";

	watch(text);
	const struct outcome watched = outcomes[0];

	theatre_close(theatre);
	scenario_unload(scenario);
	play(text);
	cr_expect(eq(sz, watched.failed_step, 3));
	cr_expect(eq(sz, outcomes[0].failed_step, 3));
	cr_expect_str_eq(joined(&watched.schema), joined(&outcomes[0].schema));
	cr_expect_str_eq(c(watched.error.message), c(outcomes[0].error.message));
	cr_expect_str_eq(c(watched.error.where), c(outcomes[0].error.where));
	cr_expect_str_eq(c(watched.error.statement), c(outcomes[0].error.statement));
}
