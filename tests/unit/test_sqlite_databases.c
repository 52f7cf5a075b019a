#include "sqlite_fixture.h"

/* --- databases, images, connections ------------------------------------------------------------------ */

Test(sqlite, a_connection_sees_nothing_of_the_session_before_it)
{
	must_run("PRAGMA foreign_keys = on; PRAGMA case_sensitive_like = on; CREATE TEMP TABLE t (x); "
		 "CREATE TABLE a (x); INSERT INTO a VALUES (1)");
	reconnect();
	expect_str(ask("PRAGMA foreign_keys"), "0");
	expect_str(ask("SELECT 'A' LIKE 'a'"), "1");
	expect_error("SELECT * FROM t", "no such table: t");
	expect_str(ask("SELECT count(*) FROM a"), "0");
}

Test(sqlite, what_was_committed_is_there_for_the_next_connection)
{
	must_run("CREATE TABLE a (x); INSERT INTO a VALUES (1)");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	reconnect();
	expect_str(ask("SELECT x FROM a"), "1");
	must_run("INSERT INTO a SELECT hex(randomblob(5000)) FROM a; PRAGMA user_version = 3");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	reconnect();
	expect_str(ask("SELECT count(*) FROM a"), "2");
	expect_str(ask("PRAGMA user_version"), "3");
	expect_str(ask("PRAGMA integrity_check"), "ok");
}

/* As a new process would, with whatever is left of the last connection. */
static void reconnect_to_read(void)
{
	engine->disconnect(connection);
	cr_assert(eq(ptr, engine->connect_to_read(database, &arena, &connection), NULL));
}

Test(sqlite, a_reader_sees_what_any_connection_would)
{
	must_run("CREATE TABLE a (x); INSERT INTO a VALUES (1)");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	must_run("INSERT INTO a VALUES (2)"); // and is gone with the connection
	reconnect_to_read();
	expect_str(ask("SELECT x FROM a"), "1");
	reconnect_to_read();
	expect_error("ATTACH 'x' AS y", "not authorized");
	must_run("CREATE TEMP TABLE a (x); INSERT INTO temp.a VALUES (7)");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	reconnect_to_read();
	expect_str(ask("SELECT x FROM a"), "1");
	must_run("PRAGMA case_sensitive_like = on");
	expect_str(ask("SELECT 'A' LIKE 'a'"), "0");
	reconnect_to_read();
	expect_str(ask("SELECT 'A' LIKE 'a'"), "1");
}

Test(sqlite, who_comes_after_a_reader_has_a_connection_of_his_own)
{
	must_run("CREATE TABLE a (x)");
	reconnect_to_read();
	must_run("INSERT INTO a VALUES (3)");
	cr_assert(eq(ptr, engine->commit(connection, &arena), NULL));
	reconnect();
	expect_str(ask("SELECT last_insert_rowid() || '/' || x FROM a"), "0/3");
}

Test(sqlite, clones_and_the_original_go_their_own_ways)
{
	struct image *image = NULL;
	struct database *first = NULL;
	struct database *second = NULL;
	struct database *const original = database;

	must_run("CREATE TABLE a (x)");
	engine->disconnect(connection);
	cr_assert(eq(ptr, engine->database_freeze(database, &arena, &image), NULL));
	cr_assert(eq(ptr, engine->database_clone(host, image, NULL, &arena, &first), NULL));
	database = first;
	open_connection();
	must_run("CREATE TABLE only_in_first (x)");
	engine->disconnect(connection);
	database = original;
	open_connection();
	must_run("DROP TABLE a");
	engine->disconnect(connection);

	cr_assert(eq(ptr, engine->database_clone(host, image, NULL, &arena, &second), NULL));
	engine->image_drop(image);
	engine->image_drop(NULL);
	database = second;
	open_connection();
	expect_str(ask("SELECT group_concat(name) FROM sqlite_master"), "a");
	engine->disconnect(connection);
	database = first;
	open_connection();
	expect_str(ask("SELECT group_concat(name) FROM sqlite_master"), "a,only_in_first");
	engine->disconnect(connection);
	engine->database_drop(first);
	engine->database_drop(second);
	engine->database_drop(NULL);
	database = original;
	open_connection();
	expect_str(ask("SELECT count(*) FROM sqlite_master"), "0");
}

Test(sqlite, an_empty_database_can_be_frozen_and_cloned)
{
	struct image *image = NULL;
	struct database *clone = NULL;

	engine->disconnect(connection);
	cr_assert(eq(ptr, engine->database_freeze(database, &arena, &image), NULL));
	cr_assert(eq(ptr, engine->database_clone(host, image, NULL, &arena, &clone), NULL));
	engine->image_drop(image);
	engine->database_drop(database);
	database = clone;
	open_connection();
	must_run("CREATE TABLE a (x)");
	expect_str(ask("SELECT count(*) FROM sqlite_master"), "1");
}

/* --- the version table ------------------------------------------------------------------------------------- */

Test(sqlite, the_version_table_is_made_in_alembics_words)
{
	expect_str(engine->version_table_sql(STR(""), STR("alembic_version"), true, &arena),
			"CREATE TABLE alembic_version (\n\tversion_num VARCHAR(32) NOT NULL, \n\tCONSTRAINT "
			"alembic_version_pkc PRIMARY KEY (version_num)\n)");
	expect_str(engine->version_table_sql(STR(""), STR("alembic_version"), false, &arena),
			"CREATE TABLE alembic_version (\n\tversion_num VARCHAR(32) NOT NULL\n)");
	expect_str(engine->version_table_sql(STR("main"), STR("My Version"), true, &arena),
			"CREATE TABLE main.\"My Version\" (\n\tversion_num VARCHAR(32) NOT NULL, \n\tCONSTRAINT "
			"\"My Version_pkc\" PRIMARY KEY (version_num)\n)");
	expect_str(engine->version_table_sql(STR(""), STR("order"), false, &arena),
			"CREATE TABLE \"order\" (\n\tversion_num VARCHAR(32) NOT NULL\n)");
	must_run(str_to_c(engine->version_table_sql(STR("main"), STR("My Version"), true, &arena),
			&arena));
	expect_error(str_to_c(engine->version_table_sql(STR("other"), STR("v"), true, &arena),
				     &arena),
			"unknown database other");
}

Test(sqlite, a_table_is_found_as_alembic_finds_it)
{
	bool is_there = false;

	must_run("CREATE TABLE alembic_version (x); CREATE VIEW v AS SELECT 1");
	cr_assert(eq(ptr,
			engine->has_table(connection, STR(""), STR("ALEMBIC_version"), &arena,
					&is_there),
			NULL));
	cr_expect(is_there);
	cr_assert(eq(ptr, engine->has_table(connection, STR("main"), STR("v"), &arena, &is_there),
			NULL));
	cr_expect(is_there);
	cr_assert(eq(ptr, engine->has_table(connection, STR(""), STR("alembic"), &arena, &is_there),
			NULL));
	cr_expect(not(is_there));
	struct error *error =
			engine->has_table(connection, STR("other"), STR("v"), &arena, &is_there);
	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "unknown database \"other\"");
}

Test(sqlite, names_and_texts_are_quoted)
{
	struct buf text = { .arena = &arena };

	engine->quote_identifier(STR("a \"b\""), &text);
	engine->quote_text(STR("it's"), &text);
	expect_str(buf_str(&text), "\"a \"\"b\"\"\"'it''s'");
}
