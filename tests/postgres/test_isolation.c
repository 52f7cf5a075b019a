#include "fixture.h"
#include "server/cluster.h"

TestSuite(isolation, .init = setup, .fini = teardown);

Test(isolation, the_role_owns_its_database_and_nothing_else)
{
	expect_str(value("SELECT count(*) FROM pg_database WHERE pg_has_role(datdba, 'USAGE')"),
			"1");
	expect_str(value("SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR "
			 "rolbypassrls FROM pg_roles WHERE rolname = current_user"),
			"f");
}

Test(isolation, ways_out_are_refused_by_the_server)
{
	static const char *const escapes[] = {
		"COPY (SELECT 1) TO PROGRAM 'cat'",
		"COPY (SELECT 1) TO '/tmp/rehearse-escape'",
		"SELECT pg_read_file('postgresql.conf')",
		"SELECT lo_import('/etc/passwd')",
		"CREATE EXTENSION dblink",
		"CREATE DATABASE other",
		"CREATE ROLE other",
		"SET ROLE " CLUSTER_SUPERUSER,
		"SET SESSION AUTHORIZATION " CLUSTER_SUPERUSER,
		"DROP ROLE " CLUSTER_SUPERUSER,
		"ALTER SYSTEM SET work_mem = '1GB'",
		"ALTER ROLE " CLUSTER_SUPERUSER " NOSUPERUSER",
		"ALTER DATABASE template1 RENAME TO other",
		"CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc', 'getpid'",
		"SELECT pg_reload_conf()",
		"CREATE TABLESPACE other LOCATION '/tmp'",
		"CREATE SUBSCRIPTION s CONNECTION 'host=/tmp' PUBLICATION p",
	};

	must(engine->set_autocommit(connection, true, &arena));
	for (size_t i = 0; i < COUNT_OF(escapes); i++) {
		const str reason = refusal(escapes[i]);

		cr_expect(str_find(reason, STR("permission denied")) < reason.len ||
						str_find(reason, STR("must be ")) < reason.len,
				"%s: %s", escapes[i], str_to_c(reason, &arena));
	}
}

Test(isolation, nothing_is_left_on_a_lent_server)
{
	struct image *image;
	struct database *clone;

	engine->disconnect(connection);
	must(engine->database_freeze(database, &arena, &image));
	must(engine->database_clone(host, image, NULL, &arena, &clone));
	cr_expect(gt(long,
			superuser_count("SELECT count(*) FROM pg_database WHERE datname ~ '^rehearse_'"),
			2));
	engine->host_stop(host);
	venue_close(venue);
	cr_expect(eq(long,
			superuser_count("SELECT count(*) FROM pg_database WHERE datname ~ '^rehearse_'"),
			0));
	cr_expect(eq(long,
			superuser_count("SELECT count(*) FROM pg_roles WHERE rolname ~ '^rehearse_'"),
			0));
	must(venue_open(&(struct venue_options){ .postgres_url = str_from(server) }, &arena,
			&venue));
	must(venue_wait(venue, &arena, &options));
	must(engine->host_start(&options, &arena, &host));
	must(engine->database_create(host, &arena, &database));
	must(engine->connect(database, &arena, &connection));
}

Test(isolation, a_role_that_may_not_create_databases_is_refused)
{
	PGconn *link = PQconnectdb(server);

	PQclear(PQexec(link, "CREATE ROLE poor LOGIN"));
	PQfinish(link);
	const struct venue_options poor = {
		.postgres_url = str_format(&arena, "%s user=poor", server),
	};
	struct venue *refused;
	struct host_options unused;

	must(venue_open(&poor, &arena, &refused));
	struct error *error = venue_wait(refused, &arena, &unused);

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_ENVIRONMENT));
	expect_str(error->hint, "As a superuser there: ALTER ROLE poor CREATEDB CREATEROLE;");
	venue_close(refused);
}
