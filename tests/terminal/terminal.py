"""terminal.py PROGRAM [TEST...] - the program as people have it: on a terminal, which is one of a pair whose other end is read here.

Each test is a function test_NAME(folder) that gets an empty folder; what it finds wrong it raises.
"""
import contextlib
import fcntl
import gzip
import importlib.util
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import termios
import time

PROGRAM = os.path.abspath(sys.argv[1])
HERE = pathlib.Path(__file__).resolve().parent
PATIENCE = 60  # seconds; only what hangs takes so long
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")

LYING = """\
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a, down_revision: null, upgrade: CREATE TABLE t (i int)}
  - {revision: b, down_revision: a, upgrade: CREATE TABLE u (i int)}
states:
  fresh: {}
  lying: {schema: b, version: a}
strategies:
  direct: {steps: [{upgrade: head}]}
  "a stamp": {steps: [{stamp: b}, {upgrade: head}]}
goal: {version: heads, schema: {same_as: fresh}}
"""

ENDLESS_SQL = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"


def environment(**changes):
    """Ours without what would change what the program does; None takes a variable away."""
    result = dict(os.environ, TERM="xterm", LC_ALL="C.UTF-8")
    for name in ("CI", "NO_COLOR", "PAGER", "REHEARSE_PAGER", "LESS", "COLUMNS", "GITHUB_ACTIONS"):
        result.pop(name, None)
    for name, value in changes.items():
        result.pop(name, None)
        if value is not None:
            result[name] = value
    return result


class Terminal:
    """A program that runs on a terminal of `columns` by `rows`; `said` is all that it has written there."""

    def __init__(self, arguments, folder, columns=80, rows=24, program=PROGRAM, **changes):
        self.said = ""
        self.raw = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(program, [program, *arguments], environment(**changes))
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds=0.1):
        """Take what is there; False: the program has ended."""
        if select.select([self.fd], [], [], seconds)[0]:
            try:
                part = os.read(self.fd, 65536)
            except OSError:
                return False
            if not part:
                return False
            self.raw += part
            self.said = self.raw.decode("utf-8", "replace").replace("\r\n", "\n")
        return True

    def until(self, text, start=0):
        """Wait until it has said `text`, behind the first `start` characters."""
        end = time.monotonic() + PATIENCE
        while text not in self.said[start:]:
            if not self.read() or time.monotonic() > end:
                raise AssertionError(f"it never said {text!r}:\n{self.said}")

    def type(self, text):
        os.write(self.fd, text.encode())

    def end(self):
        """Wait for its end; the exit status."""
        end = time.monotonic() + PATIENCE
        while self.read():
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
                raise AssertionError(f"it never ended:\n{self.said}")
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        return status

    @property
    def plain(self):
        """What it has said, without escapes."""
        return ESCAPE.sub("", self.said)


def run(arguments, folder, **options):
    """Its exit status and what it says, without escapes."""
    terminal = Terminal(arguments, folder, **options)
    return terminal.end(), terminal.plain


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


# --- accept as a review -----------------------------------------------------------------------


def records(folder):
    return sorted(path.name for path in folder.glob("expected/*/*.txt"))


def test_review_asks_about_each_change(folder):
    (folder / "lying.yaml").write_text(LYING)
    terminal = Terminal(["accept", "lying.yaml"], folder)
    terminal.until("(1 of 4)")
    expect("+table t\n" in terminal.plain, "a record that is asked about is shown in full")
    terminal.until("[q]uit? ")
    for answer, following in (("maybe\n", "skip:   decide another time"), ("y\n", "(2 of 4)")):
        start = len(terminal.said)
        terminal.type(answer)
        terminal.until(following, start)
    expect(records(folder) == ["direct@fresh.sqlite.txt"], f"what is accepted is written at once: {records(folder)}")
    terminal.until("against the claim")
    for answer, following in (("reject\n", "(3 of 4)"), ("s\n", "(4 of 4)"), ("a\n", "changed, ")):
        start = len(terminal.said)
        terminal.type(answer)
        terminal.until(following, start)
    status = terminal.end()
    expect(status == 1, f"what was not accepted goes on to differ: {status}")
    expect("0 changed, 2 new, 0 removed, 0 as they were; 1 rejected, 1 left undecided" in terminal.plain, terminal.plain)
    expect("rejected: lying/direct@lying:sqlite\n" in terminal.plain, terminal.plain)
    expect(records(folder) == ["a stamp@lying.sqlite.txt", "direct@fresh.sqlite.txt"], records(folder))


