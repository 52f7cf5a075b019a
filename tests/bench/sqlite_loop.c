/*
 * sqlite_loop COUNT - what a cell of SQLite costs without Rehearse: for each clone a prepared database in memory,
 * send the statements of an upgrade of ten revisions one by one, as the driver would, read the version row, the
 * stored schema and the rows back, close. The statements are those of the scenario in sqlite.py, which times it.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void run(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
		fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
		exit(1);
	}
	while (sqlite3_step(statement) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(statement); i++) {
			(void)sqlite3_column_text(statement, i);
		}
	}
	if (sqlite3_finalize(statement) != SQLITE_OK) {
		fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
		exit(1);
	}
}

static sqlite3 *open_memory(void)
{
	sqlite3 *db;

	if (sqlite3_open(":memory:", &db) != SQLITE_OK) {
		exit(1);
	}
	return db;
}

static void upgrade(sqlite3 *db)
{
	char sql[256];

	run(db, "SELECT version_num FROM alembic_version");
	run(db, "BEGIN");
	for (int i = 1; i <= 10; i++) {
		snprintf(sql, sizeof(sql),
				"CREATE TABLE t%d (id integer PRIMARY KEY, name text NOT NULL, base_id integer REFERENCES base (id))",
				i);
		run(db, sql);
		snprintf(sql, sizeof(sql), "CREATE INDEX ix_t%d ON t%d (name)", i, i);
		run(db, sql);
		snprintf(sql, sizeof(sql), "ALTER TABLE base ADD COLUMN c%d text", i);
		run(db, sql);
		snprintf(sql, sizeof(sql),
				"UPDATE alembic_version SET version_num='r%d' WHERE alembic_version.version_num = 'r%d'",
				i, i - 1);
		run(db, sql);
	}
	run(db, "COMMIT");
	run(db, "SELECT version_num FROM alembic_version");
	run(db, "SELECT type, name, tbl_name, sql FROM sqlite_master");
	run(db, "SELECT * FROM base");
}

int main(int argc, char **argv)
{
	const int count = argc == 2 ? atoi(argv[1]) : 0;
	sqlite3_int64 size;

	if (count < 1) {
		return 2;
	}
	sqlite3 *db = open_memory();
	run(db, "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))");
	run(db, "INSERT INTO alembic_version VALUES ('r0')");
	run(db, "CREATE TABLE base (id integer PRIMARY KEY, amount numeric NOT NULL)");
	run(db, "INSERT INTO base (id, amount) VALUES (1, 10), (2, 20)");
	unsigned char *image = sqlite3_serialize(db, "main", &size, 0);
	sqlite3_close(db);

	for (int i = 0; i < count; i++) {
		unsigned char *copy = sqlite3_malloc64((sqlite3_uint64)size);

		memcpy(copy, image, (size_t)size);
		db = open_memory();
		sqlite3_deserialize(db, "main", copy, size, size,
				SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
		upgrade(db);
		sqlite3_close(db);
	}
	sqlite3_free(image);
	return 0;
}
