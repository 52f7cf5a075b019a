"""visits: the table itself was made by hand, long before there were migrations"""
import sqlalchemy as sa
from alembic import op

revision = "a100"
down_revision = None


def upgrade():
    op.create_table("guides", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("visitors", sa.Column("guide_id", sa.Integer))


def downgrade():
    op.drop_table("guides")
