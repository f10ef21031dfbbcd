"""Arithmetic of survey answers: opportunity with its bootstrap band, Kano counts. Plain values in and out.

A respondent is one (importance, satisfaction) pair, each 1-5 or None. Respondents with the same pair are
alike, so drawing respondents again with replacement is one multinomial draw over the 36 possible pairs: as
exact as drawing them one by one, and as fast for ten thousand of them as for ten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from jobs.standing import DIRECTIONAL_BELOW

Method = Literal["mean", "top_two_box"]
Pair = tuple[int | None, int | None]
DRAWS = 2000
BAND = (5, 95)  # percentiles: the middle 90 %
METHODS: Mapping[Method, str] = {
    "mean": "10 × (mean − 1) ÷ 4",
    "top_two_box": "10 × the share of respondents who chose 4 or 5 (top-two-box)",
}


@dataclass(frozen=True)
class Scores:
    """Importance and satisfaction on 0-10, opportunity on 0-20; None where nobody rated what it needs."""

    n_imp: int
    n_sat: int
    importance: float | None
    satisfaction: float | None
    opportunity: float | None
    low: float | None = None
    high: float | None = None

    @property
    def n(self) -> int:
        """The respondents that the opportunity rests on."""
        return min(self.n_imp, self.n_sat)

    @property
    def is_directional(self) -> bool:
        return self.n < DIRECTIONAL_BELOW

    @property
    def percent(self) -> float | None:
        """Where it stands on a line from 0 to 20."""
        return None if self.opportunity is None else 5 * self.opportunity

    @property
    def low_percent(self) -> float | None:
        return None if self.low is None else 5 * self.low

    @property
    def high_percent(self) -> float | None:
        return None if self.high is None else 5 * self.high

    @property
    def region(self) -> str:
        from jobs.scoring import region

        return "" if self.opportunity is None else region(self.opportunity)


def scores(pairs: Iterable[Pair], method: Method, *, seed: int = 0) -> Scores:
    """Opp = I + max(I - S, 0) of one job (Ulwick), with a 90 % bootstrap band over respondents.

    The order of the respondents changes nothing. None stays out of both means; it never counts as zero.
    One respondent has no band: drawing the same person again would look like certainty.
    """
    from jobs.scoring import opportunity, rescale

    cells = Counter(pairs)
    imp = [pair[0] for pair in cells.elements() if pair[0] is not None]
    sat = [pair[1] for pair in cells.elements() if pair[1] is not None]
    importance, satisfaction = rescale(imp, method), rescale(sat, method)
    if importance is None or satisfaction is None:
        return Scores(len(imp), len(sat), importance, satisfaction, None)
    score = opportunity(importance, satisfaction)
    band = _band(cells, method, seed) if min(len(imp), len(sat)) > 1 else (None, None)
    return Scores(len(imp), len(sat), importance, satisfaction, score, *band)


def _band(cells: Mapping[Pair, int], method: Method, seed: int) -> tuple[float, float]:
    import numpy as np

    ordered = sorted(cells, key=lambda pair: (pair[0] or 0, pair[1] or 0))
    counts = np.array([cells[pair] for pair in ordered], dtype=float)
    drawn = np.random.default_rng(seed).multinomial(int(counts.sum()), counts / counts.sum(), size=DRAWS)
    with np.errstate(invalid="ignore", divide="ignore"):  # a draw in which nobody rated is left out below
        imp, sat = (_drawn_means(drawn, [pair[side] for pair in ordered], method) for side in (0, 1))
    found = imp + np.maximum(imp - sat, 0)
    low, high = np.percentile(found[np.isfinite(found)], BAND)
    return float(low), float(high)


def _drawn_means(drawn: Any, ratings: list[int | None], method: Method) -> Any:
    """Importance or satisfaction of every draw, on 0-10."""
    import numpy as np

    rated = np.array([rating is not None for rating in ratings], dtype=float)
    worth = [_worth(rating, method) for rating in ratings]
    return (drawn @ np.array(worth)) / (drawn @ rated)


def _worth(rating: int | None, method: Method) -> float:
    if rating is None:
        return 0.0
    return 10 * (rating - 1) / 4 if method == "mean" else 10.0 * (rating >= 4)


# --- Kano --------------------------------------------------------------------------------------------
KANO_NAMES: Mapping[str, str] = {
    "A": "attractive",
    "O": "one-dimensional",
    "M": "must-be",
    "I": "indifferent",
    "R": "reverse",
    "Q": "questionable",
}


@dataclass(frozen=True)
class Kano:
    """How often each class was answered; better 0-1, worse -1-0, None without answers that count."""

    counts: Mapping[str, int] = field(default_factory=dict)
    better: float | None = None
    worse: float | None = None

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def is_directional(self) -> bool:
        return self.n < DIRECTIONAL_BELOW

    @property
    def most_frequent(self) -> str:
        """The class that most respondents fall into; empty where none or several do."""
        most = max(self.counts.values(), default=0)
        first = [name for name, count in self.counts.items() if count == most]
        return first[0] if most and len(first) == 1 else ""


def kano(pairs: Iterable[tuple[str | None, str | None]]) -> Kano:
    """(answer with, answer without) of each respondent; half a pair is no answer (table and coefficients:
    jobs.scoring)."""
    from jobs.scoring import better_worse, kano_class

    classes = Counter(kano_class(yes, no) for yes, no in pairs if yes and no)  # type: ignore[arg-type]
    counts = {name: classes.get(name, 0) for name in KANO_NAMES}  # type: ignore[call-overload]
    found = better_worse(classes)
    return Kano(counts, found.better, found.worse) if found else Kano(counts)
