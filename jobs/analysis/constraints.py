"""What people decided about single statements: blocks that belong together, and blocks that do not. These are
the must-link and cannot-link constraints of Wagstaff and others (2001).

Pins are decisions: none is ever broken. Decisions that contradict each other are refused by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import DisjointSet

from jobs.analysis.arrays import Bools, Labels
from jobs.analysis.results import Statement

Pair = tuple[str, str]


class Contradiction(ValueError):
    """Two statements that people's decisions both join and part; `keys` names them."""

    def __init__(self, first: str, second: str, why: str) -> None:
        super().__init__(f"The statements {first} and {second} are {why}.")
        self.keys = (first, second)


@dataclass(frozen=True)
class Holds:
    """`block` numbers what belongs together, one number a statement; `apart[b, c]`: blocks that may not join;
    `kept`: statements that people put somewhere, which are never outliers."""

    block: Labels
    apart: Bools
    kept: Bools

    @property
    def any(self) -> bool:
        return bool(self.kept.any() or self.apart.any())

    @property
    def parted(self) -> Bools:
        """Single statements that are kept apart from others."""
        alone = np.bincount(self.block, minlength=len(self.apart)) == 1
        return np.asarray((alone & self.apart.any(axis=1))[self.block])

    def forbids(self, index: int, others: npt.NDArray[np.integer]) -> bool:
        return bool(self.apart[self.block[index], self.block[others]].any())

    def of(self, indices: npt.NDArray[np.integer]) -> Holds:
        """The same decisions over some of the statements."""
        blocks, block = np.unique(self.block[indices], return_inverse=True)
        return Holds(np.asarray(block), self.apart[np.ix_(blocks, blocks)], self.kept[indices])


def free(count: int) -> Holds:
    """Nothing decided."""
    return Holds(np.arange(count), np.zeros((count, count), dtype=bool), np.zeros(count, dtype=bool))


def pinned(fixed: Mapping[str, str], together: Iterable[Pair]) -> set[str]:
    """Keys of the statements that must be in a group."""
    return set(fixed) | {key for pair in together for key in pair}


def holds(
    items: Sequence[Statement], fixed: Mapping[str, str], together: Sequence[Pair], apart: Sequence[Pair]
) -> Holds:
    """Decisions about statements that are not among `items` count as far as they tie two that are.

    Contradiction where a pair is kept apart that pins or an accepted group tie together, or where pins tie
    two accepted groups together.
    """
    root = _united([*together, *_chained(fixed)])
    _refuse_joined_groups(fixed, root)
    for first, second in apart:
        if root.get(first, first) == root.get(second, second):
            raise Contradiction(first, second, "kept apart, but other decisions tie them together")
    roots = [root.get(item.key, item.key) for item in items]
    names = {name: index for index, name in enumerate(dict.fromkeys(roots))}
    parted = np.zeros((len(names), len(names)), dtype=bool)
    for first, second in [*apart, *_parted(fixed)]:
        one, other = names.get(root.get(first, first)), names.get(root.get(second, second))
        if one is not None and other is not None:
            parted[one, other] = parted[other, one] = True
    keys = pinned(fixed, together)
    kept = np.array([item.key in keys for item in items], dtype=bool)
    return Holds(np.array([names[name] for name in roots], dtype=np.int64), parted, kept)


def _united(pairs: Iterable[Pair]) -> dict[str, str]:
    """Each key's representative, the smallest key of those it is tied to."""
    pairs = list(pairs)
    ties = DisjointSet(key for pair in pairs for key in pair)
    for first, second in pairs:
        ties.merge(first, second)
    return {key: min(tied) for tied in ties.subsets() for key in tied}


def _chained(fixed: Mapping[str, str]) -> list[Pair]:
    firsts: dict[str, str] = {}
    return [(firsts.setdefault(name, key), key) for key, name in sorted(fixed.items())]


def _parted(fixed: Mapping[str, str]) -> list[Pair]:
    """One statement of each accepted group against one of each other."""
    firsts = sorted({name: key for key, name in sorted(fixed.items(), reverse=True)}.values())
    return [(one, other) for place, one in enumerate(firsts) for other in firsts[place + 1 :]]


def _refuse_joined_groups(fixed: Mapping[str, str], root: Mapping[str, str]) -> None:
    owners: dict[str, str] = {}
    for key in sorted(fixed):
        other = owners.setdefault(root[key], key)
        if fixed[other] != fixed[key]:
            raise Contradiction(other, key, "tied together, but belong to two accepted groups")
