"""Cards: what stands behind one, agreeing on one, and the step from it to an action."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from interviews import kinds
from strategy.actions.cards import agree_card
from strategy.actions.rules import StrategyRefused
from strategy.actions.workshops import action_from_card
from strategy.models import Action, Canvas, Card
from strategy.queries import canvases as queries
from strategy.queries import evidence as said
from strategy.views.canvases import canvas_or_404
from studies.access import StudyAccess, study_view
from studies.forms import is_key
from studies.pages import render_page_or_partial
from studies.roles import Verb


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _card(access: StudyAccess, canvas_id: int, card_id: int) -> Card:
    """Also from the trash: an edit of a card that somebody deleted is answered in words, not by a 404."""
    canvas = canvas_or_404(access, canvas_id)
    card: Card = get_object_or_404(canvas.cards(manager="with_trash"), pk=card_id)
    card.canvas, card.study = canvas, access.study
    return card


def _answer(request: HttpRequest, card: Card, *, status: int = 200, **more: Any) -> HttpResponse:
    """What the server decides about the card now, or the canvas that it lies on."""
    if wants_json(request):
        return JsonResponse({"state": card.state, **more}, status=status)
    return redirect(reverse("strategy:canvas", args=[card.study.slug, card.canvas_id]) + f"#card-{card.key}")


def _refuse(request: HttpRequest, card: Card, message: str, status: int, error: str) -> HttpResponse:
    if wants_json(request):
        return _answer(request, card, status=status, error=error, message=message)
    messages.error(request, message)
    return redirect("strategy:card", card.study.slug, card.canvas_id, card.pk)


@require_GET
@study_view()
def card(request: HttpRequest, access: StudyAccess, canvas_id: int, card_id: int) -> HttpResponse:
    found = _card(access, canvas_id, card_id)
    context = {
        "access": access,
        "canvas": found.canvas,
        "card": found,
        "quotes": said.quotes_of(found.elements.all()),
        "actions": list(found.actions.all()),
        "kind": queries.KINDS[found.kind],
    }
    return render(request, "strategy/card.html", context)


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def card_agree(request: HttpRequest, access: StudyAccess, canvas_id: int, card_id: int) -> HttpResponse:
    found = _card(access, canvas_id, card_id)
    try:
        agree_card(access, card=found, agreed=request.POST.get("agreed", "1") != "0")
    except StrategyRefused as refused:
        return _refuse(request, found, str(refused), 422, "refused")
    return _answer(request, found)


def picker(
    request: HttpRequest,
    access: StudyAccess,
    canvas: Canvas,
    target: Card | Action,
    back: str,
    *,
    error: str = "",
) -> HttpResponse:
    """Elements to tick. What is ticked in the form stays ticked while somebody searches on."""
    posted = request.POST
    chosen = posted.getlist("elements") if "q" in posted else None
    ticked = _ids(chosen) if chosen is not None else list(target.elements.values_list("pk", flat=True))
    words = posted.get("q", "").replace("\0", "")[:100].strip()
    kind = posted.get("kind", "") if posted.get("kind") in kinds.BY_CODE else ""
    context = {
        "access": access,
        "canvas": canvas,
        "target": target,
        "back": back,
        "q": words,
        "kind": kind,
        "kinds": kinds.KINDS,
        "offer": said.offer(canvas, ticked=ticked, words=words, kind=kind),
        "link_url": request.path,
        "error": error,
    }
    status = 422 if error else 200
    return render_page_or_partial(
        request, "strategy/link.html", "strategy/_picker.html", context, status=status
    )


def _ids(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if is_key(text)]


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def card_action(request: HttpRequest, access: StudyAccess, canvas_id: int, card_id: int) -> HttpResponse:
    """One step from a card to an action: it takes the card's words, place, evidence and assumption."""
    found = _card(access, canvas_id, card_id)
    try:
        made = action_from_card(access, card=found)
    except StrategyRefused as refused:
        return _refuse(request, found, str(refused), 409, "refused")
    messages.success(request, "Action made from the card. Give it an owner and a date.")
    return redirect("strategy:action", access.study.slug, made.pk)
