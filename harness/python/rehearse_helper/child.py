"""A cell: answer its requests, one after the other."""
from __future__ import annotations

import io
from typing import Any, Callable, Optional

from alembic.config import Config
from sqlalchemy.util import asbool

from .body import Bodies
from .command import command_find, command_run, list_in_order, tell_revisions
from .connection import Connection, connect, execute
from .create_all import create_all
from .drivers import GUARDS
from .errors import UserFiles, describe
from .guard import DATABASE, Guard
from .lead import Lead
from .project import config_new, driver_choose, project_enter, project_read, url
from .stubs import Stubs
from .throwaway import throwaway_read
from .warm import Later
from .watch import Led, Watch
from .wire import Message, ProtocolError, Wire, field


_Handlers = dict[str, Callable[["Child", Message], Optional[Message]]]


class Cell:
    """What `open` made: the throwaway, the project, and who watches over them."""

    def __init__(self, wire: Wire, request: Message) -> None:
        self.throwaway = throwaway_read(field(request, "database", dict))
        self.project = project_read(field(request, "project", dict, {}))
        self.driver = driver_choose(self.project, self.throwaway, field(request, "driver", str, None))
        self.files = UserFiles(self.project.folder)
        self.guard = Guard(self.throwaway, self.files)
        project_enter(self.project, self.throwaway, self.driver)
        self.stubs = Stubs(self.project.stubs)
        self.watch = Watch(wire, self.guard, self.files, self.stubs)
        self.lead = Lead(self.guard, self.watch)
        self.lead.start()
        tell_revisions(self.watch)
        list_in_order()
        self.guard.raise_guard(GUARDS)

    def config(self, output: io.StringIO, **said: Any) -> Config:
        return config_new(self.project, self.throwaway, self.driver, output, **said)

    @property
    def url(self) -> str:
        return url(self.throwaway, self.driver)


