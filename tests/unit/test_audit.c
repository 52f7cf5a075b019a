/*
 * What the answers of several who asked come to, taken together.
 */
#include "audit/audit.h"
#include "check.h"
#include "kit/arena.h"
#include "leaks.h"

static struct arena arena;
static struct audit audit;
static struct audit_parts parts;
static struct audit_wish wish;
static struct str_list order;

static void setup(void)
{
	arena = (struct arena){ 0 };
	audit = (struct audit){ 0 };
	parts = (struct audit_parts){ 0 };
	wish = (struct audit_wish){ 0 };
	order = (struct str_list){ 0 };
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		wish.is_asked[i] = true;
	}
	str_list_add(&order, STR("a"), &arena);
	str_list_add(&order, STR("b"), &arena);
}

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

TestSuite(audit, .init = setup, .fini = teardown);

static struct audit_part *add_part(const char *engine)
{
	struct audit_part *part = LIST_PUSH(&parts, &arena);

	*part = (struct audit_part){ .engine = str_from(engine) };
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		part->answers[i].is_asked = true;
	}
	return part;
}

static struct audit_finding *add(struct audit_part *part, enum audit_question question,
		const char *revision, const char *message)
{
	struct audit_finding *finding = LIST_PUSH(&part->findings, &arena);

	*finding = (struct audit_finding){
		.question = question,
		.revision = str_from(revision),
		.message = str_from(message),
	};
	return finding;
}

static void settle(void)
{
	audit_settle(&parts, &wish, &order, &arena, &audit);
}

static void is_text(str actual, const char *expected)
{
	cr_expect(str_equal(actual, str_from(expected)), "'%.*s' is not '%s'", STR_ARG(actual),
			expected);
}

Test(audit, what_nobody_finds_is_answered_by_yes)
{
	add_part("sqlite");
	settle();
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		cr_expect(eq(int, audit.answers[i].kind, AUDIT_YES));
	}
	cr_expect(zero(sz, audit_count_new(&audit, true)));
}

Test(audit, what_nobody_was_asked_is_not_yes)
{
	settle();
	cr_expect(eq(int, audit.answers[AUDIT_UPGRADE].kind, AUDIT_UNKNOWN));
	cr_expect(eq(sz, audit_count_unknown(&audit), AUDIT_QUESTION_COUNT));
}

Test(audit, the_same_on_two_engines_is_told_once)
{
	add(add_part("sqlite"), AUDIT_STAIRS, "a", "differs");
	add(add_part("postgres"), AUDIT_STAIRS, "a", "differs");
	add(&parts.items[1], AUDIT_STAIRS, "b", "differs");
	settle();
	cr_assert(eq(sz, audit.findings.count, 2));
	is_text(audit.findings.items[0].engines, "sqlite, postgres");
	is_text(audit.findings.items[1].engines, "postgres");
	cr_expect(eq(int, audit.answers[AUDIT_STAIRS].kind, AUDIT_NO));
}

Test(audit, findings_stand_in_the_order_in_which_revisions_run)
{
	struct audit_part *part = add_part("sqlite");

	add(part, AUDIT_ROWS, "b", "second");
	add(part, AUDIT_ROWS, "a", "first");
	add(part, AUDIT_UPGRADE, "b", "before");
	settle();
	is_text(audit.findings.items[0].message, "before");
	is_text(audit.findings.items[1].message, "first");
	is_text(audit.findings.items[2].message, "second");
}

Test(audit, only_new_revisions_count)
{
	struct str_list since = { 0 };
	struct audit_part *part = add_part("sqlite");

	str_list_add(&since, STR("b"), &arena);
	wish.since = &since;
	add(part, AUDIT_ROWS, "a", "old");
	add(part, AUDIT_ROWS, "b", "new");
	add(part, AUDIT_ORDERS, "", "of the tree");
	settle();
	cr_expect(eq(sz, audit.findings.count, 2));
}

Test(audit, an_old_revision_that_ends_the_upgrade_leaves_no_good_answer)
{
	struct str_list since = { 0 };
	struct audit_part *part = add_part("sqlite");

	str_list_add(&since, STR("b"), &arena);
	wish.since = &since;
	add(part, AUDIT_UPGRADE, "a", "does not upgrade an empty database");
	settle();
	cr_expect(eq(sz, audit.findings.count, 0));
	cr_expect(eq(int, audit.answers[AUDIT_UPGRADE].kind, AUDIT_UNKNOWN));
	is_text(audit.answers[AUDIT_UPGRADE].reason,
			"it stops at a, an older revision (does not upgrade an empty database)");
	cr_expect(eq(sz, audit_count_unknown(&audit), 1));
}

