def f():
  revision="a"
class A:
  revision="b"
