"""Read a scenario file and edit its tree: lists and maps of text, nothing checked.

A second reading of the format, written without a look at the program's own, so that a mistake
in one of them shows as a difference. It takes files that `rehearse check` accepts.
"""
import copy
import os
import re

import yaml


class Unsupported(Exception):
    """The scenario needs something that this reading does not know."""


class _Loader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
    """Every scalar is the text that stands in the file, except an unquoted null or ~."""

    def construct_scalar(self, node):
        if isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("null", "~"):
            return None
        return super().construct_scalar(node)


def read_scenario(path, engine="sqlite"):
    """The scenario in the file at `path` for its cells on that engine, defaults filled in."""
    with open(path, encoding="utf-8-sig") as file:
        scenario = yaml.load(file, _Loader)
    scenario["engine"] = engine
    scenario["name"] = os.path.splitext(os.path.basename(path))[0]
    scenario["folder"] = os.path.dirname(os.path.abspath(path))
    scenario.setdefault("engines", ["sqlite", "postgres"])
    scenario.setdefault("configure", {})
    scenario.setdefault("goal", {})
    scenario.setdefault("outcomes", {})
    if not scenario.get("states"):
        scenario["states"] = {"fresh": {}}
    if "strategies" not in scenario:
        scenario["strategies"] = {"replay": {"steps": scenario.get("steps", [])}}
    revisions = scenario.setdefault("revisions", [])
    if isinstance(revisions, dict):
        if "directory" not in revisions:
            raise Unsupported("revisions of " + ", ".join(sorted(revisions)))
        scenario["revisions"] = _read_folder(
            path_beside(scenario, revisions["directory"]), engine)
    return scenario


def _read_folder(folder, engine):
    """The revisions of a folder of .sql files, in the order of their names."""
    revisions = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".sql"):
            with open(os.path.join(folder, name), encoding="utf-8-sig") as file:
                revisions.append({"file": name, **read_sql_revision(file.read(), engine)})
    return revisions


def read_sql_revision(text, wanted_engine):
    """Comments `-- key: value`, then bodies after lines `-- upgrade` and `-- downgrade`, perhaps with
    an engine's name."""
    header, *sections = re.split(
        r"^--[ \t]*(upgrade|downgrade)(?:[ \t]+(\w+))?[ \t]*$\n?", text, flags=re.MULTILINE)
    revision = dict(re.findall(r"^[ \t]*--[ \t]*([a-z_]+):[ \t]*(.*?)[ \t]*$", header, re.MULTILINE))
    for key in ("down_revision", "depends_on", "branch_labels"):
        value = revision.get(key, "null")
        revision[key] = None if value == "null" else [part.strip() for part in value.split(",")]
    for direction, engine, body in zip(sections[::3], sections[1::3], sections[2::3]):
        if engine in (None, wanted_engine):
            revision[direction] = body
    return revision


def as_list(value):
    """Text, a list or null, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def is_true(value):
    return value == "true"


def path_beside(scenario, name):
    """A file that the scenario names lies beside it, unless its path is absolute."""
    return os.path.join(scenario["folder"], name)


def sql_for_engine(scenario, body):
    """The SQL of a body: text, a map engine -> SQL, or {file: PATH}; absent is empty."""
    if isinstance(body, dict):
        if "file" in body:
            with open(path_beside(scenario, body["file"]), encoding="utf-8") as file:
                return file.read()
        return sql_for_engine(scenario, body.get(scenario["engine"]))
    return body or ""


def revisions_named(tree, name):
    """A name means a file name first, then an id, and then all files that have the id."""
    return ([r for r in tree if r.get("file") == name]
            or [r for r in tree if r["revision"] == name])


def edit_tree(tree, edit):
    """The tree after replace, remove, change and add; `tree` stays as it is."""
    tree = copy.deepcopy(edit.get("replace_revisions", tree))
    removed = [r for name in as_list(edit.get("remove_revisions"))
               for r in revisions_named(tree, name)]
    tree = [r for r in tree if not any(r is gone for gone in removed)]
    changes = [(revisions_named(tree, name), fields)
               for name, fields in edit.get("change_revisions", {}).items()]
    for revisions, fields in changes:
        for revision in revisions:
            revision.update(copy.deepcopy(fields))
    return tree + copy.deepcopy(edit.get("add_revisions", []))


def files_below(tree, targets):
    """The files of the revisions with those ids or labels and of all that they stand on; the whole
    tree if a target is neither."""
    found, wanted = [], list(targets)
    while wanted:
        name = wanted.pop()
        named = [r for r in tree if name == r["revision"]] or \
                [r for r in tree if name in as_list(r.get("branch_labels"))]
        if not named and name in targets:
            return tree
        for revision in named:
            if not any(revision is other for other in found):
                found.append(revision)
                wanted += as_list(revision.get("down_revision"))
                wanted += as_list(revision.get("depends_on"))
    return [r for r in tree if any(r is other for other in found)]


def checks_of(section):
    """The checks of a step or a goal: one or a list of them."""
    checks = section.get("check", [])
    return [checks] if isinstance(checks, dict) else checks


def states_of(scenario, strategy):
    return as_list(strategy["states"]) if "states" in strategy else list(scenario["states"])


def has_cells(scenario, strategy):
    """Whether the strategy has cells on the scenario's engine."""
    engine = scenario["engine"]
    return engine in as_list(scenario["engines"]) and \
        engine in as_list(strategy.get("engines", [engine]))


def claimed_outcome(scenario, strategy, state):
    """What the scenario claims of a cell: the line that names most parts; on a tie strategy
    before state before engine, then the later line."""
    best, best_rank = "works", ()
    for key, claim in scenario["outcomes"].items():
        who, _, where = key.partition("@")
        where, _, engine = where.partition(":")
        parts = ((who, strategy), (where, state), (engine or "*", scenario["engine"]))
        if all(part in ("*", actual) for part, actual in parts):
            named = [part != "*" for part, _ in parts]
            rank = (sum(named), *named)
            if rank >= best_rank:
                best, best_rank = claim, rank
    return best
