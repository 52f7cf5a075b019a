# The room where steps are tried by hand, on a server: what is taken back, what Ctrl-C ends, and nothing is left.
. "$here/../postgres/prelude.sh"

cat >shop.yaml <<'YAML'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: 'CREATE TABLE users (id integer PRIMARY KEY)'}
  - {revision: b2, down_revision: a1, upgrade: ALTER TABLE users ADD COLUMN email text}
states:
  lying: {schema: a1, version: b2, seed: INSERT INTO users VALUES (1)}
  busy: {schema: a1, sessions: {reader: BEGIN; LOCK TABLE users}}
strategies:
  up: {states: [lying], steps: [{upgrade: head}]}
goal: {version: heads, schema: {same_as: fresh}, rows_kept: all}
YAML

shown='rehearse play shop.yaml'
status=0
"$program" play shop.yaml >"$folder/out" 2>"$folder/err" <<'END' || status=$?
sql DELETE FROM users
undo
upgrade nowhere
stamp a1
upgrade head
rows users
goal
save by-hand new.yaml
END
is_status 1
no_err
has_out '  1   NULL'
has_out '  saved: 3 steps, of which a run says works'
run run new.yaml --filter by-hand
is_status 0
has_out 'by-hand    ✓ works'

# Others hold locks all the time.
status=0
"$program" play shop.yaml --state busy >"$folder/out" 2>"$folder/err" <<'END' || status=$?
upgrade head
undo
END
is_status 2
has_out 'Blocked'
has_err "-:2:1: error: nothing can be taken back while others have the database open, as the state 'busy' says"

python3 "$here/../terminal/terminal.py" "$program" postgres_play_ends_a_statement_and_not_the_prompt || fail 'Ctrl-C'
in_time no_process
