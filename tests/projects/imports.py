#!/usr/bin/env python3
"""Import projects: the scenario is one that people would have written, passes `check` and `run` as it is, and ends as
the project does; with --inline too, for what can be told without a database.

    imports.py [--engine sqlite|postgres] [--few|--one-in N] REHEARSE

With --one-in every Nth project is imported, from one on that the dice choose for each engine.

Exit status: 0 all is well, 1 something is not, 77 no Alembic or no server.
"""
import argparse
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir, "alembic"))
sys.path.append(os.path.join(HERE, os.pardir))

from dice import every

try:
    import alembic
    import yaml
    import engines
    from postgres_server import ADMIN, NoServer, private_server
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)

MINOR = int(alembic.__version__.split(".")[1])
# Those that can be imported, and what cannot be: without pyproject.toml, with values that only running would tell.
PROJECTS = sorted(name for name in os.listdir(HERE) if os.path.isdir(os.path.join(HERE, name)) and name != "__pycache__")
# What SQL is written and run, which engines may have otherwise; the rest is asked of SQLite alone.
OF_ENGINES = ("test_a_database", "test_a_file_that_git_remembers", "test_bodies_of_every_kind", "test_each_project")
NOT_FEW = ("test_a_database", "test_a_file_that_git_remembers", "test_each_project", "test_what_python_is_told")
SECTIONS = {"newsroom": ["alembic", "tenant"]}
OBSERVED = ("verdict", "failed_step", "wrong", "version", "schema", "shows")


class Failure(Exception):
    pass


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", default="sqlite", choices=("sqlite", "postgres"))
    parser.add_argument("--few", action="store_true", help="no project of this folder, no git, no database")
    parser.add_argument("--one-in", type=int, default=1, metavar="N", help="of the projects of this folder only every Nth")
    parser.add_argument("rehearse")
    args = parser.parse_args()
    if not engines.has_driver(args.engine):
        print("skipped: no driver of %s" % args.engine)
        return 77
    os.environ["REHEARSE_PYTHON"] = sys.executable
    os.environ.pop("CI", None)
    projects = every(args.one_in, PROJECTS, turn=args.engine == "sqlite")
    print(*projects)
    tests = Tests(os.path.abspath(args.rehearse), args.engine, projects)
    left_out = [name for name in dir(tests) if args.few and name in NOT_FEW or args.engine != "sqlite" and name not in OF_ENGINES]
    failures = []
    try:
        with tempfile.TemporaryDirectory(prefix="rehearse-imports-") as folder, lent_server(args.engine):
            for name in sorted(dir(tests)):
                if name.startswith("test_") and name not in left_out:
                    tests.folder = os.path.join(folder, name)
                    os.mkdir(tests.folder)
                    try:
                        getattr(tests, name)()
                    except Failure as failure:
                        failures.append("%s: %s" % (name, failure))
    except NoServer as missing:
        print("skipped: %s" % missing)
        return 77
    print("\n".join(failures + ["Alembic %s on %s: %d imports, %d failures" % (
        alembic.__version__, args.engine, tests.imported, len(failures))]))
    return 1 if failures else 0


@contextlib.contextmanager
def lent_server(engine):
    """One of PostgreSQL for all of them, of which the program is told by the environment."""
    if engine == "postgres":
        with private_server() as server:
            os.environ["REHEARSE_POSTGRES"] = "postgresql:///postgres?host=%s&user=%s" % (server, ADMIN)
            yield
    else:
        yield


