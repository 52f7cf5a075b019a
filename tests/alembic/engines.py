"""The kinds of database that a scenario can be carried out on: one module each, with the same functions."""
import sqlite_files

try:
    import postgres_databases
except ImportError:  # no psycopg2
    postgres_databases = None

_ENGINES = {module.NAME: module for module in (sqlite_files, postgres_databases) if module}


def has_driver(name):
    return name in _ENGINES


def engine_named(name):
    return _ENGINES[name]


def error_text(err):
    """The core text of a database's error; None of any other exception."""
    for module in _ENGINES.values():
        if isinstance(err, module.Error):
            return module.error_text(err)
    return None
