#include "fixture.h"
#include "schema/schema.h"

TestSuite(snapshot, .init = setup, .fini = teardown);

static struct str_list lines_after(const char *sql)
{
	const struct statements found = engine->split(str_from(sql), &arena);
	struct schema *schema;

	for (size_t i = 0; i < found.count; i++) {
		must(run(str_to_c(found.items[i].text, &arena)));
	}
	must(engine->commit(connection, &arena));
	must(engine->snapshot(connection, (str){ 0 }, STR("alembic_version"), &arena, &schema));
	return schema_render(schema, &arena);
}

static void expect_line(const struct str_list *lines, const char *line)
{
	cr_expect(str_list_contains(lines, str_from(line)), "no line '%s' in:\n%s", line,
			str_to_c(str_list_join(lines, STR("\n"), &arena), &arena));
}

Test(snapshot, an_empty_database_has_no_schema)
{
	const struct str_list lines = lines_after(
			"CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)");

	cr_expect(eq(sz, lines.count, 0), "%s",
			str_to_c(str_list_join(&lines, STR("\n"), &arena), &arena));
}

Test(snapshot, tables_tell_all_their_facts)
{
	const struct str_list lines = lines_after(
			"CREATE TABLE t (id serial PRIMARY KEY, n numeric(10,2) NOT NULL DEFAULT 0, "
			"g int GENERATED ALWAYS AS (id * 2) STORED, c text COLLATE \"C\", CONSTRAINT nn CHECK (n > 0)); "
			"CREATE UNLOGGED TABLE u (id bigint GENERATED ALWAYS AS IDENTITY, t_id int "
			"REFERENCES t ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, UNIQUE (t_id)); "
			"CREATE TABLE p (a int, b date) PARTITION BY RANGE (b); "
			"CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01'); "
			"CREATE TABLE child () INHERITS (t)");

	expect_line(&lines, "table u unlogged");
	expect_line(&lines,
			"column t.id integer not null default nextval('public.t_id_seq'::regclass)");
	expect_line(&lines, "column t.n numeric(10,2) not null default 0");
	expect_line(&lines, "column t.g integer generated always as ((id * 2)) stored");
	expect_line(&lines, "column t.c text collate \"C\"");
	expect_line(&lines, "column u.id bigint not null generated always as identity");
	expect_line(&lines, "check nn on t CHECK ((n > (0)::numeric))");
	expect_line(&lines, "primary key t_pkey on t PRIMARY KEY (id)");
	expect_line(&lines, "unique u_t_id_key on u UNIQUE (t_id)");
	expect_line(&lines,
			"foreign key u_t_id_fkey on u FOREIGN KEY (t_id) REFERENCES public.t(id) "
			"ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED");
	expect_line(&lines, "table p partition by RANGE (b)");
	expect_line(&lines,
			"table p1 partition of public.p for VALUES FROM ('2020-01-01') TO ('2021-01-01')");
	expect_line(&lines, "table child inherits public.t");
	expect_line(&lines,
			"sequence t_id_seq integer start 1 increment 1 min 1 max 2147483647 cache 1 "
			"owned by public.t.id");
}

Test(snapshot, so_does_everything_else)
{
	const struct str_list lines = lines_after(
			"CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN pos AS int CHECK (VALUE > 0); "
			"CREATE TYPE pair AS (a int, b text); CREATE SCHEMA s; "
			"CREATE TABLE s.t (id int, m mood); "
			"CREATE INDEX ix ON s.t USING btree (id DESC, (id + 1)) INCLUDE (m) WHERE id > 3; "
			"CREATE VIEW v AS SELECT id FROM s.t; CREATE MATERIALIZED VIEW mv AS SELECT 1 AS one; "
			"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
			"CREATE TRIGGER tr BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION f(); "
			"ALTER TABLE s.t ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON s.t FOR SELECT USING (id > 1); "
			"COMMENT ON TABLE s.t IS 'hello'; GRANT SELECT ON s.t TO PUBLIC; "
			"CREATE STATISTICS st ON id, m FROM s.t");

	expect_line(&lines, "type mood enum ('sad', 'ok')");
	expect_line(&lines, "type pos domain integer pos_check CHECK ((VALUE > 0))");
	expect_line(&lines, "type pair (a integer, b text)");
	expect_line(&lines, "schema s");
	expect_line(&lines, "table s.t row level security");
	expect_line(&lines,
			"index ix on s.t USING btree (id DESC, ((id + 1))) INCLUDE (m) WHERE (id > 3)");
	expect_line(&lines, "view v as SELECT id FROM s.t;");
	expect_line(&lines, "view mv materialized as SELECT 1 AS one;");
	expect_line(&lines,
			"trigger tr on s.t BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION public.f()");
	expect_line(&lines, "policy few on s.t permissive for select using ((id > 1))");
	expect_line(&lines, "comment on table s.t: hello");
	expect_line(&lines, "grant on table s.t: SELECT to public");
}

