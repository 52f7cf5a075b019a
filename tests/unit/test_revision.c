#include "check.h"
#include "kit/arena.h"
#include "leaks.h"
#include "revision/query.h"
#include "revision/version_rows.h"

#include <stdio.h>

static struct arena arena;

static void give_back(void)
{
	arena_finish(&arena);
	check_leaks();
}

/* ---- trees and answers as text ---- */

static struct str_list names_of(str text)
{
	struct str_list names = { 0 };
	str name;

	while (text.len && str_next_part(&text, ',', &name)) {
		str_list_add(&names, name, &arena);
	}
	return names;
}

/* Cut `text` at `mark`, and read what comes after it as names. */
static struct str_list take_names(str *text, char mark)
{
	const size_t at = str_find_char(*text, mark);
	const struct str_list names = names_of(str_slice(*text, at + 1, text->len));

	*text = str_slice(*text, 0, at);
	return names;
}

/* "a; b < a > dep # label": revisions in load order, with parents, dependencies and labels. */
static struct revision_history *tree_at(const char *text, int level)
{
	struct revision_specs *specs = arena_new(&arena, struct revision_specs);
	struct buf packed = { .arena = &arena };
	str part;

	for (; *text; text++) {
		if (*text != ' ') {
			buf_add_char(&packed, *text);
		}
	}
	str rest = buf_str(&packed);

	while (rest.len && str_next_part(&rest, ';', &part)) {
		struct revision_spec *spec = LIST_PUSH(specs, &arena);

		spec->branch_labels = take_names(&part, '#');
		spec->depends_on = take_names(&part, '>');
		spec->down_revision = take_names(&part, '<');
		spec->revision = part;
	}
	return revision_history_new(specs, level, &arena);
}

static struct error *table_apply(void *data, const struct version_change *change,
		struct arena *memory, int64_t *ret_matched)
{
	struct str_list *rows = data;
	size_t kept = 0;

	*ret_matched = change->op == VERSION_INSERT;
	if (change->op == VERSION_INSERT) {
		str_list_add(rows, change->to, memory);
		return NULL;
	}
	for (size_t i = 0; i < rows->count; i++) {
		const bool matches = str_equal(rows->items[i], change->from);

		*ret_matched += matches;
		if (!matches || change->op == VERSION_UPDATE) {
			rows->items[kept++] = matches ? change->to : rows->items[i];
		}
	}
	rows->count = kept;
	return NULL;
}

static char *text_of_error(const struct error *err)
{
	return (char *)str_format(
			&arena, "%.*s: %.*s", STR_ARG(err->class_name), STR_ARG(err->message))
			.data;
}

/* "+a +b | b": the steps done and the rows after them, sorted; with an error, that comes last. */
static char *outcome(struct revision_history *history, const struct plan_request *request,
		const char *rows)
{
	static const char signs[] = {
		[PLAN_UPGRADE] = '+', [PLAN_DOWNGRADE] = '-', [PLAN_STAMP] = '='
	};
	const struct str_list current = names_of(str_from(rows));
	struct buf out = { .arena = &arena };
	struct str_list start, table = { 0 };
	const struct version_store store = { .data = &table, .apply = table_apply };
	struct plan plan;
	struct error *err = plan_command(history, request, &current, &arena, &start, &plan);

	if (err) {
		return text_of_error(err);
	}
	struct version_keeper *keeper = version_keeper_new(
			history, &start, STR("alembic_version"), !request->sql, &arena);

	for (size_t i = 0; i < start.count; i++) {
		str_list_add(&table, start.items[i], &arena);
	}
	for (size_t i = 0; !err && i < plan.count; i++) {
		err = version_keeper_apply(keeper, &plan.steps[i], &store, &arena);
		if (!err) {
			buf_format(&out, "%c%.*s ", signs[plan.steps[i].op],
					STR_ARG(plan.steps[i].revision));
		}
	}
	str_list_sort(&table);
	buf_format(&out, "| %.*s", STR_ARG(str_list_join(&table, STR(" "), &arena)));
	if (err) {
		buf_format(&out, " | %s", text_of_error(err));
	}
	return (char *)buf_c(&out);
}

