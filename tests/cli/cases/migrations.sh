# Users' own migrations, run in their own Python: what a scenario over a project says, what ends, and what is left.
has_alembic || REHEARSE_PYTHON=

mkdir -p shop/migrations/versions
cat >shop/alembic.ini <<'END'
[alembic]
script_location = %(here)s/migrations
sqlalchemy.url = postgresql://boss:tr0ub4dor@db.example.com:5432/shop
END
cat >shop/migrations/env.py <<'END'
from alembic import context
from sqlalchemy import create_engine

with create_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
END

# revision FILE ID DOWN BODY: a revision of the project; its downgrade raises.
revision() {
	cat >"shop/migrations/versions/$1" <<END
from alembic import op
import sqlalchemy as sa

revision = "$2"
down_revision = $3


def upgrade():
    $4


def downgrade():
    raise RuntimeError("$2 is no way back")
END
}
revision 01_orders.py a1 None 'op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True))'
revision 02_loop.py loop '"a1"' 'exec("while True: pass")'
revision 03_exit.py exit '"a1"' '__import__("os")._exit(3)'
revision 04_socket.py socket '"a1"' '__import__("socket").create_connection(("db.example.com", 5432), 1)'
revision 05_psql.py psql '"a1"' '__import__("subprocess").run(["psql", "-h", "db.example.com"])'
revision 06_stub.py stub '"a1"' '__import__("celery_of_nobody").app.conf.update(x=1); op.execute("INSERT INTO orders (id) VALUES (1)")'
revision 07_bad.py bad '"a1"' 'op.execute("INSERT INTO nowhere (id) VALUES (1)")'

cat >scenarios/shop.yaml <<'END'
rehearse: 1
engines: [sqlite]
revisions: {alembic: ../shop, stubs: [celery_of_nobody]}
strategies:
  first: {steps: [{upgrade: a1}]}
  loop: {steps: [{upgrade: loop}]}
  exit: {steps: [{upgrade: exit}]}
  socket: {steps: [{upgrade: socket}]}
  psql: {steps: [{upgrade: psql}]}
  stub: {steps: [{upgrade: stub}]}
  bad: {steps: [{upgrade: bad}]}
  back: {steps: [{upgrade: a1}, {downgrade: base}]}
  mended:
    change_revisions: {bad: {upgrade: INSERT INTO orders (id) VALUES (7)}}
    steps: [{upgrade: bad}]
outcomes:
  loop@*: {fails_at: 1, error: 'Timeout: '}
  exit@*: {fails_at: 1, error: 'Crashed: Python ended with status 3'}
  socket@*: {fails_at: 1, error: 'Elsewhere: .*db.example.com'}
  psql@*: {fails_at: 1, error: 'Elsewhere: .*psql'}
  bad@*: {fails_at: 1, error: 'DatabaseError: no such table: nowhere'}
  back@*: {fails_at: 2, error: 'RuntimeError: a1 is no way back'}
END

# An edit's SQL is sent as it stands, by either runner: nothing in it is a parameter, or Python.
cat >scenarios/odd.yaml <<'END'
rehearse: 1
engines: [sqlite]
revisions: {alembic: ../shop}
strategies:
  odd:
    add_revisions:
      - revision: odd
        down_revision: a1
        upgrade: |
          CREATE TABLE texts (body text);
          INSERT INTO texts VALUES ('a:b ''é'' 50% "x" \ :y {z}'); -- it's a comment
      - {revision: last, down_revision: odd, autocommit: true, irreversible: true, upgrade: CREATE TABLE last (id integer)}
    steps:
      - upgrade: last
      - check: {sql: SELECT body FROM texts, equals: "a:b 'é' 50% \"x\" \\ :y {z}"}
      - {downgrade: "-1", fails: "Irreversible: revision 'last' cannot be downgraded"}
goal: {version: last, schema: {has: [table last]}}
END
sed 's/shop}/shop, runner: env}/' scenarios/odd.yaml >scenarios/odd-env.yaml

