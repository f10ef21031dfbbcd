"""What people say of a card: written, resolved, taken back; and who is asked to look."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from strategy.models import Card, CardComment
from strategy.seats import Seat
from studies.history import person_name, record_by, register_verbs
from studies.models import Study

register_verbs(
    {
        "card.commented": "commented on the card",
        "card.comment_resolved": "resolved a comment on the card",
        "card.comment_reopened": "reopened a comment on the card",
        "card.comment_deleted": "deleted a comment on the card",
        "card.comment_restored": "brought back a comment on the card",
    }
)


def add_comment(seat: Seat, *, card: Card, text: str) -> CardComment:
    """Whoever is named by "@" and is in the study is asked to look, but for the writer."""
    seat.require(seat.may_comment)
    with transaction.atomic():
        comment: CardComment = CardComment.objects.create(
            study=card.study, card=card, author=account(seat), author_name=seat.name, text=text.strip()
        )
        people = mentioned(card.study, comment.text)
        comment.mentions.set(person for person in people if person != comment.author)
        _tell(seat, "card.commented", card)
    return comment


def account(seat: Seat) -> Any:
    """None for a guest."""
    return seat.access.user if seat.access else None


def set_resolved(seat: Seat, *, comment: CardComment, resolved: bool) -> CardComment:
    """Resolves or reopens a comment; anybody who may comment may. Mentions in a resolved comment ask nobody
    to look."""
    seat.require(seat.may_comment)
    with transaction.atomic():
        comment.resolved_at = timezone.now() if resolved else None
        comment.resolved_by = account(seat) if resolved else None
        comment.save(update_fields=["resolved_at", "resolved_by"])
        _tell(seat, "card.comment_resolved" if resolved else "card.comment_reopened", comment.card)
    return comment


def set_deleted(seat: Seat, *, comment: CardComment, deleted: bool, own: bool) -> CardComment:
    """Only one's own: a guest has no account, so `own` is what their session remembers."""
    if not (seat.may_comment and own):
        raise PermissionDenied("Only who wrote a comment deletes it or brings it back.")
    with transaction.atomic():
        comment.deleted_at = timezone.now() if deleted else None
        comment.save(update_fields=["deleted_at"])
        verb = "card.comment_deleted" if deleted else "card.comment_restored"
        _tell(seat, verb, comment.card, comment=comment.pk)
    return comment


def look_at(seat: Seat, card: Card) -> None:
    """Marks the mentions of this person in a thread as seen."""
    through = CardComment.mentions.through
    if user := account(seat):
        through.objects.filter(cardcomment__card=card, user=user).delete()


def _tell(seat: Seat, verb: str, card: Card, **data: Any) -> None:
    """Writes the history without the words of the comment: it is kept for good, and a comment can be
    deleted."""
    name = seat.name if seat.access else f"{seat.name} (guest)"
    record_by(card.study, account(seat), name, verb, card, **data)


# --- mentions -----------------------------------------------------------------------------------------
def members(study: Study) -> list[Any]:
    """Everybody who can be mentioned."""
    found = get_user_model().objects.filter(memberships__study=study)
    return sorted(found, key=lambda user: person_name(user).casefold())


def mentioned(study: Study, text: str) -> list[Any]:
    """Members whose name, or account name, follows an "@" in the text; the longest name counts."""
    if "@" not in text:
        return []
    people = {name.casefold(): user for user in members(study) for name in _names(user)}
    found = _pattern(people).findall(text.casefold())
    return list({people[name].pk: people[name] for name in found}.values())


def _names(user: Any) -> Iterable[str]:
    return {person_name(user), user.get_username()}


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """An address like ada@example.org mentions nobody."""
    longest_first = sorted(names, key=len, reverse=True)
    words = "|".join(re.escape(name) for name in longest_first)
    return re.compile(rf"(?<![\w.])@({words})(?!\w)")
