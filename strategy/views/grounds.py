"""What stands behind a card, what has changed there, and what people decide about it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from strategy.actions.cards import restore_card
from strategy.actions.decisions import decide
from strategy.actions.rules import StrategyRefused
from strategy.forms.cards import DecisionForm
from strategy.models import Card, CardDecision
from strategy.queries.grounds import ground_of, shown
from strategy.seats import Seat
from strategy.views.canvases import canvas_or_404
from strategy.views.room import card_in, seat_view
from studies.access import StudyAccess, study_view
from studies.pages import by_htmx, render_page_or_partial, say_done
from studies.roles import Verb


def _card(access: StudyAccess, canvas_id: int, card_id: int, manager: str = "objects") -> Card:
    canvas = canvas_or_404(access, canvas_id)
    card: Card = get_object_or_404(canvas.cards(manager=manager), pk=card_id)
    card.canvas, card.study = canvas, access.study
    return card


@never_cache
@require_GET
@seat_view
def evidence(request: HttpRequest, seat: Seat, card_key: str) -> HttpResponse:
    """A guest reads how many interviews speak and what changed, but nobody's words."""
    card = card_in(seat, card_key)
    if seat.access:
        card.study = seat.access.study
        return _panel(request, seat.access, card)
    context = {"card": card, "facts": ground_of(card).facts(), "frame": "strategy/guest.html"}
    return render_page_or_partial(request, "strategy/ground.html", "strategy/_ground_guest.html", context)


@never_cache
@require_GET
@study_view()
def card_quotes(request: HttpRequest, access: StudyAccess, canvas_id: int, card_id: int) -> HttpResponse:
    return _panel(request, access, _card(access, canvas_id, card_id, "with_trash"))


def _panel(
    request: HttpRequest,
    access: StudyAccess,
    card: Card,
    form: DecisionForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "access": access,
        "frame": "study.html",
        "canvas": card.canvas,
        "card": card,
        "ground": shown(card),
        "jobs": card.jobs.all(),
        "clusters": card.clusters.all(),
        "decisions": card.decisions.select_related("decided_by"),
        "choices": CardDecision.Decision.choices,
        "form": form or DecisionForm(),
        **more,
    }
    return render_page_or_partial(
        request, "strategy/ground.html", "strategy/_ground.html", context, status=status
    )


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def card_decide(request: HttpRequest, access: StudyAccess, canvas_id: int, card_id: int) -> HttpResponse:
    card, form = _card(access, canvas_id, card_id), DecisionForm(request.POST)
    if not form.is_valid():
        return _panel(request, access, card, form, status=422)
    try:
        row = decide(access, card=card, **form.cleaned_data)
    except StrategyRefused as refused:
        return _panel(request, access, card, form, status=409, refused=str(refused))
    return _decided(request, access, card, row)


def _decided(request: HttpRequest, access: StudyAccess, card: Card, row: CardDecision) -> HttpResponse:
    here = [access.study.slug, card.canvas_id, card.pk]
    dropped = row.decision == CardDecision.Decision.DROP
    undo = reverse("strategy:card_restore", args=here) if dropped else ""
    said = "The card is dropped." if dropped else "Decided. The reason stays with the card."
    if not by_htmx(request):
        say_done(request, said, undo=undo)
        return redirect("strategy:card_quotes", *here)
    response = _panel(request, access, card)
    response["HX-Trigger"] = json.dumps({"toast": {"text": said} | ({"undo": undo} if undo else {})})
    return response


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def card_restore(request: HttpRequest, access: StudyAccess, canvas_id: int, card_id: int) -> HttpResponse:
    card = _card(access, canvas_id, card_id, "with_trash")
    try:
        restore_card(access, card=card)
    except StrategyRefused as refused:
        messages.error(request, str(refused))
    return redirect(reverse("strategy:canvas", args=[access.study.slug, canvas_id]) + f"#card-{card.key}")