Test(audit, a_downgrade_is_told_by_stairs_when_nobody_asks_about_it)
{
	wish.is_asked[AUDIT_DOWNGRADE] = false;
	wish.reasons[AUDIT_DOWNGRADE] = STR("--skip names it");
	add(add_part("sqlite"), AUDIT_DOWNGRADE, "a", "does not downgrade");
	settle();
	cr_assert(eq(sz, audit.findings.count, 1));
	cr_expect(eq(int, audit.findings.items[0].question, AUDIT_STAIRS));
	cr_expect(eq(int, audit.answers[AUDIT_DOWNGRADE].kind, AUDIT_SKIPPED));
	is_text(audit.answers[AUDIT_DOWNGRADE].reason, "--skip names it");
}

Test(audit, what_does_not_run_anywhere_is_the_upgrades)
{
	add(add_part("sqlite"), AUDIT_UPGRADE, "b", "does not upgrade");
	add(add_part("sqlite"), AUDIT_RELEASES, "b", "release 1 does not upgrade");
	settle();
	cr_assert(eq(sz, audit.findings.count, 1));
	cr_expect(eq(int, audit.findings.items[0].question, AUDIT_UPGRADE));
	cr_expect(eq(int, audit.answers[AUDIT_RELEASES].kind, AUDIT_UNKNOWN));
	is_text(audit.answers[AUDIT_RELEASES].reason, "b does not upgrade");
	cr_expect(eq(sz, audit_count_unknown(&audit), 0));
}

Test(audit, what_the_upgrade_is_not_asked_of_is_told_where_it_is_met)
{
	wish.is_asked[AUDIT_UPGRADE] = false;
	add(add_part("sqlite"), AUDIT_UPGRADE, "b", "does not upgrade");
	add(add_part("sqlite"), AUDIT_RELEASES, "b", "release 1 does not upgrade");
	settle();
	cr_assert(eq(sz, audit.findings.count, 1));
	cr_expect(eq(int, audit.findings.items[0].question, AUDIT_RELEASES));
}

static void add_end(struct audit_part *part, const char *release, const char *line)
{
	struct audit_end *end = LIST_PUSH(&part->ends, &arena);

	*end = (struct audit_end){ .release = str_from(release) };
	str_list_add(&end->schema, STR("column order t (a, b)"), &arena);
	str_list_add(&end->schema, str_from(line), &arena);
}

Test(audit, releases_are_compared_with_a_fresh_install)
{
	add_end(add_part("sqlite"), "", "table t");
	add_end(add_part("sqlite"), "v1", "table t");
	add_end(add_part("sqlite"), "v2", "table u");
	settle();
	cr_assert(eq(sz, audit.findings.count, 1));
	is_text(audit.findings.items[0].message,
			"release v2 ends with another schema than a fresh install");
	is_text(audit.findings.items[0].difference.items[0], "- table t");
	is_text(audit.findings.items[0].difference.items[1], "+ table u");
}

Test(audit, without_a_fresh_install_releases_are_unknown)
{
	add_end(add_part("sqlite"), "v1", "table t");
	settle();
	cr_expect(eq(int, audit.answers[AUDIT_RELEASES].kind, AUDIT_UNKNOWN));
}

Test(audit, what_is_unknown_is_excused_by_a_finding_alone)
{
	struct audit_part *part = add_part("sqlite");

	part->answers[AUDIT_STAIRS] = (struct audit_answer){
		.is_asked = true,
		.kind = AUDIT_UNKNOWN,
		.is_explained = true,
	};
	settle();
	cr_expect(eq(sz, audit_count_unknown(&audit), 1));
	audit = (struct audit){ 0 };
	add(part, AUDIT_UPGRADE, "a", "does not upgrade");
	settle();
	cr_expect(zero(sz, audit_count_unknown(&audit)));
}

