"""Actions and what becomes of them: owners, dates, evidence, the check, status."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from interviews.models import Element
from strategy import document
from strategy.actions.canvases import set_deleted
from strategy.actions.cards import edited
from strategy.actions.rules import RUNNING_OR_LATER, StrategyRefused, is_grounded, why_not
from strategy.models import Action, Canvas, Card
from studies.access import StudyAccess
from studies.edits import save_version
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "action.added": "added the action",
        "action.edited": "edited the action",
        "action.linked": "linked evidence to the action",
        "action.status": "changed the status of",
        "action.checked": "answered the self-determination check of",
        "action.deleted": "deleted the action",
        "action.restored": "brought back the action",
    }
)


def add_action(
    access: StudyAccess,
    *,
    canvas: Canvas,
    title: str,
    phase: int,
    lane: str,
    card: Card | None = None,
    elements: Iterable[Element] | None = None,
    **fields: Any,
) -> Action:
    """An action starts as an idea; from a card it inherits the evidence and the assumption, and the card
    becomes one of the kind "action" for everybody who looks at the canvas."""
    access.require(Verb.EDIT_CANVAS)
    action = Action(study=access.study, canvas=canvas, title=title.strip(), phase=phase, lane=lane, card=card)
    _apply(action, {"is_assumption": bool(card and card.is_assumption)} | fields)
    action.created_by = access.user
    _check_owner(access, action)
    action.full_clean()
    with transaction.atomic():
        action.save()
        action.elements.set(elements if elements is not None else card.elements.all() if card else [])
        record(access, "action.added", action)
        if card:
            _mark_card(access, card)
    return action


def _mark_card(access: StudyAccess, card: Card) -> None:
    """Makes the card one of the kind "action". A card that has gone from the document meanwhile is left
    alone."""
    with edited(access, card.canvas) as doc:
        if str(card.key) in document.read_cards(doc):
            document.change_card(doc, str(card.key), kind=Card.Kind.ACTION.value)


def _apply(row: Any, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(row, name, value)


def _check_owner(access: StudyAccess, action: Action) -> None:
    if action.owner_id and not access.study.memberships.filter(user=action.owner_id).exists():
        raise StrategyRefused("The owner of an action must be a member of the study.")


def edit_action(access: StudyAccess, *, action: Action, seen: int, **changes: Any) -> Action:
    """Every field but status and check. Raises StaleVersion if somebody saved since version `seen`."""
    access.require(Verb.EDIT_CANVAS)
    before = {name: str(getattr(action, name)) for name in changes}
    _apply(action, changes)
    _check_owner(access, action)
    with transaction.atomic():
        save_version(action, seen=seen, fields=list(changes))
        record(access, "action.edited", action, before=before)
    return action


def link_action(access: StudyAccess, *, action: Action, elements: Iterable[Element]) -> Action:
    access.require(Verb.EDIT_CANVAS)
    with transaction.atomic():
        action.elements.set(elements)
        record(access, "action.linked", action, elements=action.elements.count())
    return action


def answer_check(access: StudyAccess, *, action: Action, welcomed: bool, note: str) -> Action:
    """The self-determination check: who answered what, and when, stays with the action."""
    access.require(Verb.EDIT_CANVAS)
    action.welcomed, action.welcomed_note = welcomed, note.strip()
    action.welcomed_by, action.welcomed_at = access.user, timezone.now()
    with transaction.atomic():
        fields = ["welcomed", "welcomed_note", "welcomed_by", "welcomed_at"]
        save_version(action, seen=None, fields=fields)
        record(access, "action.checked", action, welcomed=welcomed, note=action.welcomed_note)
    return action


def set_status(access: StudyAccess, *, action: Action, status: str, seen: int | None = None) -> Action:
    """Raises StrategyRefused where the next status lacks evidence, a mode or a positive check."""
    access.require(Verb.EDIT_CANVAS)
    if refusal := why_not(action, status, grounded=is_grounded(action)):
        raise StrategyRefused(refusal)
    before, action.status = action.status, Action.Status(status)
    if action.status in RUNNING_OR_LATER and action.started_on is None:
        action.started_on = timezone.localdate()
    with transaction.atomic():
        save_version(action, seen=seen, fields=["status", "started_on"])
        record(access, "action.status", action, before=before, after=action.status)
    return action


def trash_action(access: StudyAccess, *, action: Action) -> None:
    set_deleted(access, action, "action.deleted")


def restore_action(access: StudyAccess, *, action: Action) -> None:
    set_deleted(access, action, "action.restored")
