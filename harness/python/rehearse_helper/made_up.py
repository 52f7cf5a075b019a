"""Values made up for columns: SQL literals that a column of the type takes, different for each number."""
from __future__ import annotations

import re
from typing import Any, Iterator, Optional

NULL = "NULL"

_LITERAL_TEXT = re.compile(r"'((?:[^']|'')*)'")
_LITERAL_NUMBER = re.compile(r"(?<![\w.'])-?\d+(?:\.\d+)?(?![\w'])")


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def made_up(name: str, type_: Any, number: int, backend: str) -> Optional[str]:
    """A literal for a column of that name; None: nobody here knows what such a type takes."""
    kind = type(type_).__name__.upper()
    enums = getattr(type_, "enums", None)
    if enums:
        return quoted(enums[(number - 1) % len(enums)])
    if kind == "ARRAY":
        element = made_up(name, type_.item_type, number, backend)
        return None if element is None else quoted("{" + element.strip("'") + "}")
    if kind == "DOMAIN":
        return made_up(name, type_.data_type, number, backend)
    text = _of_kind(kind, name, type_, number)
    if text is None:
        return None
    if backend == "sqlite" and text.lstrip("-").replace(".", "", 1).isdigit() and not _is_text(kind):
        return text
    return quoted(text)  # PostgreSQL takes any literal for any type, as long as nobody says what it is


def alternatives(checks: list[str], type_: Any) -> Iterator[str]:
    """Literals that a check constraint itself mentions, and their neighbours: one of them may satisfy it."""
    is_text = _is_text(type(type_).__name__.upper()) or bool(getattr(type_, "enums", None))
    for check in checks:
        for text in _LITERAL_TEXT.findall(check):
            yield f"'{text}'"
        for number in _LITERAL_NUMBER.findall(_LITERAL_TEXT.sub("''", check)):
            if is_text:
                length = int(float(number))
                yield from (quoted("x" * n) for n in (length, length + 1, length - 1) if 0 <= n <= 1000)
            else:
                yield from (number, _moved(number, 1), _moved(number, -1))


def _moved(number: str, by: int) -> str:
    return str(float(number) + by if "." in number else int(number) + by)


def _is_text(kind: str) -> bool:
    return kind in ("VARCHAR", "TEXT", "CHAR", "NVARCHAR", "NCHAR", "STRING", "CITEXT", "NAME", "CLOB", "ENUM")


def _of_kind(kind: str, name: str, type_: Any, number: int) -> Optional[str]:
    """What the literal holds."""
    if _is_text(kind):
        length = getattr(type_, "length", None)
        text = f"{name} {number}"
        return text if length is None or len(text) <= length else str(number)[-length:].rjust(min(length, 4), "x")[-length:]
    if kind in ("INTEGER", "BIGINT", "SMALLINT", "INT", "NUMERIC", "DECIMAL", "OID"):
        precision, scale = getattr(type_, "precision", None), getattr(type_, "scale", None) or 0
        whole = 10 ** max((precision or 9) - scale, 0)
        return str(number % whole) if whole > 1 else "0"
    if kind in ("FLOAT", "REAL", "DOUBLE", "DOUBLE_PRECISION", "MONEY"):
        return f"{number}.5"
    if kind == "BOOLEAN":
        return str(number % 2)
    day, second = f"20{number % 80 + 10:02}-01-{number % 28 + 1:02}", f"{number % 24:02}:{number % 60:02}:00"
    fixed = {
        "DATE": day, "DATETIME": f"{day} {second}", "TIMESTAMP": f"{day} {second}", "TIME": second,
        "INTERVAL": f"{number} days", "UUID": f"00000000-0000-4000-8000-{number:012}",
        "JSON": f'{{"n": {number}}}', "JSONB": f'{{"n": {number}}}', "HSTORE": f"n=>{number}",
        "BLOB": f"{number:04}", "BYTEA": f"{number:04}", "BINARY": f"{number:04}", "VARBINARY": f"{number:04}",
        "INET": f"10.0.{number // 250 % 250}.{number % 250}", "CIDR": f"10.{number // 250 % 250}.{number % 250}.0/24",
        "MACADDR": f"02:00:00:00:{number // 250 % 250:02x}:{number % 250:02x}",
        "MACADDR8": f"02:00:00:00:00:00:{number // 250 % 250:02x}:{number % 250:02x}",
        "TSVECTOR": f"{name} {number}", "TSQUERY": f"{name}", "XML": f"<n>{number}</n>",
        "INT4RANGE": f"[{number},{number + 1})", "INT8RANGE": f"[{number},{number + 1})",
        "NUMRANGE": f"[{number},{number + 1})", "DATERANGE": f"[{day},{day}]", "TSRANGE": f"[{day},{day} 23:00)",
        "TSTZRANGE": f"[{day},{day} 23:00)",
    }
    if kind == "BIT":
        length = getattr(type_, "length", None) or 1
        return format(number % 2 ** min(length, 30), f"0{length}b")
    return fixed.get(kind)
