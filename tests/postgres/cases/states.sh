# What a state is, on PostgreSQL, beside its schema: how its bodies ran, and what env.py does.
. "$here/../postgres/prelude.sh"
some_jobs=3
is_thorough && some_jobs='1 3'

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

run explain meta up@deployed
is_status 0
has_out '  At the start of every connection it runs:'
has_out '     4   SET search_path = meta'

# What a state sets for its role or its database is there in every clone, and is nobody else's.
cat >scenarios/settings.yaml <<'YAML'
rehearse: 1
title: A role's timeout
engines: [postgres]
revisions:
  - {revision: r1, down_revision: null, upgrade: SELECT pg_sleep(0.6);}
  - {revision: r2, down_revision: r1, upgrade: CREATE TABLE t (n integer);, downgrade: DROP TABLE t}
states:
  fresh: {}
  production: {sql: ALTER ROLE CURRENT_USER SET statement_timeout = '300ms'}
  settings:
    sql: |
      ALTER ROLE CURRENT_USER SET search_path = '';
      DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET search_path = "$user", "Odd ""name", public', current_database());
        EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'Asia/Tokyo');
        EXECUTE format('ALTER DATABASE %I SET application_name = %L', current_database(), 'it''s, "me"');
        EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I SET lock_timeout = %L', current_database(), '7s');
        EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
        EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 5', current_database());
        EXECUTE format('COMMENT ON DATABASE %I IS %L', current_database(), 'it''s ours');
      END $$;
  shut:
    sql: |
      DO $$ BEGIN
        EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database());
        EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM CURRENT_USER', current_database());
      END $$;
  orphan: {sql: "BEGIN; CREATE TABLE o (n integer); PREPARE TRANSACTION 'orphan'"}
strategies:
  up: {steps: [{upgrade: head}]}
  look:
    states: [settings]
    steps:
      - check: {sql: "SELECT rolconfig FROM pg_roles WHERE rolname = current_user", equals: '{"search_path=\"\""}'}
      - check: {sql: "SELECT setrole::regrole::text <> '-', setconfig FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1", equals: "f|{\"search_path=\\\"$user\\\", \\\"Odd \\\"\\\"name\\\", public\",TimeZone=Asia/Tokyo,\"application_name=it's, \\\"me\\\"\"}\nt|{lock_timeout=7s}"}
      - check: {sql: "SHOW lock_timeout", equals: 7s}
      - check: {sql: "SELECT datconnlimit, shobj_description(oid, 'pg_database'), has_database_privilege('public', oid, 'connect') FROM pg_database WHERE datname = current_database()", equals: "5|it's ours|f"}
    goal: {version: base}
  again:
    states: [fresh]
    steps:
      - backup: b0
      - sql: |
          ALTER ROLE CURRENT_USER SET statement_timeout = '7s';
          DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET lock_timeout = 3', current_database()); END $$;
      - backup: b
      - check: {sql: SHOW statement_timeout, equals: 7s}
      - check: {sql: SHOW lock_timeout, equals: 3ms}
      - sql: ALTER ROLE CURRENT_USER SET statement_timeout = '8s'
      - restore: b
      - check: {sql: SHOW statement_timeout, equals: 8s}
      - check: {sql: SHOW lock_timeout, equals: 3ms}
      - restore: b0
      - check: {sql: SHOW statement_timeout, equals: 8s}
      - check: {sql: SHOW lock_timeout, equals: "0"}
      - upgrade: r1
      - sql: CREATE TABLE t (n integer)
      - stamp: head
    goal:
      schema: {same_as: strategy:up}
      round_trip: true
      check: [{sql: SHOW statement_timeout, equals: 8s}]
  default:
    states: [fresh]
    steps:
      - check: {sql: SHOW statement_timeout, equals: "0"}
    goal: {version: base}
goal: {version: heads}
outcomes:
  up@production: {fails_at: 1, error: statement timeout}
  up@settings: {fails_at: 1, error: no schema has been selected}
  up@shut: {fails_at: 1, error: permission denied for database}
YAML
for jobs in $some_jobs; do
	run run --jobs "$jobs" "$PWD/scenarios/settings.yaml"
	is_status 1
	has_out '8 cells: 7 as expected, 1 differs'
	has_out "ScenarioError: the state leaves the transaction 'orphan' prepared, which no copy of the database would have"
	has_out '      hint: Prepare it in a session of the state: each cell has that for itself.'
done

# Letters and their case are those of UTF-8; texts are ordered by their bytes.
cat >scenarios/letters.yaml <<'YAML'
rehearse: 1
title: Letters
engines: [postgres]
revisions: [{revision: r1, down_revision: null, upgrade: "CREATE TABLE m (e text); INSERT INTO m VALUES ('ÄÖÜ@X'), ('zeta'), ('Zoe'); UPDATE m SET e = lower(e)"}]
strategies:
  up:
    steps:
      - upgrade: head
      - check: {sql: "SELECT e FROM m ORDER BY e", equals: "zeta\nzoe\näöü@x"}
      - check: {sql: "SELECT 'ä' ~ '[[:alpha:]]', 'ä' ILIKE 'Ä', initcap('élan')", equals: "t|t|Élan"}
      - check: {sql: "SELECT x FROM (VALUES ('b'), ('B'), ('a'), ('_')) v (x) ORDER BY x", equals: "B\n_\na\nb"}
YAML

# A locale has an order of its own, by ICU where the system has none of that name.
cat >scenarios/locale.yaml <<'YAML'
rehearse: 1
title: Order
engines: [postgres]
configure: {locale: de_AT.UTF-8}
states:
  fresh: {}
  filled: {sql: CREATE TABLE t (x text), seed: "INSERT INTO t VALUES ('b'), ('B'), ('a'), ('ä')"}
