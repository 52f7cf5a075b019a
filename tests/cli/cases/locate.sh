# Where a database really is.

cat >scenarios/shop.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null, upgrade: 'CREATE TABLE users (id integer PRIMARY KEY, email text)'}
  - {revision: b2, down_revision: a1, upgrade: 'CREATE TABLE orders (id integer PRIMARY KEY); CREATE INDEX ix_users_email ON users (email)'}
  - {revision: c3, down_revision: b2, upgrade: "UPDATE users SET email = ''"}
  - {revision: d4, down_revision: c3, upgrade: 'ALTER TABLE users ADD COLUMN phone text'}
states:
  honest: {schema: b2}
  lying: {schema: a1, version: d4}
  hole: {ran: [a1, d4], version: d4}
  part:
    schema: a1
    sql: CREATE TABLE orders (id integer PRIMARY KEY);
  by-hand:
    schema: d4
    sql: CREATE VIEW everybody AS SELECT id FROM users;
  elsewhere: {schema: d4, version: '9'}
  stranger: {sql: CREATE TABLE planets (id integer), version: '9'}
  unbuildable: {schema: a1, sql: CREATE NONSENSE}
strategies:
  reorder:
    change_revisions: {d4: {down_revision: a1}}
    steps: []
YAML

run locate shop --database shop:honest
is_status 0
no_err
is_out <<'OUT'
The version table says  b2
The schema is that of   b2, or c3: no fact tells them apart (8 of 8)
No trace is left by     c3: whether it ran cannot be told
That is the truth       as far as a schema can tell
OUT

run locate shop --database shop:lying
is_status 1
has_out 'The schema is that of   a1, fact for fact (4 of 4)'
has_out 'So the row lies         b2, d4 never ran here (5 facts are missing)'
has_out 'Tell the truth with     alembic stamp a1'

run locate shop --database shop:hole
is_status 1
has_out 'Never ran               b2, though others that stand on it did'
has_out 'By hand, first          run the upgrade of b2'

run locate shop --database shop:part
is_status 1
has_out 'Ran in part             b2: the first of its 2 statements'
has_out 'No row can say that     what ran is no version of this tree'

run locate shop --database shop:by-hand
is_status 0
has_out 'No revision explains    + view everybody'

run locate shop --database shop:elsewhere
is_status 1
has_out 'no revision of the tree is 9'
has_out 'alembic stamp --purge d4'

run locate shop --database shop:stranger
is_status 1
has_out 'is this its database?'

# The tree as a strategy edits it.
run locate shop/reorder@hole --database shop:hole
is_status 0
has_out 'The schema is that of   d4, fact for fact'

# For tools.
run locate shop --database shop:hole --format json
is_status 1
has_out '"exact": false'
has_out '"row_is_true": false'
for key in rows exact at more ran not_ran holes partly foreign untraceable not_replayed facts matching \
	row_is_true unknown_rows stamps notes; do
	has_out "\"$key\": "
done

# A file is read, and stays as it is.
"$system_python" - <<'PYTHON'
import sqlite3
database = sqlite3.connect("copy.sqlite")
database.executescript("""
CREATE TABLE users (id integer PRIMARY KEY, email text);
CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('a1');
""")
PYTHON
chmod a-w copy.sqlite
before=$(cksum <copy.sqlite)
run locate scenarios/shop.yaml --database copy.sqlite
is_status 0
has_out 'That is the truth       the row and the schema agree'
holds "$before" = "$(cksum <copy.sqlite)"
holds -z "$(find . -name 'copy.sqlite-*')"

# What is wrong with what was asked.
run locate shop
is_status 2
has_err "option '--database' is missing"

run locate shop --database shop:honesty
is_status 2
has_err "scenario 'shop' has no state 'honesty'"
has_err "Did you mean 'honest'?"

run locate shop --database nothing.sqlite
is_status 2
has_err "there is no database 'nothing.sqlite'"

run locate shop --database postgresql://ada:secret@127.0.0.1:1/shop
is_status 3
has_err 'could not connect to PostgreSQL'
! grep -q secret "$folder/err" || fail 'a password is printed'

run locate shop --database shop:honest --engine postgres
is_status 2
has_err 'cannot both be had on postgres'

run locate shop --database shop:unbuildable
is_status 2
has_err 'scenarios/shop.yaml:'
has_err "while reading the database 'shop:unbuildable'"

echo 'no database' >text.sqlite
run locate shop --database text.sqlite
is_status 2
has_err 'text.sqlite'

run where
is_status 2
has_err "Did you mean 'locate'?"
