"""Average linkage, alone and under what people decided."""

from __future__ import annotations

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from jobs.analysis.arrays import Array, Labels, compact
from jobs.analysis.pins import Holds


def by_average(distances: Array, cut: float) -> Labels:
    if len(distances) < 2:
        return np.zeros(len(distances), dtype=np.int64)
    tree = linkage(squareform(distances, checks=False), "average")
    return compact(fcluster(tree, cut, "distance"))


def by_average_within(distances: Array, cut: float, holds: Holds) -> Labels:
    """Average linkage that obeys: what belongs together is merged first, and what a group may not join, no
    group that it has joined may join either (constraints inherited on merging, Davidson and Ravi 2005).

    Without decisions this is the usual average linkage.
    """
    if not holds.any:
        return by_average(distances, cut)
    block = holds.block
    one_hot = np.eye(len(holds.apart))[block]
    sizes = one_hot.sum(axis=0)
    between = one_hot.T @ distances @ one_hot / np.outer(sizes, sizes)
    between[holds.apart] = np.inf
    np.fill_diagonal(between, np.inf)
    return compact(_merged(between, sizes, cut)[block])


def _merged(between: Array, sizes: Array, cut: float) -> Labels:
    """Merges the nearest two until none are near enough. Each row remembers its nearest, so that
    a merge costs one pass over the rows."""
    into = np.arange(len(between))
    nearest = between.argmin(axis=1)
    least = between[into, nearest]
    while least.size and least.min() <= cut:
        first = int(least.argmin())
        first, second = sorted((first, int(nearest[first])))
        _merge(between, sizes, first, second)
        into[into == second] = first
        stale = np.flatnonzero((nearest == first) | (nearest == second) | (between[first] < least))
        for row in {first, second, *stale.tolist()}:
            nearest[row] = between[row].argmin()
            least[row] = between[row, nearest[row]]
    return into


def _merge(between: Array, sizes: Array, first: int, second: int) -> None:
    """The second cluster goes into the first; what either may not join, the union may not join."""
    total = sizes[first] + sizes[second]
    row = (sizes[first] * between[first] + sizes[second] * between[second]) / total
    row[[first, second]] = np.inf
    between[first], between[:, first] = row, row
    between[second], between[:, second] = np.inf, np.inf
    sizes[first] = total
