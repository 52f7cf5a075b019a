revision = "a"
down_revision = "b"
 x = 3
