"""ranges, filled by a Session and narrowed in batch mode"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("lamps", sa.Column("miles", sa.Integer))
    session = Session(bind=op.get_bind())
    lamps = sa.Table("lamps", sa.MetaData(), autoload_with=op.get_bind())
    for number, place in session.execute(sa.select(lamps.c.id, lamps.c.place).order_by(lamps.c.id)).all():
        session.execute(lamps.update().where(lamps.c.id == number).values(miles=10 * number + len(place)))
    session.flush()
    with op.batch_alter_table("lamps") as batch:
        batch.alter_column("miles", existing_type=sa.Integer, nullable=False)


def downgrade():
    with op.batch_alter_table("lamps") as batch:
        batch.drop_column("miles")
