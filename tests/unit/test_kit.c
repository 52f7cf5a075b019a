#include "check.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/columns.h"
#include "kit/error.h"
#include "kit/file.h"
#include "kit/json.h"
#include "kit/locale.h"
#include "kit/pattern.h"
#include "kit/process.h"
#include "kit/signs.h"
#include "kit/suggest.h"
#include "kit/table.h"
#include "leaks.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
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

/* cr_expect on a str: compares with a literal and shows both. */
#define expect_str(actual, literal) \
	cr_expect(eq(str, (char *)str_to_c((actual), &arena), (char *)(literal)))

TestSuite(arena, .init = setup, .fini = teardown);

Test(arena, memory_is_zeroed_even_when_used_again)
{
	const struct arena_mark mark = arena_mark(&arena);
	char *dirty = arena_alloc(&arena, 64);

	dirty[63] = 'x';
	arena_rewind(&arena, mark);
	const char *clean = arena_alloc(&arena, 64);

	cr_expect(eq(chr, clean[63], '\0'));
}

Test(arena, rewinding_keeps_what_came_before_the_mark)
{
	char *kept = arena_alloc(&arena, 10);

	kept[0] = 'k';
	const struct arena_mark mark = arena_mark(&arena);

	arena_alloc(&arena, 1000000); // in another chunk
	arena_rewind(&arena, mark);
	cr_expect(eq(chr, kept[0], 'k'));
	cr_expect(lt(sz, arena_size(&arena), 1000000));
}

Test(arena, finishing_gives_all_memory_back)
{
	arena_alloc(&arena, 100000);
	arena_finish(&arena);
	cr_expect(eq(sz, arena_size(&arena), 0));
}

static jmp_buf full;

static void jump_out(void *data)
{
	*(int *)data = 1;
	longjmp(full, 1);
}

Test(arena, an_impossible_size_calls_the_hook)
{
	int called = 0;

	arena_init(&arena, jump_out, &called);
	if (!setjmp(full)) {
		arena_alloc_array(&arena, SIZE_MAX / 2, 16);
	}
	cr_expect(eq(int, called, 1));
}

Test(arena, lists_keep_their_items_while_they_grow)
{
	struct {
		int *items;
		size_t count, capacity;
	} list = { 0 };

	for (int i = 0; i < 1000; i++) {
		*LIST_PUSH(&list, &arena) = i;
	}
	cr_expect(eq(sz, list.count, 1000));
	cr_expect(eq(int, list.items[0], 0));
	cr_expect(eq(int, list.items[999], 999));
}

TestSuite(str, .init = setup, .fini = teardown);

Test(str, order_is_that_of_bytes_and_length)
{
	cr_expect(lt(int, str_compare(STR("a"), STR("b")), 0));
	cr_expect(lt(int, str_compare(STR("a"), STR("ab")), 0));
	cr_expect(gt(int, str_compare(STR("\xC3\xA9"), STR("z")), 0));
	cr_expect(eq(int, str_compare(STR(""), (str){ 0 }), 0));
}

Test(str, parts_between_separators_include_empty_ones)
{
	str rest = STR("a,,b"), part;

	cr_assert(str_next_part(&rest, ',', &part));
	expect_str(part, "a");
	cr_assert(str_next_part(&rest, ',', &part));
	expect_str(part, "");
	cr_assert(str_next_part(&rest, ',', &part));
	expect_str(part, "b");
	cr_expect(not(str_next_part(&rest, ',', &part)));
}

Test(str, replacing_finds_each_place_once)
{
	cr_expect(eq(int, str_equal(str_replace(STR("aXXbX"), STR("X"), STR("XX"), &arena),
					STR("aXXXXbXX")), 1));
	cr_expect(eq(int, str_equal(str_replace(STR("ab"), STR("b"), STR(""), &arena), STR("a")), 1));
	cr_expect(eq(int, str_equal(str_replace(STR("aaa"), STR("aa"), STR("b"), &arena), STR("ba")), 1));
	cr_expect(eq(int, str_equal(str_replace(STR("abc"), STR("abcd"), STR("x"), &arena), STR("abc")), 1));
	cr_expect(eq(int, str_equal(str_replace(STR(""), STR("a"), STR("b"), &arena), STR("")), 1));
}

Test(str, a_slice_is_cut_to_what_is_there)
{
	expect_str(str_slice(STR("hello"), 3, 100), "lo");
	expect_str(str_slice(STR("hello"), 9, 1), "");
	expect_str(str_trim(STR(" \t x y\r\n")), "x y");
}

static char *printable(str s)
{
	return (char *)str_to_c(str_printable(s, &arena), &arena);
}

Test(str, control_characters_are_written_as_escapes)
{
	const str clean = STR("caf\xC3\xA9 \xC2\xA0 back\\slash");

	cr_expect(eq(ptr, (void *)str_printable(clean, &arena).data, (void *)clean.data));
	cr_expect(eq(str, printable(STR("a\nb\r\tc\x1b[31m\x7f")), "a\\nb\\r\\tc\\x1b[31m\\x7f"));
	cr_expect(eq(str,
			printable(STR("\xC2\x9b"
				      "2J\xC2")),
			"\\u009b2J\xC2"));
	cr_expect(eq(str, printable(STR("\0end")), "\\x00end"));
}

