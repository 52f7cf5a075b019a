#!/usr/bin/python3
"""site.py REHEARSE PROJECT - are the lessons whole as script/docs makes web pages of them?

Each link leads to a file that is made, and to a heading that is there, pictures too; each lesson has its pictures, its
answers folded away, and leads to the page of its scenario; the teacher's page has its time. Links out of the folder lead to pages that only a whole site
has: their sources must exist, which script/docs itself holds. Exit status 77: a library is missing.
"""
import html.parser
import importlib.util
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

LESSONS = "docs/lessons"


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.pictures, self.anchors, self.folded = [], [], set(), 0
        self.inside, self.outside = 0, []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.anchors.add(attrs.get("id"))
        if tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
        if tag == "img":
            self.pictures.append(attrs["src"])
        if tag == "details":
            self.folded += 1
            self.inside += 1
        if tag == "a" and "solutions/" in attrs.get("href", "") and not self.inside:
            self.outside.append(attrs["href"])

    def handle_endtag(self, tag):
        if tag == "details":
            self.inside -= 1


def main(rehearse, project):
    if not importlib.util.find_spec("markdown_it"):
        print("skipped: there is no markdown_it")
        return 77
    mistakes = []
    with tempfile.TemporaryDirectory(prefix="rehearse-site.") as folder:
        folder = pathlib.Path(folder)
        subprocess.run([sys.executable, pathlib.Path(project, "script/docs"), "--rehearse", rehearse, "--engine",
                        "sqlite", "--below", LESSONS, folder], check=True)
        pages = {path: Page(path) for path in sorted((folder / LESSONS).glob("*.html"))}
        for path, page in pages.items():
            mistakes += wrong_links(folder, path, page, pages)
        lessons = [path for path in pages if path.name[0].isdigit()]
        for path in lessons:
            page = pages[path]
            for truth, what in (
                    (any(link.startswith("../../pages/") for link in page.links), "it leads to no page of a scenario"),
                    (len(page.pictures) >= 2, "it has no pictures"),
                    (page.folded >= 2 and page.inside == 0, "no answers are folded away"),
                    (not page.outside, "a solution lies open")):
                if not truth:
                    mistakes.append("%s: %s" % (path.name, what))
    mistakes += wrong_times(pathlib.Path(project, LESSONS))
    if len(lessons) < 11:
        mistakes.append("there are %d lessons" % len(lessons))
    print("\n".join(mistakes + ["%d pages, %d mistakes" % (len(pages), len(mistakes))]))
    return 1 if mistakes else 0


def wrong_times(folder):
    """The teacher's table says what each lesson says of itself, and lists all."""
    table = dict(re.findall(r"^\| \[[^]]*\]\((\d\S*\.md)\) \| (\d+) \|", (folder / "teaching.md").read_text("utf-8"), re.MULTILINE))
    for path in sorted(folder.glob("[0-9]*.md")):
        minutes = re.search(r"About (\d+) minutes", path.read_text("utf-8"))
        if not minutes or table.get(path.name) != minutes.group(1):
            yield "teaching.md: %s takes %s minutes, and not %s" % (
                path.name, minutes and minutes.group(1), table.get(path.name))


def wrong_links(folder, path, page, pages):
    for link in page.links + page.pictures:
        parts = urllib.parse.urlsplit(link)
        leads = (path.parent / parts.path).resolve() if parts.path else path
        inside = (folder / LESSONS) in leads.parents or (folder / "pages") in leads.parents
        if parts.scheme or not inside:
            continue
        if not leads.exists():
            yield "%s: %s leads nowhere" % (path.name, link)
        elif parts.fragment and leads in pages and parts.fragment not in pages[leads].anchors:
            yield "%s: %s names no heading" % (path.name, link)


sys.exit(main(*sys.argv[1:]))
