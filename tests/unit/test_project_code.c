/* What two revision files do, compared: what is the same to Python, and what is not. */
#include "check.h"
#include "project/code.h"

#include "leaks.h"

static struct arena arena;

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

TestSuite(code, .fini = teardown);

/* The line of `b`, from 1, where it first differs from `a`; 0: both do the same. */
static size_t difference(const char *a, const char *b)
{
	const struct source *sources[] = {
		source_new(STR("a.py"), str_from(a), &arena),
		source_new(STR("b.py"), str_from(b), &arena),
	};
	const struct code codes[] = { code_read(sources[0], &arena),
		code_read(sources[1], &arena) };
	struct span where, ignored;
	const bool is_same = code_equal(&codes[0], &codes[1], &where);

	cr_expect(eq(int, code_equal(&codes[1], &codes[0], &ignored), is_same));
	return is_same ? 0 : span_place(where).line;
}

struct pair {
	const char *a, *b;
};

Test(code, is_the_same_after_comments_and_layout)
{
	static const struct pair same[] = {
		{ "def upgrade():\n    op.f(1)\n", "def upgrade():  # now\n\n\top.f(  1 )\n\n" },
		{ "def upgrade():\n    op.f(1)\n",
				"def upgrade() -> None:\n    \"\"\"Now.\"\"\"\n    op.f(1)" },
		{ "def upgrade(): op.f(1)\n", "def upgrade():\r\n    op.f(1)\r\n" },
		{ "def upgrade(): op.f(1); op.g()\n", "def upgrade():\n  op.f(1);\n  op.g()\n" },
		{ "def upgrade(): pass\n",
				"def upgrade():\n    '''Nothing.'''\n    pass\n    ...\n" },
		{ "def upgrade():\n    if x: f()\n    else: g()\n",
				"def upgrade():\n    if (x):\n        f()\n    else:\n        g()\n" },
		{ "def upgrade():\n    f('a\\nb')\n", "def upgrade():\n    f(\"\"\"a\nb\"\"\")\n" },
		{ "def upgrade():\n    f('a' \"b\")\n",
				"def upgrade():\n    f(\n        u'a'\n        r'b',\n    )\n" },
		{ "def upgrade():\n    x = a + b\n",
				"def upgrade():\n    x = (\n        a\n        + b\n    )\n" },
		{ "def upgrade():\n    f([1, 2], {3}, {4: 5})\n",
				"def upgrade():\n    f([1, 2,], {3,}, {4: 5,},)\n" },
		{ "def upgrade():\n    f(0XFF, 1E3)\n", "def upgrade():\n    f(0xff, 1e3)\n" },
		{ "def upgrade():\n    f(f'{x}')\n", "def upgrade():\n    f(F\"{x}\")\n" },
		{ "def upgrade():\n    f(1) \\\n     .g()\n", "def upgrade():\n    f(1).g()\n" },
		{ "def upgrade():\n    from a import b, c\n",
				"def upgrade():\n    from a import (\n        b,\n        c,\n    )\n" },
		{ "\xEF\xBB\xBF"
		  "def upgrade(): f()\n",
				"def upgrade(): f()\n" },
	};

	for (size_t i = 0; i < COUNT_OF(same); i++) {
		cr_expect(eq(sz, difference(same[i].a, same[i].b), 0), "pair %zu", i);
	}
}

Test(code, is_what_upgrade_needs)
{
	static const struct pair same[] = {
		// What Alembic reads, and types that only these variables need.
		{ "revision = 'a'\ndown_revision = None\ndef upgrade(): f()\n",
				"\"\"\"Doc\n\nRevises: b\n\"\"\"\nfrom typing import Union\nrevision: str = \"a\"\n"
				"down_revision: Union[str, None] = 'b'\ndef upgrade(): f()\n" },
		// The order and the look of imports.
		{ "import sqlalchemy as sa\nfrom alembic import op\ndef upgrade(): op.f(sa.T())\n",
				"from alembic import (op,)\nimport sqlalchemy as sa\nimport os\ndef upgrade(): op.f(sa.T())\n" },
		{ "from a import b, c\ndef upgrade(): b(c)\n",
				"from a import c\nfrom a import b\nfrom a import d\ndef upgrade(): b(c)\n" },
		// Only the way back.
		{ "def upgrade(): f()\ndef downgrade(): g()\n",
				"def h(): g()\ndef upgrade(): f()\ndef downgrade(): h()\n" },
		{ "T = 1\ndef upgrade(): f()\ndef downgrade(): g(T)\n",
				"T = 2\ndef upgrade(): f()\ndef downgrade(): g(T)\n" },
		{ "def upgrade(): op.T()\n", "T = 2\ndef upgrade(): op.T()\n" },
	};

	for (size_t i = 0; i < COUNT_OF(same); i++) {
		cr_expect(eq(sz, difference(same[i].a, same[i].b), 0), "pair %zu", i);
	}
}

