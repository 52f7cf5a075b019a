match x:
  case 1:
    revision = "a"
