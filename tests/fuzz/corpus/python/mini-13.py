revision = "é"
