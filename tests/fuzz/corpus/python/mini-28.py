down_revision = "a" # revision = "b"
s = """
revision = "c"
"""
