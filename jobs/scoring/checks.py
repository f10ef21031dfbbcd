"""What a number must be before it is reckoned with. Pure."""

from __future__ import annotations


def count(k: int, n: int) -> None:
    if n < 1 or not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is not a share of interviews.")


def within(what: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # also catches NaN
        raise ValueError(f"{what} must lie between {low:g} and {high:g}, not {value:g}.")