def test_review_can_be_left_and_cut_short(folder):
    (folder / "lying.yaml").write_text(LYING)
    terminal = Terminal(["accept", "lying.yaml"], folder)
    terminal.until("[q]uit? ")
    terminal.type("\x04")
    expect(terminal.end() == 1 and not records(folder), f"the end of input accepts nothing: {records(folder)}")
    terminal = Terminal(["accept", "lying.yaml"], folder)
    terminal.until("[q]uit? ")
    terminal.type("\x03")
    status = terminal.end()
    expect(status in (130, -signal.SIGINT) and not records(folder), f"Ctrl-C accepts nothing: {status}")
    terminal = Terminal(["accept", "--outcomes", "lying.yaml"], folder)
    terminal.until("[q]uit? ")
    expect("+  direct@lying: {fails_at: 1}" in terminal.plain, terminal.plain)
    terminal.type("a\n")
    terminal.until("(1 of 4)")
    terminal.until("[q]uit? ", terminal.said.index("(1 of 4)"))
    terminal.type("all\n")
    expect(terminal.end() == 0, terminal.plain)
    expect(len(records(folder)) == 4, records(folder))
    status, said = run(["run", "lying.yaml"], folder)
    expect(status == 0, said)
    (folder / "expected/lying/gone@fresh.sqlite.txt").write_text("verdict: works\n")
    status, said = run(["accept", "--all"], folder)
    expect(status == 2, f"there is no folder 'scenarios': {said}")
    status, said = run(["accept", "--all", "lying.yaml"], folder)
    expect(status == 0 and "removed expected/lying/gone@fresh.sqlite.txt" in said, said)


# --- long output ------------------------------------------------------------------------------


def test_what_is_longer_than_the_screen_is_paged(folder):
    (folder / "lying.yaml").write_text(LYING)
    shown = "cat >paged"
    status, said = run(["help", "run"], folder, PAGER=shown)
    expect(status == 0 and said == "", f"all goes to the pager: {said}")
    expect((folder / "paged").read_text().startswith("Usage: rehearse run"), "the pager has it")
    (folder / "paged").unlink()
    for name, arguments, options in (
            ("a short text", ["tree", "lying.yaml"], {}),
            ("a tall screen", ["help", "run"], {"rows": 200}),
            ("what is told while it comes", ["run", "lying.yaml"], {"rows": 3}),
            ("what tools read", ["schema"], {}),
            ("another format", ["tree", "lying.yaml", "--format", "json"], {"rows": 3}),
            ("no pager that is wanted", ["help", "run"], {"REHEARSE_PAGER": ""}),
            ("a pager that does nothing", ["help", "run"], {"REHEARSE_PAGER": "cat"}),
            ("a pager that is not there", ["help", "run"], {"REHEARSE_PAGER": "/nonexistent/pager"})):
        status, said = run(arguments, folder, **{"PAGER": shown, **options})
        expect(not (folder / "paged").exists(), f"{name} is not paged")
        expect(len(said) > 20, f"{name} is printed: {said}")
    status, _ = run(["doctor", "lying.yaml", "--at", "nowhere"], folder, PAGER=shown, rows=3)
    expect(status == 2, f"the pager changes no exit status: {status}")


