revision = f"a"
down_revision = b"x"
branch_labels = "a" + "b"
depends_on = get("x")
