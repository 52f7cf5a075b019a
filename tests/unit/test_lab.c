/*
 * The laboratory by itself: states built of a tree and an origin, commands on clones of them, and whoever watches
 * these. A tree is written as a scenario has it, of which nothing else is used.
 */
#include "check.h"
#include "engines/engines.h"
#include "kit/arena.h"
#include "lab/alembic.h"
#include "lab/revision_looks.h"
#include "lab/rows.h"
#include "lab/state.h"
#include "lab/stop.h"
#include "lab/switch.h"
#include "leaks.h"
#include "scenario/load.h"

static struct arena arena;
static const struct scenario *source; /* of the tree */
static struct host *host;
static const struct engine *engine;
static struct built_state *start;
static struct stage stage; /* on a clone of the state */

static void setup(void)
{
	arena = (struct arena){ 0 };
	source = NULL;
	start = NULL;
	stage = (struct stage){ 0 };
	engine = engine_find(STR("sqlite"));
	cr_assert(eq(ptr, engine->host_start(&(struct host_options){ 0 }, &arena, &host), NULL));
}

static void teardown(void)
{
	stage_strike(&stage);
	if (start) {
		engine->image_drop(start->image);
	}
	engine->host_stop(host);
	scenario_unload(source);
	arena_finish(&arena);
	check_leaks();
}

TestSuite(state, .init = setup, .fini = teardown);
TestSuite(look, .init = setup, .fini = teardown);
TestSuite(watching, .init = setup, .fini = teardown);

/* --- a tree, a state, a stage ------------------------------------------------------------------ */

static void read_tree(const char *text)
{
	struct error_list mistakes = { 0 };

	source = scenario_parse(STR("tree.yaml"),
			str_format(&arena, "rehearse: 1\nengines: [sqlite]\n%s", text), NULL,
			&arena, &mistakes);
	cr_assert(ne(ptr, (void *)source, NULL));
}

/* Build what `state` says by that tree, and take the stage to a clone of it. */
static void build(const struct scenario_state *state, const struct look_wants *wants)
{
	stage = (struct stage){
		.kind = SCENARIO_SQLITE,
		.engine = engine,
		.host = host,
		.configure = &source->configure,
		.extensions = &source->extensions,
		.tree = source->revisions,
		.revisions = source->revisions,
		.arena = &arena,
	};
	cr_assert(eq(ptr, state_build(&stage, state, wants, &arena, &start), NULL));
	cr_assert(ne(ptr, start->image, NULL));
	cr_assert(eq(ptr, stage_clone_database(&stage, start->image), NULL));
}

static void build_empty(const char *tree)
{
	read_tree(tree);
	build(&(struct scenario_state){ .name = STR("empty") }, &(struct look_wants){ 0 });
}

static void upgrade(void)
{
	cr_assert(eq(ptr, alembic_upgrade(&stage, STR("heads")), NULL));
}

static struct look look(void)
{
	const struct look_wants wants = { .schema = true, .all_rows = true };
	struct look seen;

	cr_assert(eq(ptr, look_take(&stage, &wants, &seen), NULL));
	return seen;
}

/* "a1; one(2) two(0)": version rows, tables and how many rows they have. */
static char *words(const struct look *seen)
{
	struct buf text = { .arena = &arena };

	buf_add(&text, str_list_join(&seen->version, STR(" "), &arena));
	buf_add_char(&text, ';');
	for (size_t i = 0; i < seen->tables.count; i++) {
		const struct table_rows *table = &seen->tables.items[i];

		buf_format(&text, " %.*s(%zu)", STR_ARG(table->table), table->rows.row_count);
	}
	return (char *)buf_c(&text);
}

static char *words_now(void)
{
	const struct look seen = look();

	return words(&seen);
}

#define ONE_TWO                                                                            \
	"revisions:\n"                                                                     \
	"  - {revision: a1, down_revision: null,\n"                                        \
	"     upgrade: 'CREATE TABLE one (x); INSERT INTO one VALUES (1); INSERT INTO one " \
	"VALUES (2)'}\n"                                                                   \
	"  - {revision: b2, down_revision: a1,\n"                                          \
	"     upgrade: 'CREATE TABLE two (x); INSERT INTO two VALUES (1)'}\n"

/* --- states ------------------------------------------------------------------------------------ */

