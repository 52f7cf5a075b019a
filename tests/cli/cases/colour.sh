# Colour is for terminals, and for those who ask.
escape=$(printf '\033')
run run
lacks_out "$escape"
run run --color auto
lacks_out "$escape"
run run --color always
has_out "$escape[32m✓ works$escape[0m"
NO_COLOR=1 run run --color always
has_out "$escape"
run run --color never
lacks_out "$escape"
run run --color always nowhere
has_err "$escape"

# On a terminal, unless NO_COLOR is set to something.
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then # some containers have no terminals to give
	TERM=xterm script -qec "'$program' run" /dev/null >"$folder/out" </dev/null
	shown='rehearse run, on a terminal'
	has_out "$escape[32m"
	TERM=xterm NO_COLOR=1 script -qec "'$program' run" /dev/null >"$folder/out" </dev/null
	shown='NO_COLOR=1 rehearse run, on a terminal'
	lacks_out "$escape[32m"
fi

# Nothing that a scenario or a database holds is obeyed by a terminal.
rm -rf scenarios expected
mkdir scenarios expected
cat >scenarios/hostile.yaml <<'YAML'
rehearse: 1
title: "title \x1b[31m\x07"
tags: ["tag\x1b[31m"]
story: "story \x1b[31m"
lesson: "lesson \x1b[31m"
engines: [sqlite]
revisions:
  - revision: "a\x1b1"
    down_revision: null
    message: "message \x1b[31m"
    upgrade: "CREATE TABLE \"t\x1b[31m\" (x text DEFAULT 'd\x1b[31m\u009b31m')"
strategies:
  fails:
    title: "strategy \x1b[31m"
    steps: [{upgrade: head}, {sql: "CREATE TABLE \"t\x1b[31m\" (x)"}]
  wrong:
    steps: [{upgrade: head}, {sql: "INSERT INTO \"t\x1b[31m\" VALUES ('v\x1b[31m')"}, {sql: "CREATE TABLE \"u\x07\" (x)"}]
    goal: {version: ["q\x1b"], rows_kept: all, schema: {same_as: fresh, lacks: ["table t\x1b[31m"]}}
YAML
is_harmless() {
	! LC_ALL=C grep -n "$(printf '[\001-\010\013-\037\177]\|\302[\200-\237]')" "$folder/out" "$folder/err" ||
		fail 'control characters'
}
for command in accept run explain 'explain hostile fails@fresh' 'explain hostile wrong@fresh' list 'list --tags' \
	'list --format markdown' tree doctor check; do
	case $command in
	explain | tree | doctor) run $command scenarios/hostile.yaml ;;
	explain*) run $command ;;
	*) run $command scenarios ;;
	esac
	holds "$status" -le 1
	is_harmless
done
run run scenarios
has_out 'error: DatabaseError: table "t\x1b[31m" already exists'
sed 's/text default .*/text/' "expected/hostile/wrong@fresh.sqlite.txt" >"$folder/changed"
cp "$folder/changed" "expected/hostile/wrong@fresh.sqlite.txt"
run run scenarios
has_out "+column \"t\x1b[31m\".x text default 'd\x1b[31m\u009b31m'"
is_harmless
