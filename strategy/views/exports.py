"""A canvas taken along: what is made in a moment, and files that a run makes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from strategy import exports as tables
from strategy.actions.papers import ask_for_export
from strategy.actions.rules import StrategyRefused
from strategy.actions.versions import version_label
from strategy.models import Canvas
from strategy.papers.calendar import Due, write_calendar
from strategy.papers.minutes import write_minutes
from strategy.queries import minutes, papers
from strategy.views.canvases import canvas_or_404
from studies.access import StudyAccess, study_view
from studies.forms import is_key
from studies.roles import Verb

TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}
SHEETS = {
    "a4": "A4, to read",
    "a3": "A3, for the table",
    "a2": "A2, for the wall",
    "a1": "A1, as a poster",
}


def _named(
    response: HttpResponse | StreamingHttpResponse, canvas: Canvas, name: str, at: datetime | None = None
) -> HttpResponse:
    """Saved under the name of study, canvas and day, never shown by the browser as a page of ours."""
    made = f"{canvas.study.slug}-canvas-{canvas.pk}-{timezone.localdate(at):%Y-%m-%d}-{name}"
    response["Content-Disposition"] = f'attachment; filename="{made}"'
    return response  # type: ignore[return-value]


@require_GET
@study_view()
def canvas_exports(request: HttpRequest, access: StudyAccess, canvas_id: int) -> HttpResponse:
    canvas = canvas_or_404(access, canvas_id)
    context = {
        "access": access,
        "canvas": canvas,
        "version": version_label(canvas),
        "cards": canvas.cards.count(),
        "sheets": SHEETS.items(),
        "run": papers.pending_of(canvas),
        "files": papers.files_of(canvas),
        "workshops": minutes.workshops_of(canvas)[:20],
    }
    return render(request, "strategy/exports.html", context)


@require_POST
@study_view(needs=Verb.COMMENT)
def export_make(request: HttpRequest, access: StudyAccess, canvas_id: int) -> HttpResponse:
    canvas, asked = canvas_or_404(access, canvas_id), request.POST
    try:
        ask_for_export(
            access, canvas=canvas, kind=asked.get("format", ""), sheet=asked.get("sheet", "") or "a3"
        )
    except StrategyRefused as refused:
        messages.error(request, str(refused))
    return redirect("strategy:canvas_exports", access.study.slug, canvas.pk)


@require_GET
@study_view()
def export_file(request: HttpRequest, access: StudyAccess, canvas_id: int, export_id: int) -> FileResponse:
    canvas = canvas_or_404(access, canvas_id)
    found = papers.file_of(get_object_or_404(papers.exports_of(canvas), pk=export_id))
    try:
        file = default_storage.open(found.path) if found else None
    except FileNotFoundError:
        file = None
    if found is None or file is None:
        raise Http404("This file is gone. Make it again.")
    day = timezone.localdate(found.run.created_at)
    name = f"{access.study.slug}-canvas-{canvas.pk}-{day:%Y-%m-%d}.{found.format}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[found.format])


# --- tables, dates, minutes ----------------------------------------------------------------------------
@require_GET
@study_view()
def export_cards(request: HttpRequest, access: StudyAccess, canvas_id: int) -> HttpResponse:
    canvas = canvas_or_404(access, canvas_id)
    lines = tables.card_lines(papers.cards_of(canvas), version=version_label(canvas))
    return _named(StreamingHttpResponse(lines, content_type=TYPES["csv"]), canvas, "cards.csv")


@require_GET
@study_view()
def export_workbook(request: HttpRequest, access: StudyAccess, canvas_id: int) -> HttpResponse:
    from jobs.papers.workbook import write_workbook

    canvas = canvas_or_404(access, canvas_id)
    sheets = tables.sheets_of(canvas, version=version_label(canvas), today=timezone.localdate())
    data = write_workbook(sheets, title=f"{canvas.job.statement}: cards and actions")
    return _named(HttpResponse(data, content_type=TYPES["xlsx"]), canvas, "cards-and-actions.xlsx")


@require_GET
@study_view()
def export_dates(request: HttpRequest, access: StudyAccess, canvas_id: int) -> HttpResponse:
    canvas = canvas_or_404(access, canvas_id)
    dues = papers.dues_of(papers.actions_of(canvas), _actions_address(request, access))
    return _named(_calendar(canvas, dues), canvas, "dates.ics")


def _actions_address(request: HttpRequest, access: StudyAccess) -> str:
    return request.build_absolute_uri(reverse("strategy:actions", args=[access.study.slug]))


def _calendar(canvas: Canvas, dues: Iterable[Due]) -> HttpResponse:
    about = f"Version of the canvas: {version_label(canvas)}"
    text = write_calendar(canvas.job.statement, dues, about=about, made_at=timezone.now())
    return HttpResponse(text, content_type=TYPES["ics"])


@require_GET
@study_view()
def export_minutes(request: HttpRequest, access: StudyAccess, canvas_id: int) -> HttpResponse:
    """Of the workshop that is asked for, else of the newest; without one, of the canvas as it stands."""
    canvas = canvas_or_404(access, canvas_id)
    found, asked = minutes.workshops_of(canvas), request.GET.get("workshop", "")
    if is_key(asked):
        found = found.filter(pk=int(asked))
    workshop = found.first()
    paper = papers.canvas_paper(canvas, version=version_label(canvas))
    if workshop:
        workshop.canvas, workshop.study = canvas, access.study
        paper = minutes.paper_of(workshop, paper)
    text = write_minutes(paper, minutes.meeting_of(workshop) if workshop else None)
    met = workshop.started_at if workshop else None
    return _named(HttpResponse(text, content_type=TYPES["md"]), canvas, "minutes.md", met)
