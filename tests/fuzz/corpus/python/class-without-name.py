x
  revision="a"
c"a"
class