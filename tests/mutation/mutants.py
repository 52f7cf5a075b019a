"""The mutants of a scenario: the same file with one statement of a revision body, or one step, left out.

A scenario is read into maps, lists and text, with the SQL of its other files put in; it is changed
there, and written again as maps and lists on one line, where every text is quoted except what stood
plain in the file and means null, a truth value or a number.
"""
import json
import os
import re
import sys
from collections import namedtuple

import yaml

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "alembic"))
import postgres_text
import sqlite_files
from scenario_file import (as_list, claimed_outcome, has_cells, read_scenario, read_sql_revision,
                           states_of)

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

ENGINES = ("sqlite", "postgres")
BODIES = ("upgrade", "downgrade")
LISTS_OF_REVISIONS = ("replace_revisions", "add_revisions")

# One thing less: where it stood, as in "revisions/0002/upgrade statement 1"; the text that was left
# out; the engines on which it matters, and the only strategy, or None; the scenario without it.
Mutant = namedtuple("Mutant", "place dropped engines strategy document")

# SQL of a revision: where it stands, the way there in the document, the engines that it is for.
Body = namedtuple("Body", "place path engines sql")


class Text(str):
    """A scalar that knows whether it stood there plain: not quoted, not in a block."""
    is_plain = False


# --- reading and writing --------------------------------------------------------------------------

def read(path):
    with open(path, encoding="utf-8-sig") as file:
        document = _value(yaml.compose(file, _Loader))
    return _in_one_file(document, os.path.dirname(os.path.abspath(path)))


