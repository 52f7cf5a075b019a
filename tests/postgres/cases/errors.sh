# What PostgreSQL says of an error is told in its parts, with the revision and the statement, and patterns find it.
. "$here/../postgres/prelude.sh"
cat >scenarios/errors.yaml <<'YAML'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: "CREATE TABLE t (email text)"}
  - revision: b2
    down_revision: a1
    upgrade: |
      CREATE UNIQUE INDEX ux
        ON t (email)
  - {revision: c3, down_revision: b2, upgrade: "CREATE TABLE t (i integer)"}
  - revision: d4
    down_revision: a1
    upgrade: |
      CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT nope FROM t); END';
      SELECT f()
  - {revision: e5, down_revision: a1, upgrade: "SELECT emial FROM t"}
states:
  doubled: {schema: a1, seed: "INSERT INTO t VALUES ('x'), ('x')"}
  lost: {schema: a1, sql: DROP TABLE alembic_version, version: none}
strategies:
  twice: {states: [doubled], steps: [{upgrade: c3, fails: 'Key \(email\)=\(x\) is duplicated'}]}
  by-hint: {states: [doubled], steps: [{upgrade: e5, fails: 'Perhaps you meant to reference .*t.email'}]}
  otherwise: {states: [doubled], steps: [{upgrade: b2, fails: boom}]}
  taken: {states: [doubled], steps: [{sql: TRUNCATE t}, {upgrade: c3}]}
  inside: {states: [doubled], steps: [{upgrade: d4}]}
  lost-on-the-way:
    states: [doubled]
    change_revisions: {b2: {upgrade: DROP TABLE alembic_version}}
    steps: [{upgrade: b2}]
  claimed: {states: [doubled], steps: [{upgrade: b2}]}
outcomes:
  claimed@doubled: {fails_at: 1, error: 'is duplicated'}
YAML
# Patterns find details and hints. A step that fails otherwise shows what it met, and a note what was expected. Where
# the server names no place, the caret stands at the statement; a place inside a function is none in the statement.
# Alembic's own statements have their revision, too.
run run scenarios/errors.yaml
is_status 1
is_out <<'END'
errors

  postgres          doubled
  twice             ✓ works
  by-hint           ✓ works
  otherwise         ✗ fails at 1 !
  taken             ✗ fails at 2 !
  inside            ✗ fails at 1 !
  lost-on-the-way   ✗ fails at 1 !
  claimed           ✗ fails at 1

  ! errors/otherwise@doubled:postgres
    fails at step 1; claimed: works
    scenarios/errors.yaml:8:7: error: DatabaseError: could not create unique index "ux"
        8 |       CREATE UNIQUE INDEX ux
          |       ^~~~~~
      in revision b2
      statement: CREATE UNIQUE INDEX ux ON t (email)
      SQLSTATE 23505
      detail: Key (email)=(x) is duplicated.
      while playing step 1 of strategy 'otherwise': upgrade b2
    note: step 1 was expected to fail with 'boom'

  ! errors/taken@doubled:postgres
    fails at step 2; claimed: works
    scenarios/errors.yaml:10:49: error: DatabaseError: relation "t" already exists
       10 |   - {revision: c3, down_revision: b2, upgrade: "CREATE TABLE t (i integer)"}
          |                                                 ^~~~~~
      in revision c3
      statement: CREATE TABLE t (i integer)
      SQLSTATE 42P07
      while playing step 2 of strategy 'taken': upgrade c3

  ! errors/inside@doubled:postgres
    fails at step 1; claimed: works
    scenarios/errors.yaml:15:7: error: DatabaseError: column "nope" does not exist
       15 |       SELECT f()
          |       ^~~~~~
      in revision d4
      statement: SELECT f()
      SQLSTATE 42703
      context: SQL statement "(SELECT nope FROM t)"
               PL/pgSQL function f() line 1 at RETURN
      while playing step 1 of strategy 'inside': upgrade d4

  ! errors/lost-on-the-way@doubled:postgres
    fails at step 1; claimed: works
    scenarios/errors.yaml:29:14: error: DatabaseError: relation "alembic_version" does not exist
       29 |     steps: [{upgrade: b2}]
          |              ^~~~~~~
      in revision b2
      statement: UPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1'
      SQLSTATE 42P01
      while playing step 1 of strategy 'lost-on-the-way': upgrade b2

not as expected:
  ! errors/otherwise@doubled:postgres: fails at step 1; claimed: works
  ! errors/taken@doubled:postgres: fails at step 2; claimed: works
  ! errors/inside@doubled:postgres: fails at step 1; claimed: works
  ! errors/lost-on-the-way@doubled:postgres: fails at step 1; claimed: works
7 cells: 3 as expected, 4 differ; 1 scenario on postgres
END

# Tools are told the same.
run run --filter inside --format json scenarios/errors.yaml
has_out '"context": "SQL statement \"(SELECT nope FROM t)\"\nPL/pgSQL function f() line 1 at RETURN"'
