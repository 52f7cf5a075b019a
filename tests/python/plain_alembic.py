"""Alembic alone, as a user runs it: plain_alembic.py INI COMMAND ARGUMENT... The last line says how it ended, as JSON."""
import json
import sys

from alembic import command
from alembic.config import Config

sys.dont_write_bytecode = True
ending = None
try:
    getattr(command, sys.argv[2])(Config(sys.argv[1]), *sys.argv[3:])
except Exception as error:
    told = getattr(error, "orig", None) or error
    fields = told.args[0] if told.args and isinstance(told.args[0], dict) else {}  # as pg8000 has the server's message
    ending = [type(error).__name__, fields.get("M") or str(told).strip().split("\n")[0]]
print(json.dumps(ending))
