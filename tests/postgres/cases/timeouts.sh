# Time runs out for a statement, for one that waits for a lock, for a cell: each ends its cell alone.
. "$here/../postgres/prelude.sh"
cat >scenarios/limits.yaml <<'END'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE a (id integer PRIMARY KEY)}
  - {revision: a2, down_revision: a1, upgrade: ALTER TABLE a ADD COLUMN note text}
states:
  fresh: {schema: a1}
strategies:
  quick:
    steps: [{upgrade: head}]
  hangs:
    steps: [{upgrade: head}, {sql: SELECT pg_sleep(600)}]
  waits:
    steps:
      - sql: BEGIN; LOCK TABLE a; PREPARE TRANSACTION 'half'
      - upgrade: head
  takes-its-time:
    steps:
      - sql: SET statement_timeout = 0; SELECT pg_sleep(1.5)
  sets-its-role:
    steps:
      - sql: ALTER ROLE CURRENT_USER SET statement_timeout = '1h'; ALTER ROLE CURRENT_USER SET search_path = nowhere
      - check: {sql: SHOW search_path, equals: nowhere}
  last:
    steps:
      - check: {sql: SHOW statement_timeout, equals: 1s}
      - check: {sql: SHOW search_path, equals: '"$user", public'}
      - upgrade: head
outcomes:
  hangs@*: {fails_at: 2, error: canceling statement due to statement timeout}
  waits@*: {fails_at: 2, error: canceling statement due to lock timeout}
END
run run --jobs 1 --statement-timeout 1 --lock-timeout 0.3 "$PWD/scenarios/limits.yaml"
is_status 0
has_out '6 cells: 6 as expected'
in_time nothing_is_left

# Without limits of their own, they have as long as the cell.
run run --jobs 1 --timeout 3 --filter 'hangs|waits|quick' "$PWD/scenarios/limits.yaml"
is_status 1
has_out '  quick      ✓ works'
has_out '  hangs      ✗ fails at 2 !'
has_out '  waits      ✗ fails at 2 !'
has_out 'the statement was cancelled when the time was up'
in_time nothing_is_left
