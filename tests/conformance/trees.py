"""Make up migration trees for generate.py: a shape, a way to write ids, labels
and dependencies on top, and often something wrong with it.

A tree is what a folder of migration files declares; nothing says that Alembic
can load it.  Only random.Random decides, never the order of a set.
"""

HEX = "0123456789abcdef"
LABELS = ["core", "billing", "auth", "plugin_x", "reports", "co"]


def names_of(value):
    """A field as a list, whichever way it is written."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def written_as(rng, names):
    """A field as files write it: nothing, one text, or a list."""
    if not names:
        return [] if rng.random() < 0.03 else None
    if len(names) == 1 and rng.random() < 0.85:
        return names[0]
    return list(names)


class Tree:
    """Revisions in load order.  `ids` and `labels` are those before a fault."""

    def __init__(self, rng, spell):
        self.rng = rng
        self.spell = spell
        self.revisions = []
        self.ids = []
        self.labels = []
        self.made = []

    def add(self, *down):
        for _ in range(200):
            revision = self.spell(self.rng, self.ids)
            if revision not in self.ids:
                break
        else:
            revision = "r%d" % len(self.ids)
        self.revisions.append(
            {"revision": revision, "down_revision": written_as(self.rng, down)}
        )
        self.ids.append(revision)
        return revision

    def get(self, revision):
        return next(r for r in self.revisions if r["revision"] == revision)

    def owner(self, name):
        for r in self.revisions:
            if name in names_of(r.get("branch_labels")):
                return r["revision"]
        return name

    def parents(self, revision, with_dependencies=True):
        found = []
        for r in self.revisions:
            if r["revision"] == revision:
                found += names_of(r["down_revision"])
                if with_dependencies:
                    found += [self.owner(d) for d in names_of(r.get("depends_on"))]
        return [p for p in dict.fromkeys(found) if p in self.ids]

    def below(self, start):
        """These and everything that they need."""
        seen, pending = {}, list(start)
        while pending:
            one = pending.pop()
            if one not in seen:
                seen[one] = True
                pending += self.parents(one)
        return list(seen)

    def tips(self, applied):
        """The rows when exactly these are applied."""
        needed = [p for a in applied for p in self.parents(a)]
        return [a for a in applied if a not in needed]

    def heads(self):
        used = [p for i in self.ids for p in self.parents(i, False)]
        return [i for i in self.ids if i not in used]

    @property
    def written(self):
        """Revisions without the fields that say nothing."""
        return [
            {
                key: value
                for key, value in r.items()
                if value is not None or key == "down_revision"
            }
            for r in self.revisions
        ]


# -- ids ---------------------------------------------------------------------


def spell_hex(rng, used):
    return "".join(rng.choice(HEX) for _ in range(rng.choice([12, 12, 12, 6])))


def spell_close(rng, used):
    """Ids that share their first letters."""
    return "abcd" + "".join(rng.choice("ef01") for _ in range(3))


def spell_nested(rng, used):
    """Ids that are starts of one another."""
    if used and rng.random() < 0.7:
        return rng.choice(used) + rng.choice("abc1")
    return "".join(rng.choice("abc") for _ in range(rng.randint(1, 4)))


def spell_short(rng, used):
    """Around the length at which a partial id counts."""
    return "".join(rng.choice("ab1") for _ in range(rng.randint(1, 5)))


def spell_number(rng, used):
    return "%04d" % rng.randrange(1, 120)


def spell_words(rng, used):
    return "%s_%d" % (rng.choice(["add", "drop", "alter", "core"]), rng.randrange(60))


def spell_letter(rng, used):
    return chr(ord("a") + len(used)) if len(used) < 26 else spell_hex(rng, used)


def spell_date(rng, used):
    form = rng.choice(["2024_%02d_%02d_%02d", "2024.%02d.%02d.%02d", "2024%02d%02d%02d"])
    return form % (rng.randint(1, 3), rng.randint(1, 4), rng.randint(0, 9))


def spell_long(rng, used):
    return "a_revision_id_that_is_longer_than_32_characters_%03d" % rng.randrange(200)


def spell_odd(rng, used):
    """Ids that look like something else."""
    return rng.choice(
        ["head", "heads", "base", "current", "None", "1", "0", "12", "core", "auth",
         "Core", "a b", "a.b", "a/b", "gr\u00f6\u00dfe", "gr\u00f6sse", "\u6570\u636e_1",
         "x,y", "bas", "hea", "headsup", "based", "%s", "_", "A", "AB", "ABCD", "abcd"]
    )


SPELLINGS = {
    spell_hex: 6,
    spell_close: 4,
    spell_nested: 4,
    spell_short: 4,
    spell_number: 2,
    spell_words: 3,
    spell_letter: 3,
    spell_date: 1,
    spell_long: 1,
    spell_odd: 2,
}


# -- shapes ------------------------------------------------------------------


def shape_line(rng, tree, size):
    last = tree.add()
    for _ in range(size - 1):
        last = tree.add(last)


def grow(rng, tree, size, base, merge, fork):
    tree.add()
    for _ in range(size - 1):
        heads, roll = tree.heads(), rng.random()
        if roll < base:
            tree.add()
        elif roll < base + merge and len(heads) > 1:
            tree.add(*rng.sample(heads, min(len(heads), rng.choice([2, 2, 2, 3, 4]))))
        elif roll < base + merge + fork:
            tree.add(rng.choice(tree.ids))
        else:
            tree.add(rng.choice(heads))


def shape_branches(rng, tree, size):
    grow(rng, tree, size, 0, 0.05, 0.4)


def shape_merges(rng, tree, size):
    grow(rng, tree, size, 0.05, 0.3, 0.35)


def shape_bases(rng, tree, size):
    grow(rng, tree, size, 0.25, 0.12, 0.25)


def shape_mixed(rng, tree, size):
    grow(rng, tree, size, 0.12, 0.25, 0.35)


def shape_fan(rng, tree, size):
    """Many children of one, merged at once or in groups; perhaps again above."""
    root = tree.add()
    while len(tree.ids) < size:
        tines = []
        for _ in range(rng.randint(2, max(2, min(12, size - len(tree.ids))))):
            tine = tree.add(root)
            while rng.random() < 0.25:
                tine = tree.add(tine)
            tines.append(tine)
        rng.shuffle(tines)
        while len(tines) > 1:
            many = len(tines) if rng.random() < 0.6 else rng.randint(2, len(tines))
            tines = tines[many:] + [tree.add(*tines[:many])]
        root = tines[0]


def shape_ladder(rng, tree, size):
    """Two or three lines that merge into each other again and again."""
    lines = [tree.add()]
    for _ in range(rng.choice([1, 1, 2])):
        lines.append(tree.add() if rng.random() < 0.4 else tree.add(lines[0]))
    while len(tree.ids) < size:
        at = rng.randrange(len(lines))
        down = [lines[at]]
        if rng.random() < 0.5:
            down.append(rng.choice(lines))
        rng.shuffle(down)
        lines[at] = tree.add(*dict.fromkeys(down))


def shape_diamonds(rng, tree, size):
    last = tree.add()
    while len(tree.ids) < size:
        sides = [tree.add(last) for _ in range(rng.choice([2, 2, 3]))]
        last = tree.add(*rng.sample(sides, len(sides)))


def shape_web(rng, tree, size):
    """Lines side by side, held together by dependencies alone."""
    lines = [tree.add() for _ in range(min(rng.randint(2, 5), size))]
    if rng.random() < 0.5:
        for first, label in zip(tree.ids, LABELS):
            tree.get(first)["branch_labels"] = written_as(rng, [label])
            tree.labels.append(label)
    while len(tree.ids) < size:
        at = rng.randrange(len(lines))
        lines[at] = tree.add(lines[at])
    for number, one in enumerate(tree.ids):
        if number and rng.random() < 0.55:
            needs = rng.sample(tree.ids[:number], min(number, rng.choice([1, 1, 1, 2, 3])))
            tree.get(one)["depends_on"] = written_as(rng, needs)


def shape_comb(rng, tree, size):
    """A trunk that takes up old revisions of its own again."""
    trunk = [tree.add()]
    while len(tree.ids) < size:
        down = [trunk[-1]]
        if rng.random() < 0.4 and len(trunk) > 1:
            down.append(rng.choice(trunk[:-1]))
        elif rng.random() < 0.4:
            down.append(tree.add(rng.choice(trunk)))
        rng.shuffle(down)
        trunk.append(tree.add(*down))


SHAPES = {
    shape_line: 3,
    shape_branches: 5,
    shape_merges: 5,
    shape_bases: 4,
    shape_mixed: 6,
    shape_fan: 3,
    shape_ladder: 3,
    shape_diamonds: 2,
    shape_web: 5,
    shape_comb: 2,
}


# -- on top ------------------------------------------------------------------


def add_dependencies(rng, tree):
    for number, one in enumerate(tree.ids):
        if not number or rng.random() > 0.35:
            continue
        below = tree.below([one])
        down = tree.parents(one, False)
        free = [x for x in tree.ids[:number] if x not in below]
        listed = [
            d for b in below for d in names_of(tree.get(b).get("depends_on"))
        ]
        pool = rng.choice([free] * 5 + [down, below[1:], listed, tree.ids[:number]])
        if pool:
            needs = rng.sample(pool, min(len(pool), rng.choice([1, 1, 1, 2, 3])))
            tree.get(one)["depends_on"] = written_as(rng, list(dict.fromkeys(needs)))


def add_labels(rng, tree):
    pool = list(LABELS)
    if rng.random() < 0.25:
        # Labels that could be the start of an id, or an id, or a symbol.
        some = rng.choice(tree.ids)
        pool = [some[:4] or "l", some + "x", "abcd", "abcde", "a", "aaaa", "1", "0001",
                "head", "base", "heads", "current", "deadbeef0000", "a.b", "core 2"]
    for label in rng.sample(pool, rng.choice([1, 1, 2, 2, 3])):
        if label not in tree.ids and label not in tree.labels:
            one = rng.choice(tree.revisions)
            have = names_of(one.get("branch_labels"))
            one["branch_labels"] = written_as(rng, have + [label])
            tree.labels.append(label)
    if rng.random() < 0.3 and tree.labels:
        for number, one in enumerate(tree.revisions):
            label = rng.choice(tree.labels)
            owner = tree.owner(label)
            if rng.random() < 0.25 and owner in tree.ids[:number]:
                needs = names_of(one.get("depends_on"))
                one["depends_on"] = written_as(rng, needs + [label])


def add_redundant_parents(rng, tree):
    """Parents that another parent has already, or that are listed twice."""
    for number, one in enumerate(tree.revisions):
        down = names_of(one["down_revision"])
        if down and rng.random() < 0.3:
            pool = tree.below(down) if rng.random() < 0.7 else down
            down.insert(rng.randint(0, len(down)), rng.choice(pool))
            one["down_revision"] = down


# -- faults ------------------------------------------------------------------


def point(rng, revision, field, name, keep):
    """Make a field name `name`, beside what it names already or instead."""
    have = names_of(revision.get(field)) if keep else []
    have.insert(rng.randint(0, len(have)), name)
    revision[field] = have if len(have) > 1 or rng.random() < 0.1 else have[0]


def fault_missing(rng, tree):
    for _ in range(rng.choice([1, 1, 2])):
        one = rng.choice(tree.revisions)
        name = rng.choice(
            ["ffff" + one["revision"][:4], one["revision"][:-1] or "q", "head", "base",
             "", rng.choice(tree.labels or ["nolabel"])]
        )
        field = rng.choice(["down_revision", "down_revision", "depends_on"])
        point(rng, one, field, name, rng.random() < 0.4)


def fault_self(rng, tree):
    one = rng.choice(tree.revisions)
    field = rng.choice(["down_revision", "depends_on"])
    point(rng, one, field, one["revision"], rng.random() < 0.5)


def fault_cycle(rng, tree):
    """Point one at something above it: with `keep` the way in from below stays."""
    for _ in range(rng.choice([1, 1, 1, 2])):
        one = rng.choice(tree.revisions)
        above = [x for x in tree.ids if one["revision"] in tree.below([x])]
        field = rng.choice(["down_revision", "down_revision", "depends_on"])
        point(rng, one, field, rng.choice(above), rng.random() < 0.7)


def fault_duplicate(rng, tree):
    for _ in range(rng.choice([1, 1, 1, 2])):
        copy = dict(rng.choice(tree.revisions))
        roll = rng.random()
        if roll < 0.2:
            copy["down_revision"] = None
        elif roll < 0.6:
            copy["down_revision"] = rng.choice(tree.ids)
        if rng.random() < 0.3:
            copy["branch_labels"] = rng.choice(tree.labels + [None, "core"])
        if rng.random() < 0.2:
            copy["depends_on"] = rng.choice(tree.ids + [None])
        tree.revisions.insert(rng.randint(0, len(tree.revisions)), copy)


def fault_label(rng, tree):
    one, other = rng.choice(tree.revisions), rng.choice(tree.revisions)
    roll = rng.random()
    if roll < 0.4:
        one["branch_labels"] = other["branch_labels"] = "core"
    elif roll < 0.6:
        one["branch_labels"] = rng.choice(tree.ids)
    elif roll < 0.7:
        one["branch_labels"] = one["revision"]
    elif roll < 0.8:
        one["branch_labels"] = ["core", "core"]
    else:
        one["branch_labels"] = rng.choice(["", "a@b", "core@", "-1", "+1", "a-1", "x:y", "core+1"])


def fault_illegal(rng, tree):
    one = rng.choice(tree.revisions)
    mark = rng.choice(["@", "-", "+", ":", ":", "+-", "@:"])
    old = one["revision"]
    new = rng.choice([old + mark + "x", mark + old, old + mark, old[:1] + mark + old[1:]])
    one["revision"] = new
    if rng.random() < 0.7:
        for other in tree.revisions:
            for field in ("down_revision", "depends_on"):
                names = names_of(other.get(field))
                if old in names:
                    other[field] = [new if n == old else n for n in names]
        tree.ids[tree.ids.index(old)] = new


def fault_empty(rng, tree):
    one = rng.choice(tree.revisions)
    field = rng.choice(["revision", "down_revision", "down_revision", "depends_on"])
    one[field] = "" if field == "revision" or rng.random() < 0.8 else [""]


def fault_removed(rng, tree):
    """A file taken away; its children re-parented, some of them or all."""
    if len(tree.revisions) < 3:
        return
    gone = rng.choice(tree.revisions)
    tree.revisions.remove(gone)
    careful = rng.random() < 0.7
    for other in tree.revisions:
        if other["down_revision"] == gone["revision"] and (careful or rng.random() < 0.5):
            other["down_revision"] = gone["down_revision"]


def fault_emptied(rng, tree):
    tree.revisions.clear()


FAULTS = {
    fault_missing: 3,
    fault_self: 2,
    fault_cycle: 6,
    fault_duplicate: 6,
    fault_label: 2,
    fault_illegal: 2,
    fault_empty: 1,
    fault_removed: 2,
    fault_emptied: 0.3,
}


def weighted(rng, weights):
    return rng.choices(list(weights), list(weights.values()))[0]


def make_tree(rng, largest):
    tree = Tree(rng, weighted(rng, SPELLINGS))
    shape = weighted(rng, SHAPES)
    size = rng.randint(1, largest)
    if rng.random() < 0.03:
        size = rng.randint(largest, 3 * largest)
    shape(rng, tree, size)
    makers = [shape, tree.spell]
    tops = [
        (add_dependencies, 0.1 if shape is shape_web else 0.35),
        (add_labels, 0.45),
        (add_redundant_parents, 0.06),
    ]
    for top, share in tops:
        if rng.random() < share:
            top(rng, tree)
            makers.append(top)
    if rng.random() < 0.16:
        fault = weighted(rng, FAULTS)
        fault(rng, tree)
        makers.append(fault)
    order = rng.random()
    if order < 0.35:
        rng.shuffle(tree.revisions)
    elif order < 0.45:
        tree.revisions.reverse()
    tree.made = [maker.__name__.split("_", 1)[1] for maker in makers]
    return tree
