#include "check.h"
#include "kit/arena.h"
#include "project/env_file.h"
#include "project/ini.h"
#include "project/revision_file.h"
#include "project/toml.h"
#include "project/versions.h"

#include "leaks.h"

#include <string.h>

#define IS(claim) eq(int, (claim), 1)

static struct arena arena;
static struct source source;

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

static struct revision_file read_text(const char *text)
{
	source = (struct source){ .name = STR("x.py"), .text = str_from(text) };
	return revision_file_read(&source, &arena);
}

/* A fact as text: "absent", "none", "'a'", "['a', 'b']", "? a call". */
static const char *fact(const struct revision_file *file, enum revision_fact index)
{
	const struct declared_fact *found = &file->facts[index];
	struct buf out = { .arena = &arena };

	if (!found->is_there) {
		return found->perhaps.source ? "perhaps" : "absent";
	}
	switch (found->value.kind) {
	case LITERAL_OTHER:
		buf_format(&out, "? %s", found->value.reason);
		break;
	case LITERAL_NONE:
		return "none";
	case LITERAL_NUMBER:
	case LITERAL_BOOLEAN:
		buf_format(&out, "%.*s", STR_ARG(found->value.items[0].value));
		break;
	case LITERAL_TEXT:
		buf_format(&out, "'%.*s'", STR_ARG(found->value.items[0].value));
		break;
	case LITERAL_LIST:
		buf_add_char(&out, '[');
		for (size_t i = 0; i < found->value.count; i++) {
			buf_format(&out, "%s'%.*s'", i ? ", " : "",
					STR_ARG(found->value.items[i].value));
		}
		buf_add_char(&out, ']');
		break;
	}
	return buf_c(&out);
}

struct reading_case {
	const char *text, *revision, *down_revision;
};

TestSuite(revision_file, .fini = teardown);

