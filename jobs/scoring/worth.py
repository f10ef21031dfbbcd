"""What a job may be worth in a year, from declared ranges (C7, C8). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from jobs.scoring.intervals import Interval


@dataclass(frozen=True)
class Range:
    """A declared range; any value between its ends is held to be equally likely."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:  # also catches NaN
            raise ValueError("A range must run from its lower to its higher end.")

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Worth:
    """Performers: people who have the job. Reach: the share of them that can be reached, 0-1. Price: what one
    of them would pay a year. Cost: what serving one costs a year."""

    performers: Range
    reach: Range
    price: Range
    cost: Range

    @property
    def market(self) -> Interval:
        """C7: performers x willingness to pay, a year (STRATEGYN-SIZE, THRV). Shown, not scored: it is a
        factor of the contribution, and counting it again would count it twice."""
        return Interval(self.performers.low * self.price.low, self.performers.high * self.price.high)

    @property
    def contribution(self) -> Interval:
        """C8: performers x reach x (price - cost), a year, at its worst and at its best; negative where
        serving costs more than it brings. This project's own formula (method.md 4.1)."""
        ends = (self.performers, self.reach, self.price, self.cost)
        corners = product(*((end.low, end.high) for end in ends))
        values = [people * share * (price - cost) for people, share, price, cost in corners]
        return Interval(min(values), max(values))

    @property
    def expected(self) -> float:
        """The mean of the contribution: the four are drawn independently, so means may be multiplied."""
        return self.performers.middle * self.reach.middle * (self.price.middle - self.cost.middle)
