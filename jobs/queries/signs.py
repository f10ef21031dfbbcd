"""What people did about a job, beside what they say: objective signs of struggle (C4). Shown, not scored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median

from interviews import kinds
from studies.models import Study

TRIED = {"considered", "rejected", "hired", "fired"}
DAYS_A_MONTH = 30.44


@dataclass(frozen=True)
class Signs:
    """Of the interviews that hold a job. None where no interview tells."""

    interviews: int
    workarounds: int  # interviews that tell of one
    paid: int  # of these, those in which it had a price
    tried: float | None  # solutions a person weighed or used, on average
    tried_in: int
    months: float | None  # from the first thought (T1) to the hire (T4), median
    dated: int

    @property
    def any(self) -> bool:
        return bool(self.workarounds or self.tried_in or self.dated)


def signs(study: Study, interviews: Collection[int]) -> Signs:
    """Two queries. What is hypothetical (grade D) counts for nothing here either."""
    told = study.elements.filter(interview__in=interviews, grade__in=kinds.SCORING_GRADES)
    workarounds: dict[int, bool] = {}
    tried: dict[int, int] = {}
    for interview, detail in told.filter(kind="solution").values_list("interview_id", "detail"):
        if detail.get("solution_kind") == "workaround":
            workarounds[interview] = workarounds.get(interview, False) or bool(detail.get("price"))
        if detail.get("role") in TRIED:
            tried[interview] = tried.get(interview, 0) + 1
    months = _months(told.filter(point__in=["T1", "T4"], story_date__isnull=False))
    return Signs(
        len(interviews),
        len(workarounds),
        sum(workarounds.values()),
        fmean(tried.values()) if tried else None,
        len(tried),
        median(months) if months else None,
        len(months),
    )


def _months(events: object) -> list[float]:
    """First T1 to the first T4 after it, of each interview that dates both."""
    dates: dict[int, dict[str, list[date]]] = {}
    for interview, point, on in events.values_list("interview_id", "point", "story_date"):  # type: ignore[attr-defined]
        dates.setdefault(interview, {}).setdefault(point, []).append(on)
    spans = []
    for told in dates.values():
        first = min(told.get("T1", []), default=None)
        hires = [on for on in told.get("T4", []) if first and on >= first]
        if first and hires:
            spans.append((min(hires) - first).days / DAYS_A_MONTH)
    return spans
