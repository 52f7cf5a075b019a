revision = "x"
del revision
down_revision = (None,)
branch_labels = a.b.c
depends_on = a["x"]
