"""Trees with bodies in SQL, and databases of which it is known what ran in them. The same seed gives the same.

A tree is a list of revisions, each behind what it stands on: {"revision", "down_revision", "depends_on",
"upgrade": [statements]}. A case is a tree, and what was done to its database.
"""
import random

KINDS = ["exact", "exact", "lie", "hole", "hole", "part", "part", "added", "dropped", "create_all", "stranger",
         "squash"]


class Schema:
    """What a writer of migrations believes the schema to be; enough to write statements that run."""

    def __init__(self):
        self.tables = {}   # name -> columns
        self.indexes = {}  # name -> table

    def copy(self):
        other = Schema()
        other.tables = {name: list(columns) for name, columns in self.tables.items()}
        other.indexes = dict(self.indexes)
        return other


class Writer:
    """Writes the statements of a body for a schema, and changes the schema along."""

    def __init__(self, dice):
        self.dice = dice
        self.names = 0

    def name(self, start):
        self.names += 1
        return "%s%d" % (start, self.names)

    def body(self, schema):
        wishes = [self.create] * 4 + [self.add_column] * 4 + [self.index] * 2 + [
            self.drop_column, self.drop_index, self.rename_table, self.rename_column, self.drop_table,
            self.rebuild, self.undo_and_redo]
        statements = []
        roll = self.dice.random()
        if roll < 0.06:
            return []
        if roll < 0.16 and schema.tables:
            return self.data(schema)
        for _ in range(self.dice.choice([1, 1, 2, 2, 3])):
            statements += self.dice.choice(wishes)(schema) or self.create(schema)
        return statements

    def table(self, schema):
        return self.dice.choice(sorted(schema.tables)) if schema.tables else None

    def plain_column(self, schema, table):
        indexed = {column for name, (where, column) in schema.indexes.items() if where == table}
        columns = [c for c in schema.tables[table] if c.startswith("c") and c not in indexed]
        return self.dice.choice(columns) if columns else None

    def create(self, schema):
        table, other = self.name("t"), self.table(schema)
        columns = ["id integer PRIMARY KEY"]
        names = ["id"]
        for _ in range(self.dice.randint(1, 3)):
            column = self.name("c")
            columns.append("%s %s" % (column, self.dice.choice(["text", "integer", "text NOT NULL DEFAULT ''"])))
            names.append(column)
        if other and self.dice.random() < 0.3:
            columns.append("r integer REFERENCES %s (id)" % other)
            names.append("r")
        schema.tables[table] = names
        return ["CREATE TABLE %s (%s)" % (table, ", ".join(columns))]

    def add_column(self, schema):
        table = self.table(schema)
        if not table:
            return None
        column = self.name("c")
        schema.tables[table].append(column)
        return ["ALTER TABLE %s ADD COLUMN %s %s" % (table, column, self.dice.choice(["text", "integer"]))]

    def index(self, schema):
        table = self.table(schema)
        column = table and self.plain_column(schema, table)
        if not column:
            return None
        index = self.name("i")
        schema.indexes[index] = (table, column)
        return ["CREATE %sINDEX %s ON %s (%s)" % (self.dice.choice(["", "UNIQUE "]), index, table, column)]

    def drop_index(self, schema):
        if not schema.indexes:
            return None
        index = self.dice.choice(sorted(schema.indexes))
        del schema.indexes[index]
        return ["DROP INDEX %s" % index]

    def drop_column(self, schema):
        table = self.table(schema)
        column = table and self.plain_column(schema, table)
        if not column:
            return None
        schema.tables[table].remove(column)
        return ["ALTER TABLE %s DROP COLUMN %s" % (table, column)]

    def rename_column(self, schema):
        table = self.table(schema)
        column = table and self.plain_column(schema, table)
        if not column:
            return None
        new = self.name("c")
        schema.tables[table][schema.tables[table].index(column)] = new
        return ["ALTER TABLE %s RENAME COLUMN %s TO %s" % (table, column, new)]

    def rename_table(self, schema):
        table = self.table(schema)
        if not table:
            return None
        new = self.name("t")
        schema.tables[new] = schema.tables.pop(table)
        for index, (where, column) in schema.indexes.items():
            if where == table:
                schema.indexes[index] = (new, column)
        return ["ALTER TABLE %s RENAME TO %s" % (table, new)]

    def drop_table(self, schema):
        table = self.table(schema)
        if not table:
            return None
        del schema.tables[table]
        schema.indexes = {i: place for i, place in schema.indexes.items() if place[0] != table}
        return ["DROP TABLE %s" % table]

    def rebuild(self, schema):
        """As batch operations do."""
        table = self.table(schema)
        if not table or "r" in schema.tables[table]:
            return None
        old = list(schema.tables[table])
        column = self.name("c")
        schema.tables[table] = old + [column]
        schema.indexes = {i: place for i, place in schema.indexes.items() if place[0] != table}
        definitions = ["id integer PRIMARY KEY"] + [c + " text" for c in schema.tables[table][1:]]
        return ["CREATE TABLE _alembic_tmp_%s (%s)" % (table, ", ".join(definitions)),
                "INSERT INTO _alembic_tmp_%s (%s) SELECT %s FROM %s" % (
                    table, ", ".join(old), ", ".join(old), table),
                "DROP TABLE %s" % table,
                "ALTER TABLE _alembic_tmp_%s RENAME TO %s" % (table, table)]

    def undo_and_redo(self, schema):
        """What leaves no trace, though it changes the schema."""
        table = self.name("t")
        return ["CREATE TABLE %s (id integer PRIMARY KEY)" % table, "DROP TABLE %s" % table]

    def data(self, schema):
        table = self.table(schema)
        column = self.plain_column(schema, table)
        return ["UPDATE %s SET %s = 1" % (table, column)] if column else ["DELETE FROM %s" % table]


