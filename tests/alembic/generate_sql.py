"""Bodies of migrations by the dice: mostly sound SQL for SQLite, at times not."""


class BodyWriter:
    """Writes bodies for one scenario; remembers what tables there could be."""

    SPACE = "main"  # the schema that there is besides the default one, or is that
    DUMPS = ["loaded.sql", "dump.sqlite"]
    FEW = [1, 2]  # so many states and strategies
    PERCENT_WITHOUT_FRESH = 0
    wish_for_autocommit = 7  # percent; a body that was written may ask for more

    def __init__(self, dice):
        self.dice = dice
        self.tables = {}  # revision -> tables that its upgrade creates
        self.names = 0    # distinguishes what is created
        self.spoilable = dice.choice([0, 0, 1, 1, 2])  # bodies that may yet fail, or meddle with transactions

    def chance(self, percent):
        return self.dice.random() * 100 < percent

    def write(self, revision, ancestors, version_table):
        """An upgrade and its downgrade, as text; either may be empty."""
        known = [table for name in ancestors for table in self.tables.get(name, [])]
        own = []
        upgrade, downgrade = [], []
        for _ in range(self.dice.choice([0, 1, 1, 2, 2, 3, 4])):
            if own + known and self.chance(65):
                kind = self.dice.choice(self.CHANGES)
                up, down = kind(self, self.dice.choice(own + known))
            else:
                table = self._new_name("t")
                own.append(table)
                up, down = self._create_table(table, own + known)
            upgrade.append(up)
            downgrade.insert(0, down)
        self.tables[revision] = own
        return (self._text(upgrade, known + own, version_table),
                self._text(downgrade, known + own, version_table))

    # --- what a body does -----------------------------------------------------------------------

    def _new_name(self, stem):
        self.names += 1
        return "%s%d" % (stem, self.names)

    def _create_table(self, table, known):
        other = self.dice.choice(known)
        form = self.dice.choice([
            "CREATE TABLE %s (id integer PRIMARY KEY, name text, amount integer DEFAULT 0)",
            "CREATE TABLE %s (id integer PRIMARY KEY, name text, amount integer DEFAULT 0)",
            "CREATE TABLE %s (id integer PRIMARY KEY, name text NOT NULL UNIQUE, amount integer)",
            "CREATE TABLE %s (id integer PRIMARY KEY AUTOINCREMENT, name text COLLATE NOCASE,"
            " amount integer CHECK (amount < 100))",
            "CREATE TABLE %s (id integer PRIMARY KEY, name varchar(20) DEFAULT 'x;y', amount integer,"
            " twice integer GENERATED ALWAYS AS (amount * 2))",
            "CREATE TABLE %s (id integer NOT NULL, name text, amount integer, PRIMARY KEY (id))"
            " WITHOUT ROWID",
            "CREATE TABLE IF NOT EXISTS %s (id integer PRIMARY KEY, name text, amount real) STRICT",
            "CREATE TABLE %s (id integer PRIMARY KEY, name text, amount integer,"
            f" parent integer REFERENCES {other} (id))",
        ])
        return form % table, "DROP TABLE " + table

    def _add_column(self, table):
        column = self._new_name("c")
        kind = self.dice.choice(["text", "integer", "integer NOT NULL DEFAULT 7", "text DEFAULT 'a'"])
        return ("ALTER TABLE %s ADD COLUMN %s %s" % (table, column, kind),
                "ALTER TABLE %s DROP COLUMN %s" % (table, column))

    def _create_index(self, table):
        index = self._new_name("ix")
        form = self.dice.choice([
            "INDEX %s ON %s (amount)", "UNIQUE INDEX %s ON %s (name)",
            "INDEX %s ON %s (lower(name))", "INDEX %s ON %s (name DESC) WHERE amount > 1"])
        return "CREATE " + form % (index, table), "DROP INDEX " + index

    def _insert(self, table):
        id_ = self.dice.randint(1, 40)
        name = self.dice.choice(["'a;b'", "'100% :sure'", "NULL", "'it''s'", "'::text'", "'ü'"])
        lead = self.dice.choice(["", "", "-- rows; first\n", "/* rows; */ ", "\n  "])
        verb = self.dice.choice(["INSERT", "INSERT", "REPLACE", "insert or ignore"])
        return ("%s%s INTO %s (id, name, amount) VALUES (%d, %s, %d)" % (
                    lead, verb, table, id_, name, self.dice.randint(0, 9)),
                "DELETE FROM %s WHERE id = %d" % (table, id_))

    def _insert_with(self, table):
        id_ = self.dice.randint(41, 60)
        return ("WITH src(n) AS (SELECT %d) INSERT INTO %s (id, name, amount) SELECT n, 'w' || n, 1 FROM src"
                % (id_, table),
                "WITH gone(n) AS (SELECT %d) DELETE FROM %s WHERE id IN (SELECT n FROM gone)" % (id_, table))

    def _update(self, table):
        return ("UPDATE %s SET amount = coalesce(amount, 0) + 1" % table,
                "UPDATE %s SET amount = amount - 1" % table)

    def _delete(self, table):
        return "DELETE FROM %s WHERE amount > %d" % (table, self.dice.randint(0, 5)), "SELECT 1"

    def _create_view(self, table):
        view = self._new_name("v")
        return "CREATE VIEW %s AS SELECT id, name FROM %s" % (view, table), "DROP VIEW " + view

    def _create_trigger(self, table):
        trigger = self._new_name("tr")
        return ("CREATE TRIGGER %s AFTER INSERT ON %s BEGIN\n  UPDATE %s SET amount = 5 WHERE id = new.id;\n"
                "  SELECT 1;\nEND" % (trigger, table, table), "DROP TRIGGER " + trigger)

    def _rename_column(self, table):
        old, new = self._new_name("c"), self._new_name("c")
        return ("ALTER TABLE %s ADD COLUMN %s text;\nALTER TABLE %s RENAME COLUMN %s TO %s"
                % (table, old, table, old, new),
                "ALTER TABLE %s DROP COLUMN %s" % (table, new))

    def _select(self, table):
        return "SELECT count(*) FROM " + table, "PRAGMA foreign_keys = ON"

    def _rarity(self, table):
        """What drivers and transactions treat in ways of their own."""
        return self.dice.choice([
            "INSERT OR ROLLBACK INTO %s (id, name, amount) VALUES (1, 'r', 1)" % table,
            "INSERT INTO %s (name, amount) VALUES ('n', 1), ('m', 2) RETURNING id" % table,
            "CREATE TEMP TABLE %s AS SELECT * FROM %s" % (self._new_name("tmp"), table),
            "EXPLAIN DELETE FROM " + table,
            "VACUUM",
        ]), "ANALYZE"

    CHANGES = [_add_column, _add_column, _create_index, _insert, _insert, _insert, _insert_with, _update,
               _delete, _create_view, _create_trigger, _rename_column, _select, _rarity]

    # --- how a body is spoilt -------------------------------------------------------------------

    def _text(self, statements, tables, version_table):
        statements = list(statements)
        if not statements:
            return ""
        if self.spoilable and self.chance(25):
            self.spoilable -= 1
            self._spoil(statements, tables, version_table)
        text = (";\n" if self.chance(70) else "; ").join(statements)
        return text + self.dice.choice(["", ";", ";\n", ";\n-- the end\n"])

    def _spoil(self, statements, tables, version_table):
        if self.chance(60):
            statements.insert(self.dice.randint(0, len(statements)), self._failing(tables))
        if self.chance(25):
            statements.insert(self.dice.randint(0, len(statements)),
                              self.dice.choice(["BEGIN", "BEGIN IMMEDIATE", "SAVEPOINT s"]))
        if self.chance(25):
            statements.insert(self.dice.randint(0, len(statements)),
                              self.dice.choice(["COMMIT", "ROLLBACK", "RELEASE s", "END"]))
        if self.chance(6):
            statements.append('DELETE FROM "%s"' % version_table)

    def _failing(self, tables):
        table = self.dice.choice(tables or ["t1"])
        return self.dice.choice([
            "SELECT * FROM missing_table",
            "INSERT INTO missing_table VALUES (1)",
            "CREATE TABLE %s (id integer)" % table,
            "SELEC 1",
            "INSERT INTO %s (id, name, amount) VALUES (1, 'x', 1), (1, 'x', 1)" % table,
            "INSERT INTO %s (id, nothing) VALUES (1, 2)" % table,
            "DROP TABLE missing_table",
            "ALTER TABLE %s DROP COLUMN id" % table,
            "UPDATE missing_table SET a = 1",
            "SELECT abs(-9223372036854775808)",
        ])

    # --- outside of migrations ------------------------------------------------------------------

    def some_table(self, revisions=None):
        """One of the tables that these revisions make (default: that any makes)."""
        known = [table for revision, own in self.tables.items() for table in own
                 if revisions is None or revision in revisions]
        return self.dice.choice(known or ["t1"])

    def _makes_tables(self, revisions):
        return any(self.tables.get(revision) for revision in revisions)

    def seed(self, revisions):
        statements = []
        if not self._makes_tables(revisions) and self.chance(95):
            return "SELECT 1"
        for _ in range(self.dice.randint(1, 2)):
            table = self.some_table(revisions)
            start = self.dice.randint(1, 30)
            rows = ", ".join("(%d, 's%d', %d)" % (id_, id_, self.dice.randint(0, 9))
                             for id_ in range(start, start + self.dice.randint(1, 3)))
            statements.append("INSERT OR IGNORE INTO %s (id, name, amount) VALUES %s" % (table, rows))
        return ";\n".join(statements)

    def drift(self, revisions):
        """Hand-made changes to the tables of these revisions."""
        if not self._makes_tables(revisions) and self.chance(90):
            return "CREATE TABLE by_hand (note text)"
        table = self.some_table(revisions)
        statements = [self.dice.choice([
            lambda: "CREATE TABLE IF NOT EXISTS %s (id integer PRIMARY KEY, name text, amount integer)"
                    % self.some_table(),
            lambda: "DROP TABLE IF EXISTS " + table,
            lambda: "CREATE TABLE by_hand%d (note text); INSERT INTO by_hand%d VALUES ('x'), (NULL), ('')"
                    % ((self.dice.randint(1, 5),) * 2),
            lambda: self._add_column(table)[0],
            lambda: self._insert(table)[0],
            lambda: self._delete(table)[0],
            lambda: self._create_index(table)[0],
            lambda: "PRAGMA user_version = 3",
            lambda: self._rare_drift(table),
        ])() for _ in range(self.dice.choice([1, 1, 2]))]
        return ";\n".join(statements)

    def _rare_drift(self, table):
        return self.dice.choice([
            "BEGIN; CREATE TABLE unfinished (id integer)",
            "BEGIN; CREATE TABLE finished (id integer); COMMIT",
            self._failing([table]),
        ])

    def question(self):
        table = self.some_table()
        return self.dice.choice([
            "SELECT count(*) FROM sqlite_master WHERE type = 'table'",
            "SELECT count(*) FROM " + table,
            "SELECT name, amount FROM %s ORDER BY 1, 2" % table,
            "SELECT 1.5, NULL, 'a' WHERE EXISTS (SELECT 1 FROM %s)" % table,
            "SELECT * FROM missing_table",
        ])

    def some_items(self):
        table = self.some_table()
        return [self.dice.choice(["table " + table, "column %s.amount" % table, "index ix2", "view v2",
                                  "table by_hand"])]
