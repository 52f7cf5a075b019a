revision = "a"
revision += "b"
