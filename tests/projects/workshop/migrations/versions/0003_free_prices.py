"""a price may be unknown, and there is a slug"""
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    with op.batch_alter_table("tools") as batch:
        batch.alter_column("price", existing_type=sa.Numeric(8, 2), nullable=True, server_default=None)
        batch.add_column(sa.Column("slug", sa.Text))
    op.execute("UPDATE tools SET price = NULL WHERE price < 5")


def downgrade():
    op.execute("UPDATE tools SET price = 0 WHERE price IS NULL")
    with op.batch_alter_table("tools") as batch:
        batch.drop_column("slug")
        batch.alter_column("price", existing_type=sa.Numeric(8, 2), nullable=False, server_default="0")
