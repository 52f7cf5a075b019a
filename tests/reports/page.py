"""page.py PROGRAM SCENARIOS - the page of `run --report html:FILE` in a browser: what its script does, how large it is, and what
opening it takes.

Chromium runs the page without a screen, with a script of ours behind that of the page, and prints the document that it has
then.
"""
import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LARGEST = 5_000_000
LONGEST = 1.0  # seconds of a processor, which other programs do not lengthen much
complaints = []


def holds(what, is_so):
    if not is_so:
        complaints.append(what)


def ask(page, question, fragment=""):
    """The value of a JavaScript expression, evaluated in the page once it is loaded."""
    asking = page.with_name("asking.html")
    asking.write_text(page.read_text().replace("</body>", f"""<script>
addEventListener("load", () => {{
    const answer = JSON.stringify({question});
    document.documentElement.innerHTML = "<pre></pre>";
    document.querySelector("pre").textContent = answer;
}});
</script></body>"""))
    done = subprocess.run([BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=500,900", f"--user-data-dir={page.parent}/browser",
                           "--dump-dom", f"file://{asking}{fragment}"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    answer = re.search(r"<pre>(.*?)</pre>", done.stdout, re.S)
    if not answer:
        complaints.append(f"no answer to {question}\n{done.stdout[-500:]}")
        return None
    return json.loads(html.unescape(answer.group(1)))


def filtered(words, which):
    return f"""(() => {{
        const form = document.querySelector(".tools");
        form.elements.words.value = "{words}";
        form.elements.which.value = "{which}";
        form.dispatchEvent(new Event("input"));
        return [
            [...document.querySelectorAll(".scenario")].filter((item) => !item.hidden).map((item) => item.id),
            [...document.querySelectorAll(".list li")].filter((item) => !item.hidden).length,
            document.querySelector("output").textContent,
            [...document.querySelectorAll(".cell")].filter((item) => !item.hidden).length,
        ];
    }})()"""


def look_at_sample(program, folder):
    page = folder / "page.html"
    subprocess.run([program, "run", "--timeout", "1", "--engine", "sqlite", str(HERE / "sample"),
                    "--report", f"html:{page}"], stdout=subprocess.DEVNULL, check=False)
    holds("what is asked for without scripts is hidden with them", ask(page, "document.querySelector('.tools').hidden") is False)
    holds("search", ask(page, filtered("MIXED look", "")) == [["a-mixed"], 1, "1 of 3 scenarios", 7])
    holds("nothing found", ask(page, filtered("nowhere to be found", ""))[:3] == [[], 0, "0 of 3 scenarios"])
    holds("what differs", ask(page, filtered("", "loud")) == [["a-mixed", "b-late", "c-killed"], 3, "", 4])
    holds("what works", ask(page, filtered("", "works")) == [["a-mixed"], 1, "1 of 3 scenarios", 2])
    cell = "#a-mixed/up@fresh:sqlite"
    is_open = "[...document.querySelectorAll('details.calm[open]')].map((item) => item.querySelector('.told').id)"
    holds("cells are closed", ask(page, is_open) == [])
    holds("a link opens its cell", ask(page, is_open, cell) == ["a-mixed/up@fresh:sqlite"])
    holds("printed, all is open", ask(page, """(() => {
        const closed = () => document.querySelectorAll("details:not([open])").length;
        const before = closed();
        dispatchEvent(new Event("beforeprint"));
        const printed = closed();
        dispatchEvent(new Event("afterprint"));
        return [before > 0, printed, closed() === before];
    })()""") == [True, 0, True])
    holds("nothing is wider than a narrow window", ask(page, """(() => {
        document.querySelectorAll("details").forEach((item) => { item.open = true; });
        return document.documentElement.scrollWidth <= innerWidth;
    })()"""))


def opening(page):
    """The seconds of a processor that the page's own thread takes until the page is drawn."""
    trace = page.with_name("trace.json")
    subprocess.run([BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,900", f"--user-data-dir={page.parent}/browser",
                    "--trace-startup=devtools.timeline", "--trace-startup-format=json", "--trace-startup-duration=0",
                    f"--trace-startup-file={trace}", f"--screenshot={page.parent}/screen.png", f"file://{page}"],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    events = json.loads(trace.read_text())["traceEvents"]
    threads = {(event["pid"], event["tid"]) for event in events
               if event.get("name") == "thread_name" and event["args"]["name"] == "CrRendererMain"}
    work = [event for event in events if (event["pid"], event["tid"]) in threads and event.get("ph") == "X" and "tdur" in event]
    holds("the page is read and laid out", {"ParseHTML", "Layout", "Paint"} <= {event["name"] for event in work})
    total = 0
    ends = {}  # of each thread: what lies within something else is not counted again
    for event in sorted(work, key=lambda event: (event["tts"], -event["tdur"])):
        thread = (event["pid"], event["tid"])
        if event["tts"] >= ends.get(thread, 0):
            total += event["tdur"]
            ends[thread] = event["tts"] + event["tdur"]
    return total / 1e6


def weigh(program, scenarios, folder):
    """200 scenarios, those that come along and copies of them."""
    files = sorted(scenarios.glob("**/*.yaml"))
    count = 0
    while count < 200:
        for file in files:
            count += 1
            place = folder / "many" / str(count)
            shutil.copytree(file.parent, place, ignore=shutil.ignore_patterns("*.yaml", "*.yml"))
            (place / f"{file.stem}-{count}.yaml").write_text(file.read_text())
            if count == 200:
                break
    page = folder / "many.html"
    done = subprocess.run([program, "run", "--engine", "sqlite", str(folder / "many"), "--report", f"html:{page}"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    holds(f"they end as claimed\n{done.stdout[-1000:]}", done.returncode == 0)
    size = page.stat().st_size
    took = opening(page)
    for _ in range(2):
        took = min(took, opening(page)) if took >= LONGEST else took  # a crowded machine is slower even so
    print(f"{count} scenarios: {size} bytes, opened in {took:.2f} s of a processor")
    holds(f"{size} bytes", size < LARGEST)
    holds(f"opened in {took:.2f} s", took < LONGEST)


def main():
    if not BROWSER:
        print("no browser: chromium is not installed")
        return 77
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as name:
        look_at_sample(program, Path(name))
        weigh(program, Path(sys.argv[2]), Path(name))
    for complaint in complaints:
        print(f"does not hold: {complaint}")
    return 1 if complaints else 0


sys.exit(main())
