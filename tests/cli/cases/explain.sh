# A replay told step by step.

cat >scenarios/half.yaml <<'YAML'
rehearse: 1
title: Half of a step stays behind, and a line of this title is too long for one line of the page
engines: [sqlite, postgres]
story: |
  The index cannot be made, as two users share an address. What ran before
  it is not undone as a whole.

    rehearse explain half

  That is another paragraph.
lesson: Look at what is left before you run it again.
revisions:
  - revision: a1
    down_revision: null
    message: users
    upgrade: CREATE TABLE users (id integer PRIMARY KEY, email text);
    downgrade: DROP TABLE users;
  - revision: b2
    down_revision: a1
    message: logins
    upgrade: |
      CREATE TABLE logins (email text);
      INSERT INTO logins SELECT email FROM users;
      CREATE UNIQUE INDEX uq_logins
        ON logins (email);
states:
  doubled:
    schema: a1
    seed: INSERT INTO users VALUES (1, 'ada'), (2, 'ada');
strategies:
  run-it:
    steps:
      - upgrade: head
  mend:
    title: Mend the data first
    add_revisions:
      - {revision: c3, down_revision: b2, message: nothing}
    steps:
      - upgrade: head
        title: As the runbook says
        fails: 'UNIQUE|uq_logins'
      - sql: |
          BEGIN;
          UPDATE users SET email = 'bob' WHERE id = 2;
          DROP TABLE IF EXISTS logins;
          COMMIT;
      - upgrade: head
      - version: c3
      - check: {sql: SELECT count(*) FROM logins, equals: 2}
goal:
  version: heads
  rows_kept: all
outcomes:
  run-it@*: {fails_at: 1, error: 'UNIQUE|uq_logins'}
  mend@*: {wrong: [rows]}
YAML

# A cell that works, of a scenario that is found by its name.
run explain ladder truth@lying
is_status 0
no_err
is_out <<'END'
ladder/truth@lying:sqlite
A ladder of two rungs

  This is strategy 'truth' from state 'lying', on SQLite.

── The tree ────────────────────────────────────────────────────────────────────

  ●  b2 (head) (current)
  ●  a1 (base)

  A filled circle (●) has run, if the version table is to be believed; an empty
  one (○) has not.

── The state 'lying' ───────────────────────────────────────────────────────────

  it claims   b2
  it has      one (id)

  The version table does not tell the truth.
  Compared with a database that was really upgraded to b2, this one lacks:
    - table two (id, name)

── Step 1 of 2: alembic stamp a1 ───────────────────────────────────────────────

  The plan:
    1. stamp b2 -> a1

  What is sent. The numbers are lines of ladder.yaml; statements without one are
  Alembic's own. A bracket is one transaction; what stands outside of it is
  final at once. Python's driver for SQLite begins a transaction before an
  INSERT, UPDATE or DELETE, never before a CREATE, ALTER or DROP.

       ┌ BEGIN
       │ UPDATE alembic_version SET version_num='a1' WHERE
       │     alembic_version.version_num = 'b2'
       └ COMMIT

  version  b2 → a1
  schema   as before

── Step 2 of 2: alembic upgrade head ───────────────────────────────────────────

  The plan:
    1. upgrade a1 -> b2

    13   CREATE TABLE two (id integer PRIMARY KEY, name text)
       ┌ BEGIN
       │ UPDATE alembic_version SET version_num='b2' WHERE
       │     alembic_version.version_num = 'a1'
       └ COMMIT

  version  a1 → b2
  schema   what has changed:
    + table two (id, name)

── The verdict ─────────────────────────────────────────────────────────────────

  ✓ works

  The goal asks that:
  ✓ the version rows are the heads of the tree
  ✓ the schema is what the tree makes of an empty database

  That is what the scenario claims: works.
END

# One that fails, and what it leaves behind; by the whole name of the cell.
run explain scenarios/half.yaml half/run-it@doubled:sqlite
is_status 0
no_err
is_out <<'END'
half/run-it@doubled:sqlite
Half of a step stays behind, and a line of this title is too long for one line
of the page

  The index cannot be made, as two users share an address. What ran before it is
  not undone as a whole.

    rehearse explain half

  That is another paragraph.

  This is strategy 'run-it' from state 'doubled', on SQLite.

