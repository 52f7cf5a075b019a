"""Messages: one JSON object a line, on a stream socket."""
from __future__ import annotations

import json
import os
import socket
from typing import Any, Optional

Message = dict[str, Any]

_AT_ONCE = 1 << 16


class ProtocolError(Exception):
    """What Rehearse said is no request, or is out of place."""


class Wire:
    """One socket, read line by line. Descriptors that come with bytes are kept until they are asked for."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._unread = bytearray()
        self._descriptors: list[int] = []

    def read(self) -> Optional[Message]:
        """The next message; None when the other side has closed."""
        while True:
            line, found, rest = self._unread.partition(b"\n")
            if found:
                self._unread = rest
                return _message(bytes(line))
            if not self._receive():
                return None

    def write(self, message: Message) -> None:
        # ensure_ascii: whatever a user's text holds, a line is a line.
        self._socket.sendall(json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n")

    def take_descriptor(self) -> Optional[int]:
        return self._descriptors.pop(0) if self._descriptors else None

    def close(self) -> None:
        self._socket.close()
        while self._descriptors:
            os.close(self._descriptors.pop())

    def _receive(self) -> bool:
        try:
            received, descriptors, _, _ = socket.recv_fds(self._socket, _AT_ONCE, 4)
        except ConnectionResetError:
            return False
        self._descriptors += descriptors
        self._unread += received
        return bool(received)


def _message(line: bytes) -> Message:
    try:
        message = json.loads(line)
    except ValueError as error:
        raise ProtocolError(f"no JSON: {error}") from None
    if not isinstance(message, dict):
        raise ProtocolError("no JSON object")
    return message


def field(message: Message, name: str, kind: type, default: Any = ...) -> Any:
    """A field of a request, of the type it must have; `default` where it is left out or null."""
    value = message.get(name)
    if value is None:
        if default is ...:
            raise ProtocolError(f"'{name}' is missing")
        return default
    if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
        raise ProtocolError(f"'{name}' must be of type {kind.__name__}")
    return value
