#!/usr/bin/env python3
"""Make up cases: trees, version rows and commands that try an engine.

Prints cases as `rehearse plan --jsonl` reads them, one JSON object a line:

    generate.py --seed 7 --count 2000 | ask_alembic.py

A seed always gives the same cases.  Their id is SEED/TREE/CASE; "kind" says how
the tree was made, what is wrong with it and what is odd about the rows.
Trees come from trees.py.
"""
import argparse
import json
import random
import sys

from trees import make_tree, weighted

COMMANDS = {
    "upgrade": 16,
    "downgrade": 16,
    "stamp": 12,
    "resolve": 6,
    "resolve_one": 2,
    "history": 6,
    "current": 2,
    "heads": 1,
    "bases": 1,
    "branches": 1,
}

ROWS = {
    "valid": 24,
    "empty": 7,
    "all": 6,
    "one": 4,
    "unknown": 2,
    "overlapping": 3,
    "doubled": 2,
    "partial": 2,
    "label": 1,
    "symbol": 1,
    "any": 2,
}

SYMBOLS = ["head", "heads", "base"]

# Texts that name nothing, or something other than they seem to.
ODD_TEXTS = [
    "current", "None", "", "@", "@head", "@heads", "@base", "@+1", "@-1",
    "heads@head", "head@head", "base@head", "head@base", "nolabel@head",
    "nolabel@base", "nolabel@+1", "nolabel@-1", "zzzz9999", "zzz", "ab", "1",
    "0", "HEAD", " head", "head ", "+", "-", "++1", "+-1", "--1", "- 1",
    "current-1", "current+1", "a@b@c", "head,base", "*", "%", ".", "_",
]

FAR = ["9", "20", "255", "256", "32768", "2147483648", "4294967297",
       "18446744073709551617"]


def cut(rng, name):
    """The start of a name: a partial id, sometimes all of it but one letter."""
    if len(name) < 2:
        return name
    return name[: rng.choice([rng.randint(1, len(name) - 1), len(name) - 1, 4, 3])]


def current_rows(rng, tree, flavour):
    if flavour == "empty":
        return []
    if flavour == "any":
        return [rng.choice(tree.ids) for _ in range(rng.randint(1, 4))]
    if flavour == "all":
        rows = tree.tips(tree.ids)
        rng.shuffle(rows)
        return rows
    many = 1 if flavour == "one" else rng.randint(0, min(4, len(tree.ids)))
    applied = tree.below(rng.sample(tree.ids, many))
    rows = tree.tips(applied)
    rng.shuffle(rows)
    if flavour == "unknown":
        rows.insert(rng.randint(0, len(rows)), rng.choice(["ghost0000001", "zz", "x"]))
    elif flavour == "overlapping":
        under = [x for x in applied if x not in rows]
        for one in rng.sample(under, min(len(under), rng.choice([1, 1, 2]))):
            rows.insert(rng.randint(0, len(rows)), one)
    elif flavour == "doubled" and rows:
        for _ in range(rng.choice([1, 1, 2])):
            rows.insert(rng.randint(0, len(rows)), rng.choice(rows))
    elif flavour == "partial" and rows:
        at = rng.randrange(len(rows))
        rows[at] = cut(rng, rows[at])
    elif flavour == "label" and tree.labels:
        rows.insert(rng.randint(0, len(rows)), rng.choice(tree.labels))
    elif flavour == "symbol":
        odd = SYMBOLS + ["-1", "-2", "current", "", "@head", rng.choice(tree.ids) + "@head"]
        rows.insert(rng.randint(0, len(rows)), rng.choice(odd))
    return rows


