/*
 * The search by itself: a tree is a list of what revisions change, a database a list of facts, and the laboratory
 * does what is predicted, unless a test says otherwise.
 */
#include "check.h"
#include "kit/arena.h"
#include "leaks.h"
#include "locate/locate_internal.h"
#include "schema/object.h"

#include <string.h>

static struct arena arena;
static struct facts facts;
static struct locate_problem problem;
static struct location location;

/* Facts that a replay finds beside what is predicted; one that fails. */
static struct {
	const char *surprise; /* a fact; NULL: none */
	size_t with, without; /* where the first has run, and the second has not */
	bool is_broken;       /* nothing runs */
	const char *food;     /* a fact without which one revision does not run; NULL: all run */
	size_t hungry;        /* that one */
	size_t replays;
} lab_settings;

static void setup(void)
{
	arena = (struct arena){ 0 };
	facts = (struct facts){ .arena = &arena, .numbers = { .arena = &arena } };
	problem = (struct locate_problem){ .facts = &facts, .has_version_table = true };
	location = (struct location){ 0 };
	memset(&lab_settings, 0, sizeof(lab_settings));
}

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

TestSuite(locate, .init = setup, .fini = teardown);
TestSuite(facts, .init = setup, .fini = teardown);

/* --- a tree and a database --------------------------------------------------------------------- */

static size_t number_of(str id)
{
	size_t number = 0;

	while (number < problem.revisions.count &&
			!str_equal(problem.revisions.items[number].id, id)) {
		number++;
	}
	cr_assert(lt(sz, number, problem.revisions.count));
	return number;
}

/* "+t -x" */
static struct fact_changes changes_of(const char *text)
{
	struct fact_changes changes = { 0 };
	str rest = str_from(text), word;

	while (str_next_part(&rest, ' ', &word)) {
		if (word.len) {
			*LIST_PUSH(&changes, &arena) = (struct fact_change){
				.fact = facts_number(&facts, str_slice(word, 1, word.len)),
				.is_there = word.data[0] == '+',
			};
		}
	}
	return changes;
}

/* A revision of one statement; none if `changes` is NULL. `below`: "a b". */
static struct traced_revision *add(const char *id, const char *below, const char *changes)
{
	struct traced_revision revision = {
		.id = str_from(id),
		.name = str_from(id),
		.statement_count = changes != NULL,
		.is_known = true,
		.changes = changes_of(changes),
	};
	str rest = str_from(below), word;

	while (str_next_part(&rest, ' ', &word)) {
		if (word.len) {
			*LIST_PUSH(&revision.below, &arena) =
					(struct standing){ number_of(word), false };
		}
	}
	*LIST_PUSH(&problem.revisions, &arena) = revision;
	return &problem.revisions.items[problem.revisions.count - 1];
}

static void add_row(const char *row)
{
	str_list_add(&problem.rows, str_from(row), &arena);
}

/* Whether a revision runs on what so much leaves. */
static bool can_run(const size_t *amounts, size_t revision)
{
	return !lab_settings.food || revision != lab_settings.hungry ||
			predict(&problem, amounts,
					&arena)[facts_number(&facts, str_from(lab_settings.food))];
}

/* Whether it does behind those before it. */
static bool runs_in_turn(const size_t *amounts, size_t revision)
{
	size_t *before = arena_new_array(&arena, size_t, problem.revisions.count);

	memcpy(before, amounts, revision * sizeof(*before));
	return can_run(before, revision);
}

static struct error *replay(
		void *data, const size_t *amounts, size_t *ret_failed, struct fact_list *ret_facts)
{
	const bool *flags = predict(&problem, amounts, &arena);

	(void)data;
	lab_settings.replays++;
	*ret_failed = lab_settings.is_broken ? 0 : SIZE_MAX;
	if (amounts[lab_settings.hungry] && !runs_in_turn(amounts, lab_settings.hungry)) {
		*ret_failed = lab_settings.hungry;
	}
	for (uint32_t i = 0; i < facts.lines.count; i++) {
		if (flags[i]) {
			*LIST_PUSH(ret_facts, &arena) = i;
		}
	}
	if (lab_settings.surprise && amounts[lab_settings.with] && !amounts[lab_settings.without]) {
		*LIST_PUSH(ret_facts, &arena) =
				facts_number(&facts, str_from(lab_settings.surprise));
	}
	return NULL;
}

