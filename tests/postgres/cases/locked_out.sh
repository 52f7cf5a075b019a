# SQL that changes the way into its own database, on a private server and on one that is lent.
. "$here/../postgres/prelude.sh"
command -v psql >/dev/null || exit 77

cat >scenarios/doors.yaml <<'END'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE a (id integer PRIMARY KEY)}
states:
  fresh: {}
  renewed: {sql: ALTER ROLE CURRENT_USER PASSWORD 'of the state'}
strategies:
  other-password:
    steps:
      - sql: ALTER ROLE CURRENT_USER PASSWORD 'other'
      - upgrade: head
      - sql: ALTER ROLE CURRENT_USER PASSWORD NULL
      - load: rows.sql
      - sql: ALTER ROLE CURRENT_USER PASSWORD 'another'
  nothing-of-it:
    steps:
      - upgrade: head
  no-connections:
    states: [fresh]
    steps:
      - upgrade: head
      - sql: DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 0', current_database()); END $$
  no-connections-then-more:
    states: [fresh]
    steps:
      - sql: DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 0', current_database()); END $$
      - upgrade: head
  no-right:
    states: [fresh]
    steps:
      - sql: DO $$ BEGIN EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC, CURRENT_USER', current_database()); END $$
  no-right-then-load:
    states: [fresh]
    steps:
      - sql: DO $$ BEGIN EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC, CURRENT_USER', current_database()); END $$
      - load: rows.sql
goal:
  version: heads
outcomes:
  no-connections@*: {fails_at: 2, error: '^too many connections for database$'}
  no-connections-then-more@*: {fails_at: 2, error: '^too many connections for database$'}
  no-right@*: {fails_at: 1, error: '^permission denied for database$'}
  no-right-then-load@*: {fails_at: 2, error: '^permission denied for database$'}
END
printf 'INSERT INTO a VALUES (1);\n' >scenarios/rows.sql

run run --jobs 1 "$PWD/scenarios/doors.yaml"
is_status 0
has_out '8 cells: 8 as expected'
run explain doors no-right@fresh
is_status 0
has_out '  schema   unreadable: permission denied for database'

# A private server that another run has left stands for somebody's, who has it ask for passwords.
run run --keep all --filter nothing-of-it@fresh "$PWD/scenarios/doors.yaml"
is_status 0
stop=$(sed -n 's/.*, and remove them, with: //p' "$folder/err")
server=$(echo "$TMPDIR"/rehearse-pg-*)
sql() {
	psql -XAtqd "host=$server user=rehearse dbname=postgres" -c "$1"
}
sql 'GRANT CONNECT ON DATABASE postgres TO PUBLIC'
sql "CREATE ROLE lender LOGIN CREATEDB CREATEROLE PASSWORD 'secret'"
printf 'local all rehearse trust\nlocal all all scram-sha-256\n' >"$server/data/pg_hba.conf"
sql 'SELECT pg_reload_conf()' >"$folder/null"
asks() {
	! psql -Xwqd "host=$server user=lender dbname=postgres" -c '' 2>"$folder/null"
}
in_time asks
lent="host=$server user=lender password=secret"
run run --jobs 1 --postgres "$lent" "$PWD/scenarios/doors.yaml"
is_status 0
has_out '8 cells: 8 as expected'

# What is kept is open to whoever lent the server.
run run --jobs 1 --keep all --filter no- --postgres "$lent" "$PWD/scenarios/doors.yaml"
is_status 0
sed -n 's/.*\(psql .*\)/\1/p' "$folder/out" >"$folder/commands"
holds "$(grep -c . "$folder/commands")" -eq 4
while read -r look; do
	holds "$(PGPASSWORD=secret sh -c "$look -XAtc 'SELECT 1'")" = 1
done <"$folder/commands"
sh -c "$stop" 2>"$folder/null"
in_time nothing_is_left
