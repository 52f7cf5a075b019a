"""Write revision trees as Alembic projects, as different people write them: quotes, brackets, comments, line ends, encodings,
docstrings, names of files, locations. Only random.Random decides."""
import os

TEMPLATES = {
    "generic": '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

# revision identifiers, used by Alembic.
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
''',
    "several databases": '''<%!
import re

%>"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}

"""
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade(engine_name: str) -> None:
    globals()["upgrade_%s" % engine_name]()


def downgrade(engine_name: str) -> None:
    globals()["downgrade_%s" % engine_name]()

% for db_name in re.split(r',\\s*', config.get_main_option("databases")):

def upgrade_${db_name}() -> None:
    ${context.get("%s_upgrades" % db_name, "pass")}

% endfor
''',
    "black": '''"""
${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
"""
revision = ${repr(up_revision).replace("'", '"')}
down_revision = ${repr(down_revision).replace("'", '"')}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}

def upgrade():
    ${upgrades if upgrades else "pass"}

def downgrade():
    ${downgrades if downgrades else "pass"}
''',
    "none": None,
}

FILE_TEMPLATES = [None, "%%(year)d_%%(month).2d_%%(day).2d_%%(hour).2d%%(minute).2d-%%(rev)s_%%(slug)s",
                  "%%(rev)s", "%%(epoch)s_%%(slug)s", "%%(slug)s"]


def names_of(value):
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def literal(text, quote, is_ascii):
    """A text as a literal in these quotes."""
    escaped = text.replace("\\", "\\\\").replace(quote, "\\" + quote).replace("\n", "\\n")
    return quote + (escaped.encode("ascii", "backslashreplace").decode() if is_ascii else escaped) + quote


class Style:
    """How one file is written."""

    def __init__(self, rng):
        self.rng = rng
        self.quote = rng.choice("'\"")
        self.line_end = rng.choice(["\n", "\n", "\n", "\r\n"])
        self.encoding = rng.choice(["utf-8", "utf-8", "utf-8", "utf-8-sig", "latin-1"])
        self.ends = rng.random() < 0.85  # with a newline
        self.annotates = rng.random() < 0.4

    def text(self, value):
        written = literal(value, self.quote, self.encoding == "latin-1")
        how = self.rng.random()
        if how < 0.05:
            return "(" + written + ")"
        if how < 0.08:
            return "u" + written
        if how < 0.12 and len(value) > 2 and value.isalnum():
            return "%s %s" % (literal(value[:2], self.quote, True), literal(value[2:], "'", True))
        return written

    def value(self, value):
        if value is None:
            return "None"
        if isinstance(value, str):
            return self.text(value)
        items = [self.text(item) for item in value]
        opening, closing = self.rng.choice(["()", "()", "[]"])
        how = self.rng.random()
        if how < 0.3 and items:
            return self.on_lines(items, opening, closing)
        if how < 0.4 and len(items) > 1:
            return ", ".join(items)
        comma = "," if len(items) == 1 and opening == "(" else self.rng.choice(["", ","] if items else [""])
        return opening + self.rng.choice([", ", ",", " , "]).join(items) + comma + closing

    def on_lines(self, items, opening, closing):
        comments = ["", "", "  # see below", "  # one, two", " # it's \"this\""]
        lines = ["    %s,%s" % (item, self.rng.choice(comments)) for item in items]
        if self.rng.random() < 0.3 and len(items) > 1:
            lines[-1] = lines[-1].replace(",", "", 1) if items[-1].count(",") == 0 else lines[-1]
        ending = self.rng.choice(["\n", ""]) if not lines[-1].count("#") else "\n"
        return opening + "\n" + "\n".join(lines) + ending + closing

    def assignment(self, name, value):
        annotation = ": Union[str, Sequence[str], None]" if self.annotates else ""
        gap = self.rng.choice([" = ", " = ", "=", "  =  "])
        return name + annotation + gap + self.value(value) + self.rng.choice(["", "", "  # !"])


def is_plain(text):
    return text.isascii() and text.isprintable() and not set(text) & set("\\'\"") and text == text.strip()


def docstring(style, revision):
    names = names_of(revision.get("down_revision"))
    if style.rng.random() < 0.2 or not all(map(is_plain, names + [revision["revision"]])):
        return ['"""Orders."""']
    lines = ['"""Orders and such', "", "Revision ID: %s" % revision["revision"], "Revises: %s" % ", ".join(names)]
    return lines + ["Create Date: 2024-03-04 10:11:12.131415", "", '"""']


def file_text(rng, revision):
    """The bytes of a revision file."""
    style = Style(rng)
    lines = ["# -*- coding: latin-1 -*- \xe4"] if style.encoding == "latin-1" else []
    lines += docstring(style, revision) + ["from typing import Sequence, Union", ""]
    for name in ("revision", "down_revision", "branch_labels", "depends_on"):
        if name in revision or name in ("revision", "down_revision") or rng.random() < 0.8:
            lines.append(style.assignment(name, revision.get(name)))
    if rng.random() < 0.1:
        lines.insert(len(lines) - 3, 'down_revision = "not this one"')
    lines += ["", "", "def upgrade():", "    down_revision = 'local'", "", "", "def downgrade():", "    pass"]
    text = "\n".join(lines) + ("\n" if style.ends else "")
    return text.replace("\n", style.line_end).encode(style.encoding)


def file_names(rng, revisions):
    """A name each, in the tree's order, which is that of sorted names; each once."""
    for number, revision in enumerate(revisions):
        stem = os.path.splitext(revision.get("file") or "%s.py" % revision["revision"])[0]
        stem = "".join(c if c.isalnum() or c in "_-" else "_" for c in stem)[:60]
        yield "%s%s.py" % ("%s-%02d" % (stem, number) if rng.random() < 0.5 else "%02d_%s" % (number, stem), "")


def write_project(rng, folder, revisions):
    """Write a tree as a project; where its revisions lie, from the folder."""
    locations = rng.choice([["migrations/versions"], ["migrations/versions"], ["migrations/a", "migrations/b"]])
    template = TEMPLATES[rng.choice(sorted(TEMPLATES))]
    file_template = rng.choice(FILE_TEMPLATES)
    os.makedirs(os.path.join(folder, "migrations"))
    with open(os.path.join(folder, "migrations", "env.py"), "w") as env:
        env.write("")
    if template:
        with open(os.path.join(folder, "migrations", "script.py.mako"), "w") as mako:
            mako.write(template)
    with open(os.path.join(folder, "alembic.ini"), "w") as ini:
        ini.write("[alembic]\nscript_location = %(here)s/migrations\n")
        if len(locations) > 1:
            ini.write("version_locations = %s\n" % " ".join("%(here)s/" + name for name in locations))
        if file_template:
            ini.write("file_template = %s\n" % file_template)
    for location in locations:
        os.makedirs(os.path.join(folder, location))
    for name, revision in zip(file_names(rng, revisions), revisions):
        with open(os.path.join(folder, rng.choice(locations), name), "wb") as file:
            file.write(file_text(rng, revision))
    return locations
