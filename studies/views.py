"""Pages about studies, their people, their history and their background runs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from studies import actions, queries
from studies.access import StudyAccess, study_view
from studies.edits import StaleVersion
from studies.forms import InvitationForm, RoleForm, SettingsForm, StudyForm, is_key, roles_explained
from studies.history import person_name
from studies.limits import within_limit
from studies.models import HistoryEntry
from studies.pages import render_page_or_partial
from studies.roles import Role, Verb

UNDO_SECONDS = 3600
TOO_OFTEN = "too often"  # in the session instead of the digest of an invitation


@login_required
def study_list(request: HttpRequest) -> HttpResponse:
    return render(request, "studies/list.html", {"memberships": queries.studies_of(request.user)})


@login_required
def create(request: HttpRequest) -> HttpResponse:
    form = StudyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        access = actions.create_study(request.user, **form.cleaned_data)
        messages.success(request, "The study is ready. Its interview guide is a start: change it freely.")
        return redirect("study_home", access.study.slug)
    status = 422 if form.is_bound else 200
    return render(request, "studies/create.html", {"form": form}, status=status)


@study_view(needs=Verb.MANAGE)
def settings(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = SettingsForm(access, request.POST or None)
    context = {"access": access, "form": form, "nav": "settings"}
    if request.method != "POST":
        return render(request, "studies/settings.html", context)
    if not form.is_valid():
        return render(request, "studies/settings.html", context, status=422)
    try:
        actions.edit_study(access, seen=form.cleaned_data["version"], **form.changes())
    except StaleVersion as stale:
        newest = access.study.history.filter(verb="study.edited").first()
        access.study.refresh_from_db()
        context |= {"stale": stale.current, "newest": newest, "theirs": form.theirs(access.study)}
        form.data = request.POST.copy()
        form.data["version"] = str(access.study.version)
        return render(request, "studies/settings.html", context, status=409)
    messages.success(request, "Settings saved.")
    return redirect("studies:settings", access.study.slug)


# --- members and invitations -------------------------------------------------------------------------
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
        messages.success(request, f"{person_name(membership.user)} was removed.", extra_tags=f"undo:{undo}")
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


@csrf_exempt
@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Moves the invitation from the address into the session, so that it survives signing up.

    Never anything but a redirect: what is refused is logged with its address, also by the check of forms, and
    messengers ask for a preview with HEAD. A form of another page that posts a token here changes nothing.
    """
    if request.method in ("GET", "HEAD"):
        allowed = within_limit(request, "join", times=20, seconds=300)
        request.session["invitation"] = actions.digest_of(token) if allowed else TOO_OFTEN
    return redirect("studies:invitation")


@never_cache
def invitation(request: HttpRequest) -> HttpResponse:
    """Who invites you to what, and the button that accepts it. GET changes nothing."""
    digest = request.session.get("invitation", "")
    if digest == TOO_OFTEN:
        return _refusal(request, "Too many links were tried from your address. Wait five minutes.", 429)
    if request.method == "POST" and request.user.is_authenticated:
        return _accept(request, digest)
    found = queries.invitation_behind(digest)
    if found is None:
        return _refusal(request, "This invitation link is not valid. Ask for a new one.", 404)
    member = request.user.is_authenticated and found.study.memberships.filter(user=request.user).first()
    if member:
        return redirect("study_home", found.study.slug)
    if reason := actions.why_refused(found):
        return _refusal(request, reason, 410)
    return render(request, "studies/join.html", {"invitation": found, "next": request.path})


def _accept(request: HttpRequest, digest: str) -> HttpResponse:
    try:
        access = actions.accept_invitation(request.user, digest=digest)
    except actions.InvitationRefused as refusal:
        return _refusal(request, str(refusal), 410)
    request.session.pop("invitation", None)
    messages.success(request, f"Welcome to {access.study}. You are {access.role.label.lower()} here.")
    return redirect("study_home", access.study.slug)


def _refusal(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    request.session.pop("invitation", None)
    return render(request, "studies/join.html", {"reason": reason}, status=status)


# --- activity ----------------------------------------------------------------------------------------
@study_view()
def activity(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """The feed; with `?since=<id>` what happened after that entry, as JSON for pages that poll."""
    if is_key(request.GET.get("since", "")):
        return _news(access, int(request.GET["since"]))
    kinds = queries.kinds_of_activity()
    kind = request.GET.get("kind", "")
    kind = kind if kind in dict(kinds) else ""
    person, before = _number(request, "person"), _number(request, "before")
    context = {
        "access": access,
        "nav": "activity",
        "feed": queries.activity(access, person=person, kind=kind, before=before),
        "memberships": queries.people(access),
        "kinds": kinds,
        "person": person,
        "kind": kind,
        "before": before,
        "runs": [] if person or kind or before else queries.latest_runs(access),
    }
    return render_page_or_partial(request, "studies/activity.html", "studies/_feed.html", context)


def _number(request: HttpRequest, name: str) -> int | None:
    """The key in the address; anything that can be none is no filter."""
    text = request.GET.get(name, "")
    return int(text) or None if is_key(text) else None


def _news(access: StudyAccess, since: int) -> JsonResponse:
    news = queries.news_since(access, min(since, 2**62))
    entries = [_as_json(entry) for entry in news.entries]
    return JsonResponse({"last": news.last, "reload": news.too_many, "entries": entries})


def _as_json(entry: HistoryEntry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "actor": entry.actor_name,
        "actor_id": entry.actor_id,
        "verb": entry.verb,
        "sentence": entry.sentence,
        "target_type": entry.target_type,
        "target_id": entry.target_id,
        "label": entry.target_label,
        "at": entry.at.isoformat(),
    }


# --- background runs ---------------------------------------------------------------------------------
@study_view()
def run(request: HttpRequest, access: StudyAccess, run_id: int) -> HttpResponse:
    """The run's page; asked by htmx, only its card, which then asks again until the run is over."""
    found = get_object_or_404(access.study.runs, pk=run_id)
    context = {"access": access, "run": found, "nav": "activity"}
    response = render_page_or_partial(request, "studies/run.html", "studies/_run.html", context)
    if found.is_over:
        response["HX-Trigger"] = "run-over"
    return response


@study_view(needs=Verb.CODE)
@require_POST
def run_cancel(request: HttpRequest, access: StudyAccess, run_id: int) -> HttpResponse:
    found = get_object_or_404(access.study.runs, pk=run_id)
    actions.cancel_run(access, run=found)
    return _back(request, reverse("studies:run", args=[access.study.slug, run_id]))


@study_view(needs=Verb.CODE)
@require_POST
def run_repeat(request: HttpRequest, access: StudyAccess, run_id: int) -> HttpResponse:
    found = get_object_or_404(access.study.runs, pk=run_id)
    again = actions.repeat_run(access, run=found)
    return redirect("studies:run", access.study.slug, again.pk)


def _back(request: HttpRequest, fallback: str) -> HttpResponse:
    """To the page that held the button, never to another site."""
    origin = request.META.get("HTTP_REFERER", "")
    safe = url_has_allowed_host_and_scheme(origin, {request.get_host()}, request.is_secure())
    return redirect(origin if safe else fallback)