── The tree ────────────────────────────────────────────────────────────────────

  ○  b2 (head)  logins
  ●  a1 (current) (base)  users

  A filled circle (●) has run, if the version table is to be believed; an empty
  one (○) has not.

── The state 'doubled' ─────────────────────────────────────────────────────────

  it claims   a1
  it has      users (id, email)

  The version table tells the truth: an empty database that is upgraded to a1
  has the same schema.

── Step 1 of 1: alembic upgrade head ───────────────────────────────────────────

  The plan:
    1. upgrade a1 -> b2, logins

  What is sent. The numbers are lines of half.yaml; statements without one are
  Alembic's own. A bracket is one transaction; what stands outside of it is
  final at once. Python's driver for SQLite begins a transaction before an
  INSERT, UPDATE or DELETE, never before a CREATE, ALTER or DROP.

    22   CREATE TABLE logins (email text)
       ┌ BEGIN
    23 │ INSERT INTO logins SELECT email FROM users
    24 │ CREATE UNIQUE INDEX uq_logins
    25 │   ON logins (email)
       │ ✗ UNIQUE constraint failed: logins.email
       └ ROLLBACK

  ✗ It fails, and the replay ends here.

  scenarios/half.yaml:24:7: error: DatabaseError: UNIQUE constraint failed:
  logins.email
     24 |       CREATE UNIQUE INDEX uq_logins
        |       ^~~~~~
    in revision b2

  What it leaves behind:

  version  a1, as before
  schema   what has changed:
    + table logins (email)

  The version table does not tell the truth.
  Compared with a database that was really upgraded to a1, this one has in
  excess:
    + table logins (email)

── The verdict ─────────────────────────────────────────────────────────────────

  ✗ fails at step 1

  The goal is not judged, as the replay did not come to its end.

  That is what the scenario claims: fails at step 1 with 'UNIQUE|uq_logins'.

── The lesson ──────────────────────────────────────────────────────────────────

  Look at what is left before you run it again.
END

# One that goes on after a failure that was expected, edits the tree, and loses a row.
run explain half mend@doubled
is_status 0
no_err
is_out <<'END'
half/mend@doubled:sqlite
Half of a step stays behind, and a line of this title is too long for one line
of the page

  The index cannot be made, as two users share an address. What ran before it is
  not undone as a whole.

    rehearse explain half

  That is another paragraph.

  This is strategy 'mend' from state 'doubled', on SQLite.
  Mend the data first

── The tree ────────────────────────────────────────────────────────────────────

  ○  b2 (head)  logins
  ●  a1 (current) (base)  users

  A filled circle (●) has run, if the version table is to be believed; an empty
  one (○) has not.

── The tree after the strategy's edits ─────────────────────────────────────────

  + c3, down_revision b2

  ○  c3 (head)  nothing
  ○  b2  logins
  ●  a1 (current) (base)  users

── The state 'doubled' ─────────────────────────────────────────────────────────

  it claims   a1
  it has      users (id, email)

  The version table tells the truth: an empty database that is upgraded to a1
  has the same schema.

── Step 1 of 5: alembic upgrade head ───────────────────────────────────────────

  As the runbook says

  The plan:
    1. upgrade a1 -> b2, logins
    2. upgrade b2 -> c3, nothing

  What is sent. The numbers are lines of half.yaml; statements without one are
  Alembic's own. A bracket is one transaction; what stands outside of it is
  final at once. Python's driver for SQLite begins a transaction before an
  INSERT, UPDATE or DELETE, never before a CREATE, ALTER or DROP.

  1. b2
    22   CREATE TABLE logins (email text)
       ┌ BEGIN
    23 │ INSERT INTO logins SELECT email FROM users
    24 │ CREATE UNIQUE INDEX uq_logins
    25 │   ON logins (email)
       │ ✗ UNIQUE constraint failed: logins.email
       └ ROLLBACK

  ✗ It fails with DatabaseError: UNIQUE constraint failed: logins.email
    That is expected: the step says 'fails: UNIQUE|uq_logins', and the replay
    goes on.

  version  a1, as before
  schema   what has changed:
    + table logins (email)

