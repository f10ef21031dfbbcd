"""Writing a strategy: canvases, cards and the actions that they lead to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from interviews.models import Element
from jobs.models import Job
from strategy.models import Action, Canvas, Card
from strategy.order import key_between
from studies.access import StudyAccess
from studies.edits import save_version
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "canvas.opened": "opened a canvas for",
        "canvas.deleted": "deleted the canvas of",
        "canvas.restored": "brought back the canvas of",
        "card.added": "added the card",
        "card.edited": "edited the card",
        "card.moved": "moved the card",
        "card.linked": "linked evidence to the card",
        "card.agreed": "agreed the card",
        "card.reopened": "took the card back to an idea",
        "card.deleted": "deleted the card",
        "card.restored": "brought back the card",
        "action.added": "added the action",
        "action.edited": "edited the action",
        "action.linked": "linked evidence to the action",
        "action.status": "changed the status of",
        "action.checked": "answered the self-determination check of",
        "action.deleted": "deleted the action",
        "action.restored": "brought back the action",
    }
)
NEEDS_EVIDENCE = "Link at least one piece of evidence first, or mark it as an assumption."
NEEDS_CHECK = (
    "Answer the self-determination check first: would the customer welcome this, knowing our intention?"
)
RUNNING_OR_LATER = (
    Action.Status.RUNNING,
    Action.Status.MEASURING,
    Action.Status.ADOPTED,
)


class StrategyRefused(Exception):
    """Why a card or an action may not go there yet, in words for the person who tried."""


def open_canvas(access: StudyAccess, *, job: Job) -> Canvas:
    """The canvas of a job: the one that exists, else a new one."""
    access.require(Verb.EDIT_CANVAS)
    with transaction.atomic():
        canvas, made = access.study.canvases.get_or_create(job=job, defaults={"created_by": access.user})
        if made:
            record(access, "canvas.opened", canvas, label=str(job))
    return canvas


def trash_canvas(access: StudyAccess, *, canvas: Canvas) -> None:
    _set_deleted(access, canvas, "canvas.deleted", label=str(canvas.job))


def restore_canvas(access: StudyAccess, *, canvas: Canvas) -> None:
    """Raises StrategyRefused where the job has been given another canvas meanwhile."""
    if access.study.canvases.filter(job=canvas.job_id).exclude(pk=canvas.pk).exists():
        raise StrategyRefused("This job has another canvas now; it cannot have two.")
    _set_deleted(access, canvas, "canvas.restored", label=str(canvas.job))


def _set_deleted(access: StudyAccess, row: Any, verb: str, label: str = "") -> None:
    access.require(Verb.EDIT_CANVAS)
    with transaction.atomic():
        row.deleted_at = timezone.now() if verb.endswith(".deleted") else None
        row.save(update_fields=["deleted_at"])
        record(access, verb, row, label=label)


def next_seq(canvas: Canvas) -> int:
    """Counts one change of the canvas. The row lock makes the order of numbers the order of commits."""
    Canvas.objects.filter(pk=canvas.pk).update(seq=F("seq") + 1)
    return int(Canvas.objects.values_list("seq", flat=True).get(pk=canvas.pk))


def add_card(
    access: StudyAccess,
    *,
    canvas: Canvas,
    phase: int,
    lane: str,
    text: str,
    key: UUID | None = None,
    is_assumption: bool = False,
    elements: Iterable[Element] = (),
) -> Card:
    """Adds a card at the end of its field. Sending the same `key` again gives the same card."""
    access.require(Verb.EDIT_CANVAS)
    existing: Card | None = Card.with_trash.filter(canvas=canvas, key=key).first() if key else None
    if existing:
        return existing
    card = Card(
        study=access.study,
        canvas=canvas,
        key=key or uuid4(),
        phase=phase,
        lane=lane,
        text=text.strip(),
        is_assumption=is_assumption,
        created_by=access.user,
    )
    with transaction.atomic():
        card.change_seq = next_seq(canvas)
        card.position = key_between(_last_position(canvas, phase, lane), "")
        card.full_clean()
        card.save()
        card.elements.set(elements)
        record(access, "card.added", card)
    return card


def _last_position(canvas: Canvas, phase: int, lane: str) -> str:
    field = canvas.cards.filter(phase=phase, lane=lane).order_by("position", "pk")
    return field.values_list("position", flat=True).last() or ""


def edit_card(access: StudyAccess, *, card: Card, seen: int, **changes: Any) -> Card:
    """Text and assumption. Raises StaleVersion if somebody saved since version `seen`."""
    access.require(Verb.EDIT_CANVAS)
    before = {name: getattr(card, name) for name in changes}
    _apply(card, changes)
    with transaction.atomic():
        _save_card(card, seen, *changes)
        _stay_agreed(access, card)
        record(access, "card.edited", card, before=before)
    return card


def _apply(row: Any, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(row, name, value)


def _save_card(card: Card, seen: int | None, *fields: str) -> None:
    card.change_seq = next_seq(card.canvas)
    save_version(card, seen=seen, fields=[*fields, "change_seq"])


def _stay_agreed(access: StudyAccess, card: Card) -> None:
    """An agreed card that loses both its evidence and its assumption is an idea again."""
    if card.state == Card.State.AGREED and not _is_grounded(card):
        card.state = Card.State.IDEA
        _save_card(card, None, "state")
        record(access, "card.reopened", card)


def _is_grounded(row: Card | Action) -> bool:
    return row.is_assumption or row.elements.filter(deleted_at=None).exists()


def move_card(
    access: StudyAccess,
    *,
    card: Card,
    phase: int,
    lane: str,
    after: Card | None = None,
    seen: int | None = None,
) -> Card:
    """Moves a card into a field, behind `after` (None: to its top)."""
    access.require(Verb.EDIT_CANVAS)
    came_from = {"phase": card.phase, "lane": card.lane, "position": card.position}
    with transaction.atomic():
        others = (
            card.canvas.cards.filter(phase=phase, lane=lane).exclude(pk=card.pk).order_by("position", "pk")
        )
        positions = list(others.values_list("position", flat=True))
        low = after.position if after else ""
        high = next((position for position in positions if position > low), "")
        card.phase, card.lane, card.position = phase, lane, key_between(low, high)
        _save_card(card, seen, "phase", "lane", "position")
        record(access, "card.moved", card, before=came_from)
    return card


def link_card(access: StudyAccess, *, card: Card, elements: Iterable[Element]) -> Card:
    """Sets which elements stand behind a card."""
    access.require(Verb.EDIT_CANVAS)
    with transaction.atomic():
        card.elements.set(elements)
        _save_card(card, None)
        _stay_agreed(access, card)
        record(access, "card.linked", card, elements=card.elements.count())
    return card


def agree_card(access: StudyAccess, *, card: Card, agreed: bool = True) -> Card:
    """Raises StrategyRefused where neither evidence nor an assumption carries the card."""
    access.require(Verb.EDIT_CANVAS)
    if agreed and not _is_grounded(card):
        raise StrategyRefused(NEEDS_EVIDENCE)
    with transaction.atomic():
        card.state = Card.State.AGREED if agreed else Card.State.IDEA
        _save_card(card, None, "state")
        record(access, "card.agreed" if agreed else "card.reopened", card)
    return card


def trash_card(access: StudyAccess, *, card: Card) -> None:
    _set_card_deleted(access, card, "card.deleted")


def restore_card(access: StudyAccess, *, card: Card) -> None:
    _set_card_deleted(access, card, "card.restored")


def _set_card_deleted(access: StudyAccess, card: Card, verb: str) -> None:
    access.require(Verb.EDIT_CANVAS)
    with transaction.atomic():
        card.deleted_at = timezone.now() if verb == "card.deleted" else None
        _save_card(card, None, "deleted_at")
        record(access, verb, card)


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
    """An action starts as an idea; from a card it inherits the evidence and the assumption."""
    access.require(Verb.EDIT_CANVAS)
    action = Action(study=access.study, canvas=canvas, title=title.strip(), phase=phase, lane=lane, card=card)
    _apply(action, {"is_assumption": bool(card and card.is_assumption)} | fields)
    action.created_by = access.user
    _check_owner(access, action)
    action.full_clean()
    with transaction.atomic():
        action.save()
        action.elements.set(elements if elements is not None else card.elements.all() if card else [])
        if card:
            # open canvases show how many actions a card has led to
            Card.with_trash.filter(pk=card.pk).update(change_seq=next_seq(canvas))
        record(access, "action.added", action)
    return action


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
    """Raises StrategyRefused where the next status lacks evidence, a positive check, or a result."""
    access.require(Verb.EDIT_CANVAS)
    before, action.status = action.status, Action.Status(status)
    _check_status(action)
    with transaction.atomic():
        save_version(action, seen=seen, fields=["status"])
        record(access, "action.status", action, before=before, after=action.status)
    return action


def why_not(action: Action, status: str) -> str:
    """What stands in the way of a status, in words; "" where nothing does."""
    before, action.status = action.status, Action.Status(status)
    try:
        _check_status(action)
    except StrategyRefused as refused:
        return str(refused)
    finally:
        action.status = before
    return ""


def _check_status(action: Action) -> None:
    if (
        action.status != Action.Status.IDEA
        and action.status != Action.Status.STOPPED
        and not _is_grounded(action)
    ):
        raise StrategyRefused(NEEDS_EVIDENCE)
    if action.status in RUNNING_OR_LATER and action.welcomed is None:
        raise StrategyRefused(NEEDS_CHECK)
    if action.status in RUNNING_OR_LATER and not action.welcomed:
        raise StrategyRefused(
            "The check says that the customer would not welcome this. Change the action first."
        )
    if action.status == Action.Status.ADOPTED and not action.result.strip():
        raise StrategyRefused("Write down the result before you adopt the action.")


def trash_action(access: StudyAccess, *, action: Action) -> None:
    _set_deleted(access, action, "action.deleted")


def restore_action(access: StudyAccess, *, action: Action) -> None:
    _set_deleted(access, action, "action.restored")
