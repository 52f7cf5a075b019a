#include "check.h"
#include "kit/arena.h"
#include "leaks.h"
#include "revision_tree.h"
#include "trading_bot.h"
#include "tree/tree.h"
#include "valgrind.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

TestSuite(tree, .fini = teardown);

/* Graphviz and Fontconfig keep memory for the process: its suite does not look for leaks. */
static void teardown_graphviz(void)
{
	arena_finish(&arena);
}

#ifdef HAS_LEAK_SANITIZER
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libgvc\n";
}
#endif

TestSuite(svg, .fini = teardown_graphviz);

static const struct tree *tree_of(const char *text, const char *row)
{
	struct revision_specs *specs = arena_new(&arena, struct revision_specs);
	struct str_list rows = { 0 };

	*specs = revision_tree(text, &arena);
	if (row && *row) {
		str_list_add(&rows, str_from(row), &arena);
	}
	return tree_new(specs, ALEMBIC_NEWEST, row ? &rows : NULL, &arena);
}

static char *draw_styled(const char *text, const char *row, const struct tree_style *style)
{
	struct buf out = { .arena = &arena };

	tree_render_text(tree_of(text, row), style, &out);
	return out.data ? out.data : arena_alloc(&arena, 1);
}

static char *draw(const char *text)
{
	return draw_styled(text, NULL, &(struct tree_style){ 0 });
}

static size_t count_of(const char *text, const char *part)
{
	size_t count = 0;

	while ((text = strstr(text, part))) {
		count++;
		text += strlen(part);
	}
	return count;
}

/* --- text ----------------------------------------------------------------------------------- */

Test(tree, a_line_is_drawn_from_its_head_down)
{
	cr_expect(eq(str, draw("a\nb < a msg=add users\nc < b file=c.py\n"),
			"●  c (head)  c.py\n"
			"●  b  add users\n"
			"●  a (base)\n"));
}

Test(tree, a_branch_joins_the_line_of_its_branch_point)
{
	cr_expect(eq(str, draw("a\nb < a\nc < a\nd < a\n"),
			"●  d (head)\n"
			"│ ●  c (head)\n"
			"├─╯\n"
			"│ ●  b (head)\n"
			"├─╯\n"
			"●  a (base) (branchpoint)\n"));
}

Test(tree, a_merge_opens_a_line_for_each_parent)
{
	cr_expect(eq(str, draw("a\nb < a\nc < a\nd < a\nm < b,c,d\n"),
			"●  m (head) (mergepoint)\n"
			"├─┬─╮\n"
			"● │ │  b\n"
			"│ ● │  c\n"
			"├─╯ │\n"
			"│   ●  d\n"
			"├───╯\n"
			"●  a (base) (branchpoint)\n"));
}

Test(tree, a_line_that_is_crossed_stays_whole)
{
	cr_expect(eq(str, draw("a\nx\nb < a\nm < b,x,a\n"),
			"●  m (head) (mergepoint)\n"
			"├─┬─╮\n"
			"● │ │  b\n"
			"├─│─╯\n"
			"● │  a (base) (branchpoint)\n"
			"  ●  x (base)\n"));
}

Test(tree, histories_that_share_nothing_stand_apart)
{
	cr_expect(eq(str, draw("a\nb < a\nx\n"),
			"●  x (head) (base)\n"
			"\n"
			"●  b (head)\n"
			"●  a (base)\n"));
}

Test(tree, labels_and_dependencies_stand_beside_the_lines)
{
	cr_expect(eq(str, draw("a label=core,main\nb\nc < b dep=a,zz\n"),
			"●  c (head) depends on a, zz\n"
			"●  b (base)\n"
			"\n"
			"●  a [core, main] (effective head) (base)\n"
			"\n"
			"✗  zz (missing)\n"));
}

Test(tree, what_the_rows_say_has_run_is_filled)
{
	const struct tree_style style = { 0 };

	cr_expect(eq(str, draw_styled("a\nd\nb < a dep=d\nc < b\n", "b", &style),
			"○  c (head)\n"
			"●  b (current) depends on d\n"
			"●  a (base)\n"
			"\n"
			"●  d (effective head) (base)\n"));
	cr_expect(eq(str, draw_styled("a\n", "", &style), "○  a (head) (base)\n"));
	cr_expect(eq(str, draw_styled("a\n", "nowhere", &style),
			"○  a (head) (base)\n\nrow 'nowhere' names no revision\n"));
}

