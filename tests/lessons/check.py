#!/usr/bin/env python3
"""check.py [--write] [--without-alembic] PAGE... - is what pages show what the program says?

A page is a Markdown file, or a folder of them. What its fenced blocks mean:

    ```console            Command lines after "$ ", each with what it writes below it, byte for byte. A line
                          "..." stands for any number of lines.
    ```console postgres   The same, where PostgreSQL's programs are; elsewhere it is skipped, and counted.
    ```console alembic    The same, where a Python has Alembic, which REHEARSE_PYTHON then is.
    ```console in:shop    The same, in a clone of the repository shop that repositories.sh makes, with the files of the
                          folder shop.beside; the block before it that was there left it as it is now.
    ```yaml               With a first line "# NAME.yaml": a file, which is written before the page goes on.

Repositories can be cloned, too, as https://git.example/NAME.git. Without git such pages are skipped, and counted.
Other blocks are left alone, and may not have lines that begin with "$ ". A page's commands run one after
the other in one shell, in a copy of what a clone has, with the program's folder in PATH. A command that
fails must be followed by "$ echo $?". Links to files must lead somewhere.

--write puts what the program says into the pages instead. A "..." stays where it was if that still fits.
--without-alembic leaves out the blocks that want it, each of whose commands starts Python.
Exit status: 0 all is as shown; 1 something is not.
"""
import argparse
import difflib
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parents[2]
CLONED = ["README.md", "docs", "expected", "scenarios"]  # what commands of a page may name
ELIDED = "..."
STATUS = "echo $?"
SERVER = "https://git.example/"  # what repositories.sh makes is there
NO_SERVER = 3  # exit status
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # where a thousand small files are copied faster
PAGE_SECONDS = 600
HAS_ALEMBIC = "import importlib.util, sys; sys.exit(not importlib.util.find_spec('alembic'))"  # to import it takes longer


class Command:
    """A command line of a page, what the page shows below it, and what it really wrote."""

    def __init__(self, line, number):
        self.line, self.number = line, number  # number: of its line in the page, from 1
        self.shown = []
        self.written, self.status = None, None  # None: skipped

    def is_as_shown(self):
        return self.written is None or fits(self.shown, self.written)


class Block:
    """A fenced block of a page: `first` and `last` are the indexes of its fences among the lines."""

    def __init__(self, info, first, last, lines):
        self.first, self.last = first, last
        self.words = info.split()
        self.body = lines[first + 1:last]
        self.commands = list(self.read_commands())

    def read_commands(self):
        is_console = self.words[:1] == ["console"]
        command = None
        for number, line in enumerate(self.body, self.first + 2):
            if line.startswith("$ "):
                if not is_console:
                    raise ValueError("%d: a command outside of a console block" % number)
                command = Command(line[2:], number)
                yield command
            elif command:
                command.shown.append(line)
            elif is_console:
                raise ValueError("%d: output without a command" % number)

    def file_name(self):
        """The file that the reader is to write, or None."""
        named = re.fullmatch(r"# (\S+\.yaml)", self.body[0]) if self.body else None
        return named.group(1) if named and self.words == ["yaml"] else None

    def needs_postgres(self):
        return "postgres" in self.words[1:]

    def needs_alembic(self):
        return "alembic" in self.words[1:]

    def repository(self):
        """The name of the one in whose clone the commands run, or None."""
        return next((word[3:] for word in self.words[1:] if word.startswith("in:")), None)


def main(words=None):
    args = arguments(words)
    program = os.path.abspath(args.rehearse)
    pages = [Page(path) for path in pages_in(args.pages)]
    has_postgres = any(page.needs_postgres() for page in pages) and is_postgres_there(program)
    python = not args.without_alembic and any(page.needs_alembic() for page in pages) and python_with_alembic()
    for page in pages:
        page.play(program, args.project, has_postgres, python)
    if args.write:
        for page in pages:
            page.rewrite()
        return 0
    failures = sum(page.report() for page in pages)
    skipped = sum(command.written is None for page in pages for command in page.commands())
    print("%d commands, %d mistakes, %d skipped without PostgreSQL, Alembic or git"
          % (sum(len(page.commands()) for page in pages), failures, skipped))
    if failures:
        print("'tests/lessons/check.py --write PAGE...' writes what the program says; read what it wrote")
    return 1 if failures or not pages else 0


