"""One journey from T0 to T8: its points with what was said, and its columns through a lens."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interviews import kinds
from interviews.models import Element, Interview
from journeys.lenses import LENSES, UNPLACED, Column, LensName, column_of
from journeys.queries.timelines import EXITS, in_days, when
from journeys.timeline import Placed, Timeline
from studies.models import Study


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
        return when(self.placed.event)


def stops(study: Study, line: Timeline, elements: Mapping[str, Element]) -> list[Stop]:
    """In order; each names the time since the point before it, and where the way left the order."""
    detours: dict[str, list[str]] = defaultdict(list)
    for detour in line.detours:
        detours[detour.at].append(f"{detour.kind} {study.phase_label(detour.phase)}")
    return [_stop(placed, elements[placed.event.key], detours[placed.event.key]) for placed in line.points]


def _stop(placed: Placed, element: Element, detours: Sequence[str]) -> Stop:
    gap = "" if placed.gap_days is None else in_days(placed.gap_days)
    doubts = ["its date contradicts an earlier point"] if placed.out_of_order else []
    exit_words = EXITS[placed.event.exit] if placed.event.point == "T8" else ""
    return Stop(placed, element, gap, [*detours, *doubts], exit_words)


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


Neighbour = tuple[int, str] | None  # an interview and the pseudonym of who tells it


def neighbours_of(interview: Interview) -> tuple[Neighbour, Neighbour]:
    """The journeys before and after this one, in the order of the pseudonyms; one query."""
    told = interview.study.interviews.filter(elements__deleted_at=None, elements__isnull=False)
    order = told.order_by("participant__sort_key", "pk").values_list("pk", "participant__pseudonym")
    keys = list(order.distinct())
    place = next((index for index, (pk, _) in enumerate(keys) if pk == interview.pk), None)
    if place is None:
        return None, None
    return keys[place - 1] if place else None, keys[place + 1] if place + 1 < len(keys) else None
