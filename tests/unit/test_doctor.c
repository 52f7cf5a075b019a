#include "check.h"
#include "doctor/doctor.h"
#include "leaks.h"
#include "revision_tree.h"
#include "trading_bot.h"
#include "valgrind.h"

#include <jansson.h>
#include <string.h>

static struct arena arena;

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

TestSuite(doctor, .fini = teardown);

static struct faults examine_at(const char *text, int level)
{
	const struct revision_specs specs = revision_tree(text, &arena);

	return doctor_examine(&specs, level, &arena);
}

static struct faults examine(const char *text)
{
	return examine_at(text, ALEMBIC_NEWEST);
}

static size_t count_of(const struct faults *faults, enum fault_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < faults->count; i++) {
		count += faults->items[i].kind == kind;
	}
	return count;
}

/* The suggested revision of the only fault of `kind` that `revision` has; "?" without exactly one. */
static char *suggested(const struct faults *faults, enum fault_kind kind, const char *revision)
{
	char *found = NULL;
	size_t count = 0;

	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *fault = &faults->items[i];

		if (fault->kind == kind && str_equal(fault->revision, str_from(revision))) {
			found = (char *)str_to_c(fault->suggested_revision, &arena);
			count++;
		}
	}
	return count == 1 ? found : (char *)str_to_c(STR("?"), &arena);
}

/* The only fault of `kind`; it is an error if there are none or several. */
static const struct fault *only(const struct faults *faults, enum fault_kind kind)
{
	cr_assert(eq(sz, count_of(faults, kind), 1), "%s", fault_kind_names[kind]);
	for (size_t i = 0;; i++) {
		if (faults->items[i].kind == kind) {
			return &faults->items[i];
		}
	}
}

static char *message_of(const struct faults *faults, enum fault_kind kind)
{
	return (char *)str_to_c(only(faults, kind)->message, &arena);
}

static char *suggestion_of(const struct faults *faults, enum fault_kind kind)
{
	return (char *)str_to_c(only(faults, kind)->suggestion, &arena);
}

static char *parent_of(const struct faults *faults, const char *revision)
{
	return suggested(faults, FAULT_MISSING_PARENT, revision);
}

Test(doctor, a_sound_tree_has_no_faults)
{
	const struct faults faults = examine("a\nb < a\nc < a\nd < b,c\n");

	cr_expect(eq(sz, faults.count, 0));
	cr_expect(eq(sz, faults.revision_count, 4));
	cr_expect(eq(sz, faults.heads.count, 1));
	cr_expect(eq(sz, faults.bases.count, 1));
}

Test(doctor, an_empty_down_revision_is_a_base_for_old_releases_only)
{
	str empty = { "", 0 };
	struct revision_spec spec = { .revision = STR("a"),
		.down_revision = { .items = &empty, .count = 1 } };
	const struct revision_specs specs = { .items = &spec, .count = 1 };
	struct faults faults = doctor_examine(&specs, 11, &arena);

	cr_expect(eq(sz, faults.count, 0));
	faults = doctor_examine(&specs, 12, &arena);
	cr_expect(eq(sz, count_of(&faults, FAULT_MISSING_PARENT), 1));
	spec.lists_down_revision = true; // [""] never was one
	faults = doctor_examine(&specs, 11, &arena);
	cr_expect(eq(sz, count_of(&faults, FAULT_MISSING_PARENT), 1));
}

Test(doctor, an_empty_tree_has_no_faults)
{
	const struct faults faults = examine("");

	cr_expect(eq(sz, faults.count, 0));
	cr_expect(eq(sz, faults.heads.count, 0));
}

Test(doctor, all_seventeen_missing_parents_of_a_real_chain_are_found)
{
	const struct faults faults = examine(trading_bot_as_found);

	cr_expect(eq(sz, faults.revision_count, 49));
	cr_expect(eq(sz, faults.heads.count, 21));
	cr_expect(eq(sz, faults.bases.count, 3));
	cr_expect(eq(sz, count_of(&faults, FAULT_MISSING_PARENT), 17));
	cr_expect(eq(str, parent_of(&faults, "0002_create_trading_store"), "0001"));
	cr_expect(eq(str, parent_of(&faults, "0003b"), "003"));
	cr_expect(eq(str, parent_of(&faults, "0004_reconciliation"), "003"));
	cr_expect(eq(str, parent_of(&faults, "0007"), "0006_executions"));
	cr_expect(eq(str, parent_of(&faults, "0011"), "0010_analytics_core"));
	cr_expect(eq(str, parent_of(&faults, "0012_export_tokens"), "0011"));
	cr_expect(eq(str, parent_of(&faults, "0013_trust_tables"), "0012_export_tokens"));
	cr_expect(eq(str, parent_of(&faults, "003"), "0002"));
	cr_expect(eq(str, parent_of(&faults, "010"), "009_add_orders"));
	cr_expect(eq(str, parent_of(&faults, "011_add_distribution"), "010"));
	cr_expect(eq(sz, count_of(&faults, FAULT_FILE_NAME_AS_REVISION), 4));
}

Test(doctor, fourteen_are_left_after_the_first_repair_that_was_tried)
{
	const struct faults faults = examine(trading_bot_after_its_fix);

	cr_expect(eq(sz, count_of(&faults, FAULT_MISSING_PARENT), 14));
	cr_expect(eq(str, parent_of(&faults, "0007"), "0006_executions"));
	cr_expect(eq(str, parent_of(&faults, "011_add_distribution"), "010"));
	cr_expect(eq(sz, count_of(&faults, FAULT_FILE_NAME_AS_REVISION), 2));
}

/* --- what is meant by a name that nothing has ------------------------------------------------ */

/* What is suggested for the missing parent of the last file, which is called "new". */
static char *meant(const char *text)
{
	const struct faults faults = examine(text);

	return parent_of(&faults, "new");
}

