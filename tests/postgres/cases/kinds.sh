# A captured database has the schema of the one that was captured, whatever kinds of objects are in it: there is one of each.
. "$here/../postgres/prelude.sh"
command -v psql >/dev/null && command -v pg_dump >/dev/null || exit 77
"$real_bindir/postgres" --version | grep -q ' 1[2-4]\.' && exit 77 # its public schema is everybody's

leave_server

cat >scenarios/kinds.sql <<'SQL'
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
INSERT INTO alembic_version VALUES ('a1');
CREATE EXTENSION citext;
CREATE EXTENSION btree_gist;
CREATE SCHEMA "Side";
CREATE COLLATION numeric_order (provider = icu, locale = 'en-u-kn-true', deterministic = false);
CREATE TYPE mood AS ENUM ('sad', 'it''s fine');
CREATE TYPE pair AS (a integer, b text COLLATE "C");
CREATE TYPE span AS RANGE (subtype = integer);
CREATE DOMAIN positive AS integer NOT NULL DEFAULT 1 CONSTRAINT above CHECK (VALUE > 0);
CREATE TABLE thing (id integer GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 3) PRIMARY KEY, name citext COLLATE "C" NOT NULL UNIQUE,
	feels mood DEFAULT 'sad', pairs pair[], spans span, quantity positive, twice integer GENERATED ALWAYS AS (id * 2) STORED,
	note text COMPRESSION pglz, EXCLUDE USING gist (id WITH =, spans WITH &&), CHECK (length(note) < 99)) WITH (fillfactor = 70);
