#!/usr/bin/env python3
"""Ask real Alembic what it does with a case.

Reads cases as `rehearse plan --jsonl` does, one JSON object a line, and answers
each with the keys that `rehearse plan --jsonl` answers.  The commands are
Alembic's own (alembic.command); only the two ends are ours: revisions come from
the case instead of from files, and env.py is replaced by a few lines that
connect to a SQLite database in memory whose version table holds the case's rows.

With --quick the rows are in a list instead of in a database, which takes a
fraction of the time: Alembic still decides every change, but what it does around
the changes is skipped.

What Alembic leaves to the order of a Python set can differ from run to run.
With --hash-seeds a case is asked once a seed, and the answer is an object with
the one key "variants": every different answer that came.
"""
import argparse
import io
import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import types
import warnings

# Of processor time, so that a busy machine changes no answer.
TIME_LIMIT_S = 0.5


class Hang(BaseException):
    """Alembic did not come back: it loops for ever on a few maps."""


def on_alarm(signum, frame):
    raise Hang()


def body(**kw):
    """Every upgrade() and downgrade(): versions are what is asked about."""


def as_written(value):
    """A JSON list is the tuple that a migration file would hold."""
    return tuple(value) if isinstance(value, list) else value


def describe(step, stamp_class):
    if isinstance(step, stamp_class):
        return {
            "op": "stamp",
            "revision": (step.to_ or step.from_ or (None,))[0],
            "from": sorted(step.from_),
            "to": sorted(step.to_),
        }
    # Dependencies stand in the order of a set, so they are sorted.
    down = list(step.revision._versioned_down_revisions)
    deps = set(step.revision._normalized_down_revisions).difference(down)
    below, above = down + sorted(deps), [step.revision.revision]
    return {
        "op": "upgrade" if step.is_upgrade else "downgrade",
        "revision": step.revision.revision,
        "from": below if step.is_upgrade else above,
        "to": above if step.is_upgrade else below,
    }


class Change:
    """A statement about one row, as HeadMaintainer builds it."""

    def __init__(self, apply):
        self.apply = apply
        self.new = self.old = None

    def values(self, version_num):
        self.new = unquoted(version_num)
        return self

    def where(self, old):
        self.old = old
        return self


class VersionNum:
    """The column: compared with a literal, it gives the literal's text."""

    __hash__ = None

    def __eq__(self, literal):
        return unquoted(literal)


def unquoted(literal):
    return str(literal)[1:-1]


class RowList:
    """As much of a version table and its context as HeadMaintainer asks for."""

    c = types.SimpleNamespace(version_num=VersionNum())
    dialect = types.SimpleNamespace(supports_sane_rowcount=True)
    as_sql = False
    version_table = "alembic_version"

    def __init__(self, rows):
        self.rows = list(rows)
        self._version = self.impl = self

    def insert(self):
        return Change(lambda change: self.rows + [change.new])

    def delete(self):
        return Change(lambda change: [r for r in self.rows if r != change.old])

    def update(self):
        return Change(
            lambda change: [change.new if r == change.old else r for r in self.rows]
        )

    def _exec(self, change):
        matched = self.rows.count(change.old)
        self.rows = change.apply(change)
        return types.SimpleNamespace(rowcount=matched)


def names(revisions):
    return [getattr(r, "revision", r) for r in revisions]


