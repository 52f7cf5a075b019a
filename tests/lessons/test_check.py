#!/usr/bin/env python3
"""test_check.py - the check of pages finds what it is there to find, and rewrites what it should."""
import contextlib
import io
import pathlib
import tempfile
import unittest

import check


class PageTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.page = pathlib.Path(folder.name, "page.md")
        self.project = pathlib.Path(folder.name, "project")
        (self.project / "docs").mkdir(parents=True)
        (self.project / "README.md").touch()
        # In the program's place: it has no PostgreSQL.
        self.program = pathlib.Path(folder.name, "program")
        self.program.write_text("#!/bin/sh\nexit 3\n")
        self.program.chmod(0o755)

    def check(self, page, *options):
        """Whether it passes, and what is said."""
        self.page.write_text(page)
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said):
                status = check.main(["--rehearse", str(self.program), "--project", str(self.project), *options, str(self.page)])
        except SystemExit as end:
            status = end.code
        return status == 0, said.getvalue() + (status if isinstance(status, str) else "")

    def assert_fails(self, page, *saying):
        passes, said = self.check(page)
        self.assertFalse(passes, said)
        for text in saying:
            self.assertIn(text, said)

    def assert_passes(self, page, *saying, options=()):
        passes, said = self.check(page, *options)
        self.assertTrue(passes, said)
        for text in saying:
            self.assertIn(text, said)

    def assert_written(self, page, expected):
        self.assertTrue(self.check(page, "--write")[0])
        self.assertEqual(self.page.read_text(), expected)
        self.assert_passes(expected)

    def test_what_is_said_passes(self):
        self.assert_passes("```console\n$ echo one; echo; echo two\none\n\ntwo\n```\n",
                           "1 commands, 0 mistakes, 0 skipped")

    def test_something_else_fails_with_its_place(self):
        self.assert_fails("Text.\n\n```console\n$ true\n$ echo two\none\n```\n",
                          "page.md:5: $ echo two", "-one", "+two")

    def test_a_blank_too_many_fails(self):
        self.assert_fails("```console\n$ echo one\none \n```\n")

    def test_more_output_than_shown_fails(self):
        self.assert_fails("```console\n$ echo one; echo two\none\n```\n")

    def test_errors_are_output(self):
        self.assert_passes("```console\n$ echo oh >&2\noh\n```\n")

    def test_dots_stand_for_any_number_of_lines(self):
        self.assert_passes("```console\n$ seq 9\n1\n...\n9\n```\n")
        self.assert_passes("```console\n$ seq 2\n1\n...\n2\n```\n")
        self.assert_fails("```console\n$ seq 9\n1\n...\n8\n```\n")

    def test_a_status_that_is_not_shown_fails(self):
        self.assert_fails("```console\n$ false\n```\n", "ends with status 1")
        self.assert_fails("```console\n$ false\n$ true\n```\n", "ends with status 1")

    def test_a_status_is_that_of_the_command_before(self):
        self.assert_passes("```console\n$ false\n$ echo $?\n1\n```\n")
        self.assert_fails("```console\n$ true\n$ echo $?\n1\n```\n")

    def test_blocks_run_in_clones_of_repositories(self):
        self.assert_passes("```console in:shop\n$ ls\nalembic.ini\nmigrations\n$ touch new\n```\n\n"
                           "```console\n$ ls README.md\nREADME.md\n```\n\n"
                           "```console in:shop\n$ git status --short\n?? new\n```\n")
        self.assert_passes("```console\n$ git clone -q https://git.example/shop.git\n$ ls -d shop\nshop\n```\n")

    def test_commands_of_a_page_share_a_shell(self):
        self.assert_passes("```console\n$ x=1; cd docs\n```\n\n```console\n$ echo $x; cd ..; ls README.md\n"
                           "1\nREADME.md\n```\n")

    def test_a_named_file_is_written(self):
        self.assert_passes("```yaml\n# a.yaml\nb: $c\n```\n\n```console\n$ cat a.yaml\n# a.yaml\nb: $c\n```\n")

    def test_a_file_without_a_name_is_text(self):
        self.assert_passes("```yaml\nb: c\n```\n\n```console\n$ ls *.yaml 2>/dev/null | wc -l\n0\n```\n")

    def test_a_block_for_postgres_is_skipped_and_counted(self):
        self.assert_passes("```console postgres\n$ echo one\ntwo\n$ false\n```\n", "2 skipped")

    def test_blocks_for_alembic_can_be_left_out(self):
        self.assert_passes("```console alembic\n$ echo one\ntwo\n```\n", "1 skipped", options=["--without-alembic"])

    def test_a_command_in_another_block_fails(self):
        self.assert_fails("```\n$ echo one\none\n```\n", "page.md:2: a command outside of a console block")

    def test_a_link_that_leads_nowhere_fails(self):
        self.assert_fails("Text, and [more](gone.md#part).\n", "page.md:1: there is no gone.md")

    def test_other_links_are_left_alone(self):
        self.assert_passes("[a](project/docs), [b](#part), [c](https://example.org/x)\n")

    def test_a_shell_that_ends_fails(self):
        self.assert_fails("```console\n$ exit 0\n```\n", "the shell ended within 'exit 0'")

    def test_output_is_written(self):
        self.assert_written("A\n\n```console\n$ echo one\nold\n$ echo two\n```\n\nB\n",
                            "A\n\n```console\n$ echo one\none\n$ echo two\ntwo\n```\n\nB\n")

    def test_a_status_is_written(self):
        self.assert_written("```console\n$ false\n```\n", "```console\n$ false\n$ echo $?\n1\n```\n")

    def test_dots_stay_where_they_were(self):
        self.assert_written("```console\n$ seq 9\n0\n...\n8\n9\n```\n", "```console\n$ seq 9\n1\n...\n8\n9\n```\n")

    def test_what_stands_between_dots_is_found_again(self):
        self.assert_written("```console\n$ seq 9; echo end\n1\n...\n4\nx\n...\nEnd\n```\n",
                            "```console\n$ seq 9; echo end\n1\n...\n4\n5\n...\nend\n```\n")

    def test_all_is_written_where_dots_have_lost_their_place(self):
        self.assert_written("```console\n$ seq 3\n1\n...\nx\n...\n3\n```\n",
                            "```console\n$ seq 3\n1\n2\n3\n```\n")

    def test_a_block_that_is_skipped_is_left_alone(self):
        page = "```console postgres\n$ echo one\ntwo\n```\n"
        self.assert_written(page, page)


if __name__ == "__main__":
    unittest.main()
