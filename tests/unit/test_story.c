#include "check.h"
#include "kit/arena.h"
#include "leaks.h"
#include "replay/replay.h"
#include "scenario/load.h"
#include "story/page.h"
#include "story/story.h"

static struct arena arena;
static struct buf out;
static struct page page;
static const struct scenario *scenario;
static struct theatre *theatre;
static struct trace trace;
static struct outcome outcome;
static const struct scenario_cell *told;

static void setup(void)
{
	arena = (struct arena){ 0 };
	out = (struct buf){ .arena = &arena };
	page = (struct page){ .out = &out, .width = 30 };
	scenario = NULL;
	theatre = NULL;
}

static void teardown(void)
{
	if (theatre) {
		theatre_close(theatre);
	}
	scenario_unload(scenario);
	arena_finish(&arena);
	check_leaks();
}

/* --- lines ------------------------------------------------------------------------------------ */

TestSuite(page, .init = setup, .fini = teardown);

Test(page, text_is_broken_between_words)
{
	page_line(&page, 2, "one two three four five six seven");
	cr_expect(eq(str, buf_c(&out), "  one two three four five six\n  seven\n"));
}

Test(page, a_line_that_just_fits_stays_whole)
{
	page.width = 20;
	page_line(&page, 0, "aaaaaaaaa bbbbbbbbbb c");
	cr_expect(eq(str, buf_c(&out), "aaaaaaaaa bbbbbbbbbb\nc\n"));
}

Test(page, a_word_that_is_too_long_is_broken)
{
	page.width = 20;
	page_line(&page, 0, "see aaaaaaaaaaaaaaaaaaaaaaaaa");
	cr_expect(eq(str, buf_c(&out), "see\naaaaaaaaaaaaaaaaaaaa\naaaaa\n"));
}

Test(page, width_is_counted_in_characters)
{
	page.width = 20;
	page_line(&page, 0, "äöüäöüäöü äöüäöüäöüä ß");
	cr_expect(eq(str, buf_c(&out), "äöüäöüäöü äöüäöüäöüä\nß\n"));
}

Test(page, items_hang_below_their_first_line)
{
	page_item(&page, 2, STYLE_PLAIN, STR("12. "), STYLE_PLAIN,
			STR("one two three four five six seven"));
	cr_expect(eq(str, buf_c(&out), "  12. one two three four five\n      six seven\n"));
}

Test(page, an_item_without_text_is_its_lead)
{
	page_item(&page, 2, STYLE_PLAIN, STR("-"), STYLE_PLAIN, STR(""));
	cr_expect(eq(str, buf_c(&out), "  -\n"));
}

Test(page, prose_is_paragraphs_and_examples)
{
	page_prose(&page, 2, STR("one\ntwo\n\n  an  example\n\nthree\n"));
	cr_expect(eq(str, buf_c(&out), "  one two\n\n    an  example\n\n  three\n"));
}

Test(page, code_keeps_its_blanks_and_goes_on_further_in)
{
	page_code(&page, &(struct page_gutter){ 12, "┌", "│" }, STR("  SELECT  a, b FROM c WHERE d = 1"));
	cr_expect(eq(str, buf_c(&out),
			"    12 ┌   SELECT  a, b FROM c\n       │       WHERE d = 1\n"));
}

Test(page, code_moves_no_cursor)
{
	page_code(&page, &(struct page_gutter){ 0, " ", " " }, STR("a\tb\x1b[2J\r"));
	cr_expect(eq(str, buf_c(&out), "         a    b\\x1b[2J\n"));
}

Test(page, nothing_moves_a_cursor_or_is_wider_for_it)
{
	page.width = 20;
	page_heading(&page, STR("a\x1b"));
	page_item(&page, 0, STYLE_PLAIN, STR("\x07 "), STYLE_PLAIN, STR("bbbb cccc\x1b dddd\ne"));
	cr_expect(eq(str, buf_c(&out),
			"── a\\x1b ───────────\n\n"
			"\\x07 bbbb cccc\\x1b\n"
			"     dddd\n"
			"     e\n"));
}

