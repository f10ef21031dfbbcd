"""Who is in a study: invitations, roles, leaving."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from studies.access import StudyAccess
from studies.history import person_name, record, register_verbs
from studies.models import Invitation, Membership, Study
from studies.queries import invitation_behind
from studies.roles import Role, Verb

register_verbs(
    {
        "invitation.made": "made an invitation:",
        "invitation.revoked": "revoked the invitation:",
        "member.joined": "accepted an invitation and joined as",
        "member.role_changed": "changed the role of",
        "member.removed": "removed from the study",
        "member.restored": "brought back into the study",
        "member.left": "left the study as",
    }
)


class LastOwner(Exception):
    """Refused: nobody could manage the study afterwards."""

    def __init__(self) -> None:
        super().__init__("A study needs an owner. Make somebody else owner first.")


class InvitationRefused(Exception):
    """Why a link cannot be used, in words for the person who holds it."""


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invite(access: StudyAccess, *, role: str, note: str = "") -> tuple[Invitation, str]:
    """The invitation and its token. The token is told once: only its digest is stored."""
    access.require(Verb.MANAGE)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        study=access.study,
        role=role,
        note=note,
        token_digest=digest_of(token),
        created_by=access.user,
        expires_at=timezone.now() + timedelta(days=settings.INVITATION_DAYS),
    )
    invitation.full_clean()
    with transaction.atomic():
        invitation.save()
        record(access, "invitation.made", invitation)
    return invitation, token


def revoke_invitation(access: StudyAccess, *, invitation: Invitation) -> bool:
    """False if it was used, revoked or out of date already."""
    access.require(Verb.MANAGE)
    waiting = access.study.invitations.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    with transaction.atomic():
        revoked = bool(waiting.update(revoked_at=timezone.now()))
        if revoked:
            record(access, "invitation.revoked", invitation)
    return revoked


def accept_invitation(user: Any, *, digest: str) -> StudyAccess:
    """Spends the link and makes `user` a member. Raises InvitationRefused; a member spends nothing."""
    invitation = invitation_behind(digest)
    if invitation is None:
        raise InvitationRefused("This invitation link is not valid. Ask for a new one.")
    if member := invitation.study.memberships.filter(user=user).first():
        return StudyAccess(invitation.study, user, Role(member.role))
    now = timezone.now()
    unspent = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, revoked_at=None, expires_at__gt=now
    )
    access = StudyAccess(invitation.study, user, Role(invitation.role))
    with transaction.atomic():
        if not unspent.update(accepted_at=now, accepted_by=user):
            raise InvitationRefused(why_refused(Invitation.objects.get(pk=invitation.pk)))
        membership = Membership.objects.create(study=invitation.study, user=user, role=invitation.role)
        record(access, "member.joined", membership, label=access.role.label, invitation=invitation.pk)
    return access


def why_refused(invitation: Invitation) -> str:
    """Empty for an invitation that can still be accepted."""
    if invitation.is_open:
        return ""
    if invitation.accepted_at:
        return "This invitation link has been used: each works once. Ask for a new one."
    if invitation.revoked_at:
        return "This invitation was withdrawn. Ask the person who sent it."
    return f"This link was good for {settings.INVITATION_DAYS} days and has expired. Ask for a new one."


def change_role(access: StudyAccess, *, membership: Membership, role: str) -> Membership:
    """Raises LastOwner where the study would be left without one."""
    access.require(Verb.MANAGE)
    with transaction.atomic():
        if role != Role.OWNER:
            _keep_an_owner(access.study, besides=membership)
        before, membership.role = membership.role, role
        membership.full_clean()
        membership.save(update_fields=["role"])
        record(
            access,
            "member.role_changed",
            membership,
            label=f"{person_name(membership.user)} to {Role(role).label.lower()}",
            before=before,
        )
    return membership


def remove_member(access: StudyAccess, *, membership: Membership) -> None:
    """What the person did stays in the study. Raises LastOwner."""
    access.require(Verb.MANAGE)
    with transaction.atomic():
        _keep_an_owner(access.study, besides=membership)
        record(access, "member.removed", membership, label=person_name(membership.user))
        membership.delete()


def restore_member(access: StudyAccess, *, user_id: int, role: str) -> Membership:
    """Undo of a removal."""
    access.require(Verb.MANAGE)
    with transaction.atomic():
        membership, is_new = access.study.memberships.get_or_create(
            user_id=user_id, defaults={"role": Role(role)}
        )
        if is_new:
            record(access, "member.restored", membership, label=person_name(membership.user))
    return membership


def leave_study(access: StudyAccess) -> None:
    """Anybody may leave; the last owner may not. Raises LastOwner."""
    membership = access.study.memberships.get(user=access.user)
    with transaction.atomic():
        _keep_an_owner(access.study, besides=membership)
        record(access, "member.left", membership, label=access.role.label)
        membership.delete()


def _keep_an_owner(study: Study, *, besides: Membership) -> None:
    """Two owners who leave in the same moment wait for each other here."""
    Study.objects.select_for_update().get(pk=study.pk)
    owners = study.memberships.filter(role=Role.OWNER, user__is_active=True)
    if besides.role == Role.OWNER and not owners.exclude(pk=besides.pk).exists():
        raise LastOwner
