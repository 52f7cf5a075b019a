"""Where a database is, by brute force: every subset of a small tree is carried out, and every part of a revision. A
second opinion that shares nothing with the program: Python's drivers run the statements, and the schema is read by
engines.py.
"""
from generate import below, rows_of


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
    except database.Error:
        return False
    return True


def can_run(engine, tree):
    """Whether each revision runs on what it stands on: a tree of which that is not so has run nowhere."""
    for revision in tree:
        wanted = below(tree, revision) + [revision["revision"]]
        database = engine.open()
        try:
            for other in tree:
                for statement in other["upgrade"] if other["revision"] in wanted else []:
                    database.execute(statement)
        except engine.Error:
            return False
        finally:
            database.close()
    return True


def written(database, case, wish):
    """The statement of a wish that depends on what is there."""
    names, indexes = database.tables(), database.indexes()
    table = names[case.seed % len(names)] if names else None
    if wish == "ADD COLUMN":
        return table and "ALTER TABLE %s ADD COLUMN by_hand text" % table
    if wish == "ADD INDEX":
        return table and "CREATE INDEX by_hand ON %s (id)" % table
    if wish == "DROP SOMETHING":
        if indexes and case.seed % 2:
            return "DROP INDEX %s" % indexes[case.seed % len(indexes)]
        columns = table and [name for name in database.columns(table) if name.startswith("c")]
        return columns and "ALTER TABLE %s DROP COLUMN %s" % (table, columns[case.seed % len(columns)]) or None
    return wish


class Explanations:
    """Every way in which the revisions of a tree can have run, and the schema that it leaves."""

    def __init__(self, engine, tree, with_parts):
        self.tree, self.with_parts = tree, with_parts
        self.ways = []  # (amounts, facts); amounts: revision -> None for all, or so many statements
        self.database = engine.open()
        self.database.execute("BEGIN")
        self.walk(0, {})
        self.database.close()

    def walk(self, number, amounts):
        if number == len(self.tree):
            self.ways.append((dict(amounts), self.database.facts()))
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
            except self.database.Error:
                pass
            self.database.execute("ROLLBACK TO step")
            self.database.execute("RELEASE step")


def is_version_state(tree, amounts):
    return all(amount is None for amount in amounts.values()) and all(
        name in amounts for r in tree if r["revision"] in amounts for name in below(tree, r))


class Verdict:
    """What the schema determines, whatever rows say."""

    def __init__(self, engine, tree, schema):
        self.tree = tree
        ways = Explanations(engine, tree, False).ways
        self.ways = [amounts for amounts, seen in ways if seen == schema]
        self.states = [amounts for amounts in self.ways if is_version_state(tree, amounts)]
        self.distance = 0
        self.has_parts = False
        if not self.ways:
            ways = Explanations(engine, tree, True).ways
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
