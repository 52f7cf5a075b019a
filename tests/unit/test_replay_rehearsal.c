/*
 * Steps that are played one at a time, and taken back.
 */
#include "played.h"
#include "replay/rehearsal.h"
#include "replay/step_kind.h"
#include "replay/theatre.h"

TestSuite(rehearsal, .init = setup, .fini = teardown);

static struct scenario own; /* of which steps are added to a strategy */
static struct rehearsal rehearsal;
static void (*script)(void);

static struct error *enter(struct stage *stage, void *data)
{
	(void)data;
	rehearsal.stage = stage;
	struct error *err = rehearsal_begin(&rehearsal);

	if (!err) {
		script();
	}
	rehearsal_end(&rehearsal);
	return err;
}

/* Have `then` play steps on the state of the first cell. */
static void rehearse(const char *text, void (*then)(void))
{
	const struct scenario_cells cells = cells_of(text);
	struct scenario_strategy *strategy = arena_new(&arena, struct scenario_strategy);
	str refusal = { 0 };

	own = *scenario;
	memset(&own.patterns, 0, sizeof(own.patterns)); // those of the file stay the file's
	strategy->name = STR("by hand");
	strategy->goal = own.goal;
	script = then;
	theatre = theatre_open(&options, &arena);
	rehearsal = (struct rehearsal){
		.theatre = theatre, .cell = cells.items[0], .strategy = strategy
	};
	rehearsal.cell.scenario = &own;
	rehearsal.cell.strategy = strategy;
	const struct theatre_visit visit = {
		.scenario = &own,
		.engine = cells.items[0].engine,
		.run = enter,
	};

	struct error *err = theatre_receive(theatre, &visit, &arena, &refusal);
	cr_assert(eq(ptr, err, NULL), "%.*s", STR_ARG(err->message));
	cr_expect(eq(sz, refusal.len, 0));
	scenario_unload(&own);
}

static struct outcome told;

/* Play a step as a scenario has it, for at most so long; how it has ended. */
static enum rehearsal_end play_for(const char *text, int64_t timeout_us)
{
	const struct source *source = source_new(STR("step"), str_from(text), &arena);
	struct error_list mistakes = { 0 };
	struct trace trace = { 0 };
	enum rehearsal_end end = REHEARSAL_RAN;
	struct step step;

	cr_assert(scenario_read_step(&own, source, &arena, &mistakes, &step), "%s", text);
	struct error *err = rehearsal_play(&rehearsal, &step, timeout_us, &trace, &told, &end);
	cr_assert(eq(ptr, err, NULL), "%s: %.*s", text, STR_ARG(err->message));
	return end;
}

static enum rehearsal_end play_step(const char *text)
{
	return play_for(text, 0);
}

/* What was taken back, or why nothing was. */
static char *undone(void)
{
	struct step step;
	const struct error *err = rehearsal_undo(&rehearsal, &step);

	return c(err ? err->message : step_words(&step, &arena));
}

static bool is_there(const char *table)
{
	return schema_has(rehearsal.look.schema, STR("table"), str_from(table));
}

#define TREE                                                                         \
	"revisions:\n"                                                               \
	"  - {revision: a1, down_revision: null, upgrade: CREATE TABLE t (i int)}\n" \
	"  - {revision: b2, down_revision: a1, upgrade: CREATE TABLE u (i int)}\n"   \
	"states: {s: {version: a1, schema: a1}}\n"                                   \
	"goal: {version: heads, schema: {same_as: fresh}}\n"                         \
	"steps: [{upgrade: head}]\n"

