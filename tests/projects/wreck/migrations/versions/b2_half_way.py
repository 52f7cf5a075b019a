"""dies half way"""
import sqlalchemy as sa
from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.add_column("crates", sa.Column("weight", sa.Integer))
    op.execute("UPDATE crates SET weight = 7")
    op.execute("INSERT INTO crates (id, mark) VALUES (1, 'again')")


def downgrade():
    raise NotImplementedError("crates do not get lighter")
