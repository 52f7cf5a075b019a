/*
 * Steps as they are typed at the prompt of `play`.
 */
#include "check.h"
#include "cli/typed_step.h"
#include "kit/arena.h"
#include "leaks.h"
#include "scenario/load.h"

static struct arena arena;
static struct error_list mistakes;
static struct scenario *scenario;
static struct step step;

static void setup(void)
{
	struct error_list none = { 0 };

	arena = (struct arena){ 0 };
	mistakes = none;
	const struct scenario *read = scenario_parse(STR("s.yaml"),
			STR("rehearse: 1\nrevisions:\n  - {revision: a1, down_revision: null}\n"),
			NULL, &arena, &none);

	cr_assert(ne(ptr, read, NULL));
	scenario = arena_new(&arena, struct scenario);
	*scenario = *read;
}

static void teardown(void)
{
	scenario_unload(scenario);
	arena_finish(&arena);
	check_leaks();
}

TestSuite(typed, .init = setup, .fini = teardown);

static const struct scenario_revisions *tree; // in which the lines' revisions are looked up

static struct typed_line line_of(const char *text)
{
	struct source *source = source_new(STR("play"), str_from(text), &arena);
	const size_t end = str_find_char(source->text, ' ');

	return (struct typed_line){
		.source = source,
		.word = str_slice(source->text, 0, end),
		.rest = str_trim(str_slice(source->text, end, source->text.len)),
		.tree = tree,
	};
}

/* The step as a scenario has it; or the first mistake, as "offset message". */
static char *typed(const char *text)
{
	const struct typed_line line = line_of(text);
	str written;

	mistakes.count = 0;
	cr_assert(typed_step_is(&line), "%s", text);
	if (typed_step_read(&line, scenario, &arena, &mistakes, &step, &written)) {
		return (char *)str_to_c(written, &arena);
	}
	const struct error *error = mistakes.items[0];

	return (char *)str_to_c(str_format(&arena, "%zu %.*s", error->where.offset,
						STR_ARG(error->message)),
			&arena);
}

Test(typed, commands_of_alembic_are_steps)
{
	cr_expect(eq(str, typed("upgrade head"), "upgrade: head\n"));
	cr_expect(eq(int, step.kind, STEP_UPGRADE));
	cr_expect(eq(str, typed("upgrade +1"), "upgrade: \"+1\"\n"));
	cr_expect(eq(str, typed("downgrade -1"), "downgrade: \"-1\"\n"));
	cr_expect(eq(str, typed("stamp a1  b2"), "stamp: [a1, b2]\n"));
	cr_expect(eq(str, typed("stamp --purge base"), "stamp: base\npurge: true\n"));
	cr_expect(eq(str, typed("merge heads --rev-id m1 -m both of them"),
			"merge:\n  revisions: heads\n  revision: m1\n  message: both of them\n"));
}

Test(typed, sql_stays_where_it_was_typed)
{
	cr_expect(eq(str, typed("sql DELETE FROM t"), "sql: DELETE FROM t\n"));
	cr_expect(eq(int, step.kind, STEP_SQL));
	cr_expect(eq(sz, step.sql.by_engine[0].stretches[0].source_offset, 4));
	cr_expect(eq(str, typed("sql values (1)"), "show: values (1)\n"));
	cr_expect(eq(int, step.kind, STEP_SHOW), "its rows are shown");
}

Test(typed, edits_of_the_tree_are_steps)
{
	cr_expect(eq(str, typed("edit a1 down_revision=b,c message=two words"),
			"edit:\n  change_revisions:\n    a1:\n      down_revision: [b, c]\n"
			"      message: two words\n"));
	cr_expect(eq(str, typed("edit a1 down_revision=null"),
			"edit:\n  change_revisions:\n    a1:\n      down_revision: null\n"));
	cr_expect(eq(str, typed("add d4 down_revision=a1 upgrade=CREATE TABLE t (i int)"),
			"edit:\n  add_revisions:\n    - revision: d4\n      down_revision: a1\n"
			"      upgrade: CREATE TABLE t (i int)\n"));
	cr_expect(eq(str, typed("remove a1"), "edit:\n  remove_revisions: [a1]\n"));
}

Test(typed, a_revision_is_named_by_how_it_begins)
{
	struct scenario_revision revisions[] = {
		{ .spec = { .revision = STR("3f1a0c"), .file = STR("books.py") } },
		{ .spec = { .revision = STR("3f") } },
		{ .spec = { .revision = STR("9be4aa") } },
		{ .spec = { .revision = STR("9be4bb") } },
	};
	const struct scenario_revisions four = { .items = revisions, .count = 4 };

	tree = &four;
	cr_expect(eq(str, typed("remove 3f1"), "edit:\n  remove_revisions: [3f1a0c]\n"));
	cr_expect(eq(str, typed("remove 3f books.py"),
			"edit:\n  remove_revisions: [3f, books.py]\n"));
	cr_expect(eq(str, typed("edit 9be4a message=x"),
			"edit:\n  change_revisions:\n    9be4aa:\n      message: x\n"));
	cr_expect(eq(str, typed("edit 9be4 message=x"), "5 several revisions begin with '9be4'"));
	cr_expect(eq(str, typed("remove 3f nobody"), "10 no revision or file 'nobody'"));
	tree = NULL;
}

Test(typed, a_step_may_stand_as_in_a_scenario)
{
	cr_expect(eq(str, typed("{upgrade: head, fails: nowhere}"),
			"{upgrade: head, fails: nowhere}\n"));
	cr_expect(eq(int, step.kind, STEP_UPGRADE));
	cr_expect(eq(str, typed("backup: before"), "backup: before\n"));
	const struct typed_line line = line_of("backups: before");

	cr_expect(not(typed_step_is(&line)));
}

Test(typed, mistakes_have_their_place_in_the_line)
{
	cr_expect(eq(str, typed("upgrade"), "0 the command takes one target"));
	cr_expect(eq(str, typed("upgrade a b"), "10 the command takes one target"));
	cr_expect(eq(str, typed("edit a1 colour=red"), "8 this is nothing that a revision has"));
	cr_expect(eq(str, typed("edit"), "0 the command takes a revision"));
}

static char *failing(const char *text, const char *message)
{
	return (char *)str_to_c(
			typed_step_failing(str_from(text), str_from(message), &arena), &arena);
}

Test(typed, a_step_says_to_the_letter_what_it_failed_with)
{
	cr_expect(eq(str, failing("upgrade: head\n", "no (x)"),
			"upgrade: head\nfails: \\Qno (x)\\E\n"));
	cr_expect(eq(str, failing("{stamp: b}\n", "no"), "{fails: \\Qno\\E, stamp: b}\n"));
	cr_expect(eq(str, failing("stamp: b\n", "a\\Eb"),
			"stamp: b\nfails: \\Qa\\E\\\\E\\Qb\\E\n"));
}
