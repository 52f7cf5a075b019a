/*
 * The PostgreSQL engine on a real server: one private cluster for the whole program, and some of their
 * own for the tests that take servers away.
 */
#include "fixture.h"
#include "runner.h"
#include "server/cluster.h"
#include "server/programs.h"

#include <stdio.h>
#include <stdlib.h>

#define SKIPPED 77

const char *server;
struct arena arena;
const struct engine *engine;
struct venue *venue;
struct host_options options;
struct host *host;
struct database *database;
struct connection *connection;

void setup(void)
{
	const struct venue_options lent = { .postgres_url = str_from(server) };

	arena = (struct arena){ 0 };
	engine = engine_find(STR("postgres"));
	must(venue_open(&lent, &arena, &venue));
	must(venue_wait(venue, &arena, &options));
	must(engine->host_start(&options, &arena, &host));
	must(engine->database_create(host, &arena, &database));
	must(engine->connect(database, &arena, &connection));
}

void teardown(void)
{
	engine->disconnect(connection);
	engine->database_drop(database);
	engine->host_stop(host);
	venue_close(venue);
	arena_finish(&arena);
	check_leaks();
}

void finish_arena(void)
{
	arena_finish(&arena);
	check_leaks();
}

struct error *run(const char *sql)
{
	size_t offset;

	return engine->execute(connection, str_from(sql), &arena, NULL, &offset);
}

str value(const char *sql)
{
	struct result result;
	size_t offset;

	must(engine->execute(connection, str_from(sql), &arena, &result, &offset));
	cr_assert(eq(sz, result.row_count * result.column_count, 1));
	return result.values[0];
}

str refusal(const char *sql)
{
	struct error *error = run(sql);

	cr_assert(ne(ptr, error, NULL), "ran: %s", sql);
	must(engine->rollback(connection, &arena));
	return error->message;
}

long superuser_count(const char *sql)
{
	PGconn *link = PQconnectdb(server);
	PGresult *result = PQexec(link, sql);
	const long count = PQntuples(result) ? strtol(PQgetvalue(result, 0, 0), NULL, 10) : -1;

	PQclear(result);
	PQfinish(link);
	return count;
}

int main(int argc, char **argv)
{
	struct arena own = { 0 };
	struct postgres_programs programs;
	struct cluster *cluster = NULL;
	str conninfo;

	if (postgres_programs_find((str){ 0 }, &own, &programs)) {
		printf("skipped: there are no PostgreSQL server programs\n");
		return SKIPPED;
	}
	int status = 1;
	struct error *error = cluster_start(&(struct cluster_options){ 0 }, &own, &cluster);

	if (!error) {
		error = cluster_wait(cluster, &own, &conninfo);
	}
	if (error) {
		fprintf(stderr, "%s\n", str_to_c(error->message, &own));
	} else {
		server = str_to_c(conninfo, &own);
		status = play_tests(argc, argv);
	}
	cluster_stop(cluster);
	arena_finish(&own);
	return status;
}
