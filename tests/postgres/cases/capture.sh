# Production is only read, whatever it is captured for, and what comes of it is a state equal to what pg_dump alone gives.
. "$here/../postgres/prelude.sh"
. "$here/../postgres/make_dumps.sh"
command -v psql >/dev/null && command -v pg_dump >/dev/null || exit 77
"$real_bindir/postgres" --version | grep -q ' 1[2-4]\.' && exit 77 # its public schema is everybody's

# A private server that another run has left is production's. Its log has no name any more.
leave_server
make_production "$super" >"$folder/null" 2>&1
pg_dump -C -d "$super dbname=shop" >whole.sql
log="/proc/$(postmaster)/fd/2"
psql -XAtqd "$super dbname=postgres" -c "ALTER SYSTEM SET log_statement = 'all'" -c "ALTER SYSTEM SET log_line_prefix = '%a|'" \
	-c "ALTER SYSTEM SET statement_timeout = '77s'" -c 'SELECT pg_reload_conf()' >"$folder/null"
in_time sh -c "psql -XAtqd '$super dbname=postgres' -c 'SHOW statement_timeout' | grep -q 77s"
counts() {
	psql -XAtqd "$super dbname=shop" -c "SELECT xact_commit >= 0, tup_inserted, tup_updated, tup_deleted FROM pg_stat_database
		WHERE datname = 'shop'" -c 'SELECT oid, relname, relfilenode, xmin FROM pg_class ORDER BY 1' \
		-c 'SELECT last_value, is_called FROM sales.customer_id_seq' -c 'SELECT *, xmin FROM sales.customer'
}
before=$(counts)

# The schema, the version rows and no others; settings of the role and of the server come along.
run capture "postgresql+asyncpg://rehearse@/shop?host=$server"
is_status 0
cp "$folder/out" schema.sql
is_err <<'OUT'
note: the rows of 3 of 4 tables were left out, and where their sequences stand
note: a large object was left out
OUT
has_out "ALTER ROLE app IN DATABASE shop SET lock_timeout TO '3s';"
has_out "ALTER DATABASE shop SET statement_timeout TO '77000ms';"
has_out "ALTER DATABASE shop SET default_transaction_isolation TO 'repeatable read';"
holds "$(grep -c '^COPY' schema.sql)" = 1
lacks_out 'a@x'
lacks_out setval

# As the owner, by a password file, a service, the environment: as libpq finds them. A password shows nowhere.
psql -XAtqd "$super dbname=postgres" -c "ALTER ROLE app PASSWORD 'hushhush'"
printf '[shop]\nhost=%s\nuser=app\ndbname=shop\npassword=hushhush\n' "$server" >services
printf '*:*:*:app:hushhush\n' >passwords
chmod 600 passwords services
PGSERVICEFILE=$PWD/services run capture service=shop -o service.sql --rows all
is_status 0
PGHOST=$server PGUSER=app PGDATABASE=shop PGPASSFILE=$PWD/passwords run capture postgresql:// -o environment.sql --rows all
is_status 0
run capture "postgresql://app:hushhush@/shop?host=$server" --output rows.sql --rows customer --rows sales.item
is_status 0
lacks_err hushhush
holds -z "$(grep -l hushhush ./*.sql)"
holds "$(grep -c '^COPY' rows.sql)" = 4
holds "$(stat -c %a rows.sql)" = 600
holds "$(cat "$folder/err")" = 'note: a large object was left out'

# No session of ours has written; what has run is in the log.
holds "$(counts)" = "$before"
grep -a '^rehearse capture' "$log" >said
holds "$(grep -c 'SELECT' said)" -gt 20
holds -z "$(grep -aiE 'statement: (INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|TRUNCATE|GRANT|REVOKE|VACUUM|ANALYZE|REFRESH|CALL|DO|COPY [^;]* FROM)|nextval|setval' said)"
holds -z "$(grep -ai 'LOCK TABLE' said | grep -v 'IN ACCESS SHARE MODE')"
holds -z "$(grep -a hushhush said)"

# Restored, all of them are what pg_dump alone gives.
cat >equal.yaml <<'YAML'
rehearse: 1
engines: [postgres]
configure: {version_table_schema: sales}
revisions: [{revision: a1, down_revision: null}]
states:
  whole: {load: whole.sql}
  schema: {load: schema.sql}
  service: {load: service.sql}
  environment: {load: environment.sql}
  rows: {load: rows.sql}
