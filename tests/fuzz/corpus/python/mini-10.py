revision = "a",
down_revision = []
branch_labels=()
depends_on={"a"}
