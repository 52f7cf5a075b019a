"""lamps"""
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    lamps = op.create_table(
        "lamps",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("place", sa.String(40), nullable=False),
        sa.Column("lit", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.bulk_insert(lamps, [{"id": 1, "place": "north"}, {"id": 2, "place": "south"}])


def downgrade():
    op.drop_table("lamps")
