"""Pages on which many jobs are judged at once: one's own values, and the others' once one has given one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from django.db.models import Count, Q, QuerySet

from jobs.models import BusinessInput, Criterion, Job, Rating
from jobs.queries.priorities import BOUNDS
from jobs.queries.samples import worth_of
from jobs.standing import amount, rounded
from studies.counting import counted
from studies.models import Study

NAMES = {
    "performers": "Performers",
    "reach": "Reach, %",
    "worth": "Worth a year",
    "cost": "Cost a year",
}


def judged_jobs(study: Study, *, words: str = "", left: Q | None = None) -> QuerySet[Job]:
    """Generalised jobs in the order of the alphabet."""
    jobs: QuerySet[Job] = study.jobs.filter(scope=Job.Scope.GENERALISED, statement__icontains=words)
    return jobs.filter(left or Q()).select_related("business__by").order_by("statement", "pk")


def not_rated_by(me: Any) -> Q:
    """Where a criterion is still empty."""
    mine = Rating.objects.filter(rater=me).values("job").annotate(n=Count("pk")).filter(n=len(Criterion))
    return ~Q(pk__in=mine.values("job"))


def without_ranges() -> Q:
    """Where the worth is not known, because a range is missing."""
    missing = Q(business=None)
    for name in BusinessInput.RANGES:
        missing |= Q(**{f"business__{name}_low": None})
    return missing


Given = Mapping[tuple[int, str], Mapping[int, int]]  # (job, criterion) -> rater -> value


# --- ratings ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cell:
    """One criterion of one job. `hidden`: others have rated, and I have not yet."""

    job: Job
    criterion: Criterion
    mine: int | None
    others: Sequence[int]
    open: bool  # shows what others gave although I gave nothing

    @property
    def name(self) -> str:
        return f"{self.job.pk}-{self.criterion.value}"

    @property
    def bounds(self) -> tuple[int, int]:
        return BOUNDS[self.criterion]

    @property
    def together(self) -> str:
        return together(self.mine, self.others, shown=self.open)


def together(mine: int | None, others: Sequence[int], *, shown: bool = False) -> str:
    """What everybody's ratings come to, in words; how many there are, while they are hidden."""
    if not others:
        return "" if mine is None else "only you"
    if mine is None and not shown:
        return f"{counted(len(others), 'other')}, hidden"
    values = [*others, *([] if mine is None else [mine])]
    low, high = min(values), max(values)
    spread = f"all {low}" if low == high else f"{rounded(fmean(values))}, {low} to {high}"
    return f"{spread} ({len(values)})"


def rating_rows(
    study: Study, jobs: Sequence[Job], me: Any, *, may_rate: bool
) -> list[tuple[Job, list[Cell]]]:
    """One query."""
    given: dict[tuple[int, str], dict[int, int]] = {}
    for job, criterion, rater, value in study.ratings.filter(job__in=jobs).values_list(
        "job_id", "criterion", "rater_id", "value"
    ):
        given.setdefault((job, criterion), {})[rater] = value
    return [(job, [_cell(job, name, given, me, may_rate) for name in Criterion]) for job in jobs]


def _cell(
    job: Job,
    criterion: Criterion,
    given: Given,
    me: Any,
    may_rate: bool,
) -> Cell:
    rated = given.get((job.pk, criterion.value), {})
    others = [value for rater, value in sorted(rated.items()) if rater != me.pk]
    return Cell(job, criterion, rated.get(me.pk), others, not may_rate)


# --- business inputs ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Expected:
    """What the ranges of one job come to, and what they say of themselves."""

    job: Job
    business: BusinessInput | None
    typed: Mapping[str, str] | None = None  # what was refused, so that it can be corrected

    @property
    def reason(self) -> str:
        return self.typed.get("reason", "") if self.typed else getattr(self.business, "reason", "")

    @property
    def fields(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "label": label, "low": self._end(name, "low"), "high": self._end(name, "high")}
            for name, label in NAMES.items()
        ]

    def _end(self, name: str, end: str) -> str:
        if self.typed:
            return self.typed.get(f"{name}_{end}", "")
        value = getattr(self.business, f"{name}_{end}", None)
        return "" if value is None else f"{value:,.12g}".replace(",", " ")

    @property
    def contribution(self) -> str:
        worth = worth_of(self.business)
        if worth is None:
            return ""
        ends = worth.contribution
        return f"{amount(worth.expected)} ({amount(ends.low)} to {amount(ends.high)})"

    @property
    def market(self) -> str:
        worth = worth_of(self.business)
        return f"{amount(worth.market.low)} to {amount(worth.market.high)}" if worth else ""

    @property
    def is_loss(self) -> bool:
        worth = worth_of(self.business)
        return worth is not None and worth.expected < 0


def scale_setter(study: Study) -> str:
    """The job whose largest upper end is 1 on the scale of the score; empty without ranges."""
    rows = study.businessinputs.filter(job__deleted_at=None).select_related("job")
    ends = [(worth.contribution.high, row.job.statement) for row in rows if (worth := worth_of(row))]
    high, statement = max(ends, default=(0.0, ""))
    return f"{amount(high)} of “{statement}”" if high > 0 else ""
