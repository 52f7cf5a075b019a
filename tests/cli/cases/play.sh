# The room where steps are tried by hand, as a script; tests/terminal has the prompt.

# play ARGUMENT...: the lines of standard input are the script.
play() {
	shown="rehearse play $*"
	status=0
	"$program" play "$@" >"$folder/out" 2>"$folder/err" || status=$?
}

cat >shop.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null, upgrade: 'CREATE TABLE users (id integer PRIMARY KEY)', downgrade: DROP TABLE users}
  - {revision: b2, down_revision: a1, message: mail, upgrade: ALTER TABLE users ADD COLUMN email text, downgrade: ALTER TABLE users DROP COLUMN email}
  - {revision: c3, down_revision: nowhere, upgrade: CREATE TABLE orders (id integer PRIMARY KEY)}
states:
  lying: {ran: [a1], version: b2, seed: "INSERT INTO users VALUES (1)"}
  fresh: {}
strategies:
  hope: {steps: [{stamp: b2}]}
goal: {version: heads, schema: {same_as: fresh}, rows_kept: [users]}
outcomes:
  "hope@*": {fails_at: 1, error: nowhere}
YAML

# Each step is told with its plan, its statements and what it changes; errors are those of Alembic, with the doctor's advice.
play shop.yaml <<'END_OF_SCRIPT'
# a comment, and an empty line

upgrade head
edit c3 down_revision=b2
current
stamp a1
plan upgrade head
alembic upgrade head
sql SELECT id, email FROM users
goal
END_OF_SCRIPT
is_status 1
no_err
has_out "shop, state 'lying', on SQLite"
has_out '  it claims   b2'
has_out "-:3:1: error: KeyError: 'nowhere'"
has_out '    c3  shop.yaml:6'
has_out 'c3: down_revision becomes b2'
has_out '  version  b2 → a1'
has_out '    1. upgrade a1 -> b2, mail'
has_out '    + column users.email text'
has_out '  1   NULL'
has_out '  ✓ works'

# What was played is a strategy that runs to the same end; what failed is expected to.
play shop.yaml --state lying <<'END_OF_SCRIPT'
upgrade head
edit c3 down_revision=b2
stamp a1
sql UPDATE users SET id = 7
undo
sql INSERT INTO \
 nothing nothing VALUES (1)
sql SELECT count(*) FROM users
upgrade head
steps
save by-hand saved.yaml
END_OF_SCRIPT
is_status 1
no_err
has_out '  taken back: SQL by hand'
has_out "  - edit:"
has_out '  saved: 6 steps, of which a run says works'
lacks_out 'sql: UPDATE'
run run saved.yaml --filter by-hand
is_status 0
has_out '  by-hand   ✓ works'
run explain saved.yaml by-hand@lying
is_status 0
has_out 'It fails with DatabaseError: near "nothing": syntax error'

# One whose goal is not met is claimed as that.
play shop.yaml --state fresh <<'END_OF_SCRIPT'
edit c3 down_revision=b2
stamp heads
save stamped wrong.yaml
save stamped wrong.yaml
save hope other.yaml
save
END_OF_SCRIPT
is_status 2
has_out '  saved: 2 steps, of which a run says wrong: schema'
has_err "-:4:1: error: the steps cannot be saved: 'wrong.yaml' is there already"
has_err "-:5:1: error: there is a strategy 'hope' already"
has_err "-:6:1: error: 'save' takes a name for the strategy, and a new file"
holds ! -e other.yaml
run run wrong.yaml --filter stamped
is_status 0

# Everything that is wrong is told in one run, with its line; the rest is done.
play shop.yaml <<'END_OF_SCRIPT'
upgade head
upgrade
upgrade a1 b2
stamp
merge heads
sql
edit a1
edit a1 colour=red
check: {sql: SELECT 1}
chekc: {sql: SELECT 1}
undo
rows user
rows
show zz
plan upgrade
diff x
version: b2
END_OF_SCRIPT
is_status 2
is_err <<'EXPECTED'
-:1:1: error: there is no command 'upgade'
    1 | upgade head
      | ^~~~~~
  hint: Did you mean 'upgrade'?
-:2:1: error: the command takes one target
    2 | upgrade
      | ^~~~~~~
  hint: 'upgrade head', 'downgrade -1': an id or the start of one, head, base, +1.
-:3:12: error: the command takes one target
    3 | upgrade a1 b2
      |            ^~
  hint: 'upgrade head', 'downgrade -1': an id or the start of one, head, base, +1.
-:4:1: error: the command takes a target
    4 | stamp
      | ^~~~~
  hint: 'stamp head', 'stamp --purge base'.
-:5:1: error: a merge takes what is merged, and an id for the new revision
    5 | merge heads
      | ^~~~~
  hint: 'merge heads --rev-id ID', or ids in the place of heads; '-m MESSAGE' may stand behind.
-:6:1: error: there is no SQL behind the command
    6 | sql
      | ^~~
  hint: 'sql UPDATE t SET n = 1', 'sql SELECT * FROM t'.
-:7:1: error: there is nothing behind the revision
    7 | edit a1
      | ^~~~
  hint: KEY=VALUE, of down_revision, revision, depends_on, branch_labels, file, message, upgrade, downgrade, autocommit and irreversible; 'down_revision=a,b' for two.
-:8:9: error: this is nothing that a revision has
    8 | edit a1 colour=red
      |         ^~~~~~~~~~
  hint: KEY=VALUE, of down_revision, revision, depends_on, branch_labels, file, message, upgrade, downgrade, autocommit and irreversible; 'down_revision=a,b' for two.
