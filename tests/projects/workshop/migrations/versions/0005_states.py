"""the state a tool is in; what the database has decides how"""
import sqlalchemy as sa
from alembic import op

from workshop_models import STATES

revision = "0005"
down_revision = "0004"


def upgrade():
    bind = op.get_bind()
    if "state" in [column["name"] for column in sa.inspect(bind).get_columns("tools")]:
        return
    states = sa.Enum(*STATES, name="tool_state")
    if bind.dialect.name == "postgresql":
        states.create(bind)
        with op.get_context().autocommit_block():
            op.execute("ALTER TYPE tool_state ADD VALUE 'lost'")
        op.add_column("tools", sa.Column("state", states, nullable=True))
    else:
        op.add_column("tools", sa.Column("state", sa.String(10), nullable=True))
    op.execute(sa.text("UPDATE tools SET state = :state WHERE id = :id").bindparams(state="used", id=2))


def downgrade():
    with op.batch_alter_table("tools") as batch:
        batch.drop_column("state")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TYPE tool_state")
