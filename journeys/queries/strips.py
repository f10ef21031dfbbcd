"""Timelines as strips: dated points to scale, beside each other at a common point."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from interviews import kinds
from interviews.models import Interview
from journeys.queries.timelines import EXITS, when
from journeys.timeline import Placed, Timeline

ANCHORS = {"thought": "T1", "hire": "T4"}
OUTSIDE = 2.5  # percent by which an undated first or last point stands outside the dated ones
LABEL_PERCENT = 4.5  # room that the label of a mark needs
NEAR_PERCENT = 2.4  # points closer than this on a strip share one mark


@dataclass(frozen=True)
class Mark:
    """Points at one place of a strip; `hollow` where a date is missing and only the order is known."""

    left: float
    codes: str
    title: str
    hollow: bool = False
    rough: bool = False
    room: float = 100  # percent to the label before it: a label needs some


@dataclass(frozen=True)
class Stretch:
    """Time in one phase, between two dated boundaries."""

    left: float
    width: float
    phase: int
    days: int


@dataclass(frozen=True)
class Strip:
    interview: Interview
    timeline: Timeline
    marks: Sequence[Mark]
    stretches: Sequence[Stretch]
    undated: Sequence[str]

    @property
    def exits(self) -> str:
        return ", ".join(EXITS[end.kind] for end in self.timeline.exits)

    @property
    def in_words(self) -> str:
        """The strip for people who do not see it."""
        parts = [f"{placed.event.point} {when(placed.event)}" for placed in self.timeline.points]
        return "; ".join(parts) or "no event has a place on the timeline yet"


@dataclass(frozen=True)
class Scale:
    """Days from the anchor to percent of the width."""

    first: int
    last: int

    def place(self, days: int) -> float:
        return round(100 * (days - self.first) / max(self.last - self.first, 1), 2)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Round numbers of months, six to ten of them."""
        months = (self.last - self.first) / 30.44
        step = next((step for step in (1, 2, 3, 6, 12, 24, 60) if months / step <= 10), 120)
        low = -(-int(self.first / 30.44) // step) * step
        found = []
        for month in range(low, int(self.last / 30.44) + 1, step):
            place = self.place(round(month * 30.44))
            if 0 <= place <= 100:
                found.append((place, _month_label(month)))
        return found


def _month_label(month: int) -> str:
    return "0" if month == 0 else f"{month:+d} mo".replace("-", "−")


def anchor_date(line: Timeline, point: str) -> date | None:
    return next((placed.event.date for placed in line.points if placed.event.point == point), None)


def scale_of(lines: Iterable[Timeline], anchor: str) -> Scale:
    """Wide enough for every strip that has a dated anchor."""
    days = [
        (placed.event.date - start).days
        for line in lines
        if (start := anchor_date(line, anchor))
        for placed in line.points
        if placed.event.date
    ]
    return Scale(min(days, default=0), max(days, default=1))


def own_scale(line: Timeline) -> tuple[Scale, date] | None:
    """From the first to the last date of one timeline; None with fewer than two different dates."""
    dates = sorted(placed.event.date for placed in line.points if placed.event.date)
    if not dates or dates[0] == dates[-1]:
        return None
    return Scale(0, (dates[-1] - dates[0]).days), dates[0]


def strip(interview: Interview, line: Timeline, scale: Scale, start: date | None) -> Strip:
    """Without a start the row has no place on the axis and shows its order in words."""
    dated = [placed for placed in line.points if placed.event.date]
    undated = [placed.event.point for placed in line.points if not placed.event.date]
    if start is None:
        return Strip(interview, line, (), (), undated)
    marks = [*_marks(dated, scale, start), *_hollow(line.points, scale, start)]
    return Strip(interview, line, _spaced(marks), _stretches(dated, scale, start), undated)


def _spaced(marks: Iterable[Mark]) -> list[Mark]:
    """From left to right, each with the room that its label has."""
    found: list[Mark] = []
    labelled = -100.0
    for mark in sorted(marks, key=lambda one: one.left):
        room = mark.left - labelled
        found.append(replace(mark, room=room))
        if room >= LABEL_PERCENT:
            labelled = mark.left
    return found


def _marks(dated: Sequence[Placed], scale: Scale, start: date) -> list[Mark]:
    """Neighbours that would lie on each other become one mark with both codes."""
    groups: list[list[Placed]] = []
    for placed in sorted(dated, key=lambda one: cast(date, one.event.date)):
        place = scale.place(_days(start, placed))
        if groups and place - scale.place(_days(start, groups[-1][0])) < NEAR_PERCENT:
            groups[-1].append(placed)
        else:
            groups.append([placed])
    return [
        Mark(
            left=scale.place(_days(start, group[0])),
            codes=_codes(group),
            title="; ".join(f"{_point_name(one)}, {when(one.event)}" for one in group),
            rough=any(one.event.precision != "exact" for one in group),
        )
        for group in groups
    ]


def _codes(group: Sequence[Placed]) -> str:
    numbers = [one.event.point.removeprefix("T") for one in group]
    return "T" + (numbers[0] if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}")


def _days(start: date, placed: Placed) -> int:
    return (cast(date, placed.event.date) - start).days


def _point_name(placed: Placed) -> str:
    return f"{placed.event.point} {kinds.BY_POINT[placed.event.point].name}"


def _hollow(points: Sequence[Placed], scale: Scale, start: date) -> list[Mark]:
    """An undated point stands halfway between its dated neighbours, or just outside the last one."""
    found = []
    for index, placed in enumerate(points):
        if placed.event.date:
            continue
        before = next((one for one in reversed(points[:index]) if one.event.date), None)
        after = next((one for one in points[index:] if one.event.date), None)
        places = [scale.place(_days(start, one)) for one in (before, after) if one]
        if not places:
            continue
        shift = 0 if len(places) == 2 else OUTSIDE if before else -OUTSIDE
        left = sum(places) / len(places) + shift
        found.append(Mark(left, placed.event.point, f"{_point_name(placed)}, date unknown", hollow=True))
    return found


def _stretches(dated: Sequence[Placed], scale: Scale, start: date) -> list[Stretch]:
    """Between neighbouring dated points, in the phase that the earlier one opened."""
    found = []
    for earlier, later in itertools.pairwise(dated):
        left, right = scale.place(_days(start, earlier)), scale.place(_days(start, later))
        same_round = earlier.cycle == later.cycle and earlier.event.point != "T8"
        if earlier.phase and same_round and right > left:
            days = _days(start, later) - _days(start, earlier)
            found.append(Stretch(left, round(right - left, 2), earlier.phase, days))
    return found
