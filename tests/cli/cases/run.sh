# Replay, judge, report.
run run
is_status 0
no_err
is_out <<'END'
fork: Two heads

  sqlite   fresh
  head     ✗ fails at 1
  heads    ✓ works

ladder: A ladder of two rungs

  sqlite   fresh     lying
  up       ✓ works   ≠ wrong: schema
  truth              ✓ works

5 cells: 5 as expected; 2 scenarios on sqlite
END
cp "$folder/out" "$folder/all"

run run scenarios
is_out <"$folder/all"
run run scenarios/fork.yaml scenarios/ladder.yaml scenarios/ scenarios/fork.yaml
is_out <"$folder/all"

# A claim that is not true.
sed -i 's/wrong: \[schema\]/fails_at: 1/' scenarios/ladder.yaml
run run scenarios/ladder.yaml
is_status 1
has_out '  up       ✓ works   ≠ wrong: schema !'
has_out '  ! ladder/up@lying:sqlite'
has_out '    wrong: schema; claimed: fails at step 1'
has_out '      - table two'
has_out '3 cells: 2 as expected, 1 differs'

# Stop at the first that differs, in order and for any number of workers.
sed -i 's/error: Multiple head/error: Many head/' scenarios/fork.yaml
for jobs in 1 2 7; do
	run run --fail-fast --jobs $jobs
	is_status 1
	has_out '  ! fork/head@fresh:sqlite: fails at step 1'
	lacks_out 'fork/heads'
	lacks_out 'ladder'
	has_out '1 cell: 0 as expected, 1 differs'
	has_err 'stopped: 4 of 5 cells were not played'
done

# Mistakes in any file: all are told, and nothing is played.
echo 'rehearse: 2' >scenarios/later.yaml
printf 'rehearse: 1\ntitel: x\n' >scenarios/mistaken.yaml
run run
is_status 2
no_out
has_err 'scenarios/later.yaml:1:'
has_err 'scenarios/mistaken.yaml:2:'
has_err '2 mistakes in 2 files'
rm scenarios/later.yaml scenarios/mistaken.yaml

# A scenario is known by its stem.
mkdir scenarios/deep
cp scenarios/fork.yaml scenarios/deep/fork.yaml
run run
is_status 2
has_err "two scenarios are called 'fork': scenarios/fork.yaml and scenarios/deep/fork.yaml"

# Quietly: what needs a look, and one line that says what ran, where, and how long it took.
rm -r scenarios/deep
printf 'rehearse: 1\nengines: [sqlite]\nrevisions: [{revision: a1, down_revision: null}]\nstrategies: {up: {steps: [{upgrade: zz}]}, %s\n' \
	'down: {steps: [{upgrade: a1}]}}' >scenarios/new.yaml
run run -q scenarios/ladder.yaml scenarios/fork.yaml
is_status 1
has_out 'ladder: A ladder of two rungs'
rm scenarios/ladder.yaml
sed -i 's/error: Many head/error: Multiple head/' scenarios/fork.yaml
run run -q scenarios/fork.yaml
is_status 0
holds "$(sed 's/[0-9.]* s$/N s/' "$folder/out")" = '2 cells: 2 as expected; 1 scenario on sqlite; N s'
run run --durations 1 scenarios/fork.yaml
has_out 'slowest:'
holds "$(grep -c '^ *[0-9.]* s  fork/' "$folder/out")" = 1

# Of a scenario that claims nothing the run is an answer, with the lines that claim it.
run run scenarios/new.yaml
is_status 1
is_out <<'END'
new

  sqlite   fresh
  up       ✗ fails at 1
  down     ✓ works

  from fresh 1 of 2 repairs works: down

  ✗ new/up@fresh:sqlite
    fails at step 1
    scenarios/new.yaml:4:28: error: CommandError: Can't locate revision identified by 'zz'
        4 | strategies: {up: {steps: [{upgrade: zz}]}, down: {steps: [{upgrade: a1}]}}
          |                            ^~~~~~~
      while playing step 1 of strategy 'up': upgrade zz
      hint: 'zz' is the target of this step; nothing in the tree is called so.

  Nothing is claimed of these cells yet. To keep these verdicts, claim them:

    outcomes:
      up@fresh: {fails_at: 1}

  rehearse accept --outcomes scenarios/new.yaml  writes these lines there.

new, of which nothing is claimed yet:
  from fresh 1 of 2 repairs works: down
2 cells: 1 works, 1 does not (nothing is claimed yet); 1 scenario on sqlite
END
"$program" run scenarios/new.yaml | sed -n '/^    outcomes:/,/^$/s/^    //p' >>scenarios/new.yaml
run run scenarios/new.yaml
is_status 0
