"""How sure is a group? Other interviews could have been held, so interviews are resampled, not statements.

*Found again*: of the groups of a resample, the one that shares most with the group's members in the resample
shares more than half, |both| / |either| > 1/2 (Jaccard). Below that a group counts as dissolved: C. Hennig,
"Cluster-wise assessment of cluster stability", Computational Statistics & Data Analysis 52 (2007), and
"Dissolution point and isolation robustness", Journal of Multivariate Analysis 99 (2008). A group none of
whose interviews was drawn is not found again either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from jobs.analysis.arrays import Array, Bools, Labels
from jobs.analysis.results import Statement, rounded
from studies.progress import Reporter, silent

FEWEST_INTERVIEWS = 3  # draws of fewer are nearly always the same
USUAL = 1000  # statements up to which all resamples are made; above, fewer by the square, as each costs
FEWEST_RESAMPLES = 20
WORTH_LEAVING_OUT = 0.25  # a group stands on no interview that holds less than this share of its members

Redo = Callable[[Labels], Labels]


@dataclass(frozen=True)
class Certainty:
    """Per label: the share of `resamples` in which the group was found again, and interviews it stands on.
    Per statement: the share of the resamples it appeared in, in which it was in its group found again."""

    resamples: int = 0
    found: Array | None = None
    stayed: Array | None = None
    alone: tuple[tuple[str, ...], ...] = ()

    def group(self, label: int) -> float | None:
        return None if self.found is None else rounded(self.found[label])

    def member(self, index: int) -> float | None:
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
    redo: Redo,
    *,
    resamples: int,
    seed: int = 0,
    report: Reporter = silent,
) -> Certainty:
    """`labels` count from 0 without gaps. `redo` gets the indices of some statements and labels these."""
    count = int(labels.max(initial=-1)) + 1
    if not count or not resamples:
        return Certainty()
    names = list(dict.fromkeys(item.interview for item in items))  # in the order of the texts
    whose = np.array([names.index(item.interview) for item in items])
    shares = _shares(labels, whose, count)
    without = np.flatnonzero((shares >= WORTH_LEAVING_OUT).any(axis=0)).tolist()
    draws = _draws(len(names), resamples, seed)
    steps = len(draws) + len(without)

    def again(kept: Bools, place: int, message: str) -> tuple[Bools, Bools]:
        report(place / steps, message)
        inside = np.flatnonzero(kept)
        new = np.full(len(labels), -1)
        new[inside] = redo(inside)
        return _found_again(labels, new, kept, count)

    alone: list[list[str]] = [[] for _label in range(count)]
    for place, voice in enumerate(without):
        found, _stayed = again(whose != voice, place, f"Leaving out interview {place + 1} of {len(without)}")
        for label in np.flatnonzero(~found & (shares[:, voice] >= WORTH_LEAVING_OUT)):
            alone[label].append(names[voice])
    hits, stays, shown = np.zeros(count), np.zeros(len(items)), np.zeros(len(items))
    for place, drawn in enumerate(draws):
        kept = drawn[whose]
        found, stayed = again(kept, len(without) + place, f"Resample {place + 1} of {len(draws)}")
        hits, stays, shown = hits + found, stays + stayed, shown + kept
    return _certainty(alone, len(draws), hits, stays, shown)


def _draws(interviews: int, resamples: int, seed: int) -> list[Bools]:
    """As many interviews as there are, drawn with replacement; one drawn twice counts once."""
    if interviews < FEWEST_INTERVIEWS:
        return []
    rng = np.random.default_rng(seed)
    drawn = rng.integers(interviews, size=(resamples, interviews))
    return [np.isin(np.arange(interviews), row) for row in drawn]


def _shares(labels: Labels, whose: Labels, count: int) -> Array:
    """Of each group's members, the share that each interview holds."""
    grouped = labels >= 0
    table = np.zeros((count, int(whose.max()) + 1))
    np.add.at(table, (labels[grouped], whose[grouped]), 1)
    return np.asarray(table / table.sum(axis=1, keepdims=True))


def _found_again(labels: Labels, again: Labels, kept: Bools, count: int) -> tuple[Bools, Bools]:
    """Per group: was it found again? Per statement: was it in its group found again?"""
    before, after = kept & (labels >= 0), kept & (again >= 0)
    table = np.zeros((count, int(again.max(initial=-1)) + 2))
    np.add.at(table, (labels[before & after], again[before & after]), 1)
    old = np.bincount(labels[before], minlength=count)[:, None]
    new = np.bincount(again[after], minlength=table.shape[1])[None, :]
    jaccard = table / np.maximum(old + new - table, 1)
    best = jaccard.argmax(axis=1)
    found = jaccard[np.arange(count), best] > 0.5
    stayed = before & after
    stayed[stayed] = found[labels[stayed]] & (again[stayed] == best[labels[stayed]])
    return found, stayed


def _certainty(
    alone: Sequence[Sequence[str]], resamples: int, hits: Array, stays: Array, shown: Array
) -> Certainty:
    by_one = tuple(tuple(names) for names in alone)
    if not resamples:
        return Certainty(alone=by_one)
    share = np.divide(stays, shown, out=np.full_like(stays, np.nan), where=shown > 0)
    return Certainty(resamples, hits / resamples, share, by_one)
