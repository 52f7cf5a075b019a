"""fog signals, which cannot be taken back"""
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("fog", sa.Column("lamp_id", sa.Integer, sa.ForeignKey("lamps.id"), primary_key=True))


def downgrade():
    raise NotImplementedError("there is no silence after a fog signal")
