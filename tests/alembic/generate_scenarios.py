#!/usr/bin/env python3
"""Write scenario files by the dice: the same seed gives the same files.

They are meant to be carried out twice and compared, so they claim no outcomes; what matters is that
everything occurs: every shape of tree, kind of step, goal and state, bodies that fail half-way, rows
that lie.
"""
import argparse
import os
import random
import sqlite3

import yaml

from generate_postgres_sql import PostgresBodyWriter
from generate_sql import BodyWriter
from scenario_file import as_list, edit_tree


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def _write_text(dumper, text):
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, "|" if "\n" in text else None)


_Dumper.add_representer(str, _write_text)


def scenario_text(seed, engine="sqlite"):
    """The text of the scenario that belongs to a seed; some name files that write_files() makes."""
    return yaml.dump(Author(random.Random(seed), engine).scenario(), Dumper=_Dumper, sort_keys=False,
                     allow_unicode=True, width=1000)


def write_files(folder):
    """The files that scenarios in `folder` may name."""
    sql = "CREATE TABLE IF NOT EXISTS loaded (id integer PRIMARY KEY, note text);\n" \
          "INSERT INTO loaded (id, note) SELECT coalesce(max(id), 0) + 1, 'a;b' FROM loaded;\n" \
          "INSERT INTO loaded (id, note) SELECT max(id) + 1, NULL FROM loaded; -- the end\n"
    with open(os.path.join(folder, "loaded.sql"), "w", encoding="utf-8") as file:
        file.write(sql)
    path = os.path.join(folder, "dump.sqlite")
    if os.path.exists(path):
        os.unlink(path)
    dump = sqlite3.connect(path)
    with dump:
        dump.executescript(sql + "CREATE TABLE t1 (id integer PRIMARY KEY, name text, amount integer);"
                                 "INSERT INTO t1 VALUES (1, 'kept', 1.5);")
    dump.close()