static void take_all_back(void)
{
	cr_expect(eq(int, play_step("sql: CREATE TABLE x (i int)\n"), REHEARSAL_RAN));
	(void)play_step("edit: {add_revisions: [{revision: c3, down_revision: b2}]}\n");
	(void)play_step("merge: {revisions: [c3, b2], revision: m}\n");
	(void)play_step("backup: kept\n");
	(void)play_step("check: {sql: SELECT 1, equals: 1}\n");
	cr_expect(eq(sz, rehearsal.past.count, 5));
	cr_expect(eq(sz, rehearsal.stage->revisions.count, 3), "a merge of two of a line fails");
	cr_expect(eq(sz, rehearsal.stage->backups.count, 1));

	cr_expect(eq(str, undone(), "back up the database as 'kept'"), "with what only looked behind it");
	cr_expect(eq(sz, rehearsal.stage->backups.count, 0));
	cr_expect(eq(sz, rehearsal.past.count, 3));
	(void)undone();
	cr_expect(eq(str, undone(), "new code is deployed"));
	cr_expect(eq(sz, rehearsal.stage->revisions.count, 2));
	cr_expect(is_there("x"));
	cr_expect(eq(str, undone(), "SQL by hand"));
	cr_expect(not(is_there("x")));
	cr_expect(eq(str, undone(), "there is nothing to take back"));
	cr_expect(eq(sz, rehearsal.strategy->steps.count, 0));
}

Test(rehearsal, takes_back_what_changes_the_database_the_tree_or_the_backups)
{
	rehearse(TREE, take_all_back);
}

static void fail(void)
{
	cr_expect(eq(int, play_step("sql: CREATE TABLE t (i int)\n"), REHEARSAL_RAN));
	cr_expect(eq(int, told.verdict, VERDICT_FAILS));
	cr_expect(eq(str, c(rehearsal.past.items[0].failure), "table t already exists"));
	cr_expect(eq(int, play_step("{sql: CREATE TABLE t (i int), fails: exists}\n"),
			REHEARSAL_RAN));
	cr_expect(eq(int, told.verdict, VERDICT_WORKS));
	cr_expect(eq(int, play_step("{sql: CREATE TABLE x (i int), fails: never}\n"),
			REHEARSAL_REFUSED));
	cr_expect(not(is_there("x")));
	cr_expect(eq(sz, rehearsal.past.count, 2), "what is refused was not played");
}

Test(rehearsal, remembers_what_failed_and_refuses_what_does_not_fail_as_it_says)
{
	rehearse(TREE, fail);
}

static void cut(void)
{
	cr_expect(eq(int,
			play_for("sql: INSERT INTO t WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL "
				 "SELECT x + 1 FROM c) SELECT x FROM c\n",
					200000),
			REHEARSAL_CUT));
	cr_expect(eq(int, told.verdict, VERDICT_FAILS));
	cr_expect(eq(sz, rehearsal.past.count, 0));
	cr_expect(eq(int, play_step("check: {sql: SELECT count(*) FROM t, equals: 0}\n"),
			REHEARSAL_RAN));
	cr_expect(eq(int, told.verdict, VERDICT_WORKS));
}

Test(rehearsal, takes_back_what_ran_out_of_time)
{
	rehearse(TREE, cut);
}

static void judge(void)
{
	struct outcome outcome;

	cr_assert(eq(ptr, rehearsal_judge(&rehearsal, 0, &outcome), NULL));
	cr_expect(eq(int, outcome.verdict, VERDICT_WRONG));
	(void)play_step("upgrade: head\n");
	cr_expect(is_there("u"));
	cr_assert(eq(ptr, rehearsal_judge(&rehearsal, 0, &outcome), NULL));
	cr_expect(eq(int, outcome.verdict, VERDICT_WORKS));
	cr_expect(eq(str, undone(), "alembic upgrade head"));
	cr_assert(eq(ptr, rehearsal_judge(&rehearsal, 0, &outcome), NULL));
	cr_expect(eq(int, outcome.verdict, VERDICT_WRONG), "the tree's own schema is made anew");
}

Test(rehearsal, judges_what_there_is_at_the_moment)
{
	rehearse(TREE, judge);
}
