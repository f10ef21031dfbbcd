"""The people of a study: their roles, and invitations by link."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from studies import queries
from studies.access import StudyAccess, study_view
from studies.actions import people as actions
from studies.forms import InvitationForm, RoleForm, roles_explained
from studies.history import person_name
from studies.pages import say_done
from studies.roles import Role, Verb

UNDO_SECONDS = 3600


@study_view()
def members(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    return _members_page(request, access, InvitationForm())


def _members_page(
    request: HttpRequest, access: StudyAccess, form: InvitationForm, *, status: int = 200, link: str = ""
) -> HttpResponse:
    manages = access.may(Verb.MANAGE)
    context = {
        "access": access,
        "nav": "members",
        "memberships": queries.people(access),
        "invitations": queries.waiting_invitations(access) if manages else [],
        "form": form,
        "link": link,
        "roles": Role.choices,
        "roles_explained": [text.partition(": ") for _, text in roles_explained()],
    }
    return render(request, "studies/members.html", context, status=status)


@study_view(needs=Verb.MANAGE)
@require_POST
@never_cache
def invite(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """Answers with the page itself: the link is shown this once and kept nowhere."""
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _members_page(request, access, form, status=422)
    _, token = actions.invite(access, **form.cleaned_data)
    link = request.build_absolute_uri(reverse("studies:join", args=[token]))
    return _members_page(request, access, InvitationForm(), link=link)


@study_view(needs=Verb.MANAGE)
@require_POST
def invitation_revoke(request: HttpRequest, access: StudyAccess, invitation_id: int) -> HttpResponse:
    invitation = get_object_or_404(access.study.invitations, pk=invitation_id)
    if actions.revoke_invitation(access, invitation=invitation):
        messages.success(request, "The invitation was revoked: its link no longer works.")
    else:
        messages.warning(request, "That invitation had been used or revoked already.")
    return redirect("studies:members", access.study.slug)


@study_view(needs=Verb.MANAGE)
@require_POST
def member_role(request: HttpRequest, access: StudyAccess, membership_id: int) -> HttpResponse:
    membership = get_object_or_404(access.study.memberships, pk=membership_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("Choose one of the roles.")
    try:
        actions.change_role(access, membership=membership, role=form.cleaned_data["role"])
        messages.success(request, "The role was changed. It counts from the next click.")
    except actions.LastOwner as refusal:
        messages.error(request, str(refusal))
    return redirect("studies:members", access.study.slug)


@study_view(needs=Verb.MANAGE)
@require_POST
def member_remove(request: HttpRequest, access: StudyAccess, membership_id: int) -> HttpResponse:
    membership = get_object_or_404(access.study.memberships, pk=membership_id)
    seal = signing.dumps([access.study.pk, membership.user_id, membership.role], salt="member")
    try:
        actions.remove_member(access, membership=membership)
        undo = reverse("studies:member_restore", args=[access.study.slug]) + f"?seal={seal}"
        say_done(request, f"{person_name(membership.user)} was removed.", undo=undo)
    except actions.LastOwner as refusal:
        messages.error(request, str(refusal))
    return redirect("studies:members", access.study.slug)


@study_view(needs=Verb.MANAGE)
@require_POST
def member_restore(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """Undo: the seal says whom this site itself removed from which study, within the last hour."""
    try:
        seal = request.GET.get("seal", "")
        study_id, user_id, role = signing.loads(seal, salt="member", max_age=UNDO_SECONDS)
    except signing.BadSignature:
        return HttpResponseBadRequest("This can no longer be undone. Invite the person again.")
    if study_id != access.study.pk:
        return HttpResponseBadRequest("This belongs to another study.")
    actions.restore_member(access, user_id=user_id, role=role)
    return redirect("studies:members", access.study.slug)


@study_view()
@require_POST
def leave(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    if request.POST.get("leave") != access.study.slug:
        return HttpResponseBadRequest("Use the button on the members page.")
    try:
        actions.leave_study(access)
    except actions.LastOwner as refusal:
        messages.error(request, str(refusal))
        return redirect("studies:members", access.study.slug)
    messages.success(request, f"You left {access.study}.")
    return redirect("studies:list")
