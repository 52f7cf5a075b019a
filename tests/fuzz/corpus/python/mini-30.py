x = f"{
revision = "a"
down_revision = "b"
