"""When further interviews stop telling anything new (method.md 4.2, point 4). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class SaturationWindow:
    """Interviews first..last (counted from 1) and what they added to the codes of the base."""

    first: int
    last: int
    new: int
    share: float | None


@dataclass(frozen=True)
class Saturation:
    """`base_codes`: codes met in the base. `reached_at`: the last interview of the first run that told as
    little as the threshold asks; None where none did."""

    base_codes: int
    windows: tuple[SaturationWindow, ...]
    reached_at: int | None


def saturation(
    new_codes: Sequence[int], *, base: int = 4, run: int = 2, threshold: float = 0.05
) -> Saturation:
    """New codes in a run of interviews over codes in the base, reached at <= threshold (GUEST2020).

    Runs overlap and start after the base. `new_codes` holds the number of codes first met in each
    interview, in interview order. Base 4, run 2, 5 % are this project's defaults. Raises ValueError for a
    base or run below 1, and for a negative number.
    """
    if base < 1 or run < 1:
        raise ValueError("Base size and run length must be at least 1.")
    if any(new < 0 for new in new_codes):
        raise ValueError("A number of new codes cannot be negative.")
    base_codes = sum(new_codes[:base])
    windows = tuple(
        _window(new_codes, start, run, base_codes) for start in range(base, len(new_codes) - run + 1)
    )
    reached = (window.last for window in windows if window.share is not None and window.share <= threshold)
    return Saturation(base_codes, windows, next(reached, None))


def _window(new_codes: Sequence[int], start: int, run: int, base_codes: int) -> SaturationWindow:
    new = sum(new_codes[start : start + run])
    return SaturationWindow(start + 1, start + run, new, new / base_codes if base_codes else None)
