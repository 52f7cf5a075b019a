# A replay on PostgreSQL, told step by step: its transactions, and what the server says beside results.
. "$here/../postgres/prelude.sh"
cat >scenarios/notices.yaml <<'YAML'
rehearse: 1
engines: [postgres]
revisions:
  - revision: a1
    down_revision: null
    upgrade: |
      DROP TABLE IF EXISTS nowhere;
      CREATE TABLE t (id integer PRIMARY KEY, name text);
      INSERT INTO t VALUES (1, 'x'), (2, NULL);
  - revision: b2
    down_revision: a1
    autocommit: true
    upgrade: |
      CREATE INDEX CONCURRENTLY ix ON t (name);
      DO $$ BEGIN RAISE WARNING 'mind the gap'; END $$;
  - revision: c3
    down_revision: b2
    upgrade: |
      UPDATE t SET name = 'y';
      SELECT nope;
steps:
  - upgrade: head
goal: {rows_kept: all}
outcomes:
  replay@*: {fails_at: 1, error: nope}
YAML
run explain notices
is_status 0
no_err
sed '1,/^── Step 1/d' "$folder/out" >"$folder/step"
mv "$folder/step" "$folder/out"
is_out <<'OUT'

  The plan:
    1. upgrade base -> a1
    2. upgrade a1 -> b2
    3. upgrade b2 -> c3

  What is sent. The numbers are lines of notices.yaml; statements without one
  are Alembic's own. A bracket is one transaction; what stands outside of it is
  final at once.

       ┌ BEGIN
       │ CREATE TABLE "alembic_version" (
       │     version_num VARCHAR(32) NOT NULL,
       │     CONSTRAINT "alembic_version_pkc" PRIMARY KEY (version_num)
       │ )
  1. a1
     7 │ DROP TABLE IF EXISTS nowhere
       │ NOTICE: table "nowhere" does not exist, skipping
     8 │ CREATE TABLE t (id integer PRIMARY KEY, name text)
     9 │ INSERT INTO t VALUES (1, 'x'), (2, NULL)
       │ INSERT INTO alembic_version (version_num) VALUES ('a1')
  2. b2
       └ COMMIT
    14   CREATE INDEX CONCURRENTLY ix ON t (name)
    15   DO $$ BEGIN RAISE WARNING 'mind the gap'; END $$
         WARNING: mind the gap
       ┌ BEGIN
       │ UPDATE alembic_version SET version_num='b2' WHERE
       │     alembic_version.version_num = 'a1'
  3. c3
    19 │ UPDATE t SET name = 'y'
    20 │ SELECT nope
       │ ✗ column "nope" does not exist
       └ ROLLBACK

  ✗ It fails, and the replay ends here.

  scenarios/notices.yaml:20:14: error: DatabaseError: column "nope" does not
  exist
     20 |       SELECT nope;
        |              ^~~~
    in revision c3
    SQLSTATE 42703

  What it leaves behind:

  version  no version table → a1
  schema   what has changed:
    + table t (id, name)
    + index ix on t USING btree (name)
  rows     of t (id | name)
    + 1 | x
    + 2 | NULL

  The version table does not tell the truth.
  Compared with a database that was really upgraded to a1, this one has in
  excess:
    + index ix on t USING btree (name)

── The verdict ─────────────────────────────────────────────────────────────────

  ✗ fails at step 1

  The goal is not judged, as the replay did not come to its end.

  That is what the scenario claims: fails at step 1 with 'nope'.
OUT
in_time nothing_is_left

# SQLite is the engine unless another is asked for.
sed -i 's/^engines:.*/engines: [sqlite, postgres]/' scenarios/both.yaml
run explain both one@fresh
has_out 'both/one@fresh:sqlite'
run explain both one@fresh --engine postgres
is_status 0
has_out 'both/one@fresh:postgres'
run explain both one@fresh:postgres
has_out 'both/one@fresh:postgres'
run explain both --engine postgres
has_out '  rehearse explain both bad@fresh:postgres'

# Interrupted while a statement hangs.
start explain "$PWD/scenarios/slow.yaml" slow@fresh
kill -TERM "$parent"
ended
is_status 143
in_time nothing_is_left
