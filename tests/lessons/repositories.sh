#!/bin/sh
# repositories.sh FOLDER - make the git repositories that pages clone, as FOLDER/NAME.git. Commits have fixed dates and names, and
# so fixed ids.
set -eu
mkdir -p "$1"
cd "$1"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@shop.invalid GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@shop.invalid
day=1

commit() { # MESSAGE
	GIT_AUTHOR_DATE="2025-07-$(printf %02d $day)T12:00:00+0000"
	GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
	export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
	day=$((day + 1))
	git add -A
	git commit -qm "$1"
}

revision() { # ID PARENT SLUG MESSAGE TABLE
	cat >"migrations/versions/$1_$3.py" <<END
"""$4

Revision ID: $1
Revises: $2
Create Date: 2025-07-$(printf %02d $day) 10:11:12

"""
from alembic import op
import sqlalchemy as sa

revision = "$1"
down_revision = $([ -n "$2" ] && echo "\"$2\"" || echo None)
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("$5", sa.Column("id", sa.Integer, primary_key=True))


def downgrade() -> None:
    op.drop_table("$5")
END
}

# A shop: a file was tidied away, and a colleague followed another by the name of its file.
git init -q -b main shop
cd shop
mkdir -p migrations/versions
cat >alembic.ini <<'END'
[alembic]
script_location = %(here)s/migrations
sqlalchemy.url = postgresql://shop.invalid/shop
END
cat >migrations/env.py <<'END'
from alembic import context
from sqlalchemy import create_engine

url = context.config.get_main_option("sqlalchemy.url")
with create_engine(url).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
END
cat >migrations/script.py.mako <<'END'
"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
END
revision 0001 '' users 'Users' users
revision 0002 0001 orders 'Orders' orders
commit 'users and orders'
revision 0003 0002 coupons 'Coupons' coupons
commit 'coupons'
revision 0004 0003 invoices 'Invoices' invoices
commit 'invoices'
git rm -q migrations/versions/0003_coupons.py
commit 'coupons did not sell'
revision 0005 0002_orders refunds 'Refunds' refunds
commit 'refunds'
cd ..
git clone -q --bare shop shop.git
rm -rf shop

# A library, whose migrations do what SQL in a file cannot: a loop over rows, a table that is rebuilt. Two colleagues have added
# a revision each.
git init -q -b main library
cd library
mkdir -p migrations/versions
cat >alembic.ini <<'END'
[alembic]
script_location = %(here)s/migrations
sqlalchemy.url = sqlite:////srv/library/production.db
END
git -C ../shop.git show main:migrations/env.py >migrations/env.py
git -C ../shop.git show main:migrations/script.py.mako >migrations/script.py.mako
library() { # ID PARENT SLUG MESSAGE, the bodies on standard input
	{
		printf '"""%s"""\nfrom alembic import op\nimport sqlalchemy as sa\n\n' "$4"
		printf 'revision = "%s"\ndown_revision = %s\n\n\n' "$1" "$2"
		cat
	} >"migrations/versions/$1_$3.py"
}
library 0001 None books 'Books' <<'END'
def upgrade():
    op.create_table("books", sa.Column("id", sa.Integer, primary_key=True), sa.Column("title", sa.Text))


def downgrade():
    op.drop_table("books")
END
library 0002 '"0001"' slugs 'Slugs' <<'END'
def upgrade():
    op.add_column("books", sa.Column("slug", sa.Text))
    bind = op.get_bind()
    for number, title in bind.execute(sa.text("SELECT id, title FROM books")).fetchall():
        bind.execute(sa.text("UPDATE books SET slug = :slug WHERE id = :id"),
                     {"slug": title.lower().replace(" ", "-"), "id": number})


def downgrade():
    with op.batch_alter_table("books") as batch:
        batch.drop_column("slug")
END
commit 'books and slugs'
library 0003 '"0002"' loans 'Loans' <<'END'
def upgrade():
    op.create_table("loans", sa.Column("id", sa.Integer, primary_key=True),
                    sa.Column("book_id", sa.Integer, sa.ForeignKey("books.id"), nullable=False))


def downgrade():
    op.drop_table("loans")
END
commit 'loans'
library 0004 '"0002"' shelves 'Shelves' <<'END'
def upgrade():
    with op.batch_alter_table("books") as batch:
        batch.add_column(sa.Column("shelf", sa.Integer))
        batch.alter_column("title", nullable=False)


def downgrade():
    with op.batch_alter_table("books") as batch:
        batch.alter_column("title", nullable=True)
        batch.drop_column("shelf")
END
commit 'shelves'
cd ..
git clone -q --bare library library.git
rm -rf library

# A box office. A migration ran in production and was taken back afterwards by removing its file; staging has run what came then. Two
# colleagues have a repair each.
git init -q -b main box-office
cd box-office
mkdir -p migrations/versions
cat >alembic.ini <<'END'
[alembic]
script_location = %(here)s/migrations
sqlalchemy.url = sqlite:///production.db
END
cat >migrations/env.py <<'END'
import os
from alembic import context
from sqlalchemy import create_engine

url = os.environ.get("DATABASE_URL") or context.config.get_main_option("sqlalchemy.url")
with create_engine(url).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
END
git -C ../shop.git show main:migrations/script.py.mako >migrations/script.py.mako
printf '*.db\n__pycache__/\n' >.gitignore
revision 0001 '' shows 'Shows' shows
revision 0002 0001 bookings 'Bookings' bookings
commit 'shows and bookings'
revision 0003 0002 vouchers 'Vouchers' vouchers
commit 'vouchers'
git rm -q migrations/versions/0003_vouchers.py
commit 'vouchers: not before autumn'
revision 0004 0002 waitlist 'Waiting list' waitlist
commit 'waiting list'
git checkout -q -b fix/placeholder
revision 0003 0002 placeholder 'Production says 0003' nothing
sed -i 's/^    op.*/    pass/' migrations/versions/0003_placeholder.py
sed -i 's/^down_revision = .*/down_revision = "0003"/; s/^Revises: .*/Revises: 0003/' migrations/versions/0004_waitlist.py
commit 'give production the revision that it asks for'
git checkout -q -b fix/bring-back main
git checkout -q main~2 -- migrations/versions/0003_vouchers.py
sed -i 's/^down_revision = .*/down_revision = "0003"/; s/^Revises: .*/Revises: 0003/' migrations/versions/0004_waitlist.py
commit 'vouchers are back, below the waiting list'
git checkout -q main
cd ..
git clone -q --bare box-office box-office.git
rm -rf box-office
database() { # FILE, its SQL on standard input
	python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.stdin.read())' "$1"
}
mkdir box-office.beside
shows="CREATE TABLE shows (id INTEGER NOT NULL, PRIMARY KEY (id)); INSERT INTO shows VALUES (1), (2);
CREATE TABLE bookings (id INTEGER NOT NULL, PRIMARY KEY (id)); INSERT INTO bookings VALUES (10), (11), (12);
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));"
database box-office.beside/production.db <<END
$shows
CREATE TABLE vouchers (id INTEGER NOT NULL, PRIMARY KEY (id)); INSERT INTO vouchers VALUES (500), (501);
INSERT INTO alembic_version VALUES ('0003');
END
database box-office.beside/staging.db <<END
$shows
CREATE TABLE waitlist (id INTEGER NOT NULL, PRIMARY KEY (id));
INSERT INTO alembic_version VALUES ('0004');
END
