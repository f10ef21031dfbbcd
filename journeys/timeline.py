"""The timeline of one hire or switch and of several: order, durations, detours, exits.

Pure. Progress is cyclical and no straight line (method.md 1.5): phases may be skipped, repeated and reversed,
a person may go round more than once, and dates may be unknown where the order is known. A duration exists
only where both ends are dated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median, quantiles
from typing import Literal

from interviews.kinds import BY_POINT, POINTS

Move = Literal["skipped", "repeated", "reversed"]

EXIT = "T8"
_RANK: Mapping[str, int] = {point.code: rank for rank, point in enumerate(POINTS)}
_VAGUENESS: Sequence[str] = ("exact", "month", "about")
_SLACK_DAYS: Mapping[str, int] = {"exact": 0, "month": 30, "about": 182}
_PRECISION_NOTE: Mapping[str, str] = {
    "exact": "",
    "month": "dated to the month",
    "about": "dated roughly",
}


@dataclass(frozen=True)
class Event:
    """What happened at one trigger point. `order` is the researcher's own order where dates are missing or
    wrong; `exit` says how a T8 ended: kept, returned, acquired_new or reverted."""

    key: str
    point: str
    date: date | None = None
    precision: str = ""
    order: int | None = None
    exit: str = ""


@dataclass(frozen=True)
class Placed:
    """An event in its place: `cycle` counts rounds of the wheel, `gap_days` runs from the event before it and
    is None unless both are dated; `out_of_order` marks a date that contradicts an earlier event's."""

    event: Event
    cycle: int
    phase: int | None
    gap_days: int | None
    out_of_order: bool


@dataclass(frozen=True)
class Span:
    """A stretch between two points that has a name."""

    key: str
    label: str
    start: str
    end: str


SPANS: tuple[Span, ...] = (
    Span("phase_1", "Passive search", "T1", "T2"),
    Span("phase_2", "Active search", "T2", "T3"),
    Span("phase_3", "Trade-offs", "T3", "T4"),
    Span("phase_4", "Experience", "T4", "T8"),
    Span("to_hire", "First thought to hire", "T1", "T4"),
    Span("to_first_use", "Hire to first use", "T4", "T5"),
    Span("to_first_value", "Hire to first value", "T4", "T6"),
)


@dataclass(frozen=True)
class Duration:
    """Days between two dated ends; `precision` is that of the vaguer end and `note` says it in words."""

    span: Span
    cycle: int
    days: int
    precision: str
    note: str


@dataclass(frozen=True)
class Detour:
    """Where the way left the order of the phases, at the event that shows it."""

    kind: Move
    phase: int
    cycle: int
    at: str


@dataclass(frozen=True)
class Exit:
    """How a round ended; `kind` is empty where nobody said."""

    kind: str
    cycle: int
    at: str


@dataclass(frozen=True)
class Timeline:
    points: tuple[Placed, ...]
    durations: tuple[Duration, ...]
    detours: tuple[Detour, ...]
    exits: tuple[Exit, ...]
    cycles: int


def timeline(events: Iterable[Event]) -> Timeline:
    """One person's way from T0 to T8. ValueError for an unknown point or a doubled key."""
    ordered = _in_order(list(events))
    cycles = _cycles(ordered)
    points = _placed(ordered, cycles)
    return Timeline(
        points=points,
        durations=tuple(_durations(points)),
        detours=tuple(_detours(points)),
        exits=tuple(
            Exit(placed.event.exit, placed.cycle, placed.event.key)
            for placed in points
            if placed.event.point == EXIT
        ),
        cycles=max(cycles, default=0),
    )


# --- Order --------------------------------------------------------------------------------------------


def _in_order(events: list[Event]) -> list[Event]:
    """The researcher's order wins; other dated events go in by date, undated ones by their point."""
    for event in events:
        if event.point not in _RANK:
            raise ValueError(f"{event.point!r} is no point of the timeline.")
    if len({event.key for event in events}) != len(events):
        raise ValueError("Every event needs a key of its own.")
    stable = sorted(events, key=lambda event: (_RANK[event.point], event.key))
    dated = [event for event in stable if event.order is None and event.date]
    ordered = sorted(
        (event for event in stable if event.order is not None), key=lambda event: event.order or 0
    )
    if not ordered:
        ordered, dated = sorted(dated, key=lambda event: event.date or date.min), []
    for event in dated:
        ordered.insert(_place_by_date(ordered, event), event)
    for event in stable:
        if event.order is None and event.date is None:
            ordered.insert(_place_by_point(ordered, event), event)
    return ordered


def _place_by_date(ordered: Sequence[Event], event: Event) -> int:
    later = (place for place, other in enumerate(ordered) if _comes_later(other, event))
    return next(later, len(ordered))


def _comes_later(other: Event, event: Event) -> bool:
    if other.date is None or event.date is None or other.date == event.date:
        return other.date == event.date and _RANK[other.point] > _RANK[event.point]
    return other.date > event.date


