/* Mistakes: each where it is, in the order of the file, and none that only follows from another. */
#include "kit/file.h"
#include "scenario_fixture.h"

#include <unistd.h>

TestSuite(mistakes, .init = setup, .fini = teardown);

Test(mistakes, of_every_kind_are_drawn_where_they_are)
{
	const str here = path_folder(STR(__FILE__));
	struct str_list names;
	size_t compared = 0;

	cr_assert(eq(int, chdir(str_to_c(path_join(here, STR("../cli/mistakes"), &arena), &arena)),
			0));
	cr_assert(eq(ptr, directory_list(STR("."), &arena, &names), NULL));
	for (size_t i = 0; i < names.count; i++) {
		struct error_list found = { 0 };
		struct buf drawn = { .arena = &arena };
		str expected;

		if (!str_ends_with(names.items[i], STR(".yaml"))) {
			continue;
		}
		cr_expect(eq(ptr, (void *)scenario_load(names.items[i], NULL, &arena, &found), NULL));
		for (size_t j = 0; j < found.count; j++) {
			buf_add(&drawn, j ? STR("\n") : STR(""));
			error_render(found.items[j], false, &drawn);
		}
		const str answer =
				str_format(&arena, "%.*s.txt", STR_ARG(path_stem(names.items[i])));

		cr_assert(eq(ptr, file_read(answer, SIZE_MAX, &arena, &expected), NULL));
		if (found.count > 1) { // the command says behind them how many there are
			expected.len = str_find(expected, STR(" mistakes in "));
			while (expected.data[expected.len - 1] != '\n') {
				expected.len--;
			}
			expected.len--;
		}
		cr_expect(eq(str, (char *)buf_c(&drawn), (char *)str_to_c(expected, &arena)),
				"%.*s", STR_ARG(names.items[i]));
		compared++;
	}
	cr_expect(ge(sz, compared, 80));
}

Test(mistakes, a_file_that_is_not_there_is_nowhere)
{
	cr_expect(eq(ptr, (void *)scenario_load(STR("no-such.yaml"), NULL, &arena, &mistakes), NULL));
	cr_assert(eq(sz, mistakes.count, 1));
	cr_expect(eq(int, (int)mistakes.items[0]->code, ERROR_NOT_FOUND));
	cr_expect(eq(ptr, (void *)mistakes.items[0]->where.source, NULL));
}

Test(mistakes, stand_in_the_order_of_the_file)
{
	expect_str(read_bad("rehearse: 1\n"
			    "outcomes: {a@b: works, c@fresh: works}\n"
			    "goal: {heds: 1}\n"
			    "steps: [upgrade: head, {stamp: a, fails: '('}, restore: x]\n"
			    "title: [1]\n"),
			"2:12 no strategy 'a'\n"
			"2:14 no state 'b'\n"
			"2:24 no strategy 'c'\n"
			"3:8 unknown key 'heds' [Did you mean 'heads'?]\n"
			"4:44 cannot use this pattern: missing closing parenthesis [Patterns are those of "
			"PCRE2; a backslash takes away a character's special sense.]\n"
			"5:8 expected text, found a list\n");
}

Test(mistakes, do_not_make_others_that_refer_to_them)
{
	expect_str(read_bad("rehearse: 1\n"
			    "revisions:\n"
			    "  - {revision: [a], down_revision: null}\n"
			    "states: {one: 1, two: {ran: [a]}}\n"
			    "strategies:\n"
			    "  x: {steps: [{upgrade: [a]}], remove_revisions: [a]}\n"
			    "  y: {stepz: []}\n"
			    "goal: {schema: {same_as: state:one}}\n"
			    "outcomes:\n"
			    "  x@one: {fails_at: 1}\n"
			    "  y@two: works\n"),
			"3:16 expected text, found a list\n"
			"4:15 expected a map, found text [Write {} for an empty database, or keys such as "
			"schema and version.]\n"
			"6:25 expected text, found a list\n"
			"7:7 unknown key 'stepz' [Did you mean 'steps'?]\n");
}

