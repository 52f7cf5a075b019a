/*
 * How dumps are read: where statements and data end, whatever part of them is at hand, and what becomes of each.
 */
#include "fixture.h"
#include "postgres/dump.h"

#include <string.h>
#include <unistd.h>

/* --- scripts -------------------------------------------------------------------------------- */

TestSuite(script, .fini = finish_arena);

/* A text that comes so many bytes at a time. */
struct trickle {
	str text;
	size_t step;
};

static struct error *read_trickle(void *data, char *space, size_t size, size_t *ret_len)
{
	struct trickle *trickle = data;
	const str part = str_slice(trickle->text, 0, size < trickle->step ? size : trickle->step);

	memcpy(space, part.data, part.len);
	trickle->text = str_slice(trickle->text, part.len, trickle->text.len);
	*ret_len = part.len;
	return NULL;
}

static void add_data(struct script *script, struct buf *out, struct error **ret_error)
{
	str part = { 0 };

	do {
		*ret_error = script_data(script, &part);
		buf_add(out, *ret_error ? (str){ 0 } : part);
	} while (!*ret_error && part.len);
}

/* "LINE[statement]", "LINE[COPY ...](data)", "<database>" of each item, and at last the error's place and message. */
static str items_of(str text, size_t step)
{
	struct trickle trickle = { text, step };
	struct script *script = script_new(read_trickle, &trickle, STR("d.sql"), &arena);
	struct buf out = { .arena = &arena };
	struct script_item item;
	struct error *error = script_next(script, &item);

	while (!error && item.kind != SCRIPT_END) {
		if (item.kind == SCRIPT_CONNECT) {
			buf_format(&out, "<%.*s>", STR_ARG(item.text));
		} else {
			buf_format(&out, "%zu[%.*s]", item.line, STR_ARG(item.text));
		}
		if (item.takes_data) {
			buf_add_char(&out, '(');
			add_data(script, &out, &error);
			buf_add_char(&out, ')');
		}
		error = error ? error : script_next(script, &item);
	}
	if (error) {
		buf_format(&out, "%.*s: %.*s", STR_ARG(span_render(error->where, &arena)),
				STR_ARG(error->message));
	}
	return buf_str(&out);
}

/* The same whether it comes byte by byte or at once. */
static void expect_items(const char *text, const char *expected)
{
	static const size_t steps[] = { 1, 7, 1000000 };

	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		expect_str(items_of(str_from(text), steps[i]), expected);
	}
}

Test(script, statements_end_where_psql_ends_them)
{
	expect_items(";; SELECT 1 ; -- ;\n\nSELECT\n2", "1[SELECT 1]3[SELECT\n2]");
	expect_items("SELECT ';', E'\\';', \"a;\", $x$;$$;$x$, $1, a$b;c$ /* ; /* ; */ ; */;x",
			"1[SELECT ';', E'\\';', \"a;\", $x$;$$;$x$, $1, a$b]1[c$ /* ; /* ; */ ; */]1[x]");
	expect_items("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3",
			"1[CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)]1[SELECT 3]");
	expect_items("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 3; END; "
		     "BEGIN; SELECT 1; END;",
			"1[CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 3; "
			"END]1[BEGIN]1[SELECT 1]1[END]");
	expect_items("\xEF\xBB\xBFSELECT 'a\\'; SELECT E'a'\n'\\';'; x",
			"1[SELECT 'a\\']1[SELECT E'a'\n'\\';']2[x]");
	expect_items(" \n-- nothing\n/* at all */;", "");
}

Test(script, data_ends_with_a_line_of_its_own)
{
	expect_items("COPY t (a) FROM stdin;\n1;\n\\\\.\n a\\.\n\\.\nSELECT 2;",
			"1[COPY t (a) FROM stdin](1;\n\\\\.\n a\\.\n)6[SELECT 2]");
	expect_items("copy t from STDIN with (format csv);  \r\n\\.\r\n\n1",
			"1[copy t from STDIN with (format csv)]()4[1]");
	expect_items("COPY (SELECT 1 FROM stdin) TO STDOUT; 1",
			"1[COPY (SELECT 1 FROM stdin) TO STDOUT]1[1]");
	expect_items("COPY t FROM stdin; x\n", "d.sql:1:20: something behind COPY in a dump");
	expect_items("COPY t FROM stdin;\n1\n2\n",
			"1[COPY t FROM stdin](1\n2\n): 'd.sql' is cut off: it ends in the data of a COPY");
}

