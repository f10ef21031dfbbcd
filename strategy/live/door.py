"""Who sits behind a websocket: found by the session's cookie, through the door of every page of a room."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user
from django.http import Http404, parse_cookie

from strategy.actions.links import is_over, why_closed
from strategy.actions.sheets import shared_sheet
from strategy.actions.silence import draft_sheet
from strategy.live.refusals import LINK_CLOSED, NO_WAY_IN, OVER, SIGNED_OUT, Refused
from strategy.queries.doors import link_that_ended
from strategy.seats import GUEST_KEYS, Seat, open_seat


class Entry(NamedTuple):
    """A seat, and the sheet that it writes on; 0 if a draft was asked for while nobody writes silently."""

    seat: Seat
    sheet: int


def enter(scope: Mapping[str, Any], canvas_id: int, draft: bool) -> Entry:
    """Called in a thread when a socket opens, and again whenever rights may have changed. Raises Refused if
    there is no such canvas or no way in."""
    seat = _seat_of(scope, canvas_id)
    sheet = draft_sheet(seat) if draft else shared_sheet(seat.canvas)
    return Entry(seat, sheet.pk if sheet else 0)


def _seat_of(scope: Mapping[str, Any], canvas_id: int) -> Seat:
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key(scope))
    user = get_user(SimpleNamespace(session=store))  # type: ignore[arg-type]
    try:
        return open_seat(user, store, canvas_id)
    except Http404 as error:
        raise _why_out(user, store, canvas_id) from error


def _why_out(user: Any, session: Mapping[str, Any], canvas_id: int) -> Refused:
    if link := link_that_ended(session, canvas_id):
        return OVER if is_over(link) else Refused(LINK_CLOSED, why_closed(link))
    return NO_WAY_IN if user.is_authenticated or GUEST_KEYS in session else SIGNED_OUT


def session_key(scope: Mapping[str, Any]) -> str:
    """Empty if the browser sends none."""
    return parse_cookie(header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME, "")


def header(scope: Mapping[str, Any], name: bytes) -> str:
    return next((value.decode("latin1") for key, value in scope["headers"] if key == name), "")
