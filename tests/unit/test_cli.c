#include "check.h"
#include "cli/cli_internal.h"
#include "cli/last_failed.h"
#include "cli/play.h"
#include "cli/repeat.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "leaks.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const shapes[] = { "round", "square", NULL };

static const struct option options[] = {
	{ .name = "shape", .value = "SHAPE", .help = "round or square", .choices = shapes },
	{ .name = "jobs",
			.value = "N",
			.help = "how many",
			.letter = 'j',
			.check = option_check_count },
	{ .name = "quiet", .help = "say little" },
	{ .name = "tag", .value = "WORD", .help = "a word", .repeats = true },
};

static const struct command command = {
	.name = "draw",
	.arguments = "FILE",
	.summary = "draw a file",
	.options = options,
	.option_count = COUNT_OF(options),
	.least_arguments = 1,
	.most_arguments = 2,
};

static struct arena arena;
static struct invocation invocation;
static struct error_list mistakes;

static void setup(void)
{
	arena = (struct arena){ 0 };
}

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

TestSuite(arguments, .init = setup, .fini = teardown);
TestSuite(values, .init = setup, .fini = teardown);
TestSuite(help, .init = setup, .fini = teardown);
TestSuite(repeat, .init = setup, .fini = teardown);
TestSuite(last_failed, .init = setup, .fini = teardown);

static void parse(const char *const *items)
{
	size_t count = 0;

	while (items[count]) {
		count++;
	}
	invocation = (struct invocation){ .command = &command, .arena = &arena };
	mistakes = (struct error_list){ 0 };
	arguments_parse(items, count, &invocation, &mistakes);
}

#define PARSE(...) parse((const char *const[]){ __VA_ARGS__, NULL })

/* The message of mistake `i`, and its hint. */
static const char *message(size_t i)
{
	cr_assert(lt(sz, i, mistakes.count));
	return str_to_c(mistakes.items[i]->message, &arena);
}

static const char *hint(size_t i)
{
	cr_assert(lt(sz, i, mistakes.count));
	return str_to_c(mistakes.items[i]->hint, &arena);
}

static const char *value(const char *option)
{
	return str_to_c(invocation_value(&invocation, option), &arena);
}

Test(arguments, a_value_follows_its_option_or_an_equals_sign)
{
	PARSE("a", "--shape", "round", "--jobs=3");
	cr_assert(eq(sz, mistakes.count, 0));
	cr_expect(eq(str, (char *)value("shape"), "round"));
	cr_expect(eq(str, (char *)value("jobs"), "3"));
	cr_expect(not(invocation_has(&invocation, "quiet")));
}

Test(arguments, a_letter_takes_its_value_with_or_without_a_blank)
{
	PARSE("a", "-j", "12");
	cr_expect(eq(str, (char *)value("jobs"), "12"));
	PARSE("a", "-j7");
	cr_expect(eq(str, (char *)value("jobs"), "7"));
}

Test(arguments, two_dashes_end_the_options)
{
	PARSE("--quiet", "--", "--shape");
	cr_assert(eq(sz, mistakes.count, 0));
	cr_expect(invocation_has(&invocation, "quiet"));
	cr_assert(eq(sz, invocation.arguments.count, 1));
	cr_expect(str_equal(invocation.arguments.items[0], STR("--shape")));
}

Test(arguments, a_relative_target_is_an_argument)
{
	PARSE("a", "-1");
	cr_assert(eq(sz, mistakes.count, 0));
	cr_expect(eq(sz, invocation.arguments.count, 2));
}

