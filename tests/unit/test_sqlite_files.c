#include "kit/clock.h"
#include "kit/file.h"
#include "sqlite_fixture.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Tests that write files do it in a folder of their own. */
static char folder[sizeof "rehearse-database-XXXXXX"];
static char *home;

static void setup_folder(void)
{
	strcpy(folder, "rehearse-database-XXXXXX");
	home = realpath(".", NULL);
	cr_assert(ne(ptr, mkdtemp(folder), NULL));
	cr_assert(eq(int, chdir(folder), 0));
	setup();
}

static void teardown_folder(void)
{
	const str command = str_format(&arena, "rm -r '%s/%s'", home, folder);

	cr_expect(eq(int, chdir(home), 0));
	cr_expect(eq(int, system(command.data), 0));
	free(home);
	teardown();
}

TestSuite(sqlite_files, .init = setup_folder, .fini = teardown_folder);

/* Let the sqlite3 library write `path` as an application would: through a database kept and renamed. */
static void keep_as(const char *sql, const char *path)
{
	str command;

	must_run(sql);
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	engine->disconnect(connection);
	cr_assert(eq(ptr, engine->database_keep(database, STR("made"), &arena, &command), NULL));
	const str from = str_slice(
			command, sizeof("sqlite3 '") - 1, command.len - sizeof("sqlite3 ''") + 1);
	cr_assert(eq(int, rename(str_to_c(from, &arena), path), 0));
	engine->database_drop(database);
	cr_assert(eq(ptr, engine->database_create(host, &arena, &database), NULL));
	open_connection();
}

static struct error *load(const char *path)
{
	engine->disconnect(connection);
	const struct dump dump = { .path = str_from(path) };
	struct str_list notes = { 0 };
	struct error *error = engine->database_load(database, &dump, 0, &arena, &notes);
	open_connection();
	return error;
}

Test(sqlite_files, a_kept_database_is_a_private_file_that_loads_again)
{
	struct stat status;
	str command;

	must_run("CREATE TABLE a (x); INSERT INTO a VALUES ('kept')");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	engine->disconnect(connection);
	cr_assert(eq(ptr,
			engine->database_keep(
					database, STR("s/o'ne@state:sqlite"), &arena, &command),
			NULL));
	open_connection();
	cr_expect(str_starts_with(command, STR("sqlite3 '.rehearse/kept/s-o-ne-state-sqlite-")));
	cr_expect(str_ends_with(command, STR(".sqlite'")));

	const str path = str_slice(
			command, sizeof("sqlite3 '") - 1, command.len - sizeof("sqlite3 ''") + 1);
	cr_assert(eq(int, stat(".rehearse/kept", &status), 0));
	cr_expect(eq(int, (int)(status.st_mode & 0777), 0700));
	must_run("DROP TABLE a");
	cr_assert(eq(ptr, load(str_to_c(path, &arena)), NULL));
	expect_str(ask("SELECT x FROM a"), "kept");
}

Test(sqlite_files, labels_that_differ_in_punctuation_keep_two_files)
{
	str first;
	str second;

	engine->disconnect(connection);
	cr_assert(eq(ptr, engine->database_keep(database, STR("a/b"), &arena, &first), NULL));
	cr_assert(eq(ptr, engine->database_keep(database, STR("a@b"), &arena, &second), NULL));
	open_connection();
	cr_expect(not(str_equal(first, second)));
}

Test(sqlite_files, a_folder_that_cannot_be_made_is_the_environments_fault)
{
	str command;

	cr_assert(eq(ptr, file_write(STR(".rehearse"), STR("a file"), &arena), NULL));
	engine->disconnect(connection);
	struct error *error = engine->database_keep(database, STR("a"), &arena, &command);
	open_connection();
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_ENVIRONMENT));
}

