/* The cells of a scenario with the outcomes that are claimed of them, and the edits of its tree. */
#include "scenario/edit.h"
#include "scenario_fixture.h"

/* --- cells --------------------------------------------------------------------------------- */

TestSuite(cells, .init = setup, .fini = teardown);

Test(cells, stand_in_the_order_of_the_file_within_all_limits)
{
	struct scenario_cells cells = { 0 };
	struct buf names = { .arena = &arena };

	read_fine("rehearse: 1\n"
		  "states: {b: {}, a: {}}\n"
		  "strategies:\n"
		  "  two: {engines: [postgres]}\n"
		  "  one: {states: [a]}\n");
	scenario_add_cells(scenario, &arena, &cells);
	for (size_t i = 0; i < cells.count; i++) {
		buf_format(&names, "%.*s ", STR_ARG(cells.items[i].name));
	}
	expect_str(buf_str(&names),
			"sample/two@b:postgres sample/two@a:postgres sample/one@a:sqlite "
			"sample/one@a:postgres ");
	cr_expect(eq(ptr, (void *)cells.items[0].outcome, NULL));
}

Test(cells, start_alike_from_one_state_on_one_engine)
{
	struct scenario_cells cells = { 0 };

	read_fine("rehearse: 1\n"
		  "states: {s: {}, t: {}}\n"
		  "strategies: {a: {}, b: {engines: [sqlite], states: [s]}}\n");
	scenario_add_cells(scenario, &arena, &cells);
	/* a@s:sqlite a@s:postgres a@t:sqlite a@t:postgres b@s:sqlite */
	cr_assert(eq(sz, cells.count, 5));
	for (size_t i = 0; i < cells.count; i++) {
		cr_expect(eq(int, scenario_cell_starts_as(&cells.items[4], &cells.items[i]),
				i == 0 || i == 4));
	}
}

Test(cells, the_most_specific_line_counts)
{
	struct scenario_cells cells = { 0 };
	struct buf found = { .arena = &arena };

	read_fine("rehearse: 1\n"
		  "states: {s: {}, t: {}}\n"
		  "strategies: {a: {}, b: {}}\n"
		  "outcomes:\n"
		  "  '*@*': {wrong: [version]}\n"
		  "  '*@*:postgres': {wrong: [schema]}\n"
		  "  '*@t': {wrong: [rows]}\n"
		  "  a@*: {wrong: [check]}\n"
		  "  a@*:postgres: {wrong: [round_trip]}\n"
		  "  '*@t:sqlite': {wrong: [heads]}\n"
		  "  a@t: {wrong: [version, heads]}\n"
		  "  b@t:postgres: works\n"
		  "  b@t:*: {wrong: [schema]}\n");
	scenario_add_cells(scenario, &arena, &cells);
	for (size_t i = 0; i < cells.count; i++) {
		const struct place place = span_place(cells.items[i].outcome->where);

		buf_format(&found, "%zu ", place.line);
	}
	/* a@s:sqlite a@s:postgres a@t:sqlite a@t:postgres, then b */
	expect_str(buf_str(&found), "8 9 11 11 5 6 13 12 ");
}

Test(cells, of_two_equal_lines_the_later_counts)
{
	struct scenario_cells cells = { 0 };

	read_fine("rehearse: 1\n"
		  "steps: [{upgrade: head}]\n"
		  "outcomes:\n"
		  "  replay@fresh: works\n"
		  "  replay@fresh:*: {fails_at: 1, error: x}\n");
	scenario_add_cells(scenario, &arena, &cells);
	cr_assert(ne(ptr, (void *)cells.items[0].outcome, NULL));
	cr_expect(eq(int, (int)cells.items[0].outcome->verdict, VERDICT_FAILS));
	cr_expect(eq(sz, cells.items[0].outcome->fails_at, 1));
}

/* --- edits --------------------------------------------------------------------------------- */

