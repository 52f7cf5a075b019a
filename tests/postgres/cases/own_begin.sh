# A BEGIN in the SQL of an autocommit block: psycopg2 does not know of it, so what it opens goes on behind the
# block, until the command commits or the connection closes. Real Alembic says the same.
. "$here/../postgres/prelude.sh"
cat >scenarios/own_begin.yaml <<'END'
rehearse: 1
engines: [postgres]
revisions:
  - revision: a1
    down_revision: null
    autocommit: true
    upgrade: CREATE TABLE a (id integer); BEGIN; CREATE TABLE a_too (id integer)
  - {revision: b2, down_revision: a1, upgrade: CREATE TABLE b (id integer); SELECT 1 / 0}
  - {revision: c3, down_revision: null, autocommit: true, upgrade: CREATE TABLE c (id integer); START TRANSACTION READ ONLY}
  - {revision: e5, down_revision: null, autocommit: true, upgrade: BEGIN; CREATE TABLE e (id integer); LOCK TABLE held}
  - {revision: d4, down_revision: null, autocommit: true, upgrade: BEGIN; CREATE TABLE d (id integer); SELECT 1 / 0}
  - {revision: d5, down_revision: a0, autocommit: true, upgrade: BEGIN; CREATE TABLE d (id integer); SELECT 1 / 0}
  - {revision: a0, down_revision: null, autocommit: true, upgrade: SELECT 1}
states:
  fresh: {}
  in-use:
    sql: CREATE TABLE held (id integer)
    sessions:
      other: BEGIN; LOCK TABLE held
strategies:
  goes-on:
    states: [fresh]
    steps:
      - upgrade: a1
      - check: {sql: "SELECT to_regclass('a_too')", equals: a_too}
      - version: a1
  is-lost-with-what-follows:
    states: [fresh]
    steps:
      - upgrade: b2
        fails: division by zero
      - check: {sql: "SELECT to_regclass('a')", equals: a}
      - check: {sql: "SELECT to_regclass('a_too')", equals: ""}
      - version: []
  takes-no-row:
    states: [fresh]
    steps:
      - upgrade: c3
        fails: '^cannot execute INSERT in a read-only transaction$'
      - check: {sql: "SELECT to_regclass('c')", equals: c}
      - version: []
  fails-inside:
    states: [fresh]
    steps:
      - upgrade: d4
        fails: '^division by zero$'
      - check: {sql: "SELECT to_regclass('d')", equals: ""}
      - version: []
  fails-in-the-second-block:
    states: [fresh]
    steps:
      - upgrade: d5
        fails: '^current transaction is aborted, commands ignored until end of transaction block$'
      - check: {sql: "SELECT to_regclass('d')", equals: ""}
      - version: [a0]
      - upgrade: d5
        fails: '^division by zero$'
  waits-inside:
    states: [in-use]
    steps:
      - upgrade: e5
        fails: '^Blocked: waits for ever for a lock that session .other. holds$'
      - check: {sql: "SELECT to_regclass('e')", equals: ""}
END
run run "$PWD/scenarios/own_begin.yaml"
is_status 0
has_out '6 cells: 6 as expected'
