"""Actions across canvases: what is due, whose it is, how small it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, When

from strategy.models import Action
from strategy.queries.canvases import OPEN
from studies.models import HistoryEntry, Study

SORTS: dict[str, tuple[Any, ...]] = {
    "due": (F("due_on").asc(nulls_last=True),),
    "title": ("title",),
    "owner": (F("owner__first_name").asc(nulls_last=True), "owner__username"),
    "phase": ("phase",),
    "size": ("size_order",),
    "status": ("status_order",),
    "job": ("canvas__job__statement",),
}
HISTORY_SHOWN = 50


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
    owner: int | None = None,
    status: str = "",
    phase: int | None = None,
    flag: str = "",
    canvas: int | None = None,
    sort: str = "due",
    today: date,
) -> QuerySet[Action]:
    """`flag` is overdue, unowned, undated or open; `sort` may start with a minus."""
    actions = all_actions(study)
    if owner is not None:
        actions = actions.filter(owner=owner)
    if status:
        actions = actions.filter(status=status)
    if phase:
        actions = actions.filter(phase=phase)
    if canvas:
        actions = actions.filter(canvas=canvas)
    return _sorted(_flagged(actions, flag, today), sort)


def _flagged(actions: QuerySet[Action], flag: str, today: date) -> QuerySet[Action]:
    if flag == "overdue":
        return actions.filter(due_on__lt=today, status__in=OPEN)
    if flag == "unowned":
        return actions.filter(owner=None, status__in=OPEN)
    if flag == "undated":
        return actions.filter(due_on=None, status__in=OPEN)
    return actions.filter(status__in=OPEN) if flag == "open" else actions


def _sorted(actions: QuerySet[Action], sort: str) -> QuerySet[Action]:
    name = sort.removeprefix("-")
    actions = actions.annotate(
        size_order=_order("size", Action.Size.values), status_order=_order("status", Action.Status.values)
    ).order_by(*SORTS.get(name, SORTS["due"]), "pk")
    return actions.reverse() if sort.startswith("-") else actions


@dataclass(frozen=True)
class Summary:
    total: int
    open: int
    overdue: int
    unowned: int
    undated: int
    small: int
    large: int


def summary(study: Study, *, today: date) -> Summary:
    open_ones = Q(status__in=OPEN)
    counted = (
        all_actions(study)
        .order_by()
        .aggregate(
            total=Count("pk"),
            open=Count("pk", open_ones),
            overdue=Count("pk", open_ones & Q(due_on__lt=today)),
            unowned=Count("pk", open_ones & Q(owner=None)),
            undated=Count("pk", open_ones & Q(due_on=None)),
            small=Count("pk", Q(size=Action.Size.SMALL)),
            large=Count("pk", Q(size=Action.Size.LARGE)),
        )
    )
    return Summary(**counted)


def is_overdue(action: Action, today: date) -> bool:
    return bool(action.due_on and action.due_on < today and action.status in OPEN)


def due_words(action: Action, today: date) -> str:
    """How far the date is, in words; "" for actions that are over or have no date."""
    if action.due_on is None or action.status not in OPEN:
        return ""
    days = (action.due_on - today).days
    if days == 0:
        return "due today"
    return f"{_days(-days)} overdue" if days < 0 else f"in {_days(days)}"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def history_of(action: Action) -> list[HistoryEntry]:
    entries = action.study.history.filter(target_type="action", target_id=str(action.pk))
    return list(entries[:HISTORY_SHOWN])


def members_of(study: Study) -> list[Any]:
    return [membership.user for membership in study.memberships.select_related("user")]