static struct error *follow(void *data, const size_t *amounts, size_t revision, bool *ret_does)
{
	(void)data;
	*ret_does = can_run(amounts, revision);
	return NULL;
}

/* The parts of a revision are those that the test has prepared in `hidden`. */
static struct fact_changes hidden[2];

static struct error *watch(void *data, size_t revision, const size_t *amounts)
{
	struct traced_revision *watched = &problem.revisions.items[revision];

	(void)data;
	(void)amounts;
	for (size_t i = 0; i < COUNT_OF(hidden) && hidden[i].count; i++) {
		*LIST_PUSH(&watched->parts, &arena) = hidden[i];
	}
	return NULL;
}

/* Ask about a database with these facts: "t x". */
static void ask(const char *database)
{
	const struct locate_lab lab = { .replay = replay, .follow = follow, .watch = watch };
	str rest = str_from(database), word;

	while (str_next_part(&rest, ' ', &word)) {
		if (word.len) {
			*LIST_PUSH(&problem.database, &arena) = facts_number(&facts, word);
		}
	}
	cr_assert(eq(ptr, locate(&problem, &lab, &arena, &location), NULL));
}

/* --- what was found ------------------------------------------------------------------------------ */

static char *names(const struct revision_numbers *numbers)
{
	struct str_list ids = { 0 };

	for (size_t i = 0; i < numbers->count; i++) {
		str_list_add(&ids, problem.revisions.items[numbers->items[i]].id, &arena);
	}
	return (char *)str_to_c(str_list_join(&ids, STR(" "), &arena), &arena);
}

/* "a b | c": the rows of each state. */
static char *states(void)
{
	struct str_list words = { 0 };

	for (size_t i = 0; i < location.at.count; i++) {
		str_list_add(&words, str_list_join(&location.at.items[i].rows, STR(" "), &arena),
				&arena);
	}
	return (char *)str_to_c(str_list_join(&words, STR(" | "), &arena), &arena);
}

static char *foreign(void)
{
	return (char *)str_to_c(str_list_join(&location.foreign, STR("; "), &arena), &arena);
}

/* --- the order of the search ---------------------------------------------------------------------- */

Test(locate, finds_the_version_that_is_the_database)
{
	add("a", "", "+t");
	add("b", "a", "+x");
	add("c", "b", "+y");
	add_row("c");
	ask("t x");
	cr_expect(location.is_exact);
	cr_expect(eq(str, states(), "b"));
	cr_expect(eq(str, names(&location.ran), "a b"));
	cr_expect(eq(str, names(&location.not_ran), "c"));
	cr_expect(eq(str, names(&location.claimed), "c"));
	cr_expect(not(location.row_is_true));
	cr_expect(eq(sz, location.claim_missing, 1));
	cr_expect(eq(sz, location.matching, 2));
}

Test(locate, finds_the_rows_of_branches)
{
	add("a", "", "+t");
	add("b", "a", "+x");
	add("c", "a", "+y");
	add("d", "b c", "+z");
	add_row("c");
	add_row("b");
	ask("t x y");
	cr_expect(eq(str, states(), "b c"));
	cr_expect(location.row_is_true);
}

Test(locate, finds_the_hole_in_the_middle)
{
	add("a", "", "+t");
	add("b", "a", "+x");
	add("c", "b", "+y");
	add_row("c");
	ask("t y");
	cr_expect(not(location.is_exact));
	cr_expect(eq(str, names(&location.holes), "b"));
	cr_expect(eq(str, states(), "c"), "the nearest, but for the hole");
	cr_expect(eq(sz, location.foreign.count, 0));
	cr_expect(not(location.row_is_true));
}

