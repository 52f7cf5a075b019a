"""crates"""
import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade():
    op.create_table("crates", sa.Column("id", sa.Integer, primary_key=True), sa.Column("mark", sa.Text))
    op.execute("INSERT INTO crates (id, mark) VALUES (1, 'north'), (2, NULL)")


def downgrade():
    op.drop_table("crates")