Test(str, lines_and_tabs_may_stay_when_control_characters_go)
{
	const str clean = STR("a\tb\nc");

	cr_expect(eq(ptr, (void *)str_printable_lines(clean, &arena).data, (void *)clean.data));
	expect_str(str_printable_lines(STR("a\r\n\tb\x1b[31m\n\xC2\x9b"), &arena),
			"a\\r\n\tb\\x1b[31m\n\\u009b");
}

Test(signs, are_put_in_ascii_and_nothing_else_is)
{
	struct arena arena = { 0 };
	const str plain = STR("nothing of ours: \xC3\xA9 \xE2\x82\xAC \xE2");

	cr_expect(str_equal(signs_in_ascii(STR("✓ works – ✗ fails ≠ wrong"), &arena),
			STR("+ works - x fails ~ wrong")));
	cr_expect(str_equal(signs_in_ascii(STR("● │ ├─╮ …→\xC3\xA9"), &arena),
			STR("* | +-+ .>\xC3\xA9")));
	cr_expect(signs_in_ascii(plain, &arena).data == plain.data, "it is handed back");
	arena_finish(&arena);
}

Test(str, utf8_is_checked_as_unicode_says)
{
	cr_expect(eq(sz, str_utf8_error(STR("h\xC3\xA9")), 3));
	cr_expect(eq(sz, str_utf8_error(STR("a\xC0\x80")), 1), "overlong");
	cr_expect(eq(sz, str_utf8_error(STR("\xED\xA0\x80")), 0), "a surrogate");
	cr_expect(eq(sz, str_utf8_error(STR("ab\xE2\x82")), 2), "cut short");
	cr_expect(eq(sz, str_utf8_error(STR("\xF4\x90\x80\x80")), 0), "beyond the last code point");
	cr_expect(eq(sz, str_utf8_length(STR("h\xC3\xA9\xF0\x9F\x8C\xB5")), 3));
}

Test(str, a_buffer_always_ends_in_nul)
{
	struct buf buf = { .arena = &arena };

	cr_expect(eq(str, (char *)buf_c(&buf), ""));
	buf_add(&buf, STR("ab"));
	buf_format(&buf, "%d", 12);
	buf_add_repeated(&buf, '-', 100);
	cr_expect(eq(sz, buf.len, 104));
	cr_expect(eq(sz, strlen(buf_c(&buf)), 104));
}

Test(str, a_shell_word_is_quoted_where_it_must_be)
{
	struct buf buf = { .arena = &arena };

	buf_add_shell_word(&buf, STR("a/h\xC3\xA9@b:1.yaml"));
	cr_expect(eq(str, (char *)buf_c(&buf), "a/h\xC3\xA9@b:1.yaml"));
	buf.len = 0;
	buf_add_shell_word(&buf, STR("it's $HOME"));
	cr_expect(eq(str, (char *)buf_c(&buf), "'it'\\''s $HOME'"));
	buf.len = 0;
	buf_add_shell_word(&buf, STR(""));
	cr_expect(eq(str, (char *)buf_c(&buf), "''"));
}

Test(str, what_no_document_may_hold_is_replaced)
{
	cr_expect(eq(str,
			(char *)str_to_c(str_valid(STR("a\xff\xEF\xBF\xBEz\xC3"), &arena), &arena),
			"a\xEF\xBF\xBD\xEF\xBF\xBDz\xEF\xBF\xBD"));
	const str fine = STR("ä\xEF\xBF\xBD");

	cr_expect(eq(ptr, (void *)str_valid(fine, &arena).data, (void *)fine.data));
}

Test(str, the_front_of_a_text_cuts_no_character)
{
	cr_expect(eq(sz, str_front(STR("aä"), 2).len, 1));
	cr_expect(eq(sz, str_front(STR("aä"), 3).len, 3));
	cr_expect(eq(sz, str_front(STR("aä"), 9).len, 3));
}

Test(str, lists_are_equal_item_by_item)
{
	str one[] = { STR("a"), STR("b") }, other[] = { STR("a"), STR("c") };
	const struct str_list a = { .items = one, .count = 2 }, b = { .items = other, .count = 2 };
	const struct str_list shorter = { .items = one, .count = 1 }, none = { 0 };

	cr_expect(str_list_equal(&a, &a));
	cr_expect(str_list_equal(&none, &none));
	cr_expect(not(str_list_equal(&a, &b)));
	cr_expect(not(str_list_equal(&a, &shorter)));
	cr_expect(not(str_list_equal(&none, &shorter)));
}

Test(source, a_word_of_sql_ends_at_what_is_no_part_of_a_name)
{
	const str sql = STR("INSERT INTO orders(id, total) VALUES");

	cr_expect(eq(sz, word_length(sql, 0), 6));
	cr_expect(eq(sz, word_length(sql, 12), 6));
	cr_expect(eq(sz, word_length(sql, 19), 2));
	cr_expect(eq(sz, word_length(sql, 30), 6));
	cr_expect(eq(sz, word_length(sql, sql.len), 1));
}

