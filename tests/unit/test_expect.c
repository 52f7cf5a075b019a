#include "check.h"
#include "expect/record.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "leaks.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct arena arena;

static void setup(void)
{
	arena = (struct arena){ 0 };
}

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

TestSuite(record, .init = setup, .fini = teardown);
TestSuite(difference, .init = setup, .fini = teardown);
TestSuite(record_names, .init = setup, .fini = teardown);
TestSuite(record_folder, .init = setup, .fini = teardown);
TestSuite(record_files, .init = setup, .fini = teardown);

static struct str_list list(const char *a, const char *b)
{
	struct str_list items = { 0 };

	if (a) {
		str_list_add(&items, str_from(a), &arena);
	}
	if (b) {
		str_list_add(&items, str_from(b), &arena);
	}
	return items;
}

static char *text_of(str s)
{
	return str_copy(s, &arena).len ? (char *)str_to_c(s, &arena) : "";
}

static char *difference(const char *expected, const char *actual)
{
	const struct str_list lines =
			record_difference(str_from(expected), str_from(actual), &arena);

	return text_of(str_list_join(&lines, STR("|"), &arena));
}

Test(record, says_verdict_rows_and_schema_a_line_each)
{
	const struct record record = {
		.verdict = STR("works"),
		.has_version_table = true,
		.version = list("a1", "b2"),
		.schema = list("table t", NULL),
	};

	cr_expect(eq(str, text_of(record_render(&record, &arena)),
			"verdict: works\nversion: a1\nversion: b2\ntable t\n"));
}

Test(record, takes_the_first_line_of_an_error)
{
	const struct record record = {
		.verdict = STR("fails at step 2"),
		.error = STR("KeyError: '0003'\nand more"),
	};

	cr_expect(eq(str, text_of(record_render(&record, &arena)),
			"verdict: fails at step 2\nerror: KeyError: '0003'\nversion: (no table)\n"));
}

Test(record, shows_the_control_characters_of_an_error)
{
	const struct record record = {
		.verdict = STR("fails at step 2"),
		.error = STR("DatabaseError: \"a\tb\\c\x1b[31m\" already exists"),
	};

	cr_expect(eq(str, text_of(record_render(&record, &arena)),
			"verdict: fails at step 2\n"
			"error: DatabaseError: \"a\tb\\c\\x1b[31m\" already exists\n"
			"version: (no table)\n"));
}

Test(record, keeps_a_row_on_its_line)
{
	const struct record record = {
		.verdict = STR("works"),
		.has_version_table = true,
		.version = list("a\nversion: b", "back\\slash"),
	};
	const struct record quoted = {
		.verdict = STR("works"),
		.has_version_table = true,
		.version = list("\"a\\n\"", "a\\\t"),
	};

	cr_expect(eq(str, text_of(record_render(&record, &arena)),
			"verdict: works\nversion: \"a\\nversion: b\"\nversion: back\\slash\n"));
	cr_expect(eq(str, text_of(record_render(&quoted, &arena)),
			"verdict: works\nversion: \"\\\"a\\\\n\\\"\"\nversion: \"a\\\\\\t\"\n"));
}

Test(record, tells_an_empty_table_from_none)
{
	const struct record record = {
		.verdict = STR("wrong"),
		.wrong = list("version", "schema"),
		.has_version_table = true,
	};

	cr_expect(eq(str, text_of(record_render(&record, &arena)),
			"verdict: wrong\nwrong: version\nwrong: schema\nversion: (no rows)\n"));
}

Test(difference, is_nothing_between_equals_whatever_ends_their_lines)
{
	cr_expect(eq(str, difference("a\nb\n", "a\nb\n"), ""));
	cr_expect(eq(str, difference("a\r\nb\r\n", "a\nb\n"), ""));
	cr_expect(eq(str, difference("", ""), ""));
}

