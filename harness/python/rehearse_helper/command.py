"""Run one of Alembic's own commands, in process, with the project's env.py."""
from __future__ import annotations

import functools
import sys
from typing import Any, Callable

import alembic
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import HeadMaintainer, MigrationContext, RevisionStep
from alembic.script import Script

from .errors import describe
from .watch import Watch
from .wire import ProtocolError

# Those that have nothing to do without a database.
_NEED_DATABASE = frozenset(("upgrade", "downgrade", "stamp", "current", "check", "ensure_version"))


class NothingArrived(Exception):
    """env.py ran to its end, and nothing of it was seen in the throwaway."""


def command_find(name: str) -> Callable[..., Any]:
    function = getattr(command, name, None)
    if name.startswith("_") or not callable(function) or getattr(function, "__module__", "") != command.__name__:
        raise ProtocolError(f"Alembic has no command '{name}'")
    return function  # type: ignore[no-any-return]


def command_run(config: Config, name: str, arguments: list[Any], options: dict[str, Any], watch: Watch) -> None:
    sys.argv[:] = ["alembic", name, *map(str, arguments)]  # env.py files look there too
    command_find(name)(config, *arguments, **options)
    if not watch.connections and name in _NEED_DATABASE and not options.get("sql"):
        raise NothingArrived(f"env.py came to its end without a connection: {name} reached no database")


def list_in_order() -> None:
    """Have revision files loaded in the order of their names. Up to 1.9 Alembic takes them as the file system has them, so that
    two machines may run two heads in two orders."""
    if [int(part) for part in alembic.__version__.split(".")[:2]] < [1, 10]:
        find = getattr(Script, "_list_py_dir")
        setattr(Script, "_list_py_dir", classmethod(lambda _cls, *arguments: sorted(find(*arguments))))


def tell_revisions(watch: Watch) -> None:
    """Have a plan told, and each step of it: before its body, and when its version rows are written. Alembic has no hook
    for the first two; the places are the same from 1.8 on."""
    setattr(MigrationContext, "__init__", _with_told_plan(MigrationContext.__init__, watch))
    setattr(RevisionStep, "__init__", _with_told_body(RevisionStep.__init__, watch))
    setattr(HeadMaintainer, "update_to_step", _with_told_end(HeadMaintainer.update_to_step, watch))


def _with_told_plan(init: Callable[..., None], watch: Watch) -> Callable[..., None]:
    @functools.wraps(init)
    def call(context: MigrationContext, *arguments: Any, **keywords: Any) -> None:
        init(context, *arguments, **keywords)
        make = context._migrations_fn
        if make is None:
            return

        def told(*arguments: Any) -> Any:
            steps = list(make(*arguments))
            if steps and all(isinstance(step, RevisionStep) for step in steps):  # and no stamps
                watch.tell({"event": "plan", "steps": [_shown(step) for step in steps]}, watch.last())
            return steps

        context._migrations_fn = told
    return call


def _shown(step: RevisionStep) -> dict[str, Any]:
    return {"revision": step.revision.revision, "direction": "upgrade" if step.is_upgrade else "downgrade",
            "from": list(step.from_revisions), "to": list(step.to_revisions)}


def _with_told_body(init: Callable[..., None], watch: Watch) -> Callable[..., None]:
    @functools.wraps(init)
    def call(step: RevisionStep, *arguments: Any, **keywords: Any) -> None:
        init(step, *arguments, **keywords)
        body = step.migration_fn

        def told(**keywords: Any) -> Any:
            _tell(watch, step, False)
            try:
                return body(**keywords)
            except Exception as error:
                _tell(watch, step, True, error)
                raise

        step.migration_fn = told
    return call


def _with_told_end(update: Callable[..., None], watch: Watch) -> Callable[..., None]:
    @functools.wraps(update)
    def call(heads: HeadMaintainer, step: Any) -> None:
        update(heads, step)
        if isinstance(step, RevisionStep):
            _tell(watch, step, True)
    return call


def _tell(watch: Watch, step: RevisionStep, is_after: bool, error: Any = None) -> None:
    watch.tell({"event": "revision", "revision": step.revision.revision,
                "direction": "upgrade" if step.is_upgrade else "downgrade", "is_after": is_after,
                "error": describe(error, watch.files) if error else None}, watch.last())
