"""terminal.py PROGRAM [TEST...] - the program as people have it: on a terminal, which is one of a pair whose other end is read here.

Each test is a function test_NAME(folder) that gets an empty folder; what it finds wrong it raises.
"""
import contextlib
import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import signal
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

    def __init__(self, arguments, folder, columns=80, rows=24, **changes):
        self.said = ""
        self.raw = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(PROGRAM, [PROGRAM, *arguments], environment(**changes))
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


# --- the whole --------------------------------------------------------------------------------


def main():
    tests = {name: test for name, test in globals().items() if name.startswith("test_")}
    wanted = sys.argv[2:] or tests
    failures = 0
    for name in wanted:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="rehearse-terminal-"))
        try:
            tests[name](folder)
            print(f"ok {name}")
        except AssertionError as error:
            failures += 1
            print(f"FAILED {name}: {error}")
        finally:
            shutil.rmtree(folder)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