Test(locate, finds_what_ran_in_part)
{
	add("a", "", "+t");
	add("b", "a", "+x +y")->statement_count = 2;
	hidden[0] = changes_of("+x");
	hidden[1] = changes_of("+x +y");
	add_row("a");
	ask("t x");
	cr_assert(eq(sz, location.partly.count, 1));
	cr_expect(eq(sz, location.partly.items[0].revision, 1));
	cr_expect(eq(sz, location.partly.items[0].statements, 1));
	cr_expect(eq(sz, location.foreign.count, 0));
	cr_expect(not(location.row_is_true));
	hidden[0] = hidden[1] = (struct fact_changes){ 0 };
}

Test(locate, tells_what_no_revision_explains)
{
	add("a", "", "+t +u +v");
	add("b", "a", "+x +y +z");
	add_row("a");
	ask("t u hand");
	cr_expect(not(location.is_exact));
	cr_expect(eq(str, foreign(), "+ hand; - v"));
	cr_expect(eq(str, states(), "a"));
	cr_expect(location.row_is_true, "it says what has run");
	cr_expect(eq(sz, location.matching, 2));
	cr_expect(eq(sz, location.facts, 4));
}

/* --- what a schema does not tell ------------------------------------------------------------------ */

Test(locate, does_not_guess_what_leaves_no_trace)
{
	add("a", "", "+t");
	add("b", "a", "");
	add("c", "b", "+x");
	ask("t");
	cr_expect(location.is_exact);
	cr_expect(eq(str, states(), "a | b"));
	cr_expect(eq(str, names(&location.untraceable), "b"));
}

Test(locate, does_not_guess_what_may_have_run_before_what_it_needs_was_undone)
{
	add("a", "", "+t");
	add("b", "a", "");
	add("c", "b", "-t");
	lab_settings.food = "t";
	lab_settings.hungry = 1;
	ask("hand");
	cr_expect(eq(str, states(), ""));
	cr_expect(eq(str, names(&location.untraceable), "a b c"));
	cr_expect(eq(str, foreign(), "+ hand"));
}

Test(locate, knows_that_what_has_nowhere_run_did_not)
{
	add("a", "", "+t");
	add("b", "a", "");
	add("c", "b", "+x -t");
	lab_settings.food = "t";
	lab_settings.hungry = 1;
	ask("hand");
	cr_expect(eq(str, names(&location.not_ran), "a b c"));
	cr_expect(eq(sz, location.untraceable.count, 0));
}

Test(locate, takes_along_what_does_nothing)
{
	add("a", "", "+t");
	add("b", "a", NULL);
	add_row("a");
	ask("t");
	cr_expect(eq(str, states(), "a"), "as the row has it");
	cr_expect(location.row_is_true);
	problem.rows.count = 0;
	problem.database.count = 0;
	ask("t");
	cr_expect(eq(str, states(), "b"));
}

Test(locate, tells_both_when_a_later_revision_has_undone_one)
{
	add("a", "", "+t");
	add("b", "a", "+x");
	add("c", "b", "-x");
	add_row("c");
	ask("t");
	cr_expect(eq(str, states(), "c | a"), "what the rows claim comes first");
	cr_expect(eq(str, names(&location.untraceable), "b c"));
	cr_expect(location.row_is_true);
}

Test(locate, knows_nothing_of_what_could_not_be_replayed)
{
	add("a", "", "+t");
	struct traced_revision *revision = add("b", "a", "");

	revision->is_known = false;
	ask("t");
	cr_expect(eq(str, states(), "a"));
	cr_expect(eq(str, names(&location.untraceable), "b"));
}

/* --- replays -------------------------------------------------------------------------------------- */

Test(locate, replays_nothing_that_was_replayed_with_the_tree)
{
	add("a", "", "+t");
	add("b", "a", "+x");
	ask("t x");
	cr_expect(eq(str, states(), "b"));
	cr_expect(eq(sz, lab_settings.replays, 0));
}

