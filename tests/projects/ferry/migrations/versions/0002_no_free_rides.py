"""no free rides: breaks where there has been one"""
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("INSERT INTO crossings (id, fare) VALUES (2, 0)")
    with op.batch_alter_table("crossings") as batch:
        batch.create_check_constraint("ck_fare", sa.text("fare > 0"))


def downgrade():
    raise RuntimeError("what was paid is paid")
