"""fees, where the second tenant's rows are in the way"""
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("stalls", sa.Column("fee", sa.Integer))
    op.execute("UPDATE stalls SET fee = 5 WHERE owner = 'east'")


def downgrade():
    op.drop_column("stalls", "fee")
