"""tools and who makes them"""
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    makers = op.create_table(
        "makers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.UniqueConstraint("name", name="makers_name_key"))
    op.create_table(
        "tools",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("maker_id", sa.Integer, sa.ForeignKey("makers.id", name="tools_maker_id_fkey")),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("price", sa.Numeric(8, 2), nullable=False, server_default="0"))
    op.create_index("ix_tools_name", "tools", ["name"])
    op.bulk_insert(makers, [{"id": 1, "name": "Bahco"}, {"id": 2, "name": "Stahlwille"}])


def downgrade():
    op.drop_index("ix_tools_name", table_name="tools")
    op.drop_table("tools")
    op.drop_table("makers")