Test(mistakes, in_limits_do_not_make_cells_go_missing)
{
	expect_str(read_bad("rehearse: 1\n"
			    "engines: [sqlit]\n"
			    "states: {fresh: {}, 'a:b': {}}\n"
			    "strategies:\n"
			    "  x: {engines: [postgres], states: [frsh]}\n"
			    "  y: {states: ['a:b']}\n"
			    "  z: {states: fresh}\n"
			    "outcomes: {x@fresh: works, 'x@fresh:sqlite': works, y@fresh: works, z@fresh: works}\n"),
			"2:11 no engine 'sqlit' [Did you mean 'sqlite'?]\n"
			"3:23 the name of a state cannot have ':' in it [Names of cells and records are made of "
			"it: leave out '@', ':', '*', '/' and control characters.]\n"
			"5:37 no state 'frsh' [Did you mean 'fresh'?]\n"
			"7:15 expected a list, found text [Write [fresh] for a list of one.]\n"
			"8:28 no cell is called 'x@fresh:sqlite' [The 'engines' and 'states' of the scenario "
			"and of the strategy leave none.]\n"
			"8:53 no cell is called 'y@fresh' [The 'engines' and 'states' of the scenario and of "
			"the strategy leave none.]\n");
}

Test(mistakes, names_have_no_character_that_a_terminal_obeys)
{
	str hint = STR(" [Names of cells and records are made of it: leave out '@', ':', '*', '/' "
		       "and control characters.]\n");

	expect_str(read_bad("rehearse: 1\nstates: {\"a\\x7f\": {}, \"b\\u009b\": {}}\n"),
			str_to_c(str_format(&arena,
						 "2:12 the name of a state cannot have a control "
						 "character in it%.*s"
						 "2:25 the name of a state cannot have a control "
						 "character in it%.*s",
						 STR_ARG(hint), STR_ARG(hint)),
					&arena));
	mistakes.count = 0;
	cr_expect(eq(ptr, NULL,
			(void *)scenario_parse(STR("a\x1b.yaml"), STR("rehearse: 1\n"), NULL, &arena,
					&mistakes)));
	expect_str(render_mistakes(),
			"1:1 the name of a scenario file cannot have a control character in it\n");
}

Test(mistakes, in_a_key_do_not_make_what_it_holds_go_missing)
{
	expect_str(read_bad("rehearse: 1\n"
			    "revision: [{revision: a, down_revision: null}]\n"
			    "state: {old: {}, other: {ran: [a]}}\n"
			    "strategies:\n"
			    "  x: {stepz: [{upgrade: head}], remove_revisions: [a], states: [old]}\n"
			    "  y: {steps: [{mrge: {revision: m}}, {edit: {remove_revisions: [m]}}]}\n"
			    "outcomes: {x@old: {fails_at: 2}}\n"),
			"2:1 unknown key 'revision' [Did you mean 'revisions'?]\n"
			"3:1 unknown key 'state' [Did you mean 'states'?]\n"
			"5:7 unknown key 'stepz' [Did you mean 'steps'?]\n"
			"6:16 unknown key 'mrge' [Did you mean 'merge'?]\n");
}

Test(mistakes, in_a_misspelt_list_of_steps_stand_alone)
{
	expect_str(read_bad("rehearse: 1\n"
			    "stepz: [{upgrade: head}]\n"
			    "outcomes: {replay@fresh: {fails_at: 1}}\n"),
			"2:1 unknown key 'stepz' [Did you mean 'steps'?]\n");
}

Test(mistakes, after_a_syntax_error_nothing_is_called_missing)
{
	expect_str(read_bad("title: one\n"
			    "revisions:\n"
			    "  - revision: a\n"
			    "strategies:\n"
			    "  x: {goal: {schema: {same_as: state:y}}, states: [z]}\n"
			    "steps: 'open\n"),
			"3:5 missing key 'down_revision' in a revision\n"
			"6:1 'steps' cannot stand beside 'strategies'\n"
			"6:8 a quote that is never closed [Close the text with the quote that it begins "
			"with.]\n");
}
