"""What is overdue is said once, in the history that everybody reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db import transaction

from strategy.models import Action
from strategy.queries.due import overdue, review_due
from studies.history import record_by, register_verbs
from studies.models import HistoryEntry

register_verbs(
    {
        "action.overdue": "reminded everybody of the date of",
        "action.review": "reminded everybody of the review of",
    }
)
NAME = "Progress Studio"


def remind(today: date) -> int:
    """Writes a line of history for each date that has passed since the last look; returns how many.

    A date that is moved and passes again is told again.
    """
    said = 0
    for verb, action, on in _gone_by(today):
        with transaction.atomic():
            Action.objects.select_for_update().get(pk=action.pk)  # two workers at once say it once
            if not _is_said(verb, action, on):
                record_by(action.study, None, NAME, verb, action, on=on.isoformat())
                said += 1
    return said


def _gone_by(today: date) -> Iterator[tuple[str, Action, date]]:
    actions = Action.objects.filter(canvas__deleted_at=None).select_related("study")
    for action in actions.filter(overdue(today)).order_by("pk"):
        if action.due_on:
            yield "action.overdue", action, action.due_on
    for action in actions.filter(review_due(today)).order_by("pk"):
        if action.kpi_by:
            yield "action.review", action, action.kpi_by


def _is_said(verb: str, action: Action, on: date) -> bool:
    told = HistoryEntry.objects.filter(
        study=action.study_id, verb=verb, target_type="action", target_id=str(action.pk)
    )
    return told.filter(data__on=on.isoformat()).exists()