static char *plan_at(
		int level, enum plan_op op, const char *tree, const char *rows, const char *target)
{
	const struct plan_request request = {
		.op = op,
		.targets = op == PLAN_STAMP
				? names_of(str_from(target))
				: (struct str_list){ .items = (str[]){ str_from(target) },
						  .count = 1 },
	};

	return outcome(tree_at(tree, level), &request, rows);
}

static char *upgrade(const char *tree, const char *rows, const char *target)
{
	return plan_at(ALEMBIC_NEWEST, PLAN_UPGRADE, tree, rows, target);
}

static char *downgrade(const char *tree, const char *rows, const char *target)
{
	return plan_at(ALEMBIC_NEWEST, PLAN_DOWNGRADE, tree, rows, target);
}

static char *stamp(const char *tree, const char *rows, const char *targets)
{
	return plan_at(ALEMBIC_NEWEST, PLAN_STAMP, tree, rows, targets);
}

static char *offline(enum plan_op op, const char *tree, const char *target)
{
	const struct plan_request request = {
		.op = op,
		.targets = names_of(str_from(target)),
		.sql = true,
	};

	return outcome(tree_at(tree, ALEMBIC_NEWEST), &request, "");
}

static char *ids_or_error(const struct error *err, const struct str_list *ids)
{
	return err ? text_of_error(err)
		   : (char *)str_format(
				     &arena, "%.*s", STR_ARG(str_list_join(ids, STR(" "), &arena)))
					.data;
}

static char *resolve(const char *tree, const char *names)
{
	const struct str_list asked = names_of(str_from(names));
	struct str_list ids = { 0 };
	const struct error *err =
			query_resolve(tree_at(tree, ALEMBIC_NEWEST), &asked, &arena, &ids);

	return ids_or_error(err, &ids);
}

static char *heads(const char *tree)
{
	struct str_list ids = { 0 };
	const struct error *err = query_heads(tree_at(tree, ALEMBIC_NEWEST), &arena, &ids);

	return ids_or_error(err, &ids);
}

static char *history(const char *tree, const char *range, const char *rows)
{
	const struct str_list current = names_of(str_from(rows));
	struct str_list ids = { 0 };
	const struct error *err = query_history(
			tree_at(tree, ALEMBIC_NEWEST), str_from(range), &current, &arena, &ids);

	return ids_or_error(err, &ids);
}

static char *current(const char *tree, const char *rows)
{
	const struct str_list given = names_of(str_from(rows));
	struct str_list ids = { 0 };
	const struct error *err =
			query_current(tree_at(tree, ALEMBIC_NEWEST), &given, &arena, &ids);

	return ids_or_error(err, &ids);
}

#define EXPECT(actual, expected) cr_expect(eq(str, (actual), (char *)(expected)))

#define DIAMOND   "a; b<a; c<a; d<b,c"
#define TWO_LINES "aaaa#x; bbbb<aaaa; cccc#y; dddd<cccc"

/* ---- the map ---- */

TestSuite(revision_map, .fini = give_back);

Test(revision_map, a_duplicate_keeps_the_place_of_the_first_and_stays_a_head)
{
	EXPECT(heads("a; b<a; a"), "a b");
	EXPECT(heads("a; b<a; b<a"), "b b");
	EXPECT(upgrade("a; b<a; b<a", "", "heads"), "+a +b | b");
	EXPECT(upgrade("a; b<a; a", "", "heads"),
			"CommandError: Requested revision b overlaps with other requested revisions a");
	EXPECT(upgrade("a; b<a; a", "", "head"),
			"CommandError: Multiple head revisions are present for given argument 'head'; please "
			"specify a specific target revision, '<branchname>@head' to narrow to a specific "
			"head, or 'heads' for all heads");
}

Test(revision_map, a_duplicate_is_warned_of)
{
	struct revision_history *tree = tree_at("a; b<a; a", ALEMBIC_NEWEST);

	cr_assert(eq(ptr, revision_history_load(tree, &arena), NULL));
	cr_expect(eq(sz, revision_history_warnings(tree)->count, 1));
	EXPECT((char *)revision_history_warnings(tree)->items[0].data,
			"Revision a is present more than once");
}

