"""Ways into a canvas without an account: links that expire and can be revoked, and guests who use them."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from strategy.actions.leading import leading
from strategy.actions.rules import StrategyRefused
from strategy.models import Guest, RoomLink, RoomRole, Workshop
from strategy.seats import Seat, digest
from studies.access import StudyAccess
from studies.history import record, record_by, register_verbs

register_verbs(
    {
        "room.opened": "made a link into the workshop for",
        "room.closed": "revoked the link into the workshop for",
        "guest.joined": "came into the workshop on",
    }
)
GUEST_ROLES = [(role.value, role.label) for role in (RoomRole.CONTRIBUTOR, RoomRole.OBSERVER)]


def make_link(
    seat: Seat, *, role: str, hours: int, passcode: str = "", note: str = ""
) -> tuple[RoomLink, str]:
    """The link and its token. The token is told once: only its digest is stored."""
    token = secrets.token_urlsafe(24)
    with leading(seat) as (access, workshop):
        link = RoomLink(
            study=workshop.study,
            canvas=workshop.canvas,
            role=role,
            note=note,
            token_digest=digest(token),
            passcode=make_password(passcode) if passcode else "",
            created_by=access.user,
            expires_at=timezone.now() + timedelta(hours=hours),
        )
        link.full_clean()
        link.save()
        record(access, "room.opened", link, until=link.expires_at.isoformat(), passcode=bool(passcode))
    return link, token


def revoke_link(access: StudyAccess, *, link: RoomLink) -> bool:
    """Guests who came in by it are out at once. False where it was revoked before."""
    with transaction.atomic():
        revoked = RoomLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())
        if revoked:
            record(access, "room.closed", link)
    return bool(revoked)


def is_over(link: RoomLink) -> bool:
    """Nothing happened to the link but the end of its workshop."""
    running = Workshop.objects.filter(canvas=link.canvas_id, ended_at=None)
    return link.revoked_at is not None and not running.exists()


def why_closed(link: RoomLink) -> str:
    """In words for whoever opened it; empty while one can come in by it."""
    if is_over(link):
        return "The workshop is over, and its links with it. What you wrote is kept with the study."
    if link.revoked_at:
        return "This link was withdrawn. Ask whoever leads the workshop for a new one."
    if not link.is_open:
        return "This link has expired. Ask whoever leads the workshop for a new one."
    return "This canvas was deleted." if link.canvas.deleted_at else ""


def join(link: RoomLink, *, name: str, passcode: str = "") -> tuple[Guest, str]:
    """The guest, and the key that their browser keeps: only its digest is stored.

    Raises StrategyRefused for a closed link and a wrong passcode.
    """
    if link.passcode and not check_password(passcode, link.passcode):
        raise StrategyRefused("This is not the passcode. Ask whoever leads the workshop.")
    key = secrets.token_urlsafe(24)
    with transaction.atomic():
        fresh = RoomLink.objects.select_for_update().select_related("canvas__job", "study").get(pk=link.pk)
        if reason := why_closed(fresh):
            raise StrategyRefused(reason)
        guest = Guest.objects.create(link=fresh, name=name, key_digest=digest(key))
        record_by(fresh.study, None, str(guest), "guest.joined", guest, label=str(fresh.canvas.job))
    return guest, key
