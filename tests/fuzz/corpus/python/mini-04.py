if False: revision="b"
