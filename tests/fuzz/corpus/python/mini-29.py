revision = f"{x["a"]}"
down_revision = "ok"
