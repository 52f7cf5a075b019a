#include "check.h"
#include "kit/arena.h"
#include "leaks.h"
#include "report/report.h"

#include <jansson.h>

static struct arena arena;
static struct report report;
static struct buf out;

static void setup(void)
{
	arena = (struct arena){ 0 };
	out = (struct buf){ .arena = &arena };
}

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

TestSuite(text, .init = setup, .fini = teardown);
TestSuite(json, .init = setup, .fini = teardown);
TestSuite(words, .init = setup, .fini = teardown);
TestSuite(files, .init = setup, .fini = teardown);

/* An outcome of `strategy` from `state` that is as claimed. */
static struct outcome *outcome_of(const char *strategy, const char *state, const char *engine,
		enum verdict verdict)
{
	struct outcome *outcome = arena_new(&arena, struct outcome);

	outcome->scenario = STR("s");
	outcome->strategy = str_from(strategy);
	outcome->state = str_from(state);
	outcome->engine = str_from(engine);
	outcome->name = str_format(&arena, "s/%s@%s:%s", strategy, state, engine);
	outcome->verdict = verdict;
	outcome->is_as_claimed = true;
	outcome->claim = STR("works");
	outcome->has_version_table = true;
	return outcome;
}

static void add_reason(struct outcome *outcome, const char *key, const char *text)
{
	*LIST_PUSH(&outcome->reasons, &arena) =
			(struct outcome_reason){ str_from(key), str_from(text) };
}

static void add_name(struct str_list *names, str name)
{
	if (!str_list_contains(names, name)) {
		str_list_add(names, name, &arena);
	}
}

/* A scenario with these outcomes, NULL behind the last. */
static struct report_scenario *scenario_of(struct outcome *const *outcomes)
{
	struct report_scenario *scenario = arena_new(&arena, struct report_scenario);

	scenario->name = STR("s");
	scenario->title = STR("A title");
	for (; *outcomes; outcomes++) {
		struct report_cell *cell = LIST_PUSH(&scenario->cells, &arena);

		cell->name = (*outcomes)->name;
		cell->strategy = (*outcomes)->strategy;
		cell->state = (*outcomes)->state;
		cell->engine = (*outcomes)->engine;
		cell->outcome = *outcomes;
		add_name(&scenario->strategies, cell->strategy);
		add_name(&scenario->states, cell->state);
	}
	return scenario;
}

#define SCENARIO(...) scenario_of((struct outcome *const[]){ __VA_ARGS__, NULL })

static char *write_report(const char *format, bool colour, const struct report_scenario *scenario)
{
	report = (struct report){
		.format = report_format_find(str_from(format)),
		.arena = &arena,
		.program_version = "1.2.3",
		.colour = colour,
	};
	report_begin(&report, &out);
	report_add(&report, scenario, &out);
	report_finish(&report, &out);
	return (char *)buf_c(&out);
}

static char *write_text(const struct report_scenario *scenario)
{
	return write_report("text", false, scenario);
}

static bool has(const char *text, const char *part)
{
	return str_find(str_from(text), str_from(part)) < str_from(text).len;
}

Test(text, shows_passes_as_words_in_a_matrix)
{
	struct outcome *fails = outcome_of("late", "lying", "sqlite", VERDICT_FAILS);

	fails->failed_step = 2;
	cr_expect(eq(str,
			write_text(SCENARIO(outcome_of("early", "fresh", "sqlite", VERDICT_WORKS),
					outcome_of("early", "lying", "sqlite", VERDICT_WORKS),
					fails)),
			"s: A title\n"
			"\n"
			"  sqlite   fresh     lying\n"
			"  early    ✓ works   ✓ works\n"
			"  late               ✗ fails at 2\n"
			"\n"
			"3 cells: 3 as expected; 1 scenario on sqlite\n"));
}

