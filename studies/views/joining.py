"""Coming into a study by the link of an invitation, with an account or on the way to one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from studies import queries
from studies.actions import people as actions
from studies.limits import within_limit

TOO_OFTEN = "too often"  # in the session instead of the digest of an invitation


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