Test(str, lists_sort_and_join)
{
	struct str_list list = { 0 };

	str_list_add(&list, STR("b"), &arena);
	str_list_add(&list, STR("a"), &arena);
	str_list_sort(&list);
	expect_str(str_list_join(&list, STR(", "), &arena), "a, b");
	cr_expect(str_list_contains(&list, STR("b")));
	cr_expect(not(str_list_contains(&list, STR("c"))));
}

TestSuite(source, .init = setup, .fini = teardown);

Test(source, a_place_counts_lines_and_code_points)
{
	const struct source source = { .name = STR("f.yaml"),
		.text = STR("one\r\nt\xC3\xA9st: x\n") };
	const struct place place = span_place((struct span){ &source, 11, 1 });

	cr_expect(eq(sz, place.line, 2));
	cr_expect(eq(sz, place.column, 6));
	expect_str(place.text, "t\xC3\xA9st: x");
	expect_str(span_render((struct span){ &source, 11, 1 }, &arena), "f.yaml:2:6");
}

Test(source, a_byte_order_mark_takes_no_column)
{
	const struct source source = { .name = STR("f"), .text = STR("\xEF\xBB\xBFkey") };

	cr_expect(eq(sz, span_place((struct span){ &source, 3, 3 }).column, 1));
}

Test(source, knows_its_lines_or_counts_them)
{
	static const char marked[] = "\xEF\xBB\xBF" // by itself, as 'a' is a digit
				     "a\r\nb\n";
	static const char *const texts[] = { "", "x", "\n", "one\n\nthree", marked };

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		const struct source counted = { .name = STR("f"), .text = str_from(texts[i]) };
		const struct source *known = source_new(counted.name, counted.text, &arena);

		for (size_t at = 0; at <= counted.text.len + 1; at++) {
			const struct place a = span_place((struct span){ &counted, at, 0 });
			const struct place b = span_place((struct span){ known, at, 0 });

			cr_expect(eq(sz, a.line, b.line));
			cr_expect(eq(sz, a.column, b.column));
			cr_expect(eq(ptr, (void *)(uintptr_t)a.text.data,
					(void *)(uintptr_t)b.text.data));
			cr_expect(eq(sz, a.text.len, b.text.len));
		}
	}
}

Test(source, places_in_a_large_file_cost_little)
{
	const size_t lines = 200000;
	struct buf text = { .arena = &arena };

	for (size_t i = 0; i < lines; i++) {
		buf_add(&text, STR("a line\n"));
	}
	const struct source *source = source_new(STR("f"), buf_str(&text), &arena);

	/* Counted from the first byte, these would look at 140 GB. */
	for (size_t i = 0; i < lines; i++) {
		cr_assert(eq(sz, span_place((struct span){ source, i * 7 + 2, 1 }).line, i + 1));
	}
}

Test(source, located_text_finds_its_way_back)
{
	const struct source source = { .name = STR("f"), .text = STR("k: |\n  ab\n  cd\n") };
	const struct text_stretch stretches[] = { { 0, 7 }, { 3, 12 } };
	const struct located_text text = { STR("ab\ncd\n"), &source, stretches, 2 };

	cr_expect(eq(sz, located_text_span(&text, 1, 1).offset, 8));
	cr_expect(eq(sz, located_text_span(&text, 4, 1).offset, 13));
}

TestSuite(error, .init = setup, .fini = teardown);

Test(error, is_drawn_with_a_caret_and_a_hint)
{
	const struct source source = { .name = STR("two-heads.yaml"),
		.text = STR("steps:\n  - upgrade: hed\n") };
	struct error *error = error_at(&arena, ERROR_NOT_FOUND, (struct span){ &source, 20, 3 },
			"no revision '%s'", "hed");
	struct buf out = { .arena = &arena };

	error->hint = STR("Did you mean 'head'?");
	error_render(error_wrap(&arena, error, "preparing step %d", 3), false, &out);
	cr_expect(eq(str, (char *)buf_c(&out),
			"two-heads.yaml:2:14: error: no revision 'hed'\n"
			"    2 |   - upgrade: hed\n"
			"      |              ^~~\n"
			"  while preparing step 3\n"
			"  hint: Did you mean 'head'?\n"));
}

Test(error, no_terminal_obeys_what_it_quotes)
{
	const struct source source = { .name = STR("f\x1b[1m"), .text = STR("a\tb\x7f\xC2\x9bz") };
	struct error *error = error_at(&arena, ERROR_DATABASE, (struct span){ &source, 6, 1 },
			"no table \"t\x1b[31m\"");
	struct buf out = { .arena = &arena };

	error->detail = STR("first line\nsecond\x07");
	error->hint = STR("Mend\x1b it.");
	error_render(error_wrap(&arena, error, "reading\x1b[2J"), false, &out);
	cr_expect(eq(str, (char *)buf_c(&out),
			"f\\x1b[1m:1:6: error: no table \"t\\x1b[31m\"\n"
			"    1 | a b  z\n"
			"      |      ^\n"
			"  first line\nsecond\\x07\n"
			"  while reading\\x1b[2J\n"
			"  hint: Mend\\x1b it.\n"));
}

