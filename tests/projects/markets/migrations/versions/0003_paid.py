"""everybody pays"""
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.alter_column("stalls", "fee", existing_type=sa.Integer, nullable=False)  # the second tenant's fees are not known


def downgrade():
    op.alter_column("stalls", "fee", existing_type=sa.Integer, nullable=True)
