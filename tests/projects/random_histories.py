#!/usr/bin/env python3
"""Take files away in random git histories, and ask real Alembic what the doctor's patch makes of them.

    random_histories.py --rehearse build/rehearse --count 200

One or two chains of revisions that make a table each; a branch may go on from anywhere. A commit, or the working tree, takes
some files away, and may bring a squash, or two, in the place of files that hung together. Of each must be true: the doctor
does not crash, and changes nothing; `git apply` takes its patch, after which it has nothing more to patch; Alembic loads the
tree; no table is made twice; and below each file is every table that was below it before.

The seed, fresh or of the tree (dice.py), is printed; --seed repeats a run. Exit status: 0 all true, 1 some not, 77 no Alembic or no git.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.append(os.path.join(sys.path[0], os.pardir))

from dice import first_seed

SKIPPED = 77
HAS_ALEMBIC = "import importlib.util, sys; sys.exit(not importlib.util.find_spec('alembic'))"  # to import it takes longer
TEXT = '''"""%(revision)s"""
from alembic import op
import sqlalchemy as sa

revision = %(revision)r
down_revision = %(down)r
branch_labels = %(labels)r


def upgrade():
%(lines)s
    pass
'''

# Run by the Python that has Alembic: of each project the ids below each revision and itself.
ASK = """
import json, sys
sys.dont_write_bytecode = True
from alembic.script import ScriptDirectory
for folder in sys.stdin.read().splitlines():
    try:
        script = ScriptDirectory(folder + "/alembic")
        below = {one.revision: sorted(each.revision for each in script.iterate_revisions(one.revision, "base"))
                 for one in script.walk_revisions()}
        print(json.dumps({"below": below}))
    except Exception as error:
        print(json.dumps({"error": "%s: %s" % (type(error).__name__, error)}))