def arguments(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rehearse", default=PROJECT / "build" / "rehearse", help="the program")
    parser.add_argument("--project", type=pathlib.Path, default=PROJECT, help="what is cloned")
    parser.add_argument("--write", action="store_true", help="write the pages instead of comparing")
    parser.add_argument("--without-alembic", action="store_true", help="leave out the blocks that want it")
    parser.add_argument("pages", nargs="+", metavar="PAGE", help="Markdown files, folders of them")
    return parser.parse_args(words)


def pages_in(paths):
    for path in map(pathlib.Path, paths):
        yield from sorted(path.glob("*.md")) if path.is_dir() else [path]


class Page:
    """A page, its blocks, and what became of their commands."""

    def __init__(self, path):
        self.path = path
        self.lines = path.read_text(encoding="utf-8").split("\n")
        try:
            self.blocks = list(blocks_of(self.lines))
        except ValueError as mistake:
            raise SystemExit("%s:%s" % (path, mistake)) from None

    def commands(self):
        return [command for block in self.blocks for command in block.commands]

    def needs_postgres(self):
        return any(block.needs_postgres() for block in self.blocks)

    def needs_alembic(self):
        return any(block.needs_alembic() for block in self.blocks)

    def needs_git(self):
        return any(block.repository() for block in self.blocks) or SERVER in "".join(self.lines)

    def play(self, program, project, has_postgres, python):
        """Run the page's commands in a copy of the project, and keep what they write."""
        if self.needs_git() and not shutil.which("git"):
            return
        with tempfile.TemporaryDirectory(prefix="rehearse-page.", dir=MEMORY) as folder:
            clone = pathlib.Path(folder, "rehearse")
            copy_project(project, clone, program)
            commands, script = [], []
            if self.needs_git():
                pathlib.Path(folder, "git").symlink_to(repositories().name)
            for block in self.blocks:
                if block.needs_postgres() and not has_postgres or block.needs_alembic() and not python:
                    continue
                if block.file_name():
                    script.append(writing(block.file_name(), block.body))
                script.append(entering(block.repository()))
                for command in block.commands:
                    script.append(marked(command.line, len(commands)))
                    commands.append(command)
                script.append('cd "$OLDPWD"\n' if block.repository() else "")
            output = run_shell("".join(script), clone, python)
        for index, command in enumerate(commands):
            part = re.search("%s(.*?)%s" % (mark(index), mark(index, r"(\d+)")), output, re.DOTALL)
            if not part:
                raise SystemExit("%s:%d: the shell ended within '%s':\n%s"
                                 % (self.path, command.number, command.line, output[-2000:]))
            command.status = int(part.group(2))
            # Blank lines at the end are lost in a fenced block as people read it.
            command.written = part.group(1).rstrip("\n").split("\n") if part.group(1).strip() else []

    def report(self):
        """Print what is not as shown, and links that lead nowhere; return how many."""
        failures = 0
        for number, link in self.links():
            if not (self.path.parent / link).exists():
                failures += 1
                print("%s:%d: there is no %s" % (self.path, number, link))
        for command, following in with_next(self.commands()):
            if not command.is_as_shown():
                failures += 1
                print("%s:%d: $ %s" % (self.path, command.number, command.line))
                print("\n".join(difflib.unified_diff(
                    command.shown, command.written, "shown", "written", lineterm="")))
            if hides_status(command, following):
                failures += 1
                print("%s:%d: $ %s\nends with status %d, and no '$ %s' below shows it"
                      % (self.path, command.number, command.line, command.status, STATUS))
        return failures

    def links(self):
        """What the page's links to files name, with the numbers of their lines."""
        for number, line in enumerate(self.lines, 1):
            for link in re.findall(r'\]\(([^()#:" ]+)(?:#[^()]*)?(?: "[^"]*")?\)', line):
                yield number, link

    def rewrite(self):
        """Put into the page what its commands wrote."""
        lines = list(self.lines)
        for block in reversed([block for block in self.blocks if block.commands]):
            body = []
            for command, following in with_next(block.commands):
                shown = command.shown
                if not command.is_as_shown():
                    shown = elided(command.shown, command.written)
                body += ["$ " + command.line] + shown
                if hides_status(command, following):
                    body += ["$ " + STATUS, str(command.status)]
            lines[block.first + 1:block.last] = body
        self.path.write_text("\n".join(lines), encoding="utf-8")


def blocks_of(lines):
    first = None
    for index, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if first is None:
            first = index
        else:
            yield Block(lines[first][3:], first, index, lines)
            first = None


def with_next(commands):
    return zip(commands, commands[1:] + [None])


def hides_status(command, following):
    return bool(command.status) and not (following and following.line == STATUS)


def fits(shown, written):
    """Are these the lines, if every "..." may stand for any number of them?"""
    pattern = "".join("(?:.*\n)*" if line == ELIDED else re.escape(line) + "\n" for line in shown)
    return bool(re.fullmatch(pattern, "".join(line + "\n" for line in written)))


def elided(shown, written):
    """`written`, with left out what `shown` leaves out; all of it where that cannot be told.

    What stands between two "..." is found again by its first line, and is as long as it was.
    """
    parts = parts_between_dots(shown)
    if len(parts) == 1 or sum(map(len, parts)) > len(written):
        return written
    kept, position = written[:len(parts[0])], len(parts[0])
    for part in parts[1:-1]:
        if not part or part[0] not in written[position:]:
            return written
        position = written.index(part[0], position)
        kept += [ELIDED] + written[position:position + len(part)]
        position += len(part)
    return kept + [ELIDED] + written[len(written) - len(parts[-1]):]


def parts_between_dots(lines):
    parts = [[]]
    for line in lines:
        if line == ELIDED:
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def copy_project(project, clone, program):
    clone.mkdir()
    copied = [project / name for name in CLONED if (project / name).exists()]
    subprocess.run(["cp", "-R", *copied, clone], check=True)  # in half of shutil's time
    (clone / "build").mkdir()
    (clone / "build" / "rehearse").symlink_to(program)
    alembic = clone / "build" / "alembic"
    alembic.write_text('#!/bin/sh\nexec "$REHEARSE_PYTHON" -m alembic "$@"\n', encoding="utf-8")
    alembic.chmod(0o755)


@functools.lru_cache(maxsize=None)
def repositories():
    """Make them, in a folder that goes with the process, and let git find them where pages say that they are."""
    folder = tempfile.TemporaryDirectory(prefix="rehearse-repositories.", dir=MEMORY)
    subprocess.run(["sh", pathlib.Path(__file__).with_name("repositories.sh"), folder.name], check=True)
    pathlib.Path(folder.name, "config").write_text('[url "file://%s/"]\n\tinsteadOf = %s\n' % (folder.name, SERVER))
    return folder


def entering(repository):
    """Go into the clone of a repository, which is made if it is not there."""
    if not repository:
        return ""
    return 'clones=${{clones:-$PWD/../clones}}\n' \
           '[ -d "$clones/{0}" ] || {{ git clone -q "{1}{0}.git" "$clones/{0}"\n' \
           '[ ! -d "$PWD/../git/{0}.beside" ] || cp "$PWD/../git/{0}.beside"/* "$clones/{0}"; }}\n' \
           'cd "$clones/{0}"\n'.format(repository, SERVER)


def mark(index, status=""):
    return "@@%d:%s@@\n" % (index, status)


def marked(line, index):
    """A command between marks; the one before it decides what "$?" is."""
    return ("printf '%s\\n' '@@{0}:@@'\n(exit $status)\n{1}\nstatus=$?\n"
            "printf '@@%s:%s@@\\n' {0} $status\n").format(index, line)


def writing(name, body):
    return "cat >%s <<'END OF FILE'\n%s\nEND OF FILE\n" % (name, "\n".join(body))


def environment(clone, python):
    kept = {key: value for key, value in os.environ.items()
            if key not in ("CI", "VIRTUAL_ENV")}
    if python:
        kept["REHEARSE_PYTHON"] = python
    path = "%s%s%s" % (clone / "build", os.pathsep, os.environ.get("PATH", os.defpath))
    return dict(kept, PATH=path, LC_ALL="C.UTF-8", NO_COLOR="1", COLUMNS="80",
                GIT_CONFIG_GLOBAL=str(clone.parent / "git" / "config"), GIT_CONFIG_SYSTEM=os.devnull,
                SOURCE_DATE_EPOCH="1754125507", TZ="UTC")


def run_shell(script, clone, python):
    path = clone.parent / "page.sh"
    path.write_text("status=0\n" + script, encoding="utf-8")
    shell = subprocess.run(["sh", path], cwd=clone, env=environment(clone, python), stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PAGE_SECONDS,
                           check=False)
    return shell.stdout.decode("utf-8", "replace")


@functools.lru_cache(maxsize=None)
def python_with_alembic():
    """The first Python that has it; None: there is none."""
    for name in filter(None, (os.environ.get("REHEARSE_PYTHON"), "/usr/bin/python3", shutil.which("python3"))):
        if os.path.exists(name) and not subprocess.run([name, "-c", HAS_ALEMBIC], capture_output=True, check=False).returncode:
            return name
    return None


def is_postgres_there(program):
    scenario = PROJECT / "scenarios" / "downgrades" / "linear-up-and-down.yaml"
    command = [program, "run", "--engine", "postgres", "--filter", "one-at-a-time", str(scenario)]
    return subprocess.run(command, capture_output=True, check=False).returncode != NO_SERVER


if __name__ == "__main__":
    sys.exit(main())
