"""Importance against satisfaction (C1, C2, C6). Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from jobs.scoring.checks import within

Method = Literal["mean", "top_two_box"]
Region = Literal["extreme", "low_hanging", "worth_considering", "unattractive"]


def opportunity(importance: float, satisfaction: float) -> float:
    """Opp = I + max(I - S, 0) with I and S on 0-10, so 0-20.

    Ulwick's opportunity algorithm as printed by MYLES and INNOVATENOW. A *multiplied* variant that one site
    prints is an error and is not used. Raises ValueError off the scale.
    """
    within("Importance", importance, 0, 10)
    within("Satisfaction", satisfaction, 0, 10)
    return importance + max(importance - satisfaction, 0.0)


def rescale(ratings: Sequence[float], method: Method) -> float | None:
    """Ratings 1-5 to 0-10: `mean` is 10(mean-1)/4 (MYLES), `top_two_box` is 10 x the share of 4s and 5s.

    The two differ on the same data, even in the resulting region: store which one was used.
    None where nobody rated. Raises ValueError for a rating outside 1-5.
    """
    if not ratings:
        return None
    for rating in ratings:
        within("A rating", rating, 1, 5)
    if method == "mean":
        return 10 * (math.fsum(ratings) - len(ratings)) / (4 * len(ratings))
    return 10 * sum(rating >= 4 for rating in ratings) / len(ratings)


def region(score: float) -> Region:
    """Above 15 extreme, 12-15 low-hanging fruit, 10-12 worth considering, below 10 unattractive (MYLES)."""
    if score > 15:
        return "extreme"
    if score >= 12:
        return "low_hanging"
    return "worth_considering" if score >= 10 else "unattractive"