Test(state, is_built_of_a_tree_and_an_origin)
{
	struct named_place target = { .name = STR("a1") };
	const struct scenario_state at_a1 = {
		.name = STR("at a1"),
		.origin = STATE_SCHEMA,
		.targets = { .items = &target, .count = 1 },
	};

	read_tree(ONE_TWO);
	build(&at_a1, &(struct look_wants){ 0 });
	cr_expect(eq(ptr, start->schema, NULL), "nobody wants it");
	cr_expect(eq(str, words_now(), "a1; one(2)"));
	upgrade();
	cr_expect(eq(str, words_now(), "b2; one(2) two(1)"));
	cr_assert(eq(ptr, stage_clone_database(&stage, start->image), NULL));
	cr_expect(eq(str, words_now(), "a1; one(2)"), "the image is what it was");
}

Test(state, has_what_is_wanted_of_it)
{
	struct named_place target = { .name = STR("b2") };
	const struct scenario_state at_b2 = {
		.origin = STATE_SCHEMA,
		.targets = { .items = &target, .count = 1 },
	};
	struct look_wants wants = { .schema = true };

	str_list_add(&wants.tables, STR("two"), &arena);
	str_list_add(&wants.tables, STR("three"), &arena);
	read_tree(ONE_TWO);
	build(&at_b2, &wants);
	cr_assert(eq(sz, start->rows.count, 1));
	cr_expect(eq(sz, tables_rows_find(&start->rows, STR("two"))->rows.row_count, 1));
	cr_expect(eq(ptr, (void *)tables_rows_find(&start->rows, STR("one")), NULL));
	cr_expect(schema_has(start->schema, STR("table"), STR("one")));
}

Test(state, says_why_it_cannot_be_built)
{
	struct named_place target = { .name = STR("nowhere") };
	const struct scenario_state lost = {
		.origin = STATE_SCHEMA,
		.targets = { .items = &target, .count = 1 },
	};

	read_tree(ONE_TWO);
	build(&lost, &(struct look_wants){ 0 });
	cr_assert(ne(ptr, start->error, NULL));
	cr_expect(eq(str, (char *)str_to_c(start->error->message, &arena),
			"Can't locate revision identified by 'nowhere'"));
}

/* --- looks ------------------------------------------------------------------------------------- */

Test(look, is_as_others_see_it)
{
	build_empty(ONE_TWO);
	struct look seen = look();

	cr_expect(not(seen.has_version_table));
	cr_expect(eq(str, words(&seen), ";"));
	upgrade();
	seen = look();
	cr_expect(seen.has_version_table);
	cr_expect(eq(str, words(&seen), "b2; one(2) two(1)"));
}

static char *lines(const struct str_list *list)
{
	return (char *)str_to_c(str_list_join(list, STR("; "), &arena), &arena);
}

Test(look, differs_from_another_in_rows_schema_and_contents)
{
	build_empty(ONE_TWO);
	cr_assert(eq(ptr, alembic_upgrade(&stage, STR("a1")), NULL));
	const struct look before = look();

	upgrade();
	const struct look after = look();
	const struct look_difference difference = look_compare(&before, &after, &arena);
	const struct look_difference none = look_compare(&after, &after, &arena);

	cr_expect(eq(str, lines(&difference.version_gone), "a1"));
	cr_expect(eq(str, lines(&difference.version_added), "b2"));
	cr_expect(eq(sz, difference.schema.missing.count, 0));
	cr_expect(gt(sz, difference.schema.extra.count, 0));
	cr_assert(eq(sz, difference.tables.count, 1));
	cr_expect(str_equal(difference.tables.items[0].table, STR("two")));
	cr_expect(eq(ptr, (void *)difference.tables.items[0].before, NULL));
	cr_expect(not(look_difference_is_empty(&difference)));
	cr_expect(look_difference_is_empty(&none));
}

Test(look, differs_in_the_rows_of_a_table)
{
	build_empty("revisions:\n"
		    "  - {revision: a1, down_revision: null,\n"
		    "     upgrade: 'CREATE TABLE one (id integer PRIMARY KEY, x); INSERT INTO one "
		    "VALUES (1, 1), (2, 2)'}\n"
		    "  - {revision: b2, down_revision: a1,\n"
		    "     upgrade: 'UPDATE one SET x = 3 WHERE id = 2; DELETE FROM one WHERE id = 1'}\n");
	cr_assert(eq(ptr, alembic_upgrade(&stage, STR("a1")), NULL));
	const struct look before = look();

	upgrade();
	const struct look after = look();
	const struct look_difference difference = look_compare(&before, &after, &arena);

	cr_assert(eq(sz, difference.tables.count, 1));
	cr_expect(eq(sz, difference.tables.items[0].rows.changed.count, 1));
	cr_expect(eq(sz, difference.tables.items[0].rows.gone.count, 1));
	cr_expect(eq(sz, difference.tables.items[0].rows.added.count, 0));
}

