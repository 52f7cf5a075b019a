# Every wait on what a scenario's SQL does on SQLite, one strategy each: it ends with the cell's time, as the cell's
# failure, and with a signal. docs/waits.md lists them.
cat >scenarios/waits.yaml <<'END'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE a (id integer PRIMARY KEY)}
  - revision: a2
    down_revision: a1
    upgrade: CREATE TABLE b (id integer)
    downgrade: |
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n
states:
  fresh: {schema: a1}
  endless:
    sql: WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n
strategies:
  statement:
    states: [fresh]
    steps: [{sql: WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n}]
  state:
    states: [endless]
    steps: [{upgrade: head}]
  end:
    states: [fresh]
    steps:
      - sql: |
          DROP TABLE alembic_version;
          CREATE VIEW alembic_version AS
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS version_num FROM n WHERE i < 0; -- no rows: their number would end it
  check:
    states: [fresh]
    steps: [{upgrade: a2}]
    goal:
      check:
        - sql: WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n
          empty: true
  round-trip:
    states: [fresh]
    steps: [{upgrade: a2}]
    goal: {round_trip: true}
  model:
    states: [fresh]
    steps: [{upgrade: a2}]
    goal: {schema: {same_as: 'strategy:statement'}}
outcomes:
  statement@*: {fails_at: 1, error: 'Timeout: '}
  end@*: {fails_at: 1, error: 'Timeout: what the steps left could not be read in time'}
  check@*: {fails_at: 1, error: "Timeout: the time was up while 'check' of the goal was judged"}
  round-trip@*: {fails_at: 1, error: "Timeout: the time was up while 'round_trip' of the goal was judged"}
  model@*: {fails_at: 1, error: "Timeout: the time was up while what 'schema' of the goal compares with was made"}
END
run run --jobs 5 --timeout 0.5 --filter '/(?!end)' "$PWD/scenarios/waits.yaml"
is_status 1
has_out '5 cells: 4 as expected, 1 differs' # nobody can claim that a state cannot be built
has_out '! waits/state@endless:sqlite: fails in building the state'
has_out 'error: Timeout: '
if is_thorough; then # what is read at the end has five seconds of its own
	run run --timeout 0.5 --filter '/end@' "$PWD/scenarios/waits.yaml"
	is_status 0
	has_out '1 cell: 1 as expected'
fi
run run --timeout 0.3 --filter '/check@' --format json "$PWD/scenarios/waits.yaml"
has_out '"message": "the time was up while '
has_out '"hint": "A cell has 0.3 s: --timeout gives it more."'

# Told to stop, each stops at once.
waits='statement state end check round-trip model'
since=$(date +%s)
for wait in $waits; do
	timeout --preserve-status -k 30 -s TERM 0.5 "$program" run --filter "/$wait@" "$PWD/scenarios/waits.yaml" \
		>"$folder/$wait.out" 2>&1 </dev/null &
	stopped="${stopped:+$stopped }$!"
done
for wait in $waits; do
	shown="rehearse run, told to stop in '$wait'"
	status=0
	wait "${stopped%% *}" || status=$?
	stopped=${stopped#* }
	is_status 143
done
holds $(($(date +%s) - since)) -lt 20