Test(tree, cycles_are_told_and_end)
{
	cr_expect(eq(str, draw("a\nb < a,d\nc < b\nd < c\ne < d\n"),
			"●  e (head)\n"
			"●  d (branchpoint)\n"
			"●  c\n"
			"●  b (mergepoint) follows d: a cycle\n"
			"●  a (base)\n"));
	cr_expect(eq(str, draw("x < y\ny < x\n"),
			"●  y\n"
			"●  x follows y: a cycle\n"));
	cr_expect(eq(str, draw("s < s\n"), "●  s follows s: a cycle\n"));
}

Test(tree, each_file_of_a_doubled_id_is_drawn)
{
	cr_expect(eq(str, draw("a\nb < a msg=first\nb < a msg=second\nc < b\n"),
			"●  c (head)\n"
			"●  b (duplicate)  second\n"
			"│ ●  b (head) (duplicate, replaced)  first\n"
			"├─╯\n"
			"●  a (base) (branchpoint)\n"));
}

Test(tree, an_empty_tree_is_no_text)
{
	cr_expect(eq(str, draw(""), ""));
}

Test(tree, every_missing_parent_of_a_real_chain_is_drawn)
{
	cr_expect(eq(sz, count_of(draw(trading_bot_as_found), "✗"), 17));
	cr_expect(eq(sz, count_of(draw(trading_bot_as_found), "(head)"), 21));
}

/* A line of `count` revisions r0, r1, ... */
static char *line_of(size_t count)
{
	struct buf text = { .arena = &arena };

	for (size_t i = 0; i < count; i++) {
		buf_format(&text, "r%zu", i);
		if (i) {
			buf_format(&text, " < r%zu", i - 1);
		}
		buf_add_char(&text, '\n');
	}
	return text.data;
}

Test(tree, the_middle_of_a_long_run_is_left_out_and_counted)
{
	cr_expect(eq(str, draw(line_of(1000)),
			"●  r999 (head)\n"
			"●  r998\n"
			"●  r997\n"
			"┆  (994 revisions, r996 down to r3)\n"
			"●  r2\n"
			"●  r1\n"
			"●  r0 (base)\n"
			"\n"
			"not drawn: 994 revisions of long runs\n"));
	cr_expect(eq(sz, count_of(draw(line_of(200)), "\n"), 200));
}

Test(tree, the_whole_is_drawn_when_asked_for)
{
	const struct tree_style style = { .full = true };

	cr_expect(eq(sz, count_of(draw_styled(line_of(1000), NULL, &style), "\n"), 1000));
}

/* A base, `count` branches, and their merge. */
static char *fan_of(size_t count)
{
	struct buf text = { .arena = &arena };

	buf_add(&text, STR("base\n"));
	for (size_t i = 0; i < count; i++) {
		buf_format(&text, "b%zu < base\n", i);
	}
	buf_add(&text, STR("m < "));
	for (size_t i = 0; i < count; i++) {
		buf_format(&text, "%sb%zu", i ? "," : "", i);
	}
	return text.data;
}

static size_t widest_line(const char *text)
{
	size_t widest = 0;
	str rest = str_from(text);
	str line;

	while (str_next_part(&rest, '\n', &line)) {
		widest = str_utf8_length(line) > widest ? str_utf8_length(line) : widest;
	}
	return widest;
}

Test(tree, a_thousand_lines_side_by_side_are_folded_and_counted)
{
	const char *text = draw(fan_of(1000));

	cr_expect(le(sz, widest_line(text), 80));
	cr_expect(ne(ptr, strstr(text, "●  m (head) (mergepoint) 976 more parents below\n"), NULL));
	cr_expect(ne(ptr, strstr(text, "b999 parent of m\n"), NULL));
	cr_expect(ne(ptr, strstr(text, "\nnot drawn: 976 lines, with 24 side by side already\n"),
			NULL));
	for (size_t i = 0; i < 1000; i += 111) {
		cr_expect(ne(ptr, strstr(text, str_to_c(str_format(&arena, "  b%zu", i), &arena)),
				NULL));
	}
}

Test(tree, messages_are_cut_to_the_width_of_the_terminal)
{
	const struct tree_style style = { .width = 30 };

	cr_expect(eq(str, draw_styled("a msg=a message that goes on and on\n", NULL, &style),
			"●  a (head) (base)  a message…\n"));
	cr_expect(eq(str, draw_styled("a msg=short enough\n", NULL, &style),
			"●  a (head) (base)  short eno…\n"));
	cr_expect(eq(str, draw_styled("a msg=ten chars.\n", NULL, &style),
			"●  a (head) (base)  ten chars.\n"));
}

Test(tree, colour_is_only_added)
{
	const char *coloured = draw_styled("a\nb < gone\n", NULL,
			&(struct tree_style){ .colour = true });

	cr_expect(ne(ptr, strstr(coloured, "\033[31mgone\033[0m"), NULL));
	cr_expect(eq(ptr, strstr(draw("a\nb < gone\n"), "\033"), NULL));
}

