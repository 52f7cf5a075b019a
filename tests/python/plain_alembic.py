"""Alembic alone, as a user runs it. Each line of standard input asks for one run, as JSON: `folder`, `env`, `ini`, `command`,
`arguments`. It is had in a fork of this process, which has imported Alembic and nothing else; the line that answers says how
it ended, or what it died of."""
import json
import os
import sys
import traceback

from alembic import command
from alembic.config import Config

sys.dont_write_bytecode = True


def main():
    for line in sys.stdin:
        answer, ours = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(answer)
            run(json.loads(line), ours)
        os.close(ours)
        with open(answer, encoding="utf-8") as text:
            said = text.read()
        _, status = os.waitpid(pid, 0)
        print(said or json.dumps({"died": status}), flush=True)


def run(asked, answer):
    """In the fork; does not return."""
    status = 1
    try:
        os.dup2(2, 1)  # what migrations print is no answer
        os.chdir(asked["folder"])
        os.environ.update(asked["env"])
        with open(answer, "w", encoding="utf-8") as text:
            json.dump({"ending": ending(asked)}, text)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def ending(asked):
    """The class and the message of the error that it ended with; None: it went well."""
    try:
        getattr(command, asked["command"])(Config(asked["ini"]), *asked["arguments"])
    except Exception as error:
        told = getattr(error, "orig", None) or error
        fields = told.args[0] if told.args and isinstance(told.args[0], dict) else {}  # as pg8000 has the server's message
        return [type(error).__name__, fields.get("M") or str(told).strip().split("\n")[0]]
    return None


main()
