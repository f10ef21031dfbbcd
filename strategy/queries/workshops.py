"""What a room is set to, said for one seat: never what somebody else writes silently or votes for."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from pycrdt import Doc

from strategy.agenda import STAGE_OF
from strategy.document import CardData, read_cards
from strategy.live import store
from strategy.models import Action, Canvas, Card, RoomLink, Sheet, Workshop
from strategy.queries.due import OPEN
from strategy.queries.rooms import cards_on, is_full
from strategy.seats import Seat
from studies.history import person_name
from studies.models import Membership
from studies.roles import VERBS_OF, Verb


def running(canvas: Canvas) -> Workshop | None:
    return Workshop.objects.filter(canvas=canvas, ended_at=None).select_related("facilitator").first()


def workshop_facts(seat: Seat) -> dict[str, Any] | None:
    """What open pages know of the workshop; None where there is none. Moments are milliseconds since 1970.

    {"silent", "full": with the hidden cards there are as many as may be, "voting", "dots",
    "mine": card -> dots, "result": card -> dots, "focus_phase", "locked_lanes",
    "timer": {"seconds", "ends_at", "now"}, "facilitator": {"key", "name"}, "stage", "words",
    "shape": another word whenever bar or controls show something else}
    """
    workshop = running(seat.canvas)
    if workshop is None:
        return None
    leader = workshop.facilitator
    return {
        "silent": workshop.silent,
        "full": workshop.silent and is_full(cards_on([seat.canvas.pk])[seat.canvas.pk]),
        "voting": workshop.voting,
        "dots": workshop.dots,
        "mine": dots_of(workshop, seat.key),
        "result": {} if workshop.voting == Workshop.Voting.OPEN else workshop.result,
        "focus_phase": workshop.focus_phase,
        "locked_lanes": workshop.locked_lanes,
        "timer": timer(workshop),
        "facilitator": {"key": f"u{leader.pk}" if leader else "", "name": person_name(leader)},
        "stage": workshop.stage,
        "words": words(workshop),
        "shape": shape(workshop),
    }


def shape(workshop: Workshop) -> str:
    """The same word as long as nothing that bar and controls show has changed."""
    w = workshop
    place = (w.pk, w.stage, w.silent, w.voting, w.dots, w.result, w.focus_phase, w.locked_lanes)
    told = repr((place, w.facilitator_id, w.timer_seconds, w.timer_ends_at))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def timer(workshop: Workshop) -> dict[str, int | None]:
    ends = workshop.timer_ends_at
    return {
        "seconds": workshop.timer_seconds,
        "ends_at": milliseconds(ends) if ends else None,
        "now": milliseconds(timezone.now()),
    }


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def words(workshop: Workshop) -> str:
    """What the room does now, in words: read out, and never said by colour alone."""
    said = []
    if workshop.silent:
        said.append("Silent writing: only you see your new cards.")
    if workshop.voting == Workshop.Voting.OPEN:
        said.append("Voting: nobody sees your dots until the vote is closed.")
    stage = STAGE_OF.get(workshop.stage)
    if stage and stage.votes and workshop.voting == Workshop.Voting.CLOSED:
        said.append("The dots are counted: each card shows how many it got.")
    elif stage:
        said.append(stage.words)
    return " ".join(said)


# --- silent writing ------------------------------------------------------------------------------------
def drafts_of(canvas: Canvas) -> QuerySet[Sheet]:
    """Sheets that somebody writes silently on, in the order in which they were begun."""
    return Sheet.objects.filter(canvas=canvas).exclude(seat="").order_by("pk")


def written_cards(canvas: Canvas) -> dict[str, list[CardData]]:
    """Seat -> the cards of its draft that say something, from phase to phase and from top to bottom."""
    seats = dict(drafts_of(canvas).values_list("pk", "seat"))
    return {seats[sheet]: _written(draft.doc) for sheet, draft in store.load_all(seats).items()}


def _written(draft: Doc[Any]) -> list[CardData]:
    written = (card for card in read_cards(draft).values() if card.text.strip() or card.links)
    return sorted(written, key=lambda card: (card.phase, card.lane, card.position, card.key))


def being_written(canvas: Canvas) -> tuple[int, int]:
    """How many cards by how many people are hidden: not a word of them."""
    counts = [len(cards) for cards in written_cards(canvas).values()]
    return sum(counts), sum(count > 0 for count in counts)


# --- the vote ------------------------------------------------------------------------------------------
def dots_of(workshop: Workshop, seat_key: str) -> dict[str, int]:
    """Card -> how many dots of this seat lie on it."""
    return dict(
        Counter(str(key) for key in workshop.votes.filter(seat=seat_key).values_list("card_key", flat=True))
    )


def votes_placed(workshop: Workshop) -> tuple[int, int]:
    """How many dots of how many people: not where."""
    found = workshop.votes.aggregate(dots=Count("pk"), people=Count("seat", distinct=True))
    return found["dots"], found["people"]


def countable(workshop: Workshop) -> QuerySet[Card]:
    """The cards that may get a dot: those that all look at."""
    cards: QuerySet[Card] = workshop.canvas.cards.all()
    return cards.filter(phase=workshop.focus_phase) if workshop.focus_phase else cards


@dataclass(frozen=True)
class Voted:
    """A card and its dots; `place` among the ranked ones, the same for the same number of dots."""

    card: Card
    dots: int
    place: int = 0


def ranked(workshop: Workshop) -> list[Voted]:
    """Cards with their dots, the most first; cards without one are left out."""
    rows = {str(card.key): card for card in workshop.canvas.cards.all()}
    counts = [dots for key, dots in workshop.result.items() if key in rows]
    found = [
        Voted(rows[key], dots, 1 + sum(more > dots for more in counts))
        for key, dots in workshop.result.items()
        if key in rows
    ]
    return sorted(found, key=lambda voted: (-voted.dots, voted.card.phase, voted.card.position))


# --- people ------------------------------------------------------------------------------------------
def may_lead(canvas: Canvas) -> list[Membership]:
    """Members who could be handed the workshop."""
    roles = [role for role, verbs in VERBS_OF.items() if Verb.EDIT_CANVAS in verbs]
    members = Membership.objects.filter(study=canvas.study_id, role__in=roles).select_related("user")
    return sorted(members, key=lambda member: person_name(member.user).casefold())


def may_take_over(seat: Seat, workshop: Workshop) -> bool:
    """Who manages the study may; every editor where the facilitator is gone or may no longer edit."""
    if seat.access is None or seat.leads or not seat.may_edit:
        return False
    leaders = {member.user_id for member in may_lead(seat.canvas)}
    return seat.access.may(Verb.MANAGE) or workshop.facilitator_id not in leaders


def links_of(canvas: Canvas) -> QuerySet[RoomLink]:
    return canvas.links.select_related("created_by").annotate(joined=Count("guests"))


# --- what is left to do at the end -----------------------------------------------------------------------
def waiting_cards(canvas: Canvas) -> QuerySet[Card]:
    """Action cards that no action was made from yet."""
    made = canvas.actions.exclude(card=None).values("card")
    cards: QuerySet[Card] = canvas.cards.filter(kind=Card.Kind.ACTION).exclude(pk__in=made)
    return cards.exclude(text__regex=r"^\s*$")


def loose_actions(canvas: Canvas) -> QuerySet[Action]:
    """Open actions that nobody owns, or that have no date or no hypothesis."""
    lacking = Q(owner=None) | Q(due_on=None) | Q(hypothesis_change="")
    return _open_actions(canvas).filter(lacking).select_related("owner")


def lacks(action: Action) -> list[str]:
    """Of what makes an action loose, in words."""
    wanted = {"owner": action.owner_id, "date": action.due_on, "hypothesis": action.hypothesis_change}
    return [f"no {name}" for name, there in wanted.items() if not there]


def unchecked_actions(canvas: Canvas) -> QuerySet[Action]:
    """Open actions of which nobody has said whether the customer would welcome them."""
    return _open_actions(canvas).filter(welcomed=None)


def _open_actions(canvas: Canvas) -> QuerySet[Action]:
    actions: QuerySet[Action] = canvas.actions.filter(status__in=OPEN)
    return actions