/* --- watching ---------------------------------------------------------------------------------- */

struct counts {
	size_t before[MOMENT_TREE + 1], after[MOMENT_TREE + 1];
	size_t commits;
};

static struct error *count(void *data, struct stage *watched, const struct moment *moment)
{
	struct counts *counts = data;

	(void)watched;
	(moment->is_after ? counts->after : counts->before)[moment->kind]++;
	counts->commits += moment->is_commit;
	return NULL;
}

Test(watching, tells_every_moment)
{
	struct counts counts = { 0 };

	build_empty(ONE_TWO);
	stage_watch(&stage, (struct observer){ count, &counts });
	upgrade();
	for (enum moment_kind kind = MOMENT_COMMAND; kind <= MOMENT_STATEMENT; kind++) {
		cr_expect(eq(sz, counts.before[kind], counts.after[kind]), "kind %d", (int)kind);
	}
	cr_expect(eq(sz, counts.after[MOMENT_COMMAND], 1));
	cr_expect(eq(sz, counts.after[MOMENT_PLAN], 1));
	cr_expect(eq(sz, counts.after[MOMENT_REVISION], 2));
	cr_expect(eq(sz, counts.after[MOMENT_STATEMENT], 3 + 2 + 3), "the version table's, too");
	cr_expect(eq(sz, counts.commits, 2));
}

Test(watching, tells_several)
{
	struct counts counts = { 0 };
	struct stop stop = { 0 };

	build_empty(ONE_TWO);
	stage_watch(&stage, stop_observer(&stop));
	stage_watch(&stage, (struct observer){ count, &counts });
	upgrade();
	cr_expect(eq(sz, stop.seen, counts.after[MOMENT_STATEMENT]));
	stage_unwatch(&stage);
	cr_assert(eq(ptr, alembic_downgrade(&stage, STR("base")), NULL));
	cr_expect(eq(sz, stop.seen, counts.after[MOMENT_STATEMENT]), "nobody watches any more");
}

/* What is left when an upgrade of two revisions is stopped before statement `at`. */
static char *left_by_stop(size_t at, bool kills)
{
	struct stop stop = { .at = at, .kills = kills };

	cr_assert(eq(ptr, stage_clone_database(&stage, start->image), NULL));
	stage_watch(&stage, stop_observer(&stop));
	struct error *err = alembic_upgrade(&stage, STR("heads"));

	stage_unwatch(&stage);
	stage.is_killed = false;
	cr_assert(eq(ptr, err, (void *)stop.error));
	if (stop.error) {
		cr_assert(eq(sz, stop.seen, at - 1));
	}
	return words_now();
}

Test(watching, a_stop_leaves_what_the_driver_has_committed)
{
	/* SQLite's driver begins a transaction before an INSERT or UPDATE alone. */
	static const char *const left[] = {
		"b2; one(2) two(1)",
		";",                 /* CREATE TABLE alembic_version */
		";",                 /* CREATE TABLE one */
		"; one(0)",          /* INSERT INTO one */
		"; one(0)",
		"; one(0)",          /* INSERT INTO alembic_version */
		"a1; one(2)",        /* CREATE TABLE two */
		"a1; one(2) two(0)", /* INSERT INTO two */
		"a1; one(2) two(0)", /* UPDATE alembic_version */
		"b2; one(2) two(1)",
	};

	build_empty(ONE_TWO);
	for (size_t at = 0; at < COUNT_OF(left); at++) {
		cr_expect(eq(str, left_by_stop(at, false), (char *)left[at]), "at %zu", at);
		cr_expect(eq(str, left_by_stop(at, true), (char *)left[at]), "killed at %zu", at);
	}
}

Test(watching, who_is_killed_does_not_commit_on_the_way_out)
{
	build_empty("revisions:\n"
		    "  - {revision: a1, down_revision: null, autocommit: true,\n"
		    "     upgrade: 'CREATE TABLE one (x); BEGIN; INSERT INTO one VALUES (1); "
		    "INSERT INTO one VALUES (2)'}\n");
	cr_expect(eq(str, left_by_stop(5, false), "; one(1)"), "the block's end commits");
	cr_expect(eq(str, left_by_stop(5, true), "; one(0)"));
}

