"""The link behind what somebody opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strategy.models import RoomLink
from strategy.seats import digest as digest_of
from strategy.seats import guest_key, open_guests


def link_behind(digest: str) -> RoomLink | None:
    found = RoomLink.objects.select_related("study", "canvas__job", "created_by")
    return found.filter(token_digest=digest, token_digest__gt="").first()


def open_link(canvas_id: int, digest: str) -> RoomLink | None:
    """The link of this one canvas, as long as one can come in by it."""
    link = link_behind(digest)
    return link if link and link.canvas_id == canvas_id and link.is_open else None


def link_that_ended(session: Mapping[str, Any], canvas_id: int) -> RoomLink | None:
    """The link by which this browser was a guest in the room, where it lets nobody in any more."""
    key = guest_key(session, canvas_id)
    if not key or open_guests().filter(key_digest=digest_of(key)).exists():
        return None
    found = RoomLink.objects.select_related("study", "canvas__job", "created_by")
    return found.filter(guests__key_digest=digest_of(key), canvas=canvas_id).first()
