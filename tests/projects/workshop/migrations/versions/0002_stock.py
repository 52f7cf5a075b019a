"""the first tools"""
from alembic import op

revision = "0002"
down_revision = "0001"

STOCK = [("wrench 50%", 1, "12.50"), ("saw: fine", 2, "31.00"), ("file", None, "4.25")]


def upgrade():
    bind = op.get_bind()
    for number, (name, maker, price) in enumerate(STOCK, 1):
        bind.exec_driver_sql(
            "INSERT INTO tools (id, maker_id, name, price) VALUES (%d, %s, '%s', %s)" % (
                number, maker or "NULL", name.replace("%", "%%" if bind.dialect.name != "sqlite" else "%"), price))


def downgrade():
    op.execute("DELETE FROM tools WHERE id <= 3")
