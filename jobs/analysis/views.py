"""The views that vote. Each divides the statements in its own way and finds the number of groups itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from jobs.analysis.arrays import Array, Labels, compact
from jobs.analysis.linkage import joining_heights

# Heights, as cosine distances, between which a tree's vote goes from "together" to "apart"
TREE, BLURRED_TREE = (0.72, 0.92), (0.57, 0.82)
NEIGHBOURS = (5, 7, 10, 15, 20, 30)  # of each statement in the graphs
LEAST_GAIN = 1e-12


def by_tree(similarity: Array, bounds: tuple[float, float]) -> Array:
    """How far average linkage keeps each two apart, from 0 to 1: the share of cuts between the bounds that
    part them."""
    low, high = bounds
    distances = np.clip(1 - similarity, 0, 2)
    np.fill_diagonal(distances, 0)
    return np.clip((joining_heights((distances + distances.T) / 2) - low) / (high - low), 0, 1)


def by_graphs(nearest: Labels, weights: Array, sizes: Sequence[int]) -> Iterator[Labels]:
    """Communities of the graph that ties each statement to so many of its nearest, for each of the rising
    sizes (Louvain: Blondel et al. 2008)."""
    ties: list[dict[int, float]] = [{} for _statement in nearest]
    for start, end in pairwise((0, *sizes)):
        _tie(ties, nearest[:, start:end].tolist(), weights[:, start:end].tolist())
        yield _communities(ties)


def _tie(ties: list[dict[int, float]], nearest: list[list[int]], weights: list[list[float]]) -> None:
    for one, (others, near) in enumerate(zip(nearest, weights, strict=True)):
        for other, weight in zip(others, near, strict=True):
            if weight > 0:
                ties[one][other] = ties[one].get(other, 0.0) + weight
                ties[other][one] = ties[other].get(one, 0.0) + weight


def _communities(ties: list[dict[int, float]]) -> Labels:
    """Raises modularity statement by statement, then community by community, until nothing moves."""
    inner = [0.0] * len(ties)
    labels = np.arange(len(ties))
    while True:
        moved = _moved(ties, inner)
        numbers = {label: number for number, label in enumerate(sorted(set(moved)))}
        if len(numbers) == len(ties):
            return compact(labels)
        into = [numbers[label] for label in moved]
        labels = np.array(into)[labels]
        ties, inner = _folded(ties, inner, into)


def _moved(ties: list[dict[int, float]], inner: list[float]) -> list[int]:
    """Each node goes where modularity gains most; whose neighbours moved is asked again, until none gains
    (the queue of Traag, Waltman and van Eck 2019). The part that takes the time."""
    degrees = [sum(own.values()) + loop for own, loop in zip(ties, inner, strict=True)]
    total, whole = degrees.copy(), sum(degrees) or 1.0
    into, queue, waits = list(range(len(ties))), deque(range(len(ties))), [True] * len(ties)
    while queue:
        node = queue.popleft()
        own, home, degree, waits[node] = ties[node], into[node], degrees[node], False
        weights = {home: 0.0}
        for other, weight in own.items():
            community = into[other]
            weights[community] = weights.get(community, 0.0) + weight
        total[home] -= degree
        share = degree / whole
        best, most = home, weights[home] - share * total[home] + LEAST_GAIN
        for community, weight in weights.items():
            gain = weight - share * total[community]
            if gain > most:
                best, most = community, gain + LEAST_GAIN
        total[best] += degree
        if best != home:
            into[node] = best
            for other in own:
                if not waits[other] and into[other] != best:
                    waits[other] = True
                    queue.append(other)
    return into


def _folded(
    ties: list[dict[int, float]], inner: list[float], into: list[int]
) -> tuple[list[dict[int, float]], list[float]]:
    """The same graph with one node a community."""
    count = max(into) + 1
    folded: list[dict[int, float]] = [{} for _community in range(count)]
    loops = [0.0] * count
    for node, own in enumerate(ties):
        here = into[node]
        loops[here] += inner[node]
        for other, weight in own.items():
            there = into[other]
            if there == here:
                loops[here] += weight
            else:
                folded[here][there] = folded[here].get(there, 0.0) + weight
    return folded, loops