Test(page, headings_fill_the_width)
{
	page_heading(&page, STR("The tree"));
	cr_expect(eq(str, buf_c(&out), "── The tree ──────────────────\n\n"));
}

Test(page, there_is_one_gap_at_most)
{
	page_gap(&page);
	cr_expect(eq(sz, out.len, 0));
	page_line(&page, 0, "a");
	page_gap(&page);
	page_gap(&page);
	page_line(&page, 0, "b");
	cr_expect(eq(str, buf_c(&out), "a\n\nb\n"));
}

/* --- stories ---------------------------------------------------------------------------------- */

TestSuite(story, .init = setup, .fini = teardown);

/* Tell the first cell of a scenario, in 60 columns; returns its parts. */
static struct str_list tell(const char *text)
{
	const struct theatre_options options = { 0 };
	const struct story_style style = { .width = 60 };
	struct error_list mistakes = { 0 };
	struct scenario_cells cells = { 0 };

	scenario = scenario_parse(STR("s.yaml"),
			str_format(&arena, "rehearse: 1\nengines: [sqlite]\n%s", text), NULL,
			&arena, &mistakes);
	cr_assert(ne(ptr, (void *)scenario, NULL));
	scenario_add_cells(scenario, &arena, &cells);
	theatre = theatre_open(&options, &arena);
	trace = (struct trace){ 0 };
	struct error *err = theatre_play(theatre, &cells.items[0], &trace, &arena, &outcome);
	cr_assert(eq(ptr, err, NULL));
	told = &cells.items[0];
	return story_tell_cell(told, &trace, &outcome, &style, &arena);
}

/* The part has these lines somewhere, one behind the other. */
static void expect_lines(str part, const char *lines)
{
	cr_expect(lt(sz, str_find(part, str_from(lines)), part.len), "no lines\n%sin\n%.*s", lines,
			STR_ARG(part));
}

#define ONE_TABLE                                                     \
	"revisions:\n"                                                \
	"  - revision: a1\n"                                          \
	"    down_revision: null\n"                                   \
	"    upgrade: |\n"                                            \
	"      CREATE TABLE t (id integer PRIMARY KEY, name text);\n" \
	"      INSERT INTO t VALUES (1, 'ada'), (2, 'bob');\n"        \
	"    downgrade: DROP TABLE t\n"

Test(story, has_a_part_for_each_step_between_opening_and_verdict)
{
	const struct str_list parts = tell(ONE_TABLE
			"steps: [{upgrade: head}, {check: {sql: SELECT 1, equals: 1}}]\n");

	cr_assert(eq(sz, parts.count, 4));
	expect_lines(parts.items[0], "── The tree ─");
	expect_lines(parts.items[1], "── Step 1 of 2: alembic upgrade head ─");
	expect_lines(parts.items[2], "── Step 2 of 2: a check ─");
	expect_lines(parts.items[3], "── The verdict ─");
}

Test(story, others_who_have_the_database_open_are_told)
{
	const struct str_list parts = tell(ONE_TABLE
			"states:\n"
			"  s: {schema: a1, sessions: {idle: SELECT 1, psql: BEGIN EXCLUSIVE}}\n"
			"steps: [{upgrade: head, fails: locked}, {version: a1, fails: locked}]\n");

	expect_lines(parts.items[0],
			"  While the steps run, others have the database open:\n"
			"\n"
			"    idle\n"
			"      SELECT 1\n"
			"      then stays idle\n"
			"    psql\n"
			"      BEGIN EXCLUSIVE\n"
			"      then stays idle in transaction\n");
	expect_lines(parts.items[1], "  schema   unreadable: database is locked\n");
}

Test(story, a_transaction_has_a_bracket)
{
	const struct str_list parts = tell(ONE_TABLE "steps: [{upgrade: head}]\n");

	expect_lines(parts.items[1],
			"     7   CREATE TABLE t (id integer PRIMARY KEY, name text)\n"
			"       ┌ BEGIN\n"
			"     8 │ INSERT INTO t VALUES (1, 'ada'), (2, 'bob')\n"
			"       │ INSERT INTO alembic_version (version_num) VALUES\n"
			"       │     ('a1')\n"
			"       └ COMMIT\n");
}

