"""Ranks with their uncertainty: everything that people said is drawn again, thousands of times. Pure.

One draw gives every voice (an interview, a respondent, a colleague) a random weight that counts for all jobs
and criteria alike, so that what goes together in the sample goes together in every draw. This is Rubin's
Bayesian bootstrap (1981): weights are exponential instead of whole counts, and no draw is ever empty.

The weight of a voice depends on the seed and its name only: the order of the input, other jobs, other voices
and the weights of the criteria change nothing about it. Weights and values are rounded to binary fractions
that are summed without any loss, so that no machine adds them up differently.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

from jobs.scoring.composite import Composite, composite, scaled
from jobs.scoring.opportunity import Method
from jobs.scoring.worth import Worth

Array = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.int32]
BLOCKS = 512  # more voices than this are drawn in so many random groups (Wolter 2007), which costs little
LUCK_STEP, VALUE_STEP = 2.0**-20, 2.0**-10
TIED_BELOW = 0.85  # P(first of the group scores higher) under which a job counts as tied with it


# --- Luck -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Luck:
    """The random numbers of one simulation; everything in it is found again by name."""

    draws: int
    seed: int

    def of(self, voices: tuple[str, ...]) -> Array:
        """Exponential weights, voices x draws."""
        return np.stack([_weights(self, _drawn_as(voice, voices)) for voice in voices])

    def half(self, name: str) -> Array:
        """Gamma(1/2), 2 x draws: a priori half an interview holds the job, and half of one does not."""
        return _halves(self, name)

    def between(self, name: str) -> Array:
        """Even on 0-1, 4 x draws."""
        return self.stream(name).random((4, self.draws))

    def stream(self, name: str) -> np.random.Generator:
        """From the start each time it is asked for."""
        return np.random.default_rng([self.seed, *_digest(name)])


@lru_cache(maxsize=1024)
def _weights(luck: Luck, name: str) -> Array:
    return _kept(_exact(luck.stream(name).standard_exponential(luck.draws), LUCK_STEP))


@lru_cache(maxsize=512)
def _halves(luck: Luck, name: str) -> Array:
    normal = luck.stream(name).standard_normal((2, luck.draws))
    return _kept(_exact(normal * normal / 2, LUCK_STEP))


def _kept(values: Array) -> Array:
    values.setflags(write=False)
    return values


def _exact(values: Array, step: float) -> Array:
    return np.asarray(np.round(values / step) * step)


def _drawn_as(voice: str, voices: Sequence[str]) -> str:
    return voice if len(voices) <= BLOCKS else f"block {_digest(voice)[0] % BLOCKS}"


@lru_cache(maxsize=16_384)
def _digest(text: str) -> tuple[int, int]:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:16], "big")


# --- What was said ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Panel:
    """What each voice gave for each job: voices x jobs, NaN where it said nothing."""

    voices: tuple[str, ...]
    values: Array

    def __post_init__(self) -> None:
        if len(set(self.voices)) != len(self.voices) or len(self.voices) != len(self.values):
            raise ValueError("Every voice needs a name and a row of its own.")

    @property
    def given(self) -> Array:
        """1 where the voice gave a value."""
        return (~np.isnan(self.values)).astype(np.float64)

    @property
    def count(self) -> npt.NDArray[np.int64]:
        """Voices a job."""
        return np.asarray(self.given.sum(axis=0), dtype=np.int64)

    @property
    def mean(self) -> Array:
        """Over the voices that gave one; NaN where none did."""
        return _over(np.nansum(self.values, axis=0), self.given.sum(axis=0))

    def without(self, voices: Collection[str]) -> Panel:
        keep = [row for row, voice in enumerate(self.voices) if voice not in voices]
        return Panel(tuple(self.voices[row] for row in keep), self.values[keep])

    def checked(self, low: float, high: float) -> Panel:
        """Raises ValueError for a value off the scale."""
        wrong = self.values[(self.values < low) | (self.values > high)]
        if wrong.size:
            raise ValueError(f"A rating must lie between {low:g} and {high:g}, not {wrong[0]:g}.")
        return self

    def drawn(self, luck: Luck) -> Array:
        """The weighted mean of each job in each draw, jobs x draws."""
        if not self.voices:
            return np.full((self.values.shape[1], luck.draws), np.nan)
        names, place = _groups(self.voices)
        weights = np.stack([_weights(luck, name) for name in names])
        values = _exact(np.nan_to_num(self.values), VALUE_STEP)
        above, below = (_summed(part, place, len(names)) for part in (values, self.given))
        return _over(above.T @ weights, below.T @ weights)


def _groups(voices: tuple[str, ...]) -> tuple[list[str], npt.NDArray[np.int64]]:
    """What is drawn together has one weight: the names of the weights, and which of them each voice has."""
    if len(voices) <= BLOCKS:
        return list(voices), np.arange(len(voices))
    names: dict[str, int] = {}
    place = [names.setdefault(_drawn_as(voice, voices), len(names)) for voice in voices]
    return list(names), np.array(place)


def _summed(values: Array, place: npt.NDArray[np.int64], count: int) -> Array:
    """Rows of the same place added up before they are weighed: the same to the last bit, for all steps are
    powers of two, and with 10,000 voices a twentieth of the work."""
    if count == len(values):
        return values
    return np.stack([np.bincount(place, column, count) for column in values.T], axis=1)


def _over(above: Array, below: Array) -> Array:
    return np.asarray(np.divide(above, below, out=np.full(np.shape(below), np.nan), where=below > 0))


class Sample(Protocol):
    """One criterion of all jobs on 0-1, NaN where nothing is known of a job."""

    def points(self) -> Array:
        """The estimate of each job. Raises ValueError for a rating off its scale."""

    def drawn(self, luck: Luck) -> Array:
        """Jobs x draws: the same criterion in each draw."""


@dataclass(frozen=True)
class Held:
    """Prevalence (C3): interviews x jobs, 1 where the interview holds the job, else 0.

    Point: Laplace (k+1)/(n+2). Drawn: each job alone follows Beta(k + 1/2, n - k + 1/2) (Jeffreys), and two
    jobs are compared by the interviews in which they differ. An interview more that holds a job raises it in
    every draw, against every other job too.
    """

    jobs: tuple[str, ...]
    panel: Panel

    def points(self) -> Array:
        n = len(self.panel.voices)
        known = (self.panel.values.sum(axis=0) + 1) / (n + 2)
        return known if n else np.full(len(self.jobs), np.nan)

    def drawn(self, luck: Luck) -> Array:
        if not self.panel.voices:
            return np.full((len(self.jobs), luck.draws), np.nan)
        weights = luck.of(self.panel.voices)
        prior = np.stack([luck.half(f"prevalence of {job}") for job in self.jobs])
        held = self.panel.values.T @ weights + prior[:, 0]
        return np.asarray(held / (weights.sum(axis=0) + prior.sum(axis=1)))


@dataclass(frozen=True)
class Rated:
    """The mean of judgements on one scale; `low`-`high` becomes 0-1."""

    panel: Panel
    low: float
    high: float

    def points(self) -> Array:
        return (self.panel.checked(self.low, self.high).mean - self.low) / (self.high - self.low)

    def drawn(self, luck: Luck) -> Array:
        return np.clip((self.panel.drawn(luck) - self.low) / (self.high - self.low), 0, 1)


@dataclass(frozen=True)
class Opportunity:
    """I + max(I - S, 0) over 20 (C1). Importance and satisfaction are rated 1-5 and brought to 0-10 by
    `method`, as `opportunity.rescale` does. Whoever answered both is drawn with both."""

    importance: Panel
    satisfaction: Panel
    method: Method

    def tens(self) -> tuple[Panel, Panel]:
        return _tens(self.importance, self.method), _tens(self.satisfaction, self.method)

    def points(self) -> Array:
        importance, satisfaction = (panel.mean for panel in self.tens())
        return _opportunity(importance, satisfaction)

    def drawn(self, luck: Luck) -> Array:
        importance, satisfaction = (panel.drawn(luck) for panel in self.tens())
        return _opportunity(importance, satisfaction)


def _tens(panel: Panel, method: Method) -> Panel:
    ratings = panel.checked(1, 5).values
    boxes = np.where(np.isnan(ratings), np.nan, np.where(ratings >= 4, 10.0, 0.0))
    return Panel(panel.voices, 10 * (ratings - 1) / 4 if method == "mean" else boxes)


def _opportunity(importance: Array, satisfaction: Array) -> Array:
    return np.asarray((importance + np.maximum(importance - satisfaction, 0)) / 20)


@dataclass(frozen=True)
class Worths:
    """Expected contribution a year over the largest that any job of the study may reach (C8).

    A loss counts as 0: a score has no place for less. None where a job has no ranges."""

    jobs: tuple[str, ...]
    worths: tuple[Worth | None, ...]

    @cached_property
    def largest(self) -> float:
        return max((worth.contribution.high for worth in self.worths if worth), default=0.0)

    def points(self) -> Array:
        expected = np.array([worth.expected if worth else np.nan for worth in self.worths])
        return self._share(expected)

    def drawn(self, luck: Luck) -> Array:
        rows = zip(self.jobs, self.worths, strict=True)
        return np.stack([self._drawn(job, worth, luck) for job, worth in rows])

    def _drawn(self, job: str, worth: Worth | None, luck: Luck) -> Array:
        if worth is None:
            return np.full(luck.draws, np.nan)
        ends = (worth.performers, worth.reach, worth.price, worth.cost)
        place = luck.between(f"worth of {job}")
        people, share, price, cost = (
            end.low + (end.high - end.low) * at for end, at in zip(ends, place, strict=True)
        )
        return self._share(people * share * (price - cost))

    def _share(self, contribution: Array) -> Array:
        return np.clip(contribution / self.largest, 0, 1) if self.largest > 0 else 0 * contribution


@dataclass(frozen=True)
class FirstKnown:
    """The better source where it knows a job, the other one elsewhere; never a mixture of both."""

    better: Sample
    other: Sample

    def points(self) -> Array:
        better = self.better.points()
        return np.where(np.isnan(better), self.other.points(), better)

    def drawn(self, luck: Luck) -> Array:
        unknown = np.isnan(self.better.points())
        return np.where(unknown[:, None], self.other.drawn(luck), self.better.drawn(luck))


# --- Ranking ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class RankedJob:
    """`rank` by the point estimate; the interval holds 90 % of simulated ranks. None: nothing known.

    Jobs with one `tie_group` (the rank of its first job) are not told apart by the evidence.
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
    return np.ascontiguousarray(_over(100 * total.T, np.broadcast_to(available, total.T.shape)))


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
            p_top3=float(top3[index]),
            tie_group=groups[index],
        )
        for index in order
    ]


def _simulated(scores: Array) -> tuple[Ranks, Ranks, Array]:
    """Of each job over all draws: the ranks between which 90 % lie, and P(rank 1 to 3)."""
    ranks = np.sort(_ranks(scores).T, axis=1)
    return _percentile(ranks, 5), _percentile(ranks, 95), (ranks <= 3).mean(axis=1)


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
