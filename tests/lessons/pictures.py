#!/usr/bin/env python3
"""pictures.py [--write] PAGE... - do the pictures of pages show what the program says?

A picture stands in a page with the command that it is of as its title:

    ![What it shows](pictures/NAME.svg "rehearse tree scenarios/shop.yaml --format svg")

The command runs as those of a page do (check.py). Of one that writes SVG the texts are compared, as another release of
Graphviz puts the same boxes elsewhere; what another writes, in colours, is drawn as it stands on a terminal, and must
be the same to the byte. --write draws them anew. A picture that no page shows is a mistake. Exit status: 0 all is as
shown; 1 something is not.
"""
import argparse
import collections
import html
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as ElementTree

import check

PICTURE = re.compile(r'!\[([^]]*)\]\((\S+\.svg) "([^"]*)"\)')
COLUMN, LINE, MARGIN = 8.4, 19, 12
STYLE = """\
text { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2328; white-space: pre }
.paper { fill: #f6f8fa } .b { font-weight: bold } .d { fill: #6e7781 }
.red { fill: #b3261e } .green { fill: #1a6b30 } .yellow { fill: #7d5700 } .blue { fill: #0b57a4 }
.magenta { fill: #8a2c8a } .cyan { fill: #0b6470 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .paper { fill: #161b22 } .d { fill: #8d96a0 } .red { fill: #ff8a80 } .green { fill: #7ee094 }
.yellow { fill: #e8c060 } .blue { fill: #8cc2ff } .magenta { fill: #e59ae5 } .cyan { fill: #76d6e0 }
}"""
CLASSES = {"1": "b", "2": "d", "31": "red", "32": "green", "33": "yellow", "34": "blue", "35": "magenta", "36": "cyan"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rehearse", default=check.PROJECT / "build" / "rehearse", help="the program")
    parser.add_argument("--project", type=pathlib.Path, default=check.PROJECT, help="what is cloned")
    parser.add_argument("--write", action="store_true", help="draw the pictures instead of comparing")
    parser.add_argument("pages", nargs="+", type=pathlib.Path, metavar="PAGE", help="Markdown files, folders of them")
    args = parser.parse_args()
    shown, mistakes = set(), []
    with tempfile.TemporaryDirectory(prefix="rehearse-pictures.") as folder:
        clone = pathlib.Path(folder, "rehearse")
        check.copy_project(args.project, clone, pathlib.Path(args.rehearse).resolve())
        for page in check.pages_in(args.pages):
            for alternative, name, command in PICTURE.findall(page.read_text(encoding="utf-8")):
                path = page.parent / name
                shown.add(path)
                drawn = draw(said(command, clone), alternative)
                if args.write:
                    path.parent.mkdir(exist_ok=True)
                    path.write_text(drawn, encoding="utf-8")
                elif not path.exists() or not same(path.read_text(encoding="utf-8"), drawn):
                    mistakes.append("%s: %s is not what '%s' says" % (page, name, command))
    for path in sorted({other for path in shown for other in path.parent.iterdir()} - shown):
        mistakes.append("%s: no page shows it" % path)
    print("\n".join(mistakes + ["%d pictures, %d mistakes" % (len(shown), len(mistakes))]))
    if mistakes:
        print("'tests/lessons/pictures.py --write PAGE...' draws them anew; look at what it drew")
    return 1 if mistakes or not shown else 0


def said(command, clone):
    environment = check.environment(clone, check.python_with_alembic())
    del environment["NO_COLOR"]
    done = subprocess.run(["sh", "-c", command], cwd=clone, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    if not done.stdout.strip():
        sys.exit("'%s' says nothing" % command)
    return done.stdout


def same(before, now):
    if "graphviz" in now[:1000].lower() or "graphviz" in before[:1000].lower():
        return texts(before) == texts(now)
    return before == now


def texts(drawing):
    """The words of an SVG, and how many lines join its boxes."""
    try:
        root = ElementTree.fromstring(drawing)
    except ElementTree.ParseError:
        return None
    return collections.Counter(
        (element.tag.rpartition("}")[2], (element.text or "").strip()) for element in root.iter()
        if element.tag.rpartition("}")[2] in ("text", "title"))


def draw(text, alternative):
    if text.startswith("<?xml"):
        return text
    lines = text.rstrip("\n").split("\n")
    width = max(columns(re.sub("\x1b\\[[0-9;]*m", "", line)) for line in lines)
    out = ['<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 %d %d" width="%d">'
           % (width * COLUMN + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN, width * COLUMN + 2 * MARGIN),
           "<title>%s</title>" % html.escape(alternative), "<style>%s</style>" % STYLE,
           '<rect class="paper" width="100%" height="100%" rx="6"/>']
    for row, line in enumerate(lines):
        out += runs(line, MARGIN + (row + 0.75) * LINE)
    return "\n".join(out + ["</svg>", ""])


def runs(line, y):
    """A text for each part of a line that has one colour, at the column where it stands."""
    column, classes = 0, []
    for part in re.split("(\x1b\\[[0-9;]*m)", line):
        if part.startswith("\x1b"):
            codes = part[2:-1].split(";")
            classes = ([] if "0" in codes or codes == [""] else classes) + [
                CLASSES[code] for code in codes if code in CLASSES]
            continue
        if part.strip():
            blanks = len(part) - len(part.lstrip(" "))
            yield '<text x="%.1f" y="%.1f"%s textLength="%.1f">%s</text>' % (
                MARGIN + (column + blanks) * COLUMN, y, ' class="%s"' % " ".join(classes) if classes else "",
                columns(part.strip(" ")) * COLUMN, html.escape(part.strip(" "), quote=False))
        column += columns(part)


def columns(text):
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


if __name__ == "__main__":
    sys.exit(main())
