"""Four phases, three phases and six stages: where an item of the wheel stands in each."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pytest

from interviews.kinds import PHASES, POINTS, SUBSTAGES
from journeys.lenses import LENSES, UNPLACED, column_of


@dataclass(frozen=True)
class Card:
    phase: int | None = None
    substage: str = ""
    point: str = ""


EVERY_PLACE = [
    Card(phase, substage, point)
    for phase in (None, *PHASES)
    for substage in ("", *dict(SUBSTAGES))
    for point in ("", *(point.code for point in POINTS))
]


@pytest.mark.parametrize("lens", LENSES)
def test_every_lens_has_a_column_for_every_item_and_an_item_for_every_column(lens):
    shown = {column_of(lens, **asdict(card)) for card in EVERY_PLACE}

    assert shown == {column.key for column in (*LENSES[lens], UNPLACED)}


@pytest.mark.parametrize(
    ("card", "four", "three", "six"),
    [
        (Card(point="T0"), "1", "struggle", "first_thought"),
        (Card(point="T1"), "1", "struggle", "first_thought"),
        (Card(1), "1", "struggle", "passive_looking"),
        (Card(point="T2"), "2", "struggle", "active_looking"),
        (Card(2), "2", "evaluation", "active_looking"),
        (Card(point="T3"), "3", "evaluation", "deciding"),
        (Card(3, point="T3b"), "3", "evaluation", "deciding"),
        (Card(point="T4"), "4", "growth", "first_use"),
        (Card(4, "first_use"), "4", "growth", "first_use"),
        (Card(4, "ongoing"), "4", "growth", "ongoing_use"),
        (Card(4), "4", "growth", "ongoing_use"),
        (Card(point="T8"), "4", "growth", "ongoing_use"),
        (Card(), "", "", ""),
    ],
)
def test_the_lenses_agree_with_the_method(card, four, three, six):
    found = [column_of(lens, **asdict(card)) for lens in ("four_phase", "three_phase", "six_stage")]

    assert found == [four, three, six]


def test_unknown_phases_and_points_are_refused():
    with pytest.raises(ValueError, match="5 is no phase"):
        column_of("four_phase", phase=5)
    with pytest.raises(ValueError, match="'T9' is no point"):
        column_of("four_phase", phase=None, point="T9")
