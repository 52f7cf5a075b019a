"""Types of our own, as many projects have them."""
import json

import sqlalchemy as sa


class Json(sa.types.TypeDecorator):
    """A value as JSON: JSONB where there is such a thing."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect):
        if dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import JSONB
            return dialect.type_descriptor(JSONB())
        return dialect.type_descriptor(sa.Text())

    def process_bind_param(self, value, dialect):
        return value if dialect.name == "postgresql" else json.dumps(value, sort_keys=True)


class Money(sa.types.TypeDecorator):
    impl = sa.Numeric(12, 2)
    cache_ok = True
