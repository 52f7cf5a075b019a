#include "check.h"
#include "kit/arena.h"
#include "leaks.h"
#include "project/new_revision.h"
#include "project/rewrite.h"

static struct arena arena;

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

TestSuite(rewrite, .fini = teardown);
TestSuite(new_revision, .fini = teardown);

static struct str_list names(const char *text)
{
	struct str_list list = { 0 };
	str rest = str_from(text), name;

	while (rest.len && str_next_part(&rest, ' ', &name)) {
		str_list_add(&list, name, &arena);
	}
	return list;
}

/* What a file declares, as the project's reader would have it. */
static struct revision_spec spec_of(const struct source *source)
{
	const struct revision_file file = revision_file_read(source, &arena);
	struct revision_spec spec = { .where.source = source };
	struct str_list *lists[FACT_COUNT] = { NULL, &spec.down_revision, &spec.branch_labels,
		&spec.depends_on };

	spec.has_unknown_parents = file.facts[FACT_DOWN_REVISION].value.kind == LITERAL_OTHER;
	if (file.facts[FACT_REVISION].value.count) {
		spec.revision = file.facts[FACT_REVISION].value.items[0].value;
	}
	for (size_t i = FACT_DOWN_REVISION; i < FACT_COUNT; i++) {
		for (size_t j = 0; j < file.facts[i].value.count; j++) {
			str_list_add(lists[i], file.facts[i].value.items[j].value, &arena);
		}
	}
	return spec;
}

/* The file with other values (NULL: as they are); or "error: ...". */
static char *rewrite(const char *text, const char *revision, const char *down, const char *labels)
{
	struct source *source = arena_new(&arena, struct source);
	str written;

	*source = (struct source){ .name = STR("x.py"), .text = str_from(text) };
	const struct revision_spec before = spec_of(source);
	struct revision_spec after = before;

	after.revision = revision ? str_from(revision) : after.revision;
	after.down_revision = down ? names(down) : after.down_revision;
	after.branch_labels = labels ? names(labels) : after.branch_labels;
	const struct error *error =
			revision_file_rewrite(source, &before, &after, &arena, &written);

	return (char *)str_to_c(error ? str_format(&arena, "error: %zu: %.*s",
							span_place(error->where).line,
							STR_ARG(error->message))
				      : written,
			&arena);
}

#define expect(actual, expected) cr_expect(eq(str, (actual), (char *)(expected)))

Test(rewrite, changes_a_text_and_nothing_else)
{
	expect(rewrite("revision = 'a'  # mine\r\ndown_revision='b' ;x=1", NULL, "c", NULL),
			"revision = 'a'  # mine\r\ndown_revision='c' ;x=1");
	expect(rewrite("revision: str = (\n  \"a\"\n)\ndown_revision = None\n", "z", NULL, NULL),
			"revision: str = (\n  \"z\"\n)\ndown_revision = None\n");
	expect(rewrite("revision = u'a'\ndown_revision = '''b''' \"c\"\n", "z", "y", NULL),
			"revision = 'z'\ndown_revision = 'y'\n");
}

Test(rewrite, writes_none_and_lists_in_the_file_s_quotes)
{
	expect(rewrite("revision = 'a'\ndown_revision = 'b'\n", NULL, "", NULL),
			"revision = 'a'\ndown_revision = None\n");
	expect(rewrite("revision = 'a'\ndown_revision = None  # first\n", NULL, "b", NULL),
			"revision = 'a'\ndown_revision = 'b'  # first\n");
	expect(rewrite("revision = \"a\"\ndown_revision = \"b\"\n", NULL, "c d", NULL),
			"revision = \"a\"\ndown_revision = (\"c\", \"d\")\n");
	expect(rewrite("revision = 'a'\ndown_revision = ('b', 'c')\n", NULL, "c", NULL),
			"revision = 'a'\ndown_revision = 'c'\n");
	expect(rewrite("revision = 'a'\ndown_revision = 'b', 'c'\n", NULL, "b d", NULL),
			"revision = 'a'\ndown_revision = 'b', 'd'\n");
}

