/* The text of a scenario: what scalars are, where SQL stands in any style of text, limits. */
#include "scenario/write.h"
#include "scenario_fixture.h"
#include "valgrind.h"

TestSuite(text, .init = setup, .fini = teardown);

Test(text, scalars_are_what_stands_in_the_file)
{
	read_fine("rehearse: 1\n"
		  "title: 0003\n"
		  "story: no\n"
		  "lesson: 2025-08-13\n"
		  "tags: [1e5, 'null', \"~\", 0x1F, Null, 'it''s', \"a\\tb\\u00e9\"]\n");
	expect_str(scenario->title, "0003");
	expect_str(scenario->story, "no");
	expect_str(scenario->lesson, "2025-08-13");
	expect_str(str_list_join(&scenario->tags, STR("|"), &arena),
			"1e5|null|~|0x1F|Null|it's|a\tb\xC3\xA9");
}

Test(text, one_pair_of_document_marks_is_fine)
{
	read_fine("---\nrehearse: 1\ntitle: one\n...\n");
	expect_str(scenario->title, "one");
}

Test(text, line_ends_of_windows_and_a_byte_order_mark_are_fine)
{
	read_fine("\xEF\xBB\xBFrehearse: 1\r\nsteps:\r\n  - sql: |\r\n      SELECT 1;\r\n      SELECT 2;\r\n");
	const struct located_text *sql = &scenario->strategies.items[0]
							  .steps.items[0]
							  .sql.by_engine[SCENARIO_SQLITE];

	expect_str(sql->text, "SELECT 1;\nSELECT 2;\n");
	expect_str(place_of(sql, "2"), "5:14");
}

static const struct located_text *step_sql(const char *text)
{
	read_fine(text);
	return &scenario->strategies.items[0].steps.items[0].sql.by_engine[SCENARIO_POSTGRES];
}

Test(text, places_in_plain_sql_are_places_in_the_file)
{
	const struct located_text *sql = step_sql("rehearse: 1\n"
						  "steps:\n"
						  "  - sql: SELECT one,\n"
						  "      two,\n"
						  "\n"
						  "      three  FROM t\n");

	expect_str(sql->text, "SELECT one, two,\nthree  FROM t");
	expect_str(place_of(sql, "SELECT"), "3:10");
	expect_str(place_of(sql, "two"), "4:7");
	expect_str(place_of(sql, "three"), "6:7");
	expect_str(place_of(sql, "FROM"), "6:14");
}

Test(text, places_in_quoted_sql_see_through_escapes)
{
	const struct located_text *sql = step_sql("rehearse: 1\n"
						  "steps:\n"
						  "  - sql: 'SELECT ''a'' AS x,\n"
						  "      ''b'' AS y'\n");

	expect_str(sql->text, "SELECT 'a' AS x, 'b' AS y");
	expect_str(place_of(sql, "a'"), "3:20");
	expect_str(place_of(sql, "AS x"), "3:24");
	expect_str(place_of(sql, "AS y"), "4:13");
}

Test(text, places_in_double_quotes_too)
{
	const struct located_text *sql =
			step_sql("rehearse: 1\n"
				 "steps:\n"
				 "  - sql: \"\\x41\\u00e9\\U0001F600 \\\"b\\\" \\\n"
				 "      c\n"
				 "\n"
				 "      \\_d\"\n");

	expect_str(sql->text,
			"A\xC3\xA9\xF0\x9F\x98\x80 \"b\" c\n\xC2\xA0"
			"d");
	expect_str(place_in(sql, 1), "3:15");
	expect_str(place_of(sql, "b"), "3:34");
	expect_str(place_of(sql, "c"), "4:7");
	expect_str(place_of(sql, "d"), "6:9");
}

Test(text, places_in_literal_blocks_leave_the_indentation_out)
{
	const struct located_text *sql = step_sql("rehearse: 1\n"
						  "steps:\n"
						  "  - sql: |2-\n"
						  "\n"
						  "       SELECT\n"
						  "         one,\n"
						  "\n"
						  "      \ttwo\n"
						  "\n"
						  "title: end\n");

	expect_str(sql->text, "\n SELECT\n   one,\n\n\ttwo");
	expect_str(place_of(sql, "SELECT"), "5:8");
	expect_str(place_of(sql, "one"), "6:10");
	expect_str(place_of(sql, "two"), "8:8");
}

Test(text, places_in_folded_blocks_leave_the_indentation_out)
{
	const struct located_text *sql = step_sql("rehearse: 1\n"
						  "steps:\n"
						  "  - sql: >\n"
						  "      SELECT one,\n"
						  "      two,\n"
						  "\n"
						  "        three,\n"
						  "      four\n");

	expect_str(sql->text, "SELECT one, two,\n\n  three,\nfour\n");
	expect_str(place_of(sql, "one"), "4:14");
	expect_str(place_of(sql, "two"), "5:7");
	expect_str(place_of(sql, "three"), "7:9");
	expect_str(place_of(sql, "four"), "8:7");
}

