"""Spoken sentences to numbers: what was said, what stood around it, what had been asked, and where. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.analysis.embed import Encoder, unit

Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.float32]  # half the memory, where there are many

NEIGHBOURS = 0.5  # weight of the sentences before and after
PLACES, PLACE_WIDTH = 8, 0.12  # how finely is seen where in the interview something was said
AT_ONCE = 500  # texts between two reports
PARTS = ("text", "before", "after", "question")  # of a sentence: what is encoded


@dataclass(frozen=True)
class Sentence:
    """Words with what stood around them; `place` runs from 0 to 1 through the interview, None where it is
    not known; `at` orders the sentences of an interview."""

    text: str
    before: str = ""
    after: str = ""
    question: str = ""
    place: float | None = None
    interview: str = ""
    at: int = 0


class Vectors:
    """Encodes each distinct text once; `report` gets the share that is done. The row of an empty text is
    0."""

    def __init__(
        self, texts: Sequence[str], encoder: Encoder, report: Callable[[float], None] = lambda share: None
    ) -> None:
        distinct = sorted({text for text in texts if text.strip()})
        self.places = {text: number for number, text in enumerate(distinct)}
        self.dim = encoder.dim
        self.values = np.zeros((max(len(distinct), 1), self.dim), dtype=np.float32)
        step = AT_ONCE if encoder.comparable else len(distinct)  # some compare texts of one call only
        for start in range(0, len(distinct), step or 1):
            report(start / len(distinct))
            self.values[start : start + step] = encoder.encode(distinct[start : start + step])

    def of(self, texts: Sequence[str]) -> Rows:
        """Texts x `dim`; 0 for a blank text, and for one that was not given at first."""
        places = np.array([self.places.get(text, -1) for text in texts], dtype=int)
        rows = np.asarray(self.values[places], dtype=np.float32)
        rows[places < 0] = 0
        return rows


def words_of(sentences: Sequence[Sentence]) -> list[str]:
    """All texts of these sentences that have to be encoded."""
    return [getattr(each, name) for name in PARTS for each in sentences]


def width(dim: int) -> int:
    """Columns of `views`."""
    return 3 * dim + PLACES


def views(sentences: Sequence[Sentence], vectors: Vectors, more: int = 0) -> Rows:
    """Sentences × (three views of `dim` columns, then the place): what was said, what stood around it, and
    the question. What all sentences share is taken away.

    `more` columns behind them stay empty, so that a large array need not be copied to get more.
    """
    text, before, after, question = ([getattr(each, name) for each in sentences] for name in PARTS)
    dim = vectors.dim
    rows = np.zeros((len(sentences), width(dim) + more), dtype=np.float32)
    rows[:, :dim] = vectors.of(text)
    around = (vectors.of(before) + vectors.of(after)) * NEIGHBOURS + rows[:, :dim]
    rows[:, :dim] = centred(rows[:, :dim])
    rows[:, dim : 2 * dim] = centred(unit(around))
    rows[:, 2 * dim : 3 * dim] = centred(vectors.of(question))
    rows[:, 3 * dim : width(dim)] = _places([each.place for each in sentences])
    return rows


def centred(rows: Rows) -> Rows:
    """Without what all sentences of the study share; rows that say nothing stay 0."""
    known = rows.any(axis=1)
    result = rows.copy()
    if known.any():
        result[known] -= rows[known].mean(axis=0)
    return unit(result)


def _places(places: Sequence[float | None]) -> Array:
    """Soft steps through the interview; all 0 where the place is not known."""
    values = np.array([np.nan if place is None else place for place in places], dtype=np.float64)
    steps = np.linspace(0, 1, PLACES)
    bumps = np.exp(-(((values[:, None] - steps) / PLACE_WIDTH) ** 2) / 2)
    return np.nan_to_num(bumps)


def softmax(table: Array) -> Array:
    """Each row as probabilities, which add up to 1."""
    if not table.size:
        return table
    powers = np.exp(table - table.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