def _place_by_point(ordered: Sequence[Event], event: Event) -> int:
    """Before the first event that lies further on, within the first round."""
    later = (place for place, other in enumerate(ordered) if _RANK[other.point] > _RANK[event.point])
    return next(later, len(ordered))


def _cycles(ordered: Sequence[Event]) -> list[int]:
    """A round ends with its exit, or where a first thought follows a hire."""
    cycle, hired, closed, result = 1, False, False, []
    for event in ordered:
        begins = event.point in ("T0", "T1")
        if (closed and event.point != EXIT) or (hired and begins):
            cycle, hired, closed = cycle + 1, False, False
        hired = hired or event.point == "T4"
        closed = closed or event.point == EXIT
        result.append(cycle)
    return result


def _placed(ordered: Sequence[Event], cycles: Sequence[int]) -> tuple[Placed, ...]:
    result = []
    latest: Event | None = None
    for place, (event, cycle) in enumerate(zip(ordered, cycles, strict=True)):
        backward = latest is not None and _contradicts(latest, event)
        gap = None if backward or not place else _days(ordered[place - 1], event)
        result.append(Placed(event, cycle, phase_of(event.point), gap, backward))
        if event.date and (latest is None or (_days(latest, event) or 0) > 0):
            latest = event
    return tuple(result)


def _days(earlier: Event, later: Event) -> int | None:
    return (later.date - earlier.date).days if earlier.date and later.date else None


def _contradicts(earlier: Event, later: Event) -> bool:
    """Whether the dates say otherwise than the order, as far as their precision lets them say anything."""
    days = _days(earlier, later)
    return days is not None and -days > _SLACK_DAYS[_precision(earlier)] + _SLACK_DAYS[_precision(later)]


def phase_of(point: str) -> int | None:
    """The phase that a point opens or lies in; None before the first thought. An exit closes phase 4."""
    known = BY_POINT[point]
    return known.to_phase or known.from_phase or None


# --- Durations ----------------------------------------------------------------------------------------


def _durations(points: Sequence[Placed]) -> Iterable[Duration]:
    for cycle in sorted({placed.cycle for placed in points}):
        inside = [placed.event for placed in points if placed.cycle == cycle]
        for span in SPANS:
            duration = _duration(span, cycle, inside)
            if duration is not None:
                yield duration


def _duration(span: Span, cycle: int, events: Sequence[Event]) -> Duration | None:
    """From the first start to the first end after it. None where an end is missing, undated or too early."""
    start = next((place for place, event in enumerate(events) if event.point == span.start), None)
    if start is None:
        return None
    end = next((event for event in events[start + 1 :] if event.point == span.end), None)
    first = events[start]
    if end is None or first.date is None or end.date is None or end.date < first.date:
        return None
    precision = max(_precision(first), _precision(end), key=_VAGUENESS.index)
    return Duration(span, cycle, (end.date - first.date).days, precision, _PRECISION_NOTE[precision])


def _precision(event: Event) -> str:
    """A date without a stated precision counts as rough."""
    return event.precision if event.precision in _VAGUENESS else "about"


@dataclass(frozen=True)
class MedianDuration:
    """Median days over the `n` of `of` interviews with both ends dated; quartiles from four interviews on.
    `rough` of them have an end that is not dated to the day."""

    span: Span
    days: float | None
    low: float | None
    high: float | None
    n: int
    of: int
    rough: int


def aggregate(timelines: Sequence[Timeline]) -> tuple[MedianDuration, ...]:
    """One value an interview: its first round that has one."""
    result = []
    for span in SPANS:
        firsts = [next((item for item in one.durations if item.span == span), None) for one in timelines]
        found = [item for item in firsts if item is not None]
        days = sorted(item.days for item in found)
        low, _middle, high = (
            quantiles(days, n=4, method="inclusive") if len(days) >= 4 else (None, None, None)
        )
        middle = float(median(days)) if days else None
        rough = sum(item.precision != "exact" for item in found)
        result.append(MedianDuration(span, middle, low, high, len(found), len(timelines), rough))
    return tuple(result)


# --- Detours ------------------------------------------------------------------------------------------


def _detours(points: Sequence[Placed]) -> Iterable[Detour]:
    """Between neighbouring recorded points of one round. What lies before the first or after the last
    recorded point is unknown, not skipped."""
    for cycle in sorted({placed.cycle for placed in points}):
        visited: list[int] = []
        for placed in points:
            if placed.cycle != cycle or placed.phase is None or visited[-1:] == [placed.phase]:
                continue
            yield from _moves(placed, placed.phase, visited)
            visited.append(placed.phase)


def _moves(placed: Placed, phase: int, visited: Sequence[int]) -> Iterable[Detour]:
    if not visited:
        return
    for missed in range(visited[-1] + 1, phase):
        if missed not in visited:
            yield Detour("skipped", missed, placed.cycle, placed.event.key)
    if phase < visited[-1]:
        yield Detour("reversed", phase, placed.cycle, placed.event.key)
    if phase in visited:
        yield Detour("repeated", phase, placed.cycle, placed.event.key)
