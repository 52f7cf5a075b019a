#!/usr/bin/env python3
"""hostile.py REHEARSE - an audit that cannot be had says why, and leaves nothing: without Alembic, without a server, without
models, behind a fault that is not new, with Ctrl-C in the middle of a body that hangs; a program as a new user runs it, in a
project with an environment of its own.

Exit status: 0 so it is, 1 not, 77 no Alembic.
"""
import glob
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import projects

try:
    import alembic.command
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)

complaints = []


def check(what, is_so, text=""):
    if not is_so:
        complaints.append("%s\n%s" % (what, text))


def audit(program, folder, *options, **environment):
    return subprocess.run([program, "audit", *options], cwd=folder, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, env={**os.environ, **environment})


def without_alembic(program, folder):
    project, _ = projects.clean(os.path.join(folder, "bare"))
    done = audit(program, project.folder, REHEARSE_PYTHON=sys.executable + " -I -S")
    words = " ".join(done.stdout.split())
    check("without Alembic", done.returncode == 3 and "cannot import" not in words
          and "found no Python that can import alembic" in words and "pip install alembic" in words and "--python" in words,
          done.stdout)


def without_server(program, folder):
    project, _ = projects.clean(os.path.join(folder, "serverless"))
    done = audit(program, project.folder, "--engine", "postgres", "--only", "upgrade", REHEARSE_PYTHON=sys.executable,
                 REHEARSE_POSTGRES="host=%s" % folder)
    check("without a server", done.returncode == 3 and "could not connect to PostgreSQL" in done.stdout, done.stdout)


def without_models(program, folder):
    """Neither an Alembic that cannot ask nor an env.py that has none says anything of models."""
    project, _ = projects.clean(os.path.join(folder, "modelless"))
    done = audit(program, project.folder, "--runner", "env", "--only", "models", REHEARSE_PYTHON=sys.executable)
    reason = "env.py hands on no models" if hasattr(alembic.command, "check") else "this Alembic has no 'check'"
    check("without models", done.returncode == 3 and "unknown  models" in done.stdout and reason in done.stdout, done.stdout)


def behind_an_old_fault(program, folder):
    """New revisions that nothing comes to have no good answer."""
    if not shutil.which("git"):
        return
    project = projects.since_broken(os.path.join(folder, "behind"))
    done = audit(program, project.folder, "--since", "old", REHEARSE_PYTHON=sys.executable)
    answers = {line.split()[1]: line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ") and len(line.split()) > 1}
    unknown = [name for name in ("upgrade", "stairs", "downgrade", "rows", "retry", "race") if answers.get(name) != "unknown"]
    check("answers of what could not be asked: %s" % unknown, done.returncode == 3 and not unknown
          and "it stops at g1, an older revision" in done.stdout
          and "Findings of 1 revision count, which old does not have." in " ".join(done.stdout.split()), done.stdout)


def children_of(pid):
    """Those that live, and theirs."""
    found = []
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            child = int(path.split("/")[2])
            found += [child, *children_of(child)]
    return found


def interrupted(program, folder):
    project, _ = projects.hangs(os.path.join(folder, "hanging"))
    mark = os.path.join(folder, "it-hangs")
    project.revision("t2", "t1", "open(%r, 'w').close()\ntime.sleep(600)" % mark, "")
    running = subprocess.Popen([program, "audit"], cwd=project.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, env={**os.environ, "REHEARSE_PYTHON": sys.executable})
    until = time.monotonic() + 60
    while not os.path.exists(mark) and time.monotonic() < until:
        time.sleep(0.05)
    family = children_of(running.pid)
    check("nobody works while a body hangs", len(family) > 1)
    running.send_signal(signal.SIGINT)
    output, _ = running.communicate(timeout=30)
    check("interrupted, and ends with %d" % running.returncode, running.returncode in (130, -signal.SIGINT), output)
    until = time.monotonic() + 10
    while any(os.path.exists("/proc/%d" % pid) for pid in family) and time.monotonic() < until:
        time.sleep(0.05)
    left = [pid for pid in family if os.path.exists("/proc/%d" % pid)]
    check("processes are left: %s" % left, not left)
    scratch = glob.glob("/dev/shm/rehearse-*%d*" % running.pid)
    check("folders are left: %s" % scratch, not scratch)


def as_a_new_user(program, folder):
    """An environment of the project's own, in its usual place: nothing else is said."""
    project, _ = projects.clean(os.path.join(folder, "new"))
    os.makedirs(os.path.join(project.folder, ".venv", "bin"))
    python = os.path.join(project.folder, ".venv", "bin", "python")
    with open(python, "w", encoding="utf-8") as file:
        file.write('#!/bin/sh\nexec "%s" "$@"\n' % sys.executable)
    os.chmod(python, 0o755)
    environment = {name: value for name, value in os.environ.items() if name not in ("REHEARSE_PYTHON", "VIRTUAL_ENV")}
    done = subprocess.run([program, "audit"], cwd=project.folder, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, env=environment)
    check("as a new user", done.returncode == 0 and done.stdout.startswith("5 revisions on sqlite: no findings"),
          done.stdout)


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="rehearse-hostile-") as folder:
        for case in (without_alembic, without_server, without_models, behind_an_old_fault, interrupted, as_a_new_user):
            case(program, folder)
    print("\n".join(complaints + ["%d complaints" % len(complaints)]))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