def test_the_usual_pager_can_be_left(folder):
    if not shutil.which("less"):
        print("skipped: there is no less")
        return
    terminal = Terminal(["help", "run"], folder)
    terminal.until("Usage: rehearse run")
    expect("--report FORMAT" not in terminal.plain, "the first screen is shown, and no more")
    terminal.type("\x03")  # nobody but the pager is asked
    end = time.monotonic() + PATIENCE
    while "--help" not in terminal.said:  # an interrupted less forgets what was typed ahead
        terminal.type("G")
        expect(terminal.read(0.5) and time.monotonic() < end, f"the pager goes on after Ctrl-C: {terminal.said}")
    terminal.type("q")
    expect(terminal.end() == 0, "whoever leaves the pager has had an answer")
    status, said = run(["help", "run"], folder, PAGER="head -n 1")
    expect(status == 0, f"a pager that ends early has shown enough: {status}")


# --- signs and widths -------------------------------------------------------------------------


def columns_of(line):
    import unicodedata
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in line)


def each_command(folder):
    """Command lines that print for people."""
    (folder / "lying.yaml").write_text(LYING.replace("rehearse: 1", "rehearse: 1\ntitle: What a stamp claims and nobody has ever run there"))
    (folder / "two.yaml").write_text(
        "rehearse: 1\nrevisions:\n  - {revision: aa, down_revision: null}\n  - {revision: bb, down_revision: aa}\n"
        "  - {revision: cc, down_revision: aa}\nsteps: [{upgrade: heads}]\n")
    (folder / "mistakes.yaml").write_text(
        "rehearse: 1\nrevisions: [{revision: aa, down_revision: null, message: a message that is long}, {revisoin: bb}]\n"
        "steps: [{upgrade: heads, and: something that nobody knows of and that makes the line long enough}]\n")
    return (["help"], ["help", "run"], ["help", "doctor"], ["--help"], ["list", "."],
            ["run", "lying.yaml"], ["explain", "lying.yaml"], ["explain", "lying.yaml", "direct@fresh"],
            ["doctor", "two.yaml"], ["tree", "two.yaml"], ["new", "--template", "list"], ["check", "."],
            ["plan", "two.yaml", "upgrade", "heads"], ["plan", "two.yaml", "upgrade", "nowhere"],
            ["plan", "two.yaml", "downgrade", "bb"], ["check", "mistakes.yaml"], ["run", "mistakes.yaml"],
            ["run", "no-such-file-and-no-cell-either.yaml"], ["locate", "lying.yaml", "--database", "lying:lying"],
            ["accept", "--dry-run", "lying.yaml"], ["accept", "--all", "--outcomes", "lying.yaml"])


def test_ascii_is_enough_everywhere(folder):
    for arguments in each_command(folder):
        _, said = run(arguments, folder, rows=2000, LC_ALL="C")
        expect(said.isascii() and said.strip(), f"{arguments}: {said}")
    _, said = run(["run", "lying.yaml"], folder, LC_ALL=None, LC_CTYPE=None, LANG="POSIX")
    expect(said.isascii() and said.strip(), f"a locale may have the other name, in another place: {said}")
    _, said = run(["run", "lying.yaml"], folder, LC_ALL=None, LC_CTYPE=None, LANG=None)
    expect("\u2713" in said, f"a locale that nobody sets is no reason: {said}")


def larger_commands(folder):
    """The same of trees and scenarios that are larger: those that come along, and projects of the tests."""
    projects = [str(HERE.parent / "projects" / name) for name in ("bookshop", "kitchen", "wreck", "trading-bot")]
    wallet = str(HERE.parents[1] / "scenarios/wallet-two-heads.yaml")
    on_sqlite = ["--engine", "sqlite"]
    return (*(["doctor", project] for project in projects), *(["tree", project] for project in projects),
            ["run", *on_sqlite, wallet], ["explain", wallet], ["explain", wallet, "honest-stamp@production:sqlite"], ["tree", wallet],
            ["doctor", wallet], ["plan", wallet, "upgrade", "heads"], ["locate", wallet, "--database", f"{wallet}:production"],
            ["repair", *on_sqlite, wallet], ["audit", *on_sqlite, wallet], ["audit", *on_sqlite, "lying.yaml"],
            ["repair", *on_sqlite, "lying.yaml"], ["try", "main"], ["import", "two.yaml"])