── Step 2 of 5: SQL by hand ────────────────────────────────────────────────────

    43 ┌ BEGIN
    44 │ UPDATE users SET email = 'bob' WHERE id = 2
    45 │ DROP TABLE IF EXISTS logins
    46 └ COMMIT

  version  a1, as before
  schema   what has changed:
    - table logins (email)
  rows     of users (id | email)
    - 2 | ada
    + 2 | bob

── Step 3 of 5: alembic upgrade head ───────────────────────────────────────────

  The plan:
    1. upgrade a1 -> b2, logins
    2. upgrade b2 -> c3, nothing

  1. b2
    22   CREATE TABLE logins (email text)
       ┌ BEGIN
    23 │ INSERT INTO logins SELECT email FROM users
    24 │ CREATE UNIQUE INDEX uq_logins
    25 │   ON logins (email)
       │ UPDATE alembic_version SET version_num='b2' WHERE
       │     alembic_version.version_num = 'a1'
       └ COMMIT
  2. c3
       ┌ BEGIN
       │ UPDATE alembic_version SET version_num='c3' WHERE
       │     alembic_version.version_num = 'b2'
       └ COMMIT

  version  a1 → c3
  schema   what has changed:
    + table logins (email)
    + index uq_logins on logins (email) unique
  rows     of logins (email)
    + ada
    + bob

── Step 4 of 5: the version rows must be c3 ────────────────────────────────────

  So they are.

── Step 5 of 5: a check ────────────────────────────────────────────────────────

    49   SELECT count(*) FROM logins

  It holds.

── The verdict ─────────────────────────────────────────────────────────────────

  ≠ wrong: rows

  The goal asks that:
  ✓ the version rows are the heads of the tree
  ≠ every row is still there
    1 of 2 rows of table users is changed (id, email):
      - (2, ada)
      + (2, bob)

  That is what the scenario claims: wrong: rows.

── The lesson ──────────────────────────────────────────────────────────────────

  Look at what is left before you run it again.
END

# A tree with two heads: nothing is planned.
run explain fork head@fresh
is_status 0
no_err
is_out <<'END'
fork/head@fresh:sqlite
Two heads

  This is strategy 'head' from state 'fresh', on SQLite.

── The tree ────────────────────────────────────────────────────────────────────

  ○  right (head)
  │ ○  left (head)
  ├─╯
  ○  root (base) (branchpoint)

  A filled circle (●) has run, if the version table is to be believed; an empty
  one (○) has not.

── The state 'fresh' ───────────────────────────────────────────────────────────

  it claims   nothing: no version table
  it has      nothing

  That is the truth: nothing has run here.

── Step 1 of 1: alembic upgrade head ───────────────────────────────────────────

  What is sent. The numbers are lines of fork.yaml; statements without one are
  Alembic's own. A bracket is one transaction; what stands outside of it is
  final at once. Python's driver for SQLite begins a transaction before an
  INSERT, UPDATE or DELETE, never before a CREATE, ALTER or DROP.

         CREATE TABLE alembic_version (
             version_num VARCHAR(32) NOT NULL,
             CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
         )

  ✗ It fails, and the replay ends here.

  scenarios/fork.yaml:14:9: error: CommandError: Multiple head revisions are
  present for given argument 'head'; please specify a specific target revision,
  '<branchname>@head' to narrow to a specific head, or 'heads' for all heads
     14 |       - upgrade: head
        |         ^~~~~~~
    hint: The heads are left, right.

  What it leaves behind:

  version  no version table → no rows
  schema   as before

  That is the truth: nothing has run here.

── The verdict ─────────────────────────────────────────────────────────────────

  ✗ fails at step 1

  The goal is not judged, as the replay did not come to its end.

  That is what the scenario claims: fails at step 1 with 'Multiple head
  revisions'.
END

# A scenario as a whole.
run explain ladder
is_status 0
no_err
is_out <<'END'
ladder
A ladder of two rungs