Test(text, names_engines_only_where_they_disagree)
{
	struct outcome *fails = outcome_of("b", "fresh", "postgres", VERDICT_FAILS);

	fails->failed_step = 1;
	cr_expect(eq(str,
			write_text(SCENARIO(outcome_of("a", "fresh", "sqlite", VERDICT_WORKS),
					outcome_of("a", "fresh", "postgres", VERDICT_WORKS),
					outcome_of("b", "fresh", "sqlite", VERDICT_WORKS), fails)),
			"s: A title\n"
			"\n"
			"  sqlite, postgres   fresh\n"
			"  a                  ✓ works\n"
			"  b                  ✓ works (sqlite)\n"
			"                     ✗ fails at 1 (postgres)\n"
			"\n"
			"4 cells: 4 as expected; 1 scenario on sqlite, postgres\n"));
}

Test(text, tells_an_engine_that_was_skipped_once)
{
	struct outcome *skipped = outcome_of("a", "fresh", "postgres", VERDICT_SKIPPED);

	skipped->skip_reason = STR("no server");
	cr_expect(eq(str,
			write_text(SCENARIO(outcome_of("a", "fresh", "sqlite", VERDICT_WORKS),
					skipped)),
			"s: A title\n"
			"\n"
			"  sqlite   fresh\n"
			"  a        ✓ works\n"
			"\n"
			"skipped 1 cell on postgres: no server\n"
			"2 cells: 1 as expected, 1 skipped; 1 scenario on sqlite\n"));
}

Test(text, tells_all_about_a_cell_that_differs)
{
	struct outcome *wrong = outcome_of("a", "fresh", "sqlite", VERDICT_WRONG);
	struct outcome *fails = outcome_of("b", "fresh", "sqlite", VERDICT_FAILS);

	wrong->is_as_claimed = false;
	add_reason(wrong, "schema", "it is not the goal's:\n-table t\n+table u\n");
	fails->failed_step = 3;
	fails->error.class_name = STR("DatabaseError");
	fails->error.message = STR("no such table: t");
	fails->error.place = (struct excerpt){
		STR("x.yaml"), 1, 3, STR("- DROP TABLE t; -- twice"), 2, 4
	};
	fails->error.revision = STR("b2");
	fails->error.statement = STR("DROP\n  TABLE t");
	fails->error.sqlstate = STR("42P01");
	fails->error.detail = STR("It is gone.");
	fails->error.context = STR("SQL function f\nSQL function g");
	fails->error.attempt = STR("playing step 3 of strategy 'b'");
	fails->error.hint = STR("Make it first.");
	fails->record = RECORD_DIFFERS;
	str_list_add(&fails->record_difference, STR("-verdict: works"), &arena);
	str_list_add(&fails->record_difference, STR("+verdict: fails at step 3"), &arena);
	cr_expect(eq(str, write_text(SCENARIO(wrong, fails)),
			"s: A title\n"
			"\n"
			"  sqlite   fresh\n"
			"  a        ≠ wrong: schema !\n"
			"  b        ✗ fails at 3 !\n"
			"\n"
			"  ! s/a@fresh:sqlite\n"
			"    wrong: schema; claimed: works\n"
			"    schema: it is not the goal's:\n"
			"      -table t\n"
			"      +table u\n"
			"\n"
			"  ! s/b@fresh:sqlite\n"
			"    fails at step 3; as claimed, but the verdict is not as recorded\n"
			"    x.yaml:1:3: error: DatabaseError: no such table: t\n"
			"        1 | - DROP TABLE t; -- twice\n"
			"          |   ^~~~\n"
			"      in revision b2\n"
			"      statement: DROP TABLE t\n"
			"      SQLSTATE 42P01\n"
			"      detail: It is gone.\n"
			"      context: SQL function f\n"
			"               SQL function g\n"
			"      while playing step 3 of strategy 'b'\n"
			"      hint: Make it first.\n"
			"    the record differs (- recorded, + now)\n"
			"      -verdict: works\n"
			"      +verdict: fails at step 3\n"
			"\n"
			"not as expected:\n"
			"  ! s/a@fresh:sqlite: wrong: schema; claimed: works\n"
			"  ! s/b@fresh:sqlite: fails at step 3; as claimed, but the verdict is not as recorded\n"
			"2 cells: 0 as expected, 2 differ; 1 scenario on sqlite\n"));
}

