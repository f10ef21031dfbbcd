"""The balance of forces (C5). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from interviews.kinds import FORCES

Lean = Literal["promoting", "even", "blocking"]
# Force -> mean intensity 0-4 in one interview, of the forces that were heard there; None: heard and not rated
Felt = Mapping[str, float | None]


@dataclass(frozen=True)
class ForceBalance:
    """`value` in points of intensity; `lean`, its sign, is all of it that may be shown as a fact."""

    value: float
    lean: Lean


def force_balance(push: float, pull: float, anxiety: float, habit: float) -> ForceBalance:
    """(push + pull) - (anxiety + habit); a switch needs a positive sum.

    The inequality is Moesta's (FORCES), the arithmetic this project's. Intensities are ordinal: show the
    lean, never the number as a fact.
    """
    value = round((push + pull) - (anxiety + habit), 9)  # means that cancel each other leave 1e-17
    lean: Lean = "promoting" if value > 0 else "blocking" if value < 0 else "even"
    return ForceBalance(value, lean)


@dataclass(frozen=True)
class Forces:
    """The forces of several interviews.

    `means` of intensity 0-4, None for a force that nobody rated; `n` interviews, those in which any force was
    rated; `leans`: how many of them lean which way, without those in which a force was heard and not rated.
    """

    means: Mapping[str, float | None]
    n: int
    leans: Mapping[Lean, int]

    @property
    def balance(self) -> ForceBalance | None:
        """None until any force was rated."""
        return _balance(self.means) if self.n else None


def forces_over(interviews: Iterable[Felt]) -> Forces:
    """Of interviews in each of which at least one force was rated.

    A force that was not heard in an interview counts with 0 there, so that the fear of one does not weigh
    as much as that of all; one that was heard and not rated is missing there. This project's own rule."""
    rated = list(interviews)
    whole = [felt for felt in rated if None not in felt.values()]
    means = {force: _mean(force, rated) for force in FORCES}
    return Forces(means, len(rated), Counter(_balance(felt).lean for felt in whole))


def _mean(force: str, rated: Sequence[Felt]) -> float | None:
    known = [mean for felt in rated if (mean := felt.get(force, 0.0)) is not None]
    return fmean(known) if any(felt.get(force) is not None for felt in rated) else None


def _balance(means: Felt) -> ForceBalance:
    return force_balance(**{force: means.get(force) or 0.0 for force in FORCES})
