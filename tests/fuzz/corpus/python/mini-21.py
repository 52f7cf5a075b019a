x = [revision for revision in y]
revision = "a"
x.revision = "b"
x[revision] = 3
