"""doc"""
revision = \
 "a"