Test(doctor, a_file_is_meant_by_its_stem_or_its_name)
{
	cr_expect(eq(str, meant("8f2a11c09d3e file=versions/0004_users.py\nnew < 0004_users\n"),
			"8f2a11c09d3e"));
	cr_expect(eq(str, meant("8f2a11c09d3e file=0004_users.py\nnew < 0004_users.py\n"),
			"8f2a11c09d3e"));
}

Test(doctor, a_label_means_the_revision_that_carries_it)
{
	const struct faults faults = examine("a label=core\nnew < core\n");

	cr_expect(eq(str, parent_of(&faults, "new"), "a"));
	cr_expect(eq(str, message_of(&faults, FAULT_MISSING_PARENT),
			"down_revision 'core' is a branch label, not a revision"));
}

Test(doctor, spelling_does_not_matter)
{
	cr_expect(eq(str, meant("Add_Users\nzz\nnew < add-users\n"), "Add_Users"));
	cr_expect(eq(str, meant("003\nzz\nnew < 0003\n"), "003"));
	cr_expect(eq(str, meant("8f2a11c09d3e msg=Add users table\nzz\nnew < add_users_table\n"),
			"8f2a11c09d3e"));
}

Test(doctor, the_words_after_the_number_are_enough)
{
	cr_expect(eq(str, meant("0004_user_prefs\n0005_orders\nnew < 0005_user_prefs\n"),
			"0004_user_prefs"));
	cr_expect(eq(str, meant("8f2a11c09d3e file=8f2a11c09d3e_user_prefs.py\nnew < user_prefs\n"),
			"8f2a11c09d3e"));
}

Test(doctor, a_number_means_the_id_that_begins_with_it)
{
	cr_expect(eq(str, meant("0006_executions\n006\nnew < 0006\n"), "0006_executions"));
	cr_expect(eq(str, meant("8f2a11c09d3e\nzz\nnew < 8f2a11c09d3e_users\n"), "8f2a11c09d3e"));
	cr_expect(eq(str, meant("8f2a11c09d3e\nzz\nnew < 8f2a11\n"), "8f2a11c09d3e"));
	cr_expect(eq(str, meant("8f2a11c09d3e\n8f2a11aaaaaa\nnew < 8f2a11\n"), ""));
}

Test(doctor, a_placeholder_means_the_ids_with_its_number)
{
	cr_expect(eq(str, meant("0012_export_tokens\n012_clicks\nnew < 0012_previous_migration\n"),
			"0012_export_tokens"));
	cr_expect(eq(str, meant("12_export_tokens\nnew < 0012_tokens\n"), "12_export_tokens"));
	cr_expect(eq(str, meant("0003b\nnew < 0003\n"), "0003b"));
}

Test(doctor, slips_of_the_pen_are_forgiven_but_not_in_numbers)
{
	cr_expect(eq(str, meant("8f2a11c09d3e\n27c6a30d7c24\nnew < 8f2a11c09d4e\n"),
			"8f2a11c09d3e"));
	cr_expect(eq(str, meant("8f2a11c09d3e\n27c6a30d7c24\nnew < f82a11c09d3e\n"),
			"8f2a11c09d3e"));
	cr_expect(eq(str, meant("27c6a30d7c24\nnew < 8f2a11c09d4e\n"), ""));
	cr_expect(eq(str, meant("0011\n0008\nnew < 0010\n"), "0008"));
}

Test(doctor, most_words_must_be_shared)
{
	cr_expect(eq(str,
			meant("8f2a11c09d3e msg=store orders and vouchers\n27c6a30d7c24\nnew < add_vouchers_orders\n"),
			"8f2a11c09d3e"));
	cr_expect(eq(str, meant("8f2a11c09d3e msg=store orders\nnew < wallets_orders\n"), ""));
}

Test(doctor, otherwise_the_number_below_is_the_nearest)
{
	cr_expect(eq(str, meant("0006_a\n0007_b\n0010_c\n008_d\nnew < 0009_gone\n"), "0007_b"));
	cr_expect(eq(str, meant("0006_a\n0007_b\nnew < gone file=0008_new.py\n"), "0007_b"));
}

Test(doctor, among_equals_a_head_is_suggested_and_the_others_are_told)
{
	const struct faults faults =
			examine("0013_books\n0013_trust\n0014_more < 0013_books\nnew < 0013_xxx\n");

	cr_expect(eq(str, parent_of(&faults, "new"), "0013_trust"));
	cr_expect(eq(str, message_of(&faults, FAULT_MISSING_PARENT),
			"down_revision '0013_xxx' is no revision; 2 are equally near: '0013_trust', '0013_books'"));
}

Test(doctor, among_equal_heads_shared_words_decide_then_load_order)
{
	cr_expect(eq(str, meant("0013_b_trust\n0013_c\nnew < 0013_trust_me\n"), "0013_b_trust"));
	cr_expect(eq(str, meant("0013_a\n0013_b\nnew < 0013_xxx\n"), "0013_b"));
}

Test(doctor, no_suggestion_closes_a_cycle)
{
	// The only id with the number is a descendant of the file that lost its parent.
	const struct faults faults = examine("new < 0002_gone\n0002_x < new\n");

	cr_expect(eq(str, parent_of(&faults, "new"), ""));
}

Test(doctor, no_two_suggestions_together_close_a_cycle)
{
	const struct faults faults = examine("0001_a < 0002_gone\n0002_b < 0001_lost\n");
	const char *first = parent_of(&faults, "0001_a");
	const char *second = parent_of(&faults, "0002_b");

	cr_expect(eq(sz, count_of(&faults, FAULT_MISSING_PARENT), 2));
	cr_expect(ne(int, strcmp(first, "") == 0, strcmp(second, "") == 0));
}