Test(revision_map, a_missing_parent_is_a_warning_and_a_bare_key_error)
{
	struct revision_history *tree = tree_at("a; b<x,a; c<b", ALEMBIC_NEWEST);
	const struct error *err = revision_history_load(tree, &arena);

	cr_assert(ne(ptr, (void *)err, NULL));
	EXPECT(text_of_error(err), "KeyError: 'x'");
	cr_expect(eq(int, revision_error_exit_status(err), 1));
	EXPECT((char *)revision_history_warnings(tree)->items[0].data,
			"Revision x referenced from x, a -> b (head) (mergepoint),  is not present");
}

Test(revision_map, a_missing_dependency_has_no_warning)
{
	struct revision_history *tree = tree_at("a>x", ALEMBIC_NEWEST);

	EXPECT(text_of_error(revision_history_load(tree, &arena)), "KeyError: 'x'");
	cr_expect(eq(sz, revision_history_warnings(tree)->count, 0));
}

Test(revision_map, one_that_is_its_own_parent_is_refused)
{
	EXPECT(heads("a<a"), "LoopDetected: Self-loop is detected in revisions (a)");
	EXPECT(heads("a>a"),
			"DependencyLoopDetected: Dependency self-loop is detected in revisions (a)");
	EXPECT(upgrade("a<a", "", "head"), "CommandError: Self-loop is detected in revisions (a)");
}

Test(revision_map, illegal_characters_are_listed_in_order)
{
	EXPECT(heads("a-b+c"),
			"RevisionError: Character(s) '+, -' not allowed in revision identifier 'a-b+c'");
}

Test(revision_map, a_colon_is_illegal_since_1_17)
{
	EXPECT(plan_at(16, PLAN_UPGRADE, "a:b", "", "head"), "+a:b | a:b");
	EXPECT(plan_at(17, PLAN_UPGRADE, "a:b", "", "head"),
			"CommandError: Character(s) ':' not allowed in revision identifier 'a:b'");
}

Test(revision_map, an_empty_parent_made_a_base_up_to_1_11)
{
	struct revision_specs specs = { 0 };
	struct revision_spec *spec = LIST_PUSH(&specs, &arena);
	struct str_list ids = { 0 };

	spec->revision = STR("a");
	str_list_add(&spec->down_revision, STR(""), &arena);
	cr_expect(eq(ptr, query_heads(revision_history_new(&specs, 11, &arena), &arena, &ids),
			NULL));
	EXPECT(text_of_error(query_heads(revision_history_new(&specs, 12, &arena), &arena, &ids)),
			"KeyError: ''");
	spec->lists_down_revision = true; // [""] never was one
	EXPECT(text_of_error(query_heads(revision_history_new(&specs, 11, &arena), &arena, &ids)),
			"KeyError: ''");
	spec->revision = STR("");
	EXPECT(text_of_error(query_heads(revision_history_new(&specs, 11, &arena), &arena, &ids)),
			"LoopDetected: Self-loop is detected in revisions ()");
}

Test(revision_map, a_label_may_stand_once)
{
	EXPECT(heads("a#x; b<a#x"),
			"RevisionError: Branch name 'x' in revision b already used by revision a");
	EXPECT(heads("a#b; b<a"),
			"RevisionError: Branch name 'b' in revision a already used by revision b");
}

Test(revision_map, a_cycle_lists_all_that_is_not_between_base_and_head)
{
	EXPECT(heads("a<b; b<a"), "CycleDetected: Cycle is detected in revisions (a, b)");
	EXPECT(heads("a; b<a; d<c; c<d"), "CycleDetected: Cycle is detected in revisions (c, d)");
	EXPECT(heads("a>b; b<a"),
			"DependencyCycleDetected: Dependency cycle is detected in revisions (a, b)");
}

Test(revision_map, a_cycle_with_a_way_in_and_a_way_out_passes)
{
	EXPECT(upgrade("a; b<a,c; c<b; d<c", "", "head"), "+a +b +c +d | d");
}

Test(revision_map, a_label_as_a_parent_is_no_id)
{
	EXPECT(heads("a#x; b<x"), "KeyError: 'x'");
	EXPECT(heads("a#x; b<x; c; d<b>c"),
			"RevisionError: Dependency resolution failed; broken map");
	// its own label, hidden from the heads by a second file of its id
	EXPECT(heads("a; a<x#x; b; c>a"), "KeyError: 'x'");
	cr_expect(str_starts_with(str_from(heads("a; a<x#x; b")),
			STR("RevisionError: alembic loops for ever")));
}

