# A prepared transaction outlives its connection, as it would in production, but not its cell.
. "$here/../postgres/prelude.sh"
cat >scenarios/prepared.yaml <<'END'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE a (id integer PRIMARY KEY)}
states:
  fresh: {}
  half-way: {schema: a1}
strategies:
  left-open:
    states: [fresh]
    steps:
      - upgrade: head
      - sql: BEGIN; ALTER TABLE a ADD COLUMN note text; PREPARE TRANSACTION 'it''s'
  committed:
    states: [fresh]
    steps:
      - upgrade: head
      - sql: BEGIN; INSERT INTO a VALUES (1); PREPARE TRANSACTION 'later'
      - sql: COMMIT PREPARED 'later'
      - check: {sql: SELECT count(*) FROM a, equals: "1"}
  kept-apart:
    states: [half-way]
    steps:
      - backup: before
      - sql: BEGIN; INSERT INTO a VALUES (1); PREPARE TRANSACTION 'of the cell'
      - restore: before
      - check: {sql: SELECT count(*) FROM a, equals: "0"}
      - check: {sql: SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database(), equals: "0"}
goal:
  schema: {same_as: fresh}
END
run run --timeout 10 "$PWD/scenarios/prepared.yaml"
is_status 0
has_out '3 cells: 3 as expected'
run run --timeout 10 --keep all "$PWD/scenarios/prepared.yaml"
is_status 0
sh -c "$(sed -n 's/.*, and remove them, with: //p' "$folder/err")"
in_time nothing_is_left

# Their names are the server's, and yet no cell meets another's.
cat >scenarios/names.yaml <<'YAML'
rehearse: 1
engines: [postgres]
revisions: [{revision: a1, down_revision: null, upgrade: CREATE TABLE a (id integer PRIMARY KEY)}]
states:
  deployed: {schema: a1}
  beside: {schema: a1, sessions: {app: "BEGIN; INSERT INTO a VALUES (2); PREPARE TRANSACTION 'x'"}}
strategies:
  one:
    states: [deployed]
    steps:
      - sql: BEGIN; INSERT INTO a VALUES (1); PREPARE TRANSACTION 'x'
      - sql: SELECT pg_sleep(0.5)
      - sql: COMMIT PREPARED 'x'
      - check: {sql: SELECT id FROM a, equals: "1"}
  two:
    states: [deployed]
    steps:
      - sql: BEGIN; INSERT INTO a VALUES (1); PREPARE TRANSACTION 'x'
      - sql: SELECT pg_sleep(0.5)
      - sql: COMMIT PREPARED 'x'
      - check: {sql: SELECT id FROM a, equals: "1"}
  none:
    states: [deployed]
    steps: [{sql: COMMIT PREPARED 'x', fails: does not exist}]
  in-use:
    states: [beside]
    steps:
      - {sql: "BEGIN; INSERT INTO a VALUES (3); PREPARE TRANSACTION 'x'", fails: already in use}
      - sql: SELECT pg_sleep(0.5)
  again:
    states: [beside]
    steps: [{sql: SELECT pg_sleep(0.5)}, {sql: COMMIT PREPARED 'x'}]
YAML
for jobs in 1 5; do
	run run --jobs "$jobs" --timeout 20 "$PWD/scenarios/names.yaml"
	is_status 0
	has_out '5 cells: 5 as expected'
done

# Nobody ends a prepared transaction: who waits for it waits for ever, and is told so at once.
cat >scenarios/orphan.yaml <<'YAML'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE a (id integer PRIMARY KEY)}
  - {revision: b2, down_revision: a1, upgrade: ALTER TABLE a ADD COLUMN note text}
states: {old: {schema: a1}}
strategies:
  waits: {steps: [{sql: "BEGIN; INSERT INTO a VALUES (1); PREPARE TRANSACTION 'orphan'"}, {upgrade: head}]}
YAML
run run --timeout 10 scenarios/orphan.yaml
is_status 1
has_out "error: Blocked: waits for ever for a lock that prepared transaction 'orphan' holds"
has_out '      It wants AccessExclusiveLock on a.'
has_out 'hint: It is held until COMMIT PREPARED or ROLLBACK PREPARED'
