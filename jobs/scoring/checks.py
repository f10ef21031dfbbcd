"""What a number must be before it is reckoned with. Pure."""

from __future__ import annotations


def count(k: int, n: int) -> None:
    """Raises ValueError unless `k` of `n` is a share: n at least 1, k from 0 to n."""
    if n < 1 or not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is not a share of interviews.")


def within(what: str, value: float, low: float, high: float) -> None:
    """Raises ValueError, in a sentence that begins with `what`, for a value off the scale or NaN."""
    if not low <= value <= high:  # also catches NaN
        raise ValueError(f"{what} must lie between {low:g} and {high:g}, not {value:g}.")
