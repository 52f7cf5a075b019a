"""accessible.py PROGRAM - is the page of `--report html:FILE` fit for all who read it? axe-core says so in Chromium.

Everything that can be opened is open, light and dark. Nothing may be serious or critical. axe-core is looked for where $AXE_CORE
says, and among npm's packages; exit status 77: it, or a browser, is not here.
"""
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SCHEMES = {"light": "1", "dark": "0"}  # as the browser numbers them
GRAVE = ("serious", "critical")

# What axe has to find, or it was not asked: an image and a field without words, grey on grey.
UNFIT = """<!DOCTYPE html><html lang="en"><head><title>t</title></head><body><main><h1>t</h1><input><img src="data:,">
<p style="color: #999; background: #aaa">Who reads this?</p></main></body></html>"""


def find_axe():
    places = [os.environ.get("AXE_CORE", "")]
    if shutil.which("npm"):
        root = subprocess.run(["npm", "root", "--global"], stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
        places.append(f"{root}/axe-core/axe.min.js")
    places.append("/usr/share/nodejs/axe-core/axe.min.js")
    return next((Path(place) for place in places if place and Path(place).is_file()), None)


def findings(axe, text, scheme, folder):
    """What axe finds, as (impact, rule, how many elements, the first)."""
    page = folder / "asking.html"
    page.write_text(text.replace("</body>", f"""<script>{axe.read_text()}</script><script>
addEventListener("load", async () => {{
    document.querySelectorAll("details").forEach((item) => {{ item.open = true; }});
    const results = await axe.run(document, {{ resultTypes: ["violations"] }});
    const found = results.violations.map((item) => [item.impact, item.id, item.nodes.length, item.nodes[0].html]);
    document.documentElement.innerHTML = "<pre></pre>";
    document.querySelector("pre").textContent = JSON.stringify({{ rules: results.passes.length, found }});
}});
</script></body>"""))
    done = subprocess.run([BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,900",
                           f"--user-data-dir={folder}/browser", f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}",
                           "--virtual-time-budget=600000", "--dump-dom", f"file://{page}"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    answer = re.search(r"<pre>(\{.*?\})</pre>", done.stdout, re.S)
    if not answer:
        sys.exit(f"axe gave no answer:\n{done.stdout[-500:]}")
    said = json.loads(html.unescape(answer.group(1)))
    return said["rules"], said["found"]


def main():
    axe = find_axe()
    if not BROWSER or not axe:
        print("no browser: chromium is not installed" if not BROWSER else "no axe-core: neither $AXE_CORE nor npm has it")
        return 77
    program = str(Path(sys.argv[1]).resolve())
    failed = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _, found = findings(axe, UNFIT, "light", folder)
        noticed = {rule for impact, rule, _, _ in found if impact in GRAVE}
        if not noticed >= {"color-contrast", "image-alt", "label"}:
            print(f"axe does not notice what is wrong on purpose: {found}")
            failed = True
        run = folder / "run.html"
        subprocess.run([program, "run", "--timeout", "1", "--engine", "sqlite", str(HERE / "sample"), "--report", f"html:{run}"],
                       stdout=subprocess.DEVNULL, check=False)
        answer = folder / "answer.html"
        subprocess.run([program, "run", "--engine", "sqlite", str(HERE / "answer"), "--report", f"html:{answer}"],
                       stdout=subprocess.DEVNULL, check=False)
        pages = {"run": run.read_text(), "answer": answer.read_text(), "audit": (HERE / "expected/audit.html").read_text()}
        pages["runbook"] = (HERE / "expected/runbook.html").read_text()
        for title in ("audit", "runbook"):
            pages[title] = with_looks(pages[title], pages["run"])
        for title, text in pages.items():
            for scheme in SCHEMES:
                rules, found = findings(axe, text, scheme, folder)
                print(f"{title}, {scheme}: {rules} rules hold, {len(found)} do not")
                for impact, rule, count, first in found:
                    print(f"  {impact}: {rule}, {count} times: {first}")
                    failed |= impact in GRAVE
    return 1 if failed else 0


def with_looks(text, other):
    """A golden page, which is kept without its style sheet, in that of another page."""
    style = re.search(r"<style>\n.*?</style>", other, re.S).group(0)
    return re.sub(r"<style>\n.*?</style>", lambda _: style, text, flags=re.S)


sys.exit(main())
