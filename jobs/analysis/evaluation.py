"""How good suggestions of elements and codes are, tested on interviews that were held back. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from jobs.analysis.arrays import Labels
from jobs.analysis.speech import Array
from jobs.analysis.suggest import SHOWN, Material, by_label, likely, likely_codes, tempered
from studies.progress import Reporter, silent

Fold = tuple[list[int], list[int]]  # rows to learn from, rows to test

SEED = 0
FOLDS = 5
CURVE = (0, 1, 5, 10, 20)  # labels of each element, for the learning curve
DRAWS = 4  # how often the few examples of the curve are drawn anew
TESTED_ENOUGH = 30  # held-back sentences that confidences can be calibrated on


@dataclass(frozen=True)
class Score:
    """How one label fared on sentences held back: right at first, and among the first three."""

    labels: int = 0
    tested: int = 0
    first: int = 0
    first_three: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.labels + other.labels,
            self.tested + other.tested,
            self.first + other.first,
            self.first_three + other.first_three,
        )


@dataclass(frozen=True)
class Evaluation:
    """`scores` by label; `curve` by examples of each label; `temperature` evens out the confidences."""

    scores: dict[str, Score] = field(default_factory=dict)
    curve: dict[int, Score] = field(default_factory=dict)
    temperature: float = 1.0

    @property
    def total(self) -> Score:
        return sum(self.scores.values(), Score())


def evaluate(
    found: Material,
    of: Sequence[str],
    interviews: Sequence[str],
    *,
    report: Reporter = silent,
) -> Evaluation:
    """Each sentence is judged by what was learned from other interviews only.

    `of` and `interviews` name label and interview of each row. One interview alone cannot be tested: its
    labels are counted, nothing else.
    """
    labels = {key: Score(labels=list(of).count(key)) for key in found.keys}
    folds = _folds(interviews)
    if len(folds) < 2:
        return Evaluation(labels)
    table = np.zeros((len(of), len(found.keys)))
    for number, (train, test) in enumerate(folds):
        report(0.5 * number / len(folds), "Testing on interviews held back")
        table[test] = likely(found, of, train, test)
    for key, score in _scores(table, of, range(len(of)), found.keys).items():
        labels[key] += score
    curve = _curve(found, of, folds, report)
    return Evaluation(labels, curve, _temperature(table, of, found.keys))


def _folds(interviews: Sequence[str]) -> list[Fold]:
    """Rows to learn from and rows to test, never of one interview."""
    names = sorted(set(interviews))
    count = min(FOLDS, len(names))
    fold = {name: number % count for number, name in enumerate(names)}
    places = [fold[name] for name in interviews]
    return [
        (
            [row for row, place in enumerate(places) if place != number],
            [row for row, place in enumerate(places) if place == number],
        )
        for number in range(count)
        if count > 1
    ]


def _scores(table: Array, of: Sequence[str], rows: Sequence[int], keys: Sequence[str]) -> dict[str, Score]:
    found: dict[str, Score] = {}
    for best, row in zip(_best(table), rows, strict=True):
        found[of[row]] = found.get(of[row], Score()) + _judged(best, keys.index(of[row]))
    return found


def _best(table: Array) -> Labels:
    """For each row the places of its likeliest labels, as many as are shown."""
    return np.argsort(-table, axis=1, kind="stable")[:, :SHOWN]


def _judged(best: Labels, place: int) -> Score:
    return Score(tested=1, first=int(best[0] == place), first_three=int(place in best))


def _curve(found: Material, of: Sequence[str], folds: Sequence[Fold], report: Reporter) -> dict[int, Score]:
    """What the first few labels of each element bring: drawn anew DRAWS times from the other interviews."""
    curve: dict[int, Score] = {}
    for step, count in enumerate(CURVE):
        report(0.5 + 0.5 * step / len(CURVE), "Drawing the learning curve")
        draws = [np.random.default_rng([SEED, count, draw]) for draw in range(DRAWS if count else 1)]
        total = sum((score for rng in draws for score in _draw(found, of, folds, count, rng)), Score())
        if total.tested:
            curve[count] = total
    return curve


def _draw(
    found: Material, of: Sequence[str], folds: Sequence[Fold], count: int, rng: np.random.Generator
) -> Iterator[Score]:
    """What `count` examples of each label bring, for each fold that holds so many."""
    for train, test in folds:
        few = _few(of, train, count, rng)
        if few is not None:
            yield from _scores(likely(found, of, few, test), of, test, found.keys).values()


def _few(of: Sequence[str], rows: Sequence[int], count: int, rng: np.random.Generator) -> list[int] | None:
    """`count` rows of each label; None where at most half of the labels have so many."""
    labels = by_label(of, rows)
    enough = sum(len(each) >= count for each in labels.values())
    if count and 2 * enough <= len(labels):
        return None
    drawn = [list(rng.permutation(labels[key])[:count]) for key in sorted(labels)]
    return sorted(int(row) for each in drawn for row in each)


def _temperature(table: Array, of: Sequence[str], keys: Sequence[str]) -> float:
    """The exponent 1/T that makes confidences fit how often they were right on what was held back
    (temperature scaling, Guo et al. 2017); 1 where too little was tested."""
    if len(of) < TESTED_ENOUGH:
        return 1.0
    right = np.array([keys.index(key) for key in of])
    grid = np.round(np.arange(0.3, 3.01, 0.1), 1)
    losses = [-np.log(tempered(table, float(t))[np.arange(len(right)), right] + 1e-12).mean() for t in grid]
    return float(grid[int(np.argmin(losses))])


def evaluate_codes(
    found: Material, given: Sequence[frozenset[str]], interviews: Sequence[str]
) -> dict[str, Score]:
    """For each code: on how many held-back sentences that carry it, it came first or among three."""
    scores = {key: Score(labels=sum(key in keys for keys in given)) for key in found.keys}
    for train, test in _folds(interviews):
        table = likely_codes(found, given, train, test)
        for best, row in zip(_best(table), test, strict=True):
            for key in given[row] & set(found.keys):
                scores[key] += _judged(best, found.keys.index(key))
    return scores
