"""What the server knows of the cards and the room, as plain data for one seat: open pages ask for it again
whenever they are told that something changed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, Q

from strategy.models import Canvas, CardComment
from strategy.queries.grounds import Ground, grounds
from strategy.queries.workshops import workshop_facts
from strategy.seats import Seat

UNGROUNDED = Ground({}, {}, {}, []).facts()
UNSAID = {"comments": 0, "open_comments": 0}


def facts(seat: Seat) -> dict[str, Any]:
    """{"me", "cards": key of a card -> what is known of it, "workshop"}."""
    return {"me": me(seat), "cards": cards(seat.canvas), "workshop": workshop_facts(seat)}


def me(seat: Seat) -> dict[str, Any]:
    return {
        "key": seat.key,
        "name": seat.name,
        "role": seat.role.value,
        "may_edit": seat.may_edit,
        "may_comment": seat.may_comment,
        "leads": seat.leads,
    }


def cards(canvas: Canvas) -> dict[str, dict[str, Any]]:
    """Some fifteen queries, however many cards there are."""
    actions = Counter(canvas.actions.exclude(card=None).values_list("card_id", flat=True))
    ground, said = grounds(canvas), comment_counts(canvas)
    rows = canvas.cards.values_list("pk", "key", "state", "locked", "author_name")
    return {
        str(key): {"id": pk, "state": state, "locked": locked, "author": author, "actions": actions[pk]}
        | (ground[pk].facts() if pk in ground else UNGROUNDED)
        | said.get(pk, UNSAID)
        for pk, key, state, locked, author in rows
    }


def comment_counts(canvas: Canvas) -> dict[int, dict[str, int]]:
    """Cards that somebody said something of."""
    rows = CardComment.objects.filter(card__canvas=canvas).order_by().values_list("card")
    counted = rows.annotate(n=Count("pk"), unresolved=Count("pk", Q(resolved_at=None)))
    return {card: {"comments": n, "open_comments": unresolved} for card, n, unresolved in counted}