Test(doctor, a_quoted_none_is_no_parent)
{
	const struct faults faults = examine("a < None\n");

	cr_expect(eq(str, suggestion_of(&faults, FAULT_MISSING_PARENT),
			"Write null (None) if 'a' is a base."));
}

Test(doctor, a_missing_dependency_is_looked_for_too)
{
	const struct faults faults = examine(
			"add_users label=core\nb < add_users dep=core\nc < b dep=add_user\n");

	cr_expect(eq(sz, faults.count, 1));
	cr_expect(eq(str, suggested(&faults, FAULT_MISSING_DEPENDENCY, "c"), "add_users"));
}

Test(doctor, a_dependency_is_not_guessed_by_the_number_below)
{
	const struct faults faults = examine("0001\n0002 < 0001 dep=lost\n");

	cr_expect(eq(str, suggested(&faults, FAULT_MISSING_DEPENDENCY, "0002"), ""));
}

Test(doctor, a_file_name_is_reported_once_however_often_it_is_used)
{
	const struct faults faults = examine("1a file=first.py\nb < first\nc < first\n");

	cr_expect(eq(sz, count_of(&faults, FAULT_MISSING_PARENT), 2));
	cr_expect(eq(str, message_of(&faults, FAULT_FILE_NAME_AS_REVISION),
			"'first' is the name of a file, whose id is '1a' (2 files refer to it so)"));
}

static size_t count_of_redundant(const char *text)
{
	const struct faults faults = examine(text);

	return count_of(&faults, FAULT_REDUNDANT_PARENT);
}

/* --- ids that stand twice -------------------------------------------------------------------- */

Test(doctor, children_mean_the_namesake_with_the_number_below_theirs)
{
	const struct faults faults = examine("a file=0001_a.py\n"
					     "b < a file=0004_late.py\n"
					     "b < a file=0002_early.py\n"
					     "c < b file=0003_c.py\n");
	const struct fault *fault = only(&faults, FAULT_DUPLICATE_REVISION);

	cr_expect(str_equal(fault->file, STR("0004_late.py")));
	cr_expect(str_equal(fault->suggested_revision, STR("0004_late")));
	cr_expect(eq(str, message_of(&faults, FAULT_DUPLICATE_REVISION),
			"'b' is the id of 0002_early.py too, which 'c' means"));
}

Test(doctor, without_numbers_children_mean_the_namesake_before_them)
{
	const struct faults faults = examine("a\nb < a file=x.py\nc < b\nb < a file=y.py\n");

	cr_expect(str_equal(only(&faults, FAULT_DUPLICATE_REVISION)->file, STR("y.py")));
}

Test(doctor, a_namesake_that_follows_the_child_is_not_meant)
{
	const struct faults faults = examine("b < c file=x.py\nb file=y.py\nc < b\n");

	cr_expect(str_equal(only(&faults, FAULT_DUPLICATE_REVISION)->file, STR("x.py")));
	cr_expect(eq(sz, count_of(&faults, FAULT_CYCLE), 0)); // the last file is a base
}

Test(doctor, without_children_the_file_named_for_the_id_keeps_it)
{
	const struct faults faults = examine("b file=copy.py\nb file=b_users.py\n");

	cr_expect(str_equal(only(&faults, FAULT_DUPLICATE_REVISION)->file, STR("copy.py")));
}

Test(doctor, every_file_too_many_is_reported_with_an_id_of_its_own)
{
	const struct faults faults = examine("a\na\na\n");

	cr_assert(eq(sz, count_of(&faults, FAULT_DUPLICATE_REVISION), 2));
	cr_expect(not(str_equal(
			faults.items[0].suggested_revision, faults.items[1].suggested_revision)));
	cr_expect(eq(sz, faults.heads.count, 1));
}

/* --- cycles ---------------------------------------------------------------------------------- */

Test(doctor, a_self_loop_is_broken_by_the_number_below)
{
	const struct faults faults = examine("0001\n0002 < 0001\n0003 < 0003\n");

	cr_expect(eq(str, suggested(&faults, FAULT_SELF_LOOP, "0003"), "0002"));
	cr_expect(eq(sz, count_of(&faults, FAULT_CYCLE), 0));
}

Test(doctor, a_revision_that_follows_itself_is_no_head)
{
	cr_expect(eq(sz, examine("a\nb < b\n").heads.count, 1));
}

Test(doctor, a_revision_that_depends_on_itself_is_a_self_loop)
{
	const struct faults faults = examine("a\nb < a dep=b\n");

	cr_expect(eq(str, message_of(&faults, FAULT_SELF_LOOP), "the revision depends on itself"));
}

Test(doctor, a_cycle_is_shown_from_its_oldest_revision)
{
	const struct faults faults = examine("base\n0003 < 0002\n0001 < 0003\n0002 < 0001\n");

	cr_expect(eq(str, message_of(&faults, FAULT_CYCLE),
			"revisions follow each other in a circle: '0001' -> '0002' -> '0003' -> '0001'"));
	cr_expect(eq(str, suggested(&faults, FAULT_CYCLE, "0001"), "base"));
}

Test(doctor, a_parent_too_many_is_taken_out_of_a_cycle)
{
	const struct faults faults = examine("a\nb < a,d\nc < b\nd < c\n");

	cr_expect(eq(str, suggestion_of(&faults, FAULT_CYCLE),
			"Take 'd' out of the down_revision of 'b'."));
}

Test(doctor, a_cycle_with_a_way_in_and_a_way_out_escapes_alembic)
{
	const struct faults seen = examine("a\nb < a,c\nc < b\n");
	const struct faults unseen = examine("a\nb < a,c\nc < b\nd < c\n");

	cr_expect(eq(ptr, strstr(message_of(&seen, FAULT_CYCLE), "Alembic does not notice"), NULL));
	cr_expect(ne(ptr, strstr(message_of(&unseen, FAULT_CYCLE), "Alembic does not notice"),
			NULL));
}