strategies:
  order:
    states: [filled]
    steps:
      - check: {sql: SELECT x FROM t ORDER BY x, equals: "a\nä\nb\nB"}
      - check: {sql: "SELECT lower('ÄÖÜ'), 'ä' ~ '[[:alpha:]]'", equals: "äöü|t"}
YAML
if [ "$(printf '%s' "$("$real_bindir/postgres" --version)" | sed 's/.*) \([0-9]*\).*/\1/')" -ge 15 ]; then
	run run "$PWD/scenarios/locale.yaml" "$PWD/scenarios/letters.yaml"
	is_status 0
	has_out '2 cells: 2 as expected'
	locale -a | grep -qi '^de_AT.utf-*8$' ||
		has_out "  note: the server's system has no locale 'de_AT.UTF-8': ICU orders texts, by its own rules for 'de-AT'"
else
	run run "$PWD/scenarios/letters.yaml"
	is_status 0
fi

# A locale of no language is none, and one of which ICU knows the language alone is as that.
if locale -a | grep -qi '^de_ZZ' || [ "$(printf '%s' "$("$real_bindir/postgres" --version)" | sed 's/.*) \([0-9]*\).*/\1/')" -lt 15 ]; then
	:
else
	sed 's/de_AT/xx_YY/' scenarios/locale.yaml >scenarios/no-locale.yaml
	run run "$PWD/scenarios/no-locale.yaml"
	is_status 3
	has_out "skipped 1 cell on postgres: there is no locale 'xx_YY.UTF-8': neither the server's system has one, nor has ICU a language 'xx'"
	sed 's/de_AT/de_ZZ/' scenarios/locale.yaml >scenarios/some-locale.yaml
	run run "$PWD/scenarios/some-locale.yaml"
	is_status 0
	has_out "ICU orders texts, by its own rules for 'de'"
fi

# SQL that names the collation of a locale, as dumps do, has it: in a state and its clones, in steps, in the models.
cat >scenarios/collations.yaml <<'YAML'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: 'CREATE TABLE t (x text COLLATE "en_ZA.utf8")', downgrade: DROP TABLE t}
states:
  fresh: {}
  filled: {schema: a1, seed: "INSERT INTO t VALUES ('b'), ('B'), ('a'), ('ä')"}
strategies:
  up: {steps: [{upgrade: head}]}
  order:
    states: [filled]
    steps:
      - check: {sql: SELECT x FROM t ORDER BY x, equals: "a\nä\nb\nB"}
      - check: {sql: 'SELECT x FROM t ORDER BY x COLLATE pg_catalog."sv_FI.UTF-8"', equals: "a\nb\nB\nä"}
  no-language:
    steps: [{sql: 'SELECT ''a'' COLLATE "xx_YY.utf8"', fails: collation "xx_YY.utf8" for encoding "UTF8" does not exist}]
    goal: {schema: {lacks: [table u]}, round_trip: false}
  no-hint: {states: [fresh], steps: [{sql: "CREATE COLLATION c (locale = 'xx_YY.utf8')"}]}
goal: {schema: {same_as: fresh}, round_trip: true}
YAML
sed 's/, before.*/}/' scenarios/meta.yaml >scenarios/nobody.yaml # of whom the schema of the version table is none's
run run "$PWD/scenarios/collations.yaml" "$PWD/scenarios/nobody.yaml"
is_status 1
has_out '8 cells: 0 as expected, 2 differ; 5 work, 1 does not'
has_out 'DatabaseError: schema "meta" does not exist'
has_out '      hint: Where env.py makes it, say so: configure: {before: CREATE SCHEMA meta}.'
has_out "      hint: The system of the server has no such locale. Where PostgreSQL has ICU, (provider = icu, locale = 'xx-YY') orders alike."
locale -a | grep -qi '^en_ZA.utf-*8$' ||
	has_out "  note: the server's system has no locale 'en_ZA.utf8': ICU orders texts by its rules for 'en-ZA' where SQL names that collation"

# A private server has room for more locks than others have, and says where one of those would not have had it.
cat >scenarios/locks.yaml <<'YAML'
rehearse: 1
title: Locks
engines: [postgres]
revisions:
  - {revision: r1, down_revision: null, upgrade: "SELECT pg_advisory_xact_lock(n) FROM generate_series(1, 12000) n"}
strategies:
  one: {steps: [{upgrade: head}]}
  two: {steps: [{upgrade: head}]}
YAML
run run --jobs 2 "$PWD/scenarios/locks.yaml"
is_status 0
has_out '  note: a transaction took more locks than a server with default settings has room for (6400): raise max_locks_per_transaction there, or commit more often'

# Whom the server ran out of memory for is played again by itself; if that is not enough, it is the verdict. It takes a while.
is_thorough || return 0
cat >scenarios/crowd.yaml <<'YAML'
rehearse: 1
title: More locks than there is room for
engines: [postgres]
revisions:
  - {revision: r1, down_revision: null, upgrade: "SELECT pg_advisory_xact_lock(n) FROM generate_series(1, 60000) n; SELECT pg_sleep(0.5)"}
strategies:
  one: {steps: [{upgrade: head}]}
  two: {steps: [{upgrade: head}]}
  three:
    steps: [{sql: "SELECT pg_advisory_lock(n) FROM generate_series(1, 200000) n"}, {upgrade: head}]
outcomes: {three@*: {fails_at: 1, error: out of shared memory}}
YAML
run run --jobs 3 --verbose "$PWD/scenarios/crowd.yaml"
is_status 0
has_out '3 cells: 3 as expected'