/* A clone of a stranger's repository may hold it, and it leads what is kept, and its rights, elsewhere. */
Test(sqlite_files, what_is_kept_follows_no_link)
{
	struct stat status;
	str command;

	engine->disconnect(connection);
	cr_assert(eq(int, mkdir("victim", 0755), 0));
	cr_assert(eq(int, mkdir(".rehearse", 0755), 0));
	cr_assert(eq(int, symlink("../victim", ".rehearse/kept"), 0));
	struct error *error = engine->database_keep(database, STR("a"), &arena, &command);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "'kept' is not a folder, or a link to one");
	cr_assert(eq(int, unlink(".rehearse/kept"), 0));
	cr_assert(eq(int, rmdir(".rehearse"), 0));
	cr_assert(eq(int, symlink("victim", ".rehearse"), 0));
	error = engine->database_keep(database, STR("a"), &arena, &command);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "'.rehearse' is not a folder, or a link to one");
	cr_assert(eq(int, stat("victim", &status), 0));
	cr_expect(eq(int, (int)(status.st_mode & 0777), 0755));
	cr_expect(eq(int, rmdir("victim"), 0), "nothing was written there");
	cr_assert(eq(int, unlink(".rehearse"), 0));
	open_connection();
}

/* A file's CHECK constraints are a stranger's SQL too. */
Test(sqlite_files, looking_for_damage_has_a_deadline, .timeout = 60)
{
	keep_as("CREATE TABLE a (x CHECK (length(replace(hex(zeroblob(20000 + x)), '0', 'ab')) > x)); "
		"PRAGMA ignore_check_constraints = 1; INSERT INTO a WITH RECURSIVE n(i) AS "
		"(SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) SELECT i FROM n",
			"slow.sqlite");
	engine->disconnect(connection);

	const struct dump dump = { .path = STR_INIT("slow.sqlite") };
	struct str_list notes = { 0 };
	const int64_t since_us = clock_now_us();
	struct error *error =
			engine->database_load(database, &dump, since_us + 200000, &arena, &notes);
	open_connection();
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_TIMEOUT));
	cr_expect(lt(i64, clock_now_us() - since_us, 20000000));
}

Test(sqlite_files, what_is_no_database_is_told_so)
{
	cr_assert(eq(ptr, file_write(STR("text.sqlite"), STR("CREATE TABLE a (x);"), &arena),
			NULL));
	struct error *error = load("text.sqlite");
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_INVALID));
	expect_str(error->message, "cannot load 'text.sqlite': not a SQLite database");

	error = load("nowhere.sqlite");
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_NOT_FOUND));

	cr_assert(eq(ptr, file_write(STR("empty.sqlite"), STR(""), &arena), NULL));
	cr_expect(eq(ptr, load("empty.sqlite"), NULL));
}

Test(sqlite_files, a_damaged_database_is_told_so_and_leaves_an_empty_one)
{
	str bytes;

	keep_as("CREATE TABLE a (x); CREATE INDEX i ON a (x); "
		"INSERT INTO a SELECT hex(randomblob(3000)) FROM (VALUES (1), (2), (3))",
			"whole.sqlite");
	cr_assert(eq(ptr, file_read(STR("whole.sqlite"), 1000000, &arena, &bytes), NULL));
	cr_assert(eq(ptr, file_write(STR("cut.sqlite"), str_slice(bytes, 0, 5000), &arena), NULL));
	struct error *error = load("cut.sqlite");
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_INVALID));
	expect_str(error->message, "cannot load 'cut.sqlite': database disk image is malformed");
	expect_str(ask("SELECT count(*) FROM sqlite_master"), "0");

	char *damaged = arena_alloc(&arena, bytes.len);
	for (size_t i = 0; i < bytes.len; i++) {
		damaged[i] = i > 4096 && i < 4200 ? 'x' : bytes.data[i];
	}
	cr_assert(eq(ptr, file_write(STR("bad.sqlite"), (str){ damaged, bytes.len }, &arena),
			NULL));
	error = load("bad.sqlite");
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_INVALID));
	cr_expect(str_starts_with(error->message, STR("cannot load 'bad.sqlite': ")));
}

Test(sqlite_files, a_file_of_wal_mode_loads)
{
	str bytes;

	keep_as("CREATE TABLE a (x); INSERT INTO a VALUES (5)", "plain.sqlite");
	cr_assert(eq(ptr, file_read(STR("plain.sqlite"), 1000000, &arena, &bytes), NULL));
	const str copy = str_copy(bytes, &arena);
	char *marked = arena_alloc(&arena, copy.len);
	for (size_t i = 0; i < copy.len; i++) {
		marked[i] = i == 18 || i == 19 ? 2 : copy.data[i];
	}
	cr_assert(eq(ptr, file_write(STR("wal.sqlite"), (str){ marked, copy.len }, &arena), NULL));
	cr_assert(eq(ptr, load("wal.sqlite"), NULL));
	expect_str(ask("SELECT x FROM a"), "5");
	must_run("INSERT INTO a VALUES (6)");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
}

