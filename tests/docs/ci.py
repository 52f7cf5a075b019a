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
SCENARIO_CELLS = 2
# What the servers put in the place of their variables.
VARIABLES = {"${{ matrix.part }}": "2"}
# What the systems set that run parts, by the first word of the section: of part `i`, from 0, of `n`.
PARTS = {
    "GitHub": lambda i, n: {"${{ matrix.part }}": i + 1},
    "GitLab": lambda i, n: {"CI_NODE_INDEX": i + 1, "CI_NODE_TOTAL": n},
    "CircleCI": lambda i, n: {"CIRCLE_NODE_INDEX": i, "CIRCLE_NODE_TOTAL": n},
    "Buildkite": lambda i, n: {"BUILDKITE_PARALLEL_JOB": i, "BUILDKITE_PARALLEL_JOB_COUNT": n},
    "Kubernetes": lambda i, n: {"JOB_COMPLETION_INDEX": i, "REHEARSE_SHARDS": n},
    "Slurm": lambda i, n: {"SLURM_ARRAY_TASK_ID": i + 1, "SLURM_ARRAY_TASK_MIN": 1, "SLURM_ARRAY_TASK_STEP": 1,
                           "SLURM_ARRAY_TASK_COUNT": n},
    "AWS": lambda i, n: {"AWS_BATCH_JOB_ARRAY_INDEX": i, "AWS_BATCH_JOB_ARRAY_SIZE": n},
    "Bazel": lambda i, n: {"TEST_SHARD_INDEX": i, "TEST_TOTAL_SHARDS": n, "TEST_SHARD_STATUS_FILE": "status",
                           "XML_OUTPUT_FILE": f"{i}.xml"},
}
PART_COUNT = 3
complaints = []


def holds(what, is_so):
    if not is_so:
        complaints.append(what)


def scripts_of(value):
    """Texts below `run`, `script` and `command`, wherever they stand; of a list of arguments the last, a shell's."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("run", "script"):
                yield from [inner] if isinstance(inner, str) else inner
            elif key == "command":
                yield inner if isinstance(inner, str) else inner[-1]
            else:
                yield from scripts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from scripts_of(inner)


def files_of(value):
    """Paths that are kept or read after the run."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("path", "paths", "junit", "artifact_paths"):
                yield from [inner] if isinstance(inner, str) else inner
            else:
                yield from files_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from files_of(inner)


def run(command, folder, variables=None):
    environment = dict(os.environ)
    for variable, value in {**VARIABLES, **(variables or {})}.items():
        command = command.replace(variable, str(value)) if "{" in variable else command
        environment[variable] = str(value)
    done = subprocess.run(["sh", "-euc", command], cwd=folder, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    holds(f"{command}\n{done.stdout}", done.returncode == 0)
    return done.stdout


def run_parts(command, folder, system):
    """The command of one part, as the system runs it for each."""
    cells = 0
    for part in range(PART_COUNT):
        output = run(command, folder, PARTS[system](part, PART_COUNT))
        told = re.search(r"^(\d+) cells?[ :]", output, re.M)
        holds(f"{system}: {output}", told or f"no cell falls to part {part + 1} of {PART_COUNT}" in output)
        cells += int(told.group(1)) if told else 0
    holds(f"{system}: the parts have all cells, {cells}", cells == SCENARIO_CELLS)


def try_yaml(text, folder, system):
    value = yaml.safe_load(text)
    commands = [script for script in scripts_of(value) if script.startswith("rehearse ")]
    holds(f"a command in\n{text}", commands)
    for command in commands:
        if "--shard" in command:
            run_parts(command, folder, system)
        else:
            output = run(command, folder)
            holds(output, "merge" not in command or f"{SCENARIO_CELLS} cells: {SCENARIO_CELLS} as expected" in output)
    for path in files_of(value):
        holds(f"{path} is written", any(folder.glob(path.rstrip("/"))))


def try_meson(text, folder):
    (folder / "meson.build").write_text(text)
    output = run("meson setup build && meson test -C build", folder)
    holds(f"Meson's subtests\n{output}", "2 subtests passed" in output)


def main():
    page = Path(sys.argv[2]).read_text()
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI"):
        os.environ.pop(name, None)
    blocks = []
    for section in re.split(r"^##+ ", page, flags=re.M):
        blocks += [(section.split()[0].rstrip(":"), *block) for block in re.findall(r"^```(\w+)\n(.*?)^```$", section, re.M | re.S)]
    for system, language, text in blocks:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "bin").mkdir()
            (folder / "bin/rehearse").symlink_to(Path(sys.argv[1]).resolve())
            (folder / "scenarios").mkdir()
            (folder / "scenarios/a.yaml").write_text(SCENARIO)
            os.environ["PATH"] = f"{folder}/bin:" + os.environ["PATH"]
            if language == "yaml":
                try_yaml(text, folder, system)
            elif language == "meson":
                try_meson(text, folder)
            elif language == "groovy":
                run(re.search(r"sh '(.*)'", text).group(1), folder)
                holds("what Jenkins reads is written", (folder / re.search(r"junit '(.*)'", text).group(1)).exists())
            elif "--shard" in text:
                run_parts(text, folder, system)
            else:
                run(text, folder)
    languages = [language for _, language, _ in blocks]
    holds(f"all kinds of examples {languages}", set(languages) == {"yaml", "groovy", "meson", "sh"})
    for complaint in complaints:
        print(f"does not hold: {complaint}")
    return 1 if complaints else 0


sys.exit(main())
