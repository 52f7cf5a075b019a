/* Revisions and SQL in files beside the scenario. */
#include "kit/file.h"
#include "scenario_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[sizeof "/tmp/rehearse-test-XXXXXX"];

static void setup_folder(void)
{
	setup();
	strcpy(folder, "/tmp/rehearse-test-XXXXXX");
	cr_assert(ne(ptr, mkdtemp(folder), NULL));
}

static void teardown_folder(void)
{
	struct str_list names;
	const str path = str_from(folder);

	if (!directory_list(path, &arena, &names)) {
		for (size_t i = 0; i < names.count; i++) {
			unlink(str_to_c(path_join(path, names.items[i], &arena), &arena));
		}
	}
	rmdir(folder);
	teardown();
}

static void write_in_folder(const char *name, const char *text)
{
	cr_assert(eq(ptr,
			file_write(path_join(str_from(folder), str_from(name), &arena),
					str_from(text), &arena),
			NULL));
}

TestSuite(folder, .init = setup_folder, .fini = teardown_folder);

Test(folder, has_a_revision_a_file_in_the_order_of_names)
{
	write_in_folder("0002.sql",
			"-- revision: b\n-- down_revision: a, x\n-- depends_on: null\n"
			"-- branch_labels: core\n-- irreversible: true\n"
			"-- upgrade sqlite\nSELECT 'lite';\n-- upgrade postgres\nSELECT 'post';\n");
	write_in_folder("0001.sql",
			"-- revision: a\r\n-- down_revision: null\r\n-- Free text: here.\r\n"
			"-- message: first: of all\r\n-- autocommit: true\r\n\r\n"
			"-- upgrade\r\n  CREATE TABLE t (a int);\r\n-- a comment\r\n-- downgrade\r\nDROP TABLE t;");
	write_in_folder("notes.txt", "-- revision: c\n");
	read_fine(str_to_c(str_format(&arena, "rehearse: 1\nrevisions: {directory: %s}\n", folder),
			&arena));
	cr_assert(eq(sz, scenario->revisions.count, 2));
	const struct scenario_revision *a = &scenario->revisions.items[0];
	const struct scenario_revision *b = &scenario->revisions.items[1];

	expect_str(a->spec.revision, "a");
	expect_str(a->spec.file, "0001.sql");
	expect_str(a->spec.message, "first: of all");
	cr_expect(eq(sz, a->spec.down_revision.count, 0));
	cr_expect(a->autocommit);
	expect_str(str_trim(a->upgrade.by_engine[0].text),
			"CREATE TABLE t (a int);\r\n-- a comment");
	expect_str(place_of(&a->upgrade.by_engine[1], "TABLE"), "8:10");
	expect_str(a->downgrade.by_engine[0].text, "DROP TABLE t;");
	expect_str(span_render(a->spec.where, &arena),
			str_to_c(str_format(&arena, "%s/0001.sql:1:14", folder), &arena));
	expect_str(str_list_join(&b->spec.down_revision, STR("|"), &arena), "a|x");
	cr_expect(eq(sz, b->spec.depends_on.count, 0));
	expect_str(b->spec.branch_labels.items[0], "core");
	cr_expect(b->irreversible);
	expect_str(b->upgrade.by_engine[SCENARIO_SQLITE].text, "SELECT 'lite';\n");
	expect_str(b->upgrade.by_engine[SCENARIO_POSTGRES].text, "SELECT 'post';\n");
	expect_str(b->downgrade.by_engine[0].text, "");
}

Test(folder, sql_can_stand_in_a_file_of_its_own)
{
	write_in_folder("body.sql",
			"\xEF\xBB\xBF"
			"SELECT 1;\nSELECT 2;\n");
	const str path = path_join(str_from(folder), STR("one.yaml"), &arena);

	write_in_folder("one.yaml",
			"rehearse: 1\nsteps: [{sql: {file: body.sql}}, {load: body.sql}]\n");
	scenario = scenario_load(path, NULL, &arena, &mistakes);
	cr_assert(ne(ptr, (void *)scenario, NULL));
	const struct step *steps = scenario->strategies.items[0].steps.items;
	const struct located_text *sql = &steps[0].sql.by_engine[SCENARIO_SQLITE];

	expect_str(sql->text, "SELECT 1;\nSELECT 2;\n");
	expect_str(place_of(sql, "1"), "1:8");
	expect_str(place_of(sql, "2"), "2:8");
	cr_expect(path_is_file(steps[1].load.file.path, &arena));
	expect_str(steps[1].load.file.name, "body.sql");
}
