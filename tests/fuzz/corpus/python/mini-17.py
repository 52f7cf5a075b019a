revision = r"a\b"
down_revision="\u00e9\x41\101\q\N{DASH}"