"""


class History:
    def __init__(self, name, folder, rehearse):
        self.rng, self.folder, self.rehearse = random.Random(name), folder, rehearse
        self.name, self.complaints, self.story = name, [], []
        self.tables = {}  # revision -> those that its file makes
        self.owed = {}  # revision -> those that are to be made below it, and by it
        os.makedirs(os.path.join(folder, "alembic", "versions"))
        self.put("alembic.ini", "[alembic]\nscript_location = alembic\n")
        self.put("alembic/env.py", "")
        self.git("init", "-q", "-b", "main", ".")

    def put(self, path, text):
        with open(os.path.join(self.folder, path), "w", encoding="utf-8") as file:
            file.write(text)

    def git(self, *words, text=None):
        done = subprocess.run(["git", *words], cwd=self.folder, capture_output=True, input=text, text=True, check=False)
        if done.returncode:
            raise RuntimeError("git %s: %s" % (" ".join(words), done.stderr))
        return done.stdout

    def save(self, message):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def revision(self, name, down, tables, label=None):
        self.tables[name] = tables
        self.owed[name] = self.owed.get(down, set()) | set(tables)
        lines = "\n".join('    op.create_table("%s", sa.Column("id", sa.Integer))' % table for table in tables)
        self.put("alembic/versions/%s.py" % name,
                 TEXT % {"revision": name, "down": down, "labels": (label,) if label else None, "lines": lines})

    # --- what happened --------------------------------------------------------------------------------

    def chain(self, letter):
        names = ["%s%03x" % (letter, self.rng.randrange(16) + 16 * i) for i in range(1, self.rng.randint(3, 8))]
        for i, name in enumerate(names):
            self.revision(name, names[i - 1] if i else None, ["table_%s" % name], "chain_%s" % letter if not i else None)
            if self.rng.random() < 0.3:
                self.save("add %s" % name)
        return names

    def branch(self, chain):
        """A file that goes on from somewhere, perhaps on a branch that is merged when others are gone."""
        above = self.rng.choice(chain)
        is_late = self.rng.random() < 0.5
        if is_late:
            self.git("checkout", "-q", "-b", "feature")
        self.revision("f00d", above, ["table_f00d"])
        self.story.append("f00d follows %s%s" % (above, ", merged later" if is_late else ""))
        self.save("a branch")
        if is_late:
            self.git("checkout", "-q", "main")
        return is_late

    def take_away(self, chain):
        gone = sorted(self.rng.sample(range(len(chain)), self.rng.randint(1, len(chain) - 1)))
        runs = []
        for i in gone:
            if runs and runs[-1][-1] == i - 1:
                runs[-1].append(i)
            else:
                runs.append([i])
        for i in gone:
            os.remove(os.path.join(self.folder, "alembic", "versions", chain[i] + ".py"))
        for run in runs:
            self.story.append("gone: %s" % " ".join(chain[i] for i in run))
            if len(run) > 1 and self.rng.random() < 0.7:
                self.squash(chain, run)

    def squash(self, chain, run):
        cut = self.rng.randint(1, len(run) - 1) if len(run) > 3 and self.rng.random() < 0.4 else len(run)
        down = chain[run[0] - 1] if run[0] else None
        for part in filter(None, (run[:cut], run[cut:])):
            name = "5q" + chain[part[0]]
            self.revision(name, down, [table for i in part for table in self.tables[chain[i]]],
                          "chain_%s" % chain[0][0] if not part[0] else None)
            self.story.append("squashed: %s as %s" % (" ".join(chain[i] for i in part), name))
            down = name

    def happen(self):
        chains = [self.chain(letter) for letter in "ab"[:self.rng.randint(1, 2)]]
        self.save("chains")
        is_late = self.rng.random() < 0.5 and self.branch(chains[0])
        for chain in chains[:self.rng.randint(1, len(chains))]:
            self.take_away(chain)
        how = "committed" if is_late else self.rng.choice(["committed", "committed", "in the index", "in the working tree"])
        self.story.append(how)
        if how == "committed":
            self.save("take away")
        elif how == "in the index":
            self.git("add", "-A")
        if is_late:
            self.git("merge", "-q", "--no-edit", "feature")

    # --- what the doctor says ---------------------------------------------------------------------------

    def doctor(self, *options):
        done = subprocess.run([self.rehearse, "doctor", *options], cwd=self.folder, capture_output=True, text=True,
                              timeout=60, check=False)
        if done.returncode not in (0, 1):
            raise RuntimeError("doctor %s ends with %d: %s" % (" ".join(options), done.returncode, done.stderr))
        return done.stdout

    def heal(self):
        before = self.git("status", "--porcelain")
        report = json.loads(self.doctor("--format", "json"))
        patch = self.doctor("--patch")
        if self.git("status", "--porcelain") != before:
            self.complaints.append("the repository was changed")
        if patch:
            self.git("apply", text=patch)
        elif report["faults"]:
            self.complaints.append("no patch for %s" % [fault["message"] for fault in report["faults"]])
        for fault in json.loads(self.doctor("--format", "json"))["faults"]:
            self.complaints.append("found afterwards: %s" % fault["message"])

    def judge(self, answer):
        if "error" in answer:
            self.complaints.append("Alembic: %s" % answer["error"])
            return
        made = sorted(table for name in answer["below"] for table in self.tables.get(name, []))
        if len(made) != len(set(made)):
            self.complaints.append("made twice: %s" % sorted({table for table in made if made.count(table) > 1}))
        for name, below in answer["below"].items():
            there = {table for one in below for table in self.tables.get(one, [])}
            if self.owed.get(name, set()) - there:
                self.complaints.append("not below %s any more: %s" % (name, sorted(self.owed[name] - there)))


def play(args, name, folder):
    history = History(name, folder, args.rehearse)
    try:
        history.happen()
        history.heal()
    except (RuntimeError, ValueError, subprocess.TimeoutExpired) as error:
        history.complaints.append(str(error))
    return history


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rehearse", required=True)
    parser.add_argument("--python", default=sys.executable, help="has Alembic")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", default=str(first_seed()))
    parser.add_argument("--keep", action="store_true", help="leave the repositories there")
    args = parser.parse_args()
    args.rehearse = os.path.abspath(args.rehearse)
    if not shutil.which("git") or subprocess.run([args.python, "-c", HAS_ALEMBIC], capture_output=True, check=False).returncode:
        print("skipped: no git, or no alembic in %s" % args.python)
        return SKIPPED
    folder = tempfile.mkdtemp(prefix="histories.")
    os.environ.update(GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null", GIT_CEILING_DIRECTORIES=folder,
                      GIT_AUTHOR_NAME="A", GIT_AUTHOR_EMAIL="a@project.invalid", GIT_COMMITTER_NAME="A",
                      GIT_COMMITTER_EMAIL="a@project.invalid")
    try:
        if "built without libgit2" in subprocess.run([args.rehearse, "doctor", "--at", "HEAD", folder], capture_output=True,
                                                     text=True, check=False).stderr:
            print("skipped: the program was built without libgit2")
            return SKIPPED
        histories = [play(args, "%s-%d" % (args.seed, i), os.path.join(folder, str(i))) for i in range(args.count)]
        asked = subprocess.run([args.python, "-B", "-c", ASK], input="\n".join(one.folder for one in histories),
                               capture_output=True, text=True, check=True)
        for history, line in zip(histories, asked.stdout.splitlines(), strict=True):
            history.judge(json.loads(line))
    finally:
        if args.keep:
            print("kept in %s" % folder)
        else:
            shutil.rmtree(folder)
    wrong = [history for history in histories if history.complaints]
    for history in wrong[:10]:
        print("%s: %s" % (history.name, "; ".join(history.story)))
        print("".join("    %s\n" % complaint for complaint in history.complaints), end="")
    print("seed %s: %d of %d histories are as they should be" % (args.seed, len(histories) - len(wrong), len(histories)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
