"""Average linkage, alone and under what people decided."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.cluster.hierarchy import cophenet, fcluster, is_valid_linkage, linkage
from scipy.spatial.distance import squareform

from jobs.analysis.arrays import Array, Labels, compact
from jobs.analysis.constraints import Holds

OnMerge = Callable[[int, int, float], None]


def joining_heights(distances: Array) -> Array:
    """The height at which average linkage joins each two (their cophenetic distance)."""
    if len(distances) < 2:
        return np.zeros_like(distances)
    tree = linkage(squareform(distances, checks=False), "average")
    if is_valid_linkage(tree):
        return np.asarray(squareform(cophenet(tree)))
    return _own_heights(distances)  # many equal distances make SciPy join one cluster twice


def _own_heights(distances: Array) -> Array:
    heights, into = np.zeros_like(distances), np.arange(len(distances))

    def joined(first: int, second: int, height: float) -> None:
        pair = np.ix_(into == first, into == second)
        heights[pair] = heights.T[pair] = height
        into[into == second] = first

    _merge_nearest(distances.copy(), np.ones(len(distances)), np.inf, joined)
    return heights


def by_average(distances: Array, cut: float, holds: Holds) -> Labels:
    """Average linkage that obeys: what belongs together is merged first, and what a group may not join, no
    group that it has joined may join either (constraints inherited on merging, Davidson and Ravi 2005).

    Single statements that are kept apart from others take their place last: before, one that strayed into a
    group would pull its neighbours there to its side. Without decisions this is the usual average linkage.
    """
    if not holds.any:
        return _by_tree(distances, cut)
    near = _told_by_pins(distances, holds)
    first = np.flatnonzero(~holds.parted)
    labels = np.full(len(distances), -1)
    labels[first] = _merged(near[np.ix_(first, first)], cut, holds.of(first))
    return _placed(near, cut, holds, labels)


def _told_by_pins(distances: Array, holds: Holds) -> Array:
    """Statements near the same tied ones are near each other: their nearness (1 - distance, from 0 to 1) is
    at least the square of the product of how near each of them is to the nearest of the tied ones."""
    result = distances.copy()
    for block in np.flatnonzero(np.bincount(holds.block) > 1):
        near = (1 - distances[:, holds.block == block]).max(axis=1) ** 2
        result = np.minimum(result, 1 - np.outer(near, near))
    return result


def _merged(distances: Array, cut: float, holds: Holds) -> Labels:
    one_hot = np.eye(len(holds.apart))[holds.block]
    sizes = one_hot.sum(axis=0)
    between = one_hot.T @ distances @ one_hot / np.outer(sizes, sizes)
    between[holds.apart] = np.inf
    into = np.arange(len(between))

    def joined(first: int, second: int, _height: float) -> None:
        into[into == second] = first

    _merge_nearest(between, sizes, cut, joined)
    return compact(into[holds.block])


def _placed(distances: Array, cut: float, holds: Holds, labels: Labels) -> Labels:
    """Each statement without a group goes to the nearest that it may join, the nearest of all first."""
    waiting = np.flatnonzero(labels < 0).tolist()
    while waiting:
        options = [
            (round(float(distances[index, labels == group].mean()), 9), index, int(group))
            for index in waiting
            for group in np.unique(labels[labels >= 0])
            if not holds.forbids(index, np.flatnonzero(labels == group))
        ]
        height, index, group = min(options, default=(np.inf, waiting[0], -1))
        labels[index] = group if height <= cut else labels.max() + 1
        waiting.remove(index)
    return compact(labels)


def _by_tree(distances: Array, cut: float) -> Labels:
    if len(distances) < 2:
        return np.zeros(len(distances), dtype=np.int64)
    tree = linkage(squareform(distances, checks=False), "average")
    if is_valid_linkage(tree):
        return compact(fcluster(tree, cut, "distance"))
    joined = _own_heights(distances) <= cut
    return compact(joined.argmax(axis=1))  # the first of those that each is joined with


def _merge_nearest(between: Array, sizes: Array, cut: float, joined: OnMerge) -> None:
    """Merges the nearest two until none are near enough. Each row remembers its nearest, so that a merge
    costs one pass over the rows."""
    np.fill_diagonal(between, np.inf)
    rows = np.arange(len(between))
    nearest = between.argmin(axis=1) if rows.size else rows
    least = between[rows, nearest]
    while least.size and least.min() <= cut and np.isfinite(least.min()):
        at = int(least.argmin())
        first, second = sorted((at, int(nearest[at])))
        joined(first, second, float(least[at]))
        _merge(between, sizes, first, second)
        stale = (nearest == first) | (nearest == second) | (between[first] < least)
        stale[[first, second]] = True
        again = np.flatnonzero(stale)
        nearest[again] = between[again].argmin(axis=1)
        least[again] = between[again, nearest[again]]


def _merge(between: Array, sizes: Array, first: int, second: int) -> None:
    """The second cluster goes into the first; what either may not join, the union may not join."""
    total = sizes[first] + sizes[second]
    row = (sizes[first] * between[first] + sizes[second] * between[second]) / total
    row[[first, second]] = np.inf
    between[first], between[:, first] = row, row
    between[second], between[:, second] = np.inf, np.inf
    sizes[first] = total
