"""Loops of small changes (method 6): closing one says what came of it, and the next begins from there."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from strategy.actions.rules import StrategyRefused
from strategy.actions.tracker import add_action
from strategy.models import Action
from strategy.queries.due import UNDER_WAY
from studies.access import StudyAccess
from studies.edits import save_version
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "action.closed": "closed the loop of",
        "action.reopened": "opened the loop again of",
        "action.looped": "began the next loop of",
    }
)
NOT_RUN = "A loop is closed after it has run: set the status to running or measuring first."
# What becomes of the change itself; an adapted one goes on as the next loop
STATUS_AFTER = {
    Action.Decision.KEEP: Action.Status.ADOPTED,
    Action.Decision.ADAPT: Action.Status.STOPPED,
    Action.Decision.STOP: Action.Status.STOPPED,
}
HANDED_ON = (
    "canvas",
    "card",
    "phase",
    "lane",
    "performer",
    "from_state",
    "to_state",
    "because",
    "kpi",
    "kpi_kind",
    "kpi_target",
    "change",
    "mode",
    "partner",
    "is_assumption",
)


def close_loop(
    access: StudyAccess,
    *,
    action: Action,
    result: str,
    expectation_after: str,
    decision: str,
    next_change: str = "",
    seen: int | None = None,
) -> Action:
    """Result, new expectation and decision at once. StrategyRefused where the action is not under way."""
    access.require(Verb.EDIT_CANVAS)
    before = action.status
    if before not in UNDER_WAY:
        raise StrategyRefused(NOT_RUN)
    action.result, action.expectation_after = result.strip(), expectation_after.strip()
    action.decision, action.next_change = Action.Decision(decision), next_change.strip()
    action.status, action.closed_at = STATUS_AFTER[action.decision], timezone.now()
    with transaction.atomic():
        fields = ["result", "expectation_after", "decision", "next_change", "status", "closed_at"]
        save_version(action, seen=seen, fields=fields)
        record(access, "action.closed", action, before=before, decision=action.decision, result=action.result)
    return action


def reopen_loop(access: StudyAccess, *, action: Action) -> Action:
    """Back to measuring. What was written on closing stays, to be written on."""
    access.require(Verb.EDIT_CANVAS)
    if action.closed_at is None:
        raise StrategyRefused("This loop is not closed.")
    before, action.status = action.status, Action.Status.MEASURING
    action.closed_at, action.decision = None, ""
    with transaction.atomic():
        save_version(action, seen=None, fields=["status", "closed_at", "decision"])
        record(access, "action.reopened", action, before=before)
    return action


def next_loop(
    access: StudyAccess, *, action: Action, title: str, change: str, due_on: date | None = None
) -> Action:
    """Adds the small change that follows a closed one. The last reading of the KPI is its baseline, and the
    expectation that customers were left with is the one it begins with.

    Raises StrategyRefused where `action` is still open.
    """
    access.require(Verb.EDIT_CANVAS)
    if action.closed_at is None:
        raise StrategyRefused("Close this loop first: the next one begins with what came of it.")
    with transaction.atomic():
        made = add_action(
            access,
            title=title,
            elements=list(action.elements.all()),
            hypothesis_change=change,
            due_on=due_on,
            previous=action,
            owner=_owner_of(access, action),
            kpi_baseline=last_value(action),
            expectation_before=action.expectation_after,
            **{name: getattr(action, name) for name in HANDED_ON},
        )
        record(access, "action.looped", action, next=made.pk)
    return made


def _owner_of(access: StudyAccess, action: Action) -> Any:
    """The owner of the action; None where that person has left the study."""
    still = access.study.memberships.filter(user=action.owner_id).exists() if action.owner_id else False
    return action.owner if still else None


def last_value(action: Action) -> float | None:
    newest = action.readings.order_by("-on").first()
    return newest.value if newest else action.kpi_baseline