Test(revision_map, only_dependencies_that_something_below_lists_are_left_out)
{
	EXPECT(upgrade("a; b<a>x; c<b>x; x", "", "c"), "+x +a +b +c | c");
	EXPECT(downgrade("a; b<a>x; c<b>x; x", "c", "b"), "-c | b");
	// one that is an ancestor itself stays
	EXPECT(plan_at(8, PLAN_DOWNGRADE, "a; b<a; c<b; d<a>c", "d", "a"), "-d -c -b | a");
}

/* ---- names ---- */

TestSuite(revision_names, .fini = give_back);

Test(revision_names, a_partial_id_may_be_short_but_what_it_means_may_not)
{
	EXPECT(resolve("bbbb", "bb"), "bbbb");
	EXPECT(resolve("bcd", "bc"), "CommandError: Can't locate revision identified by 'bc'");
	EXPECT(resolve("abcd; abce<abcd", "abc"),
			"CommandError: Can't locate revision identified by 'abc'");
}

Test(revision_names, a_label_means_the_file_that_carries_it)
{
	EXPECT(resolve(TWO_LINES, "x"), "aaaa");
	EXPECT(resolve(TWO_LINES, "x@head"), "bbbb");
	EXPECT(resolve(TWO_LINES, "x@bb"), "bbbb");
	EXPECT(resolve(TWO_LINES, "x@dddd"),
			"CommandError: Can't locate revision identified by 'dddd'");
	EXPECT(resolve(TWO_LINES, "z@head"),
			"CommandError: Can't locate revision identified by 'z'");
}

Test(revision_names, heads_are_real_ones_and_head_is_a_versioned_one)
{
	EXPECT(resolve("a; b<a; c>b", "heads"), "c");
	EXPECT(heads("a; b<a; c>b"), "b c");
	EXPECT(resolve(TWO_LINES, "x@heads"), "bbbb");
	EXPECT(resolve("", "heads"), "");
	EXPECT(resolve("", "head"), "");
	EXPECT(resolve(DIAMOND, "base"), "");
}

Test(revision_names, a_negative_number_counts_down_from_the_heads)
{
	EXPECT(resolve("a; b<a; c<b", "-1"), "b");
	EXPECT(resolve("a; b<a; c<b", "-3"), "base");
}

Test(revision_names, labels_go_up_and_down_a_straight_line)
{
	EXPECT(resolve("a; b<a#x; c<b; d", "x@-1"), "b");
	EXPECT(resolve("a; b<a; c<a#x; d<c", "x@-1"), "c");
}

/* ---- upgrade ---- */

TestSuite(revision_upgrade, .fini = give_back);

Test(revision_upgrade, the_last_parent_of_a_merge_is_applied_first)
{
	EXPECT(upgrade(DIAMOND, "", "head"), "+a +c +b +d | d");
	EXPECT(upgrade("a; b<a; c<a; d<a; m<b,c,d", "", "head"), "+a +d +c +b +m | m");
}

Test(revision_upgrade, the_branch_loaded_last_is_applied_first)
{
	EXPECT(upgrade("a; b<a; c<a", "", "heads"), "+a +c +b | b c");
	EXPECT(upgrade(TWO_LINES, "", "heads"), "+cccc +dddd +aaaa +bbbb | bbbb dddd");
}

Test(revision_upgrade, a_swallowed_head_has_no_row)
{
	EXPECT(upgrade("a; b<a; c>b", "", "heads"), "+a +b +c | c");
	EXPECT(upgrade("a; b<a; c<b; d<a>c", "", "heads"), "+a +b +c +d | d");
}

Test(revision_upgrade, what_is_applied_already_is_no_error)
{
	EXPECT(upgrade(DIAMOND, "d", "b"), "| d");
	EXPECT(upgrade(DIAMOND, "b", "c"), "+c | b c");
	EXPECT(upgrade(DIAMOND, "b", "base"), "| b");
}

Test(revision_upgrade, a_redundant_row_overlaps)
{
	EXPECT(upgrade(DIAMOND, "a,b", "head"),
			"CommandError: Requested revision b overlaps with other requested revisions a");
	EXPECT(upgrade(DIAMOND, "b,b", "b"), "| b b");
}

