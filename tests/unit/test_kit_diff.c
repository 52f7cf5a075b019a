#include "check.h"
#include "kit/arena.h"
#include "kit/diff.h"
#include "leaks.h"

static struct arena arena;

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

TestSuite(diff, .fini = teardown);

static char *diff(const char *path, const char *before, const char *after)
{
	struct buf out = { .arena = &arena };

	diff_add_change(&out, str_from(path), str_from(before), str_from(after));
	return (char *)buf_c(&out);
}

static char *diff_of_new(const char *path, const char *text)
{
	struct buf out = { .arena = &arena };

	diff_add_file(&out, str_from(path), str_from(text));
	return (char *)buf_c(&out);
}

#define HEADER(path) "diff --git a/" path " b/" path "\n--- a/" path "\n+++ b/" path "\n"

Test(diff, of_equal_texts_is_nothing)
{
	cr_expect(eq(str, diff("x", "a\nb\n", "a\nb\n"), (char *)""));
	cr_expect(eq(str, diff("x", "", ""), (char *)""));
}

Test(diff, has_three_lines_of_context)
{
	cr_expect(eq(str,
			diff("x.py", "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
					"1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
			(char *)HEADER("x.py") "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"));
}

Test(diff, has_a_hunk_for_changes_that_are_near_each_other)
{
	cr_expect(eq(str, diff("x", "a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n"),
			(char *)HEADER("x") "@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n"));
	cr_expect(eq(str, diff("x", "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n"),
			(char *)HEADER("x") "@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n"
					    "@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n"));
}

Test(diff, finds_the_fewest_lines)
{
	// Myers' own example.
	cr_expect(eq(str, diff("x", "a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n"),
			(char *)HEADER("x") "@@ -1,7 +1,6 @@\n-a\n-b\n c\n+b\n a\n b\n-b\n a\n+c\n"));
}

Test(diff, says_where_a_last_newline_is_missing)
{
	cr_expect(eq(str, diff("x", "a", "b\n"),
			(char *)HEADER("x") "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n"));
	cr_expect(eq(str, diff("x", "a\nb", "A\nb"),
			(char *)HEADER("x") "@@ -1,2 +1,2 @@\n-a\n+A\n b\n\\ No newline at end of file\n"));
}

Test(diff, keeps_carriage_returns)
{
	cr_expect(eq(str, diff("x", "a\r\nb\r\n", "a\r\nc\r\n"),
			(char *)HEADER("x") "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"));
}

Test(diff, of_a_file_that_is_emptied_or_filled)
{
	cr_expect(eq(str, diff("x", "a\n", ""), (char *)HEADER("x") "@@ -1 +0,0 @@\n-a\n"));
	cr_expect(eq(str, diff("x", "", "a\n"), (char *)HEADER("x") "@@ -0,0 +1 @@\n+a\n"));
}

Test(diff, adds_a_file)
{
	cr_expect(eq(str, diff_of_new("d/x.py", "a\nb\n"),
			(char *)"diff --git a/d/x.py b/d/x.py\nnew file mode 100644\n"
				"--- /dev/null\n+++ b/d/x.py\n@@ -0,0 +1,2 @@\n+a\n+b\n"));
	cr_expect(eq(str, diff_of_new("x", ""),
			(char *)"diff --git a/x b/x\nnew file mode 100644\n"));
}

Test(diff, writes_names_as_git_does)
{
	cr_expect(eq(str, diff("a b.py", "1\n", "2\n"),
			(char *)"diff --git a/a b.py b/a b.py\n--- a/a b.py\t\n+++ b/a b.py\t\n"
				"@@ -1 +1 @@\n-1\n+2\n"));
	cr_expect(eq(str, diff("q\"\n.py", "1\n", "2\n"),
			(char *)"diff --git \"a/q\\\"\\012.py\" \"b/q\\\"\\012.py\"\n"
				"--- \"a/q\\\"\\012.py\"\n+++ \"b/q\\\"\\012.py\"\n@@ -1 +1 @@\n-1\n+2\n"));
	cr_expect(eq(str, diff("\xc3\xa4.py", "1\n", "2\n"),
			(char *)HEADER("\xc3\xa4.py") "@@ -1 +1 @@\n-1\n+2\n"));
}