Test(snapshot, tells_grants_by_whom_they_are_for)
{
	const str other = str_format(&arena, "%.*sOther \"x\"", STR_ARG(host->prefix));
	struct buf quoted = { .arena = &arena };

	postgres_quote_identifier(other, &quoted);
	PGconn *link = PQconnectdb(server);
	PQclear(PQexec(link, str_format(&arena, "CREATE ROLE %s", buf_c(&quoted)).data));
	const struct str_list lines = lines_after(str_format(&arena,
			"CREATE TABLE t (a int, b int); CREATE SCHEMA s; CREATE VIEW v AS SELECT 1 AS one; "
			"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; "
			"GRANT SELECT, INSERT ON t TO PUBLIC; GRANT ALL ON t TO %s; "
			"GRANT UPDATE (b) ON t TO %s WITH GRANT OPTION; GRANT USAGE ON SCHEMA s TO %s; "
			"REVOKE ALL ON FUNCTION f FROM PUBLIC; GRANT EXECUTE ON FUNCTION f TO %s; "
			"GRANT SELECT, DELETE ON v TO %s WITH GRANT OPTION",
			buf_c(&quoted), buf_c(&quoted), buf_c(&quoted), buf_c(&quoted),
			buf_c(&quoted))
								  .data);
	static const char *const grants[] = {
		"on table public.t: DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE to",
		"on column public.t.b: UPDATE with grant option to",
		"on schema s: USAGE to",
		"on function public.f(): EXECUTE to",
		"on table public.v: DELETE with grant option, SELECT with grant option to",
	};

	expect_line(&lines, "grant on table public.t: INSERT, SELECT to public");
	for (size_t i = 0; i < COUNT_OF(grants); i++) {
		expect_line(&lines,
				str_format(&arena, "grant %s %s", grants[i], buf_c(&quoted)).data);
	}
	engine->disconnect(connection);
	engine->database_drop(database);
	connection = NULL;
	database = NULL;
	engine->host_stop(host);
	host = NULL;
	PQclear(PQexec(link, str_format(&arena, "DROP ROLE %s", buf_c(&quoted)).data));
	PQfinish(link);
}

Test(snapshot, tells_who_may_no_longer_use_what_all_may)
{
	const struct str_list lines = lines_after(
			"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE mood AS ENUM (); "
			"CREATE TABLE t (a int); CREATE POLICY own ON t TO CURRENT_USER USING (true); "
			"REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC; REVOKE ALL ON TYPE mood FROM PUBLIC, CURRENT_USER; "
			"REVOKE ALL ON t FROM CURRENT_USER; ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC");

	expect_line(&lines, "revoke on function public.f(): EXECUTE from public");
	expect_line(&lines, "revoke on type public.mood: USAGE from public");
	expect_line(&lines, "revoke on type public.mood: USAGE from its owner");
	expect_line(&lines,
			"revoke on table public.t: DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, "
			"UPDATE from its owner");
	expect_line(&lines, "revoke on new functions: EXECUTE from public");
	expect_line(&lines, "policy own on t permissive for all to session_user using (true)");
}

/* Before PostgreSQL 15 it is the administrator's, and open to all. */
Test(snapshot, tells_what_is_unusual_about_the_rights_on_public)
{
	if (host->version < 150000) {
		cr_skip_test("the schema is another's");
	}
	struct str_list lines = lines_after("GRANT CREATE ON SCHEMA public TO PUBLIC; "
					    "REVOKE USAGE ON SCHEMA public FROM PUBLIC");

	expect_line(&lines, "grant on schema public: CREATE to public");
	expect_line(&lines, "revoke on schema public: USAGE from public");
	lines = lines_after("DROP SCHEMA public; CREATE SCHEMA public");
	expect_line(&lines, "revoke on schema public: USAGE from public");
	cr_expect(eq(sz, lines.count, 1));
}

Test(snapshot, tells_comments_on_whatever_has_one)
{
	const struct str_list lines = lines_after(
			"CREATE SCHEMA s; CREATE TABLE t (a int CONSTRAINT positive CHECK (a > 0)); "
			"CREATE INDEX ix ON t (a); CREATE TYPE mood AS ENUM (); CREATE SEQUENCE q; "
			"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
			"CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); "
			"COMMENT ON SCHEMA s IS 'one'; COMMENT ON COLUMN t.a IS 'two'; "
			"COMMENT ON CONSTRAINT positive ON t IS 'three'; COMMENT ON INDEX ix IS 'four'; "
			"COMMENT ON TYPE mood IS 'five'; COMMENT ON FUNCTION f IS 'six'; "
			"COMMENT ON TRIGGER tr ON t IS 'seven'; COMMENT ON SEQUENCE q IS 'eight'; "
			"CREATE TABLE alembic_version (version_num text); COMMENT ON TABLE alembic_version IS 'no'; "
			"COMMENT ON COLUMN alembic_version.version_num IS 'no'");

	expect_line(&lines, "comment on schema s: one");
	expect_line(&lines, "comment on column a of table public.t: two");
	expect_line(&lines, "comment on constraint positive on table public.t: three");
	expect_line(&lines, "comment on index public.ix: four");
	expect_line(&lines, "comment on type public.mood: five");
	expect_line(&lines, "comment on function public.f(): six");
	expect_line(&lines, "comment on trigger tr on table public.t: seven");
	expect_line(&lines, "comment on sequence public.q: eight");
	for (size_t i = 0; i < lines.count; i++) {
		cr_expect(eq(sz, str_find(lines.items[i], STR("alembic_version")),
				lines.items[i].len));
	}
}

Test(snapshot, leaves_out_what_extensions_brought)
{
	must(engine->database_extend(database, STR("hstore"), &arena));
	const struct str_list lines = lines_after("CREATE TABLE t (a public.hstore)");

	expect_line(&lines, "extension hstore");
	expect_line(&lines, "column t.a public.hstore");
	cr_expect(eq(sz, lines.count, 4), "%s",
			str_to_c(str_list_join(&lines, STR("\n"), &arena), &arena));
}

Test(snapshot, does_not_depend_on_the_search_path)
{
	const struct str_list before =
			lines_after("CREATE TABLE t (id serial, x text DEFAULT 'a'); "
				    "CREATE VIEW v AS SELECT * FROM t");
	const struct str_list after =
			lines_after("CREATE SCHEMA z; SET search_path = z; DROP SCHEMA z");

	cr_assert(eq(sz, before.count, after.count));
	for (size_t i = 0; i < before.count; i++) {
		cr_expect(str_equal(before.items[i], after.items[i]));
	}
}