class Alembic:
    """Alembic, with a version table to ask it about."""

    def __init__(self, quick):
        import sqlalchemy
        from alembic import command, context
        from alembic.config import Config
        from alembic.runtime import migration
        from alembic.script import ScriptDirectory
        from alembic.script.base import Script

        # The order of a set of revisions follows their addresses; let it
        # follow PYTHONHASHSEED instead, so that a seed gives one answer.
        Script.__hash__ = lambda script: hash(script.path)

        self.sqlalchemy = sqlalchemy
        self.command = command
        self.Config = Config
        self.Script = Script
        self.quick = quick
        self.tree_class = tree_class(ScriptDirectory, migration, context)
        ScriptDirectory.from_config = classmethod(
            lambda cls, config: config.attributes["tree"]
        )
        self.connect()

    def connect(self):
        self.database = sqlite3.connect(":memory:")
        self.connection = self.sqlalchemy.create_engine(
            "sqlite://",
            creator=lambda: self.database,
            poolclass=self.sqlalchemy.pool.StaticPool,
            future=True,
        ).connect()

    def close(self):
        self.connection.close()
        self.database.close()

    def set_rows(self, rows):
        """No table when there are no rows, no key when a row is doubled."""
        self.database.execute("DROP TABLE IF EXISTS alembic_version")
        if rows:
            unique = len(set(rows)) == len(rows)
            self.database.execute(
                "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL%s)"
                % (", PRIMARY KEY (version_num)" if unique else "")
            )
            self.database.executemany(
                "INSERT INTO alembic_version VALUES (?)", [(r,) for r in rows]
            )
        self.database.commit()

    def rows(self):
        self.connection.rollback()
        table = self.database.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        )
        if not table.fetchall():
            return []
        rows = self.database.execute("SELECT version_num FROM alembic_version")
        return sorted(row[0] for row in rows)

    def answer(self, case):
        answer = {"ok": True}
        if "id" in case:
            answer["id"] = case["id"]
        rows = case.get("current") or []
        if not self.quick:
            self.set_rows(rows)
        tree = self.tree_class(self.Script, case["revisions"])
        tree.connection = None if self.quick else self.connection
        tree.rows = rows
        try:
            # Again and again: what is raised inside a callback of Python's is dropped.
            signal.setitimer(signal.ITIMER_PROF, TIME_LIMIT_S, TIME_LIMIT_S)
            result = self.run(tree, case)
            if result is not None:
                answer["result"] = result
        except Hang:
            answer.update(ok=False, error_class="Hang", message="")
            if not self.quick:
                self.close()
                self.connect()
                self.set_rows(rows)
        except Exception as err:  # whatever it raises is the answer
            answer.update(
                ok=False, error_class=type(err).__name__, message=str(err)
            )
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        answer["steps"] = tree.done
        if case.get("sql"):
            answer["version_rows"] = None
        else:
            answer["version_rows"] = sorted(tree.rows) if self.quick else self.rows()
        return answer

    def run(self, tree, case):
        command, target = case["command"], case.get("target")
        config = self.Config(stdout=io.StringIO())
        config.attributes["tree"] = tree
        sql = bool(case.get("sql"))

        if command == "upgrade":
            self.command.upgrade(config, target, sql=sql)
        elif command == "downgrade":
            self.command.downgrade(config, target, sql=sql)
        elif command == "stamp":
            purge = bool(case.get("purge"))
            self.command.stamp(config, target, sql=sql, purge=purge)
        elif command == "history":
            self.command.history(config, target)
            return names(tree.walked)
        elif command == "current":
            self.command.current(config)
            return sorted(names(tree.current))
        elif command == "heads":
            return names(tree.get_revisions(tree.get_heads()))
        elif command == "bases":
            return list(tree.get_bases())
        elif command == "branches":
            return tree.branch_points()
        elif command == "resolve":
            return names(tree.get_revisions(target))
        elif command == "resolve_one":
            return names([tree.get_revision(target)])
        else:
            raise ValueError("unknown command '%s'" % command)
        return None