Test(text, tells_a_note_on_passes_once)
{
	struct outcome *one = outcome_of("one", "fresh", "sqlite", VERDICT_WORKS);
	struct outcome *two = outcome_of("two", "fresh", "sqlite", VERDICT_WRONG);
	struct outcome *three = outcome_of("three", "fresh", "sqlite", VERDICT_FAILS);

	str_list_add(&one->notes, STR("columns are in another order"), &arena);
	str_list_add(&two->notes, STR("columns are in another order"), &arena);
	str_list_add(&three->notes, STR("a revision is not present"), &arena);
	const char *text = write_text(SCENARIO(one, two, three));

	cr_expect(has(text,
			"\n\n"
			"  note: columns are in another order\n"
			"    s/one@fresh:sqlite and 1 more\n\n"));
	cr_expect(not(has(text, "not present")), "the claim says enough");
}

Test(text, cuts_a_long_difference)
{
	struct outcome *cell = outcome_of("a", "fresh", "sqlite", VERDICT_WORKS);

	cell->record = RECORD_DIFFERS;
	for (int i = 1; i <= 90; i++) {
		str_list_add(&cell->record_difference, str_format(&arena, "+line %d", i), &arena);
	}
	const char *text = write_text(SCENARIO(cell));

	cr_expect(has(text, "+line 80\n      ... and 10 more lines\n"));
	cr_expect(not(has(text, "+line 81")));
}

Test(text, breaks_a_wide_matrix_into_blocks)
{
	struct outcome *cells[13] = { NULL };

	for (int i = 0; i < 12; i++) {
		cells[i] = outcome_of("strategy",
				str_to_c(str_format(&arena, "state-%d", i), &arena), "sqlite",
				VERDICT_WORKS);
	}
	str text = str_from(write_text(scenario_of(cells)));
	size_t blocks = 0;
	str line;

	while (str_next_part(&text, '\n', &line)) {
		cr_expect(le(sz, str_utf8_length(line), 80));
		blocks += str_starts_with(line, STR("  sqlite"));
	}
	cr_expect(eq(sz, blocks, 2));
}

Test(text, marks_a_cell_without_an_answer)
{
	struct report_scenario *scenario =
			SCENARIO(outcome_of("a", "fresh", "sqlite", VERDICT_WORKS));

	scenario->cells.items[0].outcome = NULL;
	const char *text = write_text(scenario);

	cr_expect(has(text, "? no answer"));
	cr_expect(has(text, "0 cells: 0 as expected; 1 without an answer"));
}

Test(text, has_colours_only_when_asked)
{
	struct report_scenario *scenario =
			SCENARIO(outcome_of("a", "fresh", "sqlite", VERDICT_WORKS));

	cr_expect(has(write_report("text", true, scenario), "\033[32m✓ works\033[0m"));
	out.len = 0;
	cr_expect(not(has(write_report("text", false, scenario), "\033")));
}