Test(story, a_plan_with_nothing_to_do_says_so)
{
	const struct str_list parts =
			tell(ONE_TABLE "states: {s: {schema: a1}}\nsteps: [{upgrade: head}]\n");

	expect_lines(parts.items[1],
			"  The plan: nothing to do.\n\n"
			"  version  a1, as before\n"
			"  schema   as before\n");
}

Test(story, rows_that_the_goal_asks_for_are_told)
{
	const struct str_list parts = tell(ONE_TABLE
			"states: {s: {schema: a1}}\n"
			"steps: [{sql: DELETE FROM t WHERE id = 1}, {sql: ALTER TABLE t DROP COLUMN name},\n"
			"  {sql: DROP TABLE t}]\n"
			"goal: {rows_kept: [t]}\noutcomes: {'*@*': {wrong: [rows]}}\n");

	expect_lines(parts.items[1], "  rows     of t (id | name)\n    - 1 | ada\n");
	expect_lines(parts.items[2],
			"  rows     of t (id | name)\n    - column name, with 1 value\n");
	expect_lines(parts.items[3], "  rows     of t: 1 → 0\n");
}

Test(story, names_and_values_move_no_cursor)
{
	const struct str_list parts = tell(
			"revisions: []\n"
			"steps:\n"
			"  - sql: \"CREATE TABLE \\\"t\\x1b[31m\\\" (x text DEFAULT 'd\\x1b[31m')\"\n"
			"  - sql: \"INSERT INTO \\\"t\\x1b[31m\\\" VALUES ('a\\x1b\\nb')\"\n"
			"  - sql: \"CREATE TABLE \\\"t\\x1b[31m\\\" (y)\"\n"
			"goal: {rows_kept: all}\n"
			"outcomes: {'*@*': {fails_at: 3}}\n");

	cr_assert(eq(sz, parts.count, 5));
	for (size_t i = 0; i < parts.count; i++) {
		cr_expect(eq(sz, str_find_char(parts.items[i], '\x1b'), parts.items[i].len));
	}
	expect_lines(parts.items[1], "    + table t\\x1b[31m (x)\n");
	expect_lines(parts.items[2], "    + a\\x1b\\nb\n");
	expect_lines(parts.items[3], "table \"t\\x1b[31m\" already exists\n");
}

Test(story, a_column_without_values_goes_unmentioned)
{
	const struct str_list parts = tell(
			ONE_TABLE "states: {s: {schema: a1, sql: UPDATE t SET name = NULL}}\n"
				  "steps: [{sql: ALTER TABLE t DROP COLUMN name}]\n"
				  "goal: {rows_kept: [t]}\noutcomes: {'*@*': {wrong: [rows]}}\n");

	expect_lines(parts.items[1], "    - column t.name text\n");
	cr_expect(eq(sz, str_find(parts.items[1], STR("rows ")), parts.items[1].len));
}

Test(story, every_key_of_the_goal_is_told)
{
	const struct str_list parts = tell(ONE_TABLE
			"steps: [{upgrade: head}]\n"
			"goal: {version: base, heads: 1, schema: {has: [table t, table u]}, round_trip: true,\n"
			"  check: [{sql: SELECT 1, equals: 1}]}\n"
			"outcomes: {'*@*': {wrong: [version, schema]}}\n");

	expect_lines(parts.items[2],
			"  The goal asks that:\n"
			"  ≠ there are no version rows\n"
			"    expected no rows in the version table, found the row a1\n"
			"  ≠ the schema has table t, has table u\n"
			"    table u is not there\n"
			"  ✓ the goal's check holds\n"
			"  ✓ down to base and up again gives the same schema\n"
			"  ✓ the tree has 1 head\n");
}

Test(story, a_state_that_cannot_be_built_is_a_story_too)
{
	const struct str_list parts = tell(
			ONE_TABLE "states: {s: {sql: SELECT nope}}\nsteps: [{upgrade: head}]\n");

	cr_assert(eq(sz, parts.count, 2));
	expect_lines(parts.items[0], "  It could not be built.\n");
	expect_lines(parts.items[1], "error: DatabaseError: no such column: nope\n");
}

