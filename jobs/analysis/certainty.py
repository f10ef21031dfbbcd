"""How sure is a group? Other interviews could have been held, so interviews are resampled, not statements.

*Found again*: of the groups of a resample, the one that shares most with the group's members in the resample
shares more than half, |both| / |either| > 1/2 (Jaccard). Below that a group counts as dissolved: C. Hennig,
"Cluster-wise assessment of cluster stability", Computational Statistics & Data Analysis 52 (2007), and
"Dissolution point and isolation robustness", Journal of Multivariate Analysis 99 (2008). A group none of
whose interviews was drawn is not found again either.

A group that people put together, as a whole or in part, is looked for in draws that are grouped as if nobody
had decided: their decision would hold it together in every draw, whatever its members say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from jobs.analysis.arrays import Array, Bools, Labels
from jobs.analysis.results import Statement, rounded
from studies.progress import Reporter, silent, stage

FEWEST_INTERVIEWS = 3  # draws of fewer are nearly always the same
USUAL = 1000  # statements up to which all resamples are made; above, fewer by the square, as each costs
FEWEST_RESAMPLES = 20
WORTH_LEAVING_OUT = 0.25  # a group stands on no interview that holds less than this share of its members

# Some statements grouped anew: under what people decided, and as if nobody had
Redo = Callable[[Labels], tuple[Labels, Labels]]


@dataclass(frozen=True)
class Certainty:
    """Per label: the share of `resamples` in which the group was found again, and interviews it stands on.
    Per statement: the share of the resamples it appeared in, in which it was in its group found again."""

    resamples: int = 0
    found: Array | None = None
    stayed: Array | None = None
    alone: tuple[tuple[str, ...], ...] = ()

    def group(self, label: int) -> float | None:
        """On 0-1; None where nothing was drawn again."""
        return None if self.found is None else rounded(self.found[label])

    def member(self, index: int) -> float | None:
        """On 0-1; None where nothing was drawn again, and for a statement that no group holds."""
        if self.stayed is None or np.isnan(self.stayed[index]):
            return None
        return rounded(self.stayed[index])

    def stands_on(self, label: int) -> tuple[str, ...]:
        return self.alone[label] if self.alone else ()


def resamples_for(statements: int, wanted: int) -> int:
    """All that are wanted for up to 1,000 statements, then fewer: 25 of 100 for 2,000, never under 20."""
    if statements <= USUAL:
        return wanted
    return min(wanted, max(FEWEST_RESAMPLES, int(wanted * (USUAL / statements) ** 2)))


def certified(
    labels: Labels,
    items: Sequence[Statement],
    kept: Bools,
    redo: Redo,
    *,
    resamples: int,
    seed: int = 0,
    report: Reporter = silent,
) -> Certainty:
    """`labels` count from 0 without gaps; people put the `kept` statements where they are. `redo` gets the
    indices of some statements and labels these."""
    if not resamples or labels.max(initial=-1) < 0:
        return Certainty()
    names = list(dict.fromkeys(item.interview for item in items))  # in the order of the texts
    trial = Trial(labels, np.array([names.index(item.interview) for item in items]), kept, redo)
    draws = _draws(len(names), resamples, seed)
    large = np.flatnonzero(trial.leans.any(axis=0)).tolist()
    drawing = len(large) / (len(large) + len(draws)) if large else 0.0  # when it begins
    alone = _left_out(trial, large, stage(report, 0, drawing))
    found, stayed = _resampled(trial, draws, stage(report, drawing, 1))
    return Certainty(len(draws), found, stayed, tuple(tuple(names[voice] for voice in of) for of in alone))


@dataclass(frozen=True)
class Trial:
    """A grouping that is put to the test. `whose`: the interview of each statement, by its number; `kept`:
    statements that people put where they are."""

    labels: Labels
    whose: Labels
    kept: Bools
    redo: Redo

    @property
    def count(self) -> int:
        return int(self.labels.max()) + 1

    @cached_property
    def leans(self) -> Bools:
        """Groups x interviews: does the group lean on the interview, which holds enough of its members?"""
        grouped = self.labels >= 0
        table = np.zeros((self.count, int(self.whose.max()) + 1))
        np.add.at(table, (self.labels[grouped], self.whose[grouped]), 1)
        return np.asarray(table / table.sum(axis=1, keepdims=True) >= WORTH_LEAVING_OUT)

    @cached_property
    def by_people(self) -> Bools:
        """Per group: did people put it together, at least in part?"""
        return np.bincount(self.labels[self.labels >= 0], self.kept[self.labels >= 0], self.count) > 0

    def again(self, drawn: Bools) -> tuple[Bools, Bools]:
        """The statements that were drawn, grouped anew; see `_found_again`."""
        inside = np.flatnonzero(drawn)
        (found, stayed), (found_freely, stayed_freely) = (
            self._compared(inside, again, drawn) for again in self.redo(inside)
        )
        free = self.by_people
        return np.where(free, found_freely, found), np.where(free[self.labels], stayed_freely, stayed)

    def _compared(self, inside: Labels, again: Labels, drawn: Bools) -> tuple[Bools, Bools]:
        new = np.full(len(self.labels), -1)
        new[inside] = again
        return _found_again(self.labels, new, drawn, self.count)


def _left_out(trial: Trial, large: Sequence[int], report: Reporter) -> list[list[int]]:
    """Per group the interviews each of which, left out alone, makes it fall; none where it does not even
    stand with all of them."""
    alone: list[list[int]] = [[] for _label in range(trial.count)]
    stands, _stayed = trial.again(np.ones(len(trial.labels), dtype=bool))
    for place, voice in enumerate(large):
        report(place / len(large), f"Leaving out interview {place + 1} of {len(large)}")
        found, _stayed = trial.again(trial.whose != voice)
        for label in np.flatnonzero(stands & ~found & trial.leans[:, voice]):
            alone[label].append(voice)
    return alone


def _resampled(trial: Trial, draws: Sequence[Bools], report: Reporter) -> tuple[Array | None, Array | None]:
    """Shares of the draws, per group and per statement as `Certainty` tells them; None without draws."""
    if not draws:
        return None, None
    hits, stays, shown = np.zeros(trial.count), np.zeros(len(trial.labels)), np.zeros(len(trial.labels))
    for place, drawn in enumerate(draws):
        report(place / len(draws), f"Resample {place + 1} of {len(draws)}")
        kept = drawn[trial.whose]
        found, stayed = trial.again(kept)
        hits, stays, shown = hits + found, stays + stayed, shown + kept
    share = np.divide(stays, shown, out=np.full_like(stays, np.nan), where=shown > 0)
    return hits / len(draws), share


def _draws(interviews: int, resamples: int, seed: int) -> list[Bools]:
    """As many interviews as there are, drawn with replacement; one drawn twice counts once."""
    if interviews < FEWEST_INTERVIEWS:
        return []
    rng = np.random.default_rng(seed)
    drawn = rng.integers(interviews, size=(resamples, interviews))
    return [np.isin(np.arange(interviews), row) for row in drawn]


def _found_again(labels: Labels, again: Labels, kept: Bools, count: int) -> tuple[Bools, Bools]:
    """Per group: was it found again? Per statement: was it in its group found again? `again` holds the new
    labels of the statements that were `kept`."""
    before, after = kept & (labels >= 0), kept & (again >= 0)
    table = np.zeros((count, int(again.max(initial=-1)) + 2))  # groups x new groups: members of both
    np.add.at(table, (labels[before & after], again[before & after]), 1)
    old = np.bincount(labels[before], minlength=count)[:, None]
    new = np.bincount(again[after], minlength=table.shape[1])[None, :]
    jaccard = table / np.maximum(old + new - table, 1)
    best = jaccard.argmax(axis=1)
    found = jaccard[np.arange(count), best] > 0.5
    stayed = before & after
    stayed[stayed] = found[labels[stayed]] & (again[stayed] == best[labels[stayed]])
    return found, stayed