Test(text, lets_no_control_character_through)
{
	struct outcome *failed = outcome_of("a", "fresh", "sqlite", VERDICT_FAILS);
	struct outcome *wrong = outcome_of("b", "fresh", "sqlite", VERDICT_WRONG);
	struct outcome *works = outcome_of("c", "fresh", "sqlite", VERDICT_WORKS);
	struct outcome *skipped = outcome_of("d", "fresh", "postgres", VERDICT_SKIPPED);
	struct outcome *cells[] = { failed, wrong, works, skipped, NULL };
	struct report_scenario *scenario = scenario_of(cells);

	failed->failed_step = 1;
	failed->is_as_claimed = wrong->is_as_claimed = false;
	failed->error.class_name = STR("DatabaseError");
	failed->error.message = STR("no table \"1\x1b\"");
	failed->error.statement = STR("SELECT '2\x1b'");
	failed->claim = wrong->claim = STR("works 3\x1b");
	add_reason(wrong, "schema", "it is not\x1b so:\n- table \"4\x1b\"");
	str_list_add(&wrong->notes, STR("a note 5\x1b"), &arena);
	str_list_add(&works->notes, STR("a note 6\x1b"), &arena);
	wrong->record = RECORD_DIFFERS;
	str_list_add(&wrong->record_difference, STR("-default '7\xC2\x9b'"), &arena);
	skipped->skip_reason = STR("the server says 8\x1b");
	scenario->title = STR("a title 9\x1b");
	const char *text = write_text(scenario);

	cr_expect(not(has(text, "\x1b")));
	cr_expect(not(has(text, "\xC2\x9b")));
	for (char digit = '1'; digit <= '9'; digit++) {
		cr_expect(has(text,
					  str_to_c(str_format(&arena, "%c\\%s", digit,
								   digit == '7' ? "u009b" : "x1b"),
							  &arena)),
				"%c", digit);
	}
}

Test(text, sets_off_the_place_of_an_error)
{
	struct outcome *cell = outcome_of("a", "fresh", "sqlite", VERDICT_FAILS);

	cell->failed_step = 1;
	cell->is_as_claimed = false;
	cell->error.class_name = STR("KeyError");
	cell->error.message = STR("'t'");
	cell->error.where = STR("x.yaml:1:2");
	cell->error.hint = STR("none");
	cr_expect(has(write_report("text", true, SCENARIO(cell)),
			"    \033[1mx.yaml:1:2: \033[0m\033[31merror: \033[0mKeyError: 't'\n"
			"      hint: none\n"));
}

Test(text, counts_what_is_not_recorded)
{
	struct outcome *cell = outcome_of("a", "fresh", "sqlite", VERDICT_WORKS);

	cell->record = RECORD_MISSING;
	cr_expect(has(write_text(SCENARIO(cell)), "1 cell: 1 as expected; 1 not recorded; "));
}

Test(words, say_what_is_wrong_once_a_key)
{
	struct outcome *cell = outcome_of("a", "fresh", "sqlite", VERDICT_WRONG);

	add_reason(cell, "version", "one");
	add_reason(cell, "check", "two");
	add_reason(cell, "check", "three");
	cr_expect(str_equal(report_verdict(cell, &arena), STR("wrong: version, check")));
}

/* The only cell of a JSON report; borrowed from `ret_root`. */
static const json_t *only_cell(struct outcome *outcome, json_t **ret_root)
{
	json_error_t error;

	*ret_root = json_loads(write_report("json", false, SCENARIO(outcome)), 0, &error);
	cr_assert(ne(ptr, *ret_root, NULL), "%s", error.text);
	const json_t *cells = json_object_get(*ret_root, "cells");

	cr_assert(eq(sz, json_array_size(cells), 1));
	return json_array_get(cells, 0);
}

static char *dump(const json_t *value)
{
	char *text = json_dumps(value, JSON_ENCODE_ANY);
	char *copy = (char *)str_to_c(str_from(text), &arena);

	free(text);
	return copy;
}