def is_whole(line):
    """Whether a line is there to be pasted, or to be read as it is: commands, names of cells, places, SQL, facts, the last line."""
    return re.match(r"\s*(Usage: |rehearse |alembic |\(cd |[+-]|│? *● |.*alembic stamp |.*:\d+:\d+: error: \S+$|.*;$|.*\.py(:\d+)?:?$|\d+ changed, )", line) or \
        re.match(r"\s*(\S+  )?'?[\w-]+/[\w -]+@\w+(:\w+)?\b", line) or "lying/" in line or "against the claim" in line


def lines_keep_within(folder, commands):
    for columns in (40, 80):
        for arguments in commands:
            _, said = run(arguments, folder, columns=columns, rows=2000)
            for line in said.split("\n"):
                # A word that is longer than the terminal stands behind its indentation, and nothing beside it.
                line = line.rsplit("\r", 1)[-1]
                expect(columns_of(line) <= columns or is_whole(line) or " " not in line.strip(), f"{columns} {arguments}: {line!r}")


def test_lines_keep_within_the_terminal(folder):
    lines_keep_within(folder, each_command(folder))


def larger_lines_keep_within_the_terminal(folder):  # by the suite thorough
    each_command(folder)  # the files
    lines_keep_within(folder, larger_commands(folder))


def test_names_can_be_pasted(folder):
    below = folder / "sub"
    below.mkdir()
    (below / "odd name.yaml").write_text(LYING)
    _, said = run(["run", "sub/odd name.yaml"], folder)
    quoted = "'odd name/a stamp@fresh:sqlite'"
    expect(f"≠ {quoted}\n    wrong: schema" in said, said)
    status = subprocess.run(f"{PROGRAM} run {quoted}", shell=True, cwd=folder, env=environment(),
                            capture_output=True, text=True)
    expect(status.returncode == 1 and "1 cell: 0 work, 1 does not" in status.stdout, status.stdout + status.stderr)
    _, said = run(["list", "--cells", "sub"], folder)
    expect(f"{quoted}\n" in said, said)


# --- progress ---------------------------------------------------------------------------------


def test_a_bar_says_what_is_being_played(folder):
    slow = f'  slow: {{states: [fresh], steps: [{{sql: "{ENDLESS_SQL}"}}]}}\n'
    (folder / "slow.yaml").write_text(LYING.replace("goal:", slow + "goal:"))
    terminal = Terminal(["run", "-j", "1", "slow.yaml"], folder, columns=60)
    terminal.until("of 5 cells")
    terminal.until("slow/")
    worker = pathlib.Path(f"/proc/{terminal.pid}/task/{terminal.pid}/children").read_text().split()[-1]
    os.kill(int(worker), signal.SIGKILL)  # which ends what has no end, and nothing else
    terminal.end()
    bars = re.findall(r"\r\x1b\[K([^\r\n\x1b]+)", terminal.said)
    expect(bars and all(columns_of(bar) < 60 for bar in bars), f"each bar fits: {bars}")
    expect(any(bar.startswith("\u2591" * 20 + " 0 of 5 cells  slow/") or " of 5 cells" in bar for bar in bars), bars)
    last = terminal.said.rsplit("\r\x1b[K", 1)[1]
    expect("cells" in last and "\u2591" not in last, f"nothing of it is left: {last!r}")


def test_what_takes_long_is_told(folder):
    with sqlite3.connect(folder / "large.sqlite") as large:
        large.execute("CREATE TABLE t (i int, large blob)")
        large.execute("INSERT INTO t VALUES (1, zeroblob(120000000))")
    large.close()
    with open(folder / "large.sqlite", "rb") as plain, gzip.open(folder / "large.sqlite.gz", "wb", 1) as packed:
        shutil.copyfileobj(plain, packed)
    (folder / "tree.yaml").write_text('rehearse: 1\nengines: [sqlite]\nrevisions: [{revision: a1, down_revision: null, upgrade: '
                                      'CREATE TABLE t (i int)}]\n')
    for _ in range(10):  # until it takes so long that somebody looks
        terminal = Terminal(["locate", "tree.yaml", "--database", "large.sqlite.gz"], folder)
        terminal.end()
        told = re.findall(r"\r\x1b\[K(?:unpacking large\.sqlite\.gz, \d+|copying 1\.sqlite, \d+ % of \d+) MiB", terminal.said)
        expect(not told or "\r\x1b[K" in terminal.said.rsplit(told[-1], 1)[1], f"nothing of it is left: {terminal.said!r}")
        if told:
            break
    expect(told, terminal.said)