Test(watching, a_look_after_each_revision_sees_what_is_not_committed)
{
	struct revision_looks looks = { .wants = { .schema = true, .all_rows = true } };

	build_empty("configure: {transactional_ddl: true}\n" ONE_TWO);
	stage_watch(&stage, revision_looks_observer(&looks));
	upgrade();
	cr_assert(eq(sz, looks.count, 2));
	cr_expect(str_equal(looks.items[0].revision, STR("a1")));
	cr_expect(eq(str, words(&looks.items[0].look), "a1; one(2)"));
	cr_expect(not(looks.items[0].is_committed));
	cr_expect(eq(str, words(&looks.items[1].look), "b2; one(2) two(1)"));
	cr_expect(eq(str, words_now(), "b2; one(2) two(1)"));
}

Test(watching, a_look_leaves_no_transaction_open)
{
	struct revision_looks looks = { .wants = { .schema = true } };

	build_empty(ONE_TWO);
	stage_watch(&stage, revision_looks_observer(&looks));
	upgrade();
	cr_assert(eq(sz, looks.count, 2));
	cr_expect(looks.items[0].is_committed);
	cr_expect(eq(str, words_now(), "b2; one(2) two(1)"));
}

/* --- two deployers ----------------------------------------------------------------------------- */

static struct error *upgrade_too(void *data, struct stage *other)
{
	(void)data;
	return alembic_upgrade(other, STR("heads"));
}

static const char *message_of(const struct error *error)
{
	return error ? str_to_c(error->message, &arena) : "done";
}

/* How two upgrades end, the second of which runs before statement `at` of the first; NULL: there is none such. */
static char *ends_of_two(size_t at)
{
	struct deployer_switch deployers = { .at = at, .run = upgrade_too };

	cr_assert(eq(ptr, stage_clone_database(&stage, start->image), NULL));
	cr_assert(eq(ptr, switch_begin(&deployers, &stage), NULL));
	struct error *first = alembic_upgrade(&stage, STR("heads"));

	switch_end(&deployers, &stage);
	return deployers.is_done ? (char *)str_format(&arena, "%s | %s | %s", message_of(first),
						   message_of(deployers.error), words_now())
						   .data
				 : NULL;
}

static void expect_ends(const char *const *ends, size_t count)
{
	for (size_t at = 1; at <= count; at++) {
		cr_expect(eq(str, ends_of_two(at), (char *)ends[at - 1]), "at %zu", at);
	}
	cr_expect(eq(ptr, ends_of_two(count + 1), NULL));
}

Test(watching, two_deployers_meet_at_every_statement)
{
	static const char *const ends[] = {
		"table alembic_version already exists | done | b2; one(2) two(1)",
		"table one already exists | done | b2; one(2) two(1)",
		"done | table one already exists | b2; one(2) two(1)",
		"done | table one already exists | b2; one(2) two(1)",
		"done | table one already exists | b2; one(2) two(1)",
		"table two already exists | done | b2; one(2) two(1)",
		"done | table two already exists | b2; one(2) two(1)",
		"done | table two already exists | b2; one(2) two(1)",
	};

	build_empty(ONE_TWO);
	expect_ends(ends, COUNT_OF(ends));
}

/* The other does not wait for what the first has locked: neither would come to an end. */
Test(watching, a_deployer_that_meets_the_locks_of_another_is_told_at_once)
{
	static const char *const ends[] = {
		("Online migration expected to match one row when updating 'a1' to 'b2' in "
		 "'alembic_version'; 0 found | done | b2; one(1)"),
		"done | database is locked | b2; one(1)",
		"done | database is locked | b2; one(1)",
	};
	struct named_place target = { .name = STR("a1") };
	const struct scenario_state at_a1 = {
		.origin = STATE_SCHEMA,
		.targets = { .items = &target, .count = 1 },
	};

	read_tree("revisions:\n"
		  "  - {revision: a1, down_revision: null,\n"
		  "     upgrade: 'CREATE TABLE one (x); INSERT INTO one VALUES (1)'}\n"
		  "  - {revision: b2, down_revision: a1,\n"
		  "     upgrade: 'UPDATE one SET x = 2 * x; UPDATE one SET x = x + 1'}\n");
	build(&at_a1, &(struct look_wants){ 0 });
	expect_ends(ends, COUNT_OF(ends));
}

static struct error *lose_the_server(void *data, struct stage *other)
{
	(void)data;
	return error_new(other->arena, ERROR_ENVIRONMENT, "the server is gone");
}

Test(watching, what_takes_the_ground_from_one_deployer_ends_both)
{
	struct deployer_switch deployers = { .at = 2, .run = lose_the_server };

	build_empty(ONE_TWO);
	cr_assert(eq(ptr, switch_begin(&deployers, &stage), NULL));
	struct error *first = alembic_upgrade(&stage, STR("heads"));

	switch_end(&deployers, &stage);
	cr_expect(eq(str, (char *)message_of(first), "the server is gone"));
}