── The tree ────────────────────────────────────────────────────────────────────

  ●  b2 (head)
  ●  a1 (base)

── The state 'fresh' ───────────────────────────────────────────────────────────

  it claims   nothing: no version table
  it has      nothing

  That is the truth: nothing has run here.

── The state 'lying' ───────────────────────────────────────────────────────────

  it claims   b2
  it has      one (id)

  The version table does not tell the truth.
  Compared with a database that was really upgraded to b2, this one lacks:
    - table two (id, name)

── The strategies ──────────────────────────────────────────────────────────────

  up
    1. alembic upgrade head

  truth
    1. alembic stamp a1
    2. alembic upgrade head

── What becomes of each ────────────────────────────────────────────────────────

  sqlite   fresh     lying
  up       ✓ works   ≠ wrong: schema
  truth              ✓ works

── Look closer ─────────────────────────────────────────────────────────────────

  rehearse explain ladder up@fresh
  rehearse explain ladder up@lying
  rehearse explain ladder truth@lying
END

# What cannot be told.
run explain ladder up@lyin
is_status 4
no_out
is_err <<'ERR'
error: scenario 'ladder' has no cell 'up@lyin'
  hint: Did you mean 'ladder/up@lying:sqlite'?
ERR
run explain ladder qqqqqqqqqqqqqqqqqqq
is_status 4
has_err "hint: 'rehearse explain scenarios/ladder.yaml' names its cells."
run explain ladder up@lying:postgres
is_status 4
has_err 'Did you mean'
run explain laddr
is_status 2
is_err <<'ERR'
error: there is no file, folder or scenario 'laddr'
  hint: Did you mean 'ladder'?
ERR
run explain ladder up@lying:sqlite
cp "$folder/out" "$folder/apart"
run explain ladder/up@lying:sqlite
is_out <"$folder/apart"
run explain ladder ''
is_status 4
has_err "hint: 'rehearse explain scenarios/ladder.yaml' names its cells."
run explain
is_status 2
run explain scenarios
is_status 2
is_err <<'ERR'
error: 'scenarios' is a folder, not a scenario
  hint: 'rehearse list scenarios' names its scenarios.
ERR
mkdir bare
cd bare
run explain ladder
is_status 2
has_err "hint: There are none in a folder 'scenarios' here; name a file."
cd ..
run explain ladder --engine postgres
is_status 4
has_err "error: scenario 'ladder' has no cells on postgres"
mkdir scenarios/again
cp scenarios/ladder.yaml scenarios/again
run explain ladder
is_status 2
has_err 'several scenarios are called'
rm -r scenarios/again
run explain ladder up@lying --step
is_status 2
has_err "error: option '--step' needs a terminal to wait at"
run explain ladder --step
is_status 2
no_out
is_err <<'ERR'
error: option '--step' needs a cell, as scenario 'ladder' has several
  hint: 'rehearse explain ladder' names them.
ERR

# A cell that does not end as claimed.
sed 's/{wrong: \[schema\]}/works/' scenarios/ladder.yaml >scenarios/claims.yaml
run explain claims up@lying
is_status 1
has_out '  ! That is not what the scenario claims: works.'
run explain claims
is_status 1

# What a shell would take apart stands in quotes.
mkdir 'my files'
cp scenarios/ladder.yaml "my files/stairs.yaml"
run explain "my files/stairs.yaml"
is_status 0
has_out "  rehearse explain 'my files/stairs.yaml' up@lying"
rm -r 'my files'

# The only cell of a scenario is told at once, on the engine that was asked for.
cat >scenarios/single.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions: []
steps:
  - sql: CREATE TABLE a_table_with_a_very_long_name (a_column_with_a_very_long_name_which_goes_on_and_on_beyond_the_page text, b integer)
YAML
run explain single --engine sqlite
is_status 0
has_out 'single/replay@fresh:sqlite'
has_out '── Step 1 of 1: SQL by hand '
run explain single --engine postgres
is_status 4

