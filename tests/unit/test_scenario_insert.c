/*
 * Strategies and claims that are put into the text of a scenario.
 */
#include "scenario/insert.h"
#include "scenario_fixture.h"

TestSuite(insert, .init = setup, .fini = teardown);

static void add_strategies(void *data, str step, struct buf *out)
{
	(void)data;
	buf_format(out, "%.*snew: {}\n", STR_ARG(step));
}

static void add_outcomes(void *data, str step, struct buf *out)
{
	(void)data;
	buf_format(out, "%.*s\"new@*\": works\n", STR_ARG(step));
}

/* The text with both in it. */
static str inserted(const char *text, bool needs_outcomes)
{
	const struct scenario_addition addition = { add_strategies, add_outcomes, needs_outcomes,
		NULL };
	struct buf out = { .arena = &arena };

	scenario_insert(str_from(text), &addition, &out);
	return buf_str(&out);
}

Test(insert, stands_first_below_its_keys)
{
	expect_str(inserted("a: 1\nstrategies: # by hand\n    old: {}\noutcomes:\n    \"old@*\": works\nb: 2\n",
				   false),
			"a: 1\nstrategies: # by hand\n    new: {}\n    old: {}\n"
			"outcomes:\n    \"new@*\": works\n    \"old@*\": works\nb: 2\n");
}

Test(insert, is_indented_as_what_is_there)
{
	expect_str(inserted("strategies:\n\n# the first\n   old: {}\n", false),
			"strategies:\n   new: {}\n\n# the first\n   old: {}\n");
}

Test(insert, stands_at_the_end_where_there_is_no_key)
{
	expect_str(inserted("a: 1", false), "a: 1\nstrategies:\n  new: {}\n");
	expect_str(inserted("a: 1\n", true),
			"a: 1\nstrategies:\n  new: {}\noutcomes:\n  \"new@*\": works\n");
}

Test(insert, gives_steps_at_the_top_a_strategy_of_their_own)
{
	expect_str(inserted("steps:\n  - upgrade: a\n# both\n  - upgrade: b\ngoal: {}\n", false),
			"strategies:\n  new: {}\n  replay:\n    steps:\n      - upgrade: a\n"
			"    # both\n      - upgrade: b\ngoal: {}\n");
	expect_str(inserted("steps:\n- upgrade: a\n", false),
			"strategies:\n  new: {}\n  replay:\n    steps:\n    - upgrade: a\n");
}

Test(insert, takes_no_deeper_key_for_its_own)
{
	expect_str(inserted("states:\n  strategies:\n    x: 1\nsteps_of: 1\noutcomes: {}\n", false),
			"states:\n  strategies:\n    x: 1\nsteps_of: 1\noutcomes: {}\n"
			"strategies:\n  new: {}\n");
}