Test(script, long_lines_of_data_come_in_parts)
{
	struct buf text = { .arena = &arena }, expected = { .arena = &arena };

	buf_add(&text, STR("COPY t FROM stdin;\n\\.x"));
	buf_add_repeated(&text, 'a', 1000000);
	buf_add(&text, STR("\n\\.\nSELECT 1;"));
	buf_add(&expected, STR("1[COPY t FROM stdin](\\.x"));
	buf_add_repeated(&expected, 'a', 1000000);
	buf_add(&expected, STR("\n)4[SELECT 1]"));
	cr_expect(str_equal(items_of(buf_str(&text), 100000), buf_str(&expected)));
}

Test(script, connects_as_pg_dump_writes_it)
{
	expect_items("\\restrict ab\nSELECT 1;\n\\unrestrict ab\n\\connect shop\n\\c \"Odd \"\"db\"\nx;\n"
		     "\\connect -reuse-previous=on \"dbname='o\\'k \"\"it'\"\ny",
			"2[SELECT 1]<shop><Odd \"db>6[x]<o'k \"it>8[y]");
}

Test(script, commands_are_refused_wherever_they_stand)
{
	static const char *const texts[] = {
		"\\! id",
		"SELECT 1 \\g |id",
		"SELECT 1;\\! id",
		"SELECT 1 \\restrict ab",
		"SELECT E'\\'' \\! id",
		"SELECT $a$ $a$ \\! id",
		"SELECT a$b$ \\! id",
		"SELECT 1 /* ' */ \\! id",
		"COPY t FROM stdin;\n\\.\n\\! id\n",
	};

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		cr_expect(str_ends_with(items_of(str_from(texts[i]), 1),
					  STR("a command for psql in a dump")),
				"%s", texts[i]);
	}
	expect_items("SELECT 1;\n  SELECT 2 \\gexec",
			"1[SELECT 1]d.sql:2:12: a command for psql in a dump");
}

Test(script, a_nul_byte_is_refused)
{
	static const char text[] = "SELECT 1;\nSELECT '\0';";

	expect_str(items_of((str){ text, sizeof(text) - 1 }, 3),
			"1[SELECT 1]d.sql:2:9: a NUL byte in a dump");
}

Test(script, a_string_in_a_million_parts_is_read)
{
	struct buf text = { .arena = &arena };

	buf_add(&text, STR("SELECT E'x'"));
	buf_add_repeated(&text, '\n', 1000000);
	for (int i = 0; i < 1000000; i++) {
		buf_add(&text, STR("'x'\n"));
	}
	buf_add(&text, STR("\n;x"));
	cr_expect(str_ends_with(items_of(buf_str(&text), 1000000), STR("\n'x']2000002[x]")));
}

/* --- what becomes of statements -------------------------------------------------------------- */

TestSuite(judging, .fini = finish_arena);

/* The first statement of a dump by pg_dump, as it is sent; "-" if it is left out. */
static str judged(const char *text)
{
	static struct dump_section section = { .name = STR_INIT("shop") };
	struct dump_survey survey = { .is_of_pg_dump = true, .section = &section };
	const struct dump_places places = { &survey, STR("me"), STR("mine") };
	struct dump_reading reading = { .is_of_pg_dump = true, .arena = &arena };
	struct trickle trickle = { str_from(text), 1000 };
	struct script_item item;

	section.owners = (struct str_list){ 0 };
	str_list_add(&section.owners, STR("app"), &arena);
	must(script_next(script_new(read_trickle, &trickle, STR("d.sql"), &arena), &item));
	dump_reading_follow(&reading, &item);
	const struct dump_judgement judgement = dump_judge(&reading, &item, &places, &arena);

	return judgement.fate == DUMP_LEAVE_OUT ? STR("-")
			: judgement.text.len    ? judgement.text
						: item.text;
}

#define expect_judged(text, expected) expect_str(judged(text), expected)

