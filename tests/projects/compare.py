"""Read projects with Rehearse and with the Alembic of this Python, and compare what both say of each file.

    compare.py REHEARSE [PROJECT...]

A project is a folder; without any, those beside this file. Alembic runs the files, so only one's own, or
trusted ones, should be named. Values that Rehearse reports as not literal are left out: it does not know
them, and says so.
"""
import json
import os
import subprocess
import sys
import warnings

sys.dont_write_bytecode = True

import alembic
from alembic.config import Config
from alembic.script import ScriptDirectory

MINOR = int(alembic.__version__.split(".")[1])
FACTS = ("revision", "down_revision", "branch_labels", "depends_on")


def configurations(folder):
    """The configuration files of a project and their sections, as `--all` takes them."""
    for name in ("alembic.ini", "migrations/alembic.ini", "pyproject.toml"):
        path = os.path.join(folder, name)
        if os.path.exists(path):
            if name.endswith(".toml"):
                return [(path, None)] if MINOR >= 16 else []
            sections = [s for s in Config(path).file_config.sections()
                        if Config(path).file_config.has_option(s, "script_location")]
            return [(path, s) for s in sections or ["alembic"]]
    raise SystemExit(f"{folder}: no configuration")


def tuple_of(value):
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def alembic_says(path, section):
    """What Alembic makes of each revision file, in load order; or the class and text of its error."""
    os.chdir(os.path.dirname(path))
    try:
        if section is None:
            config = Config(toml_file=path)
        else:
            config = Config(path, ini_section=section)
            if not config.get_main_option("script_location"):  # Flask-Migrate's command sets it
                config.set_main_option("script_location", os.path.dirname(path))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scripts = list(ScriptDirectory.from_config(config).revision_map._generator())
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    return {"revisions": [{
        "file": os.path.realpath(script.path),
        "revision": script.revision,
        "down_revision": tuple_of(script.down_revision),
        "branch_labels": sorted(tuple_of(getattr(script.module, "branch_labels", None))),
        "depends_on": tuple_of(getattr(script.module, "depends_on", None)),
        "message": script.doc.split("\n")[0].strip(),
    } for script in scripts]}


def run(rehearse, *arguments):
    done = subprocess.run([rehearse, *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def rehearse_says(rehearse, path, section):
    common = [path, "--alembic", f"1.{min(MINOR, 20)}", "--format", "json"]
    if section is not None:
        common += ["-n", section]
    _, out, err = run(rehearse, "tree", *common)
    if not out:  # a tree of which something is not known is drawn all the same, status 1
        return {"error": err}, set()
    root = os.path.dirname(path)
    doctor = json.loads(run(rehearse, "doctor", *common)[1])
    unknown = {(fault["file"], fact) for fault in doctor["faults"] if fault["kind"] == "not-literal"
               for fact in FACTS if f"'{fact}'" in fault["message"]}
    unknown = {(os.path.realpath(os.path.join(root, file)), fact) for file, fact in unknown}
    return {"revisions": [{
        "file": os.path.realpath(os.path.join(root, node["file"])),
        "revision": node["revision"],
        "down_revision": node["down_revision"],
        "branch_labels": sorted(node["branch_labels"]),
        "depends_on": node["depends_on"],
        "message": node["message"] or "",
    } for node in json.loads(out)["revisions"] if not node["missing"]]}, unknown


def compare(rehearse, folder):
    """The differences, a line each, and how many files were compared."""
    differences, count = [], 0
    for path, section in configurations(os.path.abspath(folder)):
        theirs, (ours, unknown) = alembic_says(path, section), rehearse_says(rehearse, path, section)
        where = f"{os.path.basename(folder)} [{section}]"
        if theirs.get("error", "").startswith("ModuleNotFoundError") and "error" not in ours:
            continue  # a file wants a module that is not here: Rehearse reads it all the same
        if "error" in theirs or "error" in ours:
            text = theirs.get("error", "").split(": ", 1)[-1]
            if "error" not in theirs or "error" not in ours or text not in ours["error"]:
                differences.append(f"{where}: Alembic {theirs.get('error')}, Rehearse {ours.get('error')}")
            continue
        known = [r for r in theirs["revisions"] if (r["file"], "revision") not in unknown]
        if [r["file"] for r in known] != [r["file"] for r in ours["revisions"]]:
            differences.append(f"{where}: other files, or another order:\n  {[r['file'] for r in known]}\n"
                               f"  {[r['file'] for r in ours['revisions']]}")
            continue
        for real, read in zip(known, ours["revisions"]):
            count += 1
            differences += [f"{where} {real['file']}: {key} is {real[key]!r}, read as {read[key]!r}"
                            for key in real
                            if real[key] != read[key] and (real["file"], key) not in unknown]
    return differences, count


def main():
    rehearse = os.path.abspath(sys.argv[1])
    here = os.path.dirname(os.path.abspath(__file__))
    folders = [os.path.abspath(p) for p in sys.argv[2:]] or sorted(
        entry.path for entry in os.scandir(here) if entry.is_dir() and not entry.name.startswith("_"))
    total, failed = 0, False
    for folder in folders:
        differences, count = compare(rehearse, folder)
        total += count
        failed = failed or bool(differences)
        for difference in differences:
            print(difference)
    print(f"{total} revision files of {len(folders)} projects, Alembic {alembic.__version__}")
    sys.exit(1 if failed or not total else 0)


if __name__ == "__main__":
    main()
