# Cells that are played several times, to find those that hang on chance.
cat >scenarios/dice.yaml <<'END'
rehearse: 1
engines: [sqlite]
revisions:
  - revision: '1'
    down_revision: null
    upgrade: CREATE TABLE dice (side INTEGER)
states:
  empty: {schema: '1'}
  thrown: {schema: '1', seed: INSERT INTO dice SELECT random()}
strategies:
  up:
    steps:
      - upgrade: heads
  look:
    states: [thrown]
    steps:
      - check: {sql: SELECT side FROM dice, equals: none}
  judge:
    states: [empty]
    steps:
      - sql: INSERT INTO dice SELECT random()
    goal:
      check: {sql: SELECT side FROM dice, equals: none}
outcomes:
  look@thrown: {fails_at: 1}
  judge@empty: {wrong: [check]}
END

# One run sees nothing of it.
run run scenarios/dice.yaml
is_status 0
has_out '4 cells: 4 as expected'

# A state that was thrown anew, and a verdict whose reason is another each time.
for jobs in 1 3; do
	run run --repeat 3 --jobs $jobs scenarios/dice.yaml
	is_status 1
	has_out '  ! dice/look@thrown:sqlite'
	has_out '    fails at step 1; as claimed, but not in every run'
	has_out '    it differs from run to run (- the first, + others)'
	has_out '      1 of 3: fails at step 1'
	has_out "        +error: Expectation: the check gave "
	has_out '  ! dice/judge@empty:sqlite'
	has_out '      1 of 3: wrong: check'
	has_out '  ! dice/judge@empty:sqlite: wrong: check in 3 of 3 runs (in 3 ways)'
	has_out '4 cells: 2 as expected, 2 differ'
done
run run --repeat 9 --filter look scenarios/dice.yaml
is_status 1
has_out '  ! dice/look@thrown:sqlite: fails at step 1 in 9 of 9 runs (in 9 ways)'
has_out '      5 of 9: in 5 ways more'
holds "$(grep -c '      1 of 9: fails at step 1' "$folder/out")" = 4
run run --last-failed --repeat 2 scenarios/dice.yaml
is_status 1
has_out '2 cells: 0 as expected, 2 differ'

# What differs stops a run, in the order of the cells.
run run --repeat 3 --fail-fast scenarios/dice.yaml
is_status 1
has_out '3 cells: 2 as expected, 1 differs'
has_err 'stopped: 1 of 4 cells were not played'

run run --repeat 2 --format json scenarios/dice.yaml
is_status 1
has_out '"runs": [{"count": 1, "verdict": "fails at step 1", "difference": []}, {"count": 1, '

# What does not hang on chance says what it says in one run.
rm scenarios/dice.yaml .rehearse/last-failed
run run
cp "$folder/out" "$folder/once"
run run --repeat 5
is_status 0
is_out <"$folder/once"
run run --repeat 1
is_out <"$folder/once"

run run --repeat 0
is_status 2
has_err "option '--repeat' cannot be '0': not a whole number from 1"
run run --repeat 1001
is_status 2
has_err "option '--repeat' cannot be '1001': more than 1000"
run run --repeat 2 --keep failed
is_status 2
has_err "options '--keep' and '--repeat' exclude each other"
