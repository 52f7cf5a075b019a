revision = "a
