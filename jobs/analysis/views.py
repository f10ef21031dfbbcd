"""The views that vote: each divides the statements in its own way and finds the number of groups itself."""

from __future__ import annotations

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.linalg import eigh

from jobs.analysis.arrays import Array, Labels, compact, distances, unit_rows
from jobs.analysis.linkage import by_average
from jobs.analysis.mending import absorbed, refined

CUT = 0.85  # cosine distance at which average linkage stops (measured on public intents)
NEIGHBOURS = (5, 10)  # of each statement in the spectral view: an eighth of them within these bounds


def by_average_refined(space: Array) -> Labels:
    return refined(space, absorbed(space, by_average(distances(space), CUT)))


def by_ward(space: Array) -> Labels:
    tree, between = linkage(space, "ward"), distances(space)
    options = (refined(space, fcluster(tree, size, "maxclust")) for size in _sizes(len(space)))
    return max(options, key=lambda labels: round(_silhouette(between, labels), 9))


def by_eigengap(space: Array, seed: int) -> Labels:
    """Spectral clustering of the nearest-neighbour graph; the number of groups is where the gap between
    neighbouring eigenvalues is widest."""
    affinity = _neighbour_graph(space)
    degree = np.sqrt(np.maximum(affinity.sum(axis=1), 1e-9))
    sizes = np.array(_sizes(len(space)))
    lowest = max(0, len(space) - int(sizes.max()) - 1)
    values, axes = eigh(affinity / np.outer(degree, degree), subset_by_index=[lowest, len(space) - 1])
    values, axes = values[::-1], axes[:, ::-1]
    gaps = values[:-1] - values[1:]
    chosen = int(sizes[int(np.argmax(gaps[sizes - 1]))])
    return _kmeans(unit_rows(axes[:, :chosen]), chosen, np.random.default_rng(seed))


def _kmeans(points: Array, count: int, rng: np.random.Generator) -> Labels:
    """Lloyd's algorithm from ten k-means++ starts (Arthur and Vassilvitskii 2007); the tightest division.

    Our own, because importing scikit-learn for it costs more time and memory than all the rest.
    """
    tries = (_lloyd(points, _spread_start(points, count, rng)) for _start in range(10))
    return compact(min(tries, key=lambda found: round(found[0], 9))[1])


def _spread_start(points: Array, count: int, rng: np.random.Generator) -> Array:
    chosen = [int(rng.integers(len(points)))]
    nearest = _squares(points, points[chosen]).min(axis=1)
    while len(chosen) < count and nearest.sum() > 1e-12:
        tries = rng.choice(len(points), size=2 + int(np.log(count)), p=nearest / nearest.sum())
        options = np.minimum(nearest[:, None], _squares(points, points[tries]))
        best = int(options.sum(axis=0).argmin())
        chosen.append(int(tries[best]))
        nearest = options[:, best]
    return np.asarray(points[chosen])


def _lloyd(points: Array, centres: Array, rounds: int = 100) -> tuple[float, Labels]:
    labels = np.full(len(points), -1, dtype=np.int64)
    for _round in range(rounds):
        nearest = _squares(points, centres).argmin(axis=1)
        if (nearest == labels).all():
            break
        labels = nearest
        counts = np.bincount(labels, minlength=len(centres))[:, None]
        sums = np.eye(len(centres))[labels].T @ points
        centres = np.where(counts > 0, sums / np.maximum(counts, 1), centres)
    return float(((points - centres[labels]) ** 2).sum()), labels


def _squares(points: Array, centres: Array) -> Array:
    lengths = (points**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1)[None, :]
    return np.asarray(np.maximum(lengths - 2 * points @ centres.T, 0))


def _neighbour_graph(space: Array) -> Array:
    similarity = space @ space.T
    np.fill_diagonal(similarity, -1)
    least, most = NEIGHBOURS
    near = min(most, max(least, len(space) // 8))
    nearest = np.argsort(-similarity, axis=1, kind="stable")[:, :near]
    graph = np.zeros_like(similarity)
    rows = np.arange(len(space))[:, None]
    graph[rows, nearest] = np.maximum(similarity[rows, nearest], 0)
    return np.asarray(np.maximum(graph, graph.T))


def _sizes(count: int) -> range:
    """Numbers of groups to try; every second one above 1,000 statements, every third above 2,000 …"""
    return range(2, max(2, min(int(2 * np.sqrt(count)), count // 3)) + 1, 1 + (count - 1) // 1000)


def _silhouette(between: Array, labels: Labels) -> float:
    """Mean silhouette; a statement alone in its group counts 0 (Rousseeuw 1987)."""
    sizes = np.bincount(labels)
    count = len(labels)
    if len(sizes) < 2 or len(sizes) >= count:
        return -1.0
    sums, row = between @ np.eye(len(sizes))[labels], np.arange(count)
    own = sums[row, labels] / np.maximum(sizes[labels] - 1, 1)
    means = sums / sizes
    means[row, labels] = np.inf
    other = means.min(axis=1)
    width = (other - own) / np.maximum(np.maximum(own, other), 1e-12)
    return float(np.where(sizes[labels] > 1, width, 0).mean())
