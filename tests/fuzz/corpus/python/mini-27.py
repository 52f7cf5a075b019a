if x:
	revision = "a"
        revision = "b"
