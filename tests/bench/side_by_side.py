"""How benchmarks tell what they have measured: medians with their spread, in tables of Markdown that docs/performance.md shows."""

import os
import statistics


def rounds(usual: int) -> int:
    """How often each side is measured; ROUNDS=1 is enough to see whether a benchmark still runs."""
    return int(os.environ.get("ROUNDS", usual))


def spread(values: list[float], digits: int) -> str:
    """ "1.30 (0.94 to 1.81)" """
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def table(head: list[str], rows: list[list[str]]) -> None:
    for cells in [head, ["---"] * len(head)] + rows:
        print("| " + " | ".join(cells) + " |", flush=True)
