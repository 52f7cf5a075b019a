# Every wait on what a scenario's SQL does on PostgreSQL, one strategy each: it ends with the cell's time, as the
# cell's failure, and with a signal. docs/waits.md lists them.
. "$here/../postgres/prelude.sh"
mkdir dumps
echo 'SELECT pg_sleep(600);' >dumps/sleep.sql
echo 'SELECT pg_terminate_backend(pg_backend_pid());' >dumps/ends.sql
cat >dumps/copy.sql <<'END'
CREATE TABLE slow (id text);
CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NULL; END';
CREATE TRIGGER t BEFORE INSERT ON slow FOR EACH ROW EXECUTE FUNCTION wait();
COPY slow FROM stdin;
END
yes 'more than what a socket and the server keep' | head -n 100000 >>dumps/copy.sql
echo '\.' >>dumps/copy.sql
cat >scenarios/waits.yaml <<'END'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE a (id integer PRIMARY KEY)}
  - {revision: a2, down_revision: a1, upgrade: CREATE TABLE b (id integer), downgrade: SELECT pg_sleep(600)}
states:
  fresh: {schema: a1}
  endless: {sql: SELECT pg_sleep(600)}
  dump: {load: ../dumps/sleep.sql}
  data: {load: ../dumps/copy.sql}
strategies:
  statement:
    states: [fresh]
    steps: [{sql: SELECT pg_sleep(600)}]
  copy-slow:
    states: [fresh]
    steps: [{sql: COPY (SELECT pg_sleep(600)) TO STDOUT}]
  commit:
    states: [fresh]
    steps:
      - sql: |
          CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NULL; END';
          CREATE CONSTRAINT TRIGGER t AFTER INSERT ON a DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait();
          INSERT INTO a VALUES (1)
  state:
    states: [endless]
    steps: [{upgrade: head}]
  load:
    states: [dump]
    steps: [{upgrade: head}]
  copy-in:
    states: [data]
    steps: [{upgrade: head}]
  end:
    states: [fresh]
    steps:
      - sql: |
          DROP TABLE alembic_version;
          CREATE VIEW alembic_version AS SELECT pg_sleep(600)::text AS version_num
  check:
    states: [fresh]
    steps: [{upgrade: a2}]
    goal: {check: [{sql: SELECT pg_sleep(600), empty: true}]}
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
  copy-slow@*: {fails_at: 1, error: 'Timeout: '}
  commit@*: {fails_at: 1, error: 'Timeout: '}
  end@*: {fails_at: 1, error: 'Timeout: what the steps left could not be read in time'}
  check@*: {fails_at: 1, error: "Timeout: the time was up while 'check' of the goal was judged"}
  round-trip@*: {fails_at: 1, error: "Timeout: the time was up while 'round_trip' of the goal was judged"}
  model@*: {fails_at: 1, error: "Timeout: the time was up while what 'schema' of the goal compares with was made"}
END
run run --jobs 10 --timeout 2 "$PWD/scenarios/waits.yaml"
is_status 1
has_out '10 cells: 7 as expected, 3 differ' # nobody can claim that a state cannot be built
has_out '! waits/state@endless:postgres: fails in building the state'
has_out '! waits/load@dump:postgres: fails in building the state'
has_out '! waits/copy-in@data:postgres: fails in building the state'
in_time nothing_is_left

# Told to stop, each stops at once, and nothing is left.
is_busy() {
	sessions | grep -qE '_owner .* (SELECT|COPY|COMMIT|INSERT)'
}
waits='statement copy-in round-trip'
is_thorough && waits='statement copy-slow commit state load copy-in end check round-trip model'
for wait in $waits; do
	shown="rehearse run, told to stop in '$wait'"
	"$program" run --filter "/$wait@" "$PWD/scenarios/waits.yaml" >"$folder/out" 2>"$folder/err" </dev/null &
	parent=$!
	in_time is_busy
	sleep 0.2
	since=$(date +%s)
	kill -TERM "$parent"
	ended
	is_status 143
	holds $(($(date +%s) - since)) -lt 60
	in_time nothing_is_left
done

# What has no end but is none of ours to wait for: more than anybody reads, and a session that ends itself.
cat >scenarios/ends.yaml <<'END'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE a (id integer PRIMARY KEY)}
states:
  fresh: {}
  dump: {load: ../dumps/ends.sql}
strategies:
  copy-long:
    states: [fresh]
    steps:
      - sql: COPY (SELECT generate_series(1, 100000000000)) TO STDOUT
        fails: '^COPY from standard input or to standard output'
      - sql: COPY (SELECT 1) TO STDOUT
        fails: '^COPY from standard input or to standard output'
      - upgrade: head
  ended:
    states: [dump]
    steps: [{upgrade: head}]
END
run run --timeout 30 "$PWD/scenarios/ends.yaml"
is_status 1
has_out '  copy-long   ✓ works'
has_out 'error: DatabaseError: terminating connection due to administrator command'
in_time nothing_is_left
