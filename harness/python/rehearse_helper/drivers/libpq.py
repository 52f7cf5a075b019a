"""What psycopg2 and psycopg share: the arguments of libpq."""
from __future__ import annotations

from typing import Any

from ..throwaway import Throwaway

# Where to go, as whom, and how that is proven is not for env.py to say.
LIBPQ_OPTIONS = frozenset(("options", "application_name", "fallback_application_name", "client_encoding", "connect_timeout",
                           "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count"))


def libpq_arguments(throwaway: Throwaway, wanted: dict[str, Any]) -> dict[str, Any]:
    options = " ".join(part for part in (wanted.get("options"), throwaway.options) if part)
    arguments = {"host": throwaway.host, "port": throwaway.port, "user": throwaway.user, "dbname": throwaway.database,
                 "password": throwaway.password, "options": options}
    return {key: value for key, value in arguments.items() if value}


def split_notice(text: str) -> tuple[str, str]:
    """'NOTICE:  table "t" does not exist, skipping' and what more lines say."""
    severity, _, rest = text.partition(":")
    return severity.strip(), rest.strip().partition("\n")[0]
