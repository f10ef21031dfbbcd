"""Which group of a new run is which group of the last one, and what moved between them. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from jobs.overlap import jaccard

Key = TypeVar("Key", bound=Hashable)
LEAST = 1 / 3  # Jaccard index under which two groups are two different groups


class Move(NamedTuple):
    """A statement with the group that it left and the one that it came to; None: no group."""

    key: int
    old: int | None
    new: int | None


def matched(old: Mapping[int, frozenset[Key]], new: Sequence[frozenset[Key]]) -> dict[int, int]:
    """Place in `new` -> key in `old`: one to one, the pair with the highest Jaccard index first.

    Of equally good pairs the one with more common members goes first, then the lower key: the same groups
    in any order give the same matches. Pairs below LEAST are no pairs.
    """
    pairs = sorted(
        (-jaccard(members, group), -len(members & group), key, sorted(map(str, group)), place)
        for key, members in old.items()
        for place, group in enumerate(new)
        if members & group and jaccard(members, group) >= LEAST
    )
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _jaccard, _common, key, _names, place in pairs:
        if key not in taken and place not in found:
            found[place] = key
            taken.add(key)
    return found


def moves(before: Mapping[int, int], after: Mapping[int, int]) -> list[Move]:
    """The statements whose group changed, in the order of their keys."""
    changed = (Move(key, before.get(key), after.get(key)) for key in sorted(before.keys() | after.keys()))
    return [move for move in changed if move.old != move.new]
