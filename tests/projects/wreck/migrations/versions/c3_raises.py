"""raises what is no error of a database"""
from alembic import op

revision = "c3"
down_revision = "a1"
branch_labels = ("careful",)


def upgrade():
    count = op.get_bind().exec_driver_sql("SELECT count(*) FROM crates WHERE mark IS NULL").scalar()
    op.execute("UPDATE crates SET mark = 'seen' WHERE mark IS NOT NULL")
    if count:
        raise ValueError("%d crates without a mark" % count)


def downgrade():
    pass
