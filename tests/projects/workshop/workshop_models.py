"""The models as they are today, and what revisions take from them."""
import sqlalchemy as sa

metadata = sa.MetaData()
STATES = ["new", "used", "broken"]

makers = sa.Table(
    "makers", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(80), nullable=False, unique=True))
tools = sa.Table(
    "tools", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("maker_id", sa.Integer, sa.ForeignKey("makers.id")),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("price", sa.Numeric(8, 2)),
    sa.Column("slug", sa.Text))
