"""The readings of a KPI as a small drawing and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from strategy.days import day_words
from strategy.models import Action, KpiReading
from studies.counting import counted
from studies.models import Study

WIDTH, HEIGHT = 300, 96  # of the drawing, in its own units
EDGE = 8


@dataclass(frozen=True)
class Spot:
    """A reading and its place in the drawing."""

    reading: KpiReading
    x: float
    y: float


@dataclass(frozen=True)
class Rule:
    """A level across the drawing: where it began, or where it shall go."""

    name: str
    value: float
    y: float


@dataclass(frozen=True)
class Trend:
    """`words` says what the drawing shows; without readings there is nothing to draw."""

    spots: tuple[Spot, ...]
    rules: tuple[Rule, ...]
    words: str
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def line(self) -> str:
        """Points as an SVG polyline takes them."""
        return " ".join(f"{spot.x},{spot.y}" for spot in self.spots)


def trend_of(action: Action) -> Trend:
    """One query."""
    readings = list(action.readings.select_related("made_by"))
    levels = [("today", action.kpi_baseline), ("target", action.kpi_target)]
    known = [(name, value) for name, value in levels if value is not None]
    low, high = _span([reading.value for reading in readings] + [value for _, value in known])
    return Trend(
        tuple(_spots(readings, low, high)),
        tuple(
            Rule("from" if name == "today" else name, value, _y(value, low, high)) for name, value in known
        ),
        in_words(action, readings),
    )


def _span(values: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest; one value alone lies in the middle."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = max(1.0, abs(low))  # beside a huge number, 1 is nothing
    return (low, high) if low < high else (low - room, high + room)


def _y(value: float, low: float, high: float) -> float:
    return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - low) / (high - low), 1)


def _spots(readings: Sequence[KpiReading], low: float, high: float) -> list[Spot]:
    """By their days: a gap in time is a gap in the drawing."""
    if not readings:
        return []
    first, last = readings[0].on, readings[-1].on
    days = max((last - first).days, 1)
    span = WIDTH - 2 * EDGE
    return [
        Spot(reading, round(EDGE + span * (reading.on - first).days / days, 1), _y(reading.value, low, high))
        for reading in readings
    ]


def in_words(action: Action, readings: Sequence[KpiReading]) -> str:
    """From where to where, in how many readings, and how far that is of the way to the target."""
    if not readings:
        return "Not read yet."
    first, last = readings[0], readings[-1]
    told = f"{last.value:g} on {day_words(last.on)}"
    if first is not last:
        told = f"{first.value:g} on {day_words(first.on)} to {told}"
    return f"{told}, {counted(len(readings), 'reading')}{_way(action, last.value)}."


def _way(action: Action, value: float) -> str:
    begin, end = action.kpi_baseline, action.kpi_target
    if begin is None or end is None or begin == end:
        return ""
    done = round(100 * (value - begin) / (end - begin))
    if done < 0:
        return f"; further from the target {end:g} than the {begin:g} it began with"
    return f"; {min(done, 999)} % of the way from {begin:g} to {end:g}"


def last_readings(study: Study) -> dict[int, tuple[float | None, date | None]]:
    """Action -> its newest value and the day of it. One query."""
    rows = study.kpi_readings.order_by("on").values_list("action", "value", "on")
    return {action: (value, on) for action, value, on in rows}
