"""The large screen of a workshop: no controls, big type, the timer, the step, and the code to come in by."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from strategy.models import Workshop
from strategy.queries import screen as queries
from strategy.queries.canvases import higher_jobs
from strategy.queries.doors import open_link
from strategy.seats import Seat, digest
from strategy.views.guests import drawn
from strategy.views.room import seat_view
from strategy.views.workshops import bar_of


@never_cache
@require_http_methods(["GET", "POST"])
@seat_view
def screen(request: HttpRequest, seat: Seat) -> HttpResponse:
    """A POST brings the token of a link: it is drawn as a code, and stands in no address."""
    token = request.POST.get("token", "")
    link = open_link(seat.canvas.pk, digest(token)) if token else None
    address = request.build_absolute_uri(reverse("room:join", args=[token])) if link else ""
    context = board_of(seat) | {"higher": higher_jobs(seat.canvas.job)[:1]}
    if link:
        context |= {"qr": drawn(address), "host": request.get_host(), "has_passcode": bool(link.passcode)}
    return render(request, "strategy/screen.html", context)


@never_cache
@require_GET
@seat_view
def screen_board(request: HttpRequest, seat: Seat) -> HttpResponse:
    return render(request, "strategy/_screen_board.html", board_of(seat))


def board_of(seat: Seat) -> dict[str, Any]:
    context = bar_of(seat)
    workshop: Workshop | None = context["workshop"]
    strip = queries.screen_strip(seat, workshop)
    phases = queries.screen_phases(seat.canvas, workshop, strip)
    told = {"strip": strip, "phases": phases, "winners": queries.winners(workshop)}
    return context | {"job": seat.canvas.job} | told
