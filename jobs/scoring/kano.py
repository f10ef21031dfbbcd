"""Kano question pairs (C11): classes and coefficients. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Answer = Literal["like", "must_be", "neutral", "live_with", "dislike"]
KanoClass = Literal["A", "O", "M", "I", "R", "Q"]

ANSWERS: tuple[Answer, ...] = ("like", "must_be", "neutral", "live_with", "dislike")
_KANO_ROWS: Mapping[Answer, tuple[KanoClass, ...]] = {
    "like": ("Q", "A", "A", "A", "O"),
    "must_be": ("R", "I", "I", "I", "M"),
    "neutral": ("R", "I", "I", "I", "M"),
    "live_with": ("R", "I", "I", "I", "M"),
    "dislike": ("R", "R", "R", "R", "Q"),
}


def kano_class(functional: Answer, dysfunctional: Answer) -> KanoClass:
    """The published evaluation table (KANO-T): row = answer if present, column = answer if absent."""
    return _KANO_ROWS[functional][ANSWERS.index(dysfunctional)]


@dataclass(frozen=True)
class BetterWorse:
    """`better` 0 to 1: what having it adds to satisfaction; `worse` -1 to 0: what lacking it takes."""

    better: float
    worse: float


def better_worse(counts: Mapping[KanoClass, int]) -> BetterWorse | None:
    """Better = (A+O)/(A+O+M+I), Worse = -(O+M)/(A+O+M+I) (Timko in Berger 1993, KANO-C).

    Reverse and questionable answers are left out; None where nothing else was answered.
    """
    attractive, one_dimensional, must_be, indifferent = (counts.get(cls, 0) for cls in _COUNTED)
    total = attractive + one_dimensional + must_be + indifferent
    if total == 0:
        return None
    return BetterWorse((attractive + one_dimensional) / total, -(one_dimensional + must_be) / total)


_COUNTED: tuple[KanoClass, ...] = ("A", "O", "M", "I")
