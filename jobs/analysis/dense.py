"""Matrix products of whole numbers in 8 bits: their sums are exact, in whatever order they are added up.

Processors that have instructions for 8 bits multiply them as they are. On all others it is quicker to write
the same whole numbers as floating-point ones, of which sums up to 2²⁴ are exact, too: both give the same.

Rounding the numbers and scaling them back takes numpy nearly as long as the product itself. So it passes over
them as few times as possible, in arrays that are used again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numkong import PackedMatrix, dots_pack, dots_packed, from_dlpack, get_capabilities

from jobs.analysis.embed import Vectors

LARGEST = 127  # number of 8 bits
STEPS = np.float32(252)  # between the least and the largest of a row, with one to spare for rounding
TINY = np.float32(1e-12)  # step of a row of zeros
EXACT = 2**24 // LARGEST**2  # features whose products a floating-point number of 32 bits adds up exactly
# Dot products of 8 bits: AVX-512 VNNI, AVX-VNNI, and ARM's; numkong names them by the first processor
QUICK_IN_BYTES = any(get_capabilities()[name] for name in ("icelake", "alder", "neonsdot"))

Whole = np.ndarray[Any, Any]  # whole numbers, of 8 or of 32 bits, or written as floating-point ones


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


class InBytes:
    """features × columns of whole numbers, by which rows of whole numbers are multiplied."""

    kind = np.int8

    def __init__(self, whole: Whole) -> None:
        self._packed: PackedMatrix = dots_pack(np.ascontiguousarray(whole.T))

    def __call__(self, rows: Whole, found: Vectors, desk: Desk) -> None:
        dots = desk.room("dots", len(rows), found.shape[1], np.int32)
        dots_packed(rows, self._packed, out=from_dlpack(dots))
        found[:] = dots


class InFloats:
    """The same in 32 bits of floating point, so many features at once that their sums are exact."""

    kind = np.float32

    def __init__(self, whole: Whole) -> None:
        parts = np.array_split(whole.astype(np.float32), -(-len(whole) // EXACT))
        self._parts = [np.ascontiguousarray(part) for part in parts]

    def __call__(self, rows: Whole, found: Vectors, desk: Desk) -> None:
        ends = np.cumsum([len(part) for part in self._parts])[:-1]
        first, *others = zip(np.split(rows, ends, axis=1), self._parts, strict=True)
        np.matmul(*first, out=found)
        for some, part in others:
            found += np.matmul(some, part, out=desk.room("part", *found.shape))


Product = InBytes if QUICK_IN_BYTES else InFloats


@dataclass(frozen=True)
class Dense:
    """Whole numbers, what one of each column is worth, and what is added.

    Rows become whole numbers too, each by its own range (dynamic asymmetric quantisation: Jacob et al. 2018):
    a few features are much larger than all others, always to the same side. What stands for a row's 0 is a
    whole number, too; `zeros` more features, its negative, take away what it brings to each column.
    """

    product: InBytes | InFloats
    zeros: int
    worth: Vectors
    bias: Vectors

    @classmethod
    def of(
        cls, whole: Whole, worth: Vectors, bias: Vectors, product: type[InBytes | InFloats] = Product
    ) -> Dense:
        """Of features × columns in 8 bits."""
        zeros = _parts(whole.sum(axis=0, dtype=np.int32))
        return cls(product(np.vstack([whole, zeros])), len(zeros), worth, bias)

    def __call__(self, rows: Vectors, desk: Desk) -> Vectors:
        low = np.minimum(rows.min(axis=1, keepdims=True), 0)
        step = (np.maximum(rows.max(axis=1, keepdims=True), 0) - low) / STEPS + TINY
        zero = -np.rint(low / step) - STEPS / 2
        found = desk.room("found", len(rows), len(self.bias))
        self.product(self._whole(rows, step, zero, desk), found, desk)
        found *= step
        found *= self.worth
        found += self.bias
        return found

    def _whole(self, rows: Vectors, step: Vectors, zero: Vectors, desk: Desk) -> Whole:
        count, columns = rows.shape
        scaled = np.multiply(rows, 1 / step, out=desk.room("scaled", count, columns))
        scaled += zero
        whole = desk.room("whole", count, columns + self.zeros, self.product.kind)
        np.rint(scaled, out=whole[:, :columns], casting="unsafe")
        whole[:, columns:] = -zero
        return whole


def _parts(sums: Whole) -> Whole:
    """Rows of 8-bit numbers that add up to `sums`, as few as possible (parts × columns)."""
    count = 1 + int(np.abs(sums).max()) // LARGEST
    least, more = np.divmod(sums, count)
    return (least + (np.arange(count)[:, None] < more)).astype(np.int8)