Test(revision_file, reads_literals_as_python_writes_them)
{
	static const struct reading_case cases[] = {
		{ "revision = 'a'; down_revision = None\n", "'a'", "none" },
		{ "revision: str = (\"a\"\n  'b')  # c\ndown_revision: Union[str, None] = 'x',\n",
				"'ab'", "['x']" },
		{ "revision = down_revision = r'q\\n'\n", "'q\\n'", "'q\\n'" },
		{ "revision = '\\x41\\u00e9\\101'\ndown_revision = ('x', # one\n 'y',\n)\n",
				"'A\xC3\xA9"
				"A'",
				"['x', 'y']" },
		{ "revision = 'a'\nrevision = 'b'\ndown_revision = [\n]\n", "'b'", "[]" },
		{ "\xEF\xBB\xBFrevision = \\\r\n\t'a'\r\ndown_revision = ((('b')))\r\n", "'a'",
				"'b'" },
		{ "# coding: latin-1\nrevision = '\xE9'\ndown_revision = 5\n", "'\xC3\xA9'", "5" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct revision_file file = read_text(cases[i].text);

		cr_expect(eq(str, (char *)fact(&file, FACT_REVISION), (char *)cases[i].revision));
		cr_expect(eq(str, (char *)fact(&file, FACT_DOWN_REVISION),
				(char *)cases[i].down_revision));
		cr_expect(eq(ptr, file.problem, NULL));
	}
}

Test(revision_file, guesses_nothing)
{
	static const struct reading_case cases[] = {
		{ "revision = f'a'\ndown_revision = b'x'\n", "? a formatted string", "? bytes" },
		{ "revision = 'a' + 'b'\ndown_revision = get('x')\n", "? a computation",
				"? a call" },
		{ "revision = OTHER\ndown_revision = 'a' if x else 'b'\n", "? a name",
				"? a choice" },
		{ "revision = 'a'\nrevision += 'b'\ndown_revision = (None,)\n", "? a computation",
				"? None in a list" },
		{ "revision, down_revision = 'a', 'b'\n", "? a part of a longer assignment",
				"? a part of a longer assignment" },
		{ "from base import revision, x as down_revision\n", "? an import", "? an import" },
		{ "try:\n  revision = 'a'\nexcept E: pass\nfor down_revision in x: pass\n",
				"? a value given inside a 'try' or 'with'",
				"? a name that a statement gives" },
		{ "if x:\n  revision = 'a'\nelse:\n  revision = 'b'\ndown_revision = {'a'}\n",
				"perhaps", "? a set or a dict" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct revision_file file = read_text(cases[i].text);

		cr_expect(eq(str, (char *)fact(&file, FACT_REVISION), (char *)cases[i].revision));
		cr_expect(eq(str, (char *)fact(&file, FACT_DOWN_REVISION),
				(char *)cases[i].down_revision));
	}
}

Test(revision_file, overlooks_what_python_does_not_carry_out)
{
	static const struct reading_case cases[] = {
		{ "def f():\n  revision = 'a'\nclass A:\n  down_revision = 'b'\n", "absent",
				"absent" },
		{ "s = '''\nrevision = 'a'\n'''\n# down_revision = 'b'\n", "absent", "absent" },
		{ "revision = 'a'\nif x: revision = 'b'\ndown_revision: str\n", "'a'", "absent" },
		{ "if TYPE_CHECKING:\n  revision = 'b'\nx.down_revision = 'a'\n", "absent",
				"absent" },
		{ "x = [revision for revision in y]\ny[down_revision] = 1\n", "absent", "absent" },
		{ "f'{revision}' f\"{d[\"it's\"]}\"\nrevision = 'a'\ndown_revision = None\n", "'a'",
				"none" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct revision_file file = read_text(cases[i].text);

		cr_expect(eq(str, (char *)fact(&file, FACT_REVISION), (char *)cases[i].revision));
		cr_expect(eq(str, (char *)fact(&file, FACT_DOWN_REVISION),
				(char *)cases[i].down_revision));
	}
}

Test(revision_file, keeps_the_place_of_each_value)
{
	const struct revision_file file =
			read_text("revision = 'a'\ndown_revision = ('b', \"c\")\n");
	const struct literal *down = &file.facts[FACT_DOWN_REVISION].value;

	cr_assert(eq(sz, down->count, 2));
	cr_expect(eq(sz, span_place(file.facts[FACT_DOWN_REVISION].where).line, 2));
	cr_expect(IS(str_equal(str_slice(source.text, down->where.offset, down->where.len),
			STR("('b', \"c\")"))));
	cr_expect(IS(str_equal(str_slice(source.text, down->items[1].where.offset,
					       down->items[1].where.len),
			STR("\"c\""))));
}

Test(revision_file, says_what_python_would_refuse)
{
	static const struct {
		const char *text, *problem;
		size_t line;
	} cases[] = {
		{ "x = 1\nrevision = 'a\n", "unterminated string literal", 2 },
		{ "revision = '''a\n", "unterminated triple-quoted string literal", 1 },
		{ "x = (\n", "a bracket was never closed", 2 },
		{ "x = (]\n", "a closing bracket of another kind than the opening one", 1 },
		{ "if x:\n\ty\n        z\n", "inconsistent use of tabs and spaces in indentation",
				3 },
		{ "x\n y\n", "unexpected indent", 2 },
		{ "if x:\ny\n", "expected an indented block", 2 },
		{ "<<<<<<< HEAD\nrevision = 'a'\n=======\n",
				"a conflict of a merge was left in the file", 1 },
		{ "# coding: klingon\n", "unknown encoding: klingon", 1 },
		{ "#\n# coding: utf-16\n",
				"it is not written in the encoding that it names, utf-16", 2 },
		{ "# coding: EBCDIC_CP-us\n",
				"it is not written in the encoding that it names, EBCDIC_CP-us",
				1 },
		{ "# coding: rot13\n", "'rot13' is not a text encoding", 1 },
		{ "# coding: cp1252\nx = 1 #\x81\n", "'cp1252' codec can't decode byte 0x81", 2 },
		{ "# coding: ascii\nx = '\xE9'\n", "'ascii' codec can't decode byte 0xe9", 2 },
		{ "x = '\xE9'\n", "Non-UTF-8 code starting with '\\xe9', but no encoding declared",
				1 },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct revision_file file = read_text(cases[i].text);

		cr_assert(ne(ptr, file.problem, NULL), "%s", cases[i].text);
		cr_expect(eq(str, (char *)file.problem->message.data, (char *)cases[i].problem));
		cr_expect(eq(sz, span_place(file.problem->where).line, cases[i].line));
	}
}

Test(revision_file, ends_in_the_worst_of_files)
{
	static const char *const parts[] = { "(", "f\"{", "\\\n", "a=", ";", "\n ", "'", "x:\n\t" };

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		struct buf text = { .arena = &arena };

		for (size_t j = 0; j < 100000; j++) {
			buf_add(&text, str_from(parts[i]));
		}
		read_text(buf_c(&text));
	}
}

Test(revision_file, hears_what_the_docstring_claims)
{
	const struct revision_file file = read_text(
			"\"\"\"orders\n\nRevision ID: b2\nRevises: a1, a2\n\n\"\"\"\ndef upgrade(): pass\n");
	const struct docstring_claims claims = revision_file_claims(&file, &arena);

	cr_expect(IS(file.has_upgrade && !file.has_downgrade));
	cr_expect(IS(str_equal(claims.revision, STR("b2"))));
	cr_expect(eq(sz, claims.revises.count, 2));
	cr_expect(eq(sz, span_place(claims.revises_where).line, 4));
}

TestSuite(env_file, .fini = teardown);

Test(env_file, finds_the_arguments_of_configure)
{
	source = (struct source){ .name = STR("env.py"),
		.text = STR("def run():\n    context.configure(\n        url=f(1, 2), version_table='v',\n"
			    "        render_as_batch=True, include_schemas=is_wide(), **rest)\n") };
	const struct env_file env = env_file_read(&source, &arena);

	cr_assert(IS(env.options[ENV_VERSION_TABLE].is_there));
	cr_expect(IS(str_equal(env.options[ENV_VERSION_TABLE].value.items[0].value, STR("v"))));
	cr_expect(IS(str_equal(
			env.options[ENV_RENDER_AS_BATCH].value.items[0].value, STR("True"))));
	cr_expect(eq(int, env.options[ENV_INCLUDE_SCHEMAS].value.kind, LITERAL_OTHER));
	cr_expect(IS(!env.options[ENV_TRANSACTIONAL_DDL].is_there));
	cr_expect(ne(ptr, (void *)env.spread.source, NULL));
}

TestSuite(ini, .fini = teardown);

static struct error *parse_ini(const char *text, struct ini *ini)
{
	source = (struct source){ .name = STR("alembic.ini"), .text = str_from(text) };
	return ini_parse(&source, STR("/srv/app"), &arena, ini);
}

Test(ini, is_read_as_configparser_reads_it)
{
	struct ini ini;
	str value;

	cr_assert(eq(ptr,
			parse_ini("[DEFAULT]\nbase = %(here)s/db\n[alembic]\n# no\nScript_Location : %(BASE)s/m ; kept\n"
				  "paths = a\n  b\n ; no\n\n  c\nrate = 100%%\n",
					&ini),
			NULL));
	const struct ini_section *section = ini_find(&ini, STR("alembic"));

	cr_assert(eq(ptr, ini_get(&ini, section, STR("script_location"), &arena, &value), NULL));
	cr_expect(IS(str_equal(value, STR("/srv/app/db/m ; kept"))));
	cr_assert(eq(ptr, ini_get(&ini, section, STR("paths"), &arena, &value), NULL));
	cr_expect(IS(str_equal(value, STR("a\nb\n\nc"))));
	cr_assert(eq(ptr, ini_get(&ini, section, STR("rate"), &arena, &value), NULL));
	cr_expect(IS(str_equal(value, STR("100%"))));
}

Test(ini, is_refused_in_the_words_of_configparser)
{
	static const struct {
		const char *text, *class_name;
	} cases[] = {
		{ "x = 1\n", "MissingSectionHeaderError" },
		{ "[a]\n[a]\n", "DuplicateSectionError" },
		{ "[a]\nx = 1\nX = 2\n", "DuplicateOptionError" },
		{ "[a]\njust text\n", "ParsingError" },
	};
	struct ini ini;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct error *error = parse_ini(cases[i].text, &ini);

		cr_assert(ne(ptr, error, NULL));
		cr_expect(IS(str_equal(error->class_name, str_from(cases[i].class_name))));
	}
}

TestSuite(toml, .fini = teardown);

Test(toml, tables_stand_where_their_headers_say)
{
	const struct toml_value *root, *alembic;

	source = (struct source){
		.name = STR("pyproject.toml"),
		.text = STR("a.b = 1\n[tool.alembic]\nscript_location = \"%(here)s\\u002fm\" # c\n"
			    "version_locations = [\n 'x',\n \"y\", # z\n]\nsourceless = true\n[[x]]\n[[x]]\n")
	};
	cr_assert(eq(ptr, toml_parse(&source, &arena, &root), NULL));
	alembic = toml_find(toml_find(root, STR("tool")), STR("alembic"));
	cr_assert(ne(ptr, (void *)alembic, NULL));
	cr_expect(IS(str_equal(
			toml_find(alembic, STR("script_location"))->text, STR("%(here)s/m"))));
	cr_expect(IS(str_equal(
			toml_find(alembic, STR("version_locations"))->last->text, STR("y"))));
	cr_expect(IS(toml_find(alembic, STR("sourceless"))->boolean));
}

Test(toml, what_is_none_is_refused)
{
	static const char *const texts[] = { "a = 1\na = 2\n", "[a]\n[a]\n", "a = \n", "a = 'x\n",
		"a = [1 2]\n", "a = {b = 1\n}\n", "= 1\n", "a = 1 b = 2\n", "a = \"\\q\"\n" };
	const struct toml_value *root;

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		source = (struct source){ .name = STR("x.toml"), .text = str_from(texts[i]) };
		cr_expect(ne(ptr, toml_parse(&source, &arena, &root), NULL), "%s", texts[i]);
	}
}

Test(versions, are_python_files_but_for_odd_ones)
{
	cr_expect(IS(versions_takes(STR("0001_a.py"))));
	cr_expect(IS(versions_takes(STR(".hidden.py"))));
	cr_expect(IS(!versions_takes(STR(".#0001_a.py"))));
	cr_expect(IS(!versions_takes(STR("__init__x.py"))));
	cr_expect(IS(!versions_takes(STR("0001_a.py.bak"))));
	cr_expect(IS(!versions_takes(STR("0001_a.PY"))));
}