Test(arguments, every_mistake_is_reported_at_once)
{
	PARSE("--shap", "--jobs", "none", "--quiet=yes", "--shape=squere", "-x");
	cr_assert(eq(sz, mistakes.count, 6));
	cr_expect(eq(str, (char *)message(0), "unknown option '--shap'"));
	cr_expect(eq(str, (char *)hint(0), "Did you mean '--shape'?"));
	cr_expect(eq(str, (char *)message(1),
			"option '--jobs' cannot be 'none': not a whole number from 1"));
	cr_expect(eq(str, (char *)message(2), "option '--quiet' takes no value"));
	cr_expect(eq(str, (char *)message(3), "option '--shape' cannot be 'squere'"));
	cr_expect(eq(str, (char *)hint(3), "Did you mean 'square'?"));
	cr_expect(eq(str, (char *)message(4), "unknown option '-x'"));
	cr_expect(eq(str, (char *)message(5), "command 'draw' needs an argument: FILE"));
}

Test(arguments, only_a_repeatable_option_is_given_twice)
{
	PARSE("a", "--tag=x", "--tag=y", "--jobs=1", "--jobs=2");
	cr_assert(eq(sz, mistakes.count, 1));
	cr_expect(eq(str, (char *)message(0), "option '--jobs' is given twice"));
	cr_expect(eq(str, (char *)value("tag"), "y"));
	cr_expect(invocation_gives(&invocation, "tag", STR("x")));
	cr_expect(not(invocation_gives(&invocation, "tag", STR("1"))));
}

Test(arguments, an_option_at_the_end_lacks_its_value)
{
	PARSE("a", "--shape");
	cr_assert(eq(sz, mistakes.count, 1));
	cr_expect(eq(str, (char *)message(0), "option '--shape' needs a value"));
	cr_expect(eq(str, (char *)hint(0), "It is one of: round, square."));
}

Test(arguments, too_many_are_refused_but_help_wants_none)
{
	PARSE("a", "b", "c");
	cr_assert(eq(sz, mistakes.count, 1));
	cr_expect(eq(str, (char *)message(0), "too many arguments: 'c'"));
	PARSE("--help");
	cr_expect(eq(sz, mistakes.count, 0));
}

Test(values, counts_are_whole_numbers_from_one)
{
	static const char *const refused[] = { "", "0", "-1", "1.5", "2x", "1000000000000" };

	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		cr_expect(ne(ptr, option_check_count(str_from(refused[i]), &arena), NULL), "%s",
				refused[i]);
	}
	cr_expect(eq(ptr, option_check_count(STR("12"), &arena), NULL));
	cr_expect(eq(sz, option_count(STR("12")), 12));
}

Test(values, a_part_is_one_of_as_many)
{
	static const char *const refused[] = { "", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3" };

	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		cr_expect(ne(ptr, shard_check(str_from(refused[i]), &arena), NULL), "%s",
				refused[i]);
	}
	cr_expect(eq(ptr, shard_check(STR("2/2"), &arena), NULL));
}

Test(values, a_timeout_is_in_seconds)
{
	static const char *const refused[] = { "", ".5", "-1", "1s", "1.2.3", "12345678",
		"0.0000001" };
	static const char *const taken[] = { "0", "1", "0.5", "1000000", "2.000001" };

	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		cr_expect(ne(ptr, option_check_seconds(str_from(refused[i]), &arena), NULL), "%s",
				refused[i]);
	}
	for (size_t i = 0; i < COUNT_OF(taken); i++) {
		cr_expect(eq(ptr, option_check_seconds(str_from(taken[i]), &arena), NULL), "%s",
				taken[i]);
	}
}

static size_t widest_line(str text)
{
	size_t widest = 0;
	str line;

	while (str_next_part(&text, '\n', &line)) {
		const size_t len = str_utf8_length(line);

		widest = len > widest ? len : widest;
	}
	return widest;
}

Test(help, fits_in_80_columns)
{
	struct buf program = { .arena = &arena };

	help_render_program(&program);
	cr_expect(le(sz, widest_line(buf_str(&program)), 80));
	for (size_t i = 0; commands[i]; i++) {
		struct buf text = { .arena = &arena };

		help_render_command(commands[i], &text);
		cr_expect(le(sz, widest_line(buf_str(&text)), 80), "%s", commands[i]->name);
	}
}