/* --- a list of HTML -------------------------------------------------------------------------- */

static const char *list(const char *text, const char *row)
{
	struct buf out = { .arena = &arena };

	tree_render_list(tree_of(text, row), &out);
	return buf_c(&out);
}

Test(tree, a_list_has_an_item_for_each_revision)
{
	cr_expect(eq(str, (char *)list("a\nb < a msg=x<y&z\n", "a"),
			"<ol class=\"tree\">"
			"<li><svg width=\"14\"><path d=\"M7 12V24\"/><circle class=\"due\" cx=\"7\"/></svg>"
			"<code>b</code> <b>head</b> <i>x&lt;y&amp;z</i></li>"
			"<li><svg width=\"14\"><path d=\"M7 0V12\"/><circle class=\"ran\" cx=\"7\"/></svg>"
			"<code>a</code> <b class=\"current\">current</b> <b>base</b></li></ol>"));
}

Test(tree, a_list_draws_where_branches_join)
{
	const char *text = list("a\nb < a\nc < a\n", NULL);

	cr_expect(eq(sz, count_of(text, "<li>"), 3));
	cr_expect(ne(ptr, strstr(text, "<svg width=\"28\" height=\"38\"><path d=\"M7 0V24M21 12V24M7 24V38M7 31H14"
				       "M21 24Q21 31 14 31\"/>"), NULL));
}

Test(tree, a_list_tells_both_files_of_an_id_and_what_is_missing)
{
	const char *text = list("a file=1.py msg=one\na file=2.py msg=two\nb < gone\n", "nobody");

	cr_expect(ne(ptr, strstr(text, "<i>one</i> <i>1.py</i>"), NULL));
	cr_expect(ne(ptr, strstr(text, "<i>two</i> <i>2.py</i>"), NULL));
	cr_expect(ne(ptr, strstr(text, "<path class=\"missing\""), NULL));
	cr_expect(ne(ptr, strstr(text, "The row <code>nobody</code> names no revision."), NULL));
}

Test(tree, histories_stand_apart_in_a_list)
{
	cr_expect(eq(sz, count_of(list("a\nb\n", NULL), "<li class=\"apart\">"), 1));
}

/* --- other formats -------------------------------------------------------------------------- */

#define ODD_TREE "a\nq\"\\<x> < a label=co\"re msg=say \"no\" & <b>\nc < gone dep=a\n"

Test(tree, dot_quotes_what_it_must)
{
	struct buf out = { .arena = &arena };

	tree_render_dot(tree_of(ODD_TREE, NULL), &out);
	cr_expect(ne(ptr,
			strstr(out.data,
					"n1 [label=\"q\\\"\\\\<x> (head)\\n[co\\\"re]\\nsay \\\"no\\\" & <b>\""),
			NULL));
	cr_expect(ne(ptr, strstr(out.data, "\tn0 -> n1;\n"), NULL));
	cr_expect(ne(ptr, strstr(out.data, "\tn0 -> n2 [style=dashed];\n"), NULL));
	cr_expect(ne(ptr,
			strstr(out.data, "n3 [label=\"gone (missing)\", style=\"rounded,dashed\""),
			NULL));
}

Test(tree, graphviz_is_told_to_be_quick_with_large_trees)
{
	struct buf small = { .arena = &arena };
	struct buf large = { .arena = &arena };
	struct buf largest = { .arena = &arena };

	tree_render_dot(tree_of(line_of(100), NULL), &small);
	tree_render_dot(tree_of(line_of(101), NULL), &large);
	tree_render_dot(tree_of(line_of(501), NULL), &largest);
	cr_expect(eq(ptr, strstr(small.data, "nslimit"), NULL));
	cr_expect(ne(ptr, strstr(large.data, "nslimit=1,"), NULL));
	cr_expect(ne(ptr, strstr(largest.data, "nslimit=0.1,"), NULL));
}

Test(tree, mermaid_has_safe_ids_and_escaped_texts)
{
	struct buf out = { .arena = &arena };

	tree_render_mermaid(tree_of(ODD_TREE, "a"), &out);
	cr_expect(eq(ptr, strstr(out.data, "graph BT\n"), out.data));
	cr_expect(ne(ptr,
			strstr(out.data,
					"    n1[\"q#34;#92;#60;x#62; (head)<br/>[co#34;re]<br/>say #34;no#34; #38; #60;b#62;\"]\n"),
			NULL));
	cr_expect(ne(ptr, strstr(out.data, "    n0[\"a (current) (base)\"]:::current\n"), NULL));
	cr_expect(ne(ptr, strstr(out.data, "    n3 --> n2\n"), NULL));
	cr_expect(ne(ptr, strstr(out.data, "    n0 -.-> n2\n"), NULL));
}

