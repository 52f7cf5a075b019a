# A step may run a program, and a scenario may come from a stranger: nothing runs but where the user says so.

cat >stranger.yaml <<YAML
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE users (id integer PRIMARY KEY)}
states: {fresh: {}}
strategies:
  program: {steps: [{run: "echo ran >>'$folder/ran'"}, {upgrade: head}]}
  plain: {steps: [{upgrade: head}]}
goal: {version: heads, schema: {same_as: "strategy:plain"}}
outcomes: {"*@*": works}
YAML

ran_nothing() {
	if [ -e "$folder/ran" ]; then
		fail "it ran the program"
		rm -f "$folder/ran"
	fi
}

# Nor is a Python wanted, which would read what they leave.
run run --python /bin/false stranger.yaml
is_status 0
has_out 'skipped 1 cell on sqlite: a step runs a program: --allow-run lets it'
has_out '2 cells: 1 as expected, 1 skipped'
ran_nothing
run explain stranger.yaml program@fresh
ran_nothing
run run --repeat 2 stranger.yaml
ran_nothing
run locate stranger.yaml:fresh
ran_nothing
run repair stranger.yaml:fresh
ran_nothing
run check stranger.yaml
is_status 0
ran_nothing

# Nor where a goal compares with what the program would leave, on trial or not.
sed 's/strategy:plain/strategy:program/' stranger.yaml >goal.yaml
run run goal.yaml
is_status 1
has_out 'NotAllowed: programs are not run here'
ran_nothing
run grade goal.yaml -- true
is_status 2
has_err "scenario 'goal' has a step that runs a program of its own"
ran_nothing

# Nor does a script of play.
printf 'run: touch ran\nupgrade head\n' | "$program" play stranger.yaml --state fresh >"$folder/out" 2>"$folder/err"
status=$?
shown="rehearse play stranger.yaml"
is_status 1
has_out '-:1:1: error: NotAllowed: programs are not run here'
ran_nothing
