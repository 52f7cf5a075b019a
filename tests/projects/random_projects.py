"""Alembic projects by the dice: a tree, bodies of SQL and of `op.*`, most of them sound, an env.py, and the commands that
are given. A seed always makes the same project."""
import os
import random

ENV = '''from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
connectable = engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=pool.NullPool)
with connectable.connect() as connection:
    context.configure(connection=connection, target_metadata=None%s)
    with context.begin_transaction():
        context.run_migrations()
'''
OPTIONS = ["", "", ", transaction_per_migration=True", ", render_as_batch=True", ", version_table='versions_of_ours'",
           ", transactional_ddl=True", ", transactional_ddl=False"]
HEAD = '''"""%(revision)s"""
import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.orm import Session

revision = %(revision)r
down_revision = %(down)r
branch_labels = %(labels)r
depends_on = %(depends)r


def upgrade():
%(upgrade)s


def downgrade():
%(downgrade)s
'''
TYPES = ["sa.Integer", "sa.Text", "sa.String(30)", "sa.Numeric(8, 2)", "sa.Boolean", "sa.Date", "sa.DateTime", "sa.Float",
         "sa.BigInteger"]


class Table:
    def __init__(self, name, columns, types=()):
        self.name, self.columns, self.types = name, columns, types  # columns besides `id` and `name`