Test(revision_upgrade, a_row_below_the_bases_fails_in_its_turn)
{
	// "-1" is what is below each real head, in load order: c, and nothing below b
	EXPECT(upgrade("a; b; c<a; d<c", "a,-1", "heads"), "AssertionError: ");
	EXPECT(upgrade("a; c<a; d<c; b", "a,-1", "heads"),
			"CommandError: Requested revision c overlaps with other requested revisions a");
}

Test(revision_upgrade, an_id_that_is_a_symbol_is_taken_for_it_once_more)
{
	EXPECT(upgrade("head; base", "", "heads"),
			"CommandError: Multiple head revisions are present for given argument 'heads'; "
			"please specify a specific target revision, '<branchname>@heads' to narrow to a "
			"specific head, or 'heads' for all heads");
	EXPECT(upgrade("base; b<base", "", "heads"), "AssertionError: ");
	EXPECT(upgrade("heads; b<heads#x; c<heads", "c", "x@+1"),
			"CommandError: Multiple head revisions are present for given argument 'x@+1'; "
			"please specify a specific target revision, '<branchname>@x@+1' to narrow to a "
			"specific head, or 'heads' for all heads");
}

Test(revision_upgrade, an_unknown_row_cannot_be_located)
{
	EXPECT(upgrade(DIAMOND, "ghost", "head"),
			"CommandError: Can't locate revision identified by 'ghost'");
}

Test(revision_upgrade, relative_steps_start_at_the_row)
{
	EXPECT(upgrade("a; b<a; c<b", "a", "+1"), "+b | b");
	EXPECT(upgrade("a; b<a; c<b", "", "+2abc"), "+a +b | b");
	EXPECT(upgrade("a; b<a; c<b", "a", "c-1"), "+b | b");
	EXPECT(upgrade("a; b<a; c<b", "a", "+9"),
			"CommandError: Relative revision +9 didn't produce 9 migrations");
	EXPECT(upgrade("a; b<a; c<b", "a", "-1"),
			"CommandError: Relative revision -1 didn't produce 1 migrations");
	EXPECT(upgrade("a; b<a; c<b", "a", "+0"),
			"CommandError: Relative revision 0 didn't produce 0 migrations");
	EXPECT(upgrade("a; b<a; c<b", "a", "c+1"), "AssertionError: ");
	EXPECT(upgrade(DIAMOND, "a", "+1"), "CommandError: Ambiguous walk");
	EXPECT(upgrade(DIAMOND, "b,c", "+1"),
			"CommandError: Ambiguous upgrade from multiple current revisions");
}

Test(revision_upgrade, a_labelled_step_stays_on_the_branch)
{
	EXPECT(upgrade("a; b<a#x; c<b; d<a#y", "a", "x@+1"), "+b | b");
	EXPECT(upgrade("a; b<a#x; c<b; d<a#y", "d", "x@+1"), "+b | b d");
	EXPECT(upgrade(TWO_LINES, "aaaa", "y@+1"), "+cccc | aaaa cccc");
}

Test(revision_upgrade, a_wrong_sign_is_seen_before_a_broken_map)
{
	EXPECT(upgrade("a<x", "", "-2"),
			"CommandError: Relative revision -2 didn't produce 2 migrations");
	EXPECT(downgrade("a<x", "", "+1"),
			"CommandError: Relative revision +1 didn't produce 1 migrations");
}

Test(revision_upgrade, a_range_is_for_offline_mode)
{
	EXPECT(upgrade("a", "", "base:a"), "CommandError: Range revision not allowed");
	EXPECT(offline(PLAN_UPGRADE, "a; b<a; c<b", "a:c"), "+b +c | c");
	EXPECT(offline(PLAN_DOWNGRADE, "a; b<a; c<b", "c:a"), "-c -b | a");
	EXPECT(offline(PLAN_DOWNGRADE, "a; b<a", "a"),
			"CommandError: downgrade with --sql requires <fromrev>:<torev>");
	EXPECT(offline(PLAN_UPGRADE, "a; b<a", "a:b:c"),
			"ValueError: too many values to unpack (expected 2)");
	EXPECT(offline(PLAN_UPGRADE, "a#x; b<a", "x@base:b"),
			"AttributeError: 'NoneType' object has no attribute 'revision'");
	EXPECT(offline(PLAN_UPGRADE, "a; b<a", ":b"), "AssertionError: ");
	EXPECT(offline(PLAN_STAMP, "a; b<a; c", "a:b,base:c"),
			"CommandError: Stamp operation with --sql only supports a single starting revision "
			"at a time");
}

