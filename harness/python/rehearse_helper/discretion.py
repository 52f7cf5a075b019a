"""No password is ever told: what is known to be one is struck from every text that leaves."""
from __future__ import annotations

import os
import re
from typing import Optional
from urllib.parse import quote, quote_plus

_STRUCK = "***"
_SHORTEST = 3  # a shorter one would strike letters of innocent words
_IN_URL = re.compile(r"(\w[\w+.-]*://[^\s:/@'\"]*):[^\s@'\"]*@")
_IN_DSN = re.compile(r"(\bpassword\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s,;)]+)", re.IGNORECASE)

_SECRET_NAME = re.compile(r"PASS|SECRET|TOKEN|CREDENTIAL|API_?KEY", re.IGNORECASE)
_SHORTEST_VALUE = 6  # of an environment variable: "yes" and "none" are no secrets

_known: set[str] = set()


def remember(secret: object) -> None:
    """From here on this is a password."""
    if isinstance(secret, bytes):
        secret = secret.decode("utf-8", "replace")
    if isinstance(secret, str) and len(secret) >= _SHORTEST:
        _known.update({secret, quote(secret, safe=""), quote_plus(secret)})


def remember_environment() -> None:
    """What variables hold that are called like secrets."""
    for name, value in os.environ.items():
        if _SECRET_NAME.search(name) and len(value) >= _SHORTEST_VALUE:
            remember(value)


def strike(text: Optional[str]) -> Optional[str]:
    """The text without passwords: the known ones, and what stands where one would."""
    if not text:
        return text
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, _STRUCK)
    return _IN_DSN.sub(rf"\1{_STRUCK}", _IN_URL.sub(rf"\1:{_STRUCK}@", text))
