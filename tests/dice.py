"""Where the dice of generated cases start."""
import hashlib
import os
import random
import secrets


def first_seed():
    """Fresh in each run. Where $REHEARSE_DICE holds a text, the one that follows from it: script/test has that of the tree there,
    so that what passed once passes again, and every change is tried with cases that nobody has seen."""
    text = os.environ.get("REHEARSE_DICE") or secrets.token_hex(16)
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 10 ** 9


def drawn(items, count, seed):
    """So many of the items, by the seed, in the order that they have; all of them, if `count` is None."""
    if count is None or count >= len(items):
        return list(items)
    return [items[at] for at in sorted(random.Random(seed).sample(range(len(items)), count))]


def every(count, items, turn=0):
    """Every item of so many, from one on that the dice choose: of those with another turn other ones."""
    return items[(first_seed() + turn) % count::count]