Test(error, a_long_source_line_is_cut_around_the_caret)
{
	struct buf line = { .arena = &arena };

	buf_add_repeated(&line, 'x', 500);
	buf_add(&line, STR("HERE"));
	buf_add_repeated(&line, 'y', 500);
	const struct source source = { .name = STR("f"), .text = buf_str(&line) };
	struct error *error =
			error_at(&arena, ERROR_INVALID, (struct span){ &source, 500, 4 }, "oh");
	struct buf out = { .arena = &arena };

	error_render(error, false, &out);
	cr_expect(lt(sz, out.len, 300));
	cr_expect(ne(ptr, strstr(buf_c(&out), "HERE"), NULL));
	cr_expect(ne(ptr, strstr(buf_c(&out), "^~~~\n"), NULL));
}

Test(error, lists_are_sorted_by_place_and_stable)
{
	const struct source source = { .name = STR("f"), .text = STR("abc") };
	struct error_list list = { 0 };

	error_list_add(&list, error_new(&arena, ERROR_INVALID, "nowhere"), &arena);
	error_list_add(&list, error_at(&arena, ERROR_INVALID, (struct span){ &source, 2, 0 }, "c"),
			&arena);
	error_list_add(&list, error_at(&arena, ERROR_INVALID, (struct span){ &source, 1, 0 }, "b1"),
			&arena);
	error_list_add(&list, error_at(&arena, ERROR_INVALID, (struct span){ &source, 1, 0 }, "b2"),
			&arena);
	error_list_sort(&list, &arena);
	expect_str(list.items[0]->message, "b1");
	expect_str(list.items[1]->message, "b2");
	expect_str(list.items[2]->message, "c");
	expect_str(list.items[3]->message, "nowhere");
}

/* Lists of three files, interleaved: a comparison of places within a file alone would leave b1 before b0. */
Test(error, lists_are_sorted_by_file_first)
{
	const struct source a = { .name = STR("a") }, b = { .name = STR("b") };

	const struct {
		const struct source *source;
		size_t offset;
		const char *text;
	} given[] = { { &a, 50, "a50" }, { &b, 1, "b1" }, { NULL, 0, "nowhere" }, { &b, 0, "b0" },
		{ &a, 10, "a10" } };

	static const char *const sorted[] = { "a10", "a50", "b0", "b1", "nowhere" };
	struct error_list list = { 0 };

	for (size_t i = 0; i < COUNT_OF(given); i++) {
		error_list_add(&list,
				error_at(&arena, ERROR_INVALID,
						(struct span){ given[i].source, given[i].offset,
								0 },
						"%s", given[i].text),
				&arena);
	}
	error_list_sort(&list, &arena);
	for (size_t i = 0; i < COUNT_OF(sorted); i++) {
		expect_str(list.items[i]->message, sorted[i]);
	}
}

TestSuite(table, .init = setup, .fini = teardown);

Test(table, finds_what_was_set_and_nothing_else)
{
	struct table table = { .arena = &arena };
	uint32_t value = 0;

	cr_expect(not(table_find(&table, STR("a"), &value)));
	for (uint32_t i = 0; i < 5000; i++) {
		table_set(&table, str_format(&arena, "key%u", i), i);
	}
	table_set(&table, STR("key7"), 70);
	table_set(&table, STR(""), 1);
	cr_expect(eq(sz, table.count, 5001));
	cr_expect(table_find(&table, STR("key4999"), &value));
	cr_expect(eq(u32, value, 4999));
	cr_expect(table_find(&table, STR("key7"), &value));
	cr_expect(eq(u32, value, 70));
	cr_expect(not(table_find(&table, STR("key5000"), &value)));
}

TestSuite(pattern, .init = setup, .fini = teardown);

Test(pattern, is_searched_and_case_sensitive)
{
	struct pattern *pattern = NULL;
	size_t offset;

	cr_assert(eq(ptr, pattern_compile(STR("wal+ets"), &arena, &pattern, &offset), NULL));
	cr_expect(pattern_matches(pattern, STR("table wallets already exists")));
	cr_expect(not(pattern_matches(pattern, STR("table Wallets already exists"))));
	pattern_free(pattern);
}

Test(pattern, groups_tell_what_they_have_matched)
{
	struct pattern *pattern = NULL;
	const str text = STR("a = 1\nbc = 'x'");
	str groups[4];
	size_t offset;

	cr_assert(eq(ptr,
			pattern_compile(STR("(\\w+) = (?:(\\d)|'(.)')"), &arena, &pattern, &offset),
			NULL));
	cr_assert(pattern_search(pattern, text, 0, groups, COUNT_OF(groups)));
	expect_str(groups[0], "a = 1");
	expect_str(groups[1], "a");
	expect_str(groups[2], "1");
	cr_expect(eq(ptr, (void *)(uintptr_t)groups[3].data, NULL), "took no part");
	cr_assert(pattern_search(pattern, text, 5, groups, COUNT_OF(groups)));
	expect_str(groups[1], "bc");
	cr_expect(eq(ptr, (void *)(uintptr_t)groups[2].data, NULL), "took no part");
	expect_str(groups[3], "x");
	cr_expect(not(pattern_search(pattern, text, 8, groups, COUNT_OF(groups))));
	pattern_free(pattern);
}

