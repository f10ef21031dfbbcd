"""Which words statements share: TF-IDF over parts of words, so that compounds and endings still meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

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
    place = {part: index for index, part in enumerate(sorted(part for part, n in spread.items() if n > 1))}
    rows, columns, values = [], [], []
    for row, count in enumerate(counts):
        for part, times in count.items():
            if part in place:
                rows.append(row)
                columns.append(place[part])
                values.append((1 + np.log(times)) * (1 + np.log((1 + len(texts)) / (1 + spread[part]))))
    table = csr_matrix((values, (rows, columns)), shape=(len(texts), max(len(place), 1)), dtype=np.float64)
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)))
    scaled = table.multiply(1 / np.maximum(lengths, 1e-9)).tocsr()
    return np.asarray((scaled @ scaled.T).todense())


def _parts(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for word in words(text):
        padded = f" {word} "
        for size in PARTS:
            found.update(padded[start : start + size] for start in range(max(1, len(padded) - size + 1)))
    return found