Test(judging, what_is_the_servers_is_left_out)
{
	static const char *const texts[] = {
		"CREATE DATABASE shop WITH TEMPLATE = template0",
		"ALTER DATABASE shop OWNER TO app",
		"DROP DATABASE IF EXISTS shop",
		"CREATE ROLE app",
		"ALTER ROLE app WITH SUPERUSER PASSWORD 'x'",
		"GRANT reader TO app GRANTED BY postgres",
		"GRANT CONNECT ON DATABASE shop TO reader",
		"CREATE TABLESPACE fast LOCATION '/x'",
		"SET default_tablespace = fast",
		"SET SESSION AUTHORIZATION app",
		"ALTER TABLE ONLY public.t OWNER TO app",
		"COMMENT ON EXTENSION citext IS 'x'",
		"CREATE SUBSCRIPTION s CONNECTION 'host=production' PUBLICATION p",
		"DROP SCHEMA public",
		"ALTER ROLE reader SET search_path TO 'x'",
		"ALTER ROLE app IN DATABASE other SET search_path TO 'x'",
	};

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		cr_expect(eq(str, (char *)str_to_c(judged(texts[i]), &arena), (char *)"-"), "%s",
				texts[i]);
	}
	expect_judged("CREATE TABLE \"OWNER TO\" (a text DEFAULT 'OWNER TO')",
			"CREATE TABLE \"OWNER TO\" (a text DEFAULT 'OWNER TO')");
	expect_judged("DROP SCHEMA public_stuff", "DROP SCHEMA public_stuff");
}

Test(judging, the_role_stands_for_the_owner)
{
	expect_judged("-- Name: TABLE t; Type: ACL; Schema: public; Owner: app\nREVOKE ALL ON TABLE t FROM app;",
			"REVOKE ALL ON TABLE t FROM \"me\"");
	expect_judged("-- Name: TABLE t; Type: ACL; Schema: public; Owner: app\n"
		      "GRANT SELECT(a),UPDATE(b) ON TABLE t TO \"Odd\", \"app\" WITH GRANT OPTION GRANTED BY x;",
			"GRANT SELECT(a),UPDATE(b) ON TABLE t TO \"Odd\", \"me\" WITH GRANT OPTION ");
	expect_judged("-- Name: TABLE t; Type: ACL; Schema: public; Owner: other\nGRANT SELECT ON TABLE t TO app;",
			"GRANT SELECT ON TABLE t TO app");
	expect_judged("-- Name: x; Type: DEFAULT ACL; Schema: s; Owner: app\n"
		      "ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA s GRANT SELECT ON TABLES  TO reader;",
			"ALTER DEFAULT PRIVILEGES FOR ROLE \"me\" IN SCHEMA s GRANT SELECT ON TABLES  TO reader");
	expect_judged("ALTER DATABASE shop SET search_path TO 'a', 'b';",
			"ALTER DATABASE \"mine\" SET search_path TO 'a', 'b'");
	expect_judged("ALTER ROLE app IN DATABASE shop SET lock_timeout TO '3s';",
			"ALTER ROLE \"me\" IN DATABASE \"mine\" SET lock_timeout TO '3s'");
}

static str roles_of(const char *text)
{
	struct trickle trickle = { str_from(text), 1000 };
	struct script_item item;

	must(script_next(script_new(read_trickle, &trickle, STR("d.sql"), &arena), &item));
	const struct str_list roles = dump_roles_in(&item, &arena);

	return str_list_join(&roles, STR("|"), &arena);
}

Test(judging, roles_are_found_where_they_stand)
{
	expect_str(roles_of("GRANT SELECT,INSERT ON TABLE t TO A, \"b,\"\"c\", PUBLIC WITH GRANT OPTION"),
			"a|b,\"c");
	expect_str(roles_of("REVOKE ALL ON FUNCTION \"to\"(\"from\" integer) FROM x"), "x");
	expect_str(roles_of("CREATE POLICY own ON t FOR SELECT TO a, b USING ((c = CURRENT_USER))"),
			"a|b");
	expect_str(roles_of("CREATE POLICY own ON t USING ((a = 'to'))"), "");
	expect_str(roles_of("ALTER DEFAULT PRIVILEGES FOR ROLE a IN SCHEMA s REVOKE ALL ON TABLES FROM b"),
			"a|b");
	expect_str(roles_of("ALTER POLICY a ON t RENAME TO b"), "");
	expect_str(roles_of("CREATE TABLE grant_to (a text)"), "");
}

/* --- rows ------------------------------------------------------------------------------------ */

TestSuite(loading, .init = setup, .fini = teardown);

/* So many rows are more than a server is asked about. */
#define MANY 20000