Test(code, differs_where_it_does_something_else)
{
	static const struct {
		const char *a, *b;
		size_t line;
	} different[] = {
		{ "def upgrade():\n    f(1)\n", "def upgrade():\n    f(2)\n", 2 },
		{ "def upgrade():\n    f(1)\n", "def upgrade():\n    f(1)\n    g()\n", 3 },
		{ "def upgrade():\n    f(1)\n    g()\n", "def upgrade():\n    f(1)\n", 2 },
		{ "def upgrade():\n    f('a')\n", "def upgrade():\n    f('A')\n", 2 },
		{ "def upgrade():\n    f('a')\n", "def upgrade():\n    f(b'a')\n", 2 },
		{ "def upgrade():\n    f('a', 'b')\n", "def upgrade():\n    f('a' 'b')\n", 2 },
		{ "def upgrade():\n    f('a\\n')\n", "def upgrade():\n    f(r'a\\n')\n", 2 },
		{ "def upgrade():\n    f((a))\n", "def upgrade():\n    f((a,))\n", 2 },
		{ "def upgrade():\n    x[a]\n", "def upgrade():\n    x[a,]\n", 2 },
		{ "def upgrade():\n    x = (a + b) * c\n", "def upgrade():\n    x = a + b * c\n",
				2 },
		{ "def upgrade():\n    x = not (a and b)\n",
				"def upgrade():\n    x = not a and b\n", 2 },
		{ "def upgrade():\n    x = [(y for y in z)]\n",
				"def upgrade():\n    x = [y for y in z]\n", 2 },
		{ "def upgrade():\n    f()\n", "def upgrade():\n    f\n", 2 },
		{ "def upgrade():\n    x = ()\n", "def upgrade():\n    x = 1\n", 2 },
		{ "def upgrade():\n    if a:\n        f()\n    g()\n",
				"def upgrade():\n    if a:\n        f()\n        g()\n", 4 },
		{ "T = 1\ndef upgrade(): f(T)\n", "T = 2\ndef upgrade(): f(T)\n", 1 },
		{ "T = 1\nU = T\ndef upgrade(): f(U)\n", "T = 2\nU = T\ndef upgrade(): f(U)\n", 1 },
		{ "def h(): f()\n\ndef upgrade():\n    h()\n",
				"def h(): g()\n\ndef upgrade():\n    h()\n", 1 },
		{ "from a import b\ndef upgrade(): b()\n", "from c import b\ndef upgrade(): b()\n",
				1 },
		{ "from a import b as x\ndef upgrade(): x()\n",
				"from a import c as x\ndef upgrade(): x()\n", 1 },
		{ "def upgrade(): f()\n", "from a import *\ndef upgrade(): f()\n", 1 },
		{ "def upgrade(): f()\n", "f = g\ndef upgrade(): f()\n", 1 },
		{ "def upgrade(): f()\n", "register(1)\ndef upgrade(): f()\n", 1 },
		{ "def upgrade(): f()\n", "@traced\ndef upgrade(): f()\n", 1 },
		{ "def upgrade(): f()\n", "async def upgrade(): f()\n", 1 },
		{ "def upgrade(): f()\n", "def upgrade(): f(\n", 1 },
		{ "def upgrade(): f()\n", "", 1 },
	};

	for (size_t i = 0; i < COUNT_OF(different); i++) {
		cr_expect(eq(sz, difference(different[i].a, different[i].b), different[i].line),
				"pair %zu", i);
	}
}
