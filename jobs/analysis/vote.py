"""Groups of job statements by the vote of several views; their number is not given.

Two trees and six graphs divide the statements, each by itself; average linkage over the share of votes that
part two statements then joins what the views put together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jobs.analysis.arrays import Array, Labels, compact, distances
from jobs.analysis.constraints import Holds, free
from jobs.analysis.embed import Vectors
from jobs.analysis.leading import led
from jobs.analysis.linkage import by_average
from jobs.analysis.mending import FEW, pruned
from jobs.analysis.similarity import SHARE, blurred, nearest_of
from jobs.analysis.views import BLURRED_TREE, NEIGHBOURS, TREE, by_graphs, by_tree
from studies.progress import Reporter, silent

TREES_WEIGH = 0.6  # the graphs have the rest
CUT = 0.65  # share of votes that part two groups, at which they stay apart
CUT_FEW = 0.6  # the cosine distance for few statements, which bear neither centring nor a vote
FEWER_GRAPHS = (5, 7, 10)  # for resamples


@dataclass(frozen=True)
class Division:
    """The space that similarity is told in, the share of votes per pair, and a group for each statement."""

    space: Array
    votes: Array
    labels: Labels


def divided(space: Array, similarity: Array, parted: Array, holds: Holds) -> Division:
    """`parted`: for each two statements the share of votes against them. Labels count from 0 without gaps;
    -1 is an outlier."""
    votes = 1 - parted
    labels = led(similarity, votes, by_average(parted, CUT, holds), holds)
    labels = pruned(space, votes, labels, holds)
    grouped = labels >= 0
    labels[grouped] = compact(labels[grouped])
    return Division(space, votes, labels)


def parted_by_views(
    similarity: Array, graphs: tuple[int, ...] = NEIGHBOURS, report: Reporter = silent
) -> Array:
    """n x n: the share of views (0-1) that part each two statements. `graphs`: how many neighbours each graph
    ties a statement to, the largest last."""
    report(0.0, "Two trees")
    nearest, weights = nearest_of(similarity, min(graphs[-1], len(similarity) // SHARE))
    trees = by_tree(similarity, TREE) + by_tree(blurred(similarity, nearest, weights), BLURRED_TREE)
    apart = np.zeros_like(trees)
    for place, labels in enumerate(by_graphs(nearest, weights, graphs)):
        report((1 + place) / (1 + len(graphs)), f"Graph {place + 1} of {len(graphs)}")
        apart += labels[:, None] != labels[None, :]
    return np.asarray(TREES_WEIGH * trees / 2 + (1 - TREES_WEIGH) * apart / len(graphs))


def parted_few(space: Array) -> Array:
    """Votes against each two of a few statements (0 or 1): their only view is average linkage of what they
    mean."""
    labels = by_average(distances(space), CUT_FEW, free(len(space)))
    return np.asarray(labels[:, None] != labels[None, :], dtype=np.float64)


def bears_views(vectors: Vectors) -> bool:
    """Whether there are enough statements, and different ones, for several views to vote on."""
    return len(vectors) >= FEW and bool(np.abs(vectors - vectors[0]).max() >= 1e-5)
