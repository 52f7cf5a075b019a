"""crossings, with types of our own"""
import sqlalchemy as sa
from alembic import op
from ferry.types import Json, Money

revision = "0001"
down_revision = None


def upgrade():
    crossings = op.create_table(
        "crossings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("fare", Money(), nullable=False, server_default="0"),
        sa.Column("notes", Json()),
        sa.Column("state", sa.Enum("planned", "sailed", name="crossing_state"), server_default="planned"),
    )
    op.bulk_insert(crossings, [{"id": 1, "fare": 12, "notes": {"wind": "west", "100%": [1, None]}}])


def downgrade():
    op.drop_table("crossings")  # on PostgreSQL the type stays
