"""Journeys: one interview from the old way to the exit, and all of them side by side."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from interviews import kinds
from interviews.models import Interview
from jobs.queries.said import said_by_element
from journeys.forms import JourneyForm
from journeys.lenses import LENSES, UNPLACED
from journeys.queries import journey, strips, table, timelines
from journeys.timeline import Timeline
from studies.access import StudyAccess, study_view
from studies.pages import page_number, render_page_or_partial

STRIPS_A_PAGE = 24
SAID_A_PAGE = 30
DEFAULTS = {"segment": "", "tag": "", "lens": "four_phase", "align": "thought"}


@study_view()
@require_GET
def overview(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    choices = timelines.choices(access.study)
    state = JourneyForm(choices, request.GET).state()
    interviews = timelines.matching_interviews(access.study, segment=state["segment"], tag=state["tag"])
    lines = timelines.of(access.study, interviews)
    found = table.matrix(access.study, interviews, state["lens"])  # type: ignore[arg-type]
    context = {
        "access": access,
        "nav": "journey",
        "choices": choices,
        "state": state,
        "query": _query(state),
        "lens_links": _links(state, "lens", table.TABLE_NAMES),
        "align_links": _links(state, "align", {"thought": "First thought", "hire": "Hire"}),
        "interviews": interviews,
        "matrix": found,
        "forces": table.forces_by_column(found),
        "medians": [(one, _median_words(one)) for one in timelines.medians(lines)],
        "exits": timelines.exits(interviews, lines),
        "detours": timelines.detours(access.study, interviews, lines),
        **_strips(request, interviews, lines, strips.ANCHORS[state["align"]]),
    }
    return render(request, "journeys/overview.html", context)


def _query(state: dict[str, str], **changed: str) -> str:
    """The address of a state; what is usual stays out of it."""
    return urlencode({key: value for key, value in (state | changed).items() if value != DEFAULTS[key]})


def _links(state: dict[str, str], name: str, labels: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"label": label, "query": _query(state, **{name: key}), "on": state[name] == key}
        for key, label in labels.items()
    ]


def _median_words(one: Any) -> dict[str, str]:
    if one.days is None:
        return {}
    middle = f"{timelines.in_days(one.low)} to {timelines.in_days(one.high)}" if one.low is not None else ""
    return {"median": timelines.in_days(one.days), "middle": middle}


def _strips(
    request: HttpRequest, interviews: list[Interview], lines: dict[int, Timeline], anchor: str
) -> dict[str, Any]:
    """The rows with a dated anchor, the longest way first; those without one follow in words."""
    scale = strips.scale_of(lines.values(), anchor)
    order = sorted(interviews, key=lambda one: _length(lines[one.pk]), reverse=True)
    page = Paginator(order, STRIPS_A_PAGE).get_page(page_number(request))
    rows = [
        strips.strip(one, lines[one.pk], scale, strips.anchor_date(lines[one.pk], anchor)) for one in page
    ]
    return {"strips": rows, "page": page, "ticks": scale.ticks, "zero": scale.place(0)}


def _length(line: Timeline) -> int:
    """Days from the first thought to the hire; interviews without both come last."""
    return next((one.days for one in line.durations if one.span.key == "to_hire"), -1)


@study_view()
@require_GET
def interview(request: HttpRequest, access: StudyAccess, interview_id: int) -> HttpResponse:
    one = get_object_or_404(access.study.interviews.select_related("participant"), pk=interview_id)
    state = JourneyForm(timelines.Choices((), ()), request.GET).state()
    elements = journey.elements_of(one)
    by_key = {str(element.pk): element for element in elements}
    line = timelines.of(access.study, [one])[one.pk]
    scaled = strips.own_scale(line)
    before, after = journey.neighbours_of(one)
    context = {
        "access": access,
        "nav": "journey",
        "interview": one,
        "state": state,
        "lens_links": _links(state, "lens", table.TABLE_NAMES),
        "line": line,
        "stops": journey.stops(access.study, line, by_key),
        "durations": [(duration, timelines.in_days(duration.days)) for duration in line.durations],
        "strip": strips.strip(one, line, *scaled) if scaled else None,
        "stages": journey.stages(elements, state["lens"]),  # type: ignore[arg-type]
        "total": len(elements),
        "exit_words": timelines.EXITS,
        "before": before,
        "after": after,
    }
    return render(request, "journeys/interview.html", context)


@study_view()
@require_GET
def said(request: HttpRequest, access: StudyAccess, element_id: int) -> HttpResponse:
    """One element with its quote, in the inspector or as a page."""
    rows = access.study.elements.select_related("quote", "interview__participant")
    element = get_object_or_404(rows, pk=element_id, interview__deleted_at=None)
    context = {
        "access": access,
        "nav": "journey",
        "element": element,
        "said": said_by_element(element),
        "point": kinds.BY_POINT.get(element.point),
    }
    return render_page_or_partial(request, "journeys/said.html", "journeys/_said.html", context)


@study_view()
@require_GET
def behind(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """What was said in one cell of the table, in the inspector or as a page."""
    state = JourneyForm(timelines.choices(access.study), request.GET).state()
    kind, column = request.GET.get("kind", "all"), request.GET.get("column", "all")
    heading = _heading(state["lens"], kind, column)
    interviews = timelines.matching_interviews(access.study, segment=state["segment"], tag=state["tag"])
    lens: Any = state["lens"]
    rows = table.elements_in(access.study, interviews, lens=lens, column=column, kind=kind)
    page = Paginator(rows, SAID_A_PAGE).get_page(page_number(request))
    context = {
        "access": access,
        "nav": "journey",
        **heading,
        "page": page,
        "said": [said_by_element(element) for element in page],
        "people": len(set(rows.order_by().values_list("interview", flat=True))),
        "n": len(interviews),
        "query": urlencode({"kind": kind, "column": column}) + "&" + _query(state),
    }
    return render_page_or_partial(request, "journeys/behind.html", "journeys/_behind.html", context)


def _heading(lens: Any, kind: str, column: str) -> dict[str, Any]:
    """What a cell is called. Raises Http404 where the table has no such cell."""
    columns = {one.key: one for one in (*LENSES[lens], UNPLACED)}
    if kind not in (*kinds.BY_CODE, "all", "") or column not in (*columns, "all"):
        raise Http404("The table has no such cell.")
    return {"kind": kinds.BY_CODE.get(kind), "unclassified": kind == "", "column": columns.get(column)}
