# The standing questions about migrations, asked of SQL: what needs no Python.

cat >scenarios/shop.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null, upgrade: 'CREATE TABLE users (id integer PRIMARY KEY, email text)', downgrade: DROP TABLE users}
  - {revision: b2, down_revision: a1, upgrade: 'CREATE TABLE orders (id integer)', downgrade: ''}
  - {revision: c3, down_revision: b2, upgrade: 'CREATE VIEW names AS SELECT email FROM users', downgrade: DROP VIEW names}
  - {revision: d4, down_revision: c3, upgrade: 'CREATE TABLE notes (id integer)', irreversible: true}
strategies:
  mended:
    change_revisions: {b2: {downgrade: DROP TABLE orders}, d4: {irreversible: false, downgrade: DROP TABLE notes}}
    steps: []
YAML

# The answer first; a question, its answer; findings with their place.
run audit shop --skip rows
is_status 1
no_err
is_out <<'OUT'
4 revisions on sqlite: 2 findings
The scenario has this engine.

  yes      faults     the doctor finds nothing
  yes      upgrade    base to heads on an empty database
  unknown  stairs     d4 does not go down: see 'downgrade'
  no       downgrade  2 findings
  skipped  rows       --skip names it
  skipped  releases   a scenario has no releases
  yes      orders     all orders of the branches end in one schema; there is
                      only one
  skipped  retry      asked by name (--only), or of what --since leaves
  skipped  race       asked by name (--only), or of what --since leaves
  skipped  models     a scenario has no models

downgrade: do all revisions go down, and leave nothing?
  b2  scenarios/shop.yaml:5
    its downgrade leaves table orders
      + column orders.id integer
      + table orders

  d4  scenarios/shop.yaml:7
    does not downgrade
    Irreversible: revision 'd4' cannot be downgraded
          7 |   - {revision: d4, down_revision: c3, upgrade: 'CREATE TABLE notes
            |                ^~
OUT

# Where downgrades are not asked about, who goes up and down tells of them.
run audit shop --only stairs
is_status 1
has_out '  no       stairs     2 findings'

# A strategy's edits count.
run audit shop --strategy mended --skip rows
is_status 0
has_out '4 revisions on sqlite: no findings'

# A kill between statements, which SQLite keeps one by one; and another deployer meanwhile.
run audit shop --only retry --strategy mended --strict
is_status 1
has_out 'killed before statement 2 of 2, the same command does not get'
run audit shop --only race --strategy mended
is_status 0

# It begins with a database: what its version rows say has run is not asked about.
cat >dump.sql <<'SQL'
CREATE TABLE users (id integer PRIMARY KEY, email text);
CREATE TABLE orders (id integer);
CREATE TABLE alembic_version (version_num text);
INSERT INTO alembic_version VALUES ('b2');
SQL
run audit shop --strategy mended --skip rows --database dump.sql
is_status 0
has_out 'The scenario has this engine. Each question begins with a copy of dump.sql.'
has_out '  yes      upgrade    to heads, on a copy of the database'
has_out '  yes      downgrade  heads to where the database began, and nothing is left'
run audit shop --only downgrade --database dump.sql
is_status 1
has_out '  no       downgrade  1 finding'
sed 's/b2/zz/' dump.sql >strange.sql
run audit shop --only upgrade --database strange.sql
is_status 1
has_out '    the database cannot be upgraded'
run audit shop --only upgrade --database nothing.sql
is_status 2
has_err "there is no database 'nothing.sql'"
run audit shop --engine postgres --database sqlite:///dump.sql
is_status 2

# What is known does not count, and what is gone is told.
run audit shop --skip rows --baseline known.txt
is_status 2
has_err "could not read 'known.txt'"
has_err 'hint: --write-baseline writes it.'
run audit shop --skip rows --baseline known.txt --write-baseline
is_status 0
has_out '2 findings, 0 of them new'
grep -q '^downgrade b2 [0-9a-f]* its downgrade leaves table orders$' known.txt
run audit shop --skip rows --baseline known.txt
is_status 0
has_out '  b2  scenarios/shop.yaml:5  (known)'
run audit shop --only upgrade --baseline known.txt
is_status 0
lacks_out 'No longer found'
run audit shop --strategy mended --skip rows --baseline known.txt
is_status 0
has_out 'No longer found; --write-baseline forgets them:'
echo nonsense >other.txt
run audit shop --skip rows --baseline other.txt
is_status 2
has_err 'this is no baseline'
run audit shop --write-baseline
is_status 2
has_err "'--write-baseline' needs a file: --baseline FILE"

# Every report.
run audit shop --skip rows --report json:out.json --report junit:out.xml --report tap:out.tap --report markdown:out.md \
	--report html:out.html --report sarif:out.sarif --report text:out.txt
is_status 1
for file in out.json out.xml out.tap out.md out.html out.sarif out.txt; do
	grep -q 'its downgrade leaves table orders' "$file"
done
run audit shop --report pdf:x
is_status 2
has_err "no format 'pdf'"
run run shop --report sarif:x
is_status 2
has_err "a run has no format 'sarif', which is of findings"
has_err "'rehearse audit --report sarif:FILE' and 'rehearse doctor --format sarif' have it."

# A tree that Alembic does not load has faults, and nothing that runs.
cat >scenarios/torn.yaml <<'YAML'
rehearse: 1
revisions:
  - {revision: a1, down_revision: missing}
steps: []
YAML
run audit torn
is_status 1
has_out "  unknown  upgrade    Alembic does not load the tree: 'rehearse doctor' says"
has_out "down_revision 'missing' is no revision"

run audit shop --since main
is_status 2
has_err "'--since' compares Alembic projects"
run audit shop --only nonsense
is_status 2
has_err "nonsense"
run audit nowhere
is_status 2
