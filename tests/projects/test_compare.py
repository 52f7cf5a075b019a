#!/usr/bin/env python3
"""test_compare.py REHEARSE - the comparison with Alembic notices a fact that is read wrongly.

In the program's place stands one that changes a single fact of what the real one says; each kind of fact in turn, and a file that
it passes over, an order that is another, an error that is none.
"""
import os
import sys
import tempfile

from compare import compare

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.join(HERE, "bookshop")

# A revision of the project's tree, changed; "others" is the whole list.
LIES = {
    "revision": "node['revision'] += 'x'",
    "down_revision": "node['down_revision'] = node['down_revision'][:-1]",
    "branch_labels": "node['branch_labels'].append('x')",
    "depends_on": "node['depends_on'].append('x')",
    "message": "node['message'] = 'x'",
    "a file less": "others.remove(node)",
    "a file twice": "others.append(node)",
    "another order": "others.reverse()",
    "an error": "sys.exit('error: no')",
    "nothing": "others.clear()",
}

PROGRAM = """#!{python}
import json, subprocess, sys
done = subprocess.run(["{rehearse}", *sys.argv[1:]], stdout=subprocess.PIPE, text=True)
if sys.argv[1] != "tree":
    print(done.stdout)
    sys.exit(done.returncode)
tree = json.loads(done.stdout)
others = tree["revisions"]
node = next(one for one in others if one["down_revision"])
{lie}
print(json.dumps(tree))
"""


def main():
    rehearse = os.path.abspath(sys.argv[1])
    failed = []
    differences, count = compare(rehearse, PROJECT)
    if differences or not count:
        failed.append("the program itself: %s" % differences)
    with tempfile.TemporaryDirectory() as folder:
        for name, lie in LIES.items():
            path = os.path.join(folder, "liar")
            with open(path, "w", encoding="utf-8") as program:
                program.write(PROGRAM.format(python=sys.executable, rehearse=rehearse, lie=lie))
            os.chmod(path, 0o755)
            differences, count = compare(path, PROJECT)
            if not differences and count:
                failed.append("not noticed: %s" % name)
    print("\n".join(failed) or "%d lies noticed" % len(LIES))
    sys.exit(1 if failed else 0)


main()