Test(rewrite, changes_lists_item_by_item)
{
	expect(rewrite("revision = 'a'\ndown_revision = ['b',  \"c\" , 'd']\n", NULL, "b x d",
			       NULL),
			"revision = 'a'\ndown_revision = ['b',  \"x\" , 'd']\n");
	expect(rewrite("revision = 'a'\ndown_revision = ('b', 'c', 'd')\n", NULL, "b d", NULL),
			"revision = 'a'\ndown_revision = ('b', 'd')\n");
	expect(rewrite("revision = 'a'\ndown_revision = ('b', 'c', 'd')\n", NULL, "b c", NULL),
			"revision = 'a'\ndown_revision = ('b', 'c')\n");
	expect(rewrite("revision = 'a'\ndown_revision = ('b', 'c', 'd')\n", NULL, "b c d e", NULL),
			"revision = 'a'\ndown_revision = ('b', 'c', 'd', 'e')\n");
	expect(rewrite("revision = 'a'\ndown_revision = ('b', 'c')\n", NULL, "x b c", NULL),
			"revision = 'a'\ndown_revision = ('x', 'b', 'c')\n");
	expect(rewrite("revision = 'a'\ndown_revision = ('b', 'b')\n", NULL, "b", NULL),
			"revision = 'a'\ndown_revision = 'b'\n");
}

Test(rewrite, keeps_lines_and_comments_of_a_long_list)
{
	const char *text = "revision = 'a'\n"
			   "down_revision = (\n"
			   "    'b',  # orders, all of them\n"
			   "    'c',  # users\n"
			   "    'd'   # the rest\n"
			   ")\n";

	expect(rewrite(text, NULL, "b d", NULL),
			"revision = 'a'\ndown_revision = (\n    'b',  # orders, all of them\n"
			"    'd'   # the rest\n)\n");
	expect(rewrite(text, NULL, "b c", NULL),
			"revision = 'a'\ndown_revision = (\n    'b',  # orders, all of them\n"
			"    'c',  # users\n)\n");
	expect(rewrite(text, NULL, "b", NULL),
			"revision = 'a'\ndown_revision = (\n    'b',  # orders, all of them\n)\n");
	expect(rewrite("revision = 'a'\ndown_revision = [\n    '',\n    'base',\n]\n", NULL, " ",
			       NULL),
			"revision = 'a'\ndown_revision = ''\n"); // a base, which [''] is not
	expect(rewrite(text, NULL, "x y d", NULL),
			"revision = 'a'\ndown_revision = (\n    'x',  # orders, all of them\n"
			"    'y',  # users\n    'd'   # the rest\n)\n");
	expect(rewrite("revision = 'a'\r\ndown_revision = [\r\n\t'b',\r\n\t'c']\r\n", NULL, "c",
			       NULL),
			"revision = 'a'\r\ndown_revision = [\r\n\t'c']\r\n");
	expect(rewrite("revision = 'a'\ndown_revision = (\n\t'b',\n\t'c')\n", NULL, "b", NULL),
			"revision = 'a'\ndown_revision = (\n\t'b',)\n");
}

Test(rewrite, lets_the_docstring_say_the_same)
{
	const char *text =
			"\"\"\"Orders.\n\nRevision ID: a\nRevises: b, c\nCreate Date: x\n\"\"\"\n"
			"revision = 'a'\ndown_revision = ('b', 'c')\n";

	expect(rewrite(text, "z", "b", NULL),
			"\"\"\"Orders.\n\nRevision ID: z\nRevises: b\nCreate Date: x\n\"\"\"\n"
			"revision = 'z'\ndown_revision = 'b'\n");
	expect(rewrite(text, NULL, "", NULL),
			"\"\"\"Orders.\n\nRevision ID: a\nRevises:\nCreate Date: x\n\"\"\"\n"
			"revision = 'a'\ndown_revision = None\n");
	// As old templates say it.
	expect(rewrite("'''x\n\nRevises: ('b', 'c')\n'''\nrevision = 'a'\ndown_revision = ('b', 'c')\n",
			       NULL, NULL, NULL),
			"'''x\n\nRevises: ('b', 'c')\n'''\nrevision = 'a'\ndown_revision = ('b', 'c')\n");
	// What it says wrongly is mended though nothing else changes.
	expect(rewrite("'''x\n\nRevises:\n'''\nrevision = 'a'\ndown_revision = 'b'\n", NULL, NULL,
			       NULL),
			"'''x\n\nRevises: b\n'''\nrevision = 'a'\ndown_revision = 'b'\n");
	expect(rewrite("'''x\r\n\r\nRevises: q\r\n'''\r\nrevision = 'a'\r\ndown_revision = None\r\n",
			       NULL, NULL, NULL),
			"'''x\r\n\r\nRevises:\r\n'''\r\nrevision = 'a'\r\ndown_revision = None\r\n");
}

