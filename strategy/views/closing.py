"""The last minutes of a workshop on the canvas itself: action cards become actions with owner and date."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from strategy.actions import tracker, workshops
from strategy.actions.projection import up_to_date
from strategy.actions.rules import StrategyRefused
from strategy.forms import room as room_forms
from strategy.forms.actions import CheckForm
from strategy.models import Action, Card
from strategy.queries import workshops as queries
from strategy.seats import Seat, open_seat
from strategy.views.room import card_in, seat_view
from strategy.views.workshops import access_of, bar_of, page_of
from studies.access import StudyAccess
from studies.edits import StaleVersion
from studies.pages import by_htmx
from studies.roles import Verb


def editor_of(seat: Seat) -> StudyAccess:
    access = access_of(seat)
    access.require(Verb.EDIT_CANVAS)
    return access


@never_cache
@require_GET
@seat_view
def actions(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Cards that wait to become actions, and actions that lack an owner, a date or a hypothesis."""
    editor_of(seat)
    return _actions(request, seat)


def _actions(
    request: HttpRequest,
    seat: Seat,
    *,
    status: int = 200,
    wrong: Mapping[int, room_forms.QuickActionForm] = MappingProxyType({}),
    unanswered: Mapping[int, CheckForm] = MappingProxyType({}),
    **more: Any,
) -> HttpResponse:
    """`wrong` and `unanswered`: forms by their action that could not be saved, shown again with what was
    typed."""
    access, canvas = editor_of(seat), seat.canvas
    waiting = [(card, _form_for(access, card)) for card in queries.waiting_cards(canvas)]
    loose = [
        (row, queries.lacks(row), wrong.get(row.pk) or _form_of(access, row))
        for row in queries.loose_actions(canvas)
    ]
    context = bar_of(seat) | {
        "access": access,
        "waiting": waiting,
        "loose": loose,
        "unchecked": [(row, unanswered.get(row.pk)) for row in queries.unchecked_actions(canvas)],
        "all": canvas.actions.count(),
    }
    response = render(request, "strategy/_workshop_actions.html", context | more, status=status)
    if request.method == "POST":
        response["HX-Trigger"] = json.dumps({"canvas-changed": {}})
    return response


def _form_for(access: StudyAccess, card: Card, data: Any = None) -> room_forms.QuickActionForm:
    first = {"title": workshops.title_of(card), "size": Action.Size.SMALL}
    return room_forms.QuickActionForm(access, data, initial=first, prefix=f"card-{card.key}")


def _form_of(access: StudyAccess, row: Action, data: Any = None) -> room_forms.QuickActionForm:
    seen, prefix = {"version": row.version}, f"action-{row.pk}"
    return room_forms.QuickActionForm(access, data, instance=row, initial=seen, prefix=prefix)


@require_http_methods(["GET", "POST"])
@seat_view
def card_action(request: HttpRequest, seat: Seat, card_key: str) -> HttpResponse:
    """One card becomes an action without anybody leaving the canvas."""
    access = editor_of(seat)
    up_to_date(seat.canvas)  # it takes the words as they are, not as they were before the last were typed
    card = card_in(seat, card_key)
    form = _form_for(access, card, request.POST or None)
    context = {"seat": seat, "canvas": seat.canvas, "access": access, "card": card, "form": form}
    if request.method == "GET":
        return render(request, "strategy/_card_action.html", context)
    if not form.is_valid():
        return render(request, "strategy/_card_action.html", context, status=422)
    fields = {name: form.cleaned_data[name] for name in form.Meta.fields}
    try:
        made = workshops.action_from_card(access, card=card, **fields)
    except StrategyRefused as refused:
        return _actions(request, seat, status=409, refused=str(refused))
    return _actions(request, seat, made=made)


@require_POST
@seat_view
def action_set(request: HttpRequest, seat: Seat, action_id: int) -> HttpResponse:
    """Title, owner, date, size, hypothesis and KPI of an action, from the canvas."""
    access = editor_of(seat)
    form = _form_of(access, get_object_or_404(seat.canvas.actions, pk=action_id), request.POST)
    if not form.is_valid():
        return _actions(request, seat, status=422, wrong={action_id: form})
    row = get_object_or_404(seat.canvas.actions, pk=action_id)
    changes = {name: form.cleaned_data[name] for name in form.Meta.fields if name in form.changed_data}
    try:
        tracker.edit_action(access, action=row, seen=form.cleaned_data["version"] or row.version, **changes)
    except StaleVersion:
        why = "Somebody changed this action meanwhile. Look at it again, then save."
        return _actions(request, seat, status=409, refused=why)
    return _actions(request, seat, saved=row)


@require_POST
@seat_view
def action_check(request: HttpRequest, seat: Seat, action_id: int) -> HttpResponse:
    """Whether the customer would welcome an action, answered on the canvas; the name stays beside it."""
    access, form = editor_of(seat), CheckForm(request.POST)
    row = get_object_or_404(seat.canvas.actions, pk=action_id)
    if not form.is_valid():
        return _actions(request, seat, status=422, unanswered={action_id: form})
    tracker.answer_check(access, action=row, **form.cleaned_data)
    return _actions(request, seat, saved=row)


@require_POST
@seat_view
def end(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Ends the workshop and shows what is left to do."""
    access_of(seat)
    try:
        made = workshops.end_workshop(seat)
    except StrategyRefused as refused:
        return _actions(request, seat, status=409, refused=str(refused))
    if not by_htmx(request):
        return redirect(page_of(seat))
    now = open_seat(request.user, request.session, seat.canvas.pk)
    return _actions(request, now, ended=True, put_in=made)
