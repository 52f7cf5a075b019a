revision = """a
