"""The workshop on the page of a canvas: its bar for everybody, and the controls of whoever leads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from strategy import agenda
from strategy.actions import room, silence, votes, workshops
from strategy.actions.rules import StrategyRefused
from strategy.document import is_card_key
from strategy.forms import room as room_forms
from strategy.models import Lane, Workshop
from strategy.queries import workshops as queries
from strategy.queries.facts import facts
from strategy.seats import Seat, open_seat
from strategy.views.room import card_in, seat_view
from studies.access import StudyAccess
from studies.models import Study
from studies.pages import by_htmx


def page_of(seat: Seat) -> str:
    """The canvas as this seat sees it."""
    if seat.access is None:
        return reverse("room:room", args=[seat.canvas.pk])
    return reverse("strategy:canvas", args=[seat.access.study.slug, seat.canvas.pk])


def access_of(seat: Seat) -> StudyAccess:
    if seat.access is None:
        raise PermissionDenied("Only members of the study may do that.")
    return seat.access


def first_error(form: Any) -> str:
    """The first thing that is wrong, with the field it is about."""
    name, errors = next(iter(form.errors.items()))
    label = form[name].label if name in form.fields else ""
    return f"{label}: {errors[0]}" if label else str(errors[0])


# --- what everybody sees -------------------------------------------------------------------------------
def bar_of(seat: Seat) -> dict[str, Any]:
    """What `_workshop_bar.html` needs; `workshop` is None where none is running."""
    workshop = queries.running(seat.canvas)
    context: dict[str, Any] = {"seat": seat, "canvas": seat.canvas, "workshop": workshop}
    if workshop:
        mine = sum(queries.dots_of(workshop, seat.key).values())
        context |= {
            "shape": f"{queries.shape(workshop)} {seat.role}",
            "stage": agenda.STAGE_OF.get(workshop.stage),
            "words": queries.words(workshop),
            "next": agenda.after(workshop.stage),
            "timer": queries.timer(workshop),
            "timer_left": 1000 * room.left(workshop),
            "dots_left": max(workshop.dots - mine, 0),
            "focus_name": _phase_name(seat.canvas.study, workshop.focus_phase),
        }
    return context


def _phase_name(study: Study, phase: int | None) -> str:
    return f"{phase} {study.phase_label(phase)}" if phase else ""


@never_cache
@require_GET
@seat_view
def bar(request: HttpRequest, seat: Seat) -> HttpResponse:
    return render(request, "strategy/_workshop_bar.html", bar_of(seat))


@never_cache
@require_GET
@seat_view
def room_facts(request: HttpRequest, seat: Seat) -> JsonResponse:
    """With the bar where the page shows another one: else a full room would ask twice for each step.

    Whoever leads changes the bar by themselves, and asks for it when theirs is on its way no more.
    """
    found = facts(seat)
    if not seat.leads and request.GET.get("shape", "") != shown_shape(seat, found["workshop"]):
        found["bar"] = render_to_string("strategy/_workshop_bar.html", bar_of(seat))
    return JsonResponse(found)


def shown_shape(seat: Seat, told: dict[str, Any] | None) -> str:
    """The word by which a page knows the bar that it shows; empty without a workshop."""
    return f"{told['shape']} {seat.role}" if told else ""


# --- the controls ------------------------------------------------------------------------------------
@never_cache
@require_GET
@seat_view
def controls(request: HttpRequest, seat: Seat) -> HttpResponse:
    access_of(seat)
    return _controls(request, seat)


def _controls(request: HttpRequest, seat: Seat, *, status: int = 200, **more: Any) -> HttpResponse:
    if request.htmx.target == "workshop":  # type: ignore[attr-defined]
        return render(request, "strategy/_workshop_bar.html", bar_of(seat) | more, status=status)
    return render(request, "strategy/_workshop_controls.html", controls_of(seat) | more, status=status)


def controls_of(seat: Seat) -> dict[str, Any]:
    context, canvas = bar_of(seat), seat.canvas
    workshop: Workshop | None = context["workshop"]
    if workshop is None:
        return context
    context |= {
        "stages": [(agenda.starts_at(stage.key), stage) for stage in agenda.STAGES],
        "phases": [(phase, canvas.study.phase_label(phase)) for phase in (1, 2, 3, 4)],
        "lanes": Lane.choices,
        "may_take_over": queries.may_take_over(seat, workshop),
        "ranked": queries.ranked(workshop) if workshop.voting == Workshop.Voting.CLOSED else [],
    }
    return context | _for_the_facilitator(seat, workshop) if seat.leads else context


def _for_the_facilitator(seat: Seat, workshop: Workshop) -> dict[str, Any]:
    others = [member for member in queries.may_lead(seat.canvas) if member.user_id != workshop.facilitator_id]
    return {
        "written": queries.being_written(seat.canvas),
        "placed": queries.votes_placed(workshop),
        "others": others,
        "links": list(queries.links_of(seat.canvas)),
        "link_form": room_forms.LinkForm(),
        "waiting": queries.waiting_cards(seat.canvas).count(),
    }


@never_cache
@require_GET
@seat_view
def progress(request: HttpRequest, seat: Seat) -> HttpResponse:
    """How much is written silently and how many dots lie, while it is hidden: numbers, not a word of it."""
    seat.require(seat.leads)
    workshop = queries.running(seat.canvas)
    context = {"seat": seat, "canvas": seat.canvas, "workshop": workshop}
    if workshop:
        context |= {"written": queries.being_written(seat.canvas), "placed": queries.votes_placed(workshop)}
    return render(request, "strategy/_workshop_progress.html", context)


# --- changes -----------------------------------------------------------------------------------------
def setting(view: Callable[..., None]) -> Callable[..., HttpResponseBase]:
    """A change by the facilitator: then the controls as they are now, or the reason why not."""

    @wraps(view)
    def led(request: HttpRequest, seat: Seat) -> None:
        seat.require(seat.leads)
        view(request, seat)

    return joining(led)


def joining(view: Callable[..., None]) -> Callable[..., HttpResponseBase]:
    """As setting(), for members who do not lead yet."""

    @require_POST
    @seat_view
    @wraps(view)
    def changed(request: HttpRequest, seat: Seat) -> HttpResponse:
        access_of(seat)
        try:
            view(request, seat)
        except StrategyRefused as refused:
            return _told(request, seat, status=409, refused=str(refused))
        return _told(request, seat)

    return changed


def _told(request: HttpRequest, seat: Seat, *, status: int = 200, **more: Any) -> HttpResponse:
    if not by_htmx(request):
        return redirect(page_of(seat))
    now = open_seat(request.user, request.session, seat.canvas.pk)  # who leads may have changed
    response = _controls(request, now, status=status, **more)
    response["HX-Trigger"] = json.dumps({"canvas-changed": {}})
    return response


def cleaned(form: Form) -> dict[str, Any]:
    """Raises StrategyRefused with what is wrong."""
    if not form.is_valid():
        raise StrategyRefused(first_error(form))
    return form.cleaned_data


@joining
def start(request: HttpRequest, seat: Seat) -> None:
    workshops.start_workshop(access_of(seat), canvas=seat.canvas)


@setting
def hand_over(request: HttpRequest, seat: Seat) -> None:
    workshops.hand_over(seat, user_id=cleaned(room_forms.HandOverForm(request.POST))["user"])


@joining
def take_over(request: HttpRequest, seat: Seat) -> None:
    workshops.take_over(seat)


@setting
def stage(request: HttpRequest, seat: Seat) -> None:
    key = cleaned(room_forms.StageForm(request.POST))["stage"]
    room.enter_stage(seat, stage=agenda.STAGE_OF[key])


@setting
def silent(request: HttpRequest, seat: Seat) -> None:
    """`on`: 1 begins silent writing, 0 reveals."""
    if request.POST.get("on") == "1":
        silence.begin_silence(seat)
    else:
        silence.reveal(seat)


@setting
def vote(request: HttpRequest, seat: Seat) -> None:
    """`dots` for each person opens a vote; without them, the open one is closed and counted."""
    if "dots" in request.POST:
        votes.open_vote(seat, dots=cleaned(room_forms.VoteForm(request.POST))["dots"])
    else:
        votes.close_vote(seat)


@setting
def timer(request: HttpRequest, seat: Seat) -> None:
    """`minutes` starts it anew; `do` is go, pause, more or stop."""
    if "minutes" in request.POST:
        room.start_timer(seat, seconds=60 * cleaned(room_forms.TimerForm(request.POST))["minutes"])
    else:
        TURNS.get(request.POST.get("do", ""), room.pause_timer)(seat)


TURNS: dict[str, Callable[[Seat], None]] = {
    "go": room.start_timer,
    "pause": room.pause_timer,
    "more": lambda seat: room.add_time(seat, seconds=60),
    "stop": room.stop_timer,
}


@setting
def focus(request: HttpRequest, seat: Seat) -> None:
    room.focus(seat, phase=cleaned(room_forms.FocusForm(request.POST))["phase"])


@setting
def lanes(request: HttpRequest, seat: Seat) -> None:
    room.lock_lanes(seat, lanes=cleaned(room_forms.LanesForm(request.POST))["lanes"])


# --- cards -------------------------------------------------------------------------------------------
@require_POST
@seat_view
def card_lock(request: HttpRequest, seat: Seat, card_key: str) -> JsonResponse:
    try:
        room.lock_card(seat, card=card_in(seat, card_key), locked=request.POST.get("on") == "1")
    except StrategyRefused as refused:
        return JsonResponse({"message": str(refused)}, status=409)
    return JsonResponse({})


@require_POST
@seat_view
def card_dot(request: HttpRequest, seat: Seat, card_key: str) -> JsonResponse:
    """`on`: 1 places a dot, 0 takes one back. Answers with the dots of this seat and of nobody else."""
    if not is_card_key(card_key):
        raise Http404
    change = votes.put_dot if request.POST.get("on") == "1" else votes.take_dot
    try:
        change(seat, key=UUID(card_key))
    except StrategyRefused as refused:
        return JsonResponse({"message": str(refused)}, status=409)
    return JsonResponse({"workshop": queries.workshop_facts(seat)})
