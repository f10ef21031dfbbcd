"""Journeys as pages show them: one interview's way from T0 to T8, and all of them side by side."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from django.db.models import Count, Exists, OuterRef, QuerySet

from interviews import kinds
from interviews.models import Element, Interview
from journeys.timeline import (
    LENSES,
    UNPLACED,
    Column,
    Event,
    LensName,
    MedianDuration,
    Placed,
    Timeline,
    aggregate,
    column_of,
    timeline,
)
from studies.models import Study

EXITS = {
    "kept": "kept it",
    "returned": "gave it back",
    "acquired_new": "acquired something new",
    "reverted": "went back to the old way",
    "": "nobody said how",
}
ANCHORS = {"thought": "T1", "hire": "T4"}
TABLE_NAMES = {"four_phase": "Four phases", "three_phase": "Three phases", "six_stage": "Six stages"}
OUTSIDE = 2.5  # percent by which an undated first or last point stands outside the dated ones
LABEL_PERCENT = 4.5  # room that the label of a mark needs
NEAR_PERCENT = 2.4  # points closer than this on a strip share one mark


# --- reading -----------------------------------------------------------------------------------------
def matching_interviews(study: Study, *, segment: str = "", tag: str = "") -> list[Interview]:
    """Interviews in which anything was captured, of the people asked for; one query."""
    found = study.interviews.filter(Exists(study.elements.filter(interview=OuterRef("pk"))))
    if segment:
        found = found.filter(participant__segment=segment)
    rows = list(found.select_related("participant"))
    return [row for row in rows if tag in row.participant.tags] if tag else rows


@dataclass(frozen=True)
class Choices:
    segments: Sequence[str]
    tags: Sequence[str]


def choices(study: Study) -> Choices:
    """The segments and tags that participants of this study have."""
    rows = list(study.participants.values_list("segment", "tags"))
    segments = sorted({segment for segment, _ in rows if segment})
    return Choices(segments, sorted({tag for _, tags in rows for tag in tags}))


def timelines(study: Study, interviews: Iterable[Interview]) -> dict[int, Timeline]:
    """Interview -> its timeline; two queries. Only exits bring their details: to read JSON takes time."""
    events: dict[int, list[Event]] = {interview.pk: [] for interview in interviews}
    rows = study.elements.filter(kind="event").exclude(point="").order_by("pk")
    exits = dict(rows.filter(point="T8").values_list("pk", "detail"))
    fields = ("pk", "interview_id", "point", "story_date", "story_precision")
    for pk, interview, point, day, precision in rows.values_list(*fields):
        if interview in events:
            how = str(exits[pk].get("exit", "")) if pk in exits else ""
            events[interview].append(Event(str(pk), point, day, precision, exit=how))
    return {pk: timeline(found) for pk, found in events.items()}


# --- strips: dated points to scale ---------------------------------------------------------------------
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
        parts = [f"{placed.event.point} {_when(placed.event)}" for placed in self.timeline.points]
        return "; ".join(parts) or "no event has a place on the timeline yet"


def _when(event: Event) -> str:
    if event.date is None:
        return "date unknown"
    word = {"month": "in ", "about": "about "}.get(event.precision, "")
    return word + event.date.strftime("%B %Y" if event.precision == "month" else "%-d %B %Y")


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
            title="; ".join(f"{_point_name(one)}, {_when(one.event)}" for one in group),
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


# --- the table through a lens ---------------------------------------------------------------------------
@dataclass
class Cell:
    items: int = 0
    interviews: set[int] = field(default_factory=set)

    @property
    def k(self) -> int:
        return len(self.interviews)


@dataclass(frozen=True)
class Row:
    kind: kinds.Kind | None  # None: not classified yet
    cells: Sequence[tuple[Column, Cell]]
    total: Cell


@dataclass(frozen=True)
class Matrix:
    columns: Sequence[Column]
    rows: Sequence[Row]
    totals: Sequence[tuple[Column, Cell]]
    total: int
    n: int


def matrix(study: Study, interviews: Sequence[Interview], lens: LensName) -> Matrix:
    """What was captured, by element and column of the lens; every item is counted once. One query."""
    wanted = {interview.pk for interview in interviews}
    rows = study.elements.order_by().values_list("interview", "kind", "phase", "substage", "point")
    inner: dict[tuple[str, str], Cell] = defaultdict(Cell)
    for interview, kind, phase, substage, point, items in rows.annotate(items=Count("pk")):
        if interview not in wanted:
            continue
        cell = inner[kind, column_of(lens, phase=phase, substage=substage, point=point)]
        cell.items += items
        cell.interviews.add(interview)
    cells = _with_sums(inner)
    columns = LENSES[lens] + ((UNPLACED,) if cells["all", UNPLACED.key].items else ())
    codes = [code for code in (*(kind.code for kind in kinds.KINDS), "") if cells[code, "all"].items]
    return Matrix(
        columns=columns,
        rows=[_row(code, columns, cells) for code in codes],
        totals=[(column, cells["all", column.key]) for column in columns],
        total=cells["all", "all"].items,
        n=len(wanted),
    )


def _with_sums(inner: Mapping[tuple[str, str], Cell]) -> dict[tuple[str, str], Cell]:
    """The cells and, under "all", their rows and columns together."""
    cells = defaultdict(Cell, inner)
    for (kind, column), cell in inner.items():
        for key in ((kind, "all"), ("all", column), ("all", "all")):
            cells[key].items += cell.items
            cells[key].interviews |= cell.interviews
    return cells


def _row(code: str, columns: Sequence[Column], cells: Mapping[tuple[str, str], Cell]) -> Row:
    found = [(column, cells[code, column.key]) for column in columns]
    return Row(kinds.BY_CODE.get(code), found, cells[code, "all"])


@dataclass(frozen=True)
class Forces:
    """How many interviews told of a force in one column of the lens."""

    column: Column
    promoting: int
    blocking: int


def forces_by_column(found: Matrix) -> list[Forces]:
    result = []
    for column in found.columns:
        sides: dict[str, set[int]] = {"promoting": set(), "blocking": set()}
        for row in found.rows:
            if row.kind and row.kind.is_force:
                sides[row.kind.family] |= dict(row.cells)[column].interviews
        result.append(Forces(column, len(sides["promoting"]), len(sides["blocking"])))
    return result


def elements_in(
    study: Study, interviews: Sequence[Interview], *, lens: LensName, column: str, kind: str
) -> QuerySet[Element]:
    """The elements behind one cell; "all" stands for every kind or every column."""
    rows = study.elements.filter(interview__in=[interview.pk for interview in interviews]).order_by()
    if kind != "all":
        rows = rows.filter(kind=kind)
    if column != "all":
        found = rows.values_list("pk", "phase", "substage", "point")
        keys = [
            pk
            for pk, phase, substage, point in found
            if column_of(lens, phase=phase, substage=substage, point=point) == column
        ]
        rows = study.elements.filter(pk__in=keys)
    return rows.select_related("quote", "interview__participant").order_by("interview", "at_ms", "pk")


# --- how rounds ended, where the way left the order -----------------------------------------------------
@dataclass(frozen=True)
class Told:
    """Something that several interviews have in common, and which."""

    label: str
    interviews: Sequence[Interview]

    @property
    def k(self) -> int:
        return len(self.interviews)


def exits(interviews: Sequence[Interview], lines: Mapping[int, Timeline]) -> list[Told]:
    found = []
    for kind, label in EXITS.items():
        who = [one for one in interviews if any(end.kind == kind for end in lines[one.pk].exits)]
        if who:
            found.append(Told(label, who))
    silent = [one for one in interviews if not lines[one.pk].exits]
    return [*found, Told("no exit told yet", silent)] if silent else found


def detours(study: Study, interviews: Sequence[Interview], lines: Mapping[int, Timeline]) -> list[Told]:
    found: dict[tuple[int, str], list[Interview]] = defaultdict(list)
    for one in interviews:
        for key in sorted({(detour.phase, detour.kind) for detour in lines[one.pk].detours}):
            found[key].append(one)
    return [Told(f"{kind} {study.phase_label(phase)}", who) for (phase, kind), who in sorted(found.items())]


def medians(lines: Mapping[int, Timeline]) -> tuple[MedianDuration, ...]:
    return aggregate(list(lines.values()))


# --- one interview ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Stop:
    """A point of the timeline with what was said about it."""

    placed: Placed
    element: Element
    gap: str
    notes: Sequence[str]
    exit: str

    @property
    def name(self) -> str:
        return kinds.BY_POINT[self.placed.event.point].name

    @property
    def when(self) -> str:
        return _when(self.placed.event)


def stops(study: Study, line: Timeline, elements: Mapping[str, Element]) -> list[Stop]:
    """In order; each names the time since the point before it, and where the way left the order."""
    detoured: dict[str, list[str]] = defaultdict(list)
    for detour in line.detours:
        detoured[detour.at].append(f"{detour.kind} {study.phase_label(detour.phase)}")
    result = []
    for placed in line.points:
        notes = list(detoured[placed.event.key])
        if placed.out_of_order:
            notes.append("its date contradicts an earlier point")
        is_exit = placed.event.point == "T8"
        result.append(
            Stop(
                placed,
                elements[placed.event.key],
                "" if placed.gap_days is None else in_days(placed.gap_days),
                notes,
                EXITS[placed.event.exit] if is_exit else "",
            )
        )
    return result


def in_days(days: float) -> str:
    """Days up to two months, then months, then years; rounded, as most dates are."""
    if days < 60:
        whole = round(days)
        return f"{whole} day{'' if whole == 1 else 's'}"
    return f"{days / 30.44:.0f} months" if days < 730 else f"{days / 365.25:.1f} years"


@dataclass(frozen=True)
class Stage:
    """One column of the lens with all that was captured in it."""

    column: Column
    groups: Sequence[tuple[kinds.Kind | None, Sequence[Element]]]
    promoting: int
    blocking: int

    @property
    def count(self) -> int:
        return sum(len(rows) for _, rows in self.groups)


def stages(elements: Sequence[Element], lens: LensName) -> list[Stage]:
    """Every element once, under its column; within it by kind, in the order of the wheel."""
    by_column: dict[str, list[Element]] = defaultdict(list)
    for element in elements:
        key = column_of(lens, phase=element.phase, substage=element.substage, point=element.point)
        by_column[key].append(element)
    columns = LENSES[lens] + ((UNPLACED,) if by_column[UNPLACED.key] else ())
    return [_stage(column, by_column[column.key]) for column in columns]


def _stage(column: Column, elements: Sequence[Element]) -> Stage:
    order = [kind.code for kind in kinds.KINDS] + [""]
    groups = [(code, [one for one in elements if one.kind == code]) for code in order]
    sides = Counter({"promoting": 0, "blocking": 0})
    for element in elements:
        kind = kinds.BY_CODE.get(element.kind)
        if kind and kind.is_force and element.intensity:
            sides[kind.family] += element.intensity
    return Stage(
        column,
        [(kinds.BY_CODE.get(code), rows) for code, rows in groups if rows],
        sides["promoting"],
        sides["blocking"],
    )


def elements_of(interview: Interview) -> list[Element]:
    """All of one interview, as it was told; one query."""
    return list(interview.elements.select_related("quote").order_by("at_ms", "pk"))
