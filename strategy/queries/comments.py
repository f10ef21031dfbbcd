"""Threads of cards, and where somebody was mentioned and has not looked since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from strategy.models import Card, CardComment
from studies.access import StudyAccess

MOST_MENTIONS = 5


@dataclass(frozen=True)
class Said:
    """One comment as a page shows it."""

    row: CardComment
    mine: bool


def thread(card: Card, *, user: Any, own: set[int]) -> list[Said]:
    """In the order of time. `own`: comments that a guest wrote in this session."""
    rows = CardComment.objects.filter(card=card).select_related("resolved_by")
    return [Said(row, is_mine(row, user=user, own=own)) for row in rows]


def is_mine(row: CardComment, *, user: Any, own: set[int]) -> bool:
    return row.author_id == user.pk if user else row.author_id is None and row.pk in own


def mentions(access: StudyAccess) -> list[CardComment]:
    """Unresolved comments that mention this person, in threads that they have not opened since."""
    found = access.study.card_comments.filter(
        mentions=access.user, resolved_at=None, card__deleted_at=None, card__canvas__deleted_at=None
    )
    return list(found.select_related("card").order_by("-pk")[:MOST_MENTIONS])
