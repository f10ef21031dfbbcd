"""The only door into the room of a canvas: members come through their study, guests through a link."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from strategy.models import Canvas, Guest, RoomRole, Workshop
from studies.access import StudyAccess
from studies.history import person_name
from studies.models import Membership
from studies.roles import Role, Verb

GUEST_KEYS = "room_guests"  # in the session: canvas id as text -> the key that the link gave


@dataclass(frozen=True)
class Seat:
    """Who is in the room of a canvas, and as what. `access` is None for a guest.

    `key` names the seat in logs and rows: "u12" for an account, "g3" for a guest.
    """

    canvas: Canvas
    role: RoomRole
    key: str
    name: str
    may_comment: bool
    access: StudyAccess | None = None

    @property
    def may_edit(self) -> bool:
        return self.role != RoomRole.OBSERVER

    @property
    def user_id(self) -> int:
        """0 for a guest."""
        return self.access.user.pk if self.access else 0

    @property
    def leads(self) -> bool:
        return self.role == RoomRole.FACILITATOR

    def require(self, allowed: bool) -> None:
        """Raises PermissionDenied (403)."""
        if not allowed:
            raise PermissionDenied(f"As {RoomRole(self.role).label.lower()} you may not do that here.")


def open_seat(user: Any, session: Mapping[str, Any], canvas_id: int) -> Seat:
    """The seat of whoever asks. Raises Http404: no such canvas, and no way in, look the same."""
    return member_seat(user, canvas_id) or _guest_seat(session, canvas_id)


def member_seat(user: Any, canvas_id: int) -> Seat | None:
    """None for whoever is not in the study of this canvas."""
    canvas = Canvas.objects.select_related("study", "job").filter(pk=canvas_id).first()  # unscoped: door
    if canvas is None:
        return None
    membership = Membership.objects.filter(study=canvas.study_id, user_id=user.pk or 0).first()
    if membership is None:
        return None
    return seat_of_member(StudyAccess(canvas.study, user, Role(membership.role)), canvas)


def seat_of_member(access: StudyAccess, canvas: Canvas) -> Seat:
    """The seat of somebody who came in through the study, at a canvas of this study."""
    role, name = _role_of(access, canvas), person_name(access.user)
    return Seat(canvas, role, f"u{access.user.pk}", name, access.may(Verb.COMMENT), access)


def _role_of(access: StudyAccess, canvas: Canvas) -> RoomRole:
    if not access.may(Verb.EDIT_CANVAS):
        return RoomRole.OBSERVER
    leads = Workshop.objects.filter(canvas=canvas, ended_at=None, facilitator=access.user).exists()
    return RoomRole.FACILITATOR if leads else RoomRole.CONTRIBUTOR


def _guest_seat(session: Mapping[str, Any], canvas_id: int) -> Seat:
    key = guest_key(session, canvas_id)
    guest = open_guests().filter(key_digest=digest(key), link__canvas=canvas_id).first() if key else None
    if guest is None:
        raise Http404("There is no such canvas, or you are not in it.")
    role = RoomRole(guest.link.role)
    return Seat(guest.link.canvas, role, f"g{guest.pk}", guest.name, role != RoomRole.OBSERVER)


def guest_key(session: Mapping[str, Any], canvas_id: int) -> str:
    """What this browser got when it came in by a link; empty where it never did."""
    return str(session.get(GUEST_KEYS, {}).get(str(canvas_id), ""))


def open_guests() -> Any:
    """Guests whose link is neither revoked nor expired."""
    alive = Q(link__revoked_at=None, link__expires_at__gt=timezone.now(), link__canvas__deleted_at=None)
    return Guest.objects.filter(alive).select_related("link__canvas__study", "link__canvas__job")


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
