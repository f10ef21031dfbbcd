"""Actions across canvases: what is due, whose it is, how small it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, When

from strategy.models import Action
from strategy.queries import loops
from strategy.queries.due import OPEN, due_words, is_overdue, is_review_due, overdue, review_due
from studies.models import HistoryEntry, Study

SORTS: dict[str, tuple[str, ...]] = {
    "due": ("due_on",),
    "title": ("title",),
    "owner": ("owner__first_name", "owner__username"),
    "phase": ("phase",),
    "size": ("size_order",),
    "status": ("status_order",),
    "job": ("canvas__job__statement",),
}
HISTORY_SHOWN = 50
DAYS_AHEAD = 7


def _order(name: str, values: list[str]) -> Case:
    return Case(
        *(When(**{name: value}, then=place) for place, value in enumerate(values)),
        output_field=IntegerField(),
    )


def all_actions(study: Study) -> QuerySet[Action]:
    return study.actions.filter(canvas__deleted_at=None).select_related("canvas__job", "owner")


def filtered(
    study: Study,
    *,
    words: str = "",
    owner: int | None = None,
    status: str = "",
    phase: int | None = None,
    flag: str = "",
    canvas: int | None = None,
    mode: str = "",
    sort: str = "due",
    today: date,
) -> QuerySet[Action]:
    """`words` of the title; `flag` as in its form, `mode` may be "none", `sort` may begin with "-"."""
    actions = all_actions(study).filter(title__icontains=words)
    if owner is not None:
        actions = actions.filter(owner=owner)
    if status:
        actions = actions.filter(status=status)
    if phase:
        actions = actions.filter(phase=phase)
    if mode:
        actions = actions.filter(mode="" if mode == "none" else mode)
    if canvas:
        actions = actions.filter(canvas=canvas)
    return _sorted(_flagged(actions, flag, today), sort)


def _flagged(actions: QuerySet[Action], flag: str, today: date) -> QuerySet[Action]:
    asked = _flags(today).get(flag)
    return actions.filter(asked) if asked else actions


def _flags(today: date) -> dict[str, Q]:
    """What the chips of the actions page ask for; counted and filtered alike."""
    open_ones = Q(status__in=OPEN)
    next_week = today + timedelta(days=DAYS_AHEAD)
    return {
        "open": open_ones,
        "overdue": overdue(today),
        "week": open_ones & Q(due_on__gte=today, due_on__lt=next_week),
        "review": review_due(today),
        "loops": Q(previous__isnull=False, previous__deleted_at=None) | _has_next(),
        "long": loops.too_long(today),
        "unowned": open_ones & Q(owner=None),
        "undated": open_ones & Q(due_on=None),
    }


def _has_next() -> Q:
    return Q(Exists(Action.objects.filter(previous=OuterRef("pk"))))


def _sorted(actions: QuerySet[Action], sort: str) -> QuerySet[Action]:
    """Actions without a date, or without an owner, come last in both directions."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    columns = [F(column) for column in (*SORTS.get(name, SORTS["due"]), "pk")]
    return actions.annotate(
        size_order=_order("size", Action.Size.values), status_order=_order("status", Action.Status.values)
    ).order_by(*(column.desc(nulls_last=True) if down else column.asc(nulls_last=True) for column in columns))


@dataclass(frozen=True)
class Summary:
    """How many actions there are, and how many of them each flag finds."""

    total: int
    small: int
    large: int
    flags: dict[str, int]

    @property
    def open(self) -> int:
        return self.flags["open"]


def summary(study: Study, *, today: date) -> Summary:
    counted = (
        all_actions(study)
        .order_by()
        .aggregate(
            total=Count("pk"),
            small=Count("pk", Q(size=Action.Size.SMALL)),
            large=Count("pk", Q(size=Action.Size.LARGE)),
            **{f"flag_{flag}": Count("pk", asked) for flag, asked in _flags(today).items()},
        )
    )
    flags = {flag: counted.pop(f"flag_{flag}") for flag in _flags(today)}
    return Summary(**counted, flags=flags)


@dataclass(frozen=True)
class Row:
    """An action as the list shows it."""

    action: Action
    due: str
    overdue: bool
    loop: int  # which loop of its chain it is
    review_due: bool
    too_long: int  # days that a small change has been running too long already; 0: it has not


def rows_of(study: Study, actions: Iterable[Action], today: date) -> list[Row]:
    numbers = loops.numbers_of(study)
    return [
        Row(
            action,
            due_words(action, today),
            is_overdue(action, today),
            numbers.get(action.pk, 1),
            is_review_due(action, today),
            (loops.days_running(action, today) or 0) if loops.is_too_long(action, today) else 0,
        )
        for action in actions
    ]


def history_of(action: Action) -> list[HistoryEntry]:
    entries = action.study.history.filter(target_type="action", target_id=str(action.pk))
    return list(entries[:HISTORY_SHOWN])


def members_of(study: Study) -> list[Any]:
    return [membership.user for membership in study.memberships.select_related("user")]
