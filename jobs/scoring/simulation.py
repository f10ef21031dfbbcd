"""Ranks with their uncertainty: everything that people said is drawn again, thousands of times. Pure.

`luck` gives the random weights, `samples` the criteria in every draw; here each draw is ranked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.scoring.composite import Composite, composite, scaled
from jobs.scoring.luck import Array, Luck
from jobs.scoring.samples import Sample, over

Ranks = npt.NDArray[np.int32]
TIED_BELOW = 0.85  # P(first of the group scores higher) under which a job counts as tied with it


TOP = 3  # first ranks, of which it is told how often a job is among them


@dataclass(frozen=True)
class RankedJob:
    """`rank` by the point estimate; the interval holds 90 % of simulated ranks. None: nothing known.

    `p_top3` is None, too, where no more than three are ranked: each would be among them for certain, which
    tells nothing. Jobs with one `tie_group` (the rank of its first job) are not told apart by the evidence.
    """

    key: str
    composite: Composite
    rank: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    p_top3: float | None = None
    tie_group: int | None = None


@dataclass(frozen=True)
class Drawn:
    """Every criterion of every job, as points and in every draw: what a ranking with any weights needs."""

    jobs: tuple[str, ...]
    points: Mapping[str, Array]
    draws: Mapping[str, Array]

    def only(self, jobs: Collection[str]) -> Drawn:
        """Fewer jobs, with the draws that they had among all."""
        rows = [row for row, job in enumerate(self.jobs) if job in jobs]
        if len(rows) == len(self.jobs):
            return self
        return Drawn(
            tuple(self.jobs[row] for row in rows),
            {name: points[rows] for name, points in self.points.items()},
            {name: drawn[rows] for name, drawn in self.draws.items()},
        )

    def but(self, other: Drawn) -> Drawn:
        """The same jobs, with the criteria of `other` in place of these."""
        return Drawn(self.jobs, {**self.points, **other.points}, {**self.draws, **other.draws})

    def values(self, row: int) -> dict[str, float | None]:
        """Each criterion of one job, as `composite` takes it."""
        found = {name: float(points[row]) for name, points in self.points.items()}
        return {name: None if value != value else value for name, value in found.items()}


def draw(jobs: Sequence[str], samples: Mapping[str, Sample], *, draws: int = 2000, seed: int = 0) -> Drawn:
    """Jobs in the order of the samples' columns. Raises ValueError for values off their scale."""
    if len(set(jobs)) != len(jobs):
        raise ValueError("Every job needs a key of its own.")
    if draws < 1:
        raise ValueError("At least one draw is needed.")
    luck = Luck(draws, seed)
    points = {name: sample.points() for name, sample in sorted(samples.items())}
    return Drawn(tuple(jobs), points, {name: sample.drawn(luck) for name, sample in sorted(samples.items())})


def rank(drawn: Drawn, weights: Mapping[str, float]) -> tuple[RankedJob, ...]:
    """By composite, then again in every draw (method.md 4.2, point 6). In rank order, unknown jobs last."""
    points = [composite(weights, drawn.values(row)) for row in range(len(drawn.jobs))]
    known = [row for row, point in enumerate(points) if point.score is not None]
    unknown = sorted(
        (drawn.jobs[row], points[row]) for row, point in enumerate(points) if point.score is None
    )
    ranked = _ranked([(drawn.jobs[row], points[row]) for row in known], _scores(drawn, weights)[:, known])
    return (*ranked, *(RankedJob(key, point) for key, point in unknown))


def _scores(drawn: Drawn, weights: Mapping[str, float]) -> Array:
    """Draws x jobs on 0-100; a criterion that a job lacks is left out of that job's average."""
    shape = next(iter(drawn.draws.values())).shape if drawn.draws else (len(drawn.jobs), 1)
    total, available = np.zeros(shape), np.zeros(shape[0])
    for name, weight in sorted(scaled(weights).items()):
        if weight and name in drawn.draws:
            known = ~np.isnan(drawn.points[name])
            total[known] += weight * drawn.draws[name][known]
            available += weight * known
    return np.ascontiguousarray(over(100 * total.T, np.broadcast_to(available, total.T.shape)))


def _ranked(jobs: Sequence[tuple[str, Composite]], scores: Array) -> list[RankedJob]:
    if not jobs:
        return []
    points = _ranks(np.array([[point.score for _key, point in jobs]], dtype=np.float64))[0]
    low, high, top3 = _simulated(scores)
    order = sorted(range(len(jobs)), key=lambda index: (points[index], jobs[index][0]))
    groups = _tie_groups(order, points, np.ascontiguousarray(scores.T))
    return [
        RankedJob(
            *jobs[index],
            rank=int(points[index]),
            rank_low=int(min(low[index], points[index])),
            rank_high=int(max(high[index], points[index])),
            p_top3=float(top3[index]) if len(jobs) > TOP else None,
            tie_group=groups[index],
        )
        for index in order
    ]


def _simulated(scores: Array) -> tuple[Ranks, Ranks, Array]:
    """Of each job over all draws: the ranks between which 90 % lie, and P(rank 1 to 3)."""
    ranks = np.sort(_ranks(scores).T, axis=1)
    return _percentile(ranks, 5), _percentile(ranks, 95), (ranks <= TOP).mean(axis=1)


def _percentile(rows: Ranks, percent: int) -> Ranks:
    """Of each sorted row, the smallest rank that at least so many percent do not exceed (nearest rank)."""
    last = -(-rows.shape[1] * percent // 100)  # rounded up
    return rows[:, last - 1]


def _ranks(scores: Array) -> Ranks:
    """1 = highest in each row; equal scores share the better rank. Rounded: sums differ in the last bit."""
    rounded = np.round(scores, 9)
    order = np.argsort(-rounded, axis=1)
    falling = np.take_along_axis(rounded, order, axis=1)
    places = np.arange(1, scores.shape[1] + 1, dtype=np.int32)
    begins = np.ones(scores.shape, dtype=bool)  # where a score differs from the one before
    begins[:, 1:] = falling[:, 1:] < falling[:, :-1]
    ranks = np.empty(scores.shape, dtype=np.int32)
    np.put_along_axis(ranks, order, np.maximum.accumulate(np.where(begins, places, 0), axis=1), axis=1)
    return ranks


def _tie_groups(order: Sequence[int], ranks: Ranks, scores: Array) -> dict[int, int]:
    """Job -> the rank of the first one that it is tied with, `order` and `scores` (jobs x draws) by index."""
    groups: dict[int, int] = {}
    leader = order[0]
    for index in order:
        if np.mean(scores[leader] > scores[index]) >= TIED_BELOW:
            leader = index
        groups[index] = int(ranks[leader])
    return groups
