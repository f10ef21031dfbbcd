"""How a story goes on: which role follows which, and what that tells of every sentence of an interview. Pure.

A hidden Markov model (Rabiner 1989): the roles are hidden, opinions about single sentences are what is seen.
Within an answer people mostly go on with what they are telling; a question often brings something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from jobs.analysis.speech import Array, Sentence
from jobs.analysis.told import Taught

UNSEEN = 0.5  # of each step, so that none is impossible
TRUST = 0.7  # exponent of the steps: invented interviews go on more regularly than real ones


@dataclass(frozen=True)
class Steps:
    """Logarithms of how much more often than by chance one label follows another (labels × labels): within an
    answer, and from one answer to the next."""

    within: Array
    between: Array


def steps_of(taught: Sequence[Taught], keys: Sequence[str]) -> Steps:
    """Learned from sentences in the order in which they were said; `keys` are the labels, in the order of the
    tables' rows and columns."""
    within, between = (np.full((len(keys), len(keys)), UNSEEN) for _ in range(2))
    for (label, sentence), (following, other) in pairwise(taught):
        if sentence.interview == other.interview:
            table = within if _is_one_answer(sentence, other) else between
            table[keys.index(label), keys.index(following)] += 1
    return Steps(_beyond_chance(within), _beyond_chance(between))


def _beyond_chance(counts: Array) -> Array:
    after = counts / counts.sum(axis=1, keepdims=True)
    return np.asarray(TRUST * np.log(after / after.mean(axis=0)))


def _is_one_answer(one: Sentence, other: Sentence) -> bool:
    return (one.question, one.place) == (other.question, other.place)


class Story:
    """The interviews that some sentences come from, each in the order in which it was said. What stands at no
    known place belongs to none."""

    def __init__(self, sentences: Sequence[Sentence], steps: Steps) -> None:
        self._chains = [(rows, _moves(sentences, rows, steps)) for rows in _interviews(sentences)]

    def around(self, wanted: Sequence[int]) -> list[int]:
        """These rows and all others of their interviews."""
        found = set(wanted).union(*(rows for rows, _moves in self._touched(wanted)))
        return sorted(int(row) for row in found)

    def judged(self, seem: Array, wanted: Sequence[int]) -> Array:
        """`seem` (sentences × labels, logarithms) of the wanted rows with what all the others of their
        interviews say: logarithms of the probabilities, each row with mean 0."""
        found = seem.copy()
        for rows, moves in self._touched(wanted):
            found[rows] += _from_before(seem[rows], moves)
            found[rows] += _from_before(seem[rows[::-1]], [move.T for move in moves[::-1]])[::-1]
        found = found[np.asarray(wanted, dtype=int)]
        return np.asarray(found - found.mean(axis=1, keepdims=True))

    def _touched(self, wanted: Sequence[int]) -> Iterator[tuple[list[int], list[Array]]]:
        rows = set(wanted)
        return (chain for chain in self._chains if not rows.isdisjoint(chain[0]))


def _moves(sentences: Sequence[Sentence], rows: Sequence[int], steps: Steps) -> list[Array]:
    return [
        steps.within if _is_one_answer(sentences[row], sentences[following]) else steps.between
        for row, following in pairwise(rows)
    ]


def _interviews(sentences: Sequence[Sentence]) -> Iterator[list[int]]:
    """The rows of each interview in the order in which they were said."""
    order = [row for row, each in enumerate(sentences) if each.place is not None]
    order.sort(key=lambda row: (sentences[row].interview, sentences[row].at))
    for _name, rows in groupby(order, key=lambda row: sentences[row].interview):
        yield list(rows)


def _from_before(seem: Array, moves: Sequence[Array]) -> Array:
    """What those before a sentence say of it, message after message."""
    told = np.zeros_like(seem)
    for row, move in enumerate(moves):
        powers = (told[row] + seem[row])[:, None] + move
        highest = powers.max(axis=0)
        message = highest + np.log(np.exp(powers - highest).sum(axis=0))
        told[row + 1] = message - message.mean()
    return told
