"""Does another interview still say something new? What was first met in which interview, in their order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from interviews.models import Interview
from jobs.queries.matrix import Row, holders
from jobs.queries.priorities import counted_interviews
from studies.models import Study

if TYPE_CHECKING:
    from jobs.scoring import Saturation

BASE, RUN, THRESHOLD = 4, 2, 5  # interviews, interviews, percent


@dataclass(frozen=True)
class Step:
    """One interview: what it was the first to say, and how much is known after it."""

    number: int
    interview: Interview
    new: tuple[str, ...]
    known: int
    # of the run that ends here: how many are new, and their share of what the base knew; None: none ends here
    run_new: int | None = None
    share: float | None = None


@dataclass(frozen=True)
class Curve:
    steps: list[Step]
    base: int
    run: int
    threshold: int  # percent
    base_known: int
    reached_at: int | None
    jobs: int  # generalised ones of the whole study

    @property
    def last_share(self) -> float | None:
        return next((step.share for step in reversed(self.steps) if step.share is not None), None)

    @property
    def missing(self) -> int:
        """Interviews that are needed before the first run can be judged."""
        return max(self.base + self.run - len(self.steps), 0)


def curve(
    study: Study,
    *,
    base: int = BASE,
    run: int = RUN,
    threshold: int = THRESHOLD,
    within: Collection[int] | None = None,
) -> Curve:
    """New jobs in a run of interviews ÷ jobs known in the base; reached at ≤ threshold (GUEST2020).

    `within`: the curve of these interviews alone.
    """
    from jobs.scoring import saturation

    interviews = [each for each in in_order(study) if within is None or each.pk in within]
    jobs = holders(study)
    firsts = _first_met(jobs, [each.pk for each in interviews])
    found = saturation([len(each) for each in firsts], base=base, run=run, threshold=threshold / 100)
    steps = _steps(interviews, firsts, found)
    return Curve(steps, base, run, threshold, found.base_codes, found.reached_at, len(jobs))


def in_order(study: Study) -> list[Interview]:
    """As they were held; those without a date come last, as they were entered."""
    rows = counted_interviews(study).select_related("participant")
    return sorted(rows, key=lambda each: (each.held_on or date.max, each.pk))


def _first_met(jobs: Iterable[Row], order: list[int]) -> list[tuple[str, ...]]:
    """Interview by interview, the generalised jobs that nobody before it held."""
    place = {pk: index for index, pk in enumerate(order)}
    firsts: list[list[str]] = [[] for _ in order]
    for row in jobs:
        if places := [place[pk] for pk in row.held_by if pk in place]:
            firsts[min(places)].append(row.job.statement)
    return [tuple(sorted(each, key=str.casefold)) for each in firsts]


def _steps(interviews: list[Interview], firsts: list[tuple[str, ...]], found: Saturation) -> list[Step]:
    windows = {window.last: window for window in found.windows}
    steps, known = [], 0
    for number, (interview, new) in enumerate(zip(interviews, firsts, strict=True), 1):
        known += len(new)
        window = windows.get(number)
        of_run = (window.new, window.share) if window else (None, None)
        steps.append(Step(number, interview, new, known, *of_run))
    return steps
