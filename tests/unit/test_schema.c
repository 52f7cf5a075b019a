#include "check.h"
#include "kit/arena.h"
#include "leaks.h"
#include "schema/object.h"

static struct arena arena;

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

static void expect_lines(const struct str_list *found, const char *wanted)
{
	const str text = str_list_join(found, STR("\n"), &arena);

	cr_expect(eq(str, (char *)str_to_c(text, &arena), (char *)wanted));
}

static void add(struct schema *schema, enum schema_kind kind, const char *table, const char *name,
		const char *facts)
{
	schema_add(schema,
			(struct schema_object){
					.kind = kind,
					.table = str_from(table),
					.name = str_from(name),
					.facts = str_from(facts),
			});
}

/* Table t with columns of these names, in this order. */
static struct schema *table_of(const char *first, const char *second, const char *third)
{
	struct schema *schema = schema_new(&arena);

	add(schema, SCHEMA_TABLE, "", "t", "");
	add(schema, SCHEMA_COLUMN, "t", first, "integer");
	add(schema, SCHEMA_COLUMN, "t", second, "integer");
	if (third) {
		add(schema, SCHEMA_COLUMN, "t", third, "integer");
	}
	return schema;
}

TestSuite(schema, .fini = teardown);

Test(schema, every_kind_has_its_line_and_lines_are_sorted)
{
	struct schema *schema = schema_new(&arena);

	add(schema, SCHEMA_TRIGGER, "t", "tr", "after insert begin select 1; end");
	add(schema, SCHEMA_TABLE, "", "t", "strict");
	add(schema, SCHEMA_COLUMN, "t", "b", "text not null");
	add(schema, SCHEMA_COLUMN, "t", "a", "");
	add(schema, SCHEMA_PRIMARY_KEY, "t", "", "(b)");
	add(schema, SCHEMA_UNIQUE, "t", "uq", "(a)");
	add(schema, SCHEMA_FOREIGN_KEY, "t", "", "(a) references u (id)");
	add(schema, SCHEMA_CHECK, "t", "", "(a > 0)");
	add(schema, SCHEMA_EXCLUSION, "t", "ex", "using gist (a with =)");
	add(schema, SCHEMA_INDEX, "t", "ix", "(a)");
	add(schema, SCHEMA_VIEW, "", "v", "as select 1");
	add(schema, SCHEMA_VIRTUAL_TABLE, "", "f", "using fts5(a)");
	add(schema, SCHEMA_SEQUENCE, "", "s", "bigint");
	add(schema, SCHEMA_TYPE, "", "mood", "enum ('sad')");
	add(schema, SCHEMA_FUNCTION, "", "now2()", "");
	const struct str_list lines = schema_render(schema, &arena);

	expect_lines(&lines,
			"check t (a > 0)\n"
			"column order t (b, a)\n"
			"column t.a\n"
			"column t.b text not null\n"
			"exclude ex on t using gist (a with =)\n"
			"foreign key t (a) references u (id)\n"
			"function \"now2()\"\n"
			"index ix on t (a)\n"
			"primary key t (b)\n"
			"sequence s bigint\n"
			"table t strict\n"
			"trigger tr on t after insert begin select 1; end\n"
			"type mood enum ('sad')\n"
			"unique uq on t (a)\n"
			"view v as select 1\n"
			"virtual table f using fts5(a)");
}

Test(schema, a_fact_is_one_line_whatever_it_holds)
{
	struct schema *schema = schema_new(&arena);

	add(schema, SCHEMA_CHECK, "t", "", "(a <> 'x\ny\tz\\n')");
	add(schema, SCHEMA_TABLE, "", "a \"b\"", "");
	add(schema, SCHEMA_TABLE, "", "", "");
	const struct str_list lines = schema_render(schema, &arena);

	expect_lines(&lines,
			"check t (a <> 'x\\ny\\x09z\\\\n')\n"
			"table \"\"\n"
			"table \"a \"\"b\"\"\"");
}

Test(schema, is_a_set_so_that_a_fact_said_twice_counts_once)
{
	struct schema *schema = schema_new(&arena);

	add(schema, SCHEMA_CHECK, "t", "", "(a > 0)");
	add(schema, SCHEMA_CHECK, "t", "", "(a > 0)");
	const struct str_list lines = schema_render(schema, &arena);

	expect_lines(&lines, "check t (a > 0)");
}

Test(schema, a_fact_that_comes_after_its_lines_were_made_has_one)
{
	struct schema *schema = schema_new(&arena);

	add(schema, SCHEMA_TABLE, "", "t", "");
	struct str_list lines = schema_render(schema, &arena);
	lines.items[0] = STR("whoever asked may do with them as he likes");
	add(schema, SCHEMA_TABLE, "", "a", "");
	lines = schema_render(schema, &arena);
	expect_lines(&lines, "table a\ntable t");
	lines = schema_render(schema, &arena);
	expect_lines(&lines, "table a\ntable t");
}

