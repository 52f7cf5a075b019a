revision = "a"\
  "b"
down_revision = (((("x"))))
branch_labels = [*x]
depends_on = ["a" "b", 'c',]
