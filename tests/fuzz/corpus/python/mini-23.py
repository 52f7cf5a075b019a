revision = "a" if x else "b"
down_revision = ("a" if x else "b", )
branch_labels = (("x"),)
depends_on = lambda: 3
