"""How two codes go together over interviews. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence


def jaccard(a: Sequence[bool | int], b: Sequence[bool | int]) -> float | None:
    """Interviews with both over interviews with either; None where no interview has either (A2B-COMP)."""
    both, only_a, only_b, _neither = _crosstab(a, b)
    either = both + only_a + only_b
    return both / either if either else None


def phi(a: Sequence[bool | int], b: Sequence[bool | int]) -> float | None:
    """Correlation of two yes/no codes; None below 5 interviews (A2B-COMP) or where one code never varies."""
    both, only_a, only_b, neither = _crosstab(a, b)
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    if len(a) < 5 or margins == 0:
        return None
    return (both * neither - only_a * only_b) / math.sqrt(margins)


def _crosstab(a: Sequence[bool | int], b: Sequence[bool | int]) -> tuple[int, int, int, int]:
    if len(a) != len(b):
        raise ValueError("Both codes must cover the same interviews.")
    cells = [0, 0, 0, 0]
    for left, right in zip(a, b, strict=True):
        cells[(0 if right else 1) if left else (2 if right else 3)] += 1
    return cells[0], cells[1], cells[2], cells[3]