class Writer:
    """The bodies of one project, and what tables there are below each revision."""

    def __init__(self, dice, engine):
        self.dice, self.engine = dice, engine
        self.made = {}  # revision -> tables
        self.number = 0
        self.faults = dice.choice([0, 0, 0, 1, 1, 2])  # bodies that may yet fail

    def name(self, stem):
        self.number += 1
        return "%s%d" % (stem, self.number)

    def bodies(self, revision, ancestors):
        known = [table for one in ancestors for table in self.made.get(one, [])]
        self.made[revision] = own = []
        up, down = [], []
        for _ in range(self.dice.choice([0, 1, 1, 2, 2, 3])):
            there = known + own
            if not there or self.dice.random() < 0.4:
                forward, back = self.create(own, there)
            else:
                forward, back = self.dice.choice(CHANGES)(self, self.dice.choice(there))
            up.append(forward)
            down.insert(0, back)
        if self.faults and self.dice.random() < 0.35:
            self.faults -= 1
            lines = self.dice.choice([up, up, down])
            lines.insert(self.dice.randint(0, len(lines)), self.dice.choice(FAULTS)(self, known + own))
        return text_of(up), text_of(down)

    # --- tables -------------------------------------------------------------------------------------

    def column(self):
        name, kind = self.name("c"), self.dice.choice(TYPES)
        default = {"sa.Boolean": "sa.false()", "sa.Date": "'2024-02-29'", "sa.DateTime": "'2024-02-29 12:00:00'"}.get(
            kind, "'7'")
        more = self.dice.choice(["", "", "", ", server_default=%s" % default, ", nullable=False, server_default=%s" % default,
                                 ", unique=True", ", index=True"])
        return name, "sa.Column(%r, %s%s)" % (name, kind, more)

    def create(self, own, there):
        columns = [self.column() for _ in range(self.dice.randint(0, 3))]
        table = Table(self.name("t"), [name for name, _ in columns])
        parts = ["sa.Column('id', sa.Integer, primary_key=True)", "sa.Column('name', sa.String(40))"]
        parts += [text for _, text in columns]
        if there and self.dice.random() < 0.3:
            parts.append("sa.Column('other', sa.Integer, sa.ForeignKey('%s.id'))" % self.dice.choice(there).name)
        if self.dice.random() < 0.2:
            parts.append("sa.UniqueConstraint('name', name='uq_%s')" % table.name)
        if self.dice.random() < 0.15:
            parts.append("sa.CheckConstraint('id > 0', name='ck_%s')" % table.name)
        back = "op.drop_table(%r)" % table.name
        if self.dice.random() < 0.15:
            kind = self.name("kind")
            parts.append("sa.Column('kind', sa.Enum('a', 'b', name=%r))" % kind)
            if self.engine == "postgres" and self.dice.random() < 0.7:
                back += "\nop.execute('DROP TYPE %s')" % kind
        own.append(table)
        return "op.create_table(%r,\n    %s)" % (table.name, ",\n    ".join(parts)), back

    def add_column(self, table):
        name, text = self.column()
        text = text.replace(", unique=True", "").replace(", index=True", "")
        table.columns.append(name)
        return ("op.add_column(%r, %s)" % (table.name, text),
                "with op.batch_alter_table(%r) as batch:\n    batch.drop_column(%r)" % (table.name, name))

    def batch(self, table):
        name = self.name("c")
        table.columns.append(name)
        return ("with op.batch_alter_table(%r) as batch:\n    batch.add_column(sa.Column(%r, sa.Text))\n"
                "    batch.alter_column('name', type_=sa.String(60), existing_type=sa.String(40))" % (table.name, name),
                "with op.batch_alter_table(%r) as batch:\n    batch.drop_column(%r)" % (table.name, name))

    def index(self, table):
        name = self.name("ix")
        unique = self.dice.choice(["", "", ", unique=True"])
        return ("op.create_index(%r, %r, ['name']%s)" % (name, table.name, unique),
                "op.drop_index(%r, %r)" % (name, table.name) if self.dice.random() < 0.6 else "op.drop_index(%r)" % name)

    def constraint(self, table):
        name = self.name("uq")
        return ("with op.batch_alter_table(%r) as batch:\n    batch.create_unique_constraint(%r, ['id', 'name'])" % (
            table.name, name),
            "with op.batch_alter_table(%r) as batch:\n    batch.drop_constraint(%r, type_='unique')" % (table.name, name))

    def rename(self, table):
        old, table.name = table.name, self.name("t")
        return "op.rename_table(%r, %r)" % (old, table.name), "op.rename_table(%r, %r)" % (table.name, old)

    # --- rows ---------------------------------------------------------------------------------------

    def insert(self, table):
        number = self.dice.randint(1, 4)
        text = self.dice.choice(["x", "it''s 100%", "a:b", "%s", "é", "\\\\d"])
        return ("op.execute(\"INSERT INTO %s (id, name) VALUES (%d, '%s')\")" % (table.name, self.number * 10 + number, text),
                "op.execute('DELETE FROM %s')" % table.name)

    def bulk(self, table):
        self.number += 1
        return ("op.bulk_insert(sa.table(%r, sa.column('id', sa.Integer), sa.column('name', sa.String)),\n"
                "    [{'id': %d + n, 'name': 'n%%d' %% n} for n in range(3)])" % (table.name, self.number * 10 + 5),
                "op.get_bind().execute(sa.text('DELETE FROM %s WHERE id > :least'), {'least': 5})" % table.name)

    def loop(self, table):
        return ("bind = op.get_bind()\nfor row in bind.execute(sa.text('SELECT id, name FROM %s ORDER BY id')).fetchall():\n"
                "    bind.execute(sa.text('UPDATE %s SET name = :name WHERE id = :id'),\n"
                "        {'id': row[0], 'name': (row[1] or '').upper()})" % (table.name, table.name), "pass")

    def session(self, table):
        return ("session = Session(bind=op.get_bind())\n"
                "session.execute(sa.text(\"UPDATE %s SET name = name || '+' WHERE id > 3\"))\nsession.%s()" % (
                    table.name, self.dice.choice(["flush", "flush", "commit"])), "pass")

    def reflect(self, table):
        name = self.name("c")
        table.columns.append(name)
        return ("if %r not in [column['name'] for column in sa.inspect(op.get_bind()).get_columns(%r)]:\n"
                "    op.add_column(%r, sa.Column(%r, sa.Integer))" % (name, table.name, table.name, name), "pass")

    def autocommit(self, table):
        name = self.name("ix")
        how = "CONCURRENTLY " if self.engine == "postgres" else ""
        return ("with op.get_context().autocommit_block():\n    op.execute('CREATE INDEX %s%s ON %s (name)')" % (
            how, name, table.name), "op.execute('DROP INDEX %s')" % name)

    def by_dialect(self, table):
        return ("if op.get_context().dialect.name == 'postgresql':\n    op.execute(\"COMMENT ON TABLE %s IS 'one'\")\n"
                "else:\n    op.execute('PRAGMA foreign_keys')" % table.name, "pass")

    # --- what fails ---------------------------------------------------------------------------------

    def wrong_table(self, _there):
        return "op.execute('INSERT INTO nobody VALUES (1)')"

    def wrong_syntax(self, _there):
        return "op.execute('SELEC 1')"

    def twice(self, there):
        return "op.create_table(%r, sa.Column('id', sa.Integer))" % (self.dice.choice(there).name if there else "twice")

    def same_key(self, there):
        if not there:
            return "raise KeyError('nothing')"
        table = self.dice.choice(there).name
        return "op.execute(\"INSERT INTO %s (id, name) VALUES (3, 'a')\")\nop.execute(\"INSERT INTO %s (id, name) VALUES (3, 'b')\")" % (
            table, table)

    def python(self, _there):
        return self.dice.choice([
            "raise RuntimeError('not on a full moon')", "raise NotImplementedError()", "{}['absent']", "1 / 0", "op.nothing()",
            "assert False, 'never'", "import module_of_nobody", "raise ValueError('two\\nlines')",
            "op.get_bind().execute(sa.text('SELECT :x'), {})"])

    def unsupported(self, there):
        table = self.dice.choice(there).name if there else "nobody"
        return self.dice.choice(["op.alter_column(%r, 'name', nullable=False)", "op.create_unique_constraint('uq', %r, ['id'])",
                                 "op.drop_constraint('nobody', %r)", "op.drop_column(%r, 'nobody')"]) % table