Test(json, has_every_key_in_order)
{
	struct outcome *cell = outcome_of("a", "fresh", "sqlite", VERDICT_FAILS);
	json_t *root;

	cell->failed_step = 2;
	cell->error = (struct outcome_error){
		.class_name = STR("KeyError"), .message = STR("'0003'"), .where = STR("x.yaml:1:2")
	};
	str_list_add(&cell->version, STR("a1"), &arena);
	str_list_add(&cell->schema, STR("table \"t\""), &arena);
	cell->elapsed_us = 42;
	cr_expect(eq(str, dump(only_cell(cell, &root)),
			"{\"name\": \"s/a@fresh:sqlite\", \"scenario\": \"s\", \"strategy\": \"a\", "
			"\"state\": \"fresh\", \"engine\": \"sqlite\", \"verdict\": \"fails\", "
			"\"as_expected\": true, \"failed_step\": 2, "
			"\"error\": {\"class\": \"KeyError\", \"message\": \"'0003'\", "
			"\"where\": \"x.yaml:1:2\", \"place\": null, \"attempt\": null, "
			"\"revision\": null, \"statement\": null, "
			"\"sqlstate\": null, \"detail\": null, \"context\": null, \"hint\": null}, "
			"\"wrong\": [], \"version\": [\"a1\"], "
			"\"schema\": [\"table \\\"t\\\"\"], \"elapsed_us\": 42, "
			"\"claim\": \"works\", \"as_claimed\": true, \"record\": \"none\", "
			"\"record_difference\": [], \"reasons\": [], \"notes\": [], "
			"\"skip_reason\": null, \"place\": null}"));
	json_decref(root);
}

Test(json, has_nulls_where_there_is_nothing_to_say)
{
	struct outcome *cell = outcome_of("a", "fresh", "postgres", VERDICT_SKIPPED);
	json_t *root;
	const json_t *object = only_cell(cell, &root);

	cr_expect(eq(str, dump(json_object_get(object, "as_expected")), "null"));
	cr_expect(eq(str, dump(json_object_get(object, "failed_step")), "null"));
	cr_expect(eq(str, dump(json_object_get(object, "error")), "null"));
	cr_expect(eq(str, dump(json_object_get(root, "summary")),
			"{\"cells\": 1, \"as_expected\": 0, \"differ\": 0, \"skipped\": 1}"));
	json_decref(root);
}

Test(json, lists_what_is_wrong)
{
	struct outcome *cell = outcome_of("a", "fresh", "sqlite", VERDICT_WRONG);
	json_t *root;

	add_reason(cell, "version", "rows differ");
	add_reason(cell, "schema", "-t");
	cell->is_as_claimed = false;
	const json_t *object = only_cell(cell, &root);

	cr_expect(eq(str, dump(json_object_get(object, "wrong")), "[\"version\", \"schema\"]"));
	cr_expect(eq(str, dump(json_object_get(object, "as_expected")), "false"));
	cr_expect(eq(str, dump(json_object_get(object, "failed_step")), "null"));
	json_decref(root);
}

Test(json, replaces_what_is_not_utf8)
{
	struct outcome *cell = outcome_of("a", "fresh", "sqlite", VERDICT_WORKS);
	json_t *root;

	str_list_add(&cell->version,
			STR("a\xFF"
			    "b"),
			&arena);
	cr_expect(eq(str, dump(json_object_get(only_cell(cell, &root), "version")),
			"[\"a\xEF\xBF\xBD"
			"b\"]"));
	json_decref(root);
}

Test(json, of_no_cells_is_still_an_object)
{
	struct report_scenario *scenario =
			SCENARIO(outcome_of("a", "fresh", "sqlite", VERDICT_WORKS));
	json_error_t error;

	scenario->cells.items[0].outcome = NULL;
	json_t *root = json_loads(write_report("json", false, scenario), 0, &error);

	cr_assert(ne(ptr, root, NULL), "%s", error.text);
	cr_expect(eq(sz, json_array_size(json_object_get(root, "cells")), 0));
	json_decref(root);
}

Test(words, every_format_that_can_be_chosen_is_there)
{
	for (size_t i = 0; report_format_names[i]; i++) {
		cr_expect(ne(ptr, (void *)report_format_find(str_from(report_format_names[i])),
				NULL));
	}
	cr_expect(eq(ptr, (void *)report_format_find(STR("morse")), NULL));
}

Test(text, what_is_the_same_of_several_cells_is_told_once)
{
	struct outcome *one = outcome_of("a", "fresh", "sqlite", VERDICT_WORKS);
	struct outcome *two = outcome_of("a", "fresh", "postgres", VERDICT_WORKS);

	one->is_as_claimed = two->is_as_claimed = false;
	one->claim = two->claim = STR("fails at step 2");
	cr_expect(has(write_text(SCENARIO(one, two)),
			"\n  ! s/a@fresh:sqlite\n  ! s/a@fresh:postgres\n    now works; claimed: fails at step 2\n\n"));
}

