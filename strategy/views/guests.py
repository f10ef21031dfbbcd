"""The door for guests: links made and revoked by the facilitator, and the page on which a guest says a name.

A token stands in one address only, which leads on at once: it is in no page, no log and no Referer.
"""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from strategy.actions import links as write
from strategy.actions.rules import StrategyRefused
from strategy.forms import room as room_forms
from strategy.models import RoomLink
from strategy.queries.doors import link_behind, link_that_ended
from strategy.seats import GUEST_KEYS, Seat, digest, member_seat
from strategy.views.canvases import room_context
from strategy.views.room import seat_view
from strategy.views.workshops import access_of, controls_of, first_error, page_of
from studies.limits import within_limit

LINK = "room_link"  # in the session: digest of the link that was opened last
THANKS = "Thank you for taking part"
TOO_OFTEN = "too often"  # there instead of a digest
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")  # what other sites may ask for
# A room of thirty phones behind one address comes in within minutes, and some mistype; a passcode of six
# letters is not guessed meanwhile
OPENINGS, GUESSES, SECONDS = 300, 90, 300


def drawn(address: str) -> SafeString:
    """The address as a code for phones. Made of modules alone, no text of anybody."""
    import segno

    return mark_safe(segno.make(address, error="m").svg_inline(omitsize=True, border=2))


# --- for the facilitator -------------------------------------------------------------------------------
@require_POST
@seat_view
def link_make(request: HttpRequest, seat: Seat) -> HttpResponse:
    seat.require(seat.leads)
    form = room_forms.LinkForm(request.POST)
    if not form.is_valid():
        return _links(request, seat, status=422, link_form=form, link_error=first_error(form))
    try:
        link, token = write.make_link(seat, **form.cleaned_data)
    except StrategyRefused as refused:
        return _links(request, seat, status=409, link_error=str(refused))
    address = request.build_absolute_uri(reverse("room:join", args=[token]))
    return _links(request, seat, made=link, token=token, address=address, qr=drawn(address))


@require_POST
@seat_view
def link_revoke(request: HttpRequest, seat: Seat, room_link_id: int) -> HttpResponse:
    """The facilitator may, and whoever may edit the canvas once nobody leads."""
    seat.require(seat.leads or (seat.access is not None and seat.may_edit))
    link = get_object_or_404(seat.canvas.links, pk=room_link_id)
    write.revoke_link(access_of(seat), link=link)
    return _links(request, seat, revoked=link)


def _links(request: HttpRequest, seat: Seat, *, status: int = 200, **more: object) -> HttpResponse:
    context = controls_of(seat) | more
    response = render(request, "strategy/_workshop_links.html", context, status=status)
    response["HX-Trigger"] = json.dumps({"canvas-changed": {}})
    return response


@never_cache
@require_GET
def room(request: HttpRequest, canvas_id: int) -> HttpResponseBase:
    """The canvas for guests; members have it within their study.

    Who was a guest reads why they are out: 404 as for everybody who is not in the room, in other words.
    """
    link = link_that_ended(request.session, canvas_id)
    if link and not member_seat(request.user, canvas_id):
        if write.is_over(link):
            return render(request, "strategy/join.html", {"title": THANKS, "is_over": True}, status=404)
        return _closed(request, write.why_closed(link), 404, "You are not in this workshop any more")
    return _room(request, canvas_id)


@seat_view
def _room(request: HttpRequest, seat: Seat) -> HttpResponse:
    if seat.access:
        return redirect(page_of(seat))
    return render(request, "strategy/canvas.html", room_context(seat) | {"frame": "strategy/guest.html"})


@require_GET
def away(request: HttpRequest) -> HttpResponse:
    """What a guest's browser keeps of us: it brings back what the tab kept, and says nothing of any study."""
    return render(request, "strategy/join.html", {"title": "The canvas cannot be reached", "is_away": True})


# --- for the guest -------------------------------------------------------------------------------------
@csrf_exempt
@never_cache
def opened(request: HttpRequest, token: str) -> HttpResponseBase:
    """Keeps the digest in the session and leads on, so that the token is left behind.

    Never anything but a redirect: what is refused is logged with its address, also by the check of forms.
    Previews of messengers ask with HEAD; they are led on like everybody. A form of another page that posts a
    token here changes nothing.
    """
    if request.method in SAFE:
        allowed = within_limit(request, "room", times=OPENINGS, seconds=SECONDS)
        request.session[LINK] = digest(token) if allowed else TOO_OFTEN
    return redirect("room:door")


@never_cache
@require_http_methods(["GET", "POST"])
def door(request: HttpRequest) -> HttpResponseBase:
    if request.session.get(LINK) == TOO_OFTEN:
        return _closed(request, "Too many links were opened from your address. Wait five minutes.", 429)
    link = link_behind(request.session.get(LINK, ""))
    if link is None:
        return _closed(request, "This link is not valid. Open the link that you were sent again.", 404)
    if reason := write.why_closed(link):
        return _closed(request, reason, 410)
    if member := member_seat(request.user, link.canvas_id):
        return redirect(page_of(member))
    if request.method == "POST":
        return _come_in(request, link)
    return _ask(request, link, room_forms.JoinForm())


def _come_in(request: HttpRequest, link: RoomLink) -> HttpResponseBase:
    form = room_forms.JoinForm(request.POST)
    if link.passcode and not within_limit(request, f"passcode:{link.pk}", times=GUESSES, seconds=SECONDS):
        form.add_error("passcode", "Too many passcodes were tried from your address. Wait five minutes.")
        return _ask(request, link, form, status=429)
    if not form.is_valid():
        return _ask(request, link, form, status=422)
    try:
        _guest, key = write.join(link, **form.cleaned_data)
    except StrategyRefused as refused:
        form.add_error("passcode" if link.passcode else "name", str(refused))
        return _ask(request, link, form, status=422)
    _remember(request, link, key)
    return redirect("room:room", link.canvas_id)


def _remember(request: HttpRequest, link: RoomLink, key: str) -> None:
    request.session.cycle_key()
    request.session[GUEST_KEYS] = request.session.get(GUEST_KEYS, {}) | {str(link.canvas_id): key}
    del request.session[LINK]


def _ask(
    request: HttpRequest, link: RoomLink, form: room_forms.JoinForm, *, status: int = 200
) -> HttpResponse:
    context = {"link": link, "form": form}
    return render(request, "strategy/join.html", context, status=status)


def _closed(
    request: HttpRequest, reason: str, status: int, title: str = "This link cannot be used"
) -> HttpResponse:
    request.session.pop(LINK, None)
    return render(request, "strategy/join.html", {"title": title, "reason": reason}, status=status)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """This browser forgets every room that it came into by a link; what was written there stays."""
    if request.user.is_authenticated:
        request.session.pop(GUEST_KEYS, None)
        request.session.cycle_key()  # as below, other tabs are out with the old one
    else:
        request.session.flush()
    return redirect("room:left")


@require_GET
def left(request: HttpRequest) -> HttpResponse:
    """Its script forgets what the tab kept."""
    return render(request, "strategy/join.html", {"title": "You have left", "has_left": True})