ALTER TABLE thing ALTER note SET STORAGE external, ALTER note SET STATISTICS 7, ALTER note SET (n_distinct = 5);
CREATE TABLE part (thing integer REFERENCES thing ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE part_2 PARTITION OF part DEFAULT;
ALTER TABLE part_1 ADD CONSTRAINT later CHECK (thing > 0) NOT VALID;
CREATE TABLE "Side".kid (extra serial) INHERITS (thing);
CREATE UNLOGGED TABLE loose (a integer);
ALTER TABLE loose REPLICA IDENTITY FULL;
CREATE TABLE typed OF pair;
CREATE INDEX few ON thing USING btree (lower(note), id DESC) INCLUDE (quantity) WHERE id > 3;
CREATE INDEX by_note ON thing (note);
ALTER TABLE thing CLUSTER ON by_note;
CREATE INDEX ON part (at);
CREATE VIEW seen WITH (security_barrier) AS SELECT id, name FROM thing WHERE id > 1 WITH CHECK OPTION;
ALTER VIEW seen ALTER name SET DEFAULT 'unseen';
CREATE MATERIALIZED VIEW per_day AS SELECT at, count(*) FROM part GROUP BY at;
CREATE MATERIALIZED VIEW unfilled AS SELECT 1 AS one WITH NO DATA;
CREATE SEQUENCE odd AS smallint INCREMENT 2 MINVALUE 3 CYCLE OWNED BY thing.note;
CREATE FUNCTION f(a integer, b text DEFAULT 'x') RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE FUNCTION standard(a integer) RETURNS integer LANGUAGE sql RETURN a + 1;
CREATE PROCEDURE pr(INOUT a integer) LANGUAGE plpgsql AS 'BEGIN a := 1; END';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE AGGREGATE total (integer) (SFUNC = int4pl, STYPE = integer, COMBINEFUNC = int4pl, INITCOND = '0');
CREATE TRIGGER touched BEFORE UPDATE OF note ON thing FOR EACH ROW WHEN (OLD.note IS DISTINCT FROM NEW.note) EXECUTE FUNCTION touch();
CREATE TRIGGER asleep AFTER INSERT ON loose EXECUTE FUNCTION touch();
ALTER TABLE loose DISABLE TRIGGER asleep;
CREATE RULE also AS ON INSERT TO loose DO ALSO UPDATE thing SET note = 'y' WHERE thing.id = NEW.a;
ALTER TABLE thing ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON thing AS RESTRICTIVE FOR UPDATE TO reader USING (note = current_user) WITH CHECK (id > 0);
CREATE STATISTICS together (dependencies) ON id, note FROM thing;
ALTER STATISTICS together SET STATISTICS 9;
CREATE CONVERSION latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE FUNCTION same(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.a = $2.a';
CREATE OPERATOR === (FUNCTION = same, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = ===, RESTRICT = eqsel, HASHES);
CREATE FUNCTION to_number(pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.a';
CREATE CAST (pair AS integer) WITH FUNCTION to_number(pair) AS ASSIGNMENT;
CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION words (COPY = english);
ALTER TEXT SEARCH CONFIGURATION words ALTER MAPPING FOR asciiword WITH plain;
CREATE PUBLICATION feed FOR TABLE part, typed WITH (publish = 'insert, delete', publish_via_partition_root);
COMMENT ON TABLE thing IS E'it''s\na line';
COMMENT ON COLUMN seen.name IS 'who';
COMMENT ON CONSTRAINT above ON DOMAIN positive IS 'never none';
COMMENT ON FUNCTION f(integer, text) IS 'a';
GRANT SELECT, INSERT ON thing TO reader WITH GRANT OPTION;
GRANT UPDATE (note) ON thing TO reader;
REVOKE DELETE ON loose FROM CURRENT_USER;
REVOKE EXECUTE ON FUNCTION f(integer, text) FROM PUBLIC;
REVOKE USAGE ON TYPE mood FROM PUBLIC;
GRANT USAGE ON SCHEMA "Side" TO PUBLIC;
GRANT USAGE ON SEQUENCE odd TO reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA "Side" GRANT SELECT ON TABLES TO reader;
SQL
psql -XAtqd "$super dbname=postgres" -c 'CREATE ROLE app LOGIN' -c 'CREATE ROLE reader' -c 'CREATE DATABASE kinds OWNER app' \
	-c 'GRANT CONNECT ON DATABASE postgres TO PUBLIC'
psql -XAtqd "$super dbname=kinds" -c 'ALTER SCHEMA public OWNER TO app' -c 'SET ROLE app' -c 'SET client_min_messages = error' \
	-v ON_ERROR_STOP=1 -f scenarios/kinds.sql
run capture "$super dbname=kinds" -o "$PWD/scenarios/schema.sql"
is_status 0
run capture "$super dbname=kinds" --rows all -o "$PWD/scenarios/rows.sql"
is_status 0
no_err
pg_dump -Fc -d "$super dbname=kinds" >scenarios/archive.dump

cat >scenarios/kinds.yaml <<'YAML'
rehearse: 1
engines: [postgres]
roles: [reader]
revisions: [{revision: a1, down_revision: null}]
states:
  made: {load: kinds.sql}
  schema: {load: schema.sql}
  rows: {load: rows.sql}
  archive: {load: archive.dump}
steps: [{version: a1}]
goal: {schema: {same_as: "state:made"}}
YAML
run run --format json "$PWD/scenarios/kinds.yaml"
is_status 0
lacks_out left

# Every kind that a snapshot knows is among them, but what SQLite alone has.
python3 - "$top/harness/schema/render.c" "$folder/out" <<'PY' || fail 'a kind is missing'
import json
import re
import sys

kinds = re.findall(r'\[SCHEMA_\w+\] = \{ "([a-z ]+)", FORM_(?!HIDDEN)', open(sys.argv[1], encoding="utf-8").read())
assert len(kinds) > 25
for cell in json.load(open(sys.argv[2], encoding="utf-8"))["cells"]:
    lines = cell["schema"]
    for kind in set(kinds) - {"virtual table", "pragma"}:
        assert any(line.startswith(kind + " ") for line in lines), (kind, cell["name"], lines)
    for start in ("text search words configuration", "text search plain dictionary", "view per_day materialized", "grant on table public.thing:",
                  "grant on column public.thing.note:", "revoke on function public.f(", "revoke on type public.mood:",
                  "grant on schema \"Side\":", "grant on new tables", "publication feed for table public.part", "setting of column"):
        assert any(line.startswith(start) for line in lines), (start, lines)
PY

psql -XAtqd "$super dbname=postgres" -c 'DROP DATABASE kinds' -c 'DROP ROLE app, reader'
sh -c "$stop"
in_time nothing_is_left
