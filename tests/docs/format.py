#!/usr/bin/env python3
"""format.py REHEARSE PAGE [--few] - the examples of docs/format.md are played, and there is one for every key.

An example is a block of YAML. What it does not say itself is taken from the first one: revisions with
their states, and strategies unless it has steps. Beside it lie the files that stand in blocks of SQL, Python and the like,
under a line "`NAME`:"; all are a commit of git. Every cell must end as its example claims; what the keys are is told by `rehearse schema`,
which has words for each of them. With --few, where an example ends the same on both engines SQLite is enough, but for one that dice choose.
Without PostgreSQL its cells are left out, and without Alembic in this Python those of projects. Exit status 77 when a library is missing.
"""
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
import dice  # noqa: E402

BLOCK = re.compile(r"^```(yaml|sql|text|ini|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"`([^`\n]+)`:\n\n\Z")
# Objects that have the keys of another, which has the examples.
SAME_KEYS = {"revision_change": "revision", "edit": "strategy", "check": "goal_check"}


def main(rehearse, page, *few):
    with open(page, encoding="utf-8") as file:
        text = file.read()
    examples, files = read_blocks(text)
    with tempfile.TemporaryDirectory(prefix="rehearse-format-") as folder:
        for name, content in {**files, **examples}.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(content)
        commit(folder)
        failures = play(rehearse, folder, some_of(rehearse, folder) if few else ".")
    documents = [yaml.load(content, yaml.BaseLoader) for content in examples.values()]
    schema = json.loads(subprocess.run([rehearse, "schema"], check=True, capture_output=True).stdout)
    failures += ["no example has %s" % " of ".join(reversed(key)) for key in keys_not_shown(schema, documents)]
    failures += ["an editor has nothing to say of %s" % key for key in keys_without_words(schema, "scenario")]
    print("\n".join(failures + ["%d examples, %d failures" % (len(examples), len(failures))]))
    return 1 if failures else 0


def commit(folder):
    """Make a git repository of the files, with a tag and a branch that examples name."""
    for words in (["init", "--quiet"], ["add", "--all"],
                  ["-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "--message=x"],
                  ["tag", "v1.4"], ["branch", "fix/orders"]):
        subprocess.run(["git", "-C", folder] + words, check=True)


def read_blocks(text):
    """(example files, the other files), both name -> content. An example is called by its line."""
    examples, files = {}, {}
    first = None
    for block in BLOCK.finditer(text):
        language, content = block.groups()
        line = text.count("\n", 0, block.start(2)) + 1
        if language == "yaml":
            first = first or sections_of(content)
            examples["line-%d.yaml" % line] = completed(content, first)
        else:
            files[NAME.search(text[:block.start()]).group(1)] = content
    return examples, files


def sections_of(content):
    """key -> its lines, for each key of the top level."""
    return {part.partition(":")[0]: part
            for part in re.split(r"^(?=[a-z])", content, flags=re.MULTILINE) if part}


def completed(content, first):
    own = sections_of(content)
    wanted = ["rehearse"]
    if "revisions" not in own:
        wanted += ["revisions", "states"]
    if "steps" not in own:
        wanted.append("strategies")
    # Behind the example, so that lines of mistakes are those of the block.
    return content + "".join(first[key] for key in wanted if key not in own)


def some_of(rehearse, folder):
    """A pattern of the cells on SQLite, of those that are on PostgreSQL alone, and of one example more there."""
    listed = subprocess.run([rehearse, "list", "--cells", folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
    if listed.returncode:
        return "."  # to play it will say why
    names = listed.stdout.splitlines()
    chosen = random.Random(dice.first_seed()).choice(sorted({name.partition("/")[0] for name in names}))
    print("on both engines: %s" % chosen)
    return "^(%s)$" % "|".join(re.escape(name) for name in names if name.endswith(":sqlite") or name.startswith(chosen + "/")
                               or name.replace(":postgres", ":sqlite") not in names)


def play(rehearse, folder, cells):
    """What is wrong with the examples, a line each."""
    run = subprocess.run([rehearse, "run", "--jobs", "1", "--allow-run", "--python", sys.executable, "--filter", cells,
                          "--format", "json", folder], capture_output=True, encoding="utf-8")
    if run.returncode not in (0, 1):
        return run.stderr.replace(folder + "/", "").splitlines()
    return ["%(name)s: %(verdict)s at %(failed_step)s %(wrong)s %(error)s" % cell
            for cell in json.loads(run.stdout)["cells"] if cell["as_expected"] is False]


# --- keys -----------------------------------------------------------------------------------------

def keys_not_shown(schema, documents):
    definitions = {"scenario": schema, **schema["definitions"]}
    known = {(name, key) for name, definition in definitions.items()
             for key in definition.get("properties", {}) if name not in SAME_KEYS}
    shown = set()
    for document in documents:
        mark(schema, "scenario", document, definitions, shown)
    return sorted(known - shown)


def keys_without_words(part, place):
    """Keys, wherever they stand in the schema, that have no description for the pointer to rest on."""
    if isinstance(part, list):
        for item in part:
            yield from keys_without_words(item, place)
    elif isinstance(part, dict):
        for key, value in part.get("properties", {}).items():
            if not value.get("description"):
                yield "%s.%s" % (place, key)
        for key, value in part.items():
            yield from keys_without_words(value, "%s.%s" % (place, key))


def mark(schema, name, value, definitions, shown):
    """Add the keys of `value`, and below it, as (definition, key)."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = definitions[name]
    for choice in schema.get("anyOf", []) + schema.get("allOf", []):
        mark(choice, name, value, definitions, shown)
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        for key, item in value.items():
            if key in properties:
                shown.add((SAME_KEYS.get(name, name), key))
            mark(properties.get(key, schema.get("additionalProperties") or {}), name, item,
                 definitions, shown)
    elif isinstance(value, list):
        for item in value:
            mark(schema.get("items", {}), name, item, definitions, shown)


sys.exit(main(*sys.argv[1:]))
