"""needs what is not installed"""
from alembic import op

from celery_of_nobody import shared_task  # noqa: not installed where migrations are tried

revision = "d4"
down_revision = "a1"


@shared_task(name="sweep")
def sweep():
    pass


def upgrade():
    op.execute("UPDATE crates SET mark = 'queued' WHERE id = 1")


def downgrade():
    op.execute("UPDATE crates SET mark = 'north' WHERE id = 1")