class Author:
    def __init__(self, dice, engine):
        self.dice, self.engine = dice, engine
        self.bodies = {"sqlite": BodyWriter, "postgres": PostgresBodyWriter}[engine](dice)
        self.taken = set()  # ids and labels
        self.backups = []   # made by the steps so far

    def chance(self, percent):
        return self.dice.random() * 100 < percent

    def scenario(self):
        scenario = {"rehearse": 1, "title": "Written by the dice", "engines": [self.engine]}
        configure = self._configure()
        if configure:
            scenario["configure"] = configure
        self.version_table = configure.get("version_table", "alembic_version")
        tree = self._tree()
        if self.chance(15):
            tree = self._broken(tree)
        scenario["revisions"] = tree
        scenario["states"] = self.states = self._states(tree)
        scenario["strategies"] = self._strategies(tree)
        if self.chance(85):
            scenario["goal"] = self._goal(list(scenario["strategies"]))
        return scenario

    def _few(self):
        return self.dice.choice(self.bodies.FEW)

    def _configure(self):
        configure = {}
        if self.chance(15):
            configure["transaction_per_migration"] = self.chance(70)
        if self.chance(25):
            configure["transactional_ddl"] = self.chance(75)
        if self.chance(10):
            configure["version_table"] = self.dice.choice(["migrations", "Version Table"])
        if self.chance(6):
            configure["version_table_schema"] = self.bodies.SPACE
        if self.chance(10):
            configure["version_table_pk"] = self.chance(30)
        return configure

    # --- trees ----------------------------------------------------------------------------------

    def _new_id(self):
        while True:
            revision = self._long_id() if self.chance(1) else self.dice.choice([
                lambda: "%012x" % self.dice.getrandbits(48),
                lambda: "%04d" % self.dice.randint(1, 99),
                lambda: self.dice.choice("abcdef") * self.dice.randint(1, 5),
                lambda: self.dice.choice(["add", "drop", "fix"]) + "_" + self.dice.choice(
                    ["users", "orders", "prices", "index"]) + str(self.dice.randint(1, 9)),
            ])()
            if revision not in self.taken:
                self.taken.add(revision)
                return revision

    def _long_id(self):
        """One that does not fit into the version table, where the engine cares."""
        return "add_%s_to_all_tables_%x" % (self.dice.choice(["prices", "orders"]),
                                            self.dice.getrandbits(48))

    def _tree(self):
        shape = self.dice.choice(["line", "line", "fork", "fork", "merge", "forest", "web"])
        tree = []
        for _ in range(self.dice.randint(2, 7)):
            tree.append(self._revision(tree, shape))
        if self.chance(25):
            self.dice.shuffle(tree)  # load order need not be the order of descent
        return tree

    def _revision(self, tree, shape):
        revision = {"revision": self._new_id(), "down_revision": None}
        below = self._heads(tree)
        if tree and not (shape in ("forest", "web") and self.chance(30)):
            if shape in ("merge", "web") and len(below) > 1 and self.chance(50):
                parents = self.dice.sample(below, self.dice.choice([2, len(below)]))
                revision["down_revision"] = parents
            elif shape == "line":
                revision["down_revision"] = tree[-1]["revision"]
            else:
                parent = self.dice.choice(tree)["revision"]
                revision["down_revision"] = [parent] if self.chance(5) else parent
        if tree and shape in ("web", "forest") and self.chance(35):
            revision["depends_on"] = self.dice.choice(tree)["revision"]
            if len(tree) > 1 and self.chance(15):
                revision["depends_on"] = [r["revision"] for r in self.dice.sample(tree, 2)]
        if self.chance(12):
            label = self.dice.choice(["expand", "contract", "core", "billing"])
            if label not in self.taken:
                self.taken.add(label)
                revision["branch_labels"] = [label] if self.chance(50) else label
        if self.chance(40):
            revision["message"] = self.dice.choice(["add it", "it's 100% \"sure\"", "naïve"])
        if self.chance(15):
            revision["file"] = "%s_%d.py" % (revision["revision"], len(tree))
        self._write_bodies(revision, tree)
        return revision

    def _write_bodies(self, revision, tree):
        upgrade, downgrade = self.bodies.write(
            revision["revision"], self._ancestors(tree, revision), self.version_table)
        if upgrade:
            revision["upgrade"] = {self.engine: upgrade} if self.chance(5) else upgrade
            if self.chance(2):
                revision["upgrade"] = {"file": "loaded.sql"}
        if downgrade and self.chance(92):
            revision["downgrade"] = downgrade
        if self.chance(self.bodies.wish_for_autocommit):
            revision["autocommit"] = True
        if self.chance(4):
            revision["irreversible"] = True

    @staticmethod
    def _heads(tree):
        parents = {parent for r in tree for parent in as_list(r["down_revision"])}
        return [r["revision"] for r in tree if r["revision"] not in parents]

    @staticmethod
    def _ancestors(tree, revision):
        by_id = {r["revision"]: r for r in tree}
        found, wanted = [], as_list(revision["down_revision"]) + as_list(revision.get("depends_on"))
        while wanted:
            name = wanted.pop()
            if name in by_id and name not in found:
                found.append(name)
                wanted += as_list(by_id[name]["down_revision"])
                wanted += as_list(by_id[name].get("depends_on"))
        return sorted(found)

    def _broken(self, tree):
        """The tree with one thing wrong, as it is found in the wild."""
        victim = self.dice.choice(tree)["revision"]
        other = self.dice.choice(tree)["revision"]
        edit = self.dice.choice([
            lambda: {"change_revisions": {victim: {"down_revision": "missing1"}}},
            lambda: {"change_revisions": {victim: {"depends_on": "missing2"}}},
            lambda: {"change_revisions": {victim: {"down_revision": other}}},  # a loop, perhaps
            lambda: {"change_revisions": {victim: {"depends_on": other}}},
            lambda: {"change_revisions": {victim: {"down_revision": [other, "missing3"]}}},
            lambda: {"change_revisions": {victim: {"revision": victim + "@x"}}},
            lambda: {"remove_revisions": [victim]} if len(tree) > 1 else {},
            lambda: {"add_revisions": [self._copy_of(tree, victim, other)]},
            lambda: {"add_revisions": [self._copy_of(tree, victim, None)]},
        ])()
        return edit_tree(tree, edit)

    def _copy_of(self, tree, victim, parent):
        """A second file with the victim's id."""
        revision = {"revision": victim, "down_revision": parent}
        if self.chance(50):
            revision["file"] = victim + "_copy.py"
        self._write_bodies(revision, tree)
        return revision

    # --- states ---------------------------------------------------------------------------------

    def _states(self, tree):
        states = {"fresh": {}} if self.chance(80) else {"bare": {"version": []}}
        if self.chance(self.bodies.PERCENT_WITHOUT_FRESH):
            states = {}
        for number in range(self._few()):
            state, ran = self.dice.choice([self._state_by_schema, self._state_by_bodies])(tree)
            if self.chance(6):
                state, ran = {"load": self.dice.choice(self.bodies.DUMPS)}, []
            if self.chance(25):
                state["sql"] = self.bodies.drift(ran)
            if self.chance(65):
                state["seed"] = self.bodies.seed(ran)
            if self.chance(35):
                state["version"] = self._version_rows(tree)
            states["db%d" % number] = state
        return states

    def _state_by_schema(self, tree):
        """A state, and the revisions whose tables it should have."""
        names = [r["revision"] for r in tree]
        if self.chance(20):
            return {"schema": "heads"}, names
        target = self.dice.choice(tree)
        state = {"schema": target["revision"]}
        if self.chance(15):
            state["schema"] = [state["schema"], self.dice.choice(names)]
        return state, self._ancestors(tree, target) + [target["revision"]]

    def _state_by_bodies(self, tree):
        names = list(dict.fromkeys(r["revision"] for r in tree))
        ran = names[:self.dice.randint(0, len(names))]
        if self.chance(15):
            self.dice.shuffle(ran)
        return {"ran": ran}, ran

    def _version_rows(self, tree):
        names = [r["revision"] for r in tree]
        return self.dice.choice([
            lambda: "none",
            lambda: [],
            lambda: self.dice.choice(names),
            lambda: [self.dice.choice(names)],
            lambda: self.dice.sample(names, min(2, len(names))),
            lambda: [names[-1], names[-1]],
            lambda: ["unknown99"],
            lambda: self.dice.choice(names)[:4],
        ])()

    # --- strategies -----------------------------------------------------------------------------

    def _strategies(self, tree):
        strategies = {}
        for number in range(self._few()):
            strategy = {}
            edited = tree
            if self.chance(40):
                strategy, edited = self._edit(tree)
            if self.chance(10):
                strategy["states"] = [self.dice.choice(list(self.states))]
            strategy["steps"] = self._usual_steps(edited) if self.chance(65) else self._steps(edited)
            if self.chance(10):
                strategy["goal"] = self._goal(list(strategies))
            strategies["plan%d" % number] = strategy
        return strategies

    def _edit(self, tree):
        """An edit, and the tree after it."""
        edit = {}
        names = [r["revision"] for r in tree]
        if self.chance(40) or not names:
            edit["add_revisions"] = [self._revision(tree, "fork")]
        if names and self.chance(50):
            fields = self.dice.choice([
                lambda: {"down_revision": self.dice.choice(names + [None])},
                lambda: {"upgrade": self.bodies.drift(names)},
                lambda: {"downgrade": self.bodies.drift(names)},
                lambda: {"autocommit": True},
                lambda: {"irreversible": True},
                lambda: {"revision": self._new_id()},
            ])()
            edit["change_revisions"] = {self.dice.choice(names): fields}
        if names and self.chance(20):
            edit["remove_revisions"] = [self.dice.choice(names)]
            changed = edit.get("change_revisions", {})
            if edit["remove_revisions"][0] in changed:
                del edit["change_revisions"]  # it is removed first, and then there is nothing to change
        if self.chance(8):
            edit = {"replace_revisions": [self._revision([], "line")]}
        return edit, edit_tree(tree, edit)

    def _usual_steps(self, tree):
        """What people do: now and then it even works."""
        names = [r["revision"] for r in tree] or ["gone"]
        name = self.dice.choice(names)
        return self.dice.choice([
            [{"upgrade": "heads"}],
            [{"upgrade": "head"}],
            [{"upgrade": name}, {"upgrade": "heads"}],
            [{"stamp": name}, {"upgrade": "heads"}],
            [{"stamp": "heads", "purge": True}],
            [{"stamp": name, "purge": True}, {"upgrade": "heads"}],
            [{"upgrade": "heads"}, {"downgrade": "base"}, {"upgrade": "heads"}],
            [{"upgrade": "heads"}, {"downgrade": "-1"}, {"upgrade": "+1"}],
            [{"upgrade": "heads"}, {"downgrade": name}, {"sql": self.bodies.drift(names)},
             {"upgrade": "heads"}],
            [{"merge": {"revisions": "heads", "revision": self._new_id()}}, {"upgrade": "head"}],
            [{"backup": "before"}, {"upgrade": "heads"}, {"restore": "before"}, {"upgrade": name}],
            [{"upgrade": "nosuch", "fails": "locate"}, {"upgrade": "heads"}, {"check": self._check()}],
            [{"downgrade": "base"}, {"version": []}, {"upgrade": "heads"}],
            [{"downgrade": "-1"}, {"upgrade": "heads"}],
            [{"sql": "DELETE FROM " + self.bodies.some_table()}, {"upgrade": "heads"}],
            [{"upgrade": "heads"}, {"upgrade": "heads"}, {"stamp": "base"}],
            [{"upgrade": "+1"}, {"upgrade": "+1"}],
        ])

    def _steps(self, tree):
        self.backups = []
        steps = []
        for _ in range(self.dice.randint(1, 5)):
            kind = self.dice.choices(
                ["upgrade", "downgrade", "stamp", "sql", "merge", "edit", "version", "check",
                 "backup", "restore", "load"],
                [40, 16, 14, 8, 6, 6, 4, 5, 4, 4, 2])[0]
            step, tree = getattr(self, "_step_" + kind)(tree)
            if step and kind in ("upgrade", "downgrade", "stamp", "sql", "merge") and self.chance(9):
                step["fails"] = self.dice.choice(
                    ["exists|no such", "CommandError: ", "^Can't locate", ".", "KeyError"])
            if step:
                steps.append(step)
        return steps or [{"upgrade": "heads"}]

    def _target(self, tree, relative):
        names = [r["revision"] for r in tree] or ["gone"]
        labels = [label for r in tree for label in as_list(r.get("branch_labels"))] or names
        name, label = self.dice.choice(names), self.dice.choice(labels)
        if self.chance(relative):
            return self.dice.choice([
                "+1", "+2", "-1", "-2", name + "+1", name + "-1", label + "@+1", label + "@-1",
                "head-1", "base+1", label + "@head-1", "heads-1"])
        return self.dice.choices(
            ["heads", "head", "base", name, name[:4], label, label + "@head", label + "@" + name,
             label + "@base", "nosuch", "head:base"],
            [24, 16, 8, 34, 5, 3, 5, 3, 3, 3, 1])[0]

    def _step_upgrade(self, tree):
        return {"upgrade": self._target(tree, 15)}, tree

    def _step_downgrade(self, tree):
        return {"downgrade": self._target(tree, 45)}, tree

    def _step_stamp(self, tree):
        target = self._target(tree, 4)
        if self.chance(20):
            target = [target, self._target(tree, 0)]
        step = {"stamp": target}
        if self.chance(25):
            step["purge"] = True
        return step, tree

    def _step_sql(self, tree):
        return {"sql": self.bodies.drift([r["revision"] for r in tree])}, tree

    def _step_merge(self, tree):
        names = [r["revision"] for r in tree] or ["gone"]
        revision = self._new_id() if self.chance(95) else names[0]
        revisions = self.dice.choice(
            ["heads", "heads", "heads", self._heads(tree)[:2] or "heads",
             self.dice.sample(names, min(2, len(names)))])
        return {"merge": {"revisions": revisions, "revision": revision}}, tree

    def _step_edit(self, tree):
        edit, tree = self._edit(tree)
        return ({"edit": edit} if edit else None), tree

    def _step_version(self, tree):
        return {"version": self._version_rows(tree or [{"revision": "gone"}])}, tree

    def _step_check(self, tree):
        return {"check": self._check()}, tree

    def _step_backup(self, tree):
        self.backups.append(self.dice.choice(["before", "after"]))
        return {"backup": self.backups[-1]}, tree

    def _step_restore(self, tree):
        return ({"restore": self.dice.choice(self.backups)} if self.backups else None), tree

    def _step_load(self, tree):
        return {"load": self.dice.choice(self.bodies.DUMPS)}, tree

    # --- goals ----------------------------------------------------------------------------------

    def _goal(self, strategies):
        goal = {}
        if self.chance(60):
            goal["version"] = self.dice.choice(
                ["heads", "heads", "heads", "base", self.dice.choice(sorted(self.taken))])
        if self.chance(30):
            goal["heads"] = self.dice.choice([1, 1, 2])
        if self.chance(65):
            goal["schema"] = self._schema_goal(strategies)
        if self.chance(65):
            goal["rows_kept"] = [self.bodies.some_table()] if self.chance(30) else "all"
        if self.chance(25):
            goal["check"] = [self._check(with_state=True)]
        if self.chance(30):
            goal["round_trip"] = True
        return goal or {"version": "heads"}

    def _schema_goal(self, strategies):
        goal = {}
        if self.chance(80):
            goal["same_as"] = self.dice.choice(
                ["fresh", "fresh", "fresh", "state:" + self.dice.choice(list(self.states))]
                + ["strategy:" + name for name in strategies])
        if self.chance(20):
            goal["has"] = self.bodies.some_items()
        if self.chance(10):
            goal["lacks"] = self.bodies.some_items()
        if self.chance(15) and goal:
            goal["column_order"] = "strict"
        return goal if "same_as" in goal or "has" in goal else {"same_as": "fresh"}

    def _check(self, with_state=False):
        check = {"sql": self.bodies.question()}
        kind = self.dice.choice(["equals", "matches", "empty"])
        check[kind] = {"equals": self.dice.choice(["0", "1", "2"]), "matches": "^[0-3]", "empty": True}[kind]
        if with_state and self.chance(30):
            check["state"] = self.dice.choice(list(self.states))
        return check


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="is made if it is not there")
    parser.add_argument("--engine", default="sqlite", choices=["sqlite", "postgres"])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="of the first; the others follow")
    args = parser.parse_args()
    os.makedirs(args.folder, exist_ok=True)
    write_files(args.folder)
    for seed in range(args.seed, args.seed + args.count):
        with open(os.path.join(args.folder, "dice-%d.yaml" % seed), "w", encoding="utf-8") as file:
            file.write(scenario_text(seed, args.engine))


if __name__ == "__main__":
    main()
