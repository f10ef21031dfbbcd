"""One transcript, with what was coded in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_POST

from interviews import kinds
from interviews.actions.quotes import carry_quotes
from interviews.models import Element, Transcript
from interviews.queries import transcripts as queries
from studies.access import StudyAccess, study_view
from studies.counting import counted
from studies.roles import Verb


@require_GET
@study_view()
def transcript(request: HttpRequest, access: StudyAccess, transcript_id: int) -> HttpResponse:
    found = get_object_or_404(queries.transcripts_with_interview(access.study), pk=transcript_id)
    turns = queries.turn_rows(found)
    elements = list(queries.coded_elements(found))
    snaps, versions = queries.open_snaps(found), queries.versions_of(found)
    context = {
        "access": access,
        "nav": "interviews",
        "transcript": found,
        "turns": queries.read_turns(found.text, turns, elements, snaps),
        "snap_count": sum(map(len, snaps.values())),
        "phases": _by_phase(access, elements),
        "elements": elements,
        "kinds": kinds.KINDS,
        "kind_of": kinds.BY_CODE,
        "versions": versions,
        "carriable": any(other["marked"] for other in versions),
        "jobs_url": _above(access, "jobs:write", found.interview_id),
        "suggestions_url": _above(access, "jobs:suggestions_beside", found.pk),
        "pointed": _pointed(request, found),
    }
    return render(request, "interviews/transcript.html", context)


@require_POST
@study_view(needs=Verb.CODE)
def carry(request: HttpRequest, access: StudyAccess, transcript_id: int) -> HttpResponse:
    """A corrected file takes over what was coded in the version before."""
    found = get_object_or_404(queries.transcripts_with_interview(access.study), pk=transcript_id)
    moved, stayed = carry_quotes(access, transcript=found)
    words = f"{counted(moved, 'coded quote')} carried over."
    if stayed:
        words += f" {stayed} stayed in the other version: their words do not stand here exactly once."
    messages.success(request, words)
    return redirect("interviews:transcript", access.study.slug, found.pk)


def _pointed(request: HttpRequest, found: Transcript) -> Any:
    """The quote that a link from elsewhere means; evidence may rest on one that is no element."""
    wanted = request.GET.get("quote", "")
    known = wanted.isascii() and wanted.isdigit() and len(wanted) < 19
    return found.quotes.filter(pk=wanted).first() if known else None


def _by_phase(access: StudyAccess, elements: list[Element]) -> list[tuple[int, str, list[str]]]:
    groups = [(phase, access.study.phase_label(phase)) for phase in kinds.PHASES]
    return [
        (phase or 0, label, [queries.coded_line(each) for each in elements if each.phase == phase])
        for phase, label in [*groups, (None, "No phase")]
    ]


def _above(access: StudyAccess, route: str, key: int) -> str:
    """An address of the app above, which may be absent: interviews must not depend on it."""
    try:
        return reverse(route, args=[access.study.slug, key])
    except NoReverseMatch:
        return ""
