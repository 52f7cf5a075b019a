#!/usr/bin/env python3
"""plain_alembic.py PROJECT URL COMMAND... - Alembic alone: each command ("upgrade head") in turn, on the database at
URL, until one fails. The last line of the output is JSON: the step that failed, its error, and what env.py
configures."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "alembic"))

import engines
from alembic import command, config
from alembic.runtime.environment import EnvironmentContext

configured = {}


def without_driver(url):
    """So that SQLAlchemy takes the one that it takes for a URL that names none, as Rehearse does."""
    return url.replace("postgresql+psycopg2://", "postgresql://")


def remember(self, *args, _configure=EnvironmentContext.configure, **options):
    configured.update((key, options.get(key)) for key in ("version_table", "version_table_schema"))
    return _configure(self, *args, **options)


EnvironmentContext.configure = remember


def configuration(project, url):
    for name in ("alembic.ini", "migrations/alembic.ini"):
        path = os.path.join(project, name)
        if os.path.exists(path):
            settings = config.Config(path)
            break
    else:
        settings = config.Config(toml_file=os.path.join(project, "pyproject.toml"))
    if not settings.get_main_option("script_location"):  # Flask-Migrate's command sets it
        settings.set_main_option("script_location", os.path.dirname(path))
    settings.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return settings


def failure_of(error):
    driver = getattr(error, "orig", None)
    diagnosis = getattr(driver, "diag", None)  # of psycopg, whose errors are none of psycopg2's
    text = engines.error_text(driver) or (diagnosis and diagnosis.message_primary)
    if driver is not None and text:  # else it is SQLAlchemy's own
        return {"class": "DatabaseError", "message": text}
    return {"class": type(error).__name__, "message": str(error)}


def run(project, url, commands):
    """The step that failed, its error, and what env.py configures."""
    failed, error = None, None
    for number, words in enumerate(commands, 1):
        name, target = words.split()
        try:
            getattr(command, name)(configuration(project, url), target)
        except Exception as err:  # whatever it is, it is what is asked for
            failed, error = number, failure_of(err)
            break
    return {"failed_step": failed, "error": error, "configure": configured}


def main(project, url, *commands):
    print("\n" + json.dumps(run(project, url, commands)))


if __name__ == "__main__":
    main(*sys.argv[1:])
