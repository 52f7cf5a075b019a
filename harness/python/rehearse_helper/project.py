"""What `open` says of the project, and the configuration that Alembic gets of it."""
from __future__ import annotations

import inspect
import os
import re
import sys
from argparse import Namespace
from dataclasses import dataclass, field as default
from typing import Any, Optional, TextIO

from alembic.config import Config
from sqlalchemy.engine import URL, make_url

from . import discretion
from .drivers import Driver, driver_find, drivers_of
from .throwaway import SQLITE, Throwaway
from .wire import Message, ProtocolError, field


class NoDriver(Exception):
    """The user's Python has nothing to connect with."""


@dataclass(frozen=True)
class Project:
    """All may be left out."""

    folder: Optional[str] = None
    config: Optional[str] = None
    section: str = "alembic"
    script_location: Optional[str] = None
    version_locations: Optional[list[str]] = None
    prepend_sys_path: list[str] = default(default_factory=list)
    x: list[str] = default(default_factory=list)
    env: dict[str, str] = default(default_factory=dict)
    stubs: list[str] = default(default_factory=list)


def project_read(message: Message) -> Project:
    return Project(
        folder=field(message, "folder", str, None),
        config=field(message, "config", str, None),
        section=field(message, "section", str, "alembic"),
        script_location=field(message, "script_location", str, None),
        version_locations=field(message, "version_locations", list, None),
        prepend_sys_path=field(message, "prepend_sys_path", list, []),
        x=field(message, "x", list, []),
        env=field(message, "env", dict, {}),
        stubs=field(message, "stubs", list, []),
    )


def project_enter(project: Project, throwaway: Throwaway, driver: Driver) -> None:
    """Working folder, search path and environment, as the user's shell would have them."""
    if project.folder:
        os.chdir(project.folder)
    sys.path[:0] = project.prepend_sys_path
    for name in _LIBPQ_VARIABLES:
        os.environ.pop(name, None)
    for name, template in project.env.items():
        os.environ[name] = _fill(name, template, throwaway, driver)
    discretion.remember(throwaway.password)
    discretion.remember_environment()


# They would have a say in where libpq connects, or as whom, beside what it is told.
_LIBPQ_VARIABLES = ("PGSERVICE", "PGSERVICEFILE", "PGSYSCONFDIR", "PGOPTIONS", "PGHOSTADDR", "PGPASSFILE", "PGSSLMODE",
                    "PGREQUIRESSL", "PGTARGETSESSIONATTRS", "PGCHANNELBINDING", "PGREQUIREAUTH", "PGGSSENCMODE")


def config_new(project: Project, throwaway: Throwaway, driver: Driver, output: TextIO, **said: Any) -> Config:
    """The project's configuration, its URL the throwaway's, so that nobody reads another one there. `said` is what
    else env.py may look for among the options of the command line."""
    options = Namespace(x=list(project.x) or None, name=project.section, config=project.config, raiseerr=True, **said)
    keywords: dict[str, Any] = {"ini_section": project.section, "stdout": output, "output_buffer": output,
                                "cmd_opts": options}
    if project.config and project.config.endswith(".toml"):
        if "toml_file" in inspect.signature(Config).parameters:
            keywords["toml_file"] = project.config
    elif project.config:
        keywords["file_"] = project.config
    config = Config(**keywords)
    _set(config, "sqlalchemy.url", url(throwaway, driver))
    if project.script_location:
        _set(config, "script_location", project.script_location)
    if project.version_locations is not None:
        _set(config, "version_locations", os.pathsep.join(project.version_locations))
        _set(config, "version_path_separator", "os")
        _set(config, "path_separator", "os")
    return config


def _set(config: Config, name: str, value: str) -> None:
    config.set_main_option(name, value.replace("%", "%%"))


def driver_choose(project: Project, throwaway: Throwaway, wanted: Optional[str]) -> Driver:
    """The one that is wanted; else the URL's; else what SQLAlchemy takes without a word; else the first that is there."""
    backend = throwaway.backend
    if wanted:
        driver = driver_find(backend, wanted)
        if driver is None:
            raise ProtocolError(f"no driver '{wanted}' for {throwaway.kind}")
        if driver.version() is None:
            raise NoDriver(f"{wanted} is not installed: pip install {driver.distributions[0]}")
        return driver
    for driver in [_driver_of_url(project, backend), _usual_driver(backend), *drivers_of(backend)]:
        if driver is not None and driver.version() is not None:
            return driver
    raise NoDriver("no driver for PostgreSQL is installed (psycopg2, psycopg, pg8000, asyncpg): "
                   f"pip install {drivers_of(backend)[0].distributions[0]}")


def _driver_of_url(project: Project, backend: str) -> Optional[Driver]:
    """The driver that the configuration's own URL names, if it is for this kind of database and can be told."""
    if not project.config:
        return None
    try:
        text = Config(project.config, ini_section=project.section).get_main_option("sqlalchemy.url")
        named = make_url(text or "")
        if named.get_backend_name() != backend:
            return None
        return driver_find(backend, named.get_driver_name()) if "+" in named.drivername else None
    except Exception:  # a URL that is filled in elsewhere, a file that only Alembic's own words should refuse
        return None


def _usual_driver(backend: str) -> Optional[Driver]:
    """That of a URL that names none: for PostgreSQL psycopg2, from SQLAlchemy 2.1 on psycopg."""
    return driver_find(backend, make_url(f"{backend}://").get_driver_name())


def url(throwaway: Throwaway, driver: Driver) -> str:
    """The throwaway's, as SQLAlchemy takes it."""
    name = driver.dialect_name.replace("_async", "")
    if throwaway.kind == SQLITE:
        return f"sqlite:///{throwaway.path}" if driver.name == "sqlite3" else f"sqlite+{name}:///{throwaway.path}"
    query: dict[str, str] = {}
    host: Optional[str] = throwaway.host
    if throwaway.socket_path and driver.name == "pg8000":
        query, host = {"unix_sock": throwaway.socket_path}, None
    elif throwaway.socket_path:
        query, host = {"host": throwaway.host, "port": str(throwaway.port)}, None
    made = URL.create(f"postgresql+{name}", throwaway.user, throwaway.password or None, host,
                      None if host is None else throwaway.port, throwaway.database, query)
    return made.render_as_string(hide_password=False)


def _fill(name: str, template: str, throwaway: Throwaway, driver: Driver) -> str:
    values = {
        "url": lambda: url(throwaway, driver),
        "async_url": lambda: url(throwaway, _async_driver(throwaway, driver)),
        "host": lambda: throwaway.host, "port": lambda: str(throwaway.port), "user": lambda: throwaway.user,
        "password": lambda: throwaway.password, "database": lambda: throwaway.database or throwaway.path,
        "path": lambda: throwaway.path,
    }

    def value(match: re.Match[str]) -> str:
        word = match.group(1)
        if match.group(0) in ("{{", "}}"):
            return match.group(0)[0]
        if word not in values:
            raise ProtocolError(f"environment variable {name}: nothing is called '{{{word}}}'")
        return values[word]()

    return re.sub(r"\{\{|\}\}|\{(\w+)\}", value, template)


def _async_driver(throwaway: Throwaway, driver: Driver) -> Driver:
    for one in [driver] + drivers_of(throwaway.backend):
        if one.is_async and one.version() is not None:
            return one
    raise NoDriver(f"no asynchronous driver for {throwaway.kind} is installed")