# Whatever the page, no line is wider, none ends in a blank, and there is one blank line at most.
fits() {
	holds "$(LC_ALL=C.UTF-8 wc -L <"$folder/out")" -le "$1"
	! grep -n ' $' "$folder/out" || fail 'blanks at the end of a line'
	cat -s "$folder/out" | diff "$folder/out" - || fail 'more than one blank line'
}
for width in 80 50 100; do
	export COLUMNS=$width
	for cell in 'ladder truth@lying' 'half run-it@doubled' 'half mend@doubled' 'fork head@fresh' \
		'single' 'half' 'fork'; do
		run explain $cell
		is_status 0
		fits $width
	done
done
unset COLUMNS

# In colour, the same text.
run explain half mend@doubled
cp "$folder/out" "$folder/plain"
run explain half mend@doubled --color always
escape=$(printf '\033')
has_out "$escape[1m"
sed "s/$escape\[[0-9;]*m//g" "$folder/out" | diff - "$folder/plain" || fail "colour changes the text"

# On a terminal: q ends, Enter goes on.
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
	shown='rehearse explain --step, q'
	echo q | NO_COLOR=1 script -qec "stty cols 60; '$program' explain half mend@doubled --step" /dev/null |
		tr -d '\r' >"$folder/out"
	has_out '-- Enter: go on; q: end --'
	lacks_out 'Step 1 of 5'
	shown='rehearse explain --step, Enter'
	yes '' | head -n 20 | NO_COLOR=1 script -qec "'$program' explain half mend@doubled --step" /dev/null |
		tr -d '\r' >"$folder/out"
	has_out 'The verdict'
fi

# A database that nobody can read any more is told as one, and the verdict is the one of a run.
cat >scenarios/damaged.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions:
  - revision: a1
    down_revision: null
    upgrade: |
      CREATE TABLE t (x integer);
      PRAGMA writable_schema = ON;
      UPDATE sqlite_master SET sql = 'nonsense' WHERE name = 't';
strategies:
  hope:
    steps:
      - upgrade: head
  look:
    steps:
      - upgrade: head
      - sql: SELECT 1;
goal:
  rows_kept: all
outcomes:
  hope@*: {fails_at: 1, error: malformed database schema}
  look@*: {fails_at: 2, error: malformed database schema}
YAML
run run scenarios/damaged.yaml
is_status 0
run explain damaged
is_status 0
no_err
has_out 'fails at 1'
for cell in hope look; do
	run explain damaged $cell@fresh
	is_status 0
	has_out '  error: DatabaseError: malformed database schema (t)'
	has_out '  schema   unreadable: malformed database schema (t)'
	has_out '  So what this database claims cannot be told.'
done

# A tree that does not load tells nothing about the rows; the one that the strategy makes of it may.
cat >scenarios/parentless.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: r1, down_revision: null, upgrade: CREATE TABLE a (id integer);}
  - {revision: r3, down_revision: r2, upgrade: CREATE TABLE c (id integer);}
states:
  production: {ran: [r1], version: r3}
strategies:
  as-found: {steps: [{upgrade: head}]}
  new-parent:
    change_revisions: {r3: {down_revision: r1}}
    steps: [{upgrade: head}]
YAML
run explain parentless as-found@production
has_out '  What these rows stand for cannot be told, as an empty database cannot be'
run explain parentless new-parent@production
is_status 0
has_out "  The scenario's own tree cannot tell what these rows stand for: KeyError: 'r2'."
has_out '  By the tree as the strategy edits it:'
has_out '  Compared with a database that was really upgraded to r3, this one lacks:'

# Time runs out, somebody interrupts.
cat >scenarios/slow.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions: []
steps:
  - sql: |
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
      SELECT count(*) FROM n;
YAML
run explain slow --timeout 0.2
is_status 1
has_out 'error: Timeout: timed out'
shown='rehearse explain, interrupted'
status=0
timeout --preserve-status -s INT 0.5 "$program" explain "$PWD/scenarios/slow.yaml" >"$folder/out" 2>&1 || status=$?
is_status 130
nothing_is_left() {
	[ ! -d /proc/self ] || [ "$(processes_of "$PWD/scenarios/slow.yaml")" -eq 0 ]
}
in_time nothing_is_left
