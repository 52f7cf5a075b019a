"""Which of the packages that matter an interpreter has, as JSON."""
import importlib
import json

NAMES = ("alembic", "sqlalchemy", "psycopg2", "psycopg", "pg8000", "asyncpg", "sqlite3", "aiosqlite")
found = {}
for name in NAMES:
    try:
        found[name] = getattr(importlib.import_module(name), "__version__", "there")
    except ImportError:
        pass
print(json.dumps(found))
