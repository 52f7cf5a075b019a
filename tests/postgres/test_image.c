#include "fixture.h"

TestSuite(image, .init = setup, .fini = teardown);

/* Drop what a test has kept: its names are for people. */
static void drop_kept(void)
{
	PGconn *link = PQconnectdb(server);
	PGresult *names = PQexec(
			link, "SELECT datname FROM pg_database WHERE datname ~ '^rehearse_kept_'");

	for (int i = 0; i < PQntuples(names); i++) {
		PQclear(PQexec(link,
				str_format(&arena, "DROP DATABASE %s", PQgetvalue(names, i, 0))
						.data));
	}
	PQclear(names);
	PQfinish(link);
}

/* An empty database that somebody was connected to: before that there is none. */
static void make(struct database **ret_made)
{
	struct connection *first;

	must(engine->database_create(host, &arena, ret_made));
	must(engine->connect(*ret_made, &arena, &first));
	engine->disconnect(first);
}

Test(image, on_a_private_server_the_next_empty_database_is_made_meanwhile)
{
	struct database *made;
	PGresult *result;

	make(&made);
	cr_expect(zero(uint, host->spare.number)); // others use this one as well
	engine->database_drop(made);
	host->is_private = true;
	make(&made);
	cr_expect(zero(uint, host->spare.number)); // nobody may want another
	engine->database_drop(made);
	engine->disconnect(connection);
	for (int i = 0; i < 3; i++) {
		const unsigned spare = host->spare.number;

		make(&made);
		cr_expect(eq(uint, made->number, i ? spare : made->number));
		cr_expect(ne(uint, host->spare.number, 0));
		must(engine->connect(made, &arena, &connection));
		expect_str(value("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"),
				"0");
		must(run("CREATE TABLE t (id int)"));
		must(engine->commit(connection, &arena));
		engine->disconnect(connection);
		engine->database_drop(made);
	}
	must(engine->connect(database, &arena, &connection));
	host->is_private = false;
	while ((result = PQgetResult(host->sparer.link))) {
		PQclear(result);
	}
	postgres_doom(host, host->spare.number);
}

Test(image, clones_are_equal_and_apart)
{
	struct image *image;
	struct database *clones[3];

	must(run("CREATE TABLE t (id int)"));
	must(run("INSERT INTO t VALUES (1)"));
	must(engine->commit(connection, &arena));
	engine->disconnect(connection);
	must(engine->database_freeze(database, &arena, &image));
	for (size_t i = 0; i < COUNT_OF(clones); i++) {
		must(engine->database_clone(host, image, NULL, &arena, &clones[i]));
		must(engine->connect(clones[i], &arena, &connection));
		expect_str(value("SELECT count(*) FROM t"), "1");
		must(run("DROP TABLE t"));
		must(engine->commit(connection, &arena));
		engine->disconnect(connection);
		engine->database_drop(clones[i]);
	}
	engine->image_drop(image);
	must(engine->connect(database, &arena, &connection));
	expect_str(value("SELECT count(*) FROM t"), "1");
}

Test(image, a_host_keeps_nothing_of_its_clones)
{
	struct arena churn = { 0 };
	struct image *image;
	size_t before = 0;

	engine->disconnect(connection);
	must(engine->database_freeze(database, &arena, &image));
	const struct arena_mark mark = arena_mark(&churn);
	for (int i = 0; i < 24; i++) {
		struct database *clone;

		must(engine->database_clone(host, image, NULL, &churn, &clone));
		engine->image_prepare(image);
		must(engine->connect(clone, &churn, &connection));
		engine->disconnect(connection);
		engine->database_drop(clone);
		arena_rewind(&churn, mark);
		if (i == 8) {
			before = arena_mark(host->arena).used;
		}
	}
	/* The list of what waits to be dropped may be longer than before: a number each, in a list that doubles. */
	cr_expect(lt(sz, arena_mark(host->arena).used - before, 24 * 4 * sizeof(unsigned)));
	arena_finish(&churn);
	must(engine->connect(database, &arena, &connection));
}

Test(image, a_database_outlives_the_image_that_took_it)
{
	struct image *image;

	must(run("CREATE TABLE t (id int)"));
	must(engine->commit(connection, &arena));
	engine->disconnect(connection);
	must(engine->database_freeze(database, &arena, &image));
	engine->image_drop(image);
	for (int i = 0; i < 3; i++) { // time for all that is to be dropped
		struct database *other;

		make(&other);
		engine->database_drop(other);
	}
	must(engine->connect(database, &arena, &connection));
	expect_str(value("SELECT count(*) FROM t"), "0");
	must(run("CREATE SCHEMA mine")); // as the owner may
}

Test(image, a_database_is_kept_while_others_are_dropped)
{
	must(run("CREATE TABLE filler AS SELECT generate_series(1, 1000) AS id"));
	for (int round = 0; round < 2; round++) {
		struct database *made[3];
		str command;

		for (size_t i = 0; i < COUNT_OF(made); i++) {
			make(&made[i]);
		}
		must(run("INSERT INTO filler SELECT generate_series(1, 200000)"));
		must(engine->commit(connection, &arena)); // the drop has all this to write first
		engine->database_drop(made[0]);
		engine->database_drop(made[1]); // now the helper drops the other
		must(engine->database_keep(made[2], STR("test"), &arena, &command));
	}
	drop_kept();
}

/* Servers that others manage may refuse to copy files; what they do refuse we cannot have them do here. */
Test(image, a_server_that_refuses_a_strategy_copies_in_its_own_way)
{
	struct database *other, *clone;
	struct image *image;

	host->strategy = "REFUSED";
	make(&other);
	cr_expect(eq(ptr, (void *)(uintptr_t)host->strategy, NULL));
	must(engine->database_freeze(other, &arena, &image));
	must(engine->database_clone(host, image, NULL, &arena, &clone));
	engine->database_drop(clone);
	engine->image_drop(image);
}

Test(image, another_mistake_is_told_and_does_not_change_the_strategy)
{
	struct image none = { .host = host, .name = STR("rehearse_none"), .is_sealed = true };
	struct database *clone;
	const char *strategy = host->strategy;
	struct error *error = engine->database_clone(host, &none, NULL, &arena, &clone);

	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "template database \"rehearse_none\" does not exist");
	cr_expect(eq(ptr, (void *)(uintptr_t)host->strategy, (void *)(uintptr_t)strategy));
}