class Targets:
    """Everything a user might write after a command."""

    def __init__(self, rng, tree, rows):
        self.rng = rng
        self.tree = tree
        self.rows = rows
        self.applied = tree.below([r for r in rows if r in tree.ids])

    def branch(self):
        """What may stand before an @: mostly a label, also ids and their starts."""
        rng, tree = self.rng, self.tree
        roll = rng.random()
        if tree.labels and roll < 0.75:
            return rng.choice(tree.labels)
        if roll < 0.9:
            return rng.choice(tree.ids)
        if roll < 0.95:
            return cut(rng, rng.choice(tree.ids + tree.labels))
        return rng.choice(SYMBOLS + ["nolabel"])

    def plain(self):
        """A whole id, mostly one that matters to the rows."""
        rng = self.rng
        if self.applied and rng.random() < 0.5:
            return rng.choice(self.applied)
        return rng.choice(self.tree.ids)

    def absolute(self):
        rng = self.rng
        roll = rng.random()
        if roll < 0.36:
            return self.plain()
        if roll < 0.60:
            return rng.choice(SYMBOLS)
        if roll < 0.68:
            return cut(rng, rng.choice(self.tree.ids + self.tree.labels))
        if roll < 0.80:
            return self.branch() + "@" + rng.choice(SYMBOLS)
        if roll < 0.88:
            return self.branch() + "@" + self.plain()
        if roll < 0.91:
            return self.branch() + "@" + cut(rng, self.plain())
        if roll < 0.94:
            return self.branch()
        if roll < 0.95:
            return self.branch() + "@" + self.branch()
        return rng.choice(ODD_TEXTS)

    def distance(self, sign):
        rng = self.rng
        number = rng.choice(["1"] * 8 + ["2"] * 5 + ["3"] * 3 + ["4", "5", "7", "0", "01"])
        if rng.random() < 0.03:
            number = rng.choice(FAR)
        junk = rng.choice(["abc", "+1", "-1", "@head", " ", "."]) if rng.random() < 0.03 else ""
        return sign + number + junk

    def relative(self, sign):
        rng = self.rng
        if rng.random() < 0.2:
            sign = "-" if sign == "+" else "+"
        tail = self.distance(sign)
        roll = rng.random()
        if roll < 0.30:
            return tail
        if roll < 0.58:
            return self.branch() + "@" + tail
        if roll < 0.78:
            return self.plain() + tail
        if roll < 0.82:
            return cut(rng, self.plain()) + tail
        if roll < 0.87:
            return rng.choice(SYMBOLS) + tail
        if roll < 0.90:
            return self.branch() + tail
        symbol = rng.choice([self.plain(), rng.choice(SYMBOLS), self.branch()])
        return self.branch() + "@" + symbol + tail

    def one(self, command):
        rng = self.rng
        sign = {"upgrade": "+", "downgrade": "-"}.get(command, rng.choice("+-"))
        if command in ("upgrade", "downgrade") and self.tree.labels and rng.random() < 0.15:
            return rng.choice(self.tree.labels) + "@" + sign + rng.choice(["1", "1", "2"])
        # Half of what people do simply works.
        if command == "downgrade" and rng.random() < 0.45:
            below = self.applied or self.tree.ids
            return rng.choice([rng.choice(below), rng.choice(below), "base", "-1"])
        if command == "upgrade" and rng.random() < 0.35:
            above = [x for x in self.tree.ids if x not in self.applied] or self.tree.ids
            return rng.choice([rng.choice(above), rng.choice(above), "heads", "+1"])
        share = 0.12 if command in ("stamp", "resolve", "resolve_one") else 0.4
        return self.relative(sign) if rng.random() < share else self.absolute()

    def span(self):
        """A history range."""
        rng = self.rng

        def side(command):
            if rng.random() < 0.3:
                return ""
            return "current" if rng.random() < 0.1 else self.one(command)

        roll = rng.random()
        if roll < 0.06:
            return self.one("upgrade")
        if roll < 0.08:
            return "%s:%s:%s" % (side("upgrade"), side("upgrade"), side("upgrade"))
        blank = " " if rng.random() < 0.03 else ""
        return blank + side("downgrade") + ":" + side("upgrade") + blank

    def several(self):
        """What `alembic stamp` takes: one or more."""
        rng = self.rng
        if rng.random() < 0.6:
            return self.one("stamp")
        many = rng.choice([1, 2, 2, 2, 3, 3, 4])
        if rng.random() < 0.3:
            heads = self.tree.tips(self.tree.ids)
            return rng.sample(heads, min(many, len(heads)))
        targets = [self.one("stamp") for _ in range(many)]
        if rng.random() < 0.1:
            targets.append(rng.choice(targets))
        return targets


def offline(rng, targets, case):
    """--sql, with a range or without."""
    case["sql"] = True
    if rng.random() < 0.12:
        return  # downgrade needs a range, upgrade does not
    start = rng.choice([targets.absolute(), targets.plain(), "base", "", "head"])
    target = case["target"]
    if isinstance(target, str):
        case["target"] = start + ":" + target
    else:
        same = rng.random() < 0.7
        case["target"] = [
            (start if same else targets.absolute()) + ":" + t if rng.random() < 0.8 else t
            for t in target
        ]


def make_case(rng, tree):
    flavour = weighted(rng, ROWS)
    rows = current_rows(rng, tree, flavour)
    targets = Targets(rng, tree, rows)
    command = weighted(rng, COMMANDS)
    case = {"current": rows, "command": command}
    if command == "history":
        case["target"] = targets.span() if rng.random() < 0.93 else None
    elif command == "stamp":
        case["target"] = targets.several()
        if rng.random() < 0.15:
            case["purge"] = True
    elif command == "resolve" and rng.random() < 0.2:
        case["target"] = targets.several()
    elif command not in ("heads", "bases", "branches", "current"):
        case["target"] = targets.one(command)
    if command in ("upgrade", "downgrade", "stamp"):
        if rng.random() < 0.07:
            offline(rng, targets, case)
        elif rng.random() < 0.01 and isinstance(case["target"], str):
            case["target"] = targets.plain() + ":" + case["target"]
    return flavour, case


def cases(seed, trees, per_tree, largest):
    for number in range(trees):
        tree = make_tree(random.Random("%s/%d" % (seed, number)), largest)
        for count in range(per_tree):
            name = "%s/%d/%d" % (seed, number, count)
            rng = random.Random(name)
            flavour, case = make_case(rng, tree)
            case["id"] = name
            case["kind"] = "/".join(tree.made + [flavour])
            case["revisions"] = tree.written
            yield case


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", default="1", help="any word; default 1")
    parser.add_argument("--count", type=int, default=100, help="how many cases")
    parser.add_argument("--per-tree", type=int, default=1, help="cases a tree")
    parser.add_argument("--largest", type=int, default=14, help="revisions a tree")
    args = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")
    trees = -(-args.count // args.per_tree)
    for case in cases(args.seed, trees, args.per_tree, args.largest):
        print(json.dumps(case, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


if __name__ == "__main__":
    main()