Test(audit, one_engine_that_does_not_know_leaves_all_unknown)
{
	add_part("sqlite");
	add_part("postgres")->answers[AUDIT_ROWS] = (struct audit_answer){
		.is_asked = true,
		.kind = AUDIT_UNKNOWN,
		.reason = STR("no server"),
	};
	settle();
	cr_expect(eq(int, audit.answers[AUDIT_ROWS].kind, AUDIT_UNKNOWN));
	is_text(audit.answers[AUDIT_ROWS].reason, "postgres: no server");
}

Test(audit, a_reason_that_all_engines_have_is_none_of_one)
{
	add_part("sqlite")->answers[AUDIT_ORDERS].reason = STR("there is only one");
	add_part("postgres")->answers[AUDIT_ORDERS].reason = STR("there is only one");
	settle();
	is_text(audit.answers[AUDIT_ORDERS].reason, "there is only one");
}

Test(audit, a_baseline_knows_its_findings_and_tells_what_is_gone)
{
	struct audit_part *part = add_part("sqlite");
	struct buf text = { .arena = &arena };

	add(part, AUDIT_ROWS, "a", "breaks")->place.line = 7;
	add(part, AUDIT_STAIRS, "b", "differs");
	settle();
	audit_write_baseline(&audit, &text);
	const struct source baseline = { .name = STR("known"), .text = buf_str(&text) };

	cr_expect(zero(ptr, audit_check_baseline(&baseline, &arena)));
	audit = (struct audit){ 0 };
	parts = (struct audit_parts){ 0 };
	part = add_part("sqlite");
	add(part, AUDIT_ROWS, "a", "breaks")->place.line = 8; // the file has grown
	add(part, AUDIT_ROWS, "b", "breaks");
	settle();
	audit_compare(&audit, &baseline, &arena);
	cr_expect(audit.findings.items[0].is_known);
	cr_expect(not(audit.findings.items[1].is_known));
	cr_expect(eq(sz, audit_count_new(&audit, true), 1));
	cr_assert(eq(sz, audit.gone.count, 1));
	cr_expect(str_starts_with(audit.gone.items[0], STR("stairs b ")));
}

Test(audit, what_was_not_asked_is_not_gone)
{
	struct buf text = { .arena = &arena };

	add(add_part("sqlite"), AUDIT_STAIRS, "b", "differs");
	settle();
	audit_write_baseline(&audit, &text);
	const struct source baseline = { .name = STR("known"), .text = buf_str(&text) };

	audit = (struct audit){ 0 };
	parts = (struct audit_parts){ 0 };
	wish.is_asked[AUDIT_STAIRS] = false;
	add_part("sqlite");
	settle();
	audit_compare(&audit, &baseline, &arena);
	cr_expect(zero(sz, audit.gone.count));
}

Test(audit, another_file_is_no_baseline)
{
	const struct source source = { .name = STR("notes.txt"), .text = STR("hello\n") };
	const struct error *error = audit_check_baseline(&source, &arena);

	cr_assert(not(zero(ptr, (void *)error)));
	cr_expect(eq(int, error->code, ERROR_INVALID));
}

Test(audit, a_part_survives_its_way_through_a_pipe)
{
	struct audit_part *part = add_part("sqlite"), back;
	struct buf bytes = { .arena = &arena };
	struct audit_finding *finding = add(part, AUDIT_ROWS, "a", "breaks");

	finding->is_warning = true;
	finding->place = (struct excerpt){
		.path = STR("a.py"), .line = 3, .column = 2, .text = STR("x"), .len = 1
	};
	str_list_add(&finding->difference, STR("+ table t"), &arena);
	part->answers[AUDIT_ROWS].reason = STR("so far");
	part->answers[AUDIT_ROWS].is_explained = true;
	str_list_add(&part->notes, STR("a note"), &arena);
	add_end(part, "v1", "table t");
	audit_part_pack(part, &bytes);
	audit_part_unpack(buf_str(&bytes), &arena, &back);
	is_text(back.engine, "sqlite");
	cr_assert(eq(sz, back.findings.count, 1));
	cr_expect(back.findings.items[0].is_warning);
	is_text(back.findings.items[0].place.path, "a.py");
	cr_expect(eq(sz, back.findings.items[0].place.line, 3));
	is_text(back.findings.items[0].difference.items[0], "+ table t");
	is_text(back.answers[AUDIT_ROWS].reason, "so far");
	cr_expect(back.answers[AUDIT_ROWS].is_explained);
	is_text(back.notes.items[0], "a note");
	is_text(back.ends.items[0].schema.items[1], "table t");
}
