"""Lenses: the phases of the wheel shown as other models of the journey count them. Pure.

A lens only reads: phase, substage and point stay with the item.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from interviews.kinds import BY_POINT, PHASES
from journeys.timeline import phase_of

LensName = Literal["four_phase", "three_phase", "six_stage"]


@dataclass(frozen=True)
class Column:
    key: str
    label: str


LENSES: Mapping[LensName, tuple[Column, ...]] = {
    "four_phase": (
        Column("1", "Awareness"),
        Column("2", "Expectations"),
        Column("3", "Trade-offs"),
        Column("4", "Experience"),
    ),
    "three_phase": (
        Column("struggle", "Struggle"),
        Column("evaluation", "Evaluation"),
        Column("growth", "Growth"),
    ),
    "six_stage": (
        Column("first_thought", "First thought"),
        Column("passive_looking", "Passive looking"),
        Column("active_looking", "Active looking"),
        Column("deciding", "Deciding"),
        Column("first_use", "First use"),
        Column("ongoing_use", "Ongoing use"),
    ),
}
UNPLACED = Column("", "No phase yet")

_THREE: Mapping[int, str] = {1: "struggle", 2: "evaluation", 3: "evaluation", 4: "growth"}
_SIX: Mapping[int, str] = {1: "passive_looking", 2: "active_looking", 3: "deciding", 4: "ongoing_use"}
_POINTS_OF_FIRST_USE = ("T4", "T5")


def column_of(lens: LensName, *, phase: int | None, substage: str = "", point: str = "") -> str:
    """The column an item falls into; "" where neither phase nor point says. A point stands for the phase it
    opens, an own phase wins over it (method.md 1.4).

    The three-phase lens draws its line inside phase 2: event one still belongs to the struggle that it ends,
    the search after it is evaluation. In the six-stage lens phase 4 counts as ongoing use unless the substage
    or the point says first use. Raises ValueError for an unknown phase or point.
    """
    if phase is not None and phase not in PHASES:
        raise ValueError(f"{phase} is no phase.")
    if point and point not in BY_POINT:
        raise ValueError(f"{point!r} is no point of the timeline.")
    place = phase or (phase_of(point) or 1 if point else None)
    if place is None:
        return UNPLACED.key
    if lens == "four_phase":
        return str(place)
    return _three(place, point) if lens == "three_phase" else _six(place, substage, point)


def _three(phase: int, point: str) -> str:
    return "struggle" if phase == 2 and point == "T2" else _THREE[phase]


def _six(phase: int, substage: str, point: str) -> str:
    if phase == 1 and point in ("T0", "T1"):
        return "first_thought"
    if phase == 4 and (substage == "first_use" or (not substage and point in _POINTS_OF_FIRST_USE)):
        return "first_use"
    return _SIX[phase]