# --- watching ---------------------------------------------------------------------------------

WAITING = "Ctrl-C ends"


class Watch:
    """`rehearse run --watch` in a folder; said() is what a change has led to."""

    def __init__(self, folder, *arguments):
        self.terminal = Terminal(["run", "--watch", "--engine", "sqlite", *arguments], folder)
        self.seen = 0
        self.said()

    def said(self):
        self.terminal.until(WAITING, self.seen)
        said = ESCAPE.sub("", self.terminal.said[self.seen:])
        self.seen = len(self.terminal.said)
        return said

    def is_quiet(self):
        """Whether nothing comes of what was done."""
        end = time.monotonic() + 0.6
        while time.monotonic() < end:
            self.terminal.read(0.1)
        return len(self.terminal.said) == self.seen


def test_watch_runs_what_a_change_touches(folder):
    scenarios = folder / "scenarios"
    (scenarios / "deep").mkdir(parents=True)
    revisions = folder / "revisions"
    revisions.mkdir()
    (revisions / "a.sql").write_text("-- revision: a\n-- down_revision: null\n-- upgrade\nCREATE TABLE t (i int);\n")
    plain = "rehearse: 1\nrevisions:\n  - {revision: a, down_revision: null, upgrade: CREATE TABLE t (i int)}\nsteps: [{upgrade: head}]\n"
    (scenarios / "plain.yaml").write_text(plain)
    (scenarios / "other.yaml").write_text(plain)
    (scenarios / "deep/filed.yaml").write_text("rehearse: 1\nrevisions: {directory: ../../revisions}\nsteps: [{upgrade: head}]\n")
    watch = Watch(folder)

    with open(scenarios / "plain.yaml", "a") as file:  # as an editor that writes in place
        file.write("title: Written\n")
    said = watch.said()
    expect("changed: scenarios/plain.yaml" in said and "plain: Written" in said and "other" not in said, said)

    (scenarios / ".plain.new").write_text(plain + "title: Renamed\n")  # as one that renames over
    os.rename(scenarios / ".plain.new", scenarios / "plain.yaml")
    said = watch.said()
    expect("plain: Renamed" in said and "other" not in said, said)

    (revisions / "a.sql").write_text("-- revision: a\n-- down_revision: null\n-- upgrade\nCREATE TABLE t (i int;\n")
    said = watch.said()
    expect("changed: revisions/a.sql" in said and "filed/replay@fresh:sqlite" in said and "plain" not in said, said)
    (revisions / "a.sql").write_text("-- revision: a\n-- down_revision: null\n-- upgrade\nCREATE TABLE t (i int);\n")
    said = watch.said()
    expect("1 cell: 1 as expected; 1 scenario on sqlite" in said, said)

    (scenarios / "plain.yaml").write_text(plain + "titel: Wrong\n")
    said = watch.said()
    expect("unknown key 'titel'" in said, said)
    (scenarios / "plain.yaml").write_text(plain)
    said = watch.said()
    expect("1 cell: 1 as expected; 1 scenario on sqlite" in said and "plain" in said, said)

    (scenarios / "deep/new.yaml").write_text(plain)
    said = watch.said()
    expect("changed: scenarios/deep/new.yaml" in said and "; 1 scenario on sqlite" in said, said)
    (scenarios / "deep/new.yaml").unlink()
    said = watch.said()
    expect("3 cells: 3 as expected; 3 scenarios on sqlite" in said, said)
    (scenarios / "later").mkdir()
    (scenarios / "later/late.yaml").write_text(plain)
    said = watch.said()
    expect("changed: scenarios/later/late.yaml" in said and "; 1 scenario on sqlite" in said, said)

    (scenarios / "README").write_text("nobody reads this")
    (scenarios / ".plain.yaml.swp").write_text("nor this")
    (scenarios / "plain.yaml~").write_text("nor this")
    expect(watch.is_quiet(), f"what no run reads changes nothing: {watch.terminal.said[watch.seen:]}")

    for i in range(20):  # a burst is one change, or a few where the machine takes a rest within it
        for name, text in (("other", plain), ("plain", plain + f"title: Burst {i}\n")):
            (scenarios / f".{name}.new").write_text(text)
            os.rename(scenarios / f".{name}.new", scenarios / f"{name}.yaml")
        time.sleep(0.01)
    runs = [watch.said()]
    while "plain: Burst 19" not in runs[-1]:
        runs.append(watch.said())
    expect(len(runs) < 10 and "which touches 2 scenarios" in "".join(runs), runs)
    expect(watch.is_quiet(), "and none after it")

    watch.terminal.type("\x03")
    expect(watch.terminal.end() == 130, watch.terminal.plain)