Test(pattern, a_mistake_is_placed)
{
	struct pattern *pattern = NULL;
	size_t offset = 0;
	struct error *error = pattern_compile(STR("ab(c"), &arena, &pattern, &offset);

	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "missing closing parenthesis");
	cr_expect(eq(sz, offset, 4));
}

Test(pattern, one_that_runs_away_is_given_up)
{
	struct pattern *pattern = NULL;
	size_t offset;

	cr_assert(eq(ptr, pattern_compile(STR("(a+)+$"), &arena, &pattern, &offset), NULL));
	cr_expect(not(pattern_matches(pattern, STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"))));
	pattern_free(pattern);
}

TestSuite(suggest, .init = setup, .fini = teardown);

Test(suggest, a_swap_is_one_change)
{
	cr_expect(eq(sz, edit_distance(STR("head"), STR("haed"), 5, &arena), 1));
	cr_expect(eq(sz, edit_distance(STR("head"), STR("heads"), 5, &arena), 1));
	cr_expect(eq(sz, edit_distance(STR("kitten"), STR("sitting"), 5, &arena), 3));
	cr_expect(eq(sz, edit_distance(STR("kitten"), STR("sitting"), 1, &arena), 2),
			"one over the limit");
}

Test(suggest, the_nearest_word_is_meant_and_a_far_one_is_not)
{
	const str words[] = { STR_INIT("upgrade"), STR_INIT("downgrade"), STR_INIT("stamp") };

	expect_str(suggest_nearest(STR("upgrad"), words, COUNT_OF(words), &arena), "upgrade");
	expect_str(suggest_nearest(STR("xyz"), words, COUNT_OF(words), &arena), "");
}

Test(suggest, a_hint_names_what_is_meant_or_all_there_is)
{
	str names[] = { STR("fresh"), STR("production") };
	const struct str_list known = { .items = names, .count = 2 }, none = { 0 };

	expect_str(suggest_hint(STR("frsh"), &known, &arena), "Did you mean 'fresh'?");
	expect_str(suggest_hint(STR("xyz"), &known, &arena), "It has fresh, production.");
	expect_str(suggest_hint(STR("xyz"), &none, &arena), "");
}

TestSuite(file, .init = setup, .fini = teardown);

Test(file, what_is_written_is_read_again)
{
	char folder[] = "rehearse-kit-XXXXXX";

	cr_assert(ne(ptr, mkdtemp(folder), NULL));
	const str deep = path_join(str_from(folder), STR("a/b"), &arena);
	const str path = path_join(deep, STR("t.txt"), &arena);
	str text;

	cr_assert(eq(ptr, directory_make(deep, &arena), NULL));
	cr_assert(eq(ptr, directory_make(deep, &arena), NULL), "once more is fine");
	cr_assert(eq(ptr, file_write(path, STR("hello"), &arena), NULL));
	cr_assert(eq(ptr, file_read(path, 5, &arena, &text), NULL));
	expect_str(text, "hello");
	struct error *error = file_read(path, 4, &arena, &text);

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_INVALID));
	struct str_list names;

	cr_assert(eq(ptr, directory_list(deep, &arena, &names), NULL));
	cr_expect(eq(sz, names.count, 1), "the draft is gone");
	cr_assert(eq(ptr, file_remove(path, &arena), NULL));
	rmdir(str_to_c(deep, &arena));
	rmdir(str_to_c(path_join(str_from(folder), STR("a"), &arena), &arena));
	rmdir(folder);
}

Test(file, one_that_is_not_there_is_told_from_other_trouble)
{
	str text;
	struct error *error = file_read(STR("no-such-file"), 10, &arena, &text);

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_NOT_FOUND));
	expect_str(error->message, "could not read 'no-such-file': No such file or directory");
	error = file_write(STR("/dev/null/x"), STR(""), &arena);
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_ENVIRONMENT));
}

Test(file, what_is_no_file_is_refused_and_not_waited_for, .timeout = 10)
{
	char folder[] = "rehearse-kit-XXXXXX";
	str text;

	cr_assert(ne(ptr, mkdtemp(folder), NULL));
	const str pipe = path_join(str_from(folder), STR("pipe"), &arena);

	cr_assert(eq(int, mkfifo(str_to_c(pipe, &arena), 0600), 0));
	struct error *error = file_read(pipe, 10, &arena, &text);

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_INVALID));
	error = file_read(str_from(folder), 10, &arena, &text);
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_INVALID));
	cr_assert(eq(ptr, file_remove(pipe, &arena), NULL));
	rmdir(folder);
}

Test(file, a_descriptor_takes_all_or_says_why)
{
	int ends[2];
	char bytes[16];

	cr_assert(eq(int, pipe(ends), 0));
	cr_assert(descriptor_write(ends[1], STR("hello")));
	cr_expect(eq(int, (int)read(ends[0], bytes, sizeof(bytes)), 5));
	cr_assert(not(descriptor_write(-1, STR("hello"))));
	cr_expect(eq(int, errno, EBADF));
	close(ends[0]);
	close(ends[1]);
}

