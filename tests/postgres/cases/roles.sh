# Roles that a scenario wants: they are there for its cells alone, whatever other cells do.
. "$here/../postgres/prelude.sh"
command -v psql >/dev/null || exit 77

cat >scenarios/roles.yaml <<'YAML'
rehearse: 1
title: An application role
engines: [postgres]
roles: [app, "Odd name"]
revisions:
  - revision: r1
    down_revision: null
    upgrade: |
      CREATE TABLE notes (id integer PRIMARY KEY, tenant text);
      GRANT SELECT, INSERT ON notes TO app;
      ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own ON notes TO app USING (tenant = current_setting('my.tenant', true));
      INSERT INTO notes VALUES (1, 'red'), (2, 'blue');
  - {revision: r2, down_revision: r1, upgrade: "CREATE TABLE owned (n integer); GRANT CREATE ON SCHEMA public TO \"Odd name\"; ALTER TABLE owned OWNER TO \"Odd name\""}
states:
  fresh: {}
  production: {schema: r1}
strategies:
  up:
    steps:
      - upgrade: head
      - check: {sql: "SET ROLE app; SELECT set_config('my.tenant', 'red', false); SELECT count(*) FROM notes", matches: '1$'}
      - {sql: SET ROLE app; DELETE FROM notes, fails: permission denied}
      - sql: SET ROLE app; ALTER ROLE app SET timezone = 'Asia/Tokyo'
      - backup: b
      - restore: b
      - check: {sql: "SELECT count(*) FROM pg_roles WHERE rolname IN ('app', 'Odd name')", equals: "2"}
  rights:
    steps:
      - upgrade: head
      - check: {sql: "SELECT rolcanlogin, rolsuper, rolcreaterole, rolconfig IS NULL FROM pg_roles WHERE rolname = 'app'", equals: f|f|f|t}
      - {sql: CREATE ROLE other, fails: permission denied}
goal: {version: heads, schema: {same_as: fresh}}
YAML
cat >scenarios/nobody.yaml <<'YAML'
rehearse: 1
title: No role
engines: [postgres]
revisions: [{revision: r1, down_revision: null, upgrade: "CREATE TABLE t (n integer); SELECT pg_sleep(0.05); GRANT SELECT ON t TO app"}]
strategies:
  a: {steps: [{upgrade: head}]}
  b: {steps: [{upgrade: head}]}
  c: {steps: [{upgrade: head}]}
  d: {steps: [{upgrade: head}]}
outcomes: {"*@*": {fails_at: 1, error: does not exist}}
YAML
for jobs in 1 4; do
	run run --jobs "$jobs" "$PWD/scenarios/roles.yaml" "$PWD/scenarios/nobody.yaml"
	is_status 0
	has_out '8 cells: 8 as expected'
done
in_time nothing_is_left

# A private server that another run has left stands for somebody's.
run run --keep all --filter one "$PWD/scenarios/both.yaml"
is_status 0
stop=$(sed -n 's/.*, and remove them, with: //p' "$folder/err")
server=$(echo "$TMPDIR"/rehearse-pg-*)
admin="host=$server user=rehearse dbname=postgres"
sql() {
	psql -XAtqd "$admin" -c "$1" 2>&1
}
run clean --kept --postgres "$admin"
is_status 0
sql 'GRANT CONNECT ON DATABASE postgres TO PUBLIC'
sql "CREATE ROLE lender LOGIN CREATEDB CREATEROLE PASSWORD 'it''s\\me'"
sql 'CREATE DATABASE theirs OWNER lender'
sql 'CREATE ROLE poor LOGIN'
# Passwords are asked for, of everybody but the administrator.
printf 'local all rehearse trust\nlocal all all scram-sha-256\n' >"$folder/hba"
cat "$folder/hba" >"$server/data/pg_hba.conf"
sql 'SELECT pg_reload_conf()' >"$folder/null"
sleep 0.5
lent="postgresql://lender:it%27s%5Cme@/theirs?host=$(echo "$server" | sed 's|/|%2F|g')&sslmode=prefer"


server_is_as_before() {
	[ "$(sql "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1" | tr '\n' ' ')" = "$1" ]
}
run run --jobs 4 --postgres "$lent" "$PWD/scenarios/roles.yaml" "$PWD/scenarios/nobody.yaml"
is_status 0
has_out '8 cells: 8 as expected'
in_time server_is_as_before 'lender poor rehearse '

# A run that is killed in a cell leaves the role under its own name; the comment says whose it is.
cat >scenarios/stays.yaml <<'YAML'
rehearse: 1
engines: [postgres]
roles: [app]
steps: [{sql: DO 'BEGIN PERFORM pg_sleep(600); END'}]
YAML
has_app() {
	[ -n "$(sql "SELECT 1 FROM pg_roles WHERE rolname = 'app'")" ]
}
"$program" run --jobs 1 --postgres "$lent" "$PWD/scenarios/stays.yaml" >"$folder/null" 2>&1 </dev/null &
parent=$!
in_time has_app
kill -KILL "$parent"
ended
in_time server_is_as_before 'lender poor rehearse '
run run --postgres "$lent" "$PWD/scenarios/roles.yaml"
is_status 0

# What was there before is nobody's to touch.
sql "CREATE ROLE app; COMMENT ON ROLE app IS 'ours'"
run run --postgres "$lent" "$PWD/scenarios/roles.yaml" "$PWD/scenarios/nobody.yaml"
has_out "the server has a role 'app' of its own"
in_time server_is_as_before 'app lender poor rehearse '
[ "$(sql "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'app'")" = ours ] ||
	fail 'the comment of a role has changed'
eval "$stop"
in_time nothing_is_left

# What the scenario's own role has in an exported database is whoever's that loads it; nothing of it is left out.
cat >scenarios/own.yaml <<'YAML'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE t (i integer)}
states:
  own:
    schema: a1
    sql: |
      CREATE POLICY mine ON t TO CURRENT_USER USING (true);
      REVOKE DELETE ON t FROM CURRENT_USER;
strategies: {up: {steps: [{upgrade: head}]}}
goal: {version: heads}
YAML
run export "$PWD/scenarios/own.yaml" exported --engine postgres
is_status 0
holds "$(grep -c 'POLICY mine ON public.t TO CURRENT_USER' exported/database.sql)" -eq 1
holds "$(grep -c 'ON TABLE public.t [TF][OR].* *CURRENT_USER' exported/database.sql)" -ge 1
holds "$(grep -c 'rehearse_' exported/database.sql)" -eq 0
