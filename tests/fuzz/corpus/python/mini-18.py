try:
  revision="a"
except E:
  revision="b"
