"""slugs, by a session"""
import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.orm import Session

import workshop_models

revision = "0004"
down_revision = "0003"


def upgrade():
    tools = workshop_models.tools
    assert context.config.get_main_option("script_location")
    with Session(bind=op.get_bind()) as session:
        for number, name in session.execute(sa.select(tools.c.id, tools.c.name).order_by(tools.c.id)).all():
            session.execute(tools.update().where(tools.c.id == number).values(slug=name.split()[0].strip(":")))
        session.flush()
        session.commit()


def downgrade():
    op.execute(workshop_models.tools.update().values(slug=None))