Test(schema, namespaces_are_a_part_of_names)
{
	struct schema *schema = schema_new(&arena);

	schema_add(schema,
			(struct schema_object){ .kind = SCHEMA_TABLE,
					.space = STR("audit"),
					.name = STR("log") });
	schema_add(schema,
			(struct schema_object){ .kind = SCHEMA_COLUMN,
					.space = STR("audit"),
					.table = STR("log"),
					.name = STR("id"),
					.facts = STR("bigint") });
	const struct str_list lines = schema_render(schema, &arena);
	const struct str_list tables = schema_tables(schema, &arena);
	const struct str_list columns = schema_columns(schema, STR("audit.log"), &arena);

	expect_lines(&lines,
			"column audit.log.id bigint\n"
			"column order audit.log (id)\n"
			"table audit.log");
	expect_lines(&tables, "audit.log");
	expect_lines(&columns, "id");
	cr_expect(schema_has(schema, STR("column"), STR("audit.log.id")));
	cr_expect(not(schema_has(schema, STR("column"), STR("log.id"))));
}

Test(schema, differences_are_lines_of_one_side)
{
	struct schema *expected = table_of("a", "b", NULL);
	struct schema *actual = table_of("a", "c", NULL);

	add(actual, SCHEMA_INDEX, "t", "ix", "(a)");
	const struct schema_difference difference = schema_compare(expected, actual, true, &arena);

	expect_lines(&difference.missing, "column t.b integer");
	expect_lines(&difference.extra, "column t.c integer\nindex ix on t (a)");
	cr_expect(eq(sz, difference.notes.count, 0));
}

Test(schema, equal_schemas_do_not_differ_whatever_order_they_were_read_in)
{
	struct schema *expected = table_of("a", "b", NULL);
	struct schema *actual = schema_new(&arena);

	add(expected, SCHEMA_INDEX, "t", "ix", "(a)");
	add(actual, SCHEMA_INDEX, "t", "ix", "(a)");
	add(actual, SCHEMA_COLUMN, "t", "a", "integer");
	add(actual, SCHEMA_COLUMN, "t", "b", "integer");
	add(actual, SCHEMA_TABLE, "", "t", "");
	const struct schema_difference difference = schema_compare(expected, actual, true, &arena);

	cr_expect(eq(sz, difference.missing.count, 0));
	cr_expect(eq(sz, difference.extra.count, 0));
	cr_expect(eq(sz, difference.notes.count, 0));
}

Test(schema, changes_are_facts_of_one_side)
{
	struct schema *expected = table_of("a", "b", NULL);
	struct schema *actual = table_of("b", "a", NULL);
	struct schema_changes changes = schema_find_changes(expected, actual, &arena);

	cr_expect(eq(sz, changes.missing.count + changes.extra.count, 0)); // orders stand aside
	add(actual, SCHEMA_INDEX, "t", "ix", "(a)");
	add(actual, SCHEMA_INDEX, "t", "ix", "(a)");
	changes = schema_find_changes(expected, actual, &arena);
	cr_assert(eq(sz, changes.extra.count, 1));
	cr_expect(eq(int, (int)changes.extra.items[0]->kind, SCHEMA_INDEX));
	cr_expect(eq(sz, changes.missing.count, 0));
	changes = schema_find_changes(actual, expected, &arena);
	cr_expect(eq(sz, changes.missing.count, 1));
}

Test(schema, another_column_order_is_a_note_or_if_strict_a_difference)
{
	struct schema *expected = table_of("a", "b", "c");
	struct schema *actual = table_of("a", "c", "b");
	struct schema_difference difference = schema_compare(expected, actual, false, &arena);

	cr_expect(eq(sz, difference.missing.count, 0));
	cr_expect(eq(sz, difference.extra.count, 0));
	expect_lines(&difference.notes,
			"columns of table t are in another order: a, c, b (expected a, b, c)");

	difference = schema_compare(expected, actual, true, &arena);
	expect_lines(&difference.missing, "column order t (a, b, c)");
	expect_lines(&difference.extra, "column order t (a, c, b)");
	cr_expect(eq(sz, difference.notes.count, 0));
}

Test(schema, a_column_too_many_is_not_another_order)
{
	struct schema *expected = table_of("a", "b", NULL);
	struct schema *actual = table_of("a", "new", "b");
	const struct schema_difference difference = schema_compare(expected, actual, true, &arena);

	cr_expect(eq(sz, difference.missing.count, 0));
	expect_lines(&difference.extra, "column t.new integer");
	cr_expect(eq(sz, difference.notes.count, 0));
}