Test(doctor, each_cycle_is_one_fault)
{
	const struct faults faults = examine("a < b\nb < a\nc < d\nd < e\ne < c\nf < a,c\n");

	cr_expect(eq(sz, count_of(&faults, FAULT_CYCLE), 2));
	cr_expect(eq(sz, count_of(&faults, FAULT_DEPENDENCY_CYCLE), 0));
}

Test(doctor, a_cycle_through_a_dependency_is_of_another_kind)
{
	const struct faults faults = examine("a\nb < a dep=c\nc < b\n");

	cr_expect(eq(sz, count_of(&faults, FAULT_CYCLE), 0));
	cr_expect(eq(str, message_of(&faults, FAULT_DEPENDENCY_CYCLE),
			"revisions need each other in a circle: 'b' -> 'c' -> 'b'"));
	cr_expect(eq(str, suggestion_of(&faults, FAULT_DEPENDENCY_CYCLE),
			"Take 'c' out of the depends_on of 'b'."));
}

Test(doctor, long_cycles_are_shortened)
{
	const struct faults faults =
			examine("a < h\nb < a\nc < b\nd < c\ne < d\nf < e\ng < f\nh < g\n");

	cr_expect(eq(str, message_of(&faults, FAULT_CYCLE),
			"revisions follow each other in a circle: 'a' -> 'b' -> 'c' -> 'd' -> 'e' -> (2 more) -> 'h' -> 'a'"));
}

Test(doctor, what_lies_on_a_cycle_is_not_called_redundant_too)
{
	cr_expect(eq(sz, count_of_redundant("a\nb < a dep=c\nc < b\n"), 0));
	cr_expect(eq(sz, count_of_redundant("a\nb < a,c\nc < b\n"), 0));
}

/* --- labels and ids -------------------------------------------------------------------------- */

Test(doctor, labels_clash_with_ids_with_labels_and_with_themselves)
{
	const struct faults with_id = examine("a\nb < a label=a\n");
	const struct faults with_label = examine("a label=x\nb < a label=x\n");
	const struct faults with_itself = examine("a label=x,x\n");

	cr_expect(eq(str, message_of(&with_id, FAULT_LABEL_CLASH),
			"branch label 'a' is the id of a revision"));
	cr_expect(eq(str, message_of(&with_label, FAULT_LABEL_CLASH),
			"branch label 'x' is already one of 'a'"));
	cr_expect(eq(str, message_of(&with_itself, FAULT_LABEL_CLASH),
			"branch label 'x' is listed twice"));
}

Test(doctor, a_prefix_trap_names_the_command_that_would_surprise)
{
	const struct faults faults = examine("011\n011_add_distribution < 011\n");

	cr_expect(eq(str, message_of(&faults, FAULT_PREFIX_TRAP),
			"id '011' is the beginning of '011_add_distribution': 'alembic upgrade 011' never means "
			"the longer one, and 'alembic upgrade 01' means '011_add_distribution'"));
}

Test(doctor, a_label_may_be_the_trap)
{
	const struct faults faults = examine("a label=core\ncore_users < a\n");

	cr_expect(str_equal(only(&faults, FAULT_PREFIX_TRAP)->revision, STR("a")));
}

Test(doctor, short_ids_and_a_revisions_own_label_are_no_traps)
{
	cr_expect(eq(sz, examine("a\nab < a\nabc < ab\n").count, 0));
	cr_expect(eq(sz, examine("c label=core\ncd < c\n").count, 0));
	cr_expect(eq(sz, examine("core_1 label=core\nb < core_1\n").count, 0));
}

Test(doctor, ids_longer_than_the_column_are_counted_in_characters)
{
	const struct faults faults = examine(
			"a2345678901234567890123456789012\n"
			"b23456789012345678901234567890123 < a2345678901234567890123456789012\n"
			"\303\2442345678901234567890123456789012 < b23456789012345678901234567890123\n");
	const struct fault *fault = only(&faults, FAULT_LONG_REVISION);

	cr_expect(str_equal(fault->revision, STR("b23456789012345678901234567890123")));
	cr_expect(le(sz, fault->suggested_revision.len, 32));
	cr_expect(eq(sz, faults.count, 1));
}

Test(doctor, illegal_characters_depend_on_the_release)
{
	const struct faults newest = examine("a:b\n");
	const struct faults several = examine_at("a-b@c\n", 16);

	cr_expect(eq(str, message_of(&newest, FAULT_ILLEGAL_REVISION),
			"an id cannot have ':' in it"));
	cr_expect(eq(str, suggested(&newest, FAULT_ILLEGAL_REVISION, "a:b"), "a_b"));
	cr_expect(eq(sz, examine_at("a:b\n", 16).count, 0));
	cr_expect(eq(str, message_of(&several, FAULT_ILLEGAL_REVISION),
			"an id cannot have '-', '@' in it"));
}

Test(doctor, words_of_alembic_cannot_be_ids)
{
	const struct faults faults = examine("base\nhead < base\n");

	cr_expect(eq(sz, count_of(&faults, FAULT_ILLEGAL_REVISION), 2));
}

/* --- parents, heads, bases ------------------------------------------------------------------- */

Test(doctor, an_ancestor_beside_its_descendant_is_redundant)
{
	const struct faults faults = examine("a\nb < a\nc < b\nd < c,a\n");

	cr_expect(eq(str, message_of(&faults, FAULT_REDUNDANT_PARENT),
			"'a' is an ancestor of 'c', listed beside it"));
	cr_expect(eq(str, suggestion_of(&faults, FAULT_REDUNDANT_PARENT),
			"Take 'a' out of the down_revision of 'd'."));
}

