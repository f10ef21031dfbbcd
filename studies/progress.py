"""How far a computation is: a fraction from 0 to 1, and a sentence. Pure.

A reporter may raise to end the computation: that is how a run is cancelled.
"""

from __future__ import annotations

from collections.abc import Callable

Reporter = Callable[[float, str], None]


def silent(_fraction: float, _message: str) -> None:
    return None


def stage(report: Reporter, start: float, end: float) -> Reporter:
    """Reports a stage that takes the whole from `start` to `end`."""
    return lambda fraction, message: report(start + (end - start) * fraction, message)