Test(text, an_unclaimed_scenario_gets_an_answer)
{
	struct outcome *fails = outcome_of("a", "lying", "sqlite", VERDICT_FAILS);
	struct outcome *wrong = outcome_of("b", "lying", "sqlite", VERDICT_WRONG);
	struct outcome *other = outcome_of("b", "lying", "postgres", VERDICT_WORKS);
	struct report_scenario *scenario =
			SCENARIO(outcome_of("a", "fresh", "sqlite", VERDICT_WORKS), fails, wrong, other,
					outcome_of("c", "lying", "sqlite", VERDICT_WORKS));

	fails->failed_step = 2;
	fails->is_as_claimed = wrong->is_as_claimed = false;
	add_reason(wrong, "schema", "it is another");
	scenario->is_unclaimed = true;
	for (size_t i = 0; i < scenario->cells.count; i++) {
		scenario->cells.items[i].is_unclaimed = true;
	}
	const char *text = write_text(scenario);

	cr_expect(has(text, "  from fresh 1 of 1 repair works: a\n  from lying 1 of 3 repairs works: c\n"));
	cr_expect(has(text, "  ✗ s/a@lying:sqlite\n    fails at step 2\n"));
	cr_expect(has(text, "  Nothing is claimed of these cells yet. To keep these verdicts, claim them:\n\n"
			    "    outcomes:\n"
			    "      a@lying: {fails_at: 2}\n"
			    "      \"b@lying:sqlite\": {wrong: [schema]}\n"
			    "\n  rehearse accept --outcomes "));
}

Test(text, an_answer_of_one_repair_is_calm)
{
	struct outcome *fails = outcome_of("a", "lying", "sqlite", VERDICT_FAILS);
	struct report_scenario *scenario =
			SCENARIO(outcome_of("a", "fresh", "sqlite", VERDICT_WORKS), fails);

	fails->failed_step = 1;
	fails->is_as_claimed = false;
	scenario->is_unclaimed = true;
	const char *text = write_text(scenario);

	cr_expect(has(text, "  a        ✓ works   ✗ fails at 1\n"));
	cr_expect(has(text, "  from lying 0 of 1 repair works\n"));
	cr_expect(not(has(text, "not as expected")));
	cr_expect(not(has(text, "!")));
	cr_expect(has(text, "\n2 cells: 1 works, 1 does not (nothing is claimed yet); 1 scenario on sqlite\n"));
}

Test(text, an_answer_is_counted_beside_what_is_claimed)
{
	struct outcome *fails = outcome_of("a", "lying", "sqlite", VERDICT_FAILS);
	struct outcome *broken = outcome_of("b", "lying", "sqlite", VERDICT_FAILS);
	struct report_scenario *answer = SCENARIO(fails);

	fails->failed_step = broken->failed_step = 1;
	fails->is_as_claimed = broken->is_as_claimed = false;
	answer->is_unclaimed = true;
	report = (struct report){ .format = report_format_find(STR("text")), .arena = &arena };
	report_begin(&report, &out);
	report_add(&report, answer, &out);
	report_add(&report, SCENARIO(outcome_of("a", "fresh", "sqlite", VERDICT_WORKS), broken), &out);
	report_finish(&report, &out);
	cr_expect(has(buf_c(&out),
			"\n3 cells: 1 as expected, 1 differs; 0 work, 1 does not (nothing is claimed yet); 2 scenarios on sqlite\n"));
}

