# A backup of production, however it was made, is a state: every format of pg_dump and pg_dumpall.
. "$here/../postgres/prelude.sh"
. "$here/../postgres/make_dumps.sh"
command -v psql >/dev/null && command -v pg_dumpall >/dev/null || exit 77
"$real_bindir/postgres" --version | grep -q ' 1[2-4]\.' && exit 77 # its public schema is everybody's

# A private server that another run has left is production's.
leave_server
mkdir dumps
make_dumps "$super" "$PWD/dumps"
holds -s dumps/all.sql
chmod 600 dumps/*

cat >scenarios/dumps.yaml <<'YAML'
rehearse: 1
title: Every kind of backup
engines: [postgres]
configure: {version_table_schema: sales}
revisions:
  - {revision: a1, down_revision: null}
  - revision: a2
    down_revision: a1
    upgrade: |
      ALTER TABLE customer ADD COLUMN seen date;
      GRANT SELECT ON item TO app;
      CREATE TABLE visit (id integer);
states:
  plain: {load: ../dumps/plain.sql}
  inserts: {load: ../dumps/inserts.sql}
  create: {load: ../dumps/create.sql}
  clean: {load: ../dumps/clean.sql}
  anew: {load: ../dumps/anew.sql}
  custom: {load: ../dumps/custom.dump}
  tar: {load: ../dumps/archive.tar}
  directory: {load: ../dumps/directory}
  all: {load: {file: ../dumps/all.sql, database: shop}}
  gzip: {load: ../dumps/plain.sql.gz}
  zstd: {load: ../dumps/plain.sql.zst}
  gzip-custom: {load: ../dumps/custom.dump.gz}
  bare: {load: ../dumps/bare.sql}
  schema: {load: ../dumps/schema.sql}
strategies:
  same:
    steps:
      - check:
          sql: SELECT id, email, feels, tags, tenant FROM sales.customer ORDER BY id
          equals: "1|A@x|sad|\"a\"=>\"1\"|red\n2|b@x|glad||\\.\n3|c@x|it's fine||tab\there\nand a line"
      - check:
          sql: SELECT * FROM sales.item ORDER BY 1
          equals: "1|2|2025-03-01|a\\b\n2|3|2026-03-01|"
      - check: {sql: TABLE sales.per_day ORDER BY 1, equals: "2025-03-01|1\n2026-03-01|1"}
      - check: {sql: "SELECT nextval('sales.customer_id_seq')", equals: "4"}
      - check:
          sql: SELECT policyname, roles, qual FROM pg_policies
          equals: "own|{\"Odd role\",reader}|(tenant = CURRENT_USER)"
      - check: {sql: "SELECT lo_get(4711), (SELECT count(*) FROM pg_largeobject_metadata)", equals: '\x6c61726765|1'}
    goal: {schema: {same_as: "state:plain"}}
  settings:
    states: [create, anew, custom, tar, directory, all, gzip-custom]
    steps:
      - check: {sql: SHOW search_path, equals: "sales, public"}
      - check: {sql: SHOW default_transaction_isolation, equals: repeatable read}
      - {check: {sql: "SELECT rolcanlogin OR rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = 'app'", equals: f}}
      - upgrade: head
      - check: {sql: "SELECT has_table_privilege('reader', 'visit', 'SELECT')", equals: "t"}
outcomes:
  same@bare: {wrong: [schema]}
  same@schema: {fails_at: 1}
YAML
run run --jobs 3 "$PWD/scenarios/dumps.yaml"
is_status 0
has_out '21 cells: 21 as expected'
lacks_out note
run run --jobs 1 --filter '@(plain|custom|all):' "$PWD/scenarios/dumps.yaml"
is_status 0
has_out '5 cells: 5 as expected'
lacks_out note

# Of several databases one is named; of a server's only one, none need be.
one() { # LOAD
	cat >scenarios/one.yaml <<END
rehearse: 1
engines: [postgres]
states: {production: {load: $1}}
strategies: {look: {steps: [{check: {sql: "SELECT count(*) FROM pg_class WHERE relname IN ('thing', 'customer')", equals: "1"}}]}}
END
	run run "$PWD/scenarios/one.yaml"
}
one ../dumps/all.sql
is_status 1
has_out "all.sql' has 2 databases: other, shop"
has_out 'hint: Name one: load: {file: ..., database: other}'
one '{file: ../dumps/all.sql, database: sho}'
is_status 1
has_out "all.sql' has no database 'sho'"
has_out 'hint: It has these: other, shop'
one '{file: ../dumps/all.sql, database: other}'
is_status 0
sed '/^.connect shop$/,$d' dumps/all.sql >dumps/only.sql
one ../dumps/only.sql
is_status 0
has_out "note: the dump lacks its last line, 'dump complete': it may be cut off"
one '{file: ../dumps/nothing.sql, databse: shop}'
is_status 2
has_err "no file '"
has_err "unknown key 'databse'"

# A file that people have written may begin with a database of its own.
printf 'DROP DATABASE IF EXISTS own;\nCREATE DATABASE own;\n\\c own;\nCREATE TABLE thing (id integer);\n' >dumps/own.sql
one ../dumps/own.sql
is_status 0
has_out "note: the file's own database was neither created nor dropped: it is loaded into this one"

# What is cut off, or damaged, is no state. They are played together, on one server.
cat >scenarios/broken.yaml <<'END'
rehearse: 1
engines: [postgres]
strategies: {look: {steps: [{check: {sql: SELECT 1, equals: "1"}}]}}
states:
END
broken() { # FILE SAYS
	printf '  %s: {load: ../dumps/%s}\n' "$(echo "$1" | tr . -)" "$1" >>scenarios/broken.yaml
	printf '%s\n' "$2" >>says
}
head -c 5000 dumps/custom.dump >dumps/cut.dump
broken cut.dump 'That is what pg_restore says of it.'
head -c 1500 dumps/plain.sql.gz >dumps/cut.sql.gz
broken cut.sql.gz "cut.sql.gz': it is cut off"
head -c 1500 dumps/plain.sql.zst >dumps/cut.sql.zst
broken cut.sql.zst "cut.sql.zst': it is cut off"
sed '/^COPY sales.customer /,/^2/!d' dumps/plain.sql >dumps/cut.sql
sed '/^COPY sales.customer /,$d' dumps/plain.sql | cat - dumps/cut.sql >dumps/half.sql
broken half.sql 'it ends in the data of a COPY'
mkdir dumps/folder
broken folder "folder' is no dump"
sed 's/^2\tb@x\tglad/2\tb@x\tmad/' dumps/plain.sql >dumps/wrong.sql
broken wrong.sql "wrong.sql:$(grep -n 'b@x.mad' dumps/wrong.sql | cut -d: -f1):7: error: DatabaseError: invalid input value"
gzip -k dumps/wrong.sql
broken wrong.sql.gz "wrong.sql.gz:$(grep -n 'b@x.mad' dumps/wrong.sql | cut -d: -f1):7: error: DatabaseError: invalid input value"
sed 's/^CREATE DOMAIN sales.positive AS integer/CREATE DOMAIN sales.positive AS nothing/' dumps/plain.sql >dumps/domain.sql
broken domain.sql "domain.sql:$(grep -n 'AS nothing' dumps/domain.sql | cut -d: -f1):" # newer servers know the column
run run "$PWD/scenarios/broken.yaml"
is_status 1
has_out "$(wc -l <says) cells: 0 as expected"
while read -r text; do
	has_out "$text"
done <says
has_out 'error: DatabaseError: type "nothing" does not exist'
for said in 'invalid input value for enum sales.mood: "mad"' 'COPY customer, line 2, column feels'; do # of text, and of what was packed
	holds "$(grep -cF "$said" "$folder/out")" -ge 2
done

# Rows in an order that foreign keys do not take, with triggers switched off for the while.
{
	printf '%s\n' '-- PostgreSQL database dump' \
		'CREATE TABLE public.thing (id integer PRIMARY KEY, other integer REFERENCES public.thing);' \
		'ALTER TABLE public.thing DISABLE TRIGGER ALL;' 'COPY public.thing (id, other) FROM stdin;'
	printf '1\t2\n\\.\n'
	printf '%s\n' 'COPY public.thing (id, other) FROM stdin;'
	printf '2\t1\n\\.\n'
	printf '%s\n' 'ALTER TABLE public.thing ENABLE TRIGGER ALL;' '-- PostgreSQL database dump complete'
} >dumps/cycle.sql
one ../dumps/cycle.sql
is_status 0
lacks_out note
{
	cat dumps/cycle.sql
	echo 'INSERT INTO thing VALUES (3, 4);'
} >dumps/guarded.sql
one ../dumps/guarded.sql
is_status 1
has_out 'violates foreign key constraint "thing_other_fkey"'

# As pg_dump had it before 10.3, which named no schemas.
{
	printf '%s\n' '-- PostgreSQL database dump' 'CREATE SCHEMA "Old ones";' 'SET search_path = "Old ones", pg_catalog;'
	sed -e 1d -e 's/public\.//g' dumps/guarded.sql
} >dumps/old-guarded.sql
sed '/^INSERT/d' dumps/old-guarded.sql >dumps/old-cycle.sql
one ../dumps/old-cycle.sql
is_status 0
lacks_out note
one ../dumps/old-guarded.sql
is_status 1
has_out 'violates foreign key constraint "thing_other_fkey"'

# What only a superuser may do is told; what the server lacks skips the cell.
{
	cat dumps/plain.sql
	echo 'CREATE EVENT TRIGGER watch ON ddl_command_start EXECUTE FUNCTION sales.touch();'
	echo "CREATE SUBSCRIPTION s CONNECTION 'host=production' PUBLICATION p;"
} >dumps/more.sql
one ../dumps/more.sql
is_status 0
has_out "note: of the dump, 'CREATE EVENT TRIGGER watch ON ddl_command_start EXECUTE FUNC...' was left out: permission denied to create event trigger"
has_out 'note: subscriptions were left out: they would connect to another server'
sed 's/EXISTS citext WITH/EXISTS vectors WITH/' dumps/plain.sql >dumps/vectors.sql
one ../dumps/vectors.sql
is_status 3
has_out "the server has no extension 'vectors', which the dump wants"
sed 's/EXISTS citext WITH/EXISTS file_fdw WITH/' dumps/plain.sql >dumps/superuser.sql
one ../dumps/superuser.sql
is_status 1
has_out 'permission denied to create extension "file_fdw"'
has_out "hint: Only a superuser can create it: list it in the scenario's 'extensions', and it is created first."
printf '%s\n' '-- PostgreSQL database dump' 'CREATE EXTENSION IF NOT EXISTS file_fdw;' 'CREATE TABLE thing (id integer);' >dumps/far.sql
cat >scenarios/far.yaml <<'YAML'
rehearse: 1
engines: [postgres]
extensions: [file_fdw]
states: {production: {load: ../dumps/far.sql}}
YAML
printf 'rehearse: 1\nengines: [postgres]\nrevisions: [{revision: a1, down_revision: null, upgrade: CREATE TABLE thing (id integer)}]\n' >tree.yaml
run locate tree.yaml --database dumps/far.sql
is_status 2
has_err '--database SCENARIO:STATE'
run locate tree.yaml --database scenarios/far.yaml:production
no_err
has_out '+ extension file_fdw'
sed -i '2i extensions: [citext, hstore]' scenarios/dumps.yaml
run run --filter settings "$PWD/scenarios/dumps.yaml"
is_status 0

# On a server that is lent nothing is made for a dump: the roles it names are there, or the cell is skipped.
psql -XAtqd "$super dbname=postgres" -c "CREATE ROLE lender LOGIN CREATEDB CREATEROLE PASSWORD 'x'" -c 'CREATE ROLE reader' \
	-c 'GRANT CONNECT ON DATABASE postgres TO PUBLIC'
roles() {
	psql -XAtqd "$super dbname=postgres" -c "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1" | tr '\n' ' '
}
run run --postgres "host=$server user=lender dbname=postgres" --filter 'same@plain' "$PWD/scenarios/dumps.yaml"
is_status 3
has_out "the lent server has no role 'Odd role', which the dump names"
psql -XAtqd "$super dbname=postgres" -c 'CREATE ROLE "Odd role"' -c 'CREATE ROLE app'
run run --postgres "host=$server user=lender dbname=postgres" --filter settings "$PWD/scenarios/dumps.yaml"
is_status 0
roles_are_as_before() {
	[ "$(roles)" = 'Odd role app lender reader rehearse ' ]
}
in_time roles_are_as_before
holds -z "$(ls "$TMPDIR" | grep -v rehearse-pg-)"

eval "$stop"
in_time nothing_is_left
