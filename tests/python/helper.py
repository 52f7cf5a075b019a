"""The other side of the protocol: what Rehearse does in C, for tests."""
from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Optional

HELPER = Path(__file__).resolve().parents[2] / "harness" / "python" / "rehearse_helper"
TIMEOUT_S = 30

Message = dict[str, Any]


class Failed(AssertionError):
    """A request was answered by `failed`."""

    def __init__(self, answer: Message) -> None:
        super().__init__(json.dumps(answer, indent=1))
        self.answer = answer
        self.error: Message = answer["error"]


class Line:
    """One socket."""

    def __init__(self, end: socket.socket) -> None:
        end.settimeout(TIMEOUT_S)
        self.socket = end
        self._lines = end.makefile("r", encoding="ascii", newline="\n")

    def write(self, message: Message, descriptor: Optional[int] = None) -> None:
        line = json.dumps(message).encode("ascii") + b"\n"
        if descriptor is None:
            self.socket.sendall(line)
        else:
            socket.send_fds(self.socket, [line], [descriptor])

    def read(self) -> Message:
        line = self._lines.readline()
        if not line:
            raise EOFError("the helper has closed its socket")
        return json.loads(line)

    def close(self) -> None:
        self._lines.close()
        self.socket.close()


class Parent:
    """Whoever forks cells, which speaks first."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.hello = line.read()

    def fork(self) -> Cell:
        line = self._send_end("fork")
        answer = self.line.read()
        assert answer["done"] == "fork", answer
        return Cell(self, answer["pid"], line)

    def end(self, pid: int) -> Message:
        self.line.write({"do": "end", "pid": pid})
        return self.line.read()

    def split(self) -> Parent:
        return Parent(self._send_end("split"))

    def _send_end(self, do: str) -> Line:
        """Send one end of a new socket; the other one."""
        ours, theirs = socket.socketpair()
        with theirs:
            self.line.write({"do": do}, theirs.fileno())
        return Line(ours)


class Helper(Parent):
    """A helper process."""

    def __init__(self, *arguments: str, python: str = sys.executable, env: Optional[dict[str, str]] = None) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen([python, "-B", str(HELPER), *arguments], stdin=theirs, cwd="/",
                                            env={**os.environ, "PYTHONHASHSEED": "0", **(env or {})})
        super().__init__(Line(ours))

    def close(self) -> None:
        self.line.close()
        try:
            self.process.wait(TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            raise


class Cell:
    """A child. `events` are those of the last request; `answer` may say something else than go to one."""

    def __init__(self, helper: Parent, pid: int, line: Line) -> None:
        self.helper, self.pid, self.line = helper, pid, line
        self.events: list[Message] = []

    def ask(self, do: str, say: Optional[Callable[[Message], Optional[Message]]] = None, **fields: Any) -> Message:
        """The answer, which must be `done`."""
        self.events = []
        self.line.write({"do": do, **fields})
        while True:
            message = self.line.read()
            if "event" in message:
                self.events.append(message)
                self.line.write((say and say(message)) or {"say": "go"})
            elif "failed" in message:
                raise Failed(message)
            else:
                assert message["done"] == do, message
                return message

    def execute(self, sql: str, **fields: Any) -> list[list[Optional[str]]]:
        return self.ask("execute", sql=sql, **fields)["rows"]

    def execute_within(self, sql: str) -> Message:
        """While an event waits."""
        self.line.write({"do": "execute", "sql": sql})
        return self.line.read()

    def statements(self) -> list[str]:
        return [event["sql"] for event in self.events if event["event"] == "statement"]

    def close(self) -> Message:
        self.line.close()
        return self.helper.end(self.pid)
