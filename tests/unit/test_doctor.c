#include "doctor/doctor.h"

#include "revision_tree.h"
#include "trading_bot.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static struct arena arena;

static void finish(void)
{
	arena_finish(&arena);
}

TestSuite(doctor, .fini = finish);

static struct faults examine(const char *text)
{
	const struct revision_specs specs = revision_tree(text, &arena);

	// Specs are borrowed for the call only.
	return doctor_examine(&specs, ALEMBIC_NEWEST, &arena);
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
static char *suggested(
		const struct faults *faults, enum fault_kind kind, const char *revision)
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
