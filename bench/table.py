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

    @property
    def verdict(self) -> str:
        if self.limit is None:
            return ""
        return "ok" if self.value <= self.limit else "OVER"


def milliseconds(action: Callable[[], object], times: int) -> list[float]:
    """Each call's duration, sorted."""
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        spent.append(1000 * (time.perf_counter() - started))
    return sorted(spent)


def p95(sorted_values: list[float]) -> float:
    return sorted_values[min(len(sorted_values) - 1, round(0.95 * len(sorted_values)))]


def timed(name: str, spent: list[float], limit: float | None = None, note: str = "") -> Figure:
    median = f"median {statistics.median(spent):.1f} ms"
    return Figure(f"{name}, p95", p95(spent), "ms", limit, f"{median}{'; ' if note else ''}{note}")


def show(part: str, figures: Iterable[Figure]) -> None:
    print(f"\n{part}", flush=True)
    for figure in figures:
        limit = f"≤ {figure.limit:g}" if figure.limit is not None else ""
        value = f"{figure.value:10.1f} {figure.unit:6} {limit:8}"
        print(f"  {figure.verdict:4} {figure.name:52} {value} {figure.note}", flush=True)
