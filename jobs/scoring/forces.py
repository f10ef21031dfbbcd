"""The balance of forces (C5). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lean = Literal["promoting", "even", "blocking"]


@dataclass(frozen=True)
class ForceBalance:
    """`value` in points of intensity; `lean`, its sign, is all of it that may be shown as a fact."""

    value: float
    lean: Lean


def force_balance(push: float, pull: float, anxiety: float, habit: float) -> ForceBalance:
    """(push + pull) - (anxiety + habit); a switch needs a positive sum.

    The inequality is Moesta's (FORCES), the arithmetic this project's. Intensities are ordinal: show the
    lean, never the number as a fact.
    """
    value = (push + pull) - (anxiety + habit)
    lean: Lean = "promoting" if value > 0 else "blocking" if value < 0 else "even"
    return ForceBalance(value, lean)
