"""The views that vote. Each divides the statements in its own way and finds the number of groups itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from graspologic_native import leiden_csr
from scipy.sparse import csr_matrix

from jobs.analysis.arrays import Array, Labels
from jobs.analysis.linkage import joining_heights

# Heights, as cosine distances, between which a tree's vote goes from "together" to "apart"
TREE, BLURRED_TREE = (0.72, 0.92), (0.57, 0.82)
NEIGHBOURS = (5, 7, 10, 15, 20, 30)  # of each statement in the graphs


def by_tree(similarity: Array, bounds: tuple[float, float]) -> Array:
    """How far average linkage keeps each two apart, from 0 to 1: the share of cuts between the bounds that
    part them."""
    low, high = bounds
    distances = np.clip(1 - similarity, 0, 2)
    np.fill_diagonal(distances, 0)
    return np.clip((joining_heights((distances + distances.T) / 2) - low) / (high - low), 0, 1)


def by_graphs(nearest: Labels, weights: Array, sizes: Sequence[int]) -> Iterator[Labels]:
    """Communities of the graph that ties each statement to so many of its nearest, for each of the sizes
    (Leiden: Traag, Waltman and van Eck 2019)."""
    for size in sizes:
        yield _communities(_graph(nearest[:, :size], weights[:, :size]))


def _graph(nearest: Labels, weights: Array) -> csr_matrix:
    """Two that are among each other's nearest are tied twice."""
    count, size = nearest.shape
    starts = np.arange(0, count * size + 1, size)
    one_way = csr_matrix((weights.ravel(), nearest.ravel(), starts), shape=(count, count))
    graph = (one_way + one_way.T).tocsr()
    graph.eliminate_zeros()
    return graph


def _communities(graph: csr_matrix) -> Labels:
    """A number for each statement; the same seed gives the same draws."""
    count = graph.shape[0]
    if not graph.nnz:  # which the library does not take
        return np.arange(count)
    starts, others = graph.indptr.astype(np.int64), graph.indices.astype(np.int32)
    _modularity, found = leiden_csr(starts, others, graph.data, count, seed=0)
    return np.array([found[place] for place in range(count)])