static bool is_set(const json_t *list, size_t at, const char *member)
{
	return json_is_true(json_object_get(json_array_get(list, at), member));
}

static bool is_text(const json_t *list, size_t at, const char *member)
{
	return json_is_string(json_object_get(json_array_get(list, at), member));
}

Test(tree, json_has_each_file_and_what_is_missing)
{
	struct buf out = { .arena = &arena };

	tree_render_json(tree_of("a file=a.py\nb < a\nc < a,gone label=core dep=b\n", "b"), &out);
	json_t *object = json_loads(out.data, 0, NULL);
	const json_t *list = json_object_get(object, "revisions");

	cr_assert(eq(sz, json_array_size(list), 4));
	cr_expect(is_set(list, 0, "is_base"));
	cr_expect(is_set(list, 0, "is_branch_point"));
	cr_expect(not(is_set(list, 0, "is_head")));
	cr_expect(is_set(list, 1, "is_head"));
	cr_expect(is_set(list, 1, "is_current"));
	cr_expect(is_set(list, 2, "is_merge_point"));
	cr_expect(is_set(list, 3, "missing"));
	cr_expect(not(is_set(list, 3, "is_base")));
	cr_expect(eq(str,
			(char *)json_string_value(json_object_get(json_array_get(list, 0), "file")),
			"a.py"));
	cr_expect(not(is_text(list, 1, "file")));
	cr_expect(is_text(list, 1, "revision"));
	cr_expect(eq(sz, json_array_size(json_object_get(json_array_get(list, 2), "down_revision")),
			2));
	json_decref(object);
}

Test(svg, graphviz_draws_every_node)
{
	struct buf out = { .arena = &arena };

	if (under_valgrind()) {
		cr_skip_test("what Graphviz keeps would be counted as leaks");
	}
	cr_assert(eq(ptr, tree_render_svg(tree_of(ODD_TREE, NULL), &arena, &out), NULL));
	cr_expect(ne(ptr, strstr(out.data, "<svg"), NULL));
	cr_expect(ne(ptr, strstr(out.data, "</svg>"), NULL));
	cr_expect(eq(sz, count_of(out.data, "class=\"node\""), 4));
	cr_expect(ne(ptr, strstr(out.data, "say &quot;no&quot; &amp; &lt;b&gt;"), NULL));
}

Test(svg, long_runs_of_a_large_tree_are_one_box)
{
	struct buf out = { .arena = &arena };

	if (under_valgrind()) {
		cr_skip_test("what Graphviz keeps would be counted as leaks");
	}
	cr_assert(eq(ptr, tree_render_svg(tree_of(line_of(6001), NULL), &arena, &out), NULL));
	cr_expect(ne(ptr, strstr(out.data, ">5995 revisions<"), NULL));
	cr_expect(eq(sz, count_of(out.data, "class=\"node\""), 7));
	cr_expect(eq(sz, count_of(out.data, "class=\"edge\""), 6));
}

/* Each revision has up to two parents among the two hundred before it. */
static const char *knit_of(unsigned count)
{
	struct buf text = { .arena = &arena };
	unsigned random = 1;

	buf_add(&text, STR("r0\n"));
	for (unsigned i = 1; i < count; i++) {
		const unsigned reach = i < 200 ? i : 200;

		buf_format(&text, "r%u < r%u", i, i - 1);
		for (unsigned j = 0; j < i % 2; j++) {
			random = random * 1103515245u + 12345u;
			buf_format(&text, ",r%u", i - 1 - (random >> 16) % reach);
		}
		buf_add_char(&text, '\n');
	}
	return text.data;
}

Test(svg, what_would_take_graphviz_minutes_is_refused)
{
	struct buf out = { .arena = &arena };
	const struct error *err = tree_render_svg(tree_of(knit_of(5000), NULL), &arena, &out);

	cr_assert(ne(ptr, (void *)err, NULL));
	cr_expect(eq(int, err->code, ERROR_INVALID));
	cr_expect(ne(ptr, strstr(err->hint.data, "--format dot"), NULL));
	cr_expect(eq(sz, out.len, 0));
}

Test(svg, hundreds_of_interwoven_revisions_take_seconds, .timeout = 60)
{
	struct buf out = { .arena = &arena };

	if (under_valgrind()) {
		cr_skip_test("what Graphviz keeps would be counted as leaks");
	}
	cr_assert(eq(ptr, tree_render_svg(tree_of(knit_of(200), NULL), &arena, &out), NULL));
	cr_expect(eq(sz, count_of(out.data, "class=\"node\""), 200));
}