Test(rewrite, changes_the_assignment_that_counts)
{
	expect(rewrite("revision = 'a'\ndown_revision = 'old'\nif x:\n    down_revision = 'maybe'\ndown_revision = 'b'\n",
			       NULL, "c", NULL),
			"revision = 'a'\ndown_revision = 'old'\nif x:\n    down_revision = 'maybe'\ndown_revision = 'c'\n");
	expect(rewrite("revision = 'a'\ndown_revision = None\nbranch_labels = ('x', 'y')\n", NULL,
			       NULL, "z y"),
			"revision = 'a'\ndown_revision = None\nbranch_labels = ('z', 'y')\n");
}

Test(rewrite, refuses_what_is_no_literal)
{
	expect(rewrite("revision = 'a'\ndown_revision = PARENT\n", NULL, "b", NULL),
			"error: 2: 'down_revision' is a name, not a literal");
	expect(rewrite("revision = make()\ndown_revision = None\n", "b", NULL, NULL),
			"error: 1: 'revision' is a call, not a literal");
	expect(rewrite("down_revision = revision = 'a'\n", "b", NULL, NULL),
			"error: 1: its values cannot be written where they stand: one place gives several of them");
}

Test(rewrite, declares_an_id_that_was_the_file_s_name)
{
	expect(rewrite("'''x'''\r\ndown_revision = 'b'\r\n", "z", NULL, NULL),
			"'''x'''\r\nrevision = 'z'\r\ndown_revision = 'b'\r\n");
}

Test(rewrite, writes_any_text_as_python_reads_it)
{
	struct buf out = { .arena = &arena };

	python_text_add(&out, STR("it's \\ \"x\"\n\xc3\xa4"), '\'', true);
	expect((char *)buf_c(&out), "'it\\'s \\\\ \"x\"\\x0a\\U000000e4'");
	out = (struct buf){ .arena = &arena };
	python_text_add(&out, STR("it's"), 0, false);
	expect((char *)buf_c(&out), "\"it's\"");
	expect(rewrite("# coding: latin-1\nrevision = 'a'\ndown_revision = 'b'\n", NULL,
			       "\xc3\xa9t\xc3\xa9", NULL),
			"# coding: latin-1\nrevision = 'a'\ndown_revision = '\\U000000e9t\\U000000e9'\n");
}

Test(rewrite, says_in_a_docstring_what_the_file_s_encoding_cannot)
{
	expect(rewrite("# coding: latin-1\n\"\"\"x\n\nRevises: b\n\"\"\"\nrevision = 'a'\ndown_revision = 'b'\n",
			       NULL, "\xe6\x95\xb0", NULL),
			"# coding: latin-1\n\"\"\"x\n\nRevises: \\U00006570\n\"\"\"\nrevision = 'a'\n"
			"down_revision = '\\U00006570'\n");
	expect(rewrite("# coding: latin-1\nr\"\"\"x\n\nRevises: b\n\"\"\"\nrevision = 'a'\ndown_revision = 'b'\n",
			       NULL, "\xe6\x95\xb0", NULL), // where it cannot either
			"# coding: latin-1\nr\"\"\"x\n\nRevises: b\n\"\"\"\nrevision = 'a'\n"
			"down_revision = '\\U00006570'\n");
	expect(rewrite("\"\"\"x\n\nRevises: b\n\"\"\"\nrevision = 'a'\ndown_revision = 'b'\n", NULL,
			       "\"\"\"", NULL),
			"\"\"\"x\n\nRevises: \\\"\\\"\\\"\n\"\"\"\nrevision = 'a'\ndown_revision = '\"\"\"'\n");
}

/* ---- new files ---- */

static struct new_revision merge(void)
{
	return (struct new_revision){
		.id = STR("0f1e2d3c4b5a"),
		.message = STR("merge heads"),
		.down_revision = names("a1 b2"),
		.created = { .year = 2025,
				.month = 8,
				.day = 2,
				.hour = 9,
				.minute = 5,
				.second = 7,
				.epoch = 1754125507 },
	};
}

static char *text_by(const char *script_template)
{
	const struct new_revision revision = merge();

	return (char *)str_to_c(
			new_revision_text(&revision, str_from(script_template), &arena), &arena);
}

