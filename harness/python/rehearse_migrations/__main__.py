"""`rehearse`, and `python -m rehearse_migrations`: become the program that came with this package."""
import os
import sys

from rehearse_migrations import program


def main():
    path = program()
    os.execv(path, [path] + sys.argv[1:])


if __name__ == "__main__":
    main()