Test(text, what_ends_a_report_keeps_within_the_terminal)
{
	struct outcome *differs = outcome_of("a-repair", "of-production", "sqlite", VERDICT_FAILS);
	struct outcome *works = outcome_of("a-repair", "fresh", "sqlite", VERDICT_WORKS);

	differs->failed_step = 1;
	differs->is_as_claimed = false;
	differs->claim = STR("works");
	report = (struct report){ .format = report_format_find(STR("text")), .arena = &arena, .width = 40 };
	report_begin(&report, &out);
	report_add(&report, SCENARIO(works, differs), &out);
	report.summary.passed_over = 2;
	report_finish(&report, &out);
	cr_expect(has(buf_c(&out),
			"  ! s/a-repair@of-production:sqlite:\n"
			"    fails at step 1; claimed: works\n"
			"2 cells: 1 as expected, 1 differs;\n"
			"  2 files passed over;\n"
			"  1 scenario on sqlite\n"));
}

Test(text, what_no_claim_can_say_is_no_answer)
{
	struct outcome *unbuilt = outcome_of("a", "lying", "sqlite", VERDICT_FAILS);
	struct report_scenario *scenario =
			SCENARIO(outcome_of("a", "fresh", "sqlite", VERDICT_WORKS), unbuilt);

	unbuilt->failed_step = 0;
	unbuilt->is_as_claimed = false;
	scenario->is_unclaimed = true;
	cr_expect(has(write_text(scenario), "not as expected:\n  ! s/a@lying:sqlite"));
}

Test(text, a_quiet_report_is_of_what_needs_a_look)
{
	report = (struct report){
		.format = report_format_find(STR("text")),
		.arena = &arena,
		.is_quiet = true,
		.is_timed = true,
		.durations = 1,
	};
	struct outcome *slow = outcome_of("b", "fresh", "sqlite", VERDICT_WORKS);

	slow->elapsed_us = 1234567;
	report_begin(&report, &out);
	report_add(&report, SCENARIO(outcome_of("a", "fresh", "sqlite", VERDICT_WORKS), slow), &out);
	report.summary.elapsed_us = 2000000;
	report_finish(&report, &out);
	cr_expect(eq(str, (char *)buf_c(&out),
			"slowest:\n"
			"     1.23 s  s/b@fresh:sqlite\n"
			"2 cells: 2 as expected; 1 scenario on sqlite; 2.00 s\n"));
}

Test(text, an_expected_failure_is_calm_and_a_regression_loud)
{
	struct outcome *fails = outcome_of("a", "fresh", "sqlite", VERDICT_FAILS);
	struct outcome *works = outcome_of("b", "fresh", "sqlite", VERDICT_WORKS);

	fails->failed_step = 1;
	works->is_as_claimed = false;
	const char *text = write_report("text", true, SCENARIO(fails, works));

	cr_expect(has(text, "   ✗ fails at 1\n"));
	cr_expect(has(text, "\033[1;31m✓ works\033[0m \033[1;31m!\033[0m\n"));
}

/* A cell with an error whose texts have all that formats must not take as theirs. */
static struct report_scenario *hostile_scenario(void)
{
	struct outcome *fails = outcome_of("up", "a|b", "sqlite", VERDICT_FAILS);

	fails->failed_step = 1;
	fails->is_as_claimed = false;
	fails->claim = STR("works");
	fails->error.class_name = STR("DatabaseError");
	fails->error.message = STR("</failure> & ```` ]]> \x1b[31m \xff \xEF\xBF\xBF #1 %0A ::error::");
	struct report_scenario *scenario = SCENARIO(fails);

	*LIST_PUSH(&scenario->cells, &arena) = (struct report_cell){
		.name = STR("s/crash@a|b:sqlite"),
		.strategy = STR("crash"),
		.state = STR("a|b"),
		.engine = STR("sqlite"),
		.place = { .path = STR("s.yaml"), .line = 3, .column = 1 },
		.failure = STR("its worker was killed by signal 9\n(Killed)"),
	};
	add_name(&scenario->strategies, STR("crash"));
	return scenario;
}

#define REPLACED "\xEF\xBF\xBD"