Test(file, paths_come_apart)
{
	expect_str(path_folder(STR("a/b.c.yaml")), "a");
	expect_str(path_folder(STR("/x")), "/");
	expect_str(path_folder(STR("x")), "");
	expect_str(path_stem(STR("a/b.c.yaml")), "b.c");
	expect_str(path_stem(STR(".hidden")), ".hidden");
	expect_str(path_join(STR("a"), STR("/b"), &arena), "/b");
}

Test(clock, does_not_run_backwards)
{
	const int64_t before = clock_now_us();

	cr_expect(le(i64, before, clock_now_us()));
}

TestSuite(process, .init = setup, .fini = teardown);

/* Run a shell script; everything else is as `process` says. */
static struct error *run_script(
		const char *script, struct process process, int *ret_status, str *ret_output)
{
	const char *const arguments[] = { "sh", "-c", script, NULL };

	process.arguments = arguments;
	return process_run(&process, &arena, ret_status, ret_output);
}

Test(process, tells_status_and_output)
{
	int status;
	str output;

	cr_assert(eq(ptr, NULL,
			run_script("echo out; echo err >&2; exit 3", (struct process){ 0 }, &status,
					&output)));
	cr_expect(eq(int, status, 3));
	expect_str(output, "out\nerr\n");
	cr_assert(eq(ptr, NULL,
			run_script("kill -TERM $$", (struct process){ 0 }, &status, &output)));
	cr_expect(eq(int, status, 128 + SIGTERM));
}

Test(process, is_given_input_folder_and_variable)
{
	const struct process process = {
		.input = STR_INIT("in"), .folder = "/", .variable = "SECRET", .value = "a b"
	};
	int status;
	str output;

	cr_assert(eq(ptr, NULL,
			run_script("cat; pwd; echo \"$SECRET\"", process, &status, &output)));
	expect_str(output, "in/\na b\n");
}

Test(process, is_given_several_variables)
{
	const char *const variables[] = { "ONE", "a b", "TWO", "", NULL };
	int status;
	str output;

	setenv("TWO", "ours", 1);
	cr_assert(eq(ptr, NULL,
			run_script("echo \"$ONE|$TWO\"", (struct process){ .variables = variables },
					&status, &output)));
	expect_str(output, "a b|\n");
}

Test(process, cannot_write_a_file_beyond_its_limit)
{
	int status;
	str output;

	cr_assert(eq(ptr, NULL,
			run_script("f=$(mktemp); trap 'rm $f' EXIT; cat /dev/zero >$f; wc -c <$f",
					(struct process){ .most_bytes = 4096 }, &status, &output)));
	cr_expect(str_ends_with(output, STR("4096\n")), "%.*s", STR_ARG(output));
}

static struct error *look_and_end(void *data, struct arena *arena_of_errors)
{
	int *looks = data;

	return ++*looks < 2 ? NULL : error_new(arena_of_errors, ERROR_INVALID, "seen enough");
}

Test(process, ends_when_who_looks_says_so, .timeout = 60)
{
	int status, looks = 0;
	str output;
	const struct error *error = run_script("sleep 600",
			(struct process){ .look = look_and_end, .look_data = &looks }, &status,
			&output);

	cr_assert(ne(ptr, (void *)(uintptr_t)error, NULL));
	expect_str(error->message, "seen enough");
	cr_expect(eq(int, looks, 2));
}

Test(process, that_cannot_be_started_is_an_error)
{
	const char *const arguments[] = { "/nowhere/program", NULL };
	const struct process process = { .arguments = arguments };
	int status;
	str output;
	struct error *error = process_run(&process, &arena, &status, &output);

	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "could not start '/nowhere/program': No such file or directory");
}

Test(process, reads_its_input_from_a_file_that_has_no_name)
{
	char folder[] = "test_kit.XXXXXX";
	int status;
	str output;

	cr_assert(ne(ptr, mkdtemp(folder), NULL));
	cr_assert(eq(int, setenv("TMPDIR", folder, 1), 0));
	cr_assert(eq(ptr, NULL,
			run_script("cat; readlink /proc/$$/fd/0",
					(struct process){ .input = STR("in\n") }, &status,
					&output)));
	cr_expect(str_starts_with(output, STR("in\n/")));
	cr_expect(lt(sz, str_find(output, str_from(folder)), output.len));
	cr_expect(str_ends_with(output, STR(" (deleted)\n")));
	cr_expect(eq(int, rmdir(folder), 0));
}

Test(process, needs_a_folder_for_its_input)
{
	int status;
	str output;

	cr_assert(eq(int, setenv("TMPDIR", "/nowhere", 1), 0));
	struct error *error =
			run_script("cat", (struct process){ .input = STR("in") }, &status, &output);

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_ENVIRONMENT));
	expect_str(error->message,
			"could not keep the input of 'sh' in '/nowhere': No such file or directory");
	cr_expect(eq(ptr, NULL, run_script("cat", (struct process){ 0 }, &status, &output)));
}

