"""Small arithmetic that every part of the grouping shares. Labels count from 0; -1 marks an outlier."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def compact(labels: npt.NDArray[np.integer]) -> Labels:
    """The same division, its labels numbered from 0 without gaps."""
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.int64)


def unit_rows(rows: Array) -> Array:
    """Each row at length 1; 0 where it has hardly any."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 1e-9))


def centres(space: npt.NDArray[np.floating], labels: Labels) -> Array:
    """The direction of each group's mean, groups x columns; labels run from 0 without gaps."""
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(labels.max() + 1))
    return unit_rows(np.add.reduceat(space[order].astype(np.float64, copy=False), starts, axis=0))


def distances(space: Array) -> Array:
    """Cosine distances of rows of length 1, n x n on 0-2, symmetric to the last digit."""
    found = np.clip(1 - space @ space.T, 0, 2)
    np.fill_diagonal(found, 0)
    return np.asarray((found + found.T) / 2)
