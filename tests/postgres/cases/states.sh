# What a state is, on PostgreSQL, beside its schema: how its bodies ran, and what env.py does.
. "$here/../postgres/prelude.sh"

# SET LOCAL, ON COMMIT, LOCK TABLE and deferred constraints need the transaction that Alembic ran a body in.
cat >scenarios/ran.yaml <<'YAML'
rehearse: 1
title: SET LOCAL in a body
engines: [postgres]
revisions:
  - {revision: t0, down_revision: null, upgrade: CREATE SCHEMA tenant;}
  - {revision: t1, down_revision: t0, upgrade: "SET LOCAL search_path = tenant; CREATE TABLE entities (id integer PRIMARY KEY);"}
  - {revision: t2, down_revision: t1, upgrade: "LOCK TABLE tenant.entities; CREATE TEMPORARY TABLE o (n integer) ON COMMIT DROP"}
  - {revision: t3, down_revision: t2, upgrade: "CREATE INDEX CONCURRENTLY ix ON tenant.entities (id)", autocommit: true}
  - revision: t4
    down_revision: t3
    upgrade: |
      CREATE TABLE late (id integer PRIMARY KEY, up integer REFERENCES late DEFERRABLE INITIALLY DEFERRED);
      INSERT INTO late VALUES (1, 2);
      INSERT INTO late VALUES (2, 1);
  - {revision: t5, down_revision: t4, upgrade: "CREATE TABLE undone (id integer); INSERT INTO late VALUES (3, 4)"}
states:
  by-schema: {schema: t0}
  by-ran: {ran: [t0, t1, t2, t3, t4], version: t1}
  half: {ran: [t0, t1, t4, t5], version: t1}
strategies:
  up:
    steps:
      - sql: SET search_path = public
      - check: {sql: "SELECT table_schema FROM information_schema.tables WHERE table_name = 'entities'", matches: '^(tenant)?$'}
YAML
run run --format json --jobs 1 "$PWD/scenarios/ran.yaml"
is_status 1
has_out '"name": "ran/up@by-ran:postgres"'
has_out '"as_expected": 2,'
has_out '"message": "insert or update on table \"late\" violates foreign key constraint \"late_up_fkey\""'
lacks_out 'table undone'

# Nobody makes the schema of the version table but env.py.
cat >scenarios/meta.yaml <<'YAML'
rehearse: 1
title: A schema for the version table
engines: [postgres]
configure: {version_table_schema: meta, before: CREATE SCHEMA meta, on_connect: SET search_path = meta}
revisions:
  - {revision: s1, down_revision: null, upgrade: CREATE TABLE t (id integer PRIMARY KEY);}
states:
  fresh: {}
  deployed: {schema: s1}
strategies:
  up: {steps: [{upgrade: head}, {check: {sql: SHOW search_path, equals: '"$user", public'}}]}
goal: {version: heads, schema: {same_as: fresh, has: [table meta.t]}}
YAML
run run "$PWD/scenarios/meta.yaml"
is_status 0

sed 's/, before.*/}/' scenarios/meta.yaml >scenarios/nobody.yaml
run run "$PWD/scenarios/nobody.yaml"
is_status 1
has_out 'DatabaseError: schema "meta" does not exist'
has_out '      hint: Where env.py makes it, say so: configure: {before: CREATE SCHEMA meta}.'

run explain meta up@deployed
is_status 0
has_out '  At the start of every connection it runs:'
has_out '     4   SET search_path = meta'