Test(doctor, a_redundant_parent_of_a_real_merge_can_kill_an_upgrade)
{
	const struct faults faults = examine("a\nb < a\nc < a\nd < a,b,c\n");

	cr_expect(eq(str, message_of(&faults, FAULT_REDUNDANT_PARENT),
			"'a' is an ancestor of 'b', listed beside it: an upgrade through it may die with KeyError 'a'"));
}

Test(doctor, a_dependency_is_redundant_only_where_it_does_harm)
{
	const struct faults harmless = examine("a\nb < a\nc < b dep=a\n");
	const struct faults harmful =
			examine("x1 label=x\nx2 < x1\ny1 label=y\nz < y1 dep=x2,x1\n");

	cr_expect(eq(sz, count_of(&harmless, FAULT_REDUNDANT_PARENT), 0));
	cr_expect(eq(str, suggestion_of(&harmful, FAULT_REDUNDANT_PARENT),
			"Take 'x1' out of the depends_on of 'z'."));
}

Test(doctor, a_parent_listed_twice_is_redundant)
{
	const struct faults faults = examine("a\nb < a,a\n");

	cr_expect(eq(str, message_of(&faults, FAULT_REDUNDANT_PARENT),
			"down_revision lists 'a' twice, which makes a merge point of it"));
}

Test(doctor, two_heads_are_merged_or_one_is_moved)
{
	const struct faults faults = examine("a\nb < a\nc < a\nd < c\n");

	cr_expect(eq(str, message_of(&faults, FAULT_MULTIPLE_HEADS),
			"2 heads, so 'head' names none: 'b', 'd'"));
	cr_expect(eq(str, suggestion_of(&faults, FAULT_MULTIPLE_HEADS),
			"Merge them: alembic merge -m \"merge heads\" b d. "
			"Or, if 'c' has not been run anywhere yet, let it follow 'b'."));
	cr_expect(eq(str, suggested(&faults, FAULT_MULTIPLE_HEADS, "d"), "b"));
}

Test(doctor, heads_that_repaired_parents_take_away_are_not_to_be_merged)
{
	const struct faults faults = examine("0001_a\n0002_b < 0001\n");

	cr_expect(eq(str, suggestion_of(&faults, FAULT_MULTIPLE_HEADS),
			"Repair the missing parents first; as suggested, one head remains: '0002_b'."));
}

Test(doctor, labels_of_their_own_keep_heads_and_bases_apart)
{
	cr_expect(eq(sz, examine("a label=x\nb < a\nc label=y\nd < c\n").count, 0));
	cr_expect(eq(sz,
			examine("a label=x\nb < a\nc < a\nd < b,c\ne label=y\nf < d dep=e\n").count,
			0));
	cr_expect(eq(sz, examine("a\nb < a label=x\nc < a label=y\n").count, 0));
	const struct faults shared = examine("a label=x\nb < a\nc < a\n");
	const struct faults one = examine("a label=x\nb\n");

	cr_expect(eq(sz, count_of(&shared, FAULT_MULTIPLE_HEADS), 1));
	cr_expect(eq(sz, count_of(&one, FAULT_MULTIPLE_BASES), 1));
}

Test(doctor, an_empty_down_revision_was_a_base_for_old_releases)
{
	struct revision_specs specs = revision_tree("a\n", &arena);

	str_list_add(&specs.items[0].down_revision, (str){ 0 }, &arena);
	cr_expect(eq(sz, doctor_examine(&specs, 8, &arena).count, 0));
	cr_expect(eq(sz, doctor_examine(&specs, ALEMBIC_NEWEST, &arena).count, 1));
}

/* --- advice that adds up --------------------------------------------------------------------- */

/* What is found in the tree when every suggestion for it has been carried out. */
static struct faults after_repairs(const char *text)
{
	const struct revision_specs specs = revision_tree(text, &arena);
	const struct faults faults = doctor_examine(&specs, ALEMBIC_NEWEST, &arena);
	const struct revision_specs repaired =
			faults_repair(&faults, &specs, ALEMBIC_NEWEST, &arena);

	return doctor_examine(&repaired, ALEMBIC_NEWEST, &arena);
}

Test(doctor, a_parent_whose_file_is_gone_is_a_guess)
{
	const struct faults near = examine("0001\n0003 < 0002\n");
	const struct faults far = examine("27c6a30d7c24\nnew < 8f2a11c09d4e\n");
	const struct faults alone = examine("new < 8f2a11c09d4e\n");
	const struct faults merge = examine("a\nm < a,8f2a11c09d4e\n");

	cr_expect(eq(str, suggestion_of(&near, FAULT_MISSING_PARENT),
			"Restore the file of '0002'; if 0002 never ran anywhere: '0001', which has the nearest number below."));
	cr_expect(eq(str, suggestion_of(&far, FAULT_MISSING_PARENT),
			"Restore the file of '8f2a11c09d4e'; if 8f2a11c09d4e never ran anywhere: "
			"'27c6a30d7c24', which nothing follows."));
	cr_expect(eq(str, suggestion_of(&alone, FAULT_MISSING_PARENT),
			"Restore the file of '8f2a11c09d4e'; if 8f2a11c09d4e never ran anywhere: "
			"null (None), which makes a base of it."));
	cr_expect(eq(str, suggestion_of(&merge, FAULT_MISSING_PARENT),
			"Restore the file of '8f2a11c09d4e'; if 8f2a11c09d4e never ran anywhere: "
			"take it out of the down_revision of 'm'."));
}

/* The suggestion for what the second of two revisions follows. */
static char *advice(const char *text)
{
	const struct faults faults = examine(text);

	return suggestion_of(&faults, FAULT_MISSING_PARENT);
}