strategies:
  equal:
    states: [whole, schema, service, environment, rows]
    steps: [{version: a1}, {check: {sql: SHOW search_path, equals: "sales, public"}}]
    goal: {schema: {same_as: "state:whole"}}
  same:
    states: [whole, service, environment, rows]
    steps:
      - check: {sql: "SELECT id, email, tags FROM sales.customer ORDER BY id", equals: "1|A@x|\"a\"=>\"1\"\n2|b@x|\n3|c@x|"}
      - check: {sql: "SELECT nextval('sales.customer_id_seq')", equals: "4"}
  settings:
    states: [schema, service]
    steps:
      - check: {sql: SHOW lock_timeout, equals: 3s}
      - check: {sql: SHOW statement_timeout, equals: 77s}
      - check: {sql: SHOW default_transaction_isolation, equals: repeatable read}
YAML
if is_thorough; then
	run run equal.yaml
	is_status 0
	has_out '11 cells: 11 as expected'
	lacks_out note
else
	run run --filter /equal@ equal.yaml
	is_status 0
	has_out '5 cells: 5 as expected'
fi

# Busy: who holds a lock is waited for some seconds and no longer, and is named; long transactions are in nobody's way.
held() { # SQL
	psql -XAtqd "$super dbname=shop application_name=nightly" -c "BEGIN; $1; SELECT pg_sleep(30)" >"$folder/null" 2>&1 &
	holder=$!
	in_time sh -c "psql -XAtqd '$super dbname=shop' -c \"SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%'
		AND application_name = 'nightly' AND wait_event = 'PgSleep'\" | grep -q 1"
}
held 'LOCK TABLE sales.item IN ACCESS EXCLUSIVE MODE'
began=$(date +%s)
run capture "$super dbname=shop" -o busy.sql
is_status 3
holds $(($(date +%s) - began)) -lt 12
has_err 'error: the database is busy: table sales.item cannot be read, as another session holds a lock on it: process '
has_err 'of rehearse (nightly), in a transaction for 00:00:'
holds -z "$(ls | grep busy)"
holds -z "$(psql -XAtqd "$super dbname=shop" -c "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'rehearse capture%'")"
psql -XAtqd "$super dbname=shop" -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'nightly'" >"$folder/null"
wait "$holder"
held 'UPDATE sales.customer SET tenant = tenant; LOCK TABLE sales.item IN EXCLUSIVE MODE'
run capture "$super dbname=shop" -o free.sql
is_status 0
psql -XAtqd "$super dbname=shop" -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'nightly'" >"$folder/null"
wait "$holder"

# Programs that are too old say so, as do addresses that lead nowhere.
mkdir old
printf '#!/bin/sh\necho "pg_dump (PostgreSQL) 9.1.2"\n' >old/pg_dump
cp old/pg_dump old/pg_restore
chmod +x old/*
ls /usr/lib/postgresql/*/bin/pg_dump >"$folder/null" 2>&1 || {
	run capture "$super dbname=shop" --pg-bindir "$PWD/old"
	is_status 3
	has_err 'cannot read it'
}
psql -XAtqd "$super dbname=other" -c 'CREATE TABLE theirs ()'
run capture "postgresql://app@/other?host=$server"
is_status 3
has_err 'error: pg_dump cannot read the database: permission denied for table theirs'
psql -XAtqd "$super dbname=other" -c 'DROP TABLE theirs'
run capture "$super dbname=nowhere"
is_status 3
has_err 'database "nowhere" does not exist'
run capture "$super dbname=shop" --rows custmer
is_status 2
has_err "Did you mean 'customer'?"

# Captured on the fly, where a database is asked for.
cat >tree.yaml <<'YAML'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE country (code text)}
  - {revision: a2, down_revision: a1, upgrade: ALTER TABLE country ADD COLUMN name text}
YAML
psql -XAtqd "$super dbname=other" -c 'DROP SCHEMA elsewhere CASCADE' -c 'GRANT CREATE ON SCHEMA public TO app' -c 'SET ROLE app' -c 'CREATE TABLE country (code text)' \
	-c "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))" \
	-c "INSERT INTO alembic_version VALUES ('a2')" 2>"$folder/null"
run locate tree.yaml --database "postgresql://app:hushhush@/other?host=$server"
is_status 1
has_out 'a1'
lacks_out hushhush
no_err
run locate tree.yaml --database "$super dbname=other port=1"
is_status 3

# What it lacks is told; that rows are left out which were not asked for is not.
psql -XAtqd "$super dbname=other" -c 'CREATE FOREIGN DATA WRAPPER far' -c 'CREATE SERVER away FOREIGN DATA WRAPPER far' \
	-c 'CREATE FOREIGN TABLE distant (a integer) SERVER away'
run repair tree.yaml --database "$super dbname=other"
has_err 'note: the rows of foreign tables were left out'
run locate tree.yaml --database "$super dbname=other"
lacks_err note
psql -XAtqd "$super dbname=other" -c 'DROP FOREIGN DATA WRAPPER far CASCADE' 2>"$folder/null"
holds "$(ls "$TMPDIR")" = "$(basename "$server")"

drop_production "$super"
sh -c "$stop"
in_time nothing_is_left