class Tests:
    def __init__(self, rehearse, engine, projects):
        self.rehearse, self.engine, self.projects = rehearse, engine, projects
        self.folder, self.imported = None, 0

    def run(self, *arguments, status=0, cwd=None):
        done = subprocess.run([self.rehearse, *arguments], cwd=cwd or self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        if done.returncode != status:
            raise Failure("%s ended with %d in the place of %d\n%s%s" % (
                " ".join(arguments), done.returncode, status, done.stdout, done.stderr))
        return done

    def imports(self, *arguments, name="imported.yaml"):
        """Import, and what was said. The file is one that `check` has nothing to say against."""
        done = self.run("import", *arguments, "--engine", self.engine, "--jobs", "1")
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(done.stdout)
        self.imported += 1
        self.run("check", path)
        self.expect(yaml.safe_load(done.stdout)["engines"] == [self.engine], "the engine is the one asked for")
        return done

    def play(self, names, folder="."):
        """Play scenarios: for each of them its cells by their names, all of which are to end as it claims."""
        paths = [os.path.join(folder, name + ".yaml") for name in names]
        done = subprocess.run([self.rehearse, "run", "--jobs", "1", "--format", "json", *paths], cwd=self.folder, text=True,
                              stdout=subprocess.PIPE)
        scenarios = {name: {} for name in names}
        for cell in json.loads(done.stdout)["cells"]:
            self.expect(cell["as_expected"], "it passes as written: %s" % cell["name"])
            scenario, name = cell["name"].split("/", 1)
            scenarios[scenario][name] = cell
        self.expect(all(scenarios.values()), "each is played: %s" % names)
        return scenarios

    def cells(self, name="imported", folder="."):
        return self.play([name], folder)[name]

    def expect(self, claim, words):
        if not claim:
            raise Failure("not so: " + words)

    def copy(self, project):
        to = os.path.join(self.folder, project)
        shutil.copytree(os.path.join(HERE, project), to, ignore=shutil.ignore_patterns("*.pyc", "__pycache__"))
        return to

    # --- round trips --------------------------------------------------------------------------------

    def test_each_project(self):
        """Each as it stands; where all bodies can be told, the tree by itself ends as the project does."""
        imported, told = [], []
        for project in self.projects:
            for section in SECTIONS.get(project, [None]):
                name = "-".join(filter(None, [project, section]))
                arguments = [os.path.join(HERE, project)] + (["-n", section] if section else [])
                done = subprocess.run([self.rehearse, "doctor", "--format", "json", *arguments], cwd=self.folder,
                                      stdout=subprocess.PIPE, text=True)
                faults = {fault["kind"] for fault in json.loads(done.stdout)["faults"]}
                if faults & {"not-literal", "unreadable"} or (project == "clinic" and MINOR < 16):
                    continue
                self.imports(*arguments, name=name + ".yaml")
                imported.append(name)
                if "cannot be told" not in self.imports(*arguments, "--inline", name=name + "-inline.yaml").stderr:
                    told.append(name)
        cells = self.play(imported + ["%s-inline" % name for name in told])
        for name in told:
            self.compare(name, cells[name], cells["%s-inline" % name])
        self.expect(told or self.projects != PROJECTS, "some projects can be told as SQL")

    def compare(self, project, one, other):
        self.expect(one.keys() == other.keys(), "%s: the same cells, %s and %s" % (project, sorted(one), sorted(other)))
        for name, cell in one.items():
            for key in OBSERVED:
                self.expect(cell.get(key) == other[name].get(key), "%s: %s: %s is the same, %r and %r" % (
                    project, name, key, cell.get(key), other[name].get(key)))
            errors = [one["error"] and (one["error"]["class"], one["error"]["message"]) for one in (cell, other[name])]
            self.expect(errors[0] == errors[1], "%s: %s: the same error, %r" % (project, name, errors))

    def test_bodies_of_every_kind(self):
        """What SQL can say of a body, it says as Alembic does: percent signs, quotes, remarks, autocommit, a downgrade that refuses."""
        self.project("odd", {
            "0001": (None, r"""
op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.String(40)))
op.execute("INSERT INTO t VALUES (1, '100%'), (2, 'it''s: \\\\ ''quoted''')")
op.execute("UPDATE t SET n = n || '!' WHERE n LIKE '1%' -- a remark")
op.bulk_insert(sa.table("t", sa.column("id", sa.Integer), sa.column("n", sa.String)), [{"id": 3, "n": "a:b\ttab\nline é"}])
""", 'op.drop_table("t")'),
            "0002": ("0001", 'with op.get_context().autocommit_block():\n    op.execute("CREATE INDEX ix_t ON t (n)")',
                     'raise NotImplementedError("no way back")'),
            "0003": ("0002", "pass", "pass"),
        })
        for suffix, more in ((".yaml", []), ("-inline.yaml", ["--inline"])):
            done = self.imports("odd", *more, name="odd" + suffix)
            self.expect("cannot be told" not in done.stderr, "all can be told: " + done.stderr)
        told = yaml.safe_load(open(os.path.join(self.folder, "odd-inline.yaml"), encoding="utf-8"))["revisions"]
        self.expect([one.get("autocommit") for one in told] == [None, True, None], "the block is an autocommit one")
        self.expect(told[1].get("irreversible") is True and "downgrade" not in told[1], "there is no way back")
        self.expect("upgrade" not in told[2], "what does nothing is not written")
        for suffix in (".yaml", "-inline.yaml"):
            path = os.path.join(self.folder, "odd" + suffix)
            scenario = yaml.safe_load(open(path, encoding="utf-8"))
            scenario["strategies"]["as-it-is"]["steps"].append({"show": "SELECT n FROM t ORDER BY id"})
            with open(path, "w", encoding="utf-8") as file:
                yaml.safe_dump(scenario, file, allow_unicode=True)
        cells = self.play(["odd", "odd-inline"])
        self.compare("odd", cells["odd"], cells["odd-inline"])
        rows = [cell["shows"][0]["rows"] for cell in cells["odd"].values()]
        self.expect(len(rows[0]) == 3, "the rows are there: %r" % rows)

    def project(self, name, revisions, ini="", env="raise SystemExit('nobody runs it')\n"):
        """A project of its own: id -> (parent, body of upgrade, body of downgrade)."""
        folder = os.path.join(self.folder, name)
        os.makedirs(os.path.join(folder, "migrations", "versions"))
        self.write(name + "/alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\n" + ini)
        self.write(name + "/migrations/env.py", env)
        for revision, (parent, *bodies) in revisions.items():
            self.write("%s/migrations/versions/%s_x.py" % (name, revision), self.revision(revision, parent, *bodies))
        return folder

    def revision(self, revision, parent, up="pass", down="pass"):
        text = '"""the %s one"""\nimport sqlalchemy as sa\nfrom alembic import op\n\nrevision = %r\ndown_revision = %r\n' % (
            revision, revision, parent)
        for name, body in (("upgrade", up), ("downgrade", down)):
            text += "\n\ndef %s():\n%s\n" % (name, "".join("    %s\n" % line for line in body.strip().splitlines()))
        return text

    def write(self, path, text):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    # --- what the doctor says -----------------------------------------------------------------------

    def test_a_file_that_git_remembers(self):
        """It comes back as SQL, by the strategy of the doctor's; what is there fails as Alembic would."""
        create = 'op.create_table("t%s", sa.Column("id", sa.Integer, primary_key=True))'
        self.project("shop", {one: (two, create % one, 'op.drop_table("t%s")' % one)
                              for one, two in (("0001", None), ("0002", "0001"), ("0003", "0002"))})
        git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", os.path.join(self.folder, "shop")]
        for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"],
                        ["rm", "-q", "migrations/versions/0002_x.py"], ["commit", "-qm", "clean up"]):
            subprocess.run(git + command, check=True)
        self.imports("shop")
        cells = self.cells()
        as_it_is, doctors = (cells["%s@fresh:%s" % (name, self.engine)] for name in ("as-it-is", "as-the-doctor-says"))
        self.expect(as_it_is["error"]["class"] == "KeyError", "Alembic stops at the hole")
        self.expect(doctors["verdict"] == "works" and any("t0002" in line for line in doctors["schema"]),
                    "what was deleted is done again: %r" % doctors)
        self.imports("shop", "--at", "HEAD~1")
        cells = self.cells()
        self.expect([cell["verdict"] for cell in cells.values()] == ["works"], "the commit before is whole")
        self.imports("shop", "--at", "HEAD~1", "--inline")
        done = self.imports("shop", "--no-git")
        self.expect("t0002" not in done.stdout, "without git nobody remembers")

    def test_two_heads(self):
        self.project("fork", {"a1": (None,), "b2": ("a1",), "c3": ("a1",)})
        done = self.imports("fork")
        scenario = yaml.safe_load(done.stdout)
        self.expect(scenario["outcomes"] == {"as-it-is@*": {"wrong": ["heads"]}}, "two heads are wrong: %s" % done.stdout)
        self.expect(len(scenario["strategies"]) == 2, "the doctor merges them")

    # --- options ------------------------------------------------------------------------------------

    def test_a_database(self):
        """The dump is a state, its path told from the scenario's folder; what a migration changes in rows is an outcome."""
        self.project("shop", {
            "0001": (None, 'op.execute("CREATE TABLE t (id integer PRIMARY KEY, n text)")', 'op.drop_table("t")'),
            "0002": ("0001", 'op.execute("UPDATE t SET n = upper(n)")')})
        if self.engine == "sqlite":
            dump = "dumps/production.sqlite"
            os.mkdir(os.path.join(self.folder, "dumps"))
            with sqlite3.connect(os.path.join(self.folder, dump)) as connection:
                connection.executescript(DUMP)
            connection.close()
        else:
            dump = "dumps/production.sql"
            self.write(dump, DUMP)
        done = self.run("import", "shop", "--engine", self.engine, "--jobs", "1", "--database", dump, "--save", "scenarios/shop.yaml")
        self.expect("wrote scenarios/shop.yaml" in done.stderr, "it says where")
        with open(os.path.join(self.folder, "scenarios/shop.yaml"), encoding="utf-8") as file:
            scenario = yaml.safe_load(file)
        self.expect(scenario["revisions"] == {"alembic": "../shop/alembic.ini"}, "the path counts from the scenario")
        self.expect(scenario["states"]["production"] == {"load": "../" + dump}, "so does the dump's")
        self.expect(scenario["outcomes"] == {"as-it-is@production": {"wrong": ["rows"]}}, "rows that change are told")
        self.cells("shop", "scenarios")
        done = self.run("import", "shop", "--save", "scenarios/shop.yaml", status=2)
        self.expect("there already" in done.stderr, "nothing is overwritten")
        if self.engine == "sqlite":  # a database that is read where it is
            url = "sqlite:///" + dump
            self.expect("--save" in self.run("import", "shop", "--database", url, status=2).stderr, "a dump needs a place")
            self.run("import", "shop", "--jobs", "1", "--database", url, "--save", "captured/shop.yaml")
            with open(os.path.join(self.folder, "captured/shop.yaml"), encoding="utf-8") as file:
                self.expect("shop.production." in yaml.safe_load(file)["states"]["production"]["load"], "it lies beside")
            self.cells("shop", "captured")

    def test_what_python_is_told(self):
        self.project("shop", {"0001": (None, "import os, celery\nop.execute(os.environ['MADE'])\n"
                                       "assert op.get_context().config.cmd_opts.x == ['tenant=1']")})
        options = ("--stub", "celery", "--env", "MADE=CREATE TABLE t (id integer)", "-x", "tenant=1")
        done = self.imports("shop", *options)
        self.expect(yaml.safe_load(done.stdout)["revisions"] == {
            "alembic": "shop/alembic.ini", "stubs": ["celery"], "env": {"MADE": "CREATE TABLE t (id integer)"},
            "x": ["tenant=1"]}, "all of it is written")
        self.expect("outcomes" not in done.stdout, "it works: " + done.stdout)
        done = self.imports("shop", *options, "--inline")
        self.expect("CREATE TABLE t" in done.stdout, "bodies are told the same")
        done = self.imports("shop", *options, "--python", sys.executable, "--runner", "bodies")
        told = yaml.safe_load(done.stdout)["revisions"]
        self.expect(told["python"] == sys.executable, "which Python is written, as it was named")
        self.expect(told["runner"] == "bodies", "and the runner")

    def test_without_python(self):
        """It is written, and says that nobody has played it; the tree itself cannot be had."""
        self.project("shop", {"0001": (None,)})
        self.write("python", "#!/bin/sh\nexit 1\n")
        os.chmod(os.path.join(self.folder, "python"), 0o755)
        for arguments, status, words in ((("--python", "./python"), 0, "was not played"),
                                         (("--python", "./python", "--inline"), 3, "/python"),
                                         (("--no-run",), 0, "")):
            done = self.run("import", "shop", "--engine", "sqlite", *arguments, status=status)
            self.expect(words in done.stderr, "%s: it says so: %s" % (arguments, done.stderr))

    def test_what_cannot_be_imported(self):
        self.project("shop", {"0001": (None,)})
        self.write("shop/migrations/versions/0002_x.py", "revision = make_one()\ndown_revision = '0001'\n")
        self.write("scenario.yaml", "rehearse: 1\nrevisions: []\nsteps: []\n")
        os.mkdir(os.path.join(self.folder, "empty"))
        for arguments, status, words in (
                (("shop",), 2, "0002_x.py:1"), (("scenario.yaml",), 2, "is a scenario already"), (("empty",), 4, "no Alembic project"),
                (("shop/migrations/versions/0001_x.py",), 2, "--inline"), (("shop", "--env", "X"), 2, "NAME=TEMPLATE"),
                (("shop", "--save", "x.txt"), 2, ".yaml"), (("shop", "--database", "nowhere"), 2, "there is no database")):
            done = self.run("import", *arguments, status=status)
            self.expect(words in done.stderr, "%s: %s" % (arguments, done.stderr))
            self.expect(not done.stdout, "nothing is written")
        self.run("import", "shop/migrations/versions/0001_x.py", "--inline")

    def test_which_engines(self):
        """What the URL, the drivers and the dialects say; both, if both; else SQLite."""
        for text, url, expected in (
                ("pass", "", ["sqlite"]),
                ("pass", "postgresql+psycopg2://u:p@h/d", ["postgres"]),
                ("pass", "sqlite:///x.db", ["sqlite"]),
                ("import asyncpg", "", ["postgres"]),
                ("from sqlalchemy.dialects import postgresql", "sqlite://", ["sqlite", "postgres"]),
                ("pass", "driver://u:p@h/d", ["sqlite"])):
            shutil.rmtree(os.path.join(self.folder, "p"), ignore_errors=True)
            self.project("p", {"0001": (None, text)}, ini="sqlalchemy.url = %s\n" % url if url else "")
            done = self.run("import", "p", "--no-run")
            self.expect(yaml.safe_load(done.stdout)["engines"] == expected, "%s, %s: %s" % (text, url, done.stdout))
            self.expect("u:p@" not in done.stdout, "no password is told")


DUMP = """
CREATE TABLE t (id integer PRIMARY KEY, n text);
CREATE TABLE alembic_version (version_num varchar(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('0001');
INSERT INTO t VALUES (1, 'ada'), (2, 'grace');
"""

if __name__ == "__main__":
    sys.exit(main())