def generate_tree(dice, most=6):
    writer, tree = Writer(dice), []
    schemas = {}  # by revision: as its writer believed it to be
    shape = dice.choice(["line", "line", "line", "fork", "fork", "merge", "forest"])
    undone = None
    for number in range(dice.randint(2, most)):
        ids = [r["revision"] for r in tree]
        taken = {parent for r in tree for parent in r["down_revision"]}
        heads = [i for i in ids if i not in taken]
        revision = {"revision": "r%d" % number, "down_revision": [], "depends_on": []}
        if tree and not (shape == "forest" and dice.random() < 0.3):
            if shape == "line":
                revision["down_revision"] = [ids[-1]]
            elif shape == "merge" and len(heads) > 1 and dice.random() < 0.6:
                revision["down_revision"] = heads
            else:
                revision["down_revision"] = [dice.choice(ids)]
        if shape == "forest" and ids and dice.random() < 0.2:
            revision["depends_on"] = [dice.choice(ids)]
        schema = Schema()
        for parent in revision["down_revision"] + revision["depends_on"]:
            schema.tables.update(schemas[parent].copy().tables)
            schema.indexes.update(schemas[parent].indexes)
        if undone and revision["down_revision"] == [undone[0]] and dice.random() < 0.5:
            revision["upgrade"] = undone[1]  # what the one before has done, undone
            schema = undone[2]
        else:
            before = schema.copy()
            revision["upgrade"] = writer.body(schema)
            undone = undo(revision, before)
        schemas[revision["revision"]] = schema
        tree.append(revision)
    return tree


def undo(revision, before):
    """(revision, statements, schema) that take back what it does, where that is one new column or table."""
    words = revision["upgrade"][0].split() if len(revision["upgrade"]) == 1 else []
    if words[:2] == ["CREATE", "TABLE"]:
        return revision["revision"], ["DROP TABLE " + words[2]], before
    if words[3:5] == ["ADD", "COLUMN"]:
        return revision["revision"], ["ALTER TABLE %s DROP COLUMN %s" % (words[2], words[5])], before
    return None


def below(tree, revision):
    """The ids that a revision stands on, in the order of the tree."""
    found, wanted = set(), revision["down_revision"] + revision["depends_on"]
    by_id = {r["revision"]: r for r in tree}
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted = wanted + by_id[name]["down_revision"] + by_id[name]["depends_on"]
    return [r["revision"] for r in tree if r["revision"] in found]


def random_state(dice, tree):
    """A version state: all that something stands on is in it, too."""
    state = set()
    for revision in tree:
        if dice.random() < 0.3:
            state |= {revision["revision"]} | set(below(tree, revision))
    return state


def rows_of(tree, state):
    """The version rows of a set of revisions: those on which no other of them stands."""
    inner = {name for r in tree if r["revision"] in state for name in below(tree, r)}
    return sorted(state - inner)


class Case:
    """What was done to a database: `amounts`, by revision, of its statements (None: all), then `drift`."""

    def __init__(self, seed):
        dice = random.Random(seed)
        self.seed, self.kind = seed, dice.choice(KINDS)
        self.tree = generate_tree(dice)
        self.drift = []
        state = random_state(dice, self.tree)
        if self.kind in ("create_all", "squash"):
            state = {r["revision"] for r in self.tree}
        self.amounts = {r["revision"]: None for r in self.tree if r["revision"] in state}
        self.rows = rows_of(self.tree, state)
        getattr(self, "make_" + self.kind, lambda dice, state: None)(dice, state)

    def make_lie(self, dice, state):
        self.rows = rows_of(self.tree, random_state(dice, self.tree))

    def make_hole(self, dice, state):
        inner = sorted({name for r in self.tree if r["revision"] in state for name in below(self.tree, r)})
        for name in dice.sample(inner, min(len(inner), dice.choice([1, 1, 2]))):
            del self.amounts[name]

    def make_part(self, dice, state):
        others = [r for r in self.tree if len(r["upgrade"]) > 1 and
                  (r["revision"] not in state if dice.random() < 0.7 else r["revision"] in state) and
                  all(name in state for name in below(self.tree, r))]
        if others:
            revision = dice.choice(others)
            self.amounts[revision["revision"]] = dice.randint(1, len(revision["upgrade"]) - 1)

    def make_added(self, dice, state):
        self.drift = [dice.choice(["CREATE TABLE by_hand (id integer PRIMARY KEY, note text)",
                                   "CREATE VIEW by_hand AS SELECT 1 AS one",
                                   "ADD COLUMN", "ADD INDEX"])]

    def make_dropped(self, dice, state):
        self.drift = ["DROP SOMETHING"]

    def make_create_all(self, dice, state):
        self.rows = None

    def make_stranger(self, dice, state):
        self.rows = ["from_elsewhere"]

    def make_squash(self, dice, state):
        """The database is older than the one revision that now does what several did."""
        count = dice.randint(2, len(self.tree))
        first, rest = self.tree[:count], self.tree[count:]
        self.rows = rows_of(self.tree, set(self.amounts))
        names = {r["revision"] for r in first}
        squashed = {"revision": "squashed", "down_revision": [], "depends_on": [],
                    "upgrade": [statement for r in first for statement in r["upgrade"]]}
        for revision in rest:
            for key in ("down_revision", "depends_on"):
                revision[key] = sorted({"squashed" if name in names else name for name in revision[key]})
            if not revision["down_revision"] and not revision["depends_on"]:
                revision["down_revision"] = ["squashed"]
        self.tree = [squashed] + rest
        self.amounts = {r["revision"]: None for r in self.tree}
