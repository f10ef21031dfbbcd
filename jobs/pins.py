"""Which pins can hold at the same time. Pure; a pin is a pair of statements, tied together or kept apart.

Statements that people put into one decided group count as tied, those of two decided groups as apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Pair = tuple[int, int]
Why = Literal["tied", "apart", "one group", "two groups"]


@dataclass(frozen=True)
class Clash:
    """Why a pin cannot be: the two statements that already stand against it."""

    why: Why
    pair: Pair


def clash(
    pair: Pair,
    *,
    together: bool,
    tied: Iterable[Pair] = (),
    apart: Iterable[Pair] = (),
    placed: Mapping[int, int] | None = None,
) -> Clash | None:
    """What stands against pinning `pair`, directly or along a chain of ties; None where nothing does.

    `placed`: statement -> the decided group that holds it.
    """
    groups = placed or {}
    tied = sorted(tied)
    first, second = (_reached(start, tied, groups) for start in pair)
    if together:
        return _against_tying(first, second, apart, groups)
    if pair[1] not in first:
        return None
    if groups.get(pair[0]) == groups.get(pair[1]) is not None:
        return Clash("one group", pair)
    return Clash("tied", _last_tie(pair, tied))


def _against_tying(
    first: set[int], second: set[int], apart: Iterable[Pair], groups: Mapping[int, int]
) -> Clash | None:
    for one, other in sorted(apart):
        if (one in first and other in second) or (one in second and other in first):
            return Clash("apart", (one, other))
    placed_first, placed_second = ([key for key in sorted(side) if key in groups] for side in (first, second))
    for one in placed_first:
        for other in placed_second:
            if groups[one] != groups[other]:
                return Clash("two groups", (one, other))
    return None


def _last_tie(pair: Pair, tied: Iterable[Pair]) -> Pair:
    """The tie to take back first: the pair itself, else one that its second statement hangs on."""
    ends = set(pair)
    return next((tie for tie in tied if set(tie) == ends), None) or next(
        (tie for tie in tied if pair[1] in tie), pair
    )


def _reached(start: int, tied: Iterable[Pair], groups: Mapping[int, int]) -> set[int]:
    """Everything that hangs together with `start`."""
    members: dict[int, list[int]] = {}
    for key, group in groups.items():
        members.setdefault(group, []).append(key)
    near: dict[int, list[int]] = {}
    for one, other in tied:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    reached, waiting = {start}, [start]
    while waiting:
        key = waiting.pop()
        fresh = {*near.get(key, ()), *members.get(groups.get(key, -1), ())} - reached
        reached |= fresh
        waiting.extend(fresh)
    return reached


def contradiction(*, tied: Iterable[Pair], apart: Iterable[Pair], placed: Mapping[int, int]) -> Clash | None:
    """The first pin that cannot hold beside the others and the decided groups; None where all can."""
    group_of, first_of = dict(placed), dict[int, int]()
    root = {key: first_of.setdefault(placed[key], key) for key in sorted(placed)}
    for one, other in sorted(tied):
        kept, joined = _root(root, one), _root(root, other)
        groups = {group_of[end] for end in (kept, joined) if end in group_of}
        if len(groups) > 1:
            return Clash("tied", (one, other))
        root[joined] = kept
        if groups:
            group_of[kept] = groups.pop()
    for one, other in sorted(apart):
        if _root(root, one) == _root(root, other):
            return Clash("apart", (one, other))
    return None


def _root(root: Mapping[int, int], key: int) -> int:
    while root.get(key, key) != key:
        key = root[key]
    return key


def components(keys: Iterable[int], tied: Iterable[Pair]) -> dict[int, int]:
    """Statement -> the lowest key that it is tied to, itself where it is alone."""
    tied = list(tied)
    found: dict[int, int] = {}
    for key in sorted(keys):
        if key not in found:
            for other in _reached(key, tied, {}):
                found.setdefault(other, key)
    return found
