"""What it means that two answers to a case agree; shared by record.py and live.py."""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
STEP_KEYS = ("op", "revision", "from", "to")
ANSWER_KEYS = ("ok", "error_class", "message", "result", "version_rows")

OVERLAPS = " overlaps with other requested revisions "

# The oldest and newest minor releases that `rehearse plan` can agree with.
OLDEST, NEWEST = 8, 20


def compact(value):
    """One line of JSON, the same for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def essence(answer):
    """What is compared of an answer; what it leaves out is null or no step."""
    kept = {k: answer[k] for k in ANSWER_KEYS if answer.get(k) is not None}
    steps = [{k: s.get(k) for k in STEP_KEYS} for s in answer.get("steps") or []]
    if steps:
        kept["steps"] = steps
    return kept


def agree(answer, expected):
    """Where Alembic loops for ever, any error is an answer."""
    if expected.get("error_class") == "Hang":
        return not answer.get("ok")
    return essence(answer) == essence(expected)


def agree_in_some_order(answer, expected):
    """The list of revisions that one overlaps with is joined from a set: with four
    there are too many orders to see them all."""

    def sort_overlaps(one):
        before, mark, listed = one.get("message", "").partition(OVERLAPS)
        joined = ", ".join(sorted(listed.split(", ")))
        return dict(essence(one), message=before + mark + joined)

    return agree(answer, expected) or (
        OVERLAPS in expected.get("message", "")
        and sort_overlaps(answer) == sort_overlaps(expected)
    )


def level_of(python):
    """The level that stands for a python's Alembic, and its versions in words.

    None when it has no Alembic, or one that is older than we know.
    """
    command = [python, os.path.join(HERE, "ask_alembic.py"), "--version"]
    try:
        asked = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            universal_newlines=True,
        )
    except OSError:
        return None
    if asked.returncode != 0:
        return None
    words = asked.stdout.strip()
    major, minor = words.split(",")[0].split()[1].split(".")[:2]
    if int(major) != 1 or int(minor) < OLDEST:
        return None
    return "1.%d" % min(int(minor), NEWEST), words


def answers_of(command, cases, extra=None, env=None):
    """Hand cases to a program, a line each; its answers."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as lines:
        for case in cases:
            lines.write(compact(dict(case, **(extra or {}))) + "\n")
        lines.seek(0)
        asked = subprocess.run(
            command,
            stdin=lines,
            stdout=subprocess.PIPE,
            universal_newlines=True,
            encoding="utf-8",
            env=env,
        )
    answers = [json.loads(line) for line in asked.stdout.splitlines()]
    if asked.returncode != 0 or len(answers) != len(cases):
        sys.exit(
            "'%s' gave %d answers to %d cases and status %d"
            % (" ".join(command), len(answers), len(cases), asked.returncode)
        )
    return answers


def ask_alembic_quickly(python, cases):
    """One answer a case, always with the same order of sets."""
    command = [python, os.path.join(HERE, "ask_alembic.py"), "--quick"]
    return answers_of(command, cases, env=dict(os.environ, PYTHONHASHSEED="0"))


def ask_alembic_often(python, cases, seeds):
    """The different answers of Alembic to each case under a range of hash seeds."""
    if not cases:
        return []
    command = [python, os.path.join(HERE, "ask_alembic.py")]
    command += ["--hash-seeds", str(seeds.start), str(seeds.stop)]
    return [answer["variants"] for answer in answers_of(command, cases)]
