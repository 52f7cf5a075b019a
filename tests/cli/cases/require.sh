# What is a note on a desk is a failure where nobody reads notes: a record that is missing, a server that is not there.
nowhere=postgresql://nobody@127.0.0.1:1/none

# Without a folder there are no records, and nothing is missing, unless they are asked for.
CI=true run run --engine sqlite
is_status 0
has_err "note: 2 scenarios have no folder 'expected', so nothing was compared with records; '--require records' makes"
CI=true run run --engine sqlite --require none
no_err
run run --engine sqlite
no_err
run run --engine sqlite --require records
is_status 1
has_out '  ! ladder/up@fresh:sqlite: works; as claimed, but there is no record of it'
has_out '5 cells: 0 as expected, 5 differ'
run accept
rm expected/ladder/up@fresh.sqlite.txt
run run --engine sqlite
is_status 0
has_out '1 not recorded'
CI=true run run --engine sqlite
is_status 1
has_out '  ! ladder/up@fresh:sqlite: works; as claimed, but there is no record of it'
CI=true run run --engine sqlite --format json
has_out '"record": "missing"'
CI=true run run --engine sqlite --require none
is_status 0
CI=false run run --engine sqlite
is_status 0

# A server.
cat >both.yaml <<'EOF'
rehearse: 1
revisions:
  - {revision: a, down_revision: null, upgrade: CREATE TABLE t (i int)}
steps: [{upgrade: head}]
EOF
run run --expected expected both.yaml --filter sqlite --require postgres
is_status 0
run run both.yaml --require none --postgres "$nowhere"
is_status 3
run run both.yaml --require postgres --pg-bindir /nonexistent
is_status 2
has_err "option '--pg-bindir' cannot be '/nonexistent': there is no such folder"
mkdir no-programs
: >no-programs/psql
run run both.yaml --require none --pg-bindir no-programs
is_status 0
has_out '1 skipped'
run run both.yaml --require postgres --pg-bindir no-programs
is_status 3
has_err 'error: cannot play on postgres: '
CI=true run run both.yaml --expected expected --pg-bindir no-programs
is_status 3
has_err "hint: Where CI is set a server is required: '--engine sqlite' plays without one"
run run both.yaml --python /nonexistent/python
is_status 2
has_err "option '--python' cannot be '/nonexistent/python': there is no such program"
run run both.yaml --python 'no-such-program-anywhere -m x'
is_status 2
