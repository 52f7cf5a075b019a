# Steps that show, and what a step's version and checks may be.

cat >look.yaml <<'EOF'
rehearse: 1
revisions:
  - revision: a1
    down_revision: null
    upgrade: |
      CREATE TABLE t (id integer PRIMARY KEY, name text);
      INSERT INTO t VALUES (1, NULL), (2, 'ada');
  - {revision: b2, down_revision: a1}
strategies:
  look:
    steps:
      - version: base
      - upgrade: a1
      - show: SELECT * FROM t; SELECT count(*) AS n FROM t
      - {version: heads, fails: 'expected the row b2 .the heads. in the version table, found the row a1'}
      - edit: {remove_revisions: [b2]}
      - version: heads
  wrong:
    steps:
      - upgrade: b2
      - show: SELECT id FROM t ORDER BY id
      - check:
          - {sql: SELECT 1 FROM t, empty: false}
          - {sql: SELECT 1 FROM t WHERE id > 2, empty: false}
EOF

# A show is quiet where all is well, unless asked; where a cell differs it belongs to what is known of it.
run run --engine sqlite look.yaml
is_status 1
lacks_out '  look/look@fresh:sqlite'
has_out '    look.yaml:24:13: error: Expectation: the check gave no rows, expected at least one'
has_out '    step 2 shows'
run run --engine sqlite --verbose --filter /look look.yaml
is_status 0
is_out <<'EOF'
look

  sqlite   fresh
  look     ✓ works

  look/look@fresh:sqlite
    step 3 shows
      id  name
      1   NULL
      2   ada
      (2 rows)
    step 3 shows
      n
      2
      (1 row)

1 cell: 1 as expected; 1 scenario on sqlite
EOF

# For tools: NULL is null.
run run --engine sqlite --format json --filter /look look.yaml
has_out '"shows": [{"step": 3, "columns": ["id", "name"], "rows": [["1", null], ["2", "ada"]], "row_count": 2}, {"step": 3, "columns": ["n"], "rows": [["2"]], "row_count": 1}]'

run explain look.yaml look@fresh
has_out 'Step 3 of 6: look'
has_out '  2   ada'

# SQL that fails is a step that fails.
sed 's/SELECT id FROM t ORDER BY id/SELECT nope FROM t/' look.yaml >bad.yaml
run run --engine sqlite --filter wrong bad.yaml
is_status 1
has_out 'bad.yaml:21:22: error: DatabaseError: no such column: nope'

# A goal's check may stand alone. A name that is an id and a label of another file means the id, where
# such a tree can only be built in part.
cat >label.yaml <<'EOF'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE a (i integer)}
  - {revision: b2, down_revision: null, branch_labels: a1, upgrade: CREATE TABLE b (i integer)}
states: {production: {schema: a1}}
steps: []
goal:
  check: {sql: "SELECT name FROM sqlite_master WHERE name IN ('a', 'b')", equals: a}
EOF
run run label.yaml
is_status 0
