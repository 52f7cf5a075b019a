"""Rehearse as a Python package: the program with its libraries and its helper, and a plugin for pytest."""
import pathlib

PROGRAM = pathlib.Path(__file__).with_name("bin") / "rehearse"


def program():
    """The program that came with this package."""
    return str(PROGRAM)
