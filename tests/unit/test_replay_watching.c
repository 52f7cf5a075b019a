/*
 * What a replay tells to whoever watches it.
 */
#include "played.h"
#include "valgrind.h"

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
	options.timeout_us = (under_valgrind() ? 30 : 5) * 100 * 1000; // enough for the cell itself
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

	cr_expect(eq(str, c(watched->start_claim.failure), "Timeout: timed out"));
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
	cr_expect(eq(str, events_of(0),
			"CREATE plan-2 0: CREATE INSERT* commit "
			"1: CREATE INSERT* CREATE* UPDATE* commit"));
}

Test(watching, tells_a_failure_and_its_rollback)
{
	watch(TWO_TABLES "states: {s: {schema: a1, seed: \"INSERT INTO a VALUES (1), (1)\"}}\n"
			 "steps: [{upgrade: head}]\n");
	cr_expect(eq(str, events_of(0), "plan-1 0: CREATE INSERT* CREATE*! rollback"));
	cr_expect(eq(str, c(trace.steps.items[0].error_class), "DatabaseError"));
}

Test(watching, tells_where_a_statement_stands)
{
	watch(TWO_TABLES "steps: [{upgrade: head}]\n");
	const struct trace_event *insert = &trace.steps.items[0].events.items[8];

	cr_assert(eq(str, c(insert->text), "INSERT INTO b SELECT x FROM a"));
	cr_expect(eq(sz, span_place(located_text_span(&insert->body, insert->offset, 1)).line, 9));
}

Test(watching, looks_at_the_database_after_each_step)
{
	watch(TWO_TABLES "steps: [{upgrade: a1}, {sql: INSERT INTO a VALUES (7)}, {upgrade: b2}]\n"
			 "goal: {rows_kept: all}\n");
	cr_assert(eq(sz, trace.steps.count, 3));
	cr_expect(not(trace.start.has_version_table));
	cr_expect(eq(str, joined(&trace.steps.items[0].after.version), "a1"));
	cr_expect(eq(sz, trace.steps.items[0].after.tables.items[0].rows.row_count, 0));
	cr_expect(eq(sz, trace.steps.items[1].after.tables.items[0].rows.row_count, 1));
	cr_expect(eq(str, joined(&trace.steps.items[2].after.version), "b2"));
	cr_expect(eq(sz, trace.steps.items[2].after.tables.count, 2));
}

Test(watching, tells_what_a_version_row_hides)
{
	watch(TWO_TABLES "states: {s: {schema: a1, version: b2}}\nsteps: [{stamp: a1}]\n");
	cr_expect(eq(str, joined_facts(&trace.start_claim.changes.missing),
			"column b.x text,index i on b (x) unique,table b"));
	cr_expect(eq(sz, trace.start_claim.changes.extra.count, 0));
	cr_expect(eq(sz, trace.end_claim.changes.missing.count, 0));
}

Test(watching, tells_sessions_and_what_they_keep_from_sight)
{
	watch(TWO_TABLES
			"states: {s: {schema: a1, sessions: {idle: SELECT 1, deaf: BEGIN EXCLUSIVE}}}\n"
			"steps: [{upgrade: head, fails: locked}, {version: a1, fails: locked}]\n");
	cr_assert(eq(sz, trace.sessions.count, 2));
	cr_expect(eq(str, c(trace.sessions.items[1].session->name), "deaf"));
	cr_expect(eq(int, (int)trace.sessions.items[0].transaction, TRANSACTION_NONE));
	cr_expect(eq(int, (int)trace.sessions.items[1].transaction, TRANSACTION_OPEN));
	cr_assert(eq(sz, trace.steps.count, 2));
	cr_expect(eq(str, c(trace.steps.items[0].after.schema_failure), "database is locked"));
	cr_expect(eq(str, c(trace.steps.items[1].after.schema_failure),
			"")); // they have ended by then
	cr_expect(eq(str, joined(&trace.steps.items[1].after.version), "a1"));
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
	cr_expect(eq(str, c(trace.start.tables.items[0].error->message),
			"database disk image is malformed"));
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
	cr_expect(eq(str, joined(&watched.schema), joined(&outcomes[0].schema)));
	cr_expect(eq(str, c(watched.error.message), c(outcomes[0].error.message)));
	cr_expect(eq(str, c(watched.error.where), c(outcomes[0].error.where)));
	cr_expect(eq(str, c(watched.error.statement), c(outcomes[0].error.statement)));
}