Test(process, ends_at_its_deadline_or_when_nobody_waits_any_more)
{
	int ends[2], status;
	str output;
	struct error *error = run_script("sleep 60",
			(struct process){ .patience = { .until_us = clock_now_us() + 50000 } },
			&status, &output);

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_TIMEOUT));
	cr_assert(eq(int, pipe(ends), 0));
	close(ends[1]);
	error = run_script("sleep 60", (struct process){ .patience = { .stop = ends[0] } }, &status,
			&output);
	close(ends[0]);
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_INTERRUPTED));
}

TestSuite(json, .init = setup, .fini = teardown);

Test(json, values_stand_on_one_line)
{
	struct buf out = { .arena = &arena };
	struct json_writer json = { .out = &out };
	str names[] = { STR_INIT("a"), STR_INIT("") };
	const struct str_list list = { .items = names, .count = 2 };

	json_open_object(&json, NULL);
	json_add_texts(&json, "names", &list);
	json_open_array(&json, "none");
	json_close_array(&json);
	json_open_array(&json, "objects");
	json_open_object(&json, NULL);
	json_close_object(&json);
	json_open_object(&json, NULL);
	json_add_bool(&json, "is", true);
	json_add_null(&json, "not");
	json_close_object(&json);
	json_close_array(&json);
	json_add_integer(&json, "least", INT64_MIN);
	json_add_text_or_null(&json, "text", STR(""));
	json_close_object(&json);
	expect_str(buf_str(&out),
			"{\"names\": [\"a\", \"\"], \"none\": [], \"objects\": [{}, {\"is\": true, \"not\": null}], "
			"\"least\": -9223372036854775808, \"text\": null}");
}

Test(json, or_on_a_line_each)
{
	struct buf out = { .arena = &arena };
	struct json_writer json = { .out = &out, .is_indented = true };

	json_open_object(&json, NULL);
	json_open_array(&json, "a");
	json_add_integer(&json, NULL, 1);
	json_add_integer(&json, NULL, 2);
	json_close_array(&json);
	json_open_object(&json, "b");
	json_close_object(&json);
	json_close_object(&json);
	expect_str(buf_str(&out), "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}");
}

static str json_of(str text, bool is_ascii)
{
	struct buf out = { .arena = &arena };
	struct json_writer json = { .out = &out, .is_ascii = is_ascii };

	json_add_text(&json, NULL, text);
	return buf_str(&out);
}