Test(story, a_source_line_is_cut_so_that_the_caret_is_in_sight)
{
	const struct str_list parts = tell(
			"revisions: []\n"
			"steps: [{sql: \"SELECT 'a long text to begin with', 'another one that goes on', "
			"nope, 'and so on', 'and on'\"}]\n"
			"outcomes: {'*@*': {fails_at: 1}}\n");
	str rest = parts.items[1], line;
	size_t caret = 0, word = 0;

	while (rest.len && str_next_part(&rest, '\n', &line)) {
		cr_expect(le(sz, str_utf8_length(line), 60), "%.*s", STR_ARG(line));
		if (str_starts_with(line, STR("      4 | "))) {
			word = str_find(line, STR("nope"));
		} else if (str_starts_with(line, STR("        | "))) {
			caret = str_find_char(line, '^');
		}
	}
	cr_expect(gt(sz, word, 0));
	cr_expect(eq(sz, caret, word));
}

Test(story, what_env_py_configures_is_told)
{
	const struct str_list parts =
			tell("configure: {transactional_ddl: true, version_table: v}\n" ONE_TABLE
			     "steps: [{upgrade: head}]\n");

	expect_lines(parts.items[0],
			"  env.py configures Alembic with transactional_ddl=True,\n"
			"  version_table='v'.\n");
}

Test(story, a_database_that_nobody_can_read_has_a_reason)
{
	const struct str_list parts = tell(ONE_TABLE
			"steps: [{upgrade: head}, {backup: b},\n"
			"  {sql: \"PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'x' WHERE name = 't'\"},\n"
			"  {restore: b}, {sql: SELECT nope}]\n"
			"goal: {rows_kept: [t]}\n"
			"outcomes: {'*@*': {fails_at: 5}}\n");

	cr_assert(eq(sz, parts.count, 7));
	expect_lines(parts.items[3],
			"  version  a1 → unreadable: malformed database schema (t)\n"
			"  schema   unreadable: malformed database schema (t)\n");
	expect_lines(parts.items[4],
			"  version  unreadable: malformed database schema (t) → a1\n"
			"  schema   t (id, name)\n");
	expect_lines(parts.items[5],
			"  version  a1, as before\n"
			"  schema   as before\n\n"
			"  The version table tells the truth:");
}

Test(story, rows_of_a_database_that_cannot_be_read_are_neither_truth_nor_lie)
{
	(void)tell(ONE_TABLE "states: {s: {schema: a1}}\nsteps: [{upgrade: head}]\n");
	trace.start.schema_failure = STR("canceling statement due to lock timeout");
	const str part = story_tell_state(
			told, &trace, &outcome, &(struct story_style){ .width = 80 }, &arena);

	expect_lines(part, "  it claims   a1\n");
	expect_lines(part, "  it has      unreadable: canceling statement due to lock timeout\n");
	expect_lines(part, "\n  Whether that is the truth cannot be told.\n");
}

Test(story, rows_that_nobody_can_read_have_a_reason)
{
	const struct str_list parts = tell(ONE_TABLE
			"states: {s: {schema: a1, sql: CREATE INDEX i ON t (name)}}\n"
			"steps: [{backup: b}, {sql: \"PRAGMA writable_schema = ON; UPDATE sqlite_master "
			"SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'i') WHERE "
			"name = 't'\"}, {sql: SELECT 1}, {restore: b}]\n"
			"goal: {rows_kept: [t]}\n");

	cr_assert(eq(sz, parts.count, 6));
	expect_lines(parts.items[2],
			"  schema   as before\n"
			"  rows     of t: unreadable: database disk image is\n"
			"           malformed\n");
	cr_expect(eq(sz, str_find(parts.items[3], STR("rows ")), parts.items[3].len));
	expect_lines(parts.items[4], "  schema   as before\n  rows     of t: readable again\n");
}