CHANGES = [Writer.add_column, Writer.batch, Writer.index, Writer.constraint, Writer.rename, Writer.insert, Writer.insert,
           Writer.bulk, Writer.loop, Writer.session, Writer.reflect, Writer.autocommit, Writer.by_dialect]
FAULTS = [Writer.wrong_table, Writer.wrong_syntax, Writer.twice, Writer.same_key, Writer.python, Writer.unsupported]


def text_of(parts):
    lines = [line for part in parts for line in part.splitlines()]
    return "\n".join("    " + line for line in lines or ["pass"])


def make(seed, engine, folder):
    """Write a project; the commands to be given."""
    dice = random.Random("%s %s" % (engine, seed))
    ids = ["%04x%s" % (dice.randrange(1 << 16), "abcdef"[number % 6]) for number in range(dice.randint(2, 7))]
    parents, depends, labels = tree(dice, ids)
    writer = Writer(dice, engine)
    os.makedirs(os.path.join(folder, "migrations", "versions"))
    write(folder, "alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = none://\n")
    write(folder, "migrations/env.py", ENV % dice.choice(OPTIONS))
    for number, revision in enumerate(ids):
        upgrade, downgrade = writer.bodies(revision, below(revision, parents, depends))
        down = parents[revision]
        if number and dice.random() < 0.015:
            down = ["gone"]
        write(folder, "migrations/versions/%02d_%s.py" % (number, revision), HEAD % {
            "revision": revision, "down": None if not down else down[0] if len(down) == 1 else tuple(down),
            "labels": labels.get(revision), "depends": depends.get(revision), "upgrade": upgrade, "downgrade": downgrade})
    return [command(dice, ids, number) for number in range(dice.randint(1, 5))]


def tree(dice, ids):
    parents, depends, labels = {}, {}, {}
    for number, revision in enumerate(ids):
        earlier = ids[:number]
        heads = [one for one in earlier if not any(one in parents[other] for other in earlier)]
        if not earlier or dice.random() < 0.04:
            parents[revision] = []
        elif len(heads) > 1 and dice.random() < 0.5:
            parents[revision] = heads[:2]
        else:
            parents[revision] = [earlier[-1] if dice.random() < 0.75 else dice.choice(earlier)]
        if earlier and dice.random() < 0.06:
            others = [one for one in earlier if one not in parents[revision]]
            if others:
                depends[revision] = dice.choice(others)
        if dice.random() < 0.06:
            labels[revision] = "label%d" % number
    return parents, depends, labels


def below(revision, parents, depends):
    """It and all that are before it, the oldest first."""
    seen = []

    def visit(one):
        for parent in parents.get(one, []) + ([depends[one]] if one in depends else []):
            visit(parent)
        if one not in seen:
            seen.append(one)

    visit(revision)
    return seen[:-1]


def command(dice, ids, number):
    if number == 0 or dice.random() < 0.5:
        return "upgrade " + dice.choice(["heads", "heads", "heads", "head", "+1", "+2", dice.choice(ids), dice.choice(ids)[:4]])
    if dice.random() < 0.75:
        return "downgrade " + dice.choice(["base", "base", "-1", "-1", "-2", dice.choice(ids)])
    return "stamp " + dice.choice(["heads", "base", dice.choice(ids)])


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)
