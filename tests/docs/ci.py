"""ci.py PROGRAM PAGE - the examples of docs/ci.md are what they say: YAML is read, commands are run, Meson's project is
built and tested, in a folder that has scenarios. What only a server of continuous integration has (its actions, its `gh`) is
left out.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import yaml
except ImportError:
    print("python3-yaml is not installed")
    sys.exit(77)

SCENARIO = """\
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE t (id integer)}
strategies:
  up: {steps: [{upgrade: head}], goal: {version: a1}}
  nowhere: {steps: [{upgrade: zz}]}
outcomes:
  nowhere@empty: {fails_at: 1}
states:
  empty: {}
"""
# What the servers put in the place of their variables.
VARIABLES = {"${{ matrix.part }}": "2", "$CI_NODE_INDEX": "1", "$CI_NODE_TOTAL": "1"}
complaints = []


def holds(what, is_so):
    if not is_so:
        complaints.append(what)


def scripts_of(value):
    """Texts below `run` and `script`, wherever they stand."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("run", "script"):
                yield from [inner] if isinstance(inner, str) else inner
            else:
                yield from scripts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from scripts_of(inner)


def files_of(value):
    """Paths that are kept or read after the run."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("path", "paths", "junit"):
                yield from [inner] if isinstance(inner, str) else inner
            else:
                yield from files_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from files_of(inner)


def run(command, folder):
    for variable, value in VARIABLES.items():
        command = command.replace(variable, value)
    done = subprocess.run(["sh", "-euc", command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    # A shard may have none of the few cells.
    holds(f"{command}\n{done.stdout}", done.returncode == 0 or ("--shard" in command and done.returncode == 4))
    return done.stdout


def try_yaml(text, folder):
    value = yaml.safe_load(text)
    commands = [script for script in scripts_of(value) if script.startswith("rehearse ")]
    holds(f"a command in\n{text}", commands)
    for command in commands:
        run(command, folder)
    for path in files_of(value):
        holds(f"{path} is written", (folder / path).exists() or "--shard" in text)


def try_meson(text, folder):
    (folder / "meson.build").write_text(text)
    output = run("meson setup build && meson test -C build", folder)
    holds(f"Meson's subtests\n{output}", "2 subtests passed" in output)


def main():
    page = Path(sys.argv[2]).read_text()
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI"):
        os.environ.pop(name, None)
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", page, re.M | re.S)
    for language, text in blocks:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "bin").mkdir()
            (folder / "bin/rehearse").symlink_to(Path(sys.argv[1]).resolve())
            (folder / "scenarios").mkdir()
            (folder / "scenarios/a.yaml").write_text(SCENARIO)
            os.environ["PATH"] = f"{folder}/bin:" + os.environ["PATH"]
            if language == "yaml":
                try_yaml(text, folder)
            elif language == "meson":
                try_meson(text, folder)
            elif language == "groovy":
                run(re.search(r"sh '(.*)'", text).group(1), folder)
                holds("what Jenkins reads is written", (folder / re.search(r"junit '(.*)'", text).group(1)).exists())
            else:
                run(text, folder)
    languages = [language for language, _ in blocks]
    holds(f"all kinds of examples {languages}", set(languages) == {"yaml", "groovy", "meson", "sh"})
    for complaint in complaints:
        print(f"does not hold: {complaint}")
    return 1 if complaints else 0


sys.exit(main())
