# A database of SQLite's is read where it is: byte for byte as it was, and nothing beside it.
cat >make.py <<'PY'
import sqlite3
import sys

connection = sqlite3.connect(sys.argv[1])
connection.executescript("""
PRAGMA journal_mode = wal; PRAGMA user_version = 7; PRAGMA application_id = 99;
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('a1');
CREATE TABLE "Odd ""name" (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT COLLATE NOCASE DEFAULT 'x',
	up TEXT GENERATED ALWAYS AS (upper(name)) STORED, CHECK (length(name) < 99));
INSERT INTO "Odd ""name" (name) VALUES ('hushhush'), ('other');
CREATE TABLE child (parent REFERENCES "Odd ""name" ON DELETE CASCADE, at INTEGER, PRIMARY KEY (parent, at), UNIQUE (at, parent)) WITHOUT ROWID;
INSERT INTO child VALUES (1, 2);
CREATE TABLE country (code TEXT, name TEXT) STRICT;
INSERT INTO country VALUES ('fr', 'France');
CREATE UNIQUE INDEX few ON "Odd ""name" (lower(name)) WHERE id > 0;
CREATE VIEW seen AS SELECT * FROM "Odd ""name";
CREATE TRIGGER again AFTER DELETE ON "Odd ""name" BEGIN INSERT INTO country VALUES ('zz', old.name); END;
CREATE VIRTUAL TABLE words USING fts5 (body);
INSERT INTO words VALUES ('hushhush it is');
CREATE VIRTUAL TABLE beside USING fts5 (name, content = 'country');
INSERT INTO beside (beside) VALUES ('rebuild');
ANALYZE;
""")
PY
"$system_python" make.py live.sqlite
before=$(cksum live.sqlite; ls -A)

# The schema, the version rows and nothing else; not a trace of it.
"$program" capture sqlite:///live.sqlite >captured.sqlite 2>told
shown='rehearse capture sqlite:///live.sqlite'
holds "$(cat told)" = 'note: the rows of 5 of 6 tables were left out'
rm told
cp captured.sqlite ../captured.sqlite
rm captured.sqlite
holds "$(cksum live.sqlite; ls -A)" = "$before"
mv ../captured.sqlite .
holds -z "$(grep -ac hushhush captured.sqlite | grep -v '^0')"
cat >ask.py <<'PY'
import sqlite3
import sys

connection = sqlite3.connect(sys.argv[1])
print(*[connection.execute(sql).fetchall() for sql in sys.argv[2:]], sep="\n")
PY
holds "$("$system_python" ask.py captured.sqlite 'SELECT * FROM alembic_version' 'SELECT count(*) FROM seen' 'SELECT count(*) FROM words' \
	'SELECT count(*) FROM child' 'PRAGMA user_version' 'PRAGMA application_id' 'PRAGMA integrity_check' 'SELECT * FROM sqlite_sequence')" = "[('a1',)]
[(0,)]
[(0,)]
[(0,)]
[(7,)]
[(99,)]
[('ok',)]
[]"
holds "$("$system_python" ask.py captured.sqlite 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2')" = \
	"$("$system_python" ask.py live.sqlite 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2')"

# It has the same schema, with every kind of object that a snapshot knows.
cat >equal.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
states: {live: {load: copy.sqlite}, captured: {load: captured.sqlite}}
steps: [{version: a1}]
goal: {schema: {same_as: "state:live"}}
YAML
cp live.sqlite copy.sqlite
run run --format json equal.yaml
is_status 0
for kind in table 'virtual table' column 'primary key' unique 'foreign key' check index view trigger pragma; do
	holds "$(grep -c "\"$kind " "$folder/out")" = 2
done
rm copy.sqlite

# With rows: of tables by name, or all.
run capture live.sqlite --rows COUNTRY --rows 'main.Odd "name' --output some.sqlite
is_status 0
no_out
is_err <<'OUT'
note: the rows of 3 of 6 tables were left out
OUT
holds "$(stat -c %a some.sqlite)" = 600
holds "$("$system_python" ask.py some.sqlite 'SELECT count(*) FROM country' 'SELECT max(up) FROM seen' 'SELECT * FROM sqlite_sequence')" = \
	"[(1,)]
[('OTHER',)]
[('Odd \"name', 2)]"
run capture "file:$PWD/live.sqlite?mode=rw" --rows all -o all.sqlite
is_status 0
no_err
holds "$("$system_python" ask.py all.sqlite 'SELECT * FROM words' 'SELECT * FROM child')" = \
	"$("$system_python" ask.py live.sqlite 'SELECT * FROM words' 'SELECT * FROM child')"
run capture live.sqlite --rows contry -o none.sqlite
is_status 2
has_err "there is no table 'contry' in the database"
has_err "Did you mean 'country'?"
holds ! -e none.sqlite

# A virtual table whose module only the application has: its pages are copied, and what cannot be done with it is told.
cp all.sqlite module.sqlite
"$system_python" - <<'PY'
import sqlite3

