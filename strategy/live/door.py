"""Who sits behind a websocket: the same door as every page of a room, by the cookie of the session."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user
from django.http import Http404, parse_cookie

from strategy.actions.sheets import shared_sheet
from strategy.actions.silence import draft_sheet
from strategy.seats import Seat, open_seat


class Entry(NamedTuple):
    """A seat, and the sheet that it writes on; 0: nobody writes silently now."""

    seat: Seat
    sheet: int


def enter(scope: Mapping[str, Any], canvas_id: int, draft: bool) -> Entry | None:
    """None: no such canvas, or no way in."""
    seat = seat_of(scope, canvas_id)
    if seat is None:
        return None
    sheet = draft_sheet(seat) if draft else shared_sheet(seat.canvas)
    return Entry(seat, sheet.pk if sheet else 0)


def seat_of(scope: Mapping[str, Any], canvas_id: int) -> Seat | None:
    """Asked again whenever rights may have changed, so a session that ended closes the room as well."""
    asking = SimpleNamespace(session=_session(scope))
    try:
        return open_seat(get_user(asking), asking.session, canvas_id)  # type: ignore[arg-type]
    except Http404:
        return None


def _session(scope: Mapping[str, Any]) -> Any:
    cookies = parse_cookie(header(scope, b"cookie"))
    engine = import_module(settings.SESSION_ENGINE)
    return engine.SessionStore(cookies.get(settings.SESSION_COOKIE_NAME))


def header(scope: Mapping[str, Any], name: bytes) -> str:
    return next((value.decode("latin1") for key, value in scope["headers"] if key == name), "")
