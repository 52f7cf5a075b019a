revision = down_revision = "q"