Test(files, junit_has_no_character_that_xml_has_not)
{
	const char *text = write_report("junit", false, hostile_scenario());

	cr_expect(eq(sz, str_utf8_error(str_from(text)), strlen(text)));
	cr_expect(has(text, "<failure type=\"DatabaseError\" message=\"fails at step 1; claimed: works\">error: "
			    "DatabaseError: &lt;/failure&gt; &amp; ```` ]]&gt; \\x1b[31m " REPLACED " " REPLACED
			    " #1 %0A ::error::</failure>"));
	cr_expect(has(text, "<error type=\"no answer\" message=\"no answer: its worker was killed by signal 9\\n(Killed)\">"));
	cr_expect(has(text, "tests=\"2\" failures=\"1\" errors=\"1\""));
}

Test(files, tap_keeps_directives_to_itself)
{
	struct report_scenario *scenario = hostile_scenario();
	struct outcome *skipped = outcome_of("n#skip", "x", "sqlite", VERDICT_SKIPPED);

	skipped->skip_reason = STR("no # server");
	*LIST_PUSH(&scenario->cells, &arena) =
			(struct report_cell){ .name = skipped->name, .outcome = skipped };
	const char *text = write_report("tap", false, scenario);

	cr_expect(eq(sz, str_utf8_error(str_from(text)), strlen(text)));
	cr_expect(has(text, "not ok 1 - s/up@a|b:sqlite\n  ---\n"));
	cr_expect(has(text, "not ok 2 - s/crash@a|b:sqlite\n  ---\n"));
	cr_expect(has(text, "ok 3 - s/n\\#skip@x:sqlite # SKIP no \\# server\n1..3\n"));
}

Test(files, markdown_shows_text_as_text)
{
	const char *text = write_report("markdown", false, hostile_scenario());

	cr_expect(has(text, "### ✗ Rehearse: 1 of 2 cells not as expected\n"));
	cr_expect(has(text, "| sqlite | <code>a&#124;b</code> |\n|---|---|\n"
			    "| <code>up</code> | **✗ fails at 1 ⚠** |\n"
			    "| <code>crash</code> | **? no answer ⚠** |\n"));
	cr_expect(has(text, "\n`````text\nerror: DatabaseError: </failure> & ```` ]]>"));
	cr_expect(has(text, "s/crash&#64;a&#124;b:sqlite</code>: no answer: its worker was killed"));
}

Test(files, annotations_are_one_line_each)
{
	const char *text = write_report("github", false, hostile_scenario());

	cr_expect(has(text, "::error title=s/up@a|b%3Asqlite::fails at step 1; claimed: works%0Aerror: DatabaseError: "
			    "</failure> & ```` ]]> \\x1b[31m " REPLACED " " REPLACED " #1 %250A ::error::\n"));
	cr_expect(has(text, "::error file=s.yaml,line=3,col=1,title=s/crash@a|b%3Asqlite::no answer: its worker was killed "
			    "by signal 9\\n(Killed)\n"));
}

Test(files, a_green_run_annotates_nothing)
{
	cr_expect(eq(str,
			write_report("github", false,
					SCENARIO(outcome_of("up", "x", "sqlite", VERDICT_WORKS))),
			""));
}

Test(files, a_record_without_a_cell_is_red_everywhere)
{
	static const char *const formats[] = { "junit", "tap", "json", "markdown", "github" };

	for (size_t i = 0; i < COUNT_OF(formats); i++) {
		out = (struct buf){ .arena = &arena };
		report = (struct report){
			.format = report_format_find(str_from(formats[i])),
			.arena = &arena,
			.program_version = "1.2.3",
		};
		report_begin(&report, &out);
		report_add(&report, SCENARIO(outcome_of("up", "x", "sqlite", VERDICT_WORKS)), &out);
		str_list_add(&report.summary.stale_records, STR("expected/s/gone.txt"), &arena);
		report_finish(&report, &out);
		cr_expect(has(buf_c(&out), "expected/s/gone.txt"), "%s", formats[i]);
	}
}