/* ---- downgrade ---- */

TestSuite(revision_downgrade, .fini = give_back);

Test(revision_downgrade, all_above_the_target_goes_on_all_branches)
{
	EXPECT(downgrade(DIAMOND, "d", "a"), "-d -b -c | a");
	EXPECT(downgrade("a; b<a; c<a", "b,c", "a"), "-b -c | a");
	EXPECT(downgrade(DIAMOND, "d", "base"), "-d -b -c -a | ");
	EXPECT(downgrade(DIAMOND, "", "base"), "| ");
}

Test(revision_downgrade, dependents_go_too)
{
	EXPECT(downgrade("a; b<a; c<b; d<a>c", "d", "a"), "-d -c -b | a");
	EXPECT(downgrade("a; b<a; c<b; d<a>c", "d", "c"),
			"CommandError: Destination c is not a valid downgrade target from current head(s)");
}

Test(revision_downgrade, a_target_must_be_applied)
{
	EXPECT(downgrade(DIAMOND, "a", "b"),
			"CommandError: Destination b is not a valid downgrade target from current head(s)");
	EXPECT(downgrade(DIAMOND, "b", "b"), "| b");
}

Test(revision_downgrade, a_label_limits_only_several_roots)
{
	EXPECT(downgrade(TWO_LINES, "bbbb,dddd", "x@base"), "-bbbb -aaaa | dddd");
	EXPECT(downgrade(TWO_LINES, "bbbb,dddd", "x@cccc"), "-dddd | bbbb cccc");
	EXPECT(downgrade("a; b<a; c<a; d<a#x", "b,c", "x@a"),
			"CommandError: Destination x@a is not a valid downgrade target from current head(s)");
	EXPECT(downgrade("r#x; a<r; b<a; c<a", "b,c", "x@a"),
			"CommandError: Not a valid downgrade target from current heads");
}

Test(revision_downgrade, relative_steps_start_at_the_first_row)
{
	EXPECT(downgrade("a; b<a; c<a", "c,b", "-1"), "-c | b");
	EXPECT(downgrade("a; b<a; c<a", "b,c", "-1"), "-b | c");
	EXPECT(downgrade("a; b<a", "b", "-2"), "-b -a | ");
	EXPECT(downgrade("a; b<a", "b", "-3"),
			"CommandError: Relative revision -3 didn't produce 3 migrations");
	EXPECT(downgrade("a; b<a", "", "-1"),
			"CommandError: Relative revision -1 didn't produce 1 migrations");
	EXPECT(downgrade("a; b<a; c<b", "c", "c-2"), "-c -b | a");
	EXPECT(downgrade("a; b<a; c<b", "c", "a-2"), "CommandError: Walked too far");
	EXPECT(downgrade("a; b<a; c<b", "c", "base-0"), "CommandError: Walked too far");
	EXPECT(downgrade(DIAMOND, "d", "-1"), "CommandError: Ambiguous walk");
}

Test(revision_downgrade, two_rows_are_warned_of)
{
	const struct str_list rows = names_of(STR("b,c"));
	struct plan plan;

	cr_assert(eq(ptr,
			plan_downgrade(tree_at("a; b<a; c<a", ALEMBIC_NEWEST), STR("-1"), &rows,
					&arena, &plan),
			NULL));
	cr_expect(eq(sz, plan.warnings.count, 1));
}

Test(revision_downgrade, a_labelled_step_finds_a_branch_that_a_row_implies)
{
	const char *tree = "aaaa#x; bbbb<aaaa; cccc>bbbb#y";

	EXPECT(downgrade(tree, "cccc", "x@-1"), "-cccc -bbbb | aaaa");
	EXPECT(downgrade(TWO_LINES, "bbbb,dddd", "y@-1"), "-dddd | bbbb cccc");
	EXPECT(downgrade(TWO_LINES, "bbbb", "y@-1"), "AssertionError: ");
}

/* ---- stamp ---- */

TestSuite(revision_stamp, .fini = give_back);