def tree_class(ScriptDirectory, migration, context):
    """A ScriptDirectory whose files are a case's revisions, in its order."""

    class Tree(ScriptDirectory):
        def __init__(self, script_class, revisions):
            super().__init__(os.sep)
            self.script_class = script_class
            self.revisions = revisions
            self.done, self.walked, self.current = [], [], []

        def _load_revisions(self):
            for number, revision in enumerate(self.revisions):
                module = types.ModuleType("revision_%d" % number)
                module.upgrade = module.downgrade = body
                for name in ("down_revision", "branch_labels", "depends_on"):
                    setattr(module, name, as_written(revision.get(name)))
                yield self.script_class(
                    module, revision["revision"], "/%d.py" % number
                )

        def run_env(self):
            """What an env.py does."""
            if self.connection is None and not context.is_offline_mode():
                self.run_on_list(context._proxy.context_opts)
                return
            if context.is_offline_mode():
                context.configure(
                    dialect_name="postgresql", output_buffer=io.StringIO()
                )
            else:
                context.configure(connection=self.connection)
            with context.begin_transaction():
                context.run_migrations()

        def run_on_list(self, options):
            """What MigrationContext.run_migrations() does, without a database."""
            if options.get("purge"):
                self.rows = []
            table, heads = RowList(self.rows), tuple(self.rows)
            keeper = migration.HeadMaintainer(table, heads)
            for step in options["fn"](heads, table):
                keeper.update_to_step(step)
                self.rows = table.rows

        def recorded(self, steps):
            for step in steps:
                described = describe(step, migration.StampStep)
                yield step
                # Asked for the next step, so this one is in the table.
                self.done.append(described)

        def _upgrade_revs(self, destination, current_rev):
            return self.recorded(super()._upgrade_revs(destination, current_rev))

        def _downgrade_revs(self, destination, current_rev):
            return self.recorded(
                super()._downgrade_revs(destination, current_rev)
            )

        def _stamp_revs(self, revision, heads):
            return self.recorded(super()._stamp_revs(revision, heads))

        # `alembic history` and `alembic current` print what these give; it is
        # kept here instead, and nothing is left to print.

        def walk_revisions(self, base="base", head="heads"):
            self.walked = list(super().walk_revisions(base=base, head=head))
            return []

        def get_all_current(self, rev):
            self.current = super().get_all_current(rev)
            return []

        def branch_points(self):
            return [
                {"revision": r.revision, "children": sorted(r.nextrev)}
                for r in super().walk_revisions()
                if r.is_branch_point
            ]

    return Tree


def answer_all(lines, out, quick):
    alembic = Alembic(quick)
    signal.signal(signal.SIGPROF, on_alarm)
    for line in lines:
        case = json.loads(line)
        answer = alembic.answer(case)
        out.write(json.dumps(answer, sort_keys=True, separators=(",", ":")))
        out.write("\n")
    out.flush()
    alembic.close()


def answer_with_seeds(seeds, text):
    """Distinct answers of each case, the first seed's first."""
    outputs = []
    for seed in seeds:
        asked = subprocess.run(
            [sys.executable, os.path.abspath(__file__)],
            env=dict(os.environ, PYTHONHASHSEED=str(seed)),
            input=text,
            stdout=subprocess.PIPE,
            check=True,
            encoding="utf-8",
        )
        outputs.append(asked.stdout.splitlines())
    return [list(dict.fromkeys(variants)) for variants in zip(*outputs)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--hash-seeds",
        type=int,
        nargs=2,
        metavar=("FIRST", "END"),
        help="ask once each with PYTHONHASHSEED FIRST to END - 1",
    )
    parser.add_argument(
        "--quick", action="store_true", help="keep rows in a list"
    )
    parser.add_argument(
        "--version", action="store_true", help="print what would be asked"
    )
    args = parser.parse_args()

    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    sys.stdin.reconfigure(encoding="utf-8")
    if args.version:
        import alembic
        import sqlalchemy

        print(
            "Alembic %s, SQLAlchemy %s, Python %d.%d"
            % ((alembic.__version__, sqlalchemy.__version__) + sys.version_info[:2])
        )
    elif args.hash_seeds:
        seeds = range(*args.hash_seeds)
        for variants in answer_with_seeds(seeds, sys.stdin.read()):
            print('{"variants":[%s]}' % ",".join(variants))
    else:
        answer_all(sys.stdin, sys.stdout, args.quick)


if __name__ == "__main__":
    main()
