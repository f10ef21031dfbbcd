"""People in the room of a canvas, and what they do there, for tests of workshops."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from strategy.actions.cards import edited
from strategy.actions.links import join, make_link
from strategy.actions.sheets import changing
from strategy.actions.silence import draft_sheet
from strategy.actions.workshops import start_workshop
from strategy.document import CardData, change_card, put_card
from strategy.models import Canvas, Card, RoomLink
from strategy.order import key_between
from strategy.seats import GUEST_KEYS, Seat, member_seat, open_seat
from studies.access import StudyAccess


def edit_card(access: StudyAccess, *, card: Card, **changes: Any) -> Card:
    """As somebody's browser would: text, kind, links or place."""
    with edited(access, card.canvas) as doc:
        change_card(doc, str(card.key), **changes)
    card.refresh_from_db()
    return card


def move_card(access: StudyAccess, *, card: Card, phase: int, lane: str, after: Card | None = None) -> Card:
    """Into a field, behind `after`, or to its top."""
    others = card.canvas.cards.filter(phase=phase, lane=lane).exclude(pk=card.pk)
    low = after.position if after else ""
    above = (position for position in sorted(others.values_list("position", flat=True)) if position > low)
    return edit_card(access, card=card, phase=phase, lane=lane, position=key_between(low, next(above, "")))


def seat_of(access: StudyAccess, canvas: Canvas) -> Seat:
    seat = member_seat(access.user, canvas.pk)
    assert seat
    return seat


def lead(access: StudyAccess, canvas: Canvas) -> Seat:
    """Starts a workshop; the seat of its facilitator."""
    start_workshop(access, canvas=canvas)
    return seat_of(access, canvas)


def invite(leader: Seat, **fields: Any) -> tuple[RoomLink, str]:
    return make_link(leader, **{"role": "contributor", "hours": 8} | fields)


def come_in(link: RoomLink, name: str = "Ada", passcode: str = "") -> tuple[Seat, dict[str, Any]]:
    """A guest's seat, and the session that it hangs on."""
    _guest, key = join(link, name=name, passcode=passcode)
    session = {GUEST_KEYS: {str(link.canvas_id): key}}
    return open_seat(AnonymousUser(), session, link.canvas_id), session


def write_silently(seat: Seat, *texts: str, phase: int = 1, lane: str = "need") -> list[str]:
    """Cards on the person's own sheet, as their browser would send them; their keys."""
    sheet, keys, position = draft_sheet(seat), [str(uuid4()) for _ in texts], ""
    assert sheet
    for key, text in zip(keys, texts, strict=True):
        position = key_between(position, "")
        with changing(sheet, seat.key) as doc:
            put_card(doc, CardData(key, phase, lane, position, "idea", text))
    return keys


def guest_client(link: Any) -> Client:
    client, (_seat, session) = Client(), come_in(link)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.update(session)
    store.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    return client