if [ -n "$REHEARSE_PYTHON" ]; then
	find shop -type f -exec cksum {} + | sort >before
	run run --jobs 1 --filter '/[^l][^@]*@' --verbose "$PWD/scenarios/shop.yaml" "$PWD/scenarios/odd.yaml" "$PWD/scenarios/odd-env.yaml"
	is_status 0
	has_out '10 cells: 10 as expected'
	has_out 'stubs stood in for celery_of_nobody'
	sed 's/stubs:/runner: env, stubs:/' scenarios/shop.yaml >scenarios/shop-env.yaml
	if is_thorough; then
		run run --filter /stub@ "$PWD/scenarios/shop.yaml" --format json
		has_out '"stubs": ["celery_of_nobody"]'
		run run --filter '/[^l][^@]*@' "$PWD/scenarios/shop-env.yaml"
		is_status 0
		has_out '8 cells: 8 as expected'
		run run --timeout 1 --filter '/loop@' "$PWD/scenarios/shop-env.yaml"
		is_status 0
		has_out '1 cell: 1 as expected'
	fi
	# What loops is ended, though it is busy all of its time; and with the run, what a wrapper of Python has started and would go on.
	cat >wrapper <<END
#!/bin/sh
sleep 987654 &
exec "$REHEARSE_PYTHON" "\$@"
END
	chmod 755 wrapper
	REHEARSE_PYTHON= run run --jobs 1 --timeout 1 --filter '/(loop|first)@' --python "$PWD/wrapper" "$PWD/scenarios/shop.yaml"
	is_status 0
	has_out '2 cells: 2 as expected'
	nobody_sleeps() {
		[ "$(processes_of 987654)" -eq 0 ]
	}
	in_time nobody_sleeps
	find shop -type f -exec cksum {} + | sort >after
	cmp before after || fail 'the files of the project have changed'
	ls -d /dev/shm/rehearse-cells-* "${TMPDIR:-/tmp}"/rehearse-cells-* 2>/dev/null | while read -r left; do
		pid=${left##*/rehearse-cells-}
		kill -0 "${pid%%-*}" 2>/dev/null || fail "left behind: $left"
	done

fi

# What is wanting is told, and how it can be had.
if [ -n "$REHEARSE_PYTHON" ] && is_thorough; then
	cat >shop/migrations/versions/09_queue.py <<'END'
import os
import celery_of_somebody

revision = "queue"
down_revision = "a1"


def upgrade():
    os.environ["SHOP_URL"]
END
	cat >scenarios/wanting.yaml <<'END'
rehearse: 1
engines: [sqlite]
revisions: {alembic: ../shop}
steps: [{upgrade: queue}]
END
	run run "$PWD/scenarios/wanting.yaml"
	is_status 1
	has_out "09_queue.py:2:1: error: ModuleNotFoundError: No module named 'celery_of_somebody'"
	has_out "stubs: [celery_of_somebody]"
	sed -i '/celery/d' shop/migrations/versions/09_queue.py
	run run "$PWD/scenarios/wanting.yaml"
	is_status 1
	has_out "09_queue.py:8:5: error: KeyError: 'SHOP_URL'"
	has_out 'env: {SHOP_URL: "{url}"}'
	sed -i 's|shop}|shop, env: {SHOP_URL: "{url}"}}|' scenarios/wanting.yaml
	run run "$PWD/scenarios/wanting.yaml"
	is_status 0
	rm shop/migrations/versions/09_queue.py
fi

# Each statement stands at its line of Python, and the error too.
if [ -n "$REHEARSE_PYTHON" ]; then
	run explain "$PWD/scenarios/shop.yaml" bad@fresh:sqlite
	is_status 0
	has_out 'The numbers are lines of the file that is named above them, else'
	has_out 'shop/migrations/versions/01_orders.py'
	has_out '     9   CREATE TABLE orders ('
	has_out 'shop/migrations/versions/07_bad.py:9:5: error: DatabaseError: no such table:'
	has_out 'op.execute("INSERT INTO nowhere (id) VALUES (1)")'
fi
# Where Alembic runs the command by itself, the plan and its steps are told as well.
if [ -n "$REHEARSE_PYTHON" ] && is_thorough; then
	sed -n '/The plan:/,/^$/p; /^  1\. /p' "$folder/out" >planned
	run explain "$PWD/scenarios/shop-env.yaml" bad@fresh:sqlite
	is_status 0
	sed -n '/The plan:/,/^$/p; /^  1\. /p' "$folder/out" | cmp - planned || fail 'another plan is told'
	has_out '    1. upgrade base -> a1'
fi

# Rows that are made up meet the next revision, of a tree in SQL too.
cat >scenarios/used.yaml <<'END'
rehearse: 1
engines: [sqlite]
revisions:
  - revision: a
    down_revision: null
    upgrade: |
      CREATE TABLE people (id integer PRIMARY KEY, phone text);
      CREATE TABLE calls (id integer PRIMARY KEY, person_id integer NOT NULL REFERENCES people (id));
  - revision: b
    down_revision: a
    upgrade: |
      CREATE TABLE phones (phone text NOT NULL);
      INSERT INTO phones SELECT phone FROM people;
states:
  bare: {schema: a}
  used: {schema: a, fill: [ordinary]}
  gaps: {schema: a, fill: [ordinary, nulls]}
steps: [{upgrade: b}]
goal:
  check: {sql: SELECT count(*) FROM calls JOIN people ON people.id = person_id, matches: "^[12]$"}
outcomes:
  replay@bare: {wrong: [check]}
  replay@gaps: {fails_at: 1, error: 'NOT NULL constraint failed: phones.phone'}
END
if [ -n "$REHEARSE_PYTHON" ] && is_thorough; then
	run run --jobs 1 "$PWD/scenarios/used.yaml"
	is_status 0
	has_out '3 cells: 3 as expected'
fi

# Which Python: a named one that is none is said to be none, and one that is not there is refused.
REHEARSE_PYTHON= run run --python /bin/true "$PWD/scenarios/shop.yaml"
is_status 3
has_out "found no Python that can import alembic: the Python that was named, '/bin/true'"
has_err 'every cell was skipped'
REHEARSE_PYTHON= run run --python /nonexistent/python "$PWD/scenarios/shop.yaml"
is_status 2
has_err "option '--python' cannot be '/nonexistent/python': there is no such program"

# What is wrong with a project is a mistake in the scenario, with its place.
cat >scenarios/none.yaml <<'END'
rehearse: 1
revisions: {alembic: ../shop/migrations/nothing}
END
run check "$PWD/scenarios/none.yaml"
is_status 2
has_err "none.yaml:2:22: error: there is no project"
cat >shop/migrations/versions/08_torn.py <<'END'
revision = "torn"
<<<<<<< HEAD
down_revision = "a1"
=======
down_revision = "bad"
>>>>>>> feature
END
run check "$PWD/scenarios/shop.yaml"
is_status 2
has_err 'shop/migrations/versions/08_torn.py:2:'
rm shop/migrations/versions/08_torn.py
cat >scenarios/block.yaml <<'END'
rehearse: 1
revisions: {alembic: ../shop}
strategies:
  in-a-block:
    change_revisions: {a1: {autocommit: true}}
    steps: [{upgrade: heads}]
END
run check "$PWD/scenarios/block.yaml"
is_status 2
has_err "block.yaml:5:24: error: 'autocommit' says nothing of 'a1', whose functions are Python"
cat >scenarios/edit.yaml <<'END'
rehearse: 1
revisions: {alembic: ../shop}
states:
  half: {ran: [a1, 03_exits.py]}
strategies:
  mended:
    change_revisions: {bed: {down_revision: null}}
    steps: [{upgrade: heads}]
END
run check "$PWD/scenarios/edit.yaml"
is_status 2
has_err "edit.yaml:4:20: error: no revision or file '03_exits.py'"
has_err "hint: Did you mean '03_exit.py'?"
has_err "edit.yaml:7:24: error: no revision or file 'bed'"

# From git: a tree of a branch, a state that a release has built.
if command -v git >/dev/null && [ -n "$REHEARSE_PYTHON" ]; then
	git init --quiet .
	git add shop
	git -c user.name=x -c user.email=x@example.com commit --quiet --message=release
	git tag v1
	git checkout --quiet -b fix
	revision 07_bad.py bad '"a1"' 'op.execute("INSERT INTO orders (id) VALUES (8)")'
	git -c user.name=x -c user.email=x@example.com commit --quiet --all --message=fix
	git checkout --quiet v1
	cat >scenarios/refs.yaml <<'END'
rehearse: 1
engines: [sqlite]
revisions: {alembic: ../shop}
states:
  fresh: {}
  released: {at: v1, schema: a1}
  ahead: {at: fix, schema: bad}
strategies:
  here: {steps: [{upgrade: bad}]}
  branch: {at: fix, steps: [{upgrade: bad}]}
goal:
  version: bad
  check: {sql: SELECT id FROM orders, equals: "8"}
outcomes:
  here@*: {fails_at: 1, error: nowhere}
  here@ahead: works
END
	run run --jobs 1 "$PWD/scenarios/refs.yaml"
	is_status 0
	has_out '6 cells: 6 as expected'
	sed -i 's/at: v1/at: v2/' scenarios/refs.yaml
	run check "$PWD/scenarios/refs.yaml"
	is_status 2
	has_err "refs.yaml:6:18: error: the git repository has no commit 'v2'"
fi
