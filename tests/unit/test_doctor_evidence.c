#include "check.h"
#include "doctor/doctor.h"
#include "doctor/squash.h"
#include "leaks.h"
#include "revision_tree.h"

static struct arena arena;

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

TestSuite(doctor_evidence, .fini = teardown);

static struct faults examine(const char *text)
{
	const struct revision_specs specs = revision_tree(text, &arena);

	return doctor_examine(&specs, ALEMBIC_NEWEST, &arena);
}

/* What is found when every suggestion has been carried out. */
static struct faults after_repairs(const char *text)
{
	const struct revision_specs specs = revision_tree(text, &arena);
	const struct faults faults = doctor_examine(&specs, ALEMBIC_NEWEST, &arena);
	const struct revision_specs repaired =
			faults_repair(&faults, &specs, ALEMBIC_NEWEST, &arena);

	return doctor_examine(&repaired, ALEMBIC_NEWEST, &arena);
}

static const struct fault *only(const struct faults *faults, enum fault_kind kind)
{
	const struct fault *found = NULL;

	for (size_t i = 0; i < faults->count; i++) {
		if (faults->items[i].kind == kind) {
			cr_assert(eq(ptr, (void *)found, NULL));
			found = &faults->items[i];
		}
	}
	cr_assert(ne(ptr, (void *)found, NULL));
	return found;
}

static char *suggestion_of(const struct faults *faults, enum fault_kind kind)
{
	return (char *)str_to_c(only(faults, kind)->suggestion, &arena);
}

/* --- what a docstring tells ------------------------------------------------------------------ */

Test(doctor_evidence, a_docstring_settles_which_of_several_is_meant)
{
	const struct faults faults = examine("c1d2e3f4a5b7\nc1d2e3f4a5b8 < c1d2e3f4a5b7\n"
					     "d1 < c1d2e3f4a5b9 told=c1d2e3f4a5b7\n");

	cr_expect(eq(str, suggestion_of(&faults, FAULT_MISSING_PARENT),
			"Write 'c1d2e3f4a5b7': it differs in few letters, and the docstring names it."));
	cr_expect(not(only(&faults, FAULT_MISSING_PARENT)->is_guess));
}

Test(doctor_evidence, a_docstring_alone_is_a_guess)
{
	const char *text = "a1a1\nb2b2 < a1a1\nc3c3 < ffff told=a1a1\nd4d4 < b2b2\n";
	const struct faults faults = examine(text);

	cr_expect(eq(str, suggestion_of(&faults, FAULT_MISSING_PARENT),
			"Restore the file of 'ffff'; if ffff never ran anywhere: 'a1a1', which its docstring names."));
	cr_expect(only(&faults, FAULT_MISSING_PARENT)->is_guess);
	cr_expect(eq(sz, after_repairs(text).count, 0));
}

Test(doctor_evidence, a_docstring_casts_a_doubt_on_a_likeness)
{
	const struct faults faults = examine(
			"0001_users\n0002_orders < 0001_users\n0003 < 0002 told=0001_users\n");

	cr_expect(eq(str, suggestion_of(&faults, FAULT_MISSING_PARENT),
			"Perhaps write '0002_orders': one is the beginning of the other."));
	cr_expect(only(&faults, FAULT_MISSING_PARENT)->is_guess);
}

Test(doctor_evidence, a_docstring_that_names_what_follows_tells_nothing)
{
	const char *text = "a1a1\nc3c3 < ffff told=d4d4\nd4d4 < c3c3\n";
	const struct faults faults = examine(text);

	cr_expect(eq(sz, only(&faults, FAULT_MISSING_PARENT)->suggested_revision.len, 0));
	cr_expect(eq(sz, after_repairs(text).count, 0));
}

Test(doctor_evidence, a_copied_file_gets_the_id_that_its_docstring_has)
{
	const char *text =
			"a1a1\nb2b2 < a1a1 told_id=c3c3\nb2b2 < a1a1 told_id=b2b2\nd4d4 < b2b2\n";
	const struct faults faults = examine(text);
	const struct fault *fault = only(&faults, FAULT_DUPLICATE_REVISION);

	cr_expect(eq(sz, fault->spec, 1));
	cr_expect(eq(str, (char *)str_to_c(fault->suggested_revision, &arena), "c3c3"));
}

/* --- branches that are to stay apart --------------------------------------------------------- */

Test(doctor_evidence, the_heads_of_one_branch_are_merged_and_no_other)
{
	const char *text = "a label=core\na1 < a\na2 < a\nb label=tenant\nb1 < b\n";
	const struct faults faults = examine(text), after = after_repairs(text);

	cr_expect(eq(str, suggestion_of(&faults, FAULT_MULTIPLE_HEADS),
			"Merge the heads of each branch: alembic merge -m \"merge heads\" a1 a2. "
			"Or, if 'a2' has not been run anywhere yet, let it follow 'a1'."));
	cr_expect(eq(sz, after.count, 0));
	cr_expect(eq(sz, after.heads.count, 2));
}

