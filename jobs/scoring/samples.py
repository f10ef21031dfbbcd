"""What was said of the jobs, criterion by criterion: its estimate, and the same in every draw. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from jobs.scoring.luck import Array, Luck, drawn_together, exact
from jobs.scoring.opportunity import Method
from jobs.scoring.worth import Worth

VALUE_STEP = 2.0**-10  # a binary fraction, as the weights are


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
        return over(np.nansum(self.values, axis=0), self.given.sum(axis=0))

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
        names, place = drawn_together(self.voices)
        weights = luck.named(names)
        values = exact(np.nan_to_num(self.values), VALUE_STEP)
        above, below = (_summed(part, place, len(names)) for part in (values, self.given))
        return over(above.T @ weights, below.T @ weights)


def _summed(values: Array, place: npt.NDArray[np.int64], count: int) -> Array:
    """Rows of the same place added up before they are weighed: the same to the last bit, for all steps are
    powers of two, and with 10,000 voices a twentieth of the work."""
    if count == len(values):
        return values
    return np.stack([np.bincount(place, column, count) for column in values.T], axis=1)


def over(above: Array, below: Array) -> Array:
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
