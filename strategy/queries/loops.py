"""Loops of small changes: which follows which, how long one runs, how often we act before customers ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from interviews.kinds import PHASES
from strategy.models import Action
from strategy.queries.due import UNDER_WAY
from studies.models import Study

LONGEST_SMALL = 30  # days that a small change may run (method 6, BEST 4)
MOST_LOOPS = 200  # a chain that an archive has bent into a ring ends here


@dataclass(frozen=True)
class Loop:
    """One link of a chain of loops."""

    pk: int
    number: int
    title: str
    decision: str  # in words; "" while it is open
    closed_on: date | None
    is_this: bool
    previous: int | None


def loops_of(action: Action) -> list[Loop]:
    """The whole chain that an action belongs to, the first loop first; where two loops follow one, both."""
    rows = {row.pk: row for row in action.canvas.actions.order_by("pk")}
    first = _first(action.pk, {pk: row.previous_id for pk, row in rows.items()})
    after: dict[int | None, list[int]] = {}
    for pk, row in rows.items():
        after.setdefault(row.previous_id, []).append(pk)
    found: list[Loop] = []
    waiting = [(first, 1)]
    while waiting and len(found) < MOST_LOOPS:
        pk, number = waiting.pop(0)
        found.append(_loop(rows[pk], number, action.pk))
        waiting += [(each, number + 1) for each in after.get(pk, []) if each != first]
    return found


def _loop(row: Action, number: int, this: int) -> Loop:
    closed = timezone.localdate(row.closed_at) if row.closed_at else None
    return Loop(
        row.pk, number, row.title, row.get_decision_display(), closed, row.pk == this, row.previous_id
    )


def _first(pk: int, previous: Mapping[int, int | None]) -> int:
    seen = {pk}
    while (before := previous.get(pk)) in previous and before not in seen and before is not None:
        seen.add(before)
        pk = before
    return pk


def numbers_of(study: Study) -> dict[int, int]:
    """Action -> the number of its loop, for those that are not a first one. One query."""
    previous = dict(study.actions.order_by().values_list("pk", "previous_id"))
    return {pk: number for pk in previous if (number := _number(pk, previous)) > 1}


def _number(pk: int, previous: Mapping[int, int | None]) -> int:
    seen: set[int | None] = {pk}
    before = previous.get(pk)
    while before in previous and before not in seen:
        seen.add(before)
        before = previous[before] if before is not None else None
    return len(seen)


def days_running(action: Action, today: date) -> int | None:
    """From the day it first ran to its closing, or to today; None where it never ran."""
    if action.started_on is None:
        return None
    end = timezone.localdate(action.closed_at) if action.closed_at else today
    return max((end - action.started_on).days, 0)


def is_too_long(action: Action, today: date) -> bool:
    """A small change that is still under way after a month has become a large one."""
    days = days_running(action, today)
    is_open = action.status in UNDER_WAY
    return bool(is_open and action.size == Action.Size.SMALL and days is not None and days > LONGEST_SMALL)


def too_long(today: date) -> Q:
    """The same for queries."""
    since = today - timedelta(days=LONGEST_SMALL)
    return Q(status__in=UNDER_WAY, size=Action.Size.SMALL, started_on__lt=since)


@dataclass(frozen=True)
class ModeShare:
    """How many of a phase's actions come before customers ask."""

    phase: int
    proactive: int
    answered: int
    open: int  # not answered yet


def mode_shares(actions: QuerySet[Action]) -> list[ModeShare]:
    """One query; every phase is in it, also the one without actions."""
    counted = (
        actions.order_by()
        .values("phase")
        .annotate(
            proactive=Count("pk", Q(mode=Action.Mode.PROACTIVE)),
            answered=Count("pk", ~Q(mode="")),
            open=Count("pk", Q(mode="")),
        )
    )
    by_phase: dict[int, dict[str, Any]] = {row["phase"]: dict(row) for row in counted}
    return [ModeShare(**by_phase.get(phase, _nothing(phase))) for phase in PHASES]


def _nothing(phase: int) -> dict[str, Any]:
    return {"phase": phase, "proactive": 0, "answered": 0, "open": 0}