def test_watch_sees_projects_and_records_and_ends_in_a_run(folder):
    (folder / "lying.yaml").write_text(LYING)
    subprocess.run([PROGRAM, "accept", "--outcomes", "lying.yaml"], cwd=folder, env=environment(), capture_output=True)
    project = folder / "shop"
    (project / "versions").mkdir(parents=True)
    (project / "env.py").write_text("from app import nothing\n")
    (project / "versions/a.py").write_text('revision = "a"\ndown_revision = None\n\n\ndef upgrade():\n    pass\n')
    (folder / "real.yaml").write_text("rehearse: 1\nrevisions: {alembic: shop}\nsteps: [{version: []}]\n")
    watch = Watch(folder, ".")
    record = folder / "expected/lying/direct@fresh.sqlite.txt"
    record.write_text(record.read_text().replace("version: b", "version: c"))
    said = watch.said()
    expect("as claimed, but the version is not as recorded" in said and "real" not in said, said)
    (project / "versions/b.py").write_text('revision = "b"\ndown_revision = "a"\n')
    said = watch.said()
    expect("changed: shop/versions/b.py" in said and "1 cell" in said and "lying" not in said, said)
    (folder / "lying.yaml").write_text(LYING.replace("CREATE TABLE u (i int)", ENDLESS_SQL))
    watch.terminal.until("changed: lying.yaml", watch.seen)
    watch.terminal.type("\x03")
    expect(watch.terminal.end() == 130, watch.terminal.plain)
    status, said = run(["run", "--watch", "-"], folder)
    expect(status == 2 and "standard input cannot be watched" in said, said)
    status, said = run(["run", "--watch", "nowhere"], folder)
    expect(status == 2, said)


# --- a prompt ---------------------------------------------------------------------------------


ENDLESS = {
    "sqlite": "sql INSERT INTO t WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
    "postgres": "sql INSERT INTO t VALUES (1); SELECT pg_sleep(600)",
}


class Room(Terminal):
    """A prompt of `play` on the state `lying` of LYING."""

    def __init__(self, folder, engine="sqlite", **options):
        (folder / "lying.yaml").write_text(LYING.replace("engines: [sqlite]\n", ""))
        super().__init__(["play", "lying.yaml", "--state", "lying", "--engine", engine], folder, **options)
        self.prompt = f"lying:{engine}> "
        self.until(self.prompt)

    def say(self, text, answer=None):
        """Type it, and wait for the answer, or else for the next prompt; what was said since."""
        start = len(self.said)
        self.type(text)
        self.until(answer or self.prompt, start)
        return ESCAPE.sub("", self.said[start:])


