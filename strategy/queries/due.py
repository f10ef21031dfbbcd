"""Where an action stands in time: still open, under way, overdue, due for review."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from strategy.models import Action
from studies.counting import counted

UNDER_WAY = (Action.Status.RUNNING, Action.Status.MEASURING)
OPEN = (Action.Status.IDEA, Action.Status.AGREED, *UNDER_WAY)


def overdue(today: date) -> Q:
    return Q(status__in=OPEN, due_on__lt=today)


def is_overdue(action: Action, today: date) -> bool:
    return bool(action.due_on and action.due_on < today and action.status in OPEN)


def due_words(action: Action, today: date) -> str:
    """How far the date is, in words; "" for actions that are over or have no date."""
    if action.due_on is None or action.status not in OPEN:
        return ""
    days = (action.due_on - today).days
    if days == 0:
        return "due today"
    return f"{counted(-days, 'day')} overdue" if days < 0 else f"in {counted(days, 'day')}"


def review_due(today: date) -> Q:
    """Actions under way whose KPI was to move by a day that has passed: somebody has to look and decide."""
    return Q(status__in=UNDER_WAY, kpi_by__lt=today)


def is_review_due(action: Action, today: date) -> bool:
    return bool(action.status in UNDER_WAY and action.kpi_by and action.kpi_by < today)
