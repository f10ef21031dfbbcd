"""The link behind what somebody opened."""

from __future__ import annotations

from strategy.models import RoomLink


def link_behind(digest: str) -> RoomLink | None:
    found = RoomLink.objects.select_related("study", "canvas__job", "created_by")
    return found.filter(token_digest=digest, token_digest__gt="").first()


def open_link(canvas_id: int, digest: str) -> RoomLink | None:
    """The link of this one canvas, as long as one can come in by it."""
    link = link_behind(digest)
    return link if link and link.canvas_id == canvas_id and link.is_open else None
