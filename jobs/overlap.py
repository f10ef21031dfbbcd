"""How far two groups are the same, and how two codes go together over interviews. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any


def jaccard(one: AbstractSet[Any], other: AbstractSet[Any]) -> float:
    """Common members over all members (Jaccard 1901); 0 where neither has any."""
    either = len(one | other)
    return len(one & other) / either if either else 0.0


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