Test(sqlite_files, changes_beside_the_file_are_not_lost_without_a_word)
{
	static const char *const sides[] = { "a.sqlite-wal", "a.sqlite-journal" };

	keep_as("CREATE TABLE a (x)", "a.sqlite");
	for (size_t i = 0; i < COUNT_OF(sides); i++) {
		cr_assert(eq(ptr, file_write(str_from(sides[i]), STR("changes"), &arena), NULL));
		struct error *error = load("a.sqlite");
		cr_assert(ne(ptr, error, NULL));
		cr_expect(eq(int, (int)error->code, ERROR_INVALID));
		expect_str(error->message,
				str_format(&arena,
						"cannot load 'a.sqlite': there are unfinished changes in '%s'",
						sides[i])
						.data);
		cr_expect(gt(sz, error->hint.len, 0));
		cr_assert(eq(ptr, file_write(str_from(sides[i]), STR(""), &arena), NULL));
	}
	cr_expect(eq(ptr, load("a.sqlite"), NULL));
}

/* How many databases there are in the folders that hosts keep large ones in. */
static int copies(void)
{
	glob_t found = { 0 };
	const int none = glob("./rehearse-*/*.sqlite", 0, NULL, &found);
	const int count = none ? 0 : (int)found.gl_pathc;

	globfree(&found);
	return count;
}

Test(sqlite_files, a_large_file_is_read_where_it_is_and_copied_for_whoever_writes)
{
	const struct dump dump = { .path = STR("large #1.sqlite") };
	struct str_list notes = { 0 };
	struct image *image;
	struct database *clone;
	struct result result;

	cr_assert(eq(int, setenv("TMPDIR", ".", 1), 0));
	keep_as("CREATE TABLE a (x); INSERT INTO a VALUES ('first')", dump.path.data);
	cr_assert(eq(int, truncate(dump.path.data, 65 << 20),
			0)); // pages that the header does not count
	engine->disconnect(connection);
	cr_assert(eq(ptr, engine->database_load(database, &dump, 0, &arena, &notes), NULL));
	cr_assert(eq(ptr, engine->connect_to_read(database, &arena, &connection), NULL));
	cr_assert(eq(ptr,
			engine->execute(connection, STR("SELECT x FROM a"), &arena, &result, NULL),
			NULL));
	expect_str(result.values[0], "first");
	cr_expect(ne(ptr, engine->execute(connection, STR("DELETE FROM a"), &arena, NULL, NULL),
			NULL));
	engine->disconnect(connection);
	cr_assert(eq(ptr, engine->database_freeze(database, &arena, &image), NULL));
	cr_expect(eq(int, copies(), 0));

	cr_assert(eq(ptr, engine->database_clone(host, image, NULL, &arena, &clone), NULL));
	cr_expect(eq(int, copies(), 1));
	cr_assert(eq(ptr, engine->connect(clone, &arena, &connection), NULL));
	must_run("UPDATE a SET x = 'second'");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	engine->disconnect(connection);
	engine->database_drop(clone);
	cr_expect(eq(int, copies(), 0));

	/* Whoever writes to the one that was loaded has a copy as well. */
	open_connection();
	expect_str(ask("SELECT x FROM a"), "first");
	must_run("UPDATE a SET x = 'third'");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	cr_expect(eq(int, copies(), 1));

	/* What was read of it would be of another database. */
	cr_assert(eq(int, truncate(dump.path.data, 66 << 20), 0));
	struct error *error = engine->database_clone(host, image, NULL, &arena, &clone);
	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_ENVIRONMENT));
	expect_str(error->message,
			"'large #1.sqlite' was changed since it was loaded: load a copy of it, made with the .backup command of sqlite3");
	cr_expect(eq(int, copies(), 1));
	engine->image_drop(image);
	expect_str(ask("SELECT x FROM a"), "third");
}