-:9:8: error: a check needs one of 'equals', 'matches' and 'empty'
    9 | check: {sql: SELECT 1}
      |        ^
-:10:1: error: there is no command 'chekc:'
   10 | chekc: {sql: SELECT 1}
      | ^~~~~~
  hint: 'help' lists the commands; SQL stands behind 'sql'.
-:11:1: error: there is nothing to take back
   11 | undo
      | ^~~~
-:12:1: error: there is no table 'user'
   12 | rows user
      | ^~~~
  hint: Did you mean 'users'?
-:13:1: error: 'rows' takes a table: 'rows users'
   13 | rows
      | ^~~~
-:14:1: error: KeyError: 'nowhere'
   14 | show zz
      | ^~~~
-:15:1: error: 'plan' takes a command and its target: 'plan upgrade head'
   15 | plan upgrade
      | ^~~~
-:16:1: error: 'diff' compares with the start, 'diff heads' with a fresh database at heads
   16 | diff x
      | ^~~~
EXPECTED

# Any step of a scenario can be typed as it stands there, and says itself that it fails.
play shop.yaml <<'END_OF_SCRIPT'
{upgrade: head, fails: nowhere}
remove c3
backup: before
downgrade base
restore: before
check: {sql: SELECT count(*) FROM users, equals: 1}
check: {sql: SELECT count(*) FROM users, equals: 2}
{stamp: a1, fails: never}
current
add d4 down_revision=b2 upgrade=CREATE TABLE t (i int); CREATE INDEX x ON t (i) message=a table
show d4
heads
history
steps
END_OF_SCRIPT
is_status 1
no_err
has_out "That is expected: the step says 'fails: nowhere'"
has_out '  It does not fail as it says, and is taken back.'
has_out 'b2 -> d4, a table'
has_out '      CREATE TABLE t (i int); CREATE INDEX x ON t (i)'
lacks_out '  - {stamp: a1'

# So many changes can be taken back, one after the other.
{
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
		echo "sql INSERT INTO users VALUES ($((i + 1)))"
		echo "sql INSERT INTO users VALUES ($((i + 101)))"
	done
	for i in 1 2 3 4 5 6 7 8 9 10; do
		printf 'undo\nundo\nundo\nundo\nundo\n'
	done
	echo 'sql SELECT count(*) AS left_over FROM users'
	echo undo
} >long
play shop.yaml <long
is_status 2
grep -A1 '^  left_over' "$folder/out" | grep -q '^  11$' || fail 'fifty changes are taken back'
has_err 'that is too long ago: the last 50 changes can be taken back'

# A copy of a database; it stays as it is.
sqlite3 prod.sqlite "CREATE TABLE users (id integer PRIMARY KEY); INSERT INTO users VALUES (5);
	CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('b2')"
cp prod.sqlite before.sqlite
play shop.yaml --database prod.sqlite <<'END_OF_SCRIPT'
locate
rows users
sql DELETE FROM users
save x y.yaml
END_OF_SCRIPT
is_status 2
has_out "The schema is that of   a1"
has_out '  5'
has_err 'the database is no state of the scenario'
cmp before.sqlite prod.sqlite || fail 'the database is changed'

# What cannot be had.
play shop.yaml --state no </dev/null
is_status 2
has_err "has no state 'no'"
play shop.yaml --engine postgres </dev/null
is_status 2
has_err "cannot be played on postgres"
play shop.yaml --database shop.yaml:lying </dev/null
is_status 2
has_err "Play the scenario: 'rehearse play SCENARIO --state NAME'."
play nowhere </dev/null
is_status 2
play shop.yaml --state lying --database prod.sqlite </dev/null
is_status 2
has_err "'--state' and '--database' exclude each other"
head -c 3000 /dev/zero >zeros.sqlite
play shop.yaml --database zeros.sqlite </dev/null
is_status 2
has_err "zeros.sqlite"

# A statement has its time; what it did is taken back.
play shop.yaml --timeout 0.3 <<'END_OF_SCRIPT'
sql INSERT INTO users WITH RECURSIVE c(x) AS (SELECT 10 UNION ALL SELECT x+1 FROM c) SELECT x FROM c
sql SELECT count(*) AS kept FROM users
END_OF_SCRIPT
is_status 1
has_out 'error: Timeout: timed out'
grep -A1 '^  kept' "$folder/out" | grep -q '^  1$' || fail 'it is not taken back'

# So have looks that replay the tree.
cat >never.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null, upgrade: 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT count(*) FROM c'}
states: {fresh: {}}
YAML
printf 'locate\ndiff heads\ncurrent\n' >looks
play never.yaml --timeout 0.3 <looks
is_status 2
has_err '-:1:1: error: timed out'
has_err 'never.yaml:4:51: error: timed out'
has_out '  it claims   nothing'

# Signals end it, and nothing stays behind.
echo 'sql INSERT INTO users WITH RECURSIVE c(x) AS (SELECT 10 UNION ALL SELECT x+1 FROM c) SELECT x FROM c' >endless
for signal in INT TERM HUP; do
	shown="rehearse play, ended by $signal"
	status=0
	timeout --preserve-status -s "$signal" 0.4 "$program" play shop.yaml --timeout 0 <endless >"$folder/out" 2>"$folder/err" || status=$?
	case $signal in
	INT) is_status 130 ;;
	TERM) is_status 143 ;;
	HUP) is_status 129 ;;
	esac
done
