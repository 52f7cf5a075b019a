# A scenario becomes a folder, whole or not at all.
cat >lying.yaml <<'END'
rehearse: 1
title: A row that lies
story: |
  Nobody ran "b2" there.
lesson: The-lesson-is-secret.
revisions:
  - revision: a1
    down_revision: null
    message: 'the "first"'
    upgrade: |
      CREATE TABLE t (id integer, note text DEFAULT ':name');
      INSERT INTO t VALUES (1, 'a \ b');
    irreversible: true
  - {revision: b2, down_revision: a1, file: zz_second.py, upgrade: CREATE TABLE u (id integer), autocommit: true}
states:
  fresh: {}
  production: {schema: a1, version: b2}
strategies:
  The-strategy-is-secret:
    steps: [stamp: a1, upgrade: head]
goal: {version: heads}
END

run export lying.yaml new
is_status 0
no_err
is_out <<'END'
new: state 'production' of lying, on sqlite
END
find new -type f | LC_ALL=C sort >files
file_is files <<'END'
new/README.md
new/alembic.ini
new/database.sqlite
new/env.py
new/script.py.mako
new/versions/a1_the_first.py
new/versions/zz_second.py
END
holds -z "$(grep -r secret new)"
file_is new/versions/a1_the_first.py <<'END'
"the \"first\""
from alembic import op

# revision identifiers, used by Alembic.
revision = "a1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.execute("CREATE TABLE t (id integer, note text DEFAULT '\\:name')")
    op.execute("INSERT INTO t VALUES (1, 'a \\ b')")


def downgrade():
    raise NotImplementedError("revision 'a1' cannot be downgraded")
END
file_is new/versions/zz_second.py <<'END'
from alembic import op

# revision identifiers, used by Alembic.
revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("CREATE TABLE u (id integer)")


def downgrade():
    with op.get_context().autocommit_block():
        pass
END
run locate new --database new/database.sqlite
is_status 1
has_out 'The version table says  b2'

# The program reads it as it reads any project.
run doctor new
is_status 0

# An empty state, in an empty folder that is there.
mkdir empty
run export lying.yaml empty --state fresh
is_status 0
has_out "empty: state 'fresh' of lying, on sqlite"
grep 'ends without an error' empty/README.md >line || fail 'README.md does not say that the upgrade works'

# Nothing is written over, nothing is left where it cannot be made.
run export lying.yaml new
is_status 2
has_err "'new' is there already"
run export lying.yaml other --state nothing
is_status 2
has_err "scenario 'lying' has no state 'nothing'"
has_err 'It has fresh, production.'
run export nothing other
is_status 2
sed 's/CREATE TABLE t /CREATE TABEL t /' lying.yaml >broken.yaml
run export broken.yaml other
is_status 3
has_err "state 'production' cannot be built"
holds -z "$(ls -d other* 2>/dev/null)"