connection = sqlite3.connect("module.sqlite")
connection.executescript("""
PRAGMA writable_schema = on;
UPDATE sqlite_schema SET sql = 'CREATE VIRTUAL TABLE words USING vec0 (body float[3])' WHERE name = 'words'
""")
PY
run capture module.sqlite --rows all -o same.sqlite
is_status 0
is_err <<'OUT'
note: virtual tables whose module is not here cannot be used: words (module vec0)
OUT
holds "$("$system_python" ask.py same.sqlite 'SELECT sql FROM sqlite_schema' 'SELECT * FROM words_content' 'SELECT * FROM child')" = \
	"$("$system_python" ask.py module.sqlite 'SELECT sql FROM sqlite_schema' 'SELECT * FROM words_content' 'SELECT * FROM child')"
run capture module.sqlite -o without.sqlite
is_status 0
is_err <<'OUT'
note: the rows of 10 of 11 tables were left out
note: virtual tables whose module is not here cannot be used, and tables beside them were emptied as others are: words (module vec0)
OUT
holds -z "$(grep -ac hushhush without.sqlite | grep -v '^0')"
run capture module.sqlite --rows words -o none.sqlite
is_status 2
has_err "the rows of the virtual table 'words' cannot be told from others: its module 'vec0' is not here"
holds ! -e none.sqlite

# What another process has written and not yet worked in is there, too; so it is where that process has died.
cat >others.py <<'PY'
import os
import shutil
import sqlite3
import subprocess
import sys
import time

program = sys.argv[1]


def capture(path):
    began = time.monotonic()
    done = subprocess.run([program, "capture", path, "--rows", "all"], capture_output=True)
    assert time.monotonic() - began < 8
    if done.returncode == 0:
        open("copy.sqlite", "wb").write(done.stdout)
        with sqlite3.connect("copy.sqlite") as copy:
            return copy.execute("SELECT count(*) FROM country").fetchone()[0]
    return done.stderr.decode()


def files(start):
    return {name: open(name, "rb").read() for name in os.listdir(".") if name.startswith(start)}


live = sqlite3.connect("live.sqlite", isolation_level=None)
live.execute("INSERT INTO country VALUES ('be', 'Belgique')")
before = {name: text for name, text in files("live").items() if not name.endswith("-shm")}
assert capture("live.sqlite") == 2
assert {name: text for name, text in files("live").items() if not name.endswith("-shm")} == before
for suffix in "", "-wal":
    shutil.copy("live.sqlite" + suffix, "dead.sqlite" + suffix)
live.close()
before = files("dead")
assert len(before) == 2
assert capture("dead.sqlite") == 2
assert files("dead") == before

# Long transactions: one that reads, one that is about to write, one that has written; and a journal that was left.
plain = sqlite3.connect("plain.sqlite", isolation_level=None)
plain.executescript("PRAGMA cache_size = 1; CREATE TABLE country (code, name); INSERT INTO country VALUES (1, 2)")
plain.execute("BEGIN")
plain.execute("SELECT * FROM country").fetchall()
assert capture("plain.sqlite") == 1
plain.execute("INSERT INTO country VALUES (3, 4)")
assert capture("plain.sqlite") == 1
plain.execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) "
    "INSERT INTO country SELECT i, zeroblob(3000) FROM n")
told = capture("plain.sqlite")
assert "the database 'plain.sqlite' is busy: somebody else is writing to it" in told, told
for suffix in "", "-journal":
    shutil.copy("plain.sqlite" + suffix, "hot.sqlite" + suffix)
before = files("hot")
assert capture("hot.sqlite") == 1
assert files("hot") == before
plain.rollback()
PY
shown='others.py'
"$system_python" others.py "$program" || fail 'what others do'

# What cannot be read says why.
run capture sqlite://
is_status 2
has_err "a database in memory is its process's alone"
run capture sqlite:///nowhere.sqlite
is_status 2
has_err "there is no file 'nowhere.sqlite'"
printf 'no database at all, %0100d' 1 >text.sqlite
run capture text.sqlite
is_status 2
has_err 'file is not a database'
run capture mysql://root:hushhush@localhost/db
is_status 2
has_err "there is no engine for 'mysql'"
lacks_err hushhush
run capture
is_status 2

# Anywhere that a database is asked for.
cat >tree.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions:
  - revision: a1
    down_revision: null
    upgrade: CREATE TABLE country (code TEXT, name TEXT) STRICT;
YAML
cat >only.py <<'PY'
import sqlite3

connection = sqlite3.connect("only.sqlite")
connection.executescript("""
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('a1'); CREATE TABLE country (code TEXT, name TEXT) STRICT
""")
PY
"$system_python" only.py
mkdir tmp
TMPDIR=$PWD/tmp run locate tree.yaml --database "sqlite+pysqlite:///$PWD/only.sqlite"
is_status 0
has_out 'a1'
run locate tree.yaml --database sqlite:///module.sqlite
has_err 'note: virtual tables whose module is not here cannot be used'
has_out '+ virtual table words using vec0'
holds -z "$(ls tmp)"
run locate tree.yaml --database mysql://root:hushhush@localhost/db
is_status 2
has_err "option '--database' takes no address of kind 'mysql'"
lacks_err hushhush
