"""Groups of job statements by the vote of several views; their number is not given.

Each view divides the statements by itself; average linkage over the share of views that part two statements
then joins what most views put together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from jobs.analysis.arrays import Array, Labels, compact, distances
from jobs.analysis.embed import Vectors
from jobs.analysis.linkage import by_average, by_average_within
from jobs.analysis.mending import FEW, pruned
from jobs.analysis.pins import Holds
from jobs.analysis.results import Report, silent
from jobs.analysis.views import by_average_refined, by_eigengap, by_ward

CUT_FEW = 0.6  # where average linkage stops without centring, which few statements do not bear
HALF = 0.5 + 1e-9


@dataclass(frozen=True)
class Division:
    """The space that similarity is told in, the share of views per pair, and a group for each statement."""

    space: Array
    votes: Array
    labels: Labels


def divided(
    space: Array, holds: Holds, *, few: bool, seed: int = 0, light: bool = False, report: Report = silent
) -> Division:
    """`space`: a row of length 1, or 0, a statement; centred unless there are `few`. `light` leaves out the
    views that cost most. Labels count from 0 without gaps; -1 is an outlier."""
    if not len(space):
        return Division(space, np.zeros((0, 0)), np.zeros(0, dtype=np.int64))
    found = [by_average(distances(space), CUT_FEW)] if few else _views(space, seed, light, report)
    votes = np.zeros((len(space), len(space)))
    for labels in found:
        votes += (labels[:, None] == labels[None, :]) / len(found)
    labels = pruned(space, votes, by_average_within(1 - votes, HALF, holds), holds)
    grouped = labels >= 0
    labels[grouped] = compact(labels[grouped])
    return Division(space, votes, labels)


def _views(space: Array, seed: int, light: bool, report: Report) -> list[Labels]:
    views: list[Callable[[], Labels]] = [lambda: by_average_refined(space)]
    if not light:
        views += [lambda: by_ward(space), lambda: by_eigengap(space, seed)]
    found = []
    for place, view in enumerate(views):
        report(place / len(views), f"View {place + 1} of {len(views)}")
        found.append(view())
    return found


def bears_views(vectors: Vectors) -> bool:
    """Few statements, or equal ones, leave nothing to vote on."""
    return len(vectors) >= FEW and bool(np.abs(vectors - vectors[0]).max() >= 1e-5)