Test(locate, believes_a_replay_and_not_what_was_predicted)
{
	add("a", "", "+t");
	add("b", "a", "+x");
	add("c", "a", "+y");
	lab_settings.surprise = "z"; // of c without b
	lab_settings.with = 2;
	lab_settings.without = 1;
	ask("t y z");
	cr_expect(location.is_exact);
	cr_expect(eq(str, states(), "c"));
}

Test(locate, calls_nothing_exact_that_does_not_run)
{
	add("a", "", "+t");
	add("b", "a", "+x");
	add("c", "a", "+y");
	lab_settings.is_broken = true;
	ask("t y");
	cr_expect(not(location.is_exact));
}

/* --- rows ----------------------------------------------------------------------------------------- */

Test(locate, names_rows_of_no_revision_and_rows_too_many)
{
	add("a", "", "+t");
	add("b", "a", "+x");
	add_row("a");
	add_row("b");
	add_row("gone");
	ask("t x");
	cr_expect(eq(sz, location.unknown_rows.count, 1));
	cr_expect(eq(sz, location.redundant_rows.count, 1));
	cr_expect(not(location.row_is_true));
}

Test(locate, takes_either_file_of_an_id)
{
	add("a", "", "+t");
	add("b", "a", "+x");
	add("b", "a", "+y");
	struct traced_revision *child = add("c", "", "+z");

	*LIST_PUSH(&child->below, &arena) = (struct standing){ 1, false };
	*LIST_PUSH(&child->below, &arena) = (struct standing){ 2, true };
	add_row("c");
	ask("t x z");
	cr_expect(location.is_exact);
	cr_expect(eq(str, states(), "c"));
	cr_expect(location.row_is_true);
}

/* --- facts ---------------------------------------------------------------------------------------- */

static struct schema *schema_with(struct schema_object object)
{
	struct schema *schema = schema_new(&arena);

	schema_add(schema, object);
	return schema;
}

Test(facts, are_the_same_under_a_name_that_the_server_has_made_up)
{
	const struct schema *before = schema_with((struct schema_object){ .kind = SCHEMA_UNIQUE,
			.table = STR("t"),
			.name = STR("t_a_key"),
			.facts = STR("(a)") });
	const struct schema *numbered = schema_with((struct schema_object){ .kind = SCHEMA_UNIQUE,
			.table = STR("t"),
			.name = STR("old_a_key1"),
			.facts = STR("(a)") });
	const struct schema *named = schema_with((struct schema_object){ .kind = SCHEMA_UNIQUE,
			.table = STR("t"),
			.name = STR("uq_t_a"),
			.facts = STR("(a)") });

	cr_expect(eq(sz, facts_that_change(&facts, before, numbered).count, 0));
	cr_expect(eq(sz, facts_that_change(&facts, before, named).count, 2));
	cr_expect(eq(sz, facts_of(&facts, before).count, 1));
	cr_expect(eq(u32, facts_of(&facts, before).items[0], facts_of(&facts, numbered).items[0]));
}

/* A table with two columns, and a table beside it. */
static struct fact_list facts_of_tables(void)
{
	struct schema *schema = schema_new(&arena);

	schema_add(schema, (struct schema_object){ .kind = SCHEMA_TABLE, .name = STR("t") });
	schema_add(schema,
			(struct schema_object){ .kind = SCHEMA_COLUMN,
					.table = STR("t"),
					.name = STR("a") });
	schema_add(schema,
			(struct schema_object){ .kind = SCHEMA_COLUMN,
					.table = STR("t"),
					.name = STR("b") });
	schema_add(schema, (struct schema_object){ .kind = SCHEMA_TABLE, .name = STR("u") });
	(void)facts_of(&facts,
			schema_with((struct schema_object){ .kind = SCHEMA_TABLE,
					.name = STR("t"),
					.facts = STR("strict") }));
	return facts_of(&facts, schema);
}

static void change(struct traced_revision *revision, const char *line, bool is_there)
{
	*LIST_PUSH(&revision->changes, &arena) = (struct fact_change){
		.fact = facts_number(&facts, str_from(line)),
		.is_there = is_there,
	};
}

