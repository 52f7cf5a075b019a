revision: str = ("a"
  "b")  # x
down_revision: Union[str, None] = (
 "x", # c
 "y",
)
