# A file that is too large for memory is played on as a file, and rows that are too many to be kept are compared all the same.
mkdir tmp scenarios/large
export TMPDIR=$PWD/tmp
cat >make.py <<'PY'
import sqlite3

connection = sqlite3.connect("large.sqlite")
connection.executescript("""
PRAGMA journal_mode = wal;
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('a1');
CREATE TABLE payment (id INTEGER PRIMARY KEY, customer INT, note TEXT, paid REAL);
CREATE TABLE loose (a TEXT, b TEXT);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
	INSERT INTO payment SELECT i, i % 7, printf('%01700d', i), i / 7.0 FROM n;
INSERT INTO loose SELECT printf('%01000d', id % 100), NULL FROM payment WHERE id <= 20000;
INSERT INTO loose VALUES ('', 'once'), (NULL, 'twice'), (NULL, 'twice');
""")
PY
"$system_python" make.py
before=$(cksum large.sqlite)
gzip -1 -c large.sqlite >large.sqlite.gz
cat >scenarios/large/large.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null}
  - {revision: a2, down_revision: a1, upgrade: ALTER TABLE payment ADD COLUMN seen TEXT DEFAULT 'no'}
states:
  plain: {load: ../../large.sqlite}
  packed: {load: ../../large.sqlite.gz}
  drift: {load: ../../large.sqlite, sql: "INSERT INTO loose VALUES ('drift', '')"}
  beside: {load: ../../large.sqlite, sessions: {other: BEGIN IMMEDIATE}}
strategies:
  keeps:
    states: [plain, packed, drift]
    steps: [{upgrade: head}]
  adds:
    states: [plain]
    steps: [{sql: "INSERT INTO payment SELECT -id, customer, note, paid FROM payment; INSERT INTO loose SELECT * FROM loose"}]
  loses:
    states: [plain]
    steps: [{sql: "DELETE FROM payment WHERE id IN (7, 29000); DELETE FROM loose WHERE rowid IN (SELECT max(rowid) FROM loose)"}]
  changes:
    states: [plain]
    steps: [{sql: "UPDATE payment SET customer = 99 WHERE id < 1000; DELETE FROM payment WHERE id = 500"}]
  swaps: # one for another: as many as before
    states: [plain]
    steps: [{sql: "UPDATE loose SET b = 'thrice' WHERE b = 'once'"}]
  keys:
    states: [plain]
    steps: [{sql: UPDATE payment SET customer = NULL}]
    goal: {rows_kept: {keys: [payment]}}
  lost-keys:
    states: [plain]
    steps: [{sql: UPDATE payment SET id = -id WHERE id > 29990}]
    goal: {rows_kept: {keys: [payment]}}
  renames:
    states: [plain]
    steps: [{sql: ALTER TABLE payment RENAME COLUMN note TO remark}]
  drops:
    states: [plain]
    steps: [{sql: ALTER TABLE payment DROP COLUMN note}]
  empties:
    states: [plain]
    steps: [{sql: DROP TABLE payment}]
  elsewhere:
    states: [plain]
    steps: [{sql: "ALTER TABLE payment RENAME TO paid; CREATE TABLE other AS SELECT id, customer, note, paid FROM paid WHERE id > 5"}]
  again:
    states: [plain]
    steps: [{backup: b}, {sql: DELETE FROM payment}, {restore: b}, {upgrade: head}]
  blocked:
    states: [beside]
    steps: [{upgrade: head}]
    goal: {rows_kept: []}
goal: {rows_kept: all}
outcomes:
  loses@*: {wrong: [rows]}
  changes@*: {wrong: [rows]}
  swaps@*: {wrong: [rows]}
  lost-keys@*: {wrong: [rows]}
  renames@*: {wrong: [rows]}
  drops@*: {wrong: [rows]}
  empties@*: {wrong: [rows]}
  elsewhere@*: {wrong: [rows]}
  blocked@*: {fails_at: 1, error: locked}
YAML
run run --jobs 2 --format json scenarios/large/large.yaml
is_status 0
"$system_python" -c "
import json, sys
for cell in json.load(open(sys.argv[1]))['cells']:
    print(cell['strategy'], *(reason['text'] for reason in cell.get('reasons', [])), sep='\\n')
" "$folder/out" >reasons
cp reasons "$folder/out"
has_out '2 of 30000 rows of table payment are lost (id, customer, note, paid):'
has_out '- (7, 0, 00000000000000000000'
has_out '1 of 20003 rows of table loose is lost (a, b):'
has_out '- (NULL, twice)'
has_out '1 of 30000 rows of table payment is lost (id, customer, note, paid):'
has_out '998 of 30000 rows of table payment are changed (id, customer, note, paid):'
has_out '- (1, 1, 00000000000000000000'
has_out '+ (1, 99, 0000000000000000000'
has_out '- and 993 more'
has_out '- (, once)'
has_out '10 of 30000 rows of table payment are lost (id):'
has_out 'column note of table payment is gone; all its values stand in column remark now'
has_out '30000 of 30000 rows of table payment are lost: column note is gone'
holds "$(grep -cx '30000 of 30000 rows of table payment are lost: the table is gone' reasons)" = 1
has_out '30000 of 30000 rows of table payment are lost: the table is gone; all of them stand in table paid now'
holds "$(cksum large.sqlite)" = "$before"
holds -z "$(ls tmp)"

# So are those of a virtual table, of which a schema does not tell the columns.
cat >scenarios/large/words.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
states:
  full:
    sql: CREATE VIRTUAL TABLE words USING fts5 (name, body, detail = none)
    seed: |
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        INSERT INTO words SELECT i, printf('%01700d', i) FROM n
strategies:
  keeps: {steps: [{sql: CREATE TABLE other (a)}]}
  loses: {steps: [{sql: "DELETE FROM words WHERE rowid IN (7, 19999)"}]}
  other-columns: {steps: [{sql: "DROP TABLE words; CREATE VIRTUAL TABLE words USING fts5 (body); INSERT INTO words VALUES (1)"}]}
goal: {rows_kept: [words]}
outcomes: {loses@*: {wrong: [rows]}, other-columns@*: {wrong: [rows]}}
YAML
run run --jobs 1 --format json scenarios/large/words.yaml
is_status 0
has_out '2 of 20000 rows of table words are lost:'
has_out '- (7, 0000000000000000000'
has_out 'could not read the rows at the end: DatabaseError: it has other columns now'

# What is kept is a file as others are.
run run --jobs 1 --keep all --filter 'loses' scenarios/large/large.yaml
is_status 0
holds "$("$system_python" -c "
import glob, sqlite3
print(sqlite3.connect(glob.glob('.rehearse/kept/*.sqlite')[0]).execute('SELECT count(*) FROM payment').fetchone()[0])")" = 29998
holds -z "$(ls tmp)"

# Killed in the middle, it leaves what the next run removes.
"$program" run --jobs 1 scenarios/large/large.yaml >"$folder/out" 2>&1 &
running=$!
in_time sh -c "ls tmp/rehearse-cells-*/*.sqlite >'$folder/null' 2>&1"
kill -KILL "$running" $(pgrep -P "$running")
wait "$running"
in_time sh -c "'$program' clean >'$folder/null' && [ -z \"\$(ls tmp)\" ]"
