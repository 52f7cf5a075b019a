/* The SQLite engine: what its tests share. They are in test_sqlite_<part>.c. */
#include "schema/schema.h"
#include "sqlite_fixture.h"

extern const struct engine engine_sqlite; // its row in the table of engines

struct arena arena;
const struct engine *engine;
struct host *host;
struct database *database;
struct connection *connection;

void open_connection(void)
{
	cr_assert(eq(ptr, engine->connect(database, &arena, &connection), NULL));
}

void setup(void)
{
	const struct host_options options = { 0 };

	engine = &engine_sqlite;
	cr_assert(eq(ptr, engine->host_start(&options, &arena, &host), NULL));
	cr_assert(eq(ptr, engine->database_create(host, &arena, &database), NULL));
	open_connection();
}

void teardown(void)
{
	engine->disconnect(connection);
	engine->database_drop(database);
	engine->host_stop(host);
	arena_finish(&arena);
	check_leaks();
}

TestSuite(sqlite, .init = setup, .fini = teardown);

struct error *run(const char *sql)
{
	const struct statements statements = engine->split(str_from(sql), &arena);

	for (size_t i = 0; i < statements.count; i++) {
		struct error *error = engine->execute(
				connection, statements.items[i].text, &arena, NULL, NULL);
		if (error) {
			return error;
		}
	}
	return NULL;
}

void must_run(const char *sql)
{
	struct error *error = run(sql);

	cr_assert(eq(ptr, error, NULL), "%s: %s", sql, error ? error->message.data : "");
}

void expect_error(const char *sql, const char *message)
{
	struct error *error = run(sql);

	cr_assert(ne(ptr, error, NULL), "%s", sql);
	cr_expect(eq(int, (int)error->code, ERROR_DATABASE));
	expect_str(error->class_name, "DatabaseError");
	expect_str(error->message, message);
}

str ask(const char *sql)
{
	struct result result;
	struct buf text = { .arena = &arena };

	struct error *error = engine->execute(connection, str_from(sql), &arena, &result, NULL);
	cr_assert(eq(ptr, error, NULL), "%s: %s", sql, error ? error->message.data : "");
	for (size_t i = 0; i < result.row_count * result.column_count; i++) {
		if (i > 0) {
			buf_add_char(&text, i % result.column_count == 0 ? '\n' : '|');
		}
		buf_add(&text, result.values[i].data ? result.values[i] : STR("(null)"));
	}
	return buf_str(&text);
}

void reconnect(void)
{
	engine->disconnect(connection);
	open_connection();
}

struct schema *snapshot(void)
{
	struct schema *schema = NULL;

	struct error *error = engine->snapshot(
			connection, STR(""), STR("alembic_version"), &arena, &schema);
	cr_assert(eq(ptr, error, NULL), "%s", error ? error->message.data : "");
	return schema;
}

void expect_schema(const char *sql, const char *lines)
{
	must_run(sql);
	const struct str_list found = schema_render(snapshot(), &arena);

	expect_str(str_list_join(&found, STR("\n"), &arena), lines);
}
