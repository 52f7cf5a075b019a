if True:
  revision="a"
else:
  revision="b"