Test(doctor, one_of_a_series_is_gone_and_not_misspelt)
{
	cr_expect(eq(str, advice("rev_001\nrev_003 < rev_002\n"),
			"Restore the file of 'rev_002'; if rev_002 never ran anywhere: "
			"'rev_001', the nearest of its series."));
	cr_expect(eq(str, advice("20240101\n20240103 < 20240102\n"),
			"Restore the file of '20240102'; if 20240102 never ran anywhere: "
			"'20240101', the nearest of its series."));
	cr_expect(eq(str, advice("1.0\n1.2 < 1.1\n"),
			"Restore the file of '1.1'; if 1.1 never ran anywhere: "
			"'1.0', the nearest of its series."));
	cr_expect(eq(str, advice("rev_01\nnew < rev_1\n"),
			"Write 'rev_01': it differs in few letters."));
	cr_expect(eq(str, advice("3d91640ec9e0\nnew < 3d91640ec9e1\n"),
			"Write '3d91640ec9e0': it differs in few letters."));
}

/* The trees before and after all repairs, with the files of `lost` to come back. */
static struct faults examine_with_lost(const char *text, const char *lost, struct faults *ret_after)
{
	const struct revision_specs specs = revision_tree(text, &arena);
	struct revision_specs *files = arena_new(&arena, struct revision_specs);
	struct lost_revisions known = { 0 };

	*files = revision_tree(lost, &arena);
	for (size_t i = 0; i < files->count; i++) {
		struct lost_revision *one = LIST_PUSH(&known, &arena);

		one->name = files->items[i].revision;
		one->file = &files->items[i];
	}
	const struct faults faults = doctor_examine_with(&specs, &known, ALEMBIC_NEWEST, &arena);
	const struct revision_specs repaired =
			faults_repair(&faults, &specs, ALEMBIC_NEWEST, &arena);

	*ret_after = doctor_examine_with(&repaired, &known, ALEMBIC_NEWEST, &arena);
	return faults;
}

Test(doctor, a_file_that_can_come_back_is_judged_with_the_rest)
{
	struct faults after;
	// Both are missed by several, one only once the other is back; and with them there are two heads.
	const struct faults faults = examine_with_lost(
			"0001\n0004 < 0003\n0005 < 0003\n", "0003 < 0002\n0002 < 0001\n", &after);

	cr_expect(eq(sz, count_of(&faults, FAULT_MISSING_PARENT), 3));
	cr_expect(eq(str, (char *)str_to_c(faults.items[0].suggestion, &arena),
			"Bring the file of '0003' back."));
	cr_expect(eq(str, (char *)str_to_c(faults.items[2].message, &arena),
			"with all else as suggested: down_revision '0002' is no revision"));
	cr_expect(eq(sz, count_of(&faults, FAULT_MULTIPLE_HEADS), 1));
	cr_expect(eq(sz, after.count, 0));
	cr_expect(eq(sz, after.revision_count, 6), "three, two that came back, a merge");
}

Test(doctor, a_file_that_comes_back_may_need_repairs)
{
	struct faults after;
	// It closes a cycle, has a parent that nobody knows, and an id with which another begins.
	const struct faults faults = examine_with_lost(
			"base\na < base,b\nc < d\n", "b < a\nd < nowhere_at_all\n", &after);

	cr_expect(eq(sz, count_of(&faults, FAULT_CYCLE), 1));
	cr_expect(eq(sz, count_of(&faults, FAULT_MISSING_PARENT), 3));
	for (size_t i = 0; i < after.count; i++) {
		cr_expect(after.items[i].kind != FAULT_CYCLE &&
						after.items[i].kind != FAULT_MISSING_PARENT &&
						after.items[i].kind != FAULT_MULTIPLE_HEADS,
				"%s", fault_kind_names[after.items[i].kind]);
	}
}

static const struct fault *fault_of(const struct faults *faults, enum fault_kind kind)
{
	for (size_t i = 0; i < faults->count; i++) {
		if (faults->items[i].kind == kind) {
			return &faults->items[i];
		}
	}
	return NULL;
}

Test(doctor, a_file_that_comes_back_may_be_an_end_itself)
{
	struct faults after;
	const struct faults bases = examine_with_lost("x2 < x1\ny2 < y1\n", "x1\ny1\n", &after);
	const struct fault *base = fault_of(&bases, FAULT_MULTIPLE_BASES);

	cr_assert(ne(ptr, (void *)base, NULL));
	cr_expect(eq(sz, base->spec, 3), "the last of those that came back");
	cr_expect(eq(str, (char *)str_to_c(base->revision, &arena), "y1"));
	cr_expect(eq(str, suggestion_of(&bases, FAULT_MULTIPLE_BASES),
			"Give each a branch label if they are meant, else let 'y1' follow what it builds on."));

	const struct faults heads = examine_with_lost("a\nb < a dep=gone\n", "gone\n", &after);
	const struct fault *head = fault_of(&heads, FAULT_MULTIPLE_HEADS);

	cr_assert(ne(ptr, (void *)head, NULL));
	cr_expect(eq(str, (char *)str_to_c(head->revision, &arena), "gone"));
	cr_expect(eq(sz, count_of(&after, FAULT_MULTIPLE_HEADS), 0));
}

Test(doctor, what_took_the_place_of_a_revision_is_suggested_before_what_is_spelt_alike)
{
	const struct revision_specs specs =
			revision_tree("0001\n0002_new\nsquashed\n0003 < 0002\n", &arena);
	struct lost_revision known = { .name = STR("0002"), .successor = STR("squashed") };
	const struct lost_revisions lost = { .items = &known, .count = 1 };
	const struct faults faults = doctor_examine_with(&specs, &lost, ALEMBIC_NEWEST, &arena);

	cr_expect(eq(str, suggestion_of(&faults, FAULT_MISSING_PARENT),
			"Write 'squashed': it took its place."));
	known.successor = STR("0003"); // itself
	cr_expect(eq(str,
			suggested((const struct faults[]){ doctor_examine_with(
						  &specs, &lost, ALEMBIC_NEWEST, &arena) },
					FAULT_MISSING_PARENT, "0003"),
			"0002_new"));
}

