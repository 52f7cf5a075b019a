"""stalls"""
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("stalls", sa.Column("id", sa.Integer, primary_key=True), sa.Column("owner", sa.String(40)))
    op.execute("INSERT INTO stalls VALUES (1, current_schema())")


def downgrade():
    op.drop_table("stalls")