def interrupt(folder, engine):
    """Ctrl-C ends a statement and not the prompt, and the database is as before; Ctrl-D leaves."""
    room = Room(folder, engine)
    start = len(room.said)
    room.type(ENDLESS[engine] + "\n")
    time.sleep(0.4)
    began = time.monotonic()
    said = room.say("\x03")
    expect(time.monotonic() - began < 10, "it is ended at once")
    expect("Interrupted: it was interrupted" in room.plain[start:], said)
    expect("It was ended, and the database is as it was before." in said, said)
    said = room.say("sql SELECT count(*) AS before FROM t\n")
    expect(re.search(r"before\n  0\n", said), said)
    said = room.say("sql SELECT 1 AS again\n")
    expect("again" in said, said)
    room.type("\x04")
    expect(room.end() == 0, room.plain)


def test_play_ends_a_statement_and_not_the_prompt(folder):
    interrupt(folder, "sqlite")


def postgres_play_ends_a_statement_and_not_the_prompt(folder):  # by tests/postgres
    interrupt(folder, "postgres")


def test_play_takes_back_and_saves(folder):
    room = Room(folder)
    expect("table u" in room.say("upgrade head\n") or "u (i)" in room.plain, room.plain)
    expect("taken back: alembic upgrade head" in room.say("undo\n"), room.plain)
    expect("there is no command 'stmap'" in room.say("stmap b\n"), room.plain)
    expect("version  a → b" in room.say("stamp b\n"), room.plain)
    expect("1 step, of which a run says works" in room.say("save stamped new.yaml\n"), room.plain)
    room.say("half a line", "half a line")
    room.say("\x03")
    room.type("quit\n")
    expect(room.end() == 0, room.plain)
    status, said = run(["run", "new.yaml", "--filter", "stamped"], folder)
    expect(status == 0 and "1 as expected" in said, said)
    expect(sorted(path.name for path in folder.iterdir()) == ["lying.yaml", "new.yaml"], "nothing else is left")


def test_play_completes_and_remembers(folder):
    """Without libedit lines are plain, and there is nothing to test: a dumb terminal is treated so."""
    room = Room(folder, TERM="dumb")
    expect("(head)" in room.say("heads\n"), room.plain)
    room.type("\x04")
    expect(room.end() == 0, room.plain)
    if b"libedit" not in pathlib.Path(PROGRAM).read_bytes():
        print("skipped: the program was built without libedit")
        return
    room = Room(folder)
    said = room.say("hist\t\n")
    expect("a -> b (head)" in said, said)
    said = room.say("\x1b[A\n")
    expect("a -> b (head)" in said, said)
    said = room.say("\t\t", "downgrade")
    room.say("xyz", "xyz")  # behind the prompts that the lists have drawn again
    room.say("\x03")
    room.type("\x04")
    expect(room.end() == 0, room.plain)


def test_play_ends_with_its_terminal(folder):
    room = Room(folder)
    os.kill(room.pid, signal.SIGHUP)
    expect(room.end() == -signal.SIGHUP, room.plain)
    room = Room(folder)
    room.type(ENDLESS["sqlite"] + "\n")
    time.sleep(0.3)
    os.kill(room.pid, signal.SIGTERM)
    expect(room.end() == -signal.SIGTERM, room.plain)


# --- an exam ----------------------------------------------------------------------------------

EXAM = ["grade", "lying.yaml", "--state", "lying", "--timeout", "0", "--"]
BASH = ["bash", "--norc", "--noprofile", "-i"]
REPAIR = f"{sys.executable} -IS -c 'import os, sqlite3; sqlite3.connect(os.environ[\"DATABASE_URL\"][10:], isolation_level=None)" \
         ".execute(\"UPDATE alembic_version SET version_num = char(98)\")'"


class Exam(Terminal):
    """A shell on a terminal, in an exam or before one."""

    def __init__(self, folder, arguments, **options):
        (folder / "lying.yaml").write_text(LYING)
        (folder / "inputrc").write_text("set enable-bracketed-paste off\n")
        super().__init__(arguments, folder, PS1="[$?]> ", HISTFILE="/dev/null", INPUTRC=str(folder / "inputrc"), **options)

    def say(self, typed, answer):
        start = len(self.said)
        self.type(typed)
        self.until(answer, start)
        return self.said[start:]

    def tell(self, word):
        """Type a line to `cat`, once the shell's own editor has handed it the terminal, which shows what is typed."""
        end = time.monotonic() + PATIENCE
        while not termios.tcgetattr(self.fd)[3] & termios.ECHO and time.monotonic() < end:
            time.sleep(0.01)
        self.say(f"{word}\n", f"{word}\n{word}\n")