Test(story, tables_without_a_version_row_are_a_lie)
{
	const struct str_list parts =
			tell("revisions: []\n"
			     "states: {s: {sql: CREATE TABLE made_by_hand (id integer)}}\n"
			     "steps: [{version: none}]\n");

	expect_lines(parts.items[0],
			"  it claims   nothing: no version table\n"
			"  it has      made_by_hand (id)\n\n"
			"  That is not the truth.\n"
			"  As far as Alembic can tell, nothing has run here; but\n"
			"  there is:\n"
			"    + table made_by_hand (id)\n");
}

Test(story, edits_are_told_key_by_key)
{
	const struct str_list parts = tell(ONE_TABLE
			"strategies:\n"
			"  s:\n"
			"    change_revisions: {a1: {autocommit: true, message: tables, upgrade: SELECT 1}}\n"
			"    add_revisions: [{revision: b2, down_revision: a1, file: b2_more.py}]\n"
			"    steps: [{upgrade: head}]\n");

	expect_lines(parts.items[0],
			"  ~ a1: message becomes tables, another upgrade body,\n"
			"    autocommit becomes true\n"
			"  + b2_more.py, down_revision a1\n");
}

Test(story, a_version_row_that_stands_twice_is_named_once)
{
	const struct str_list parts = tell(ONE_TABLE
			"states: {s: {schema: a1, version: [a1, a1]}}\nsteps: [{stamp: a1}]\n");

	expect_lines(parts.items[0],
			"  it claims   a1, a1\n"
			"  it has      t (id, name)\n\n"
			"  The version table tells the truth: an empty database that\n"
			"  is upgraded to a1 has the same schema.\n");
}

/* --- HTML ------------------------------------------------------------------------------------- */

TestSuite(markup, .init = setup, .fini = teardown);

static void setup_markup(void)
{
	setup();
	page.medium = &page_markup;
}

Test(markup, text_is_nobodys_markup, .init = setup_markup)
{
	page_item(&page, 4, STYLE_BAD, STR("✗ "), STYLE_PLAIN, STR("<b> & \x1b \xff"));
	cr_expect(eq(str, buf_c(&out),
			"<p class=\"item in1\"><b class=\"bad\">✗</b>&lt;b&gt; &amp; \\x1b \xEF\xBF\xBD\n"));
}

Test(markup, what_stands_apart_is_marked, .init = setup_markup)
{
	page_gap(&page);
	page_line(&page, 2, "one");
	page_gap(&page);
	page_gap(&page);
	page_line(&page, 2, "two");
	cr_expect(eq(str, buf_c(&out), "<p>one\n<p class=\"gap\">two\n"));
}

Test(markup, lines_of_a_difference_keep_their_signs, .init = setup_markup)
{
	page_item(&page, 4, STYLE_BAD, STR("- "), STYLE_BAD, STR("table a"));
	page_item(&page, 4, STYLE_GOOD, STR("+ "), STYLE_GOOD, STR("table b"));
	cr_expect(eq(str, buf_c(&out),
			"<p class=\"minus in1\">- table a\n<p class=\"plus in1\">+ table b\n"));
}

Test(markup, code_has_its_line_and_its_bracket, .init = setup_markup)
{
	page_code(&page, &(struct page_gutter){ 12, "┌", "│" }, STR("SELECT a < b"));
	page_code(&page, &(struct page_gutter){ 0, " ", " " }, STR("COMMIT"));
	cr_expect(eq(str, buf_c(&out),
			"<p class=\"code begins\"><i>12</i>SELECT a &lt; b\n"
			"<p class=\"code\">COMMIT\n"));
}

Test(markup, an_excerpt_marks_what_is_meant, .init = setup_markup)
{
	const struct excerpt place = { .path = STR("a.yaml"), .line = 3, .column = 4,
		.text = STR("up: <x>"), .offset = 4, .len = 3 };

	page_excerpt(&page, 2, &place);
	cr_expect(eq(str, buf_c(&out),
			"<p class=\"code excerpt\"><i>3</i>up: <mark>&lt;x&gt;</mark>\n"));
}
