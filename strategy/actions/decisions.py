"""Deciding anew about a card whose evidence changed: what was decided, and why, stays with the card."""

from __future__ import annotations

from django.db import transaction

from strategy.actions.cards import agree_card, trash_card
from strategy.actions.rules import StrategyRefused
from strategy.grounds import in_words
from strategy.models import Card, CardDecision
from strategy.queries.grounds import ground_of
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs({"card.decided": "decided anew, as its evidence had changed, about the card"})
UNCHANGED = "Nothing has changed behind this card since somebody last decided about it."


def decide(access: StudyAccess, *, card: Card, decision: str, reason: str) -> CardDecision:
    """Decides about a card whose evidence changed. A card that is kept stays agreed, one that is to be
    changed becomes an idea again, one that is dropped goes to the trash.

    Raises StrategyRefused where no evidence changed, and where a locked card would change or go.
    """
    access.require(Verb.EDIT_CANVAS)
    ground = ground_of(card)
    if not ground.changed:
        raise StrategyRefused(UNCHANGED)
    with transaction.atomic():
        card.seen = ground.picture
        card.save(update_fields=["seen"])
        row = CardDecision.objects.create(
            study=access.study,
            card=card,
            about=in_words(ground.changed),
            decision=CardDecision.Decision(decision),
            reason=reason.strip(),
            decided_by=access.user,
        )
        record(access, "card.decided", card, decision=row.decision)
        _follow(access, card, row.decision)
    return row


def _follow(access: StudyAccess, card: Card, decision: str) -> None:
    if decision == CardDecision.Decision.DROP:
        trash_card(access, card=card)
    elif decision == CardDecision.Decision.CHANGE and card.state == Card.State.AGREED:
        agree_card(access, card=card, agreed=False)
