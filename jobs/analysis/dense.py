"""Matrix products in 8 bits: sums of whole numbers are exact, in whatever order they are added up.

Converting the numbers to 8 bits and back takes numpy longer than the product itself. So it passes over them
as few times as possible, in arrays that are used again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numkong import PackedMatrix, dots_pack, dots_packed, from_dlpack

from jobs.analysis.embed import Vectors

LARGEST = 127  # number of 8 bits
STEPS = np.float32(252)  # between the least and the largest of a row, with one to spare for rounding
TINY = np.float32(1e-12)  # step of a row of zeros

Whole = np.ndarray[Any, Any]  # of 8 or of 32 bits


class Desk:
    """Arrays that each layer uses again: to allocate them anew would take as long as the product."""

    def __init__(self) -> None:
        self._rooms: dict[str, np.ndarray] = {}

    def room(self, use: str, rows: int, columns: int, kind: type = np.float32) -> np.ndarray:
        """An array of rows × columns, filled with whatever its last use left in it."""
        size = rows * columns
        if use not in self._rooms or self._rooms[use].size < size:
            self._rooms[use] = np.empty(size, dtype=kind)
        return self._rooms[use][:size].reshape(rows, columns)


@dataclass(frozen=True)
class Dense:
    """Whole numbers, what one of each column is worth, and what is added.

    Rows become whole numbers too, each by its own range (dynamic asymmetric quantisation: Jacob et al. 2018):
    a few features are much larger than all others, always to the same side. What stands for a row's 0 is a
    whole number, too; `zeros` more features, its negative, take away what it brings to each column.
    """

    weights: PackedMatrix
    zeros: int
    worth: Vectors
    bias: Vectors

    @classmethod
    def of(cls, whole: Whole, worth: Vectors, bias: Vectors) -> Dense:
        """Of features × columns in 8 bits."""
        zeros = _parts(whole.sum(axis=0, dtype=np.int32))
        columns = np.ascontiguousarray(np.vstack([whole, zeros]).T)
        return cls(dots_pack(columns), len(zeros), worth, bias)

    def __call__(self, rows: Vectors, desk: Desk) -> Vectors:
        low = np.minimum(rows.min(axis=1, keepdims=True), 0)
        step = (np.maximum(rows.max(axis=1, keepdims=True), 0) - low) / STEPS + TINY
        zero = -np.rint(low / step) - STEPS / 2
        whole = self._whole(rows, step, zero, desk)
        dots = desk.room("dots", len(rows), len(self.bias), np.int32)
        dots_packed(whole, self.weights, out=from_dlpack(dots))
        found = desk.room("found", *dots.shape)
        found[:] = dots
        found *= step
        found *= self.worth
        found += self.bias
        return found

    def _whole(self, rows: Vectors, step: Vectors, zero: Vectors, desk: Desk) -> Whole:
        count, columns = rows.shape
        scaled = np.multiply(rows, 1 / step, out=desk.room("scaled", count, columns))
        scaled += zero
        whole = desk.room("whole", count, columns + self.zeros, np.int8)
        np.rint(scaled, out=whole[:, :columns], casting="unsafe")
        whole[:, columns:] = -zero
        return whole


def _parts(sums: Whole) -> Whole:
    """Rows of 8-bit numbers that add up to `sums`, as few as possible (parts × columns)."""
    count = 1 + int(np.abs(sums).max()) // LARGEST
    least, more = np.divmod(sums, count)
    return (least + (np.arange(count)[:, None] < more)).astype(np.int8)