class Child:
    """The loop. Where the driver needs an event loop, all between `connect` and `disconnect` runs within one."""

    def __init__(self, wire: Wire, granted: list[str], later: Later) -> None:
        self._wire = wire
        self._granted = granted
        self._later = later
        self._cell: Optional[Cell] = None
        self._connection: Optional[Connection] = None
        self._bodies: Optional[Bodies] = None  # that run on the connection

    def serve(self) -> None:
        while self._serve_one():
            pass
        self._hang_up()

    @property
    def cell(self) -> Cell:
        if self._cell is None:
            raise ProtocolError("nothing is open yet")
        return self._cell

    @property
    def connection(self) -> Connection:
        if self._connection is None:
            raise ProtocolError("nothing is open yet" if self._cell is None else "there is no connection")
        return self._connection

    def _serve_one(self) -> bool:
        """False: the other side has closed."""
        try:
            request = self._wire.read()
        except ProtocolError as error:
            self._wire.write({"failed": "", "error": describe(error, UserFiles())})
            return True
        if request is None:
            return False
        self._answer(request, _REQUESTS)
        return True

    def _answer_within(self, request: Message, led: Optional[Led]) -> None:
        """A request that comes while an event waits."""
        number = request.setdefault("connection", led.number if led else None)
        answer = self._do({**request, "connection": number}, {"execute": Child._execute})
        self._say(answer or {}, led)

    def _answer(self, request: Message, known: _Handlers) -> None:
        answer = self._do(request, known)
        if answer is not None:
            self._later.tell()
            if self._cell is not None:
                answer = self._conclude(answer, self._cell)
            self._say(answer, self._connection.led if self._connection is not None else None)

    def _do(self, request: Message, known: _Handlers) -> Optional[Message]:
        """The answer; None: what was done has answered by itself."""
        name = str(request.get("do"))
        try:
            if name not in known:
                raise ProtocolError(f"'{name}' is not known here")
            answer = known[name](self, request)
            return None if answer is None else {"done": name, **answer}
        except BaseException as error:
            return self._failed(name, error)

    def _failed(self, name: object, error: BaseException) -> Message:
        return {"failed": name, "error": describe(error, self._cell.files if self._cell is not None else UserFiles())}

    def _conclude(self, answer: Message, cell: Cell) -> Message:
        """What has happened meanwhile and was not to be swallowed: what Rehearse has raised, a refused database."""
        name = answer.get("done", answer.get("failed"))
        raised = cell.watch.end()
        if raised is not None:
            answer = self._failed(name, raised)
        refusals = cell.guard.take_refusals()
        reached = next((one for one in refusals if one.what == DATABASE), None)
        if reached is not None:
            answer = {"failed": name, "error": _placed(reached.error, answer.get("error"))}
        if refusals:
            answer["refused"] = [one.message() for one in refusals]
        stubs = cell.stubs.take_used()
        if stubs:
            answer["stubs_used"] = stubs
        return answer

    def _say(self, answer: Message, led: Optional[Led]) -> None:
        self._wire.write({**answer, "transaction": led.transaction if led is not None else "none"})

    # --- requests ---------------------------------------------------------------------------------

    def _open(self, request: Message) -> Message:
        if self._cell is not None:
            raise ProtocolError("it is open already")
        self._cell = Cell(self._wire, request)
        self._cell.watch.answer = self._answer_within
        driver = self._cell.driver
        return {"driver": driver.name, "driver_version": driver.version(), "guard": self._granted}

    def _connect(self, _request: Message) -> Optional[Message]:
        if self._connection is not None:
            raise ProtocolError("there is a connection already")
        if not self.cell.driver.is_async:
            return self._connect_now()
        import asyncio

        from sqlalchemy.util import greenlet_spawn
        asyncio.run(greenlet_spawn(self._serve_in_loop))
        return None

    def _connect_now(self) -> Message:
        cell = self.cell
        cell.lead.is_own = True
        try:
            self._connection = connect(cell.url, cell.driver.is_async, self._is_future(), cell.watch)
        finally:
            cell.lead.is_own = False
        return {"connection": self._connection.led.number}

    def _serve_in_loop(self) -> None:
        """From `connect` to `disconnect`, both answered here."""
        self._answer({"do": "connect"}, {"connect": lambda child, _: child._connect_now()})
        while self._connection is not None and self._serve_one():
            pass
        self._hang_up()

    def _hang_up(self) -> None:
        """Close what is open, if anything is."""
        connection, self._connection, self._bodies = self._connection, None, None
        if connection is not None:
            connection.close()

    def _is_future(self) -> bool:
        """Whether the configuration asks for SQLAlchemy 2's ways on 1.4."""
        try:
            return bool(asbool(self.cell.config(io.StringIO()).get_main_option("sqlalchemy.future", "false")))
        except Exception:
            return False

    def _execute(self, request: Message) -> Message:
        number = request.get("connection")
        led = self.cell.watch.find(number)
        if self._connection is not None and led is self._connection.led:
            self._connection.begin()
        return execute(led, field(request, "sql", str), field(request, "rows", bool, True))

    def _commit(self, _request: Message) -> Message:
        self.connection.commit()
        return {}

    def _rollback(self, _request: Message) -> Message:
        self.connection.rollback()
        return {}

    def _autocommit(self, request: Message) -> Message:
        self.connection.set_autocommit(field(request, "on", bool))
        return {}

    def _disconnect(self, _request: Message) -> Message:
        if self._connection is None:
            raise ProtocolError("there is no connection")
        self._hang_up()
        return {}

    def _body(self, request: Message) -> Message:
        path, direction = self._body_of(request)
        self._begin_watching(request)
        if self._bodies is None:
            self._bodies = Bodies(self.connection, self.cell.config(io.StringIO()))
        self._bodies.run(path, field(request, "text", str, None), direction, field(request, "configure", dict, {}))
        return {"statements": self.cell.watch.statements}

    def _offline(self, request: Message) -> Message:
        from .offline import offline
        path, direction = self._body_of(request)
        dialect = field(request, "dialect", str)
        self._begin_watching(request)
        return offline(self.cell.config(io.StringIO()), path, field(request, "text", str, None), direction, dialect,
                       field(request, "configure", dict, {}))

    def _body_of(self, request: Message) -> tuple[str, str]:
        """The file, and which function of it."""
        direction = field(request, "direction", str)
        if direction not in ("upgrade", "downgrade"):
            raise ProtocolError(f"a body has no '{direction}'")
        path = field(request, "file", str)
        self.cell.files.add(path)
        return path, direction

    def _alembic(self, request: Message) -> Message:
        if self._connection is not None:
            raise ProtocolError("env.py is to connect by itself: disconnect first")
        name, options = field(request, "command", str), field(request, "options", dict, {})
        output, watch = io.StringIO(), self.cell.watch
        config = self.cell.config(output, cmd=(command_find(name), [], []), **options)
        self._begin_watching(request)
        command_run(config, name, field(request, "arguments", list, []), options, watch)
        return {"output": output.getvalue(), "statements": watch.statements, "connections": watch.connections}

    def _create_all(self, request: Message) -> Message:
        self._begin_watching(request)
        create_all(self.connection, field(request, "target", str))
        return {"statements": self.cell.watch.statements}

    def _fill(self, request: Message) -> Message:
        from .fill import fill
        filled, notes = fill(self.connection, field(request, "rows", list), field(request, "leave", list, []),
                             field(request, "first", int, 1))
        return {"filled": filled, "notes": notes}

    def _begin_watching(self, request: Message) -> None:
        self.cell.watch.begin(tells_statements=field(request, "watch", bool, True))


_REQUESTS: _Handlers = {
    "open": Child._open,
    "connect": Child._connect,
    "execute": Child._execute,
    "commit": Child._commit,
    "rollback": Child._rollback,
    "autocommit": Child._autocommit,
    "disconnect": Child._disconnect,
    "body": Child._body,
    "offline": Child._offline,
    "alembic": Child._alembic,
    "create_all": Child._create_all,
    "fill": Child._fill,
}


def _placed(refused: Message, failed: Optional[Message]) -> Message:
    """The refusal as an error. What it ended with knows more of the place if that is the refusal itself, or if it was refused in
    a thread of the driver's, where no line is the user's."""
    if failed is None:
        return refused
    if (failed["class"], failed["message"]) == (refused["class"], refused["message"]):
        return failed
    if refused["file"] is None:
        return {**refused, **{key: failed[key] for key in ("file", "line", "column", "text", "frames")}}
    return refused