Test(doctor_evidence, each_branch_has_a_merge_of_its_own)
{
	const char *text =
			"a label=core\na1 < a\na2 < a\nb label=tenant\nb1 < b\nb2 < b\nb3 < b\nb4 < b\n"
			"c label=third\n";
	const struct faults faults = examine(text), after = after_repairs(text);

	cr_expect(eq(str, suggestion_of(&faults, FAULT_MULTIPLE_HEADS),
			"Merge the heads of each branch: alembic merge -m \"merge heads\" a1 a2 && "
			"alembic merge -m \"merge heads\" tenant@heads."));
	cr_expect(eq(sz, after.count, 0));
	cr_expect(eq(sz, after.heads.count, 3));
}

Test(doctor_evidence, a_head_of_the_branch_that_another_depends_on_is_merged_last)
{
	const char *text = "a label=core\na1 < a\na2 < a\na3 < a\nb label=tenant\nb1 < b dep=a3\n";
	const struct faults faults = examine(text), after = after_repairs(text);

	cr_expect(eq(str, suggestion_of(&faults, FAULT_MULTIPLE_HEADS),
			"Merge the heads of each branch: alembic merge -m \"merge heads\" a1 a2 && "
			"alembic merge -m \"merge heads\" core@heads."));
	cr_expect(eq(sz, after.count, 0));
	cr_expect(eq(sz, after.heads.count, 2));
}

Test(doctor_evidence, heads_that_no_branch_has_are_merged_with_all)
{
	const char *text = "a label=core\na1 < a\na2 < a\nb\nb1 < b\n";
	const struct faults faults = examine(text);

	cr_expect(eq(str, suggestion_of(&faults, FAULT_MULTIPLE_HEADS),
			"Merge them: alembic merge -m \"merge heads\" a1 a2 b1."));
	cr_expect(eq(sz, after_repairs(text).heads.count, 1));
}

Test(doctor_evidence, labels_within_a_branch_that_tell_its_heads_need_no_merge)
{
	const char *text =
			"a label=core\na1 < a label=x\na2 < a label=y\nb label=tenant\nb1 < b\nb2 < b\n";
	const struct faults faults = examine(text);

	cr_expect(eq(str, suggestion_of(&faults, FAULT_MULTIPLE_HEADS),
			"Merge the heads of each branch: alembic merge -m \"merge heads\" b1 b2. "
			"Or, if 'b2' has not been run anywhere yet, let it follow 'b1'."));
	cr_expect(eq(sz, after_repairs(text).heads.count, 3));
}

/* --- what was squashed ----------------------------------------------------------------------- */

static char *successor(const char *before, const char *after, const char *now, const char *name)
{
	const struct revision_specs was = revision_tree(before, &arena);
	const struct revision_specs is = revision_tree(after, &arena);
	const struct revision_specs tree = revision_tree(now, &arena);
	struct squash *squash = squash_new(&was, &is, &tree, ALEMBIC_NEWEST, &arena);

	return (char *)str_to_c(squash_successor(squash, str_from(name)), &arena);
}

Test(doctor_evidence, what_stands_where_a_part_of_the_chain_stood_took_its_place)
{
	cr_expect(eq(str, successor("b < a\nc < b\n", "s < a\n", "a\ns < a\nd < c\n", "c"), "s"));
	cr_expect(eq(str, successor("b < a\nc < b\n", "s < a\n", "a\ns < a\nd < b\n", "b"), "s"));
	cr_expect(eq(str, successor("a\nb < a\n", "s\n", "s\nd < b\n", "b"), "s"));
	cr_expect(eq(str, successor("b < a\nc < a\nm < b,c\n", "s < a\n", "a\ns < a\nd < m\n", "m"),
			"s"));
	// Two bases that were one branch each.
	cr_expect(eq(str,
			successor("b < a\nc < x\nm < b,c\n", "s < a,x\n", "a\nx\ns < a,x\nd < m\n",
					"b"),
			"s"));
}

Test(doctor_evidence, the_last_of_several_squashes_has_all)
{
	cr_expect(eq(str,
			successor("b < a\nc < b\nd < c\n", "s < a\nt < s\n",
					"a\ns < a\nt < s\ne < d\n", "d"),
			"t"));
}

Test(doctor_evidence, what_stands_elsewhere_or_on_the_child_took_no_place)
{
	cr_expect(eq(str, successor("b < a\nc < b\n", "s < x\n", "a\nx\ns < x\nd < c\n", "c"), ""));
	cr_expect(eq(str, successor("b < a\nc < b\n", "s < d\n", "a\nd < c\ns < d\n", "c"), ""));
	cr_expect(eq(str, successor("b < a\nc < b\n", "", "a\nd < c\n", "c"), ""));
	// Two that stand there, neither on the other.
	cr_expect(eq(str,
			successor("b < a\nc < b\n", "s < a\nt < a\n", "a\ns < a\nt < a\nd < c\n",
					"c"),
			""));
	// A revision that only moved, and has nothing of the one that went.
	cr_expect(eq(str, successor("b < a\nc < b\n", "c < a\n", "a\nc < a\nd < b\n", "b"), ""));
}