static void add_some_rows(struct buf *dump, const char *copy, int count)
{
	buf_add(dump, str_from(copy));
	buf_add(dump, STR(" FROM stdin;\n"));
	for (int i = 0; i < count; i++) {
		buf_format(dump, "%d\n", i);
	}
	buf_add(dump, STR("\\.\n"));
}

static void add_rows(struct buf *dump, const char *copy)
{
	add_some_rows(dump, copy, MANY);
}

/* Load a text as a private server does. */
static struct error *load_text(str text)
{
	char path[] = "/tmp/rehearse-dump-XXXXXX";
	const int fd = mkstemp(path);
	struct str_list notes = { 0 };

	cr_assert(eq(int, (int)write(fd, text.data, text.len), (int)text.len));
	close(fd);
	const struct dump dump = { .path = str_copy(str_from(path), &arena) };

	host->is_private = true;
	struct error *error = engine->database_load(database, &dump, 0, &arena, &notes);
	host->is_private = false;

	unlink(path);
	return error;
}

Test(loading, does_not_log_the_rows_of_an_empty_table)
{
	const char *const logged = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint";
	const int rows = 100000; // less than two megabytes the server logs all the same
	struct buf dump = { .arena = &arena };

	add_some_rows(&dump,
			"CREATE SCHEMA \"odd s\"; CREATE TABLE \"odd s\".\"from\" (\"x(\" integer);\n"
			"COPY \"odd s\".\"from\" (\"x(\")",
			rows);
	const long before = superuser_count(logged);

	must(load_text(buf_str(&dump)));
	cr_expect(lt(long, superuser_count(logged) - before, (long)rows * 6));
	expect_str(value("SELECT count(*) FROM \"odd s\".\"from\""), "100000");
}

Test(loading, adds_to_the_rows_that_are_there)
{
	struct buf dump = { .arena = &arena };

	add_rows(&dump, "CREATE TABLE t (x integer); COPY t");
	add_rows(&dump, "COPY t");
	add_rows(&dump,
			"CREATE TABLE p (x integer) PARTITION BY RANGE (x);"
			"CREATE TABLE p1 PARTITION OF p DEFAULT; COPY p");
	add_rows(&dump, "CREATE TABLE u (x integer); BEGIN; INSERT INTO u VALUES (1); COPY u");
	buf_add(&dump, STR("COMMIT;"));
	must(load_text(buf_str(&dump)));
	expect_str(value("SELECT count(*) FROM t"), "40000");
	expect_str(value("SELECT count(*) FROM p1"), "20000");
	expect_str(value("SELECT count(*) FROM u"), "20001");
}

Test(loading, truncates_nothing_that_somebody_looks_at)
{
	struct buf dump = { .arena = &arena };

	must(run("CREATE TABLE l (x integer)"));
	must(engine->commit(connection, &arena));
	must(run("SELECT FROM l"));
	add_rows(&dump, "COPY l");

	add_rows(&dump,
			"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
			" $$ BEGIN RAISE 'it was truncated'; END $$;"
			"CREATE TABLE t (x integer PRIMARY KEY);"
			"CREATE TRIGGER g BEFORE TRUNCATE ON t EXECUTE FUNCTION f(); COPY t");
	add_rows(&dump,
			"CREATE TABLE a (x integer PRIMARY KEY);"
			"CREATE TABLE b (x integer REFERENCES a); COPY a");
	must(load_text(buf_str(&dump)));
	expect_str(value("SELECT count(*) FROM t, a, l WHERE t.x = a.x AND t.x = l.x"), "20000");
}

Test(loading, leaves_nothing_of_rows_that_are_refused)
{
	struct buf dump = { .arena = &arena };

	add_rows(&dump, "CREATE TABLE t (x integer CHECK (x < 19000)); COPY t");
	const struct error *error = load_text(buf_str(&dump));

	cr_assert(ne(ptr, (void *)(uintptr_t)error, NULL));
	expect_str(error->message,
			"new row for relation \"t\" violates check constraint \"t_x_check\"");
	cr_expect(str_ends_with(span_render(error->where, &arena), STR(":19002:1")));
	expect_str(value("SELECT count(*) FROM t"), "0");
	must(engine->rollback(connection, &arena));

	dump.len = 0;
	add_rows(&dump, "COPY t (gone)");
	error = load_text(buf_str(&dump));
	cr_assert(ne(ptr, (void *)(uintptr_t)error, NULL));
	cr_expect(str_ends_with(span_render(error->where, &arena), STR(":1:1")));
}
