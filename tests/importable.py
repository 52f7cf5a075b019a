"""importable.py NAME... - those of the modules that this Python can import."""
import importlib
import sys

for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
        print(name)
    except Exception:  # pylint: disable=broad-except  # whatever a broken one raises
        pass
