"""Where a database is, by brute force: every subset of a small tree is carried out, and every part of a revision. A
second opinion that shares nothing with the program: Python's sqlite3 runs the statements, and the schema is read
from SQLite's own pragmas.
"""
import sqlite3

from generate import below, rows_of


def facts(database):
    """The schema as a set of facts, in the grain of the program's: a line each."""
    found = set()
    objects = database.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema "
                               "WHERE name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'").fetchall()
    for kind, name, table, sql in objects:
        if kind == "table":
            found |= table_facts(database, name)
        elif kind == "index":
            columns = tuple(row[2] for row in database.execute("PRAGMA index_info(%s)" % name))
            unique = [row[2] for row in database.execute("PRAGMA index_list(%s)" % table) if row[1] == name]
            found.add(("index", name, table, columns, unique[0]))
        else:
            found.add((kind, name, sql))
    return frozenset(found)


def table_facts(database, table):
    found = {("table", table)}
    key = []
    for row in database.execute("PRAGMA table_info(%s)" % table):
        _, name, kind, is_not_null, default, place = row
        found.add(("column", table, name, kind.lower(), is_not_null, default))
        if place:
            key.append((place, name))
    if key:
        found.add(("primary key", table, tuple(sorted(key))))
    for row in database.execute("PRAGMA foreign_key_list(%s)" % table):
        found.add(("foreign key", table) + tuple(row[2:5]))
    return found


def apply(database, case):
    """Do to a database what a case says; False: its statements do not run, so there is no such database."""
    try:
        for revision in case.tree:
            if revision["revision"] in case.amounts:
                for statement in revision["upgrade"][:case.amounts[revision["revision"]]]:
                    database.execute(statement)
        case.drift = [written(database, case, wish) for wish in case.drift]
        if None in case.drift:
            return False
        for statement in case.drift:
            database.execute(statement)
    except sqlite3.Error:
        return False
    return True


def can_run(tree):
    """Whether each revision runs on what it stands on: a tree of which that is not so has run nowhere."""
    for revision in tree:
        wanted = below(tree, revision) + [revision["revision"]]
        database = sqlite3.connect(":memory:", isolation_level=None)
        try:
            for other in tree:
                for statement in other["upgrade"] if other["revision"] in wanted else []:
                    database.execute(statement)
        except sqlite3.Error:
            return False
        finally:
            database.close()
    return True


def written(database, case, wish):
    """The statement of a wish that depends on what is there."""
    names = [row[0] for row in database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]
    indexes = [row[0] for row in database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")]
    table = names[case.seed % len(names)] if names else None
    if wish == "ADD COLUMN":
        return table and "ALTER TABLE %s ADD COLUMN by_hand text" % table
    if wish == "ADD INDEX":
        return table and "CREATE INDEX by_hand ON %s (id)" % table
    if wish == "DROP SOMETHING":
        if indexes and case.seed % 2:
            return "DROP INDEX %s" % indexes[case.seed % len(indexes)]
        columns = table and [row[1] for row in database.execute("PRAGMA table_info(%s)" % table)
                             if row[1].startswith("c")]
        return columns and "ALTER TABLE %s DROP COLUMN %s" % (table, columns[case.seed % len(columns)]) or None
    return wish


class Explanations:
    """Every way in which the revisions of a tree can have run, and the schema that it leaves."""

    def __init__(self, tree, with_parts):
        self.tree, self.with_parts = tree, with_parts
        self.ways = []  # (amounts, facts); amounts: revision -> None for all, or so many statements
        self.database = sqlite3.connect(":memory:", isolation_level=None)
        self.database.execute("BEGIN")
        self.walk(0, {})
        self.database.close()

    def walk(self, number, amounts):
        if number == len(self.tree):
            self.ways.append((dict(amounts), facts(self.database)))
            return
        revision = self.tree[number]
        name, statements = revision["revision"], revision["upgrade"]
        self.walk(number + 1, amounts)
        counts = [None]
        if self.with_parts and all(amount is None for amount in amounts.values()):
            counts += range(1, len(statements))
        for count in counts:
            self.database.execute("SAVEPOINT step")
            try:
                for statement in statements[:count]:
                    self.database.execute(statement)
                amounts[name] = count
                self.walk(number + 1, amounts)
                del amounts[name]
            except sqlite3.Error:
                pass
            self.database.execute("ROLLBACK TO step")
            self.database.execute("RELEASE step")


def is_version_state(tree, amounts):
    return all(amount is None for amount in amounts.values()) and all(
        name in amounts for r in tree if r["revision"] in amounts for name in below(tree, r))


class Verdict:
    """What the schema determines, whatever rows say."""

    def __init__(self, tree, schema):
        self.tree = tree
        ways = Explanations(tree, False).ways
        self.ways = [amounts for amounts, seen in ways if seen == schema]
        self.states = [amounts for amounts in self.ways if is_version_state(tree, amounts)]
        self.distance = 0
        self.has_parts = False
        if not self.ways:
            ways = Explanations(tree, True).ways
            self.distance = min(len(seen ^ schema) for _, seen in ways)
            nearest = [amounts for amounts, seen in ways if len(seen ^ schema) == self.distance]
            self.ways = [a for a in nearest if all(amount is None for amount in a.values())] or nearest
            self.has_parts = self.ways == nearest and any(
                amount is not None for a in nearest for amount in a.values())
        names = [r["revision"] for r in tree]
        traceless = {r["revision"] for r in tree if not r["upgrade"]}
        self.ran = {n for n in names if all(a.get(n, 0) is None for a in self.ways)} - traceless
        self.not_ran = {n for n in names if all(n not in a for a in self.ways)} - traceless

    def rows(self):
        """Of the states that match, with revisions that have nothing in them wherever they can be."""
        return sorted({tuple(rows_of(self.tree, self.grown(set(a)))) for a in self.states})

    def grown(self, state):
        for revision in self.tree:
            if not revision["upgrade"] and all(name in state for name in below(self.tree, revision)):
                state = state | {revision["revision"]}
        return state
