"""The list of canvases, one canvas, what changed on it, and the quotes behind it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from interviews import kinds
from jobs.actions.priorities import ranking
from jobs.models import Job, Priority
from jobs.queries.priorities import interview_count
from strategy.actions.canvases import open_canvas, restore_canvas, trash_canvas
from strategy.actions.projection import up_to_date
from strategy.actions.rules import StrategyRefused
from strategy.document import MOST_CARDS, MOST_DRAFTED
from strategy.live import refusals
from strategy.models import Canvas, Lane
from strategy.queries import canvases as queries
from strategy.queries import evidence as said
from strategy.queries import links
from strategy.queries.facts import room_facts
from strategy.seats import Seat, seat_of_member
from strategy.views.workshops import bar_of
from studies.access import StudyAccess, study_view
from studies.pages import page_number, query_without, render_page_or_partial, say_done
from studies.roles import Verb

CANVASES_A_PAGE = 50
MOST_OFFERED = 20  # jobs without a canvas; the others are found by their words
QUOTES_A_PAGE = 60
LIMITS = {
    "shared": {"most": MOST_CARDS, "why": refusals.TOO_MANY.why},
    "draft": {"most": MOST_DRAFTED, "why": refusals.TOO_MANY_DRAFTED.why},
}
MOST_LINKS = 200


def canvas_or_404(access: StudyAccess, canvas_id: int) -> Canvas:
    found: Canvas = get_object_or_404(access.study.canvases.select_related("job"), pk=canvas_id)
    found.study = found.job.study = access.study
    return found


def phases_of(access: StudyAccess) -> list[tuple[int, str]]:
    return [(phase, access.study.phase_label(phase)) for phase in kinds.PHASES]


@require_GET
@study_view()
def canvases(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    latest, words = ranking_of(access), request.GET.get("q", "").strip()
    found = queries.canvas_rows(access.study, latest, words)
    page = Paginator(found, CANVASES_A_PAGE).get_page(page_number(request))
    queries.count_on(access.study, page, today=timezone.localdate())
    free = queries.jobs_without_canvas(access.study, latest, words)
    context = {
        "access": access,
        "page": page,
        "words": words,
        "query": query_without(request, "page"),
        "total": access.study.canvases.count() if words else len(found),
        "free": free,
        "first": free[:MOST_OFFERED],
        "ranking": latest,
    }
    return render(request, "strategy/canvases.html", context)


def ranking_of(access: StudyAccess) -> Priority:
    """The newest ranking that somebody looked at; the first one is computed here."""
    return queries.latest_ranking(access.study) or ranking(access)


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def canvas_open(request: HttpRequest, access: StudyAccess, general_id: int) -> HttpResponse:
    job = get_object_or_404(access.study.jobs.filter(scope=Job.Scope.GENERALISED), pk=general_id)
    opened = open_canvas(access, job=job)
    return redirect("strategy:canvas", access.study.slug, opened.pk)


@never_cache
@require_GET
@study_view()
def canvas(request: HttpRequest, access: StudyAccess, canvas_id: int) -> HttpResponse:
    found = canvas_or_404(access, canvas_id)
    up_to_date(found)
    seat = seat_of_member(access, found)
    context = room_context(seat) | study_context(access, found)
    return render(request, "strategy/canvas.html", context)


def room_context(seat: Seat) -> dict[str, Any]:
    """What the page of a canvas shows to everybody in the room; `access` is None for guests."""
    canvas, study = seat.canvas, seat.canvas.study
    phases = [(phase, study.phase_label(phase)) for phase in kinds.PHASES]
    fields = queries.grid(canvas)
    return {
        "access": seat.access,
        "seat": seat,
        "canvas": canvas,
        "job": canvas.job,
        "columns": [_column(number, name, fields[number]) for number, name in phases],
        "lanes": Lane.choices,
        "kinds": queries.KINDS,
        "page": page_data(seat, dict(phases)),
        "strip": said.strip(canvas, verbatim=seat.access is not None),
        **bar_of(seat),
    }


def _column(phase: int, name: str, fields: list[queries.Field]) -> dict[str, Any]:
    cards = sum(len(field.cards) for field in fields)
    help_there = queries.PHASE_HELP[phase]
    return {"phase": phase, "name": name, "help": help_there, "fields": fields, "cards": cards}


def study_context(access: StudyAccess, found: Canvas) -> dict[str, Any]:
    """What only members of the study see around the cards."""
    more = {"higher": queries.higher_jobs(found.job), "action_count": found.actions.count()}
    return _figures(access, found) | more


def _figures(access: StudyAccess, found: Canvas) -> dict[str, Any]:
    """Where the job stands; how many interviews hold it is said beside it."""
    latest = ranking_of(access)
    standing = queries.standings(latest).get(found.job_id)
    return {"ranking": latest, "standing": standing, "interviews": interview_count(access.study)}


@never_cache
@require_GET
@study_view()
def canvas_figures(request: HttpRequest, access: StudyAccess, canvas_id: int) -> HttpResponse:
    """For pages that were told of a newer ranking than theirs."""
    found = canvas_or_404(access, canvas_id)
    context = _figures(access, found) | {"canvas": found, "held": len(said.held_by(found.job))}
    return render(request, "strategy/_figures.html", context)


def page_data(seat: Seat, phases: dict[int, str]) -> dict[str, Any]:
    """What the browser's script starts from. Cards come through the shared document."""
    canvas = seat.canvas
    urls = {
        "facts": reverse("room:facts", args=[canvas.pk]),
        "room": f"/room/{canvas.pk}/",
        "worker": reverse("service_worker"),
    }
    if seat.access:
        here = [seat.access.study.slug, canvas.pk]
        urls |= {
            "cards": reverse("strategy:canvas", args=here) + "cards/",
            "find": reverse("strategy:find", args=here),
            "actions": f"{reverse('strategy:actions', args=here[:1])}?canvas={canvas.pk}",
        }
    return {
        "canvas": canvas.pk,
        "user": seat.access.user.pk if seat.access else None,
        "away": None if seat.access else [reverse("room:away"), static("js/away.js")],
        "facts": room_facts(seat),
        "phases": phases,
        "lanes": dict(Lane.choices),
        "kinds": queries.KINDS,
        "limits": LIMITS,
        "urls": urls,
        "icons": static("img/icons.svg"),
    }