Test(doctor, a_command_is_never_broken)
{
	struct fault fault = {
		.kind = FAULT_MISSING_PARENT,
		.revision = STR("x"),
		.message = STR("m"),
		.suggestion = STR(
				"Merge that branch, or bring it back: git restore --source=47af584 -- 'a b/c d/e f'"),
		.command = STR("git restore --source=47af584 -- 'a b/c d/e f'"),
	};
	const struct faults faults = { .items = &fault, .count = 1 };
	struct buf out = { .arena = &arena };

	faults_render_text(&faults, false, 0, &out);
	cr_expect(str_find(buf_str(&out),
				  STR("back:\n    git restore --source=47af584 -- 'a b/c d/e f'\n")) <
			out.len);
}

Test(doctor, a_tuple_in_quotes_is_a_list)
{
	const struct faults faults = examine("0001\n0003 < 0001\n");
	struct revision_specs specs = revision_tree("0001\n0002\nm < x\n", &arena);

	specs.items[2].down_revision.items[0] = STR("('0001', '0002')");
	const struct faults quoted = doctor_examine(&specs, ALEMBIC_NEWEST, &arena);
	const struct revision_specs repaired =
			faults_repair(&quoted, &specs, ALEMBIC_NEWEST, &arena);

	cr_expect(eq(sz, faults.count, 0));
	cr_expect(eq(str, suggestion_of(&quoted, FAULT_MISSING_PARENT),
			"Write a list, not a text: '0001', '0002'."));
	cr_assert(eq(sz, repaired.items[2].down_revision.count, 2));
	cr_expect(str_equal(repaired.items[2].down_revision.items[1], STR("0002")));
}

Test(doctor, an_id_of_its_own_is_no_trap)
{
	const struct faults faults = examine("0001\n0005 < 0001 file=0005_orders.py\n"
					     "0005 < 0001 file=0005_invoices.py\n");

	cr_expect(str_equal(only(&faults, FAULT_DUPLICATE_REVISION)->suggested_revision,
			STR("invoices")));
	cr_expect(eq(sz, count_of(&faults, FAULT_PREFIX_TRAP), 0));
}

Test(doctor, an_id_of_its_own_may_make_a_head)
{
	const struct faults faults = examine("0001\n0002 < 0001 file=0002_a.py\n"
					     "0002 < 0001 file=0002_b.py\n0003 < 0002\n");
	const struct faults after = after_repairs("0001\n0002 < 0001 file=0002_a.py\n"
						  "0002 < 0001 file=0002_b.py\n0003 < 0002\n");

	cr_expect(eq(sz, faults.heads.count, 1));
	cr_expect(eq(sz, faults.repaired_heads.count, 2));
	cr_expect(eq(sz, after.count, 0));
	cr_expect(eq(sz, after.heads.count, 1));
}

Test(doctor, faults_that_others_hide_are_told_too)
{
	// Alembic knows the second 'b' alone, and so does not see what the first one closes.
	const struct faults faults = examine("b < c file=b.py\nb file=y.py\nc < b\n");

	cr_expect(eq(sz, after_repairs("b < c file=b.py\nb file=y.py\nc < b\n").heads.count, 1));
	cr_expect(eq(sz, count_of(&faults, FAULT_DUPLICATE_REVISION), 1));
	const struct faults redundant = examine("a1\nb1 < a1\nc1 < b1,a_1 file=x.py\n");

	cr_expect(eq(sz, count_of(&redundant, FAULT_MISSING_PARENT), 1));
	cr_expect(eq(str, message_of(&redundant, FAULT_REDUNDANT_PARENT),
			"with all else as suggested: 'a1' is an ancestor of 'b1', listed beside it"));
}

Test(doctor, a_label_of_its_own_is_no_dependency)
{
	const struct faults faults = examine("a\nb < a label=x dep=x\n");

	cr_expect(eq(str, message_of(&faults, FAULT_SELF_LOOP),
			"the revision depends on itself, by its branch label 'x'"));
	cr_expect(eq(sz, after_repairs("a\nb < a label=x dep=x\n").count, 0));
}

Test(doctor, a_parent_below_a_dependency_gives_way_to_it)
{
	const char *text = "a\nb < a\nd < a dep=b\n";
	const struct faults faults = examine(text);

	cr_expect(eq(str, suggestion_of(&faults, FAULT_REDUNDANT_PARENT), "Let 'd' follow 'b'."));
	cr_expect(eq(sz, after_repairs(text).count, 0));
}

Test(doctor, a_head_that_another_depends_on_is_merged_last)
{
	const char *text = "a\nb < a\nc < a\nb2 < b\nd < a\ne < d dep=b2\n";
	const struct faults faults = examine(text);

	cr_expect(eq(str, suggestion_of(&faults, FAULT_MULTIPLE_HEADS),
			"Merge them: alembic merge -m \"merge heads\" c e && alembic merge -m \"merge heads\" heads."));
	cr_expect(eq(sz, after_repairs(text).count, 0));
}

Test(doctor, a_new_id_goes_into_every_file_that_refers_to_it)
{
	const struct revision_specs specs = revision_tree("a:b\nc < a:b\nd < c dep=a:b\n", &arena);
	const struct faults faults = doctor_examine(&specs, ALEMBIC_NEWEST, &arena);
	const struct revision_specs repaired =
			faults_repair(&faults, &specs, ALEMBIC_NEWEST, &arena);

	cr_expect(str_equal(repaired.items[1].down_revision.items[0], STR("a_b")));
	cr_expect(str_equal(repaired.items[2].depends_on.items[0], STR("a_b")));
	cr_expect(str_equal(specs.items[1].down_revision.items[0], STR("a:b")));
}