Test(revision_stamp, a_row_moves_up_and_down)
{
	EXPECT(stamp(DIAMOND, "", "head"), "=d | d");
	EXPECT(stamp(DIAMOND, "a", "d"), "=d | d");
	EXPECT(stamp(DIAMOND, "b,c", "d"), "=d | d");
	EXPECT(stamp(DIAMOND, "b,c", "a"), "=a | a");
	EXPECT(stamp(DIAMOND, "b", "c"), "=c | b c");
	EXPECT(stamp(DIAMOND, "b,c", "base"), "=b =c | ");
	EXPECT(stamp(DIAMOND, "b", "b"), "| b");
}

Test(revision_stamp, several_targets_do_not_know_of_each_other)
{
	EXPECT(stamp("aaaa; bbbb<aaaa", "", "aaaa,bbbb"), "=aaaa =bbbb | aaaa bbbb");
	EXPECT(stamp("a; b<a; c<b; e<c", "e", "b,c"), "=b | b | KeyError: 'e'");
	EXPECT(stamp(DIAMOND, "", "head,base"), "=d | d");
}

Test(revision_stamp, only_purge_survives_an_unknown_row)
{
	const struct plan_request purge = {
		.op = PLAN_STAMP,
		.targets = names_of(STR("a")),
		.purge = true,
	};

	EXPECT(stamp("a", "ghost", "a"),
			"CommandError: Can't locate revision identified by 'ghost'");
	EXPECT(outcome(tree_at("a", ALEMBIC_NEWEST), &purge, "ghost"), "=a | a");
}

Test(revision_stamp, several_heads_are_its_own_error)
{
	EXPECT(stamp("a; b<a; c<a", "", "head"),
			"CommandError: Multiple heads are present; please specify a single target revision");
	EXPECT(stamp("a; b<a; c<a", "a", "heads"), "=b =c | b c");
}

Test(revision_stamp, relative_forms_mean_nothing)
{
	EXPECT(stamp("a; b<a", "a", "+1"),
			"CommandError: Can't locate revision identified by '+1'");
	EXPECT(stamp("a; b<a", "", "-1"), "=a | a");
}

/* ---- version rows ---- */

TestSuite(revision_rows, .fini = give_back);

Test(revision_rows, a_dependency_is_merged_away_and_comes_back)
{
	const char *tree = "aaaa; cccc<aaaa; dddd; eeee<cccc>dddd";

	EXPECT(upgrade(tree, "cccc,dddd", "eeee"), "+eeee | eeee");
	EXPECT(downgrade(tree, "eeee", "eeee-1"), "-eeee | cccc dddd");
}

Test(revision_rows, an_unmerge_left_a_redundant_row_up_to_1_12)
{
	const char *tree = "a; c>a; d<a>c";

	EXPECT(plan_at(12, PLAN_DOWNGRADE, tree, "d", "a"), "-d | a c");
	EXPECT(plan_at(13, PLAN_DOWNGRADE, tree, "d", "a"), "-d | c");
}

Test(revision_rows, an_unmerge_looks_ids_up_that_may_be_symbols)
{
	// "heads" is the merge point itself, which has headsup below it
	EXPECT(downgrade("q; heads<q; headsup<q; top<heads,headsup", "top", "base"),
			"-top | heads | AssertionError: ");
}

Test(revision_rows, redundant_edges_break_the_merge)
{
	EXPECT(upgrade("x1; x2<x1; y1; z<y1>x2,x1", "y1,x2", "z"), "|  | KeyError: 'x1'");
}

Test(revision_rows, a_doubled_row_does_not_match_once)
{
	EXPECT(upgrade("a; b<a", "a,a", "b"),
			"| b b | CommandError: Online migration expected to match one row when updating 'a' "
			"to 'b' in 'alembic_version'; 2 found");
	EXPECT(downgrade("a", "a,a", "base"),
			"|  | CommandError: Online migration expected to match one row when deleting 'a' in "
			"'alembic_version'; 2 found");
}

Test(revision_rows, an_abbreviated_row_is_not_its_revision)
{
	EXPECT(upgrade("aaaa; bbbb<aaaa", "aaa", "bbbb"), "+bbbb | aaa bbbb");
	EXPECT(downgrade("aaaa; bbbb<aaaa", "bbb", "aaaa"), "| bbb | KeyError: 'bbbb'");
}

/* ---- queries and merge ---- */

TestSuite(revision_queries, .fini = give_back);

