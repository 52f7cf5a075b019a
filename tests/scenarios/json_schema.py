#!/usr/bin/env python3
"""json_schema.py REHEARSE PROJECT - every scenario that loads validates under `rehearse schema`.

Scenarios are read with PyYAML as editors do, so that numbers and dates are what YAML makes of them. A
scenario with an unknown key must not validate, and each key has a text that editors show. Exit status 77 when a
library is missing.
"""
import json
import pathlib
import subprocess
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)

FOLDERS = ["scenarios", "docs/lessons"]


def main(rehearse, project):
    schema = json.loads(subprocess.run([rehearse, "schema"], check=True, capture_output=True).stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)

    paths = sorted(path for folder in FOLDERS for path in pathlib.Path(project, folder).rglob("*.yaml"))
    failures = 0
    for name, key, about in keys(schema):
        if not about.get("description", "").endswith("."):
            failures += 1
            print("%s.%s: it is not said what it is for" % (name, key))
    for path in paths:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for error in validator.iter_errors(document):
            failures += 1
            print("%s: %s: %s" % (path, list(error.absolute_path), error.message))
        document["no_such_key"] = 1
        if validator.is_valid(document):
            failures += 1
            print("%s: an unknown key passes" % path)
    print("%d scenarios, %d failures" % (len(paths), failures))
    return 1 if failures or not paths else 0


def keys(schema):
    """(definition, key, what the schema says of it) for every key that a scenario may have."""
    for name, definition in {"scenario": schema, **schema["definitions"]}.items():
        for key, about in definition.get("properties", {}).items():
            yield name, key, about


sys.exit(main(*sys.argv[1:]))