Test(doctor, advice_of_a_real_chain_leaves_one_head_and_nothing_new)
{
	const struct faults before = examine(trading_bot_as_found);
	const struct faults after = after_repairs(trading_bot_as_found);

	cr_expect(eq(sz, after.heads.count, 1));
	cr_expect(eq(sz, after.count,
			count_of(&before, FAULT_PREFIX_TRAP) +
					count_of(&before, FAULT_MULTIPLE_BASES)));
}

Test(doctor, ten_thousand_parents_take_no_time, .timeout = 10)
{
	struct buf text = { .arena = &arena };

	leave_sizes_to_sanitizers();
	buf_add(&text, STR("root\n"));
	for (unsigned i = 0; i < 10000; i++) {
		buf_format(&text, "p%05u < root\n", i);
	}
	buf_add(&text, STR("merge < p00000"));
	for (unsigned i = 1; i < 10000; i++) {
		buf_format(&text, ",p%05u", i);
	}
	buf_add(&text, STR(",root\n"));
	cr_expect(eq(sz, count_of_redundant(text.data), 1));
}

/* --- everything at once ---------------------------------------------------------------------- */

Test(doctor, no_fault_hides_another)
{
	const struct faults faults =
			examine("a\na\nb < gone dep=lost\nc < c\nd < e\ne < d\nf < a label=a\n"
				"g < f,a\nx-y < g\n");

	cr_expect(eq(sz, count_of(&faults, FAULT_DUPLICATE_REVISION), 1));
	cr_expect(eq(sz, count_of(&faults, FAULT_MISSING_PARENT), 1));
	cr_expect(eq(sz, count_of(&faults, FAULT_MISSING_DEPENDENCY), 1));
	cr_expect(eq(sz, count_of(&faults, FAULT_SELF_LOOP), 1));
	cr_expect(eq(sz, count_of(&faults, FAULT_CYCLE), 1));
	cr_expect(eq(sz, count_of(&faults, FAULT_LABEL_CLASH), 1));
	cr_expect(eq(sz, count_of(&faults, FAULT_REDUNDANT_PARENT), 1));
	cr_expect(eq(sz, count_of(&faults, FAULT_MULTIPLE_HEADS), 1));
	cr_expect(eq(sz, count_of(&faults, FAULT_ILLEGAL_REVISION), 1));
	for (size_t i = 1; i < faults.count; i++) {
		cr_expect(le(int, faults.items[i - 1].kind, faults.items[i].kind));
	}
}

Test(doctor, ten_thousand_files_that_lost_their_parents_take_a_second, .timeout = 60)
{
	struct buf text = { .arena = &arena };

	leave_sizes_to_sanitizers();
	for (unsigned i = 0; i < 10000; i++) {
		buf_format(&text, "%08x%04x < %08x%04x\n", i * 2654435761u, i & 0xffff,
				(i * 2654435761u) ^ 0x10101u, (i + 7) & 0xffff);
	}
	const struct faults faults = examine(text.data);

	cr_expect(eq(sz, count_of(&faults, FAULT_MISSING_PARENT), 10000));
}

/* --- reports --------------------------------------------------------------------------------- */

static char *text_of(const struct faults *faults)
{
	struct buf out = { .arena = &arena };

	faults_render_text(faults, false, 0, &out);
	return out.data;
}

Test(doctor, text_is_grouped_by_kind_and_fits_80_columns)
{
	const struct faults sound = examine("a\n");
	const struct faults faults = examine(trading_bot_as_found);
	str rest = str_from(text_of(&faults));
	str line;

	cr_expect(eq(str, text_of(&sound), "1 revision, 1 head, 1 base: no faults\n"));
	cr_expect(ne(ptr, strstr(rest.data, "\nmissing-parent (17)\n"), NULL));
	cr_expect(ne(ptr, strstr(rest.data, "\nprefix-trap (2)\n"), NULL));
	while (str_next_part(&rest, '\n', &line)) {
		cr_expect(le(sz, str_utf8_length(line), 80), "%.*s", STR_ARG(line));
	}
}

Test(doctor, json_has_lines_and_nulls)
{
	const struct source source = { .name = STR_INIT("x.yaml"), .text = STR_INIT("one\ntwo\n") };
	struct revision_specs specs = revision_tree("a < b\nc < d file=c.py\n", &arena);
	struct buf out = { .arena = &arena };

	specs.items[0].where = (struct span){ &source, 4, 3 };
	const struct faults faults = doctor_examine(&specs, ALEMBIC_NEWEST, &arena);

	faults_render_json(&faults, &out);
	json_t *object = json_loads(out.data, 0, NULL);
	const json_t *first = json_array_get(json_object_get(object, "faults"), 0);
	const json_t *second = json_array_get(json_object_get(object, "faults"), 1);

	cr_expect(eq(int, (int)json_integer_value(json_object_get(object, "revisions")), 2));
	cr_expect(eq(sz, json_array_size(json_object_get(object, "heads")), 2));
	cr_expect(eq(sz, json_array_size(json_object_get(object, "bases")), 0));
	cr_expect(eq(str, (char *)json_string_value(json_object_get(first, "kind")),
			"missing-parent"));
	cr_expect(eq(int, (int)json_integer_value(json_object_get(first, "line")), 2));
	cr_expect(eq(int, json_typeof(json_object_get(first, "file")), JSON_NULL));
	cr_expect(eq(int, json_typeof(json_object_get(first, "suggestion")), JSON_STRING));
	cr_expect(eq(int, json_typeof(json_object_get(first, "suggested_revision")), JSON_NULL));
	cr_expect(eq(int, json_typeof(json_object_get(second, "line")), JSON_NULL));
	json_decref(object);
}