Test(revision_queries, history_is_tips_first_and_includes_its_lower_end)
{
	EXPECT(history(DIAMOND, ":", ""), "d b c a");
	EXPECT(history(DIAMOND, "b:", ""), "d b");
	EXPECT(history("a; b<a; c<b", "a:b", ""), "b a");
	EXPECT(history("a; b<a; c<b", "-2:", ""), "c b a");
	EXPECT(history("a; b<a; c<b", "current:", "b"), "c b");
	EXPECT(history("a; b<a; c<b", "c:a", ""),
			"CommandError: Requested range c:a does not refer to ancestor/descendant revisions "
			"along the same branch");
	EXPECT(history("a; b<a; c>b", "a:", ""), "AssertionError: ");
	EXPECT(history("a", "a", ""),
			"CommandError: History range requires [start]:[end], [start]:, or :[end]");
}

Test(revision_queries, current_lists_heads_that_a_dependency_implies)
{
	EXPECT(current("a; b<a; c>b", "c"), "b c");
	EXPECT(current(DIAMOND, "d"), "d");
	EXPECT(current("a<x", ""), "KeyError: 'x'");
}

Test(revision_queries, branches_have_two_children)
{
	struct branch_points points;

	cr_assert(eq(ptr, query_branches(tree_at(DIAMOND, ALEMBIC_NEWEST), &arena, &points), NULL));
	cr_assert(eq(sz, points.count, 1));
	cr_expect(eq(sz, points.items[0].children.count, 2));
}

static char *merge(const char *tree, const char *revisions)
{
	const struct str_list given = names_of(str_from(revisions));
	struct str_list ids = { 0 };
	const struct error *err = plan_merge(tree_at(tree, ALEMBIC_NEWEST), &given, &arena, &ids);

	return ids_or_error(err, &ids);
}

Test(revision_queries, merge_takes_heads_each_once)
{
	EXPECT(merge("a; b<a; c<a", "heads"), "b c");
	EXPECT(merge("a; b<a; c<a", "c,b"), "c b");
	EXPECT(merge("a; b<a; c<a", "b,b"), "CommandError: Duplicate head revisions specified");
	EXPECT(merge("a; b<a; c<a", "a,b"),
			"CommandError: Revision a is not a head revision; please specify --splice to create a "
			"new branch from this revision");
	EXPECT(merge("a; b<a; c<a", "head"),
			"CommandError: Multiple heads are present; please specify the head revision on which "
			"the new revision should be based, or perform a merge.");
}

Test(revision_queries, where_alembic_loops_for_ever_is_an_error)
{
	// two tips of the sort that are each above the other
	EXPECT(upgrade("a; b<a,d; c<b; d<a,c; e<b,d", "", "e"),
			"RevisionError: alembic loops for ever on this map: it has a cycle that its checks do not "
			"see");
}

Test(revision_queries, a_walk_that_goes_round_has_an_end)
{
	// below b comes the head, which is c; memory must not grow with the steps
	const char *round = "a; head<a; b<head; c<b";

	EXPECT(resolve(round, "-7"), "b");
	cr_assert(str_starts_with(str_from(downgrade(round, "c", "c-18446744073709551617")),
			STR("RevisionError: alembic loops for ever")));
	cr_expect(lt(sz, arena_size(&arena), 1 << 20));
}

/* ---- size ---- */

TestSuite(revision_size, .fini = give_back);

Test(revision_size, a_long_chain_needs_no_stack_and_little_memory)
{
	enum {
		COUNT = 200000
	};
	struct revision_specs specs = { 0 };
	struct arena held = { 0 };
	const struct str_list none = { 0 };
	struct plan plan;

	for (size_t i = 0; i < COUNT; i++) {
		struct revision_spec *spec = LIST_PUSH(&specs, &arena);

		spec->revision = str_format(&arena, "%zu", i);
		if (i > 0) {
			str_list_add(&spec->down_revision, specs.items[i - 1].revision, &arena);
		}
	}
	struct revision_history *line = revision_history_new(&specs, ALEMBIC_NEWEST, &held);

	cr_assert(eq(ptr, plan_upgrade(line, STR("head"), &none, &arena, &plan), NULL));
	cr_expect(eq(sz, plan.count, COUNT));
	cr_expect(lt(sz, arena_size(&held) / COUNT, 400));
	arena_finish(&held);
}