TestSuite(edits, .init = setup, .fini = teardown);

/* The tree of the only strategy, as "id(file) ...". */
static str edited(void)
{
	struct scenario_revisions after;
	struct buf out = { .arena = &arena };
	struct error *error = scenario_edit_apply(
			&scenario->strategies.items[0].edit, &scenario->revisions, &arena, &after);

	cr_assert(eq(ptr, error, NULL));
	const struct revision_specs specs = scenario_revision_specs(&after, &arena);

	for (size_t i = 0; i < specs.count; i++) {
		buf_format(&out, "%.*s(%.*s) ", STR_ARG(specs.items[i].revision),
				STR_ARG(specs.items[i].message));
	}
	return buf_str(&out);
}

#define TREE                                                             \
	"rehearse: 1\n"                                                  \
	"revisions:\n"                                                   \
	"  - {revision: a, down_revision: null, file: b, message: 1}\n"  \
	"  - {revision: b, down_revision: a, file: b.py, message: 2}\n"  \
	"  - {revision: c, down_revision: a, message: 3}\n"              \
	"  - {revision: c, down_revision: b, file: c2.py, message: 4}\n" \
	"strategies:\n"

Test(edits, a_name_means_a_file_before_an_id)
{
	read_fine(TREE "  x: {remove_revisions: [b]}\n");
	expect_str(edited(), "b(2) c(3) c(4) ");
}

Test(edits, an_id_that_stands_twice_means_all_its_files)
{
	read_fine(TREE "  x: {change_revisions: {c: {message: 5}}}\n");
	expect_str(edited(), "a(1) b(2) c(5) c(5) ");
}

Test(edits, names_in_changes_mean_what_they_meant_before_any)
{
	read_fine(TREE "  x: {change_revisions: {b.py: {revision: a}, a: {revision: b}}}\n");
	expect_str(edited(), "b(1) a(2) c(3) c(4) ");
}

Test(edits, go_in_the_order_replace_remove_change_add)
{
	read_fine(TREE "  x:\n"
		       "    add_revisions: [{revision: z, down_revision: y}]\n"
		       "    change_revisions: {y: {message: 9, down_revision: [q], irreversible: true}}\n"
		       "    remove_revisions: [w]\n"
		       "    replace_revisions:\n"
		       "      - {revision: w, down_revision: null}\n"
		       "      - {revision: y, down_revision: null, upgrade: SELECT 1}\n");
	expect_str(edited(), "y(9) z() ");
	struct scenario_revisions after;

	cr_assert(eq(ptr,
			scenario_edit_apply(&scenario->strategies.items[0].edit,
					&scenario->revisions, &arena, &after),
			NULL));
	expect_str(after.items[0].spec.down_revision.items[0], "q");
	expect_str(after.items[0].upgrade.by_engine[0].text, "SELECT 1");
	cr_expect(after.items[0].irreversible);
	cr_expect(eq(sz, scenario->revisions.count, 4));
}

Test(edits, a_name_that_nothing_has_is_an_error_in_its_place)
{
	struct scenario_revisions after;
	const struct scenario_revisions none = { 0 };

	read_fine(TREE "  x: {remove_revisions: [a]}\n");
	const struct error *error = scenario_edit_apply(
			&scenario->strategies.items[0].edit, &none, &arena, &after);

	cr_assert(ne(ptr, (void *)error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_NOT_FOUND));
	expect_str(span_render(error->where, &arena), "folder/sample.yaml:8:26");
}

Test(edits, a_merge_may_be_named_by_what_follows_it)
{
	read_fine(TREE "  x:\n"
		       "    steps:\n"
		       "      - merge: {revisions: heads, revision: m1, message: one}\n"
		       "      - edit: {change_revisions: {m1: {message: x}}, remove_revisions: [m1_one.py]}\n");
	cr_expect(eq(sz, scenario->strategies.items[0].steps.count, 2));
}