Test(difference, names_what_went_and_what_came_in_order)
{
	cr_expect(eq(str, difference("a\nb\nc\nd\n", "a\nx\nc\ne\nd\n"), "-b|+e|+x"));
	cr_expect(eq(str, difference("", "a\nb\n"), "+a|+b"));
	cr_expect(eq(str, difference("a\nb\n", ""), "-a|-b"));
	cr_expect(eq(str,
			difference("verdict: works\nversion: a\na\n",
					"verdict: fails\nerror: x\nversion: a\na\nc\n"),
			"-verdict: works|+verdict: fails|+error: x|+c"));
}

Test(difference, does_not_ask_for_an_order_that_somebody_has_changed)
{
	cr_expect(eq(str, difference("a\nb\nversion: c\n", "version: c\nb\na\n"), ""));
	cr_expect(eq(str, difference("a\na\nb\n", "b\na\n"), "-a"));
}

Test(difference, of_huge_records_lists_all_of_both)
{
	struct buf old = { .arena = &arena }, new = { .arena = &arena };

	for (int i = 0; i < 3000; i++) {
		buf_format(&old, "old %d\n", i);
		buf_format(&new, "new %d\n", i);
	}
	const struct str_list lines = record_difference(buf_str(&old), buf_str(&new), &arena);

	cr_assert(eq(sz, lines.count, 6000));
	cr_expect(eq(str, text_of(lines.items[0]), "-old 0"));
	cr_expect(eq(str, text_of(lines.items[5999]), "+new 999"));
}

Test(record_names, cannot_leave_their_folder_or_be_mistaken)
{
	cr_expect(eq(str,
			text_of(record_file_name(STR("fix"), STR("fresh"), STR("sqlite"), &arena)),
			"fix@fresh.sqlite.txt"));
	cr_expect(eq(str,
			text_of(record_file_name(STR("../a@b"), STR("c/d"), STR("sqlite"), &arena)),
			"%2E.%2Fa%40b@c%2Fd.sqlite.txt"));
	cr_expect(eq(str, text_of(record_folder_of(STR("expected"), STR(".."), &arena)),
			"expected/%2E."));
}

/* A new folder, by its real path. */
static str new_folder(void)
{
	char template[] = "/tmp/test-expect.XXXXXX";

	cr_assert(ne(ptr, mkdtemp(template), NULL));
	return path_absolute(str_from(template), &arena);
}

static void remove_folder(str folder)
{
	const str command = str_format(&arena, "rm -r '%.*s'", STR_ARG(folder));

	cr_expect(eq(int, system(str_to_c(command, &arena)), 0));
}

Test(record_folder, is_the_first_expected_on_the_way_up)
{
	const str top = new_folder();
	const str deep = path_join(top, STR("scenarios/deep"), &arena);
	const str expected = path_join(top, STR("expected"), &arena);

	cr_assert(eq(ptr, directory_make(deep, &arena), NULL));
	cr_assert(eq(ptr, directory_make(expected, &arena), NULL));
	cr_expect(eq(str, text_of(record_folder_find(deep, &arena)), text_of(expected)));
	cr_assert(eq(int, chdir(str_to_c(top, &arena)), 0));
	cr_expect(eq(str, text_of(record_folder_find(STR("scenarios"), &arena)), "expected"));
	remove_folder(top);
}

Test(record_files, come_and_go_with_their_folders)
{
	const str top = new_folder();
	const str path = path_join(top, STR("expected/s/a@b.sqlite.txt"), &arena);
	str text = { 0 };

	cr_assert(eq(ptr, record_write(path, STR("verdict: works\n"), &arena), NULL));
	cr_assert(eq(ptr, record_read(path, &arena, &text), NULL));
	cr_expect(eq(str, text_of(text), "verdict: works\n"));
	cr_assert(eq(ptr, record_remove(path, &arena), NULL));
	cr_expect(not(path_is_directory(path_folder(path), &arena)));
	struct error *error = record_read(path, &arena, &text);

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, error->code, ERROR_NOT_FOUND));
	remove_folder(top);
}