/* How many facts go along with the first of two changes; `also`: a fact that comes, NULL: none. */
static size_t count_along(const char *line, bool is_there, const char *also)
{
	struct traced_revision revision = { 0 };

	change(&revision, line, is_there);
	if (also) {
		change(&revision, also, true);
	}
	return facts_that_go_along(&facts, &revision.changes, 0).count;
}

Test(facts, go_with_their_table)
{
	(void)facts_of_tables();
	cr_expect(eq(sz, count_along("table t", false, NULL), 4));
	cr_expect(eq(sz, count_along("table u", false, NULL), 1));
	cr_expect(eq(sz, count_along("table t", true, NULL), 0), "it comes");
	cr_expect(eq(sz, count_along("column t.a", false, NULL), 0));
	cr_expect(eq(sz, count_along("view t", false, NULL), 0));
	cr_expect(eq(sz, count_along("table t", false, "table t strict"), 0), "it is there");
}

Test(locate, lets_a_table_go_with_what_others_have_made_in_it)
{
	(void)facts_of_tables();
	struct traced_revision *revision = add("a", "", "");

	change(revision, "table t", true);
	change(revision, "column t.a", true);
	change(add("b", "a", ""), "column t.b", true);
	revision = add("c", "a", ""); // as it was seen without b
	change(revision, "table t", false);
	change(revision, "column t.a", false);
	add_row("b");
	add_row("c");
	ask("");
	cr_expect(location.is_exact);
	cr_expect(eq(str, states(), "b c |  | c"),
			"what the rows claim, and what else leaves nothing");
	cr_expect(location.row_is_true);
	cr_expect(eq(str, names(&location.untraceable), "a b c"));
}

/* A table with an index, or a materialized view of the same name with the same one. */
static struct schema *schema_of_report(enum schema_kind kind)
{
	struct schema *schema = schema_new(&arena);

	schema_add(schema, (struct schema_object){ .kind = kind, .name = STR("report") });
	schema_add(schema,
			(struct schema_object){ .kind = SCHEMA_INDEX,
					.table = STR("report"),
					.name = STR("report_id"),
					.facts = STR("(id)") });
	return schema;
}

/* Such a table, of which the second revision makes such a view. */
static void add_table_and_view(void)
{
	const struct schema *table = schema_of_report(SCHEMA_TABLE);
	const struct schema *view = schema_of_report(SCHEMA_VIEW);

	problem.database = facts_of(&facts, view);
	add("a", "", "")->changes = facts_that_change(&facts, schema_new(&arena), table);
	add("b", "a", "")->changes = facts_that_change(&facts, table, view);
}

Test(facts, are_made_anew_for_what_takes_the_name_of_a_table)
{
	add_table_and_view();
	const struct fact_changes *changes = &problem.revisions.items[1].changes;
	struct str_list made = { 0 };

	for (size_t i = 0; i < changes->count; i++) {
		if (changes->items[i].is_anew) {
			cr_expect(changes->items[i].is_there);
			str_list_add(&made, facts.lines.items[changes->items[i].fact], &arena);
		}
	}
	cr_expect(eq(sz, changes->count, 3), "a table, a view, and the index");
	cr_expect(eq(str, (char *)str_to_c(str_list_join(&made, STR("; "), &arena), &arena),
			"index report_id on report (id)"));
}

Test(locate, keeps_what_is_made_anew_where_a_table_goes)
{
	add_table_and_view();
	add_row("b");
	ask("");
	cr_expect(location.is_exact);
	cr_expect(eq(str, states(), "b"));
	cr_expect(eq(str, foreign(), ""));
}

Test(locate, holds_it_for_no_mistake_that_something_is_made_anew)
{
	add_table_and_view();
	struct solver *solver = solver_new(&problem, STRICT_AS_FACT, &arena);

	solver_run(solver, NULL);
	cr_expect(eq(sz, (size_t)solver_cost(solver), 0));
}