Test(json, text_holds_any_bytes)
{
	expect_str(json_of(STR("\"\\/\b\f\n\r\t\0\x1f\x7f"), false),
			"\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001F\x7f\"");
	expect_str(json_of(STR("é€😀"), false), "\"é€😀\"");
	expect_str(json_of(STR("aé€😀z"), true), "\"a\\u00E9\\u20AC\\uD83D\\uDE00z\"");
	expect_str(json_of(STR("a\xff\xc3"), false), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
	expect_str(json_of(STR("\xff"), true), "\"\\uFFFD\"");
	expect_str(json_of(STR(""), true), "\"\"");
}

Test(json, what_is_json_already_is_laid_out_anew)
{
	struct buf out = { .arena = &arena };
	struct json_writer json = { .out = &out };

	json_open_array(&json, NULL);
	json_add_copy(&json, NULL, STR(" {\"a:,\" :[1 ,-2.5e3,\n{},[ ]],\"b\\\"\":null} "));
	json_add_copy(&json, NULL, STR("\"\""));
	json_add_copy(&json, NULL, STR("[]"));
	json_close_array(&json);
	expect_str(buf_str(&out), "[{\"a:,\": [1, -2.5e3, {}, []], \"b\\\"\": null}, \"\", []]");
	out.len = 0;
	json = (struct json_writer){ .out = &out, .is_indented = true };
	json_add_copy(&json, NULL, STR("{\"a\":[1,[]],\"b\":{\"c\":true}}"));
	expect_str(buf_str(&out),
			"{\n  \"a\": [\n    1,\n    []\n  ],\n  \"b\": {\n    \"c\": true\n  }\n}");
}

TestSuite(locale, .init = setup, .fini = teardown);

Test(locale, of_utf8_is_known_in_all_spellings)
{
	cr_expect(locale_encoding_is_utf8(STR("UTF-8")));
	cr_expect(locale_encoding_is_utf8(STR("utf8")));
	cr_expect(not(locale_encoding_is_utf8(STR("UTF-16"))));
	cr_expect(not(locale_encoding_is_utf8(STR("utf-"))));
	cr_expect(not(locale_encoding_is_utf8(STR(""))));
}

Test(locale, has_another_name_in_icu)
{
	cr_expect(str_equal(locale_icu_name(STR("de_DE.utf8"), &arena), STR("de-DE")));
	cr_expect(str_equal(locale_icu_name(STR("de_DE@euro"), &arena), STR("de-DE")));
	cr_expect(str_equal(locale_icu_name(STR("zh_Hant_TW"), &arena), STR("zh-Hant-TW")));
	cr_expect(str_equal(locale_icu_name(STR("en"), &arena), STR("en")));
}

TestSuite(columns, .init = setup, .fini = teardown);

Test(columns, are_counted_as_terminals_do)
{
	cr_expect(eq(sz, columns_of(STR("")), 0));
	cr_expect(eq(sz, columns_of(STR("abc")), 3));
	cr_expect(eq(sz, columns_of(STR("gr\u00fc\u00df")), 4));
	cr_expect(eq(sz, columns_of(STR("e\u0301")), 1));
	cr_expect(eq(sz, columns_of(STR("\u6570\u636e")), 4));
	cr_expect(eq(sz, columns_of(STR("\u1112\u1161\u11ab")),
			2)); // one syllable in three letters
	cr_expect(eq(sz, columns_of(STR("\U0001F600")), 2));
	cr_expect(eq(sz, columns_of(STR("\u2764\uFE0F")), 2));
	cr_expect(eq(sz, columns_of(STR("\U0001F469\u200D\U0001F4BB")), 2));
	cr_expect(eq(sz, columns_of(STR("\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7")), 4));
	cr_expect(eq(sz, columns_of(STR("\u2713 \u2717 \u2260 \u2013 \u2500")), 9));
	cr_expect(eq(sz, columns_of(STR("\xff\t\n")), 3));
}

Test(columns, cut_no_character_in_two)
{
	cr_expect(eq(sz, columns_fit(STR("\u6570\u636e"), 3), 3));
	cr_expect(eq(sz, columns_fit(STR("ae\u0301b"), 2), 4));
	cr_expect(eq(sz, columns_fit(STR("\u6570"), 1), 0));
	cr_expect(eq(sz, columns_fit(STR("ab"), 9), 2));
}

static str wrapped(str text, size_t columns, bool breaks_words)
{
	struct buf out = { .arena = &arena };

	do {
		buf_add(&out, wrap_line(&text, columns, breaks_words));
		buf_add_char(&out, '|');
	} while (text.len);
	return buf_str(&out);
}

Test(columns, lines_are_broken_at_blanks)
{
	expect_str(wrapped(STR("one two three"), 7, false), "one two|three|");
	expect_str(wrapped(STR("one two three"), 8, false), "one two|three|");
	expect_str(wrapped(STR("one two three"), 2, false), "one|two|three|");
	expect_str(wrapped(STR("one two three"), 2, true), "on|e|tw|o|th|re|e|");
	expect_str(wrapped(STR("one  two "), 20, false), "one  two|");
	expect_str(wrapped(STR("\u6570\u636e \u6570"), 5, false), "\u6570\u636e|\u6570|");
	expect_str(wrapped(STR("\u6570\u636e"), 1, true), "\u6570|\u636e|");
	expect_str(wrapped(STR(""), 5, false), "|");
	expect_str(wrapped(STR("    "), 2, true), "|");
}

Test(columns, paragraphs_hang)
{
	struct buf out = { .arena = &arena };

	buf_add(&out, STR("lead"));
	wrap_add(&out, STR(" one two three"), 9, 4, 2);
	expect_str(buf_str(&out), "lead one\n  two\n  three\n");
	out.len = 0;
	columns_pad(&out, STR("\u6570"), 4);
	expect_str(buf_str(&out), "  ");
}

static bool is_alive(str pid)
{
	return kill((pid_t)atoi(str_to_c(pid, &arena)), 0) == 0;
}

/* It holds the pipe that the output comes through, but it is not what was asked to run. */
Test(process, does_not_wait_for_what_it_leaves, .timeout = 30)
{
	const int64_t since_us = clock_now_us();
	int status;
	str output;

	cr_assert(eq(ptr, NULL,
			run_script("sleep 600 & echo $!", (struct process){ 0 }, &status,
					&output)));
	cr_expect(lt(i64, clock_now_us() - since_us, 20000000));
	for (int tries = 0; is_alive(str_trim(output)) && tries < 1000; tries++) {
		poll(NULL, 0, 10); // until somebody has buried it
	}
	cr_expect(not(is_alive(str_trim(output))), "what it has left is ended");
}

Test(process, that_closes_its_output_is_waited_for_until_the_deadline, .timeout = 30)
{
	int status;
	str output;

	cr_assert(eq(ptr, NULL,
			run_script("exec >&- 2>&-; sleep 0.1; exit 7", (struct process){ 0 },
					&status, &output)));
	cr_expect(eq(int, status, 7));
	struct error *error = run_script("exec >&- 2>&-; sleep 600",
			(struct process){ .patience = { .until_us = clock_now_us() + 100000 } },
			&status, &output);

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_TIMEOUT));
}

Test(process, that_writes_without_an_end_ends_at_its_deadline, .timeout = 30)
{
	int status;
	str output;
	struct error *error = run_script("while :; do echo x; done",
			(struct process){ .patience = { .until_us = clock_now_us() + 100000 } },
			&status, &output);

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_TIMEOUT));
}

/* Our workers ignore it; a program that is to end with its terminal must not. */
Test(process, does_not_ignore_a_hangup, .timeout = 30)
{
	int status;
	str output;

	signal(SIGHUP, SIG_IGN);
	cr_assert(eq(ptr, NULL,
			run_script("kill -HUP $$", (struct process){ 0 }, &status, &output)));
	cr_expect(eq(int, status, 128 + SIGHUP));
}
