"""Beginning a workshop on a canvas, handing it over, and ending it with every action in the tracker."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import Truncator

from strategy.actions.leading import leading, locked_workshop
from strategy.actions.rules import StrategyRefused
from strategy.actions.silence import reveal_drafts
from strategy.actions.tracker import add_action
from strategy.actions.versions import keep_version
from strategy.actions.votes import count_dots
from strategy.models import Action, Canvas, Card, RoomLink, Workshop
from strategy.queries.papers import stands_now
from strategy.queries.workshops import may_lead, may_take_over, waiting_cards
from strategy.seats import Seat
from studies.access import StudyAccess
from studies.history import person_name, record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "workshop.started": "started a workshop on",
        "workshop.ended": "ended the workshop on",
        "workshop.handed_over": "handed over the workshop to",
        "workshop.taken_over": "took over the workshop on",
    }
)


def start_workshop(access: StudyAccess, *, canvas: Canvas) -> Workshop:
    """Whoever starts it leads it. Raises StrategyRefused where one is running."""
    access.require(Verb.EDIT_CANVAS)
    try:
        with transaction.atomic():
            workshop = Workshop.objects.create(study=access.study, canvas=canvas, facilitator=access.user)
            keep_version(canvas, "Workshop begins", access.user)
            record(access, "workshop.started", workshop, label=str(canvas.job))
    except IntegrityError as error:  # the constraint decides, also where two start it in one moment
        raise StrategyRefused("A workshop is running on this canvas already.") from error
    return workshop


def hand_over(seat: Seat, *, user_id: int) -> None:
    """Raises StrategyRefused for somebody who may not edit canvases of this study."""
    user = next((member.user for member in may_lead(seat.canvas) if member.user_id == user_id), None)
    if user is None:
        raise StrategyRefused("Only a member who may edit canvases can lead a workshop.")
    with leading(seat) as (access, workshop):
        workshop.facilitator = user
        record(access, "workshop.handed_over", workshop, label=person_name(user))


def take_over(seat: Seat) -> None:
    """For whoever manages the study, and for every editor where the facilitator is gone."""
    with transaction.atomic():
        workshop = locked_workshop(seat.canvas)
        if workshop is None:
            raise StrategyRefused("No workshop is running here.")
        if seat.access is None or not may_take_over(seat, workshop):
            raise PermissionDenied("The facilitator is here: ask them to hand over the workshop.")
        workshop.facilitator = seat.access.user
        workshop.save(update_fields=["facilitator"])
        record(seat.access, "workshop.taken_over", workshop, label=str(seat.canvas.job))


def end_workshop(seat: Seat) -> list[Action]:
    """Reveals what is hidden, counts an open vote, unlocks, and closes the door for guests.

    Action cards that nobody made an action of go into the tracker; returned are those new actions.
    """
    with leading(seat) as (access, workshop):
        reveal_drafts(access, workshop)
        if workshop.voting == Workshop.Voting.OPEN:
            count_dots(access, workshop)
        made = [action_from_card(access, card=card) for card in waiting_cards(seat.canvas)]
        keep_version(seat.canvas, Workshop.ENDS, access.user)
        told = {"actions": len(made), "standing": stands_now(seat.canvas)}
        record(access, "workshop.ended", workshop, label=str(seat.canvas.job), **told)
        _leave_in_order(workshop)  # last: the minutes tell what happened until then
    return made


def _leave_in_order(workshop: Workshop) -> None:
    now, canvas = timezone.now(), workshop.canvas
    workshop.ended_at, workshop.focus_phase, workshop.locked_lanes = now, None, []
    workshop.timer_seconds, workshop.timer_ends_at = 0, None
    Card.with_trash.filter(canvas=canvas, locked=True).update(locked=False)
    RoomLink.objects.filter(canvas=canvas, revoked_at=None).update(revoked_at=now)


def action_from_card(access: StudyAccess, *, card: Card, title: str = "", **fields: Any) -> Action:
    """It takes the card's words, place, evidence and assumption."""
    words, phase, lane = title or title_of(card), card.phase, card.lane
    return add_action(access, canvas=card.canvas, card=card, title=words, phase=phase, lane=lane, **fields)


def title_of(card: Card) -> str:
    """The words of a card in one line."""
    return Truncator(" ".join(card.text.split())).chars(160)
