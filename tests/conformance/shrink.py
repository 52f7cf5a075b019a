"""Make a case that differs smaller, as long as it still differs."""
import copy

from agreement import compact

FIELDS = ("down_revision", "depends_on", "branch_labels")

# Rounds end when nothing helps any more; this bounds an unlucky one.
ROUNDS = 40


def without(items, at):
    return items[:at] + items[at + 1 :]


def simpler_fields(revision):
    """The revision with one name less, or with a list of one written plainly."""
    for field in FIELDS:
        value = revision.get(field)
        if isinstance(value, list) and len(value) > 1:
            for at in range(len(value)):
                yield dict(revision, **{field: without(value, at)})
        elif isinstance(value, list) and value:
            yield dict(revision, **{field: value[0]})
        elif value is not None:
            yield dict(revision, **{field: None})


def renamed(case, old, new):
    """The case with an id changed everywhere that it stands whole."""

    def swap(value):
        if isinstance(value, list):
            return [swap(v) for v in value]
        return new if value == old else value

    case = copy.deepcopy(case)
    for revision in case["revisions"]:
        for field in ("revision",) + FIELDS:
            if field in revision:
                revision[field] = swap(revision[field])
    case["current"] = swap(case["current"])
    if "target" in case:
        case["target"] = swap(case["target"])
    return case


def contracted(case, at):
    """The case without a revision; its children stand on its parents."""
    gone = case["revisions"][at]
    case = copy.deepcopy(case)
    case["revisions"] = without(case["revisions"], at)
    for revision in case["revisions"]:
        for field in FIELDS[:2]:
            if revision.get(field) == gone["revision"]:
                revision[field] = gone["down_revision"]
    return case


def simpler(case):
    """Cases that are one thing smaller."""
    revisions = case["revisions"]
    for at in range(len(revisions)):
        yield dict(case, revisions=without(revisions, at))
        yield contracted(case, at)
    for at in range(len(case["current"])):
        yield dict(case, current=without(case["current"], at))
    if isinstance(case.get("target"), list):
        for at in range(len(case["target"])):
            yield dict(case, target=without(case["target"], at))
    for key in ("purge", "sql"):
        if case.get(key):
            yield dict(case, **{key: False})
    for at, revision in enumerate(revisions):
        for smaller in simpler_fields(revision):
            yield dict(case, revisions=revisions[:at] + [smaller] + revisions[at + 1 :])


def with_letters(case):
    """The case with ids of one letter."""
    for at, revision in enumerate(list(case["revisions"])):
        letter = "abcdefghijklmnopqrstuvwxyz"[at % 26]
        if letter not in [r["revision"] for r in case["revisions"]]:
            case = renamed(case, revision["revision"], letter)
    return case


def shrink(case, disagree):
    """`disagree` says which of a list of cases still differ."""
    for _ in range(ROUNDS):
        tries = [with_letters(case)] + list(simpler(case))
        tries = [t for t in tries if len(compact(t)) < len(compact(case))]
        smaller = [t for t, differs in zip(tries, disagree(tries)) if differs]
        if not smaller:
            break
        case = min(smaller, key=lambda one: len(compact(one)))
    return case
