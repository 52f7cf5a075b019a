revision="a"
if X: revision="b"
