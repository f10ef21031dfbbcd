"""Which words statements share: TF-IDF over parts of words, so that compounds and endings still meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_matrix

from jobs.analysis.arrays import Array
from jobs.words import words

PARTS = (3, 4, 5)  # letters of a part, the blanks around a word included


def shared_words(texts: Sequence[str]) -> Array:
    """Inner products of the statements' TF-IDF vectors of length 1 (logarithms of the frequencies,
    smoothed IDF). A part that one statement alone has speaks for no pair."""
    counts = [_parts(text) for text in texts]
    spread = Counter(part for count in counts for part in count)
    shared = sorted(part for part, n in spread.items() if n > 1)
    place = {part: index for index, part in enumerate(shared)}
    rows, columns, times = [], [], []
    for row, count in enumerate(counts):
        for part, often in count.items():
            if part in place:
                rows.append(row)
                columns.append(place[part])
                times.append(often)
    rarity = 1 + np.log((1 + len(texts)) / (1 + np.array([spread[part] for part in shared])))
    values = (1 + np.log(np.array(times, dtype=np.float64))) * rarity[np.array(columns, dtype=int)]
    table = csr_matrix((values, (rows, columns)), shape=(len(texts), max(len(place), 1)), dtype=np.float64)
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)))
    scaled = table.multiply(1 / np.maximum(lengths, 1e-9)).tocsr()
    return np.asarray((scaled @ scaled.T).todense())


def _parts(text: str) -> Counter[str]:
    return Counter(part for word in words(text) for part in _parts_of(word))


@lru_cache(maxsize=10_000)  # most words come again
def _parts_of(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(
        padded[start : start + size] for size in PARTS for start in range(max(1, len(padded) - size + 1))
    )
