"""Where the database is: DATABASE_URL, else production's parts."""
import os

from sqlalchemy.engine import URL

SCHEMA = os.environ.get("VERSION_SCHEMA") or None


def url():
    if "DATABASE_URL" in os.environ:
        return os.environ["DATABASE_URL"]
    return URL.create("postgresql", "captain", "not-to-be-told", "harbour.example.org", database="ferry").render_as_string(
        hide_password=False)