Test(colour, is_as_asked_and_never_by_itself_in_a_file)
{
	cr_expect(colour_is_wanted(STR("always"), 0));
	cr_expect(not(colour_is_wanted(STR("never"), 0)));
}

static struct outcome outcome_of(enum verdict verdict, const char *row)
{
	struct outcome outcome = { .verdict = verdict, .is_as_claimed = true };

	outcome.has_version_table = true;
	str_list_add(&outcome.version, str_from(row), &arena);
	return outcome;
}

Test(repeat, tells_what_runs_came_to_and_how_often)
{
	struct outcome a = outcome_of(VERDICT_WORKS, "a"), b = outcome_of(VERDICT_WORKS, "b");
	struct outcome same = a;

	same.elapsed_us = 5;
	const struct outcome *const equal[] = { &a, &same }, *const others[] = { &a, &b, &same };

	cr_expect(eq(ptr, (void *)repeat_fold(equal, 2, &arena), &a));
	const struct outcome *folded = repeat_fold(others, 3, &arena);

	cr_assert(eq(sz, folded->runs.count, 2));
	cr_expect(eq(sz, folded->runs.items[0].count, 2));
	cr_expect(eq(sz, folded->runs.items[1].count, 1));
	cr_expect(eq(sz, folded->runs.items[0].difference.count, 0));
	cr_expect(eq(str,
			(char *)str_to_c(str_list_join(&folded->runs.items[1].difference,
							 STR(" "), &arena),
					&arena),
			"-version: a +version: b"));
	cr_expect(outcome_is_as_expected(&a));
	cr_expect(not(outcome_is_as_expected(folded)));
}

static struct last_failed cells(const char *a, const char *b)
{
	struct last_failed list = { 0 };

	*LIST_PUSH(&list, &arena) = (struct last_failed_cell){ STR("s.yaml"), str_from(a) };
	if (b) {
		*LIST_PUSH(&list, &arena) = (struct last_failed_cell){ STR("s.yaml"), str_from(b) };
	}
	return list;
}

static char *remembered(void)
{
	const struct last_failed list = last_failed_read(&arena);
	struct buf text = { .arena = &arena };

	for (size_t i = 0; i < list.count; i++) {
		buf_format(&text, "%s%.*s", i ? " " : "", STR_ARG(list.items[i].name));
	}
	return (char *)buf_c(&text);
}

/* A run of a file that has the cells `there`, of which it played some. */
static void remember(struct last_failed there, struct last_failed played, struct last_failed differing)
{
	struct last_failed_news news = { .cells = there, .played = played, .differing = differing };

	str_list_add(&news.paths, STR("./s.yaml"), &arena);
	cr_assert(eq(ptr, last_failed_update(&news, &arena), NULL));
}

Test(last_failed, is_what_differed_when_it_was_last_played)
{
	char folder[] = "/tmp/test-cli.XXXXXX";
	const struct last_failed both = cells("a", "b"), one = cells("a", NULL), none = { 0 };

	cr_assert(ne(ptr, mkdtemp(folder), NULL));
	cr_assert(eq(int, chdir(folder), 0));
	cr_assert(eq(ptr, file_write(STR("s.yaml"), STR(""), &arena), NULL));
	cr_expect(eq(str, remembered(), ""));
	remember(both, both, both);
	cr_expect(eq(str, remembered(), "a b"));
	remember(both, one, none);
	cr_expect(eq(str, remembered(), "b"));
	remember(both, both, none);
	cr_expect(eq(str, remembered(), ""));
	remember(both, both, both);
	remember(one, one, one); // the file has no cell b any more
	cr_expect(eq(str, remembered(), "a"));
	cr_assert(eq(ptr, file_remove(STR("s.yaml"), &arena), NULL));
	cr_expect(eq(str, remembered(), ""));
	remember(none, none, none);
	cr_expect(eq(int, rmdir(folder), 0), "nothing is left");
}