def _value(node):
    if isinstance(node, yaml.MappingNode):
        return {_value(key): _value(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    text = Text(node.value)
    text.is_plain = not node.style
    return text


def _in_one_file(value, folder, key=None):
    """Put in what other files say: SQL, and folders of revisions; name dumps by absolute paths."""
    if isinstance(value, list):
        return [_in_one_file(item, folder) for item in value]
    if isinstance(value, dict):
        if key == "revisions" and set(value) == {"directory"}:
            return _revisions_in(os.path.join(folder, value["directory"]))
        if key == "sessions":
            return {name: _in_one_file(body, folder, "sql") for name, body in value.items()}
        if key in BODIES + ENGINES + ("sql", "seed") and set(value) == {"file"}:
            return _contents(os.path.join(folder, value["file"]))
        return {name: _in_one_file(item, folder, name) for name, item in value.items()}
    if key == "load":
        return os.path.join(folder, value)
    if key == "same_as" and value.startswith("file:"):
        return "file:" + os.path.join(folder, value[len("file:"):])
    return value


def _contents(path):
    with open(path, encoding="utf-8-sig") as file:
        return file.read()


def _revisions_in(folder):
    """A folder of .sql files as a list: the bodies of each file for one engine, and for the other."""
    revisions = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".sql"):
            text = _contents(os.path.join(folder, name))
            both = [read_sql_revision(text, engine) for engine in ENGINES]
            revision = {key: _literal(value) for key, value in both[0].items()
                        if key not in BODIES}
            for body in BODIES:
                revision[body] = {engine: read.get(body, "")
                                  for engine, read in zip(ENGINES, both)}
            revisions.append({**revision, "file": name})
    return revisions


def _literal(value):
    """A value of a .sql file's header, as a scenario would have it."""
    if value in (None, "true", "false"):
        value = Text("null" if value is None else value)
        value.is_plain = True
    return value


def write(value):
    """The text of a scenario file, or of a part of it."""
    if isinstance(value, dict):
        return "{%s}" % ",\n".join(
            "%s: %s" % (write(key), write(item)) for key, item in value.items())
    if isinstance(value, list):
        return "[%s]" % ",\n".join(map(write, value))
    if getattr(value, "is_plain", False) and re.fullmatch(r"null|~|true|false|\d+", value):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


# --- mutants --------------------------------------------------------------------------------------

def mutants_of(path):
    """Every mutant of the scenario in the file at `path`."""
    document = read(path)
    looked_at = set(re.findall(r'"strategy:(.*)"', write(document)))
    for body in _bodies(document):
        strategy = body.path[1] if body.path[0] == "strategies" else None
        statements = _statements(body)
        for at, statement in enumerate(statements):
            yield Mutant("%s statement %d" % (body.place, at + 1), statement, body.engines,
                         None if strategy in looked_at else strategy,
                         _put(document, body.path, _joined(statements[:at] + statements[at + 1:])))
    for name, engines in _working_strategies(path):
        way = ("strategies", name, "steps") if "strategies" in document else ("steps",)
        steps = _at(document, way)
        for at, step in enumerate(steps):
            yield Mutant("strategies/%s step %d" % (name, at + 1), write(step), engines,
                         None if name in looked_at else name,
                         _put(document, way, steps[:at] + steps[at + 1:]))


def rewritten(path):
    """The scenario with each body taken apart and put together again, and nothing left out."""
    document = read(path)
    for body in _bodies(document):
        document = _put(document, body.path, _joined(_statements(body)))
    return document


def _at(value, way):
    for key in way:
        value = value[key]
    return value


def _put(value, way, new):
    """A copy of `value` with `new` at the end of the way; what is beside it is shared."""
    if not way:
        return new
    copy = value.copy()
    copy[way[0]] = _put(value[way[0]], way[1:], new)
    return copy


# --- statements -----------------------------------------------------------------------------------

def _joined(statements):
    return "".join(statement + ";\n" for statement in statements)


def _statements(body):
    split = sqlite_files if "sqlite" in body.engines else postgres_text
    return list(split.statements_of(body.sql))


def _bodies(document):
    """The bodies of the tree, and of the edits that strategies and steps make to it."""
    engines = _engines_of(document, ENGINES)
    revisions = document.get("revisions")
    if isinstance(revisions, list):
        yield from _bodies_in_list("revisions", ("revisions",), engines, revisions)
    for name, strategy in document.get("strategies", {}).items():
        yield from _bodies_of_edits("strategies/" + name, ("strategies", name),
                                    _engines_of(strategy, engines), strategy)
    yield from _bodies_of_edits("strategies/replay", (), engines, document)


def _engines_of(value, all_engines):
    return tuple(engine for engine in all_engines
                 if engine in as_list(value.get("engines", list(all_engines))))


def _bodies_of_edits(place, path, engines, edits):
    for key in LISTS_OF_REVISIONS:
        yield from _bodies_in_list("%s/%s" % (place, key), (*path, key), engines,
                                   edits.get(key, []))
    for name, fields in edits.get("change_revisions", {}).items():
        yield from _bodies_of_revision("%s/change_revisions/%s" % (place, name),
                                       (*path, "change_revisions", name), engines, fields)
    for at, step in enumerate(edits.get("steps", [])):
        yield from _bodies_of_edits("%s/step %d" % (place, at + 1), (*path, "steps", at, "edit"),
                                    engines, step.get("edit", {}))


def _bodies_in_list(place, path, engines, revisions):
    """A revision is called by its id; where that stands twice, the later ones have a number too."""
    seen = {}
    for at, revision in enumerate(revisions):
        name = revision["revision"]
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            name = "%s (%d)" % (name, seen[name])
        yield from _bodies_of_revision("%s/%s" % (place, name), (*path, at), engines, revision)


def _bodies_of_revision(place, path, engines, revision):
    for key in BODIES:
        sql = revision.get(key)
        if isinstance(sql, dict):
            for engine in (engine for engine in engines if engine in sql):
                yield Body("%s/%s/%s" % (place, key, engine), (*path, key, engine), (engine,),
                           sql[engine])
        elif sql:
            yield Body("%s/%s" % (place, key), (*path, key), engines, sql)


# --- steps ----------------------------------------------------------------------------------------

def _working_strategies(path):
    """(name, the engines it has cells on) of each strategy that works in some cell, as claimed."""
    scenarios = [read_scenario(path, engine) for engine in ENGINES]
    for name in scenarios[0]["strategies"]:
        engines = tuple(scenario["engine"] for scenario in scenarios
                        if has_cells(scenario, scenario["strategies"][name]))
        if any(claimed_outcome(scenario, name, state) == "works" for scenario in scenarios
               if scenario["engine"] in engines
               for state in states_of(scenario, scenario["strategies"][name])):
            yield name, engines
