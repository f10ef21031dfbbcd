"""The job map: a tree by altitude, moved by drag, by keyboard and by a plain form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from interviews.models import Interview
from jobs.actions import statements
from jobs.forms import job_map as forms
from jobs.models import Job
from jobs.queries import job_map as queries
from jobs.queries.jobs import scope_counts
from jobs.queries.priorities import interview_count
from jobs.views.jobs import job_or_404
from studies.access import StudyAccess, study_view
from studies.forms import is_key
from studies.pages import by_htmx, page_number, render_page_or_partial
from studies.roles import Verb


@study_view()
@require_GET
def job_map(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    counts = scope_counts(access.study)
    selected = _selected(request, access)
    context = _tree(request, access, counts, selected) | {
        "counts": counts,
        "reading": queries.reading(access.study, selected) if selected else None,
        "interviews": access.study.interviews.select_related("participant"),
    }
    return render_page_or_partial(request, "jobs/map.html", "jobs/_map_tree.html", context)


def _tree(
    request: HttpRequest, access: StudyAccess, counts: dict[str, int], selected: Job | None = None
) -> dict[str, Any]:
    scope = _scope(request, counts, selected)
    interview = _interview(request, access, selected) if scope == Job.Scope.INDIVIDUAL else None
    tree = queries.job_map(access.study, scope=scope, interview=interview, page=page_number(request))
    shown = [branch.place.pk for branch in tree.branches]
    return {
        "access": access,
        "nav": "jobs",
        "scope": scope,
        "interview": interview,
        "tree": tree,
        "interviews_in_all": interview_count(access.study),
        "query": urlencode({"scope": scope} | ({"interview": interview.pk} if interview else {})),
        "focus": selected.pk if selected and selected.pk in shown else next(iter(shown), None),
        "selected": selected,
    }


def _scope(request: HttpRequest, counts: dict[str, int], selected: Job | None) -> str:
    """As asked; else that of the selected job; else generalised, where there are any."""
    asked = request.GET.get("scope", "")
    if asked in Job.Scope.values:
        return asked
    if selected:
        return selected.scope
    return Job.Scope.GENERALISED if counts[Job.Scope.GENERALISED] else Job.Scope.INDIVIDUAL


def _interview(request: HttpRequest, access: StudyAccess, selected: Job | None) -> Interview | None:
    """As asked; a link to one job shows the map of its interview, or it could stand many pages away."""
    asked = request.GET.get("interview", "")
    if selected and "job" in request.GET and "interview" not in request.GET:
        asked = str(selected.interview_id or "")
    return access.study.interviews.filter(pk=asked).first() if is_key(asked) else None


def _selected(request: HttpRequest, access: StudyAccess) -> Job | None:
    asked = request.GET.get("job", "")
    return access.study.jobs.filter(pk=asked).first() if is_key(asked) else None


@study_view()
@require_GET
def map_job(request: HttpRequest, access: StudyAccess, job_id: int) -> HttpResponse:
    """The inspector: one job read upward and downward."""
    job = job_or_404(access, job_id)
    context = {"access": access, "reading": queries.reading(access.study, job)}
    return render(request, "jobs/_map_reading.html", context)


@study_view(needs=Verb.CODE)
@require_POST
def move(request: HttpRequest, access: StudyAccess, job_id: int) -> HttpResponse:
    """Answers htmx with the tree, or with why not (409, plain text); a plain form with the page."""
    job = job_or_404(access, job_id)
    form = forms.MoveForm(access, request.POST)
    refusal = "" if form.is_valid() else "That place is gone: somebody changed the map. Reload and try again."
    if not refusal:
        try:
            statements.move_job(access, job=job, **form.cleaned_data)
        except statements.MoveRefused as reason:
            refusal = str(reason)
    if by_htmx(request):
        return _moved(request, access, job, refusal)
    if refusal:
        messages.error(request, refusal)
    return redirect(_map_url(access, job))


def _moved(request: HttpRequest, access: StudyAccess, job: Job, refusal: str) -> HttpResponse:
    if refusal:
        return HttpResponse(refusal, status=409, content_type="text/plain; charset=utf-8")
    context = _tree(request, access, {job.scope: 1, "generalised": 1}, job)
    return render(request, "jobs/_map_tree.html", context)


def _map_url(access: StudyAccess, job: Job) -> str:
    return reverse("jobs:map", args=[access.study.slug]) + f"?scope={job.scope}&job={job.pk}"


@study_view(needs=Verb.CODE)
@require_POST
def also(request: HttpRequest, access: StudyAccess, job_id: int) -> HttpResponse:
    """Adds or removes a cross-link beside the tree."""
    job = job_or_404(access, job_id)
    form = forms.AlsoForm(access, request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a job of this study.")
        return redirect(_map_url(access, job))
    try:
        statements.serve_also(access, job=job, **form.cleaned_data)
    except statements.MoveRefused as reason:
        messages.error(request, str(reason))
    return redirect(_map_url(access, job))
