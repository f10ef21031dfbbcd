"""Figures and how they are printed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure; `limit` is what the project promises, None where it promises nothing."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""
    median: float | None = None
    cpu: float | None = None  # p95 of processor time, in the unit of `value`
    queries: int | None = None
    most_queries: int | None = None
    at_least: bool = False  # the limit is a floor

    @property
    def verdict(self) -> str:
        if self.limit is None:
            return ""
        if self.at_least:
            return "ok" if self.value >= self.limit else "UNDER"
        return "OVER" if self.value > self.limit or self.too_many_queries else "ok"

    @property
    def too_many_queries(self) -> bool:
        return None not in (self.queries, self.most_queries) and self.queries > self.most_queries


@dataclass(frozen=True)
class Timings:
    """Milliseconds of each call, sorted: by the clock, and of this process on a processor."""

    wall: list[float]
    cpu: list[float]


def timings(action: Callable[[], object], times: int) -> Timings:
    wall, cpu = [], []
    for _ in range(times):
        started, worked = time.perf_counter(), time.process_time()
        action()
        cpu.append(1000 * (time.process_time() - worked))
        wall.append(1000 * (time.perf_counter() - started))
    return Timings(sorted(wall), sorted(cpu))


def p95(sorted_values: list[float]) -> float:
    return sorted_values[min(len(sorted_values) - 1, round(0.95 * len(sorted_values)) - 1)]


def timed(
    name: str,
    spent: Timings,
    limit: float | None = None,
    note: str = "",
    *,
    queries: int | None = None,
    most_queries: int | None = None,
) -> Figure:
    return Figure(
        name,
        p95(spent.wall),
        "ms p95",
        limit,
        note,
        statistics.median(spent.wall),
        p95(spent.cpu),
        queries,
        most_queries,
    )


COLUMNS = ("", "figure", "value", "unit", "limit", "median", "cpu p95", "queries", "")
WIDTHS = (4, 52, 9, 6, 6, 7, 7, 7, 0)


def show(part: str, figures: Iterable[Figure]) -> None:
    print(f"\n{part}\n{_line(COLUMNS)}", flush=True)
    for figure in figures:
        print(_line(_cells(figure)), flush=True)


def _cells(figure: Figure) -> tuple[str, ...]:
    return (
        figure.verdict,
        figure.name,
        f"{figure.value:,.{_places(figure)}f}",
        figure.unit,
        "" if figure.limit is None else f"{'≥ ' if figure.at_least else ''}{figure.limit:g}",
        "" if figure.median is None else f"{figure.median:.0f}",
        "" if figure.cpu is None else f"{figure.cpu:.0f}",
        "" if figure.queries is None else f"{figure.queries}{'!' if figure.too_many_queries else ''}",
        figure.note,
    )


def _places(figure: Figure) -> int:
    if figure.unit == "":
        return 0
    return {"s": 2, "×": 2, "ARI": 3}.get(figure.unit, 1)


def _line(cells: Iterable[str]) -> str:
    aligned = zip(cells, WIDTHS, strict=True)
    left = {0, 1, 3, 8}
    return " ".join(
        f"{cell:<{width}}" if column in left else f"{cell:>{width}}"
        for column, (cell, width) in enumerate(aligned)
    ).rstrip()