Test(schema, lines_read_from_a_file_compare_as_the_schema_they_came_from)
{
	struct schema *schema = table_of("a, (b", "c \"d\"", "e");
	struct schema *other = table_of("c \"d\"", "a, (b", "e");
	struct str_list lines = schema_render(schema, &arena);

	/* as someone's editor may have left them */
	const str first = lines.items[0];
	lines.items[0] = lines.items[lines.count - 1];
	lines.items[lines.count - 1] = first;

	struct schema_difference difference = schema_compare_lines(&lines, schema, true, &arena);
	cr_expect(eq(sz, difference.missing.count, 0));
	cr_expect(eq(sz, difference.extra.count, 0));

	difference = schema_compare_lines(&lines, other, false, &arena);
	cr_expect(eq(sz, difference.extra.count, 0));
	expect_lines(&difference.notes,
			"columns of table t are in another order: \"c \"\"d\"\"\", \"a, (b\", e "
			"(expected \"a, (b\", \"c \"\"d\"\"\", e)");
}

Test(schema, orders_of_many_tables_are_compared_each_with_its_own)
{
	struct schema *expected = schema_new(&arena);
	struct schema *actual = schema_new(&arena);
	const char *const names[] = { "t", "t2", "T", "a b" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		add(expected, SCHEMA_COLUMN, names[i], "x", "");
		add(expected, SCHEMA_COLUMN, names[i], "y", "");
	}
	for (size_t i = COUNT_OF(names); i-- > 1;) {
		add(actual, SCHEMA_COLUMN, names[i], "y", "");
		add(actual, SCHEMA_COLUMN, names[i], "x", "");
	}
	const struct schema_difference difference = schema_compare(expected, actual, false, &arena);

	expect_lines(&difference.missing, "column t.x\ncolumn t.y");
	expect_lines(&difference.notes,
			"columns of table \"a b\" are in another order: y, x (expected x, y)\n"
			"columns of table T are in another order: y, x (expected x, y)\n"
			"columns of table t2 are in another order: y, x (expected x, y)");
}

Test(schema, items_are_found_by_kind_and_exact_name)
{
	struct schema *schema = table_of("a", "b", NULL);

	add(schema, SCHEMA_VIRTUAL_TABLE, "", "f", "using fts5(a)");
	add(schema, SCHEMA_CONSTRAINT_NAME, "t", "named", "");
	add(schema, SCHEMA_UNIQUE, "t", "uq", "(a)");
	add(schema, SCHEMA_CHECK, "t", "", "(a > 0)");

	cr_expect(schema_has(schema, STR("table"), STR("t")));
	cr_expect(schema_has(schema, STR("table"), STR("f")));
	cr_expect(schema_has(schema, STR("column"), STR("t.a")));
	cr_expect(schema_has(schema, STR("constraint"), STR("named")));
	cr_expect(schema_has(schema, STR("constraint"), STR("uq")));
	cr_expect(not(schema_has(schema, STR("table"), STR("T"))));
	cr_expect(not(schema_has(schema, STR("column"), STR("a"))));
	cr_expect(not(schema_has(schema, STR("column"), STR("t."))));
	cr_expect(not(schema_has(schema, STR("view"), STR("t"))));
	cr_expect(not(schema_has(schema, STR("constraint"), STR(""))));
	cr_expect(not(schema_has(schema, STR("nonsense"), STR("t"))));
}

Test(schema, a_name_that_is_no_part_of_the_schema_has_no_line)
{
	struct schema *schema = schema_new(&arena);

	add(schema, SCHEMA_CONSTRAINT_NAME, "t", "named", "");
	const struct str_list lines = schema_render(schema, &arena);

	cr_expect(eq(sz, lines.count, 0));
}

Test(schema, tables_are_the_ordinary_ones_and_columns_the_stored_ones)
{
	struct schema *schema = table_of("z", "b", NULL);

	add(schema, SCHEMA_TABLE, "", "a", "");
	add(schema, SCHEMA_VIRTUAL_TABLE, "", "f", "");
	schema_add(schema,
			(struct schema_object){ .kind = SCHEMA_COLUMN,
					.table = STR("t"),
					.name = STR("sum"),
					.is_computed = true });
	const struct str_list tables = schema_tables(schema, &arena);
	const struct str_list columns = schema_columns(schema, STR("t"), &arena);
	const struct str_list none = schema_columns(schema, STR("nowhere"), &arena);

	expect_lines(&tables, "a\nt");
	expect_lines(&columns, "z\nb");
	cr_expect(eq(sz, none.count, 0));
}
