"""Start the helper: `PYTHON -B .../rehearse_helper [--tcp]`, with one end of a socket pair as standard input."""
import json
import os
import sys

OLDEST = (3, 9)

sys.dont_write_bytecode = True


def import_parent():
    """Import the helper as a package, and leave no trace of where it lies in the search path: what the
    user's code imports is to be found as if we were not here."""
    here = os.path.dirname(os.path.realpath(__file__))
    sys.path[:] = [os.path.dirname(here)] + [path for path in sys.path if os.path.realpath(path) != here]
    try:
        from rehearse_helper import parent
    finally:
        del sys.path[0]
    return parent


def refuse_python():
    """Nothing of ours can be imported, so the line is written by hand."""
    message = "Python %d.%d is too old: the helper needs %d.%d or newer" % (sys.version_info[:2] + OLDEST)
    error = {"class": "TooOld", "module": "rehearse_helper", "message": message, "file": None, "line": 0, "column": 0,
             "text": None, "frames": [], "database": None, "statement": None}
    answer = {"failed": "hello", "error": error, "python": sys.version.split()[0], "executable": sys.executable}
    os.write(0, json.dumps(answer).encode("ascii") + b"\n")
    return 3


if __name__ == "__main__":
    arguments, sys.argv = sys.argv[1:], ["alembic"]  # as whom the user's code knows us
    sys.exit(import_parent().main(arguments) if sys.version_info >= OLDEST else refuse_python())
