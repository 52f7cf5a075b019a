"""The process that imports once and forks for each cell. It runs nothing of the user's but Alembic and SQLAlchemy
themselves, holds no connection, and is never busy: what a child does, it can end at any time."""
from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING, Any, Callable, Iterator, Optional

from . import kernel
from .errors import UserFiles, describe
from .wire import Message, ProtocolError, Wire, field

if TYPE_CHECKING:
    from .warm import Later

PROTOCOL = 1
_OLDEST_ALEMBIC = (1, 8)
_OLDEST_SQLALCHEMY = (1, 4)
_CANNOT_START = 3


class TooOld(Exception):
    """A release that the helper does not know how to drive."""


def main(arguments: list[str]) -> int:
    begun = time.monotonic()
    gc.disable()  # what is imported stays: to look for garbage in it takes a tenth of the start
    _stand_apart()
    wire = Wire(_take_socket())
    try:
        found = _import_alembic()
        from .warm import Later, warm_up
        warm_up(list(found["drivers"]))
    except Exception as error:  # whatever a broken installation raises
        wire.write({"failed": "hello", "error": describe(error, UserFiles()), **_python()})
        return _CANNOT_START
    granted = ["audit"]
    if "--tcp" not in arguments and kernel.cut_network():
        granted.append("network")
    if kernel.forbid_programs():
        granted.append("programs")
    hello = {"hello": PROTOCOL, **_python(), **found, "guard": granted}
    setup_ms = round((time.monotonic() - begun) * 1000)
    Parent(wire, hello, Later()).serve(setup_ms)
    os._exit(0)  # to take apart what was imported takes a tenth of a second


class Parent:
    """Forks and ends children, as it is asked."""

    def __init__(self, wire: Wire, hello: Message, later: Later) -> None:
        self._wire = wire
        self._hello = hello
        self._later = later
        self._children: set[int] = set()
        self._parents: set[int] = set()  # what was split off this one

    def serve(self, setup_ms: int = 0) -> None:
        self._wire.write({**self._hello, "pid": os.getpid(), "setup_ms": setup_ms})
        _share_memory()
        try:
            while True:
                try:
                    request = self._wire.read()
                    if request is None:
                        return
                    answer = self._answer(request)
                except ProtocolError as error:
                    answer = {"failed": "", "error": describe(error, UserFiles())}
                if answer is not None:
                    self._wire.write(answer)
        except (BrokenPipeError, ConnectionResetError):
            pass
        finally:
            for pid in [*self._children, *self._parents]:
                self._end(pid)

    def _answer(self, request: Message) -> Optional[Message]:
        name = request.get("do")
        if name == "fork":
            pid = self._fork(self._be_child)
            self._children.add(pid)
            return {"done": "fork", "pid": pid}
        if name == "split":
            self._split()
            return None  # who has asked is told on the new socket, or finds it closed
        if name == "end":
            pid = field(request, "pid", int)
            if pid not in self._children:
                raise ProtocolError(f"no child {pid}")
            return {"done": "end", "pid": pid, **self._end(pid)}
        raise ProtocolError(f"the parent does not '{name}'")

    def _fork(self, be: Callable[[socket.socket], None]) -> int:
        """What the new process is gets the descriptor that has come."""
        descriptor = self._wire.take_descriptor()
        if descriptor is None:
            raise ProtocolError("no descriptor came with it")
        if self._later.catch_up():
            _share_memory()
        sys.stdout.flush()
        try:
            pid = os.fork()
        except OSError as error:
            os.close(descriptor)
            raise ProtocolError(f"there can be no more processes: {error.strerror}") from error
        if pid == 0:
            self._live(be, descriptor)
        os.close(descriptor)
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)  # the child does the same: whoever comes first
        return pid

    def _split(self) -> None:
        for pid in list(self._parents):
            with contextlib.suppress(ChildProcessError):
                if not os.waitpid(pid, os.WNOHANG)[0]:
                    continue
            self._parents.discard(pid)
        with contextlib.suppress(ProtocolError):
            self._parents.add(self._fork(self._be_parent))

    def _live(self, be: Callable[[socket.socket], None], descriptor: int) -> None:
        """The life of a new process: does not return."""
        status = 1
        try:
            parent_id = os.getppid()
            with contextlib.suppress(OSError):
                os.setpgid(0, 0)
            kernel.die_with_parent()
            if os.getppid() != parent_id:
                return  # it has ended before it could be asked to take us along
            self._wire.close()
            be(socket.socket(fileno=descriptor))
            status = 0
        except BaseException as error:
            from .errors import show
            sys.stderr.write(show(error))
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(status)

    def _be_child(self, end: socket.socket) -> None:
        from .child import Child
        Child(Wire(end), self._hello["guard"], self._later).serve()

    def _be_parent(self, end: socket.socket) -> None:
        """Another one, which has imported all that this one has."""
        Parent(Wire(end), self._hello, self._later).serve()

    def _end(self, pid: int) -> Message:
        ended, status = os.waitpid(pid, os.WNOHANG)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)  # what it has started too
        if not ended:
            _, status = os.waitpid(pid, 0)
        self._children.discard(pid)
        self._parents.discard(pid)
        code = os.waitstatus_to_exitcode(status)
        return {"exit": code} if code >= 0 else {"signal": -code}


def _share_memory() -> None:
    """What is here by now is shared by all that are forked, and stays untouched."""
    gc.freeze()
    gc.enable()


def _stand_apart() -> None:
    """Ctrl-C on the terminal is Rehearse's to hear; there is nobody whom a driver could ask for a password."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        os.setsid()


def _take_socket() -> socket.socket:
    """Standard input is the socket: whatever starts Python for us hands that through. Nobody else is to read it."""
    end = socket.socket(fileno=os.dup(0))
    os.set_inheritable(end.fileno(), False)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return end


def _python() -> Message:
    return {"python": "{}.{}.{}".format(*sys.version_info[:3]), "executable": sys.executable}


def _import_alembic() -> dict[str, Any]:
    with _without("pygments"):  # which Mako would import, to colour its errors
        import alembic
    import sqlalchemy
    _check_release("Alembic", alembic.__version__, _OLDEST_ALEMBIC)
    _check_release("SQLAlchemy", sqlalchemy.__version__, _OLDEST_SQLALCHEMY)
    from .drivers import DRIVERS
    found = {driver.name: driver.version() for driver in DRIVERS}
    return {"alembic": alembic.__version__, "sqlalchemy": sqlalchemy.__version__,
            "drivers": {name: version for name, version in found.items() if version}}


@contextlib.contextmanager
def _without(module: str) -> Iterator[None]:
    """What is imported within finds no such module, as if it were not installed."""
    there = sys.modules.get(module)
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]
        if there is not None:
            sys.modules[module] = there


def _check_release(name: str, version: str, oldest: tuple[int, int]) -> None:
    parts = version.split(".")
    if (int(parts[0]), int(parts[1])) < oldest:
        raise TooOld(f"{name} {version} is too old: the helper needs {oldest[0]}.{oldest[1]} or newer")
