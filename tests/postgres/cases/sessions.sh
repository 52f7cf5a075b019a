# Others who have the database open: a wait for them ends at once, and nothing of them is left.
. "$here/../postgres/prelude.sh"
cat >scenarios/busy.yaml <<'YAML'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE t (id integer PRIMARY KEY)}
  - {revision: b2, down_revision: a1, upgrade: ALTER TABLE t ADD COLUMN note text}
states:
  busy:
    schema: a1
    sessions:
      psql: BEGIN; SELECT count(*) FROM t
      calm: CREATE TEMPORARY TABLE mine (id integer)
  broken: {schema: a1, sessions: {psql: BEGIN; SELECT nope FROM t}}
strategies:
  upgrade:
    steps: [{upgrade: head}]
  end-it-first:
    states: [busy]
    steps:
      - sql: SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()
      - upgrade: head
      - check: {sql: SELECT count(*) FROM pg_class WHERE relname = 'mine', equals: 1} # the other is still there
  leave-the-table-alone:
    states: [busy]
    steps: [{sql: INSERT INTO t VALUES (1)}, {stamp: b2}]
    goal: {version: heads, rows_kept: all, check: [{sql: SELECT count(*) FROM t, equals: 1}]}
  as-the-second:
    states: [busy]
    steps: [{sql: ALTER TABLE t ADD COLUMN note text, fails: Blocked}]
    goal: {schema: {same_as: strategy:leave-the-table-alone}}
goal: {round_trip: false}
outcomes:
  upgrade@busy: {fails_at: 1, error: "^Blocked: waits for ever for a lock that session 'psql' holds$"}
YAML
run run --filter 'busy:' "$PWD/scenarios/busy.yaml"
is_status 0
has_out '4 cells: 4 as expected'
in_time nothing_is_left

run run --filter 'broken:' "$PWD/scenarios/busy.yaml"
is_status 1
has_out '  ! busy/upgrade@broken:postgres'
has_out '    fails in building the state; claimed: works'
has_out "    $PWD/scenarios/busy.yaml:12:55: error: DatabaseError: column \"nope\" does not exist"
has_out '      while building state '"'broken'"
in_time nothing_is_left

# A wait for others is as long as ever; then too all goes, and with a signal.
cat >scenarios/slow.yaml <<'YAML'
rehearse: 1
engines: [postgres]
states:
  busy: {sessions: {psql: BEGIN; SELECT 1}}
strategies:
  quick: {steps: [{sql: SELECT 1}]}
  slow: {steps: [{sql: SELECT 1}, {sql: DO $$ BEGIN PERFORM pg_sleep(600); END $$}]}
YAML
both_hang() {
	hangs && [ "$(sessions | grep -c .)" -eq 2 ]
}
for signal in TERM KILL; do
	shown="rehearse run with a session, and SIG$signal"
	"$program" run --jobs 1 "$PWD/scenarios/slow.yaml" >"$folder/out" 2>"$folder/err" </dev/null &
	parent=$!
	in_time both_hang
	kill -s "$signal" "$parent"
	ended
	in_time nothing_is_left
done

run explain busy upgrade@busy
is_status 0
no_err
sed -n '/While the steps run/,/^── Step/p; /│ ALTER TABLE t/,/└/p' "$folder/out" >"$folder/part"
mv "$folder/part" "$folder/out"
is_out <<'OUT'
  While the steps run, others have the database open:

    psql
      BEGIN; SELECT count(*) FROM t
      then stays idle in transaction
    calm
      CREATE TEMPORARY TABLE mine (id integer)
      then stays idle

── Step 1 of 1: alembic upgrade head ───────────────────────────────────────────
     5 │ ALTER TABLE t ADD COLUMN note text
       │ ✗ waits for ever for a lock that session 'psql' holds
       └ ROLLBACK
OUT

# What is waited for, where it is no table.
cat >scenarios/wanted.yaml <<'YAML'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: "CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1)"}
states:
  busy:
    schema: a1
    sessions:
      other: |
        BEGIN;
        CREATE TABLE soon (i integer);
        INSERT INTO t VALUES (2);
        UPDATE t SET id = 3 WHERE id = 1;
        SELECT pg_advisory_lock(42), pg_advisory_lock(1, 2);
strategies:
  name: {steps: [{sql: CREATE TABLE soon (j integer)}]}
  key: {steps: [{sql: INSERT INTO t VALUES (2)}]}
  row: {steps: [{sql: UPDATE t SET id = 4 WHERE id = 1}]}
  advisory: {steps: [{sql: SELECT pg_advisory_lock(42)}]}
  two-keys: {steps: [{sql: "SELECT pg_advisory_lock(1, 2)"}]}
YAML
run run scenarios/wanted.yaml
is_status 1
grep -F 'It wants' "$folder/out" >"$folder/wanted"
file_is "$folder/wanted" <<'END'
      It wants to make something whose name the session has taken and not committed.
      It wants to write a key of t_pkey that the session has written and not committed.
      It wants a row of t that the session has locked.
      It wants the advisory lock 42.
      It wants the advisory lock (1, 2).
END

# A row whose foreign key somebody else has checked, too: then our own transaction has a share in the row's lock, and
# there is no queue to be seen in.
cat >scenarios/shared.yaml <<'YAML'
rehearse: 1
engines: [postgres]
revisions:
  - revision: a1
    down_revision: null
    upgrade: |
      CREATE TABLE parent (id integer PRIMARY KEY, note text);
      CREATE TABLE child (id integer PRIMARY KEY, parent integer REFERENCES parent);
      INSERT INTO parent VALUES (1), (2);
states:
  locked: {schema: a1, sessions: {other: BEGIN; SELECT * FROM parent WHERE id = 1 FOR NO KEY UPDATE}}
  shared: {schema: a1, sessions: {other: "BEGIN; INSERT INTO child VALUES (1, 1)"}}
  changed: {schema: a1, sessions: {other: BEGIN; UPDATE parent SET note = 'x' WHERE id = 1}}
  new-row: {schema: a1, sessions: {other: BEGIN; INSERT INTO parent VALUES (3)}}
strategies:
  delete: {states: [locked], steps: [{sql: "BEGIN; INSERT INTO child VALUES (2, 1); DELETE FROM parent WHERE id = 1"}]}
  change-key: {states: [shared], steps: [{sql: "BEGIN; INSERT INTO child VALUES (2, 1); UPDATE parent SET id = 9 WHERE id = 1"}]}
  change: {states: [locked, changed], steps: [{sql: "BEGIN; INSERT INTO child VALUES (2, 1); UPDATE parent SET note = 'y' WHERE id = 1"}]}
  upsert: {states: [changed, new-row], steps: [{sql: "INSERT INTO parent VALUES (1), (3) ON CONFLICT (id) DO UPDATE SET note = 'z'"}]}
YAML
run run --jobs 1 scenarios/shared.yaml
is_status 1
has_out '6 cells: 0 work, 6 do not'
grep -F 'It wants' "$folder/out" | sort | uniq -c | sed 's/^ *//' >"$folder/wanted"
file_is "$folder/wanted" <<'END'
3       It wants a row of parent that the session has locked.
1       It wants to write a key of parent that the session has written and not committed.
END