@never_cache
@require_GET
@study_view(needs=Verb.EDIT_CANVAS)
def find(request: HttpRequest, access: StudyAccess, canvas_id: int) -> JsonResponse:
    """What a card may be linked to, and the names of what it is linked to."""
    job = canvas_or_404(access, canvas_id).job
    words = request.GET.get("q", "").replace("\0", "")[:100].strip()
    linked = request.GET.getlist("link")[:MOST_LINKS]
    return JsonResponse({"found": links.found(job, words), "linked": links.named(access.study, linked)})


@require_GET
@study_view()
def evidence(request: HttpRequest, access: StudyAccess, canvas_id: int) -> HttpResponse:
    """One line of the strip with every quote behind it, or, without `group`, the way to each of them."""
    found = canvas_or_404(access, canvas_id)
    code = request.GET.get("group", "")
    if code and code not in said.BY_CODE:
        raise Http404
    context: dict[str, Any] = {"access": access, "canvas": found, "code": code}
    context |= _one_line(request, found, code) if code else _all_lines(access, found)
    return render_page_or_partial(
        request, "strategy/evidence.html", "strategy/_quotes_of_group.html", context
    )


def _one_line(request: HttpRequest, found: Canvas, code: str) -> dict[str, Any]:
    everything = said.behind_line(found, code)
    page = Paginator(everything.ids, QUOTES_A_PAGE).get_page(page_number(request))
    quotes = said.said_in(found, list(page))
    return {"line": everything.line, "held": everything.held, "page": page, "quotes": quotes}


def _all_lines(access: StudyAccess, found: Canvas) -> dict[str, Any]:
    strip = said.strip(found)
    return {"strip": strip, "held": strip.held, "columns": phases_of(access)}


@require_GET
@study_view()
def element(request: HttpRequest, access: StudyAccess, canvas_id: int, element_id: int) -> HttpResponse:
    """The quote behind one chip."""
    found = canvas_or_404(access, canvas_id)
    rows = access.study.elements.filter(pk=element_id)
    quotes = said.quotes_of(rows)
    if not quotes:
        raise Http404
    context = {"access": access, "canvas": found, "quotes": quotes, "title": quotes[0].kind or "Note"}
    return render_page_or_partial(request, "strategy/quotes.html", "strategy/_quotes.html", context)


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def canvas_delete(request: HttpRequest, access: StudyAccess, canvas_id: int) -> HttpResponse:
    trash_canvas(access, canvas=canvas_or_404(access, canvas_id))
    undo = reverse("strategy:canvas_restore", args=[access.study.slug, canvas_id])
    say_done(request, "Canvas deleted, with its cards and actions.", undo=undo)
    return redirect("strategy:canvases", access.study.slug)


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def canvas_restore(request: HttpRequest, access: StudyAccess, canvas_id: int) -> HttpResponse:
    trash = access.study.canvases(manager="with_trash").select_related("job")
    try:
        restore_canvas(access, canvas=get_object_or_404(trash, pk=canvas_id))
    except StrategyRefused as refused:
        messages.error(request, str(refused))
        return redirect("strategy:canvases", access.study.slug)
    return redirect("strategy:canvas", access.study.slug, canvas_id)