def can_be_examined():
    """Whether a Python can judge, and the shell that people sit at is there."""
    if ("REHEARSE_PYTHON" in os.environ or importlib.util.find_spec("alembic")) and shutil.which("bash"):
        return True
    print("skipped: there is no Alembic, or no bash")
    return False


def test_an_exam_has_the_terminal(folder):
    if not can_be_examined():
        return
    exam = Exam(folder, [*EXAM, *BASH])
    exam.until("[0]> ")
    exam.say("sh -c 'echo asleep; exec sleep 4321.5'\n", "\nasleep\n")
    exam.say("\x03", "[130]> ")  # ends what runs in the shell, and nothing else
    exam.say("cat\n", "cat\n")
    exam.tell("typed")
    exam.say("\x1a", "[148]> ")
    exam.say("fg\n", "\ncat\n")
    exam.tell("again")
    exam.say("\x03", "[130]> ")
    exam.say("stty size; test -t 0 && test -t 1 && echo a terminal\n", "24 80\na terminal\n[0]> ")
    exam.say("head -n 1 README.md\n", "# lying\n[0]> ")
    exam.say(REPAIR + "; echo done\n", "\ndone\n[0]> ")
    expect("lying:sqlite" not in exam.plain, "there is no verdict before the end, and no progress is drawn")
    exam.type("exit 0\n")
    expect(exam.end() == 0, exam.plain)
    expect("\u2713 repaired" in exam.plain and "score: 1 of 1 repaired" in exam.plain, exam.plain)
    for typed, told in (("exit 3\n", "gave up (exit status 3)"), ("\x04", "wrong: version")):
        exam = Exam(folder, [*EXAM, *BASH])
        exam.until("[0]> ")
        exam.type(typed)
        expect(exam.end() == 1 and told in exam.plain, exam.plain)


def test_an_exam_can_be_put_aside(folder):
    if not can_be_examined():
        return
    shell = Exam(folder, BASH[1:], program=shutil.which("bash"))
    shell.until("[0]> ")
    shell.say(f"{PROGRAM} {' '.join(EXAM)} cat\n", "cat")
    shell.tell("typed")
    shell.say("\x1a", "Stopped")
    shell.say("echo meanwhile\n", "\nmeanwhile\n")
    shell.say("bg; fg\n", "cat\n")  # called back before anybody can have seen that it may not read
    shell.tell("called back")
    shell.say("\x1a", "Stopped")
    shell.say("bg\n", "&\n")  # where it may not read
    time.sleep(0.5)
    shell.say("echo still here\n", "\nstill here\n")
    shell.say("fg\n", "cat")
    shell.tell("again")
    said = shell.say("\x03", "score: ")  # of a program that takes it, the end
    expect("gave up (ended by signal 2)" in said, said)
    said = shell.say(f"{PROGRAM} {' '.join(EXAM[:-2])} 1 -- sh -c 'stty raw -echo; exec sleep 4321.5'\n", "score: ")
    expect("timeout" in said, said)
    shell.say("stty -a | grep -o ' icanon'\n", "\n icanon\n")  # the terminal is as it was
    shell.say("exit 5\n", "exit")
    expect(shell.end() == 5, shell.plain)


# --- the whole --------------------------------------------------------------------------------


def main():
    tests = {name: test for name, test in globals().items() if name.startswith("test_")}
    wanted = sys.argv[2:] or tests
    failures = 0
    for name in wanted:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="rehearse-terminal-"))
        try:
            globals()[name](folder)
            print(f"ok {name}")
        except AssertionError as error:
            failures += 1
            print(f"FAILED {name}: {error}")
        finally:
            shutil.rmtree(folder)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