Test(text, limits_end_in_an_error)
{
	struct buf text = { .arena = &arena };

	leave_sizes_to_sanitizers();
	buf_add(&text, STR("rehearse: 1\ntags: ["));
	for (size_t i = 0; i < 1000000; i++) {
		buf_add(&text, STR("a,"));
	}
	buf_add(&text, STR("]\n"));
	expect_str(read_bad(buf_c(&text)),
			"2:1999998 more than 1000000 values in one file [Split the file into several "
			"scenarios.]\n");
}

Test(text, a_file_can_ask_for_too_many_cells)
{
	struct buf text = { .arena = &arena };

	buf_add(&text, STR("rehearse: 1\nengines: [sqlite]\nstates:\n"));
	for (int i = 0; i < 1000; i++) {
		buf_format(&text, "  s%d: {}\n", i);
	}
	buf_add(&text, STR("strategies:\n"));
	for (int i = 0; i < 1000; i++) {
		buf_format(&text, "  s%d: {}\n", i);
	}
	(void)read_fine(buf_c(&text));
	buf_add(&text, STR("  one: {states: [s1]}\n"));
	expect_str(read_bad(buf_c(&text)),
			"1004:1 1000001 cells in one file, of at most 1000000 "
			"[Split the file into several scenarios.]\n");
}

Test(text, a_file_can_be_too_large)
{
	struct buf text = { .arena = &arena };

	leave_sizes_to_sanitizers();
	buf_add(&text, STR("rehearse: 1\n#"));
	buf_add_repeated(&text, 'x', 16 * 1024 * 1024);
	expect_str(read_bad(buf_c(&text)),
			"2:16777205 the file is larger than 16 MiB [Move SQL into files of its own: "
			"{file: PATH}.]\n");
}

Test(text, no_more_than_a_thousand_mistakes_are_shown)
{
	struct buf text = { .arena = &arena };

	buf_add(&text, STR("rehearse: 1\n"));
	for (size_t i = 0; i < 3000; i++) {
		buf_format(&text, "unknown-%zu: 1\n", i);
	}
	read_bad(buf_c(&text));
	cr_assert(eq(sz, mistakes.count, 1001));
	expect_str(mistakes.items[0]->message, "unknown key 'unknown-0'");
	expect_str(mistakes.items[1000]->message, "1000 mistakes or more: the rest is not shown");
}

/* --- writing ---------------------------------------------------------------------------------- */

Test(text, what_is_written_is_read_back)
{
	static const char *const texts[] = { "a", "0003", "1e5", "null", "No", "~", "it's", "'",
		"\"", "a: b", "a:b", "a #b", "#b", "- a", "-a", "a, b", "[x]", "{x}", "a}", "*@x",
		"&x", "!x", "%x", "@x", "`x`", "?", " a", "a ", "a:", "\\d+", "\\d'", "a\tb",
		"a\nb", "a\n", "a\nb\n", "\na\nb\n", "  a\nb\n", "a\n\n b\n", "a\nb\n\n",
		"a\r\nb\r\n", "\x1b[0m", "\xC2\x9B", "\xE2\x80\xA8", "\xC3\xA9 \xE2\x9C\x93",
		"a \n  b \n", "|", ">", "2025-08-13", "0x1F", "=", "<<", "a=b", "x\\" };

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		const str text = str_from(texts[i]);
		const struct str_list list = { .items = (str[]){ text, text }, .count = 2 };
		struct buf out = { .arena = &arena };

		buf_add(&out, STR("rehearse: 1\ntitle: "));
		write_text(&out, text, false);
		buf_add(&out, STR("\ntags: "));
		write_texts(&out, &list, true, false);
		buf_add(&out, STR("\nstates: {fresh: {version: "));
		write_text(&out, text, true);
		buf_add(&out, STR("}}\nstrategies:\n  up:\n    steps: []\n    story:"));
		write_value(&out, text, 4);
		read_fine(buf_c(&out));
		cr_expect(str_equal(scenario->title, text), "%s", buf_c(&out));
		cr_expect(str_list_equal(&scenario->tags, &list), "%s", buf_c(&out));
		cr_expect(str_equal(scenario->strategies.items[0].story, text), "%s", buf_c(&out));
	}
}

Test(text, values_are_written_as_people_write_them)
{
	struct buf out = { .arena = &arena };

	buf_add(&out, STR("a:"));
	write_value(&out, STR("SELECT 1;"), 0);
	buf_add(&out, STR("  b:"));
	write_value(&out, STR("SELECT 1;\n\nSELECT 2;\n"), 2);
	write_text(&out, STR("0003"), false);
	write_text(&out, STR("\\d: it"), false);
	write_text(&out, STR("a, b"), true);
	buf_add_char(&out, '\n');
	write_comment(&out, STR("a remark\nof two lines"), 2);
	expect_str(buf_str(&out),
			"a: SELECT 1;\n"
			"  b: |\n    SELECT 1;\n\n    SELECT 2;\n"
			"\"0003\"'\\d: it'\"a, b\"\n"
			"  # a remark\n  # of two lines\n");
}
