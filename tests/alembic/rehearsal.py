"""Carry out the cells of a scenario with real Alembic, and judge what came out."""
import itertools
import os
import re
import tempfile
from collections import Counter

import engines
from alembic_project import Failure, Project, failure_of
from scenario_file import (Unsupported, as_list, checks_of, claimed_outcome, edit_tree,
                           files_below, has_cells, is_true, path_beside, revisions_named, sql_for_engine,
                           states_of)


def rehearse(scenario, place=None):
    """Carry out every cell of a scenario on its engine; a list of dicts as in `run --format json`, with
    the surviving tables and rows on top; `schema` is in this reading's own words. `place` is where the
    engine makes databases, by default a folder of their own."""
    with tempfile.TemporaryDirectory(prefix="rehearse-alembic-", dir=in_memory()) as folder:
        stage = Stage(scenario, folder, place or folder)
        roles = as_list(scenario.get("roles"))
        try:
            stage.engine.begin_roles(stage.place, roles)
            return [stage.play(strategy, state)
                    for strategy, details in scenario["strategies"].items()
                    if has_cells(scenario, details)
                    for state in states_of(scenario, details)]
        finally:
            stage.strike()
            stage.engine.end_roles(stage.place, roles)


def in_memory():
    """A folder that no disk is waited for; None where there is none."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def rows_in(engine, database, version_table):
    """The rows of every table: a line that names its columns, then its rows in some fixed order."""
    return {table: [columns] + sorted(map(list, rows.elements()), key=repr)
            for table, (columns, rows) in engine.rows_of(database, version_table).items()}


def _matches(pattern, class_name, message):
    """Whether a pattern is found in the message or in `CLASS: message`."""
    return any(re.search(pattern, text) for text in (message, "%s: %s" % (class_name, message)))


def _failure_beside(others, err):
    """The failure that an exception means, where others may have been waited for."""
    names = others.waited_for()
    if not names:
        return failure_of(err)
    return Failure("Blocked", "waits for ever for a lock that session%s %s hold%s" % (
        "s" if names[1:] else "", ", ".join("'%s'" % name for name in names), "" if names[1:] else "s"))


def _is_as_claimed(cell, claim):
    if claim == "works":
        return cell["verdict"] == "works"
    if "wrong" in claim:
        return cell["verdict"] == "wrong" and set(cell["wrong"]) == set(as_list(claim["wrong"]))
    return cell["verdict"] == "fails" and cell["failed_step"] == int(claim["fails_at"]) and \
        _matches(claim.get("error", ""), cell["error"]["class"], cell["error"]["message"])


class Played:
    """A cell after its last step: the database, the tree, the failure that ended it."""

    def __init__(self, database, tree):
        self.database, self.tree = database, tree
        self.failed_step, self.failure = None, None
        self.first_tables, self.first_rows, self.first_keys = [], {}, {}  # as the state was built


class Stage:
    """What the cells of a scenario share."""

    def __init__(self, scenario, folder, place):
        self.scenario, self.place = scenario, place
        self.engine = engines.engine_named(scenario["engine"])
        self.project = Project(scenario, os.path.join(folder, "project"))
        configure = scenario["configure"]
        self.version_table = self.engine.version_table(configure)
        self.has_primary_key = is_true(configure.get("version_table_pk", "true"))
        self._states, self._first = {}, {}  # by name; what the cells begin with
        self._role_settings = {}  # by state
        self._fresh = {}  # by tree
        self._schemas = {}  # by database, of those that nobody changes any more
        self._databases = []

    def play(self, strategy, state):
        self.engine.reset_roles(self.place, as_list(self.scenario.get("roles")))
        played = self._replay(strategy, state)
        wrong = [] if played.failure else sorted(self._judge(played, strategy, state))
        rows_there = self._version(played.database) or []
        rows = rows_in(self.engine, played.database, self.version_table)
        cell = {
            "name": "%s/%s@%s:%s" % (self.scenario["name"], strategy, state, self.engine.NAME),
            "scenario": self.scenario["name"],
            "strategy": strategy,
            "state": state,
            "engine": self.engine.NAME,
            "verdict": "fails" if played.failure else "wrong" if wrong else "works",
            "failed_step": played.failed_step,
            "error": None,
            "wrong": wrong,
            "version": sorted(rows_there),
            "version_order": rows_there,
            "schema": self.engine.schema_lines(played.database, self.version_table),
            "tables": self.engine.tables_of(played.database, self.version_table),
            "rows": rows,
            "version_table": self.version_table,
        }
        if played.failure:
            cell["error"] = {"class": played.failure.class_name, "message": played.failure.message}
        cell["as_expected"] = _is_as_claimed(cell, claimed_outcome(self.scenario, strategy, state))
        return cell

    # --- databases ------------------------------------------------------------------------------

    def _new_database(self, copy_of=None):
        self._databases.append(self.engine.new_database(
            self.place, copy_of, self.scenario["configure"].get("locale")))
        return self._databases[-1]

    def strike(self):
        """Drop what was made."""
        self.engine.set_role_settings(self.place, [])
        for database in self._databases:
            self.engine.drop_database(database)

    def _version(self, database):
        return self.engine.version_rows(database, self.version_table)

    def _load(self, database, name):
        if not name.endswith((".sql", ".sqlite")):
            raise Unsupported("load: " + name)
        self.engine.load(database, path_beside(self.scenario, name))

    # --- states ---------------------------------------------------------------------------------

    def _state(self, name):
        """The built state's database, and the failure that stopped its building."""
        if name not in self._states:
            database = self._new_database()
            self.engine.set_role_settings(self.place, [])
            try:
                self._build(self.scenario["states"][name] or {}, database)
                failure = None
            except (Failure, self.engine.Error) as err:
                failure = failure_of(err)
            self._states[name] = database, failure
            self._role_settings[name] = self.engine.role_settings(self.place)
        return self._states[name]

    def _build(self, state, database):
        tree = self.scenario["revisions"]
        targets = as_list(state.get("schema"))
        if "load" not in state:
            self._run_sql(database, self.scenario["configure"].get("before"))
        self.project.deploy(tree)
        if not self.project.loads():
            self.project.deploy(files_below(tree, targets))
        for target in targets:
            self.project.upgrade(database, target)
        if "ran" in state:  # of files that share an id Alembic knows the last
            revisions = [revisions_named(tree, name)[-1] for name in as_list(state["ran"])]
            self.engine.run_bodies(database, self.project.on_connect, [
                (sql_for_engine(self.scenario, revision.get("upgrade")), is_true(revision.get("autocommit")))
                for revision in revisions])
        if "load" in state:
            self._load(database, state["load"])
        self._run_sql(database, state.get("sql"))
        self._run_sql(database, state.get("seed"))
        if "version" in state:
            rows = None if state["version"] == "none" else as_list(state["version"])
            self.engine.write_version_rows(
                database, self.version_table, rows, self.has_primary_key)

    def _run_sql(self, database, *bodies):
        return self.engine.run_sql(
            database, *(sql_for_engine(self.scenario, body) for body in bodies))

    # --- replay ---------------------------------------------------------------------------------

    def _replay(self, strategy, state):
        built, failure = self._state(state)
        self.engine.set_role_settings(self.place, self._role_settings[state])
        details = self.scenario["strategies"][strategy]
        played = Played(self._new_database(copy_of=built),
                        edit_tree(self.scenario["revisions"], details))
        if failure:
            played.failed_step, played.failure = 0, failure
            return played
        if state not in self._first:
            self._first[state] = (self.engine.tables_of(built, self.version_table),
                                  self.engine.rows_of(built, self.version_table),
                                  self.engine.keys_of(built, self.version_table))
        played.first_tables, played.first_rows, played.first_keys = self._first[state]
        with self.engine.Others(played.database) as others:
            try:
                for name, sql in self._sessions(state).items():
                    others.open(name, sql)
            except self.engine.Error as err:
                played.failed_step, played.failure = 0, _failure_beside(others, err)
            else:
                self._play_steps(details.get("steps") or [], played, others)
        return played

    def _sessions(self, state):
        """name -> SQL of those that there are on the engine."""
        bodies = (self.scenario["states"][state] or {}).get("sessions", {})
        sessions = {name: sql_for_engine(self.scenario, body) for name, body in bodies.items()}
        return {name: sql for name, sql in sessions.items() if sql}

    def _play_steps(self, steps, played, others):
        backups = {}
        for number, step in enumerate(steps, start=1):
            failure = self._step(step, played, backups, others)
            if failure:
                played.failed_step, played.failure = number, failure
                break

    def _step(self, step, played, backups, others):
        """Carry out a step; the failure that ends the cell, or None."""
        try:
            self._act(step, played, backups)
        except (Failure, self.engine.Error) as err:
            failure = _failure_beside(others, err)
            if "fails" not in step:
                return failure
            if _matches(step["fails"], failure.class_name, failure.message):
                return None
            return failure  # what it met, and not that it was expected to meet something else
        if "fails" in step:
            return Failure("Expectation", "the step succeeded")
        return None

    def _act(self, step, played, backups):
        database = played.database
        self.project.deploy(played.tree)
        if "upgrade" in step:
            self.project.upgrade(database, step["upgrade"])
        elif "downgrade" in step:
            self.project.downgrade(database, step["downgrade"])
        elif "stamp" in step:
            self.project.stamp(database, as_list(step["stamp"]), is_true(step.get("purge")))
        elif "sql" in step:
            self._run_sql(database, step["sql"])
        elif "load" in step:
            self._load(database, step["load"])
        elif "merge" in step:
            merge = step["merge"]
            try:
                self.project.merge(as_list(merge["revisions"]), merge["revision"],
                                   merge.get("message"))
            finally:
                played.tree = self.project.tree
        elif "edit" in step:
            played.tree = edit_tree(played.tree, step["edit"])
        elif "version" in step:
            self._expect_version(step["version"], database)
        elif "check" in step:
            if not all(self._holds(check, database) for check in checks_of(step)):
                raise Failure("Expectation", "the check does not hold")
        elif "show" in step:
            self._run_sql(database, step["show"])
        elif "backup" in step:
            backups[step["backup"]] = self._new_database(copy_of=database)
        elif "restore" in step:
            self.engine.overwrite(database, copy_of=backups[step["restore"]])
        else:
            raise Unsupported("step " + ", ".join(step))

    def _expect_version(self, expected, database):
        rows = self._version(database)
        if expected == "none":
            holds = rows is None
        elif expected == "heads":
            holds = Counter(rows or []) == Counter(self.project.real_heads())
        else:
            holds = Counter(rows or []) == Counter([] if expected == "base" else as_list(expected))
        if not holds:
            raise Failure("Expectation", "the version rows are %r" % rows)

    def _holds(self, check, database):
        rows = self._run_sql(database, check["sql"])
        if "empty" in check:
            return bool(rows) != is_true(check["empty"])
        text = "\n".join("|".join(self.engine.text_of(value) or "" for value in row) for row in rows)
        if "equals" in check:
            return text == check["equals"].removesuffix("\n")
        return re.search(check["matches"], text) is not None

    # --- judging --------------------------------------------------------------------------------

    def _judge(self, played, strategy, state):
        """The goal keys that are not met."""
        goal = {**self.scenario["goal"], **self.scenario["strategies"][strategy].get("goal", {})}
        wrong = set()
        self.project.deploy(played.tree)
        if "version" in goal and not self._meets_version(goal["version"], played):
            wrong.add("version")
        if "heads" in goal and not (
                self.project.loads() and len(self.project.heads()) == int(goal["heads"])):
            wrong.add("heads")
        if "rows_kept" in goal and not self._keeps_rows(goal["rows_kept"], played):
            wrong.add("rows")
        for check in checks_of(goal):
            if check.get("state", state) == state and not self._meets_check(check, played):
                wrong.add("check")
        if "schema" in goal and not self._meets_schema(goal["schema"], played, state):
            wrong.add("schema")
        if is_true(goal.get("round_trip")) and not self._round_trips(goal, played):
            wrong.add("round_trip")
        return wrong

    def _meets_version(self, expected, played):
        rows = self._version(played.database) or []
        if expected == "heads":
            return self.project.loads() and Counter(rows) == Counter(self.project.real_heads())
        return Counter(rows) == Counter([] if expected == "base" else as_list(expected))

    def _keeps_rows(self, kept, played):
        keys_alone = isinstance(kept, dict)
        kept = kept["keys"] if keys_alone else kept
        tables = played.first_tables if kept == "all" else as_list(kept)
        for table in tables:
            columns, rows = played.first_rows.get(table, ([], Counter()))
            key = played.first_keys.get(table)
            if rows and keys_alone and key:
                places = [columns.index(column) for column in key]
                wanted = Counter(tuple(row[place] for place in places) for row in rows.elements())
                if not self._keeps_keys(table, key, wanted, played.database):
                    return False
            elif rows:
                left = self.engine.rows_in_columns(played.database, table, columns)
                if left is None or rows - left:
                    return False
        return True

    def _keeps_keys(self, table, key, wanted, database):
        """Whether all keys are there, under the names of their columns or others."""
        now = self.engine.rows_of(database, self.version_table).get(table)
        if not now:
            return False
        names = [[column] if column in now[0] else now[0] for column in key]
        return any(not wanted - self.engine.rows_in_columns(database, table, list(columns))
                   for columns in itertools.product(*names) if len(set(columns)) == len(columns))

    def _meets_check(self, check, played):
        try:
            return self._holds(check, self._new_database(copy_of=played.database))
        except self.engine.Error:
            return False

    def _meets_schema(self, goal, played, state):
        has, lacks = as_list(goal.get("has")), as_list(goal.get("lacks"))
        if not all(self.engine.schema_has(played.database, has, in_effect=True)):
            return False
        if any(self.engine.schema_has(played.database, lacks)):
            return False
        if "same_as" not in goal:
            return True
        expected = self._goal_database(goal["same_as"], played, state)
        return expected is not None and self._same_schema(played.database, expected, goal)

    def _goal_database(self, source, played, state):
        """A database that has the schema which `same_as` names; None if there cannot be one."""
        kind, _, name = source.partition(":")
        if kind == "state":
            database, failure = self._state(name)
            return None if failure else database
        if kind == "strategy":
            other = self._replay(name, state)
            return None if other.failure else other.database
        if kind == "file":
            raise Unsupported("goal: schema: " + source)
        return self._fresh_database(played.tree)

    def _fresh_database(self, tree):
        """What `upgrade heads` makes of an empty database; None if it fails."""
        key = repr(tree)
        if key not in self._fresh:
            self._fresh[key] = self._new_database()
            self.engine.set_role_settings(self.place, [])
            self.project.deploy(tree)
            try:
                self._run_sql(self._fresh[key], self.scenario["configure"].get("before"))
                self.project.upgrade(self._fresh[key], "heads")
            except (Failure, self.engine.Error):
                self._fresh[key] = None
        return self._fresh[key]

    def _same_schema(self, one, other, goal):
        return self._schema(one, goal) == self._schema(other, goal)

    def _schema(self, database, goal):
        key = database, goal.get("column_order") == "strict"
        if key not in self._schemas:
            self._schemas[key] = self.engine.schema_of(database, self.version_table, key[1])
        return self._schemas[key]

    def _round_trips(self, goal, played):
        database = self._new_database(copy_of=played.database)
        self.project.deploy(played.tree)
        try:
            self.project.downgrade(database, "base")
            self.project.upgrade(database, "heads")
        except Failure:
            return False
        rows = self._version(database) or []
        return Counter(rows) == Counter(self.project.real_heads()) and \
            self._same_schema(database, played.database, goal.get("schema", {}))