Test(new_revision, does_what_it_is_told)
{
	static const char *const templates[] = {
		"from alembic import op\nrevision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"
		"def upgrade():\n    ${upgrades if upgrades else \"pass\"}\ndef downgrade():\n    ${downgrades or 'pass'}\n",
		"revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"
		"def upgrade():\n    ${upgrades or 'pass'}\ndef downgrade():\n    pass\n", // no op, no downgrades
		"",
	};
	struct new_revision revision = merge();

	revision.bodies =
			(struct new_bodies){ STR("    op.execute(\"A\")\n    op.execute(\"B\")\n"),
				STR("    op.execute(\"C\")\n") };
	for (size_t i = 0; i < COUNT_OF(templates); i++) {
		const str text = new_revision_text(&revision, str_from(templates[i]), &arena);

		cr_expect(lt(sz, str_find(text, STR("from alembic import op\n")), text.len));
		cr_expect(lt(sz,
				str_find(text, STR(":\n    op.execute(\"A\")\n    op.execute(\"B\")\n")),
				text.len));
		cr_expect(lt(sz, str_find(text, STR(":\n    op.execute(\"C\")\n")), text.len));
		cr_expect(eq(sz, str_find(text, STR("pass")), text.len));
	}
}

static char *name_by(const char *file_template)
{
	const struct new_revision revision = merge();

	return (char *)str_to_c(
			new_revision_name(&revision, str_from(file_template), 0, &arena), &arena);
}

#define USUAL_END "\n\ndef upgrade() -> None:\n    pass\n\n\ndef downgrade() -> None:\n    pass\n"

Test(new_revision, looks_as_the_project_s_template_says)
{
	expect(text_by("## a comment\n\"\"\"${message}\n\nRevision ID: ${up_revision}\nRevises: ${down_revision | comma,n}\n"
		       "Create Date: ${create_date}\n\"\"\"\n${imports if imports else \"\"}\n"
		       "revision = ${repr(up_revision).replace(\"'\", '\"')}\r\n"
		       "down_revision = \\\n${repr(down_revision)}\nbranch_labels = ${repr(branch_labels)}\n\n"
		       "def upgrade():\n    ${upgrades if upgrades else \"pass\"}\ndef downgrade(): pass\n"),
			"\"\"\"merge heads\n\nRevision ID: 0f1e2d3c4b5a\nRevises: a1, b2\n"
			"Create Date: 2025-08-02 09:05:07\n\"\"\"\n\n"
			"revision = \"0f1e2d3c4b5a\"\n"
			"down_revision = ('a1', 'b2')\nbranch_labels = None\n\n"
			"def upgrade():\n    pass\ndef downgrade(): pass\n");
}

Test(new_revision, looks_as_alembic_s_own_where_a_template_says_more)
{
	char *usual = text_by("");
	char *of_several = text_by(
			"<%! import re %>\n${message}\ndef upgrade(engine_name: str) -> None:\n"
			"% for x in y:\n${x}\n% endfor\n");

	cr_expect(str_starts_with(str_from(usual),
			STR("\"\"\"merge heads\n\nRevision ID: 0f1e2d3c4b5a\nRevises: a1, b2\n")));
	cr_expect(str_ends_with(str_from(usual), STR(USUAL_END)));
	cr_expect(str_ends_with(str_from(of_several),
			STR("\n\ndef upgrade(engine_name: str) -> None:\n    pass\n\n\ndef downgrade() -> None:\n    pass\n")));
	expect(text_by("revision = 'always the same'\ndown_revision = None\n"), usual);
	expect(text_by("${message | h}\n"), usual);
	expect(text_by("revision = ${repr(up_revision)}\n${unclosed\n"), usual);
}

Test(new_revision, is_called_as_the_project_s_template_says)
{
	expect(name_by("%(rev)s_%(slug)s"), "0f1e2d3c4b5a_merge_heads.py");
	expect(name_by("%(year)d_%(month).2d_%(day).2d_%(hour).2d%(minute).2d-%(rev)s_%(slug)s"),
			"2025_08_02_0905-0f1e2d3c4b5a_merge_heads.py");
	expect(name_by("%(epoch)s%%%(second)02d_%(day)3s"), "1754125507%07_  2.py");
	expect(name_by("%(year)d/%(rev)s"), "2025/0f1e2d3c4b5a.py");
	// What Python would stop at.
	expect(name_by("%(nothing)s"), "0f1e2d3c4b5a_merge_heads.py");
	expect(name_by("%(rev)s %"), "0f1e2d3c4b5a_merge_heads.py");
	expect(name_by(""), "0f1e2d3c4b5a_merge_heads.py");
}
