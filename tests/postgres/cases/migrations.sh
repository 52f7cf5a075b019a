# A project's migrations on PostgreSQL, in its own Python: waits end, what the server has not is skipped.
. "$here/../postgres/prelude.sh"
REHEARSE_PYTHON=
for python in /usr/bin/python3 python3; do
	if [ -z "$REHEARSE_PYTHON" ] && "$python" -c 'import alembic, psycopg2' 2>/dev/null; then
		REHEARSE_PYTHON=$python
	fi
done
[ -n "$REHEARSE_PYTHON" ] || {
	echo 'skipped: no python3 with alembic and psycopg2'
	exit 77
}
export REHEARSE_PYTHON

mkdir versions
# revision ID DOWN SQL
revision() {
	cat >"versions/$1.py" <<END
from alembic import op

revision = "$1"
down_revision = $2


def upgrade():
    op.execute("$3")
END
}
revision a None 'CREATE TABLE t (id integer PRIMARY KEY)'
revision vector '"a"' 'CREATE EXTENSION no_such_extension'
revision sleep '"a"' 'SELECT pg_sleep(60)'
revision alter '"a"' 'ALTER TABLE t ADD COLUMN note text'
revision change '"a"' 'UPDATE t SET id = 1'
revision write '"a"' 'INSERT INTO t VALUES (2)'
revision make '"a"' 'CREATE TABLE taken (id integer)'
cat >scenarios/waits.yaml <<'YAML'
rehearse: 1
engines: [postgres]
revisions: {alembic: ../versions}
states:
  fresh: {}
  busy: {schema: a, sessions: {report: BEGIN; SELECT * FROM t}}
  writing:
    schema: a
    seed: INSERT INTO t VALUES (1)
    sessions: {import: "BEGIN; UPDATE t SET id = 1; INSERT INTO t VALUES (2); CREATE TABLE taken (id integer)"}
strategies:
  extension: {states: [fresh], steps: [{upgrade: vector}]}
  sleep: {states: [fresh], steps: [{upgrade: sleep}]}
  alter: {states: [busy], steps: [{upgrade: alter}]}
  change: {states: [writing], steps: [{upgrade: change}]}
  write: {states: [writing], steps: [{upgrade: write}]}
  make: {states: [writing], steps: [{upgrade: make}]}
  back-up:
    states: [fresh]
    steps: [{upgrade: a}, {backup: before}, {upgrade: alter}, {restore: before}, {version: a}, {upgrade: alter}]
outcomes:
  sleep@*: {fails_at: 1, error: 'Timeout: timed out'}
  alter@*: {fails_at: 1, error: 'Blocked: waits for ever for a lock that another session holds'}
  change@*: {fails_at: 1, error: It wants a row of t that the session has locked.}
  write@*: {fails_at: 1, error: It wants to write a key of t_pkey that the session has written and not committed.}
  make@*: {fails_at: 1, error: It wants to make something whose name the session has taken and not committed.}
YAML
run run --timeout 6 scenarios/waits.yaml
is_status 0
has_out '7 cells: 6 as expected, 1 skipped'
has_out "the server has no extension 'no_such_extension'"

# A Python that has no driver for it: nothing is wrong with the migrations.
"$REHEARSE_PYTHON" - <<'END'
import importlib.util, os
os.mkdir("driverless")
for name in ("alembic", "sqlalchemy", "mako", "markupsafe", "greenlet", "typing_extensions"):
    spec = importlib.util.find_spec(name)
    if spec:
        path = os.path.dirname(spec.origin) if spec.submodule_search_locations else spec.origin
        os.symlink(path, os.path.join("driverless", os.path.basename(path)))
END
export PYTHONPATH="$PWD/driverless" REHEARSE_PYTHON="$REHEARSE_PYTHON -S"
run run --filter back-up scenarios/waits.yaml
has_out 'skipped 1 cell on postgres: no driver for PostgreSQL is installed (psycopg2, psycopg, pg8000, asyncpg): pip install'
run audit --engine postgres --only upgrade --only downgrade versions
is_status 3
has_out 'unknown  upgrade'
