"""Which words statements share: TF-IDF over parts of words, so that compounds and endings still meet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from jobs.analysis.arrays import Array
from jobs.languages import words

PARTS = (3, 4, 5)  # letters of a part, the blanks around a word included


def shared_words(texts: Sequence[str]) -> Array:
    """Inner products of the statements' TF-IDF vectors of length 1 (logarithms of the frequencies,
    smoothed IDF). A part that one statement alone has speaks for no pair."""
    said, vocabulary = _table([words(text) for text in texts])
    made, _parts = _table([_parts_of(word) for word in vocabulary])
    table = said @ made
    spread = table.getnnz(axis=0)
    table, spread = table[:, spread > 1], spread[spread > 1]
    table.data = 1 + np.log(table.data)
    table = table.multiply(1 + np.log((1 + len(texts)) / (1 + spread)))
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)))
    scaled = table.multiply(1 / np.maximum(lengths, 1e-9)).tocsr()
    return np.asarray((scaled @ scaled.T).todense())


def _table(rows: Sequence[Sequence[str]]) -> tuple[csr_matrix, list[str]]:
    """How often each row has each of the names, and the names."""
    names = sorted({name for row in rows for name in row})
    place = {name: index for index, name in enumerate(names)}
    columns = [place[name] for row in rows for name in row]
    starts = np.cumsum([0, *map(len, rows)])
    counted = csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(rows), len(names)))
    counted.sum_duplicates()
    return counted, names


def _parts_of(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[start : start + size] for size in PARTS for start in range(max(1, len(padded) - size + 1))]
