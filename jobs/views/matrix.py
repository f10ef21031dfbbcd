"""Interviews × jobs as a table, the jobs that go together, and whether more interviews say anything new."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from jobs import charts
from jobs.forms.matrix import MatrixForm, SaturationForm
from jobs.models import Job
from jobs.queries import matrix as queries
from jobs.queries.priorities import counted_interviews
from jobs.queries.saturation import curve
from studies.access import StudyAccess, study_view
from studies.pages import page_number, render_page_or_partial


@study_view()
@require_GET
def matrix(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = MatrixForm(access, request.GET)
    chosen = form.chosen()
    found = queries.matrix(access.study, page=page_number(request), **chosen)
    context = {"access": access, "nav": "clusters", "tab": "matrix", "matrix": found, "form": form, **chosen}
    return render(request, "jobs/matrix.html", context)


@study_view()
@require_GET
def matrix_cell(
    request: HttpRequest, access: StudyAccess, general_id: int, interview_id: int
) -> HttpResponse:
    """What one person said about one job."""
    job = get_object_or_404(access.study.jobs, pk=general_id, scope=Job.Scope.GENERALISED)
    interview = get_object_or_404(access.study.interviews.select_related("participant"), pk=interview_id)
    context = {
        "access": access,
        "nav": "clusters",
        "job": job,
        "interview": interview,
        "said": queries.said_in(access.study, job, interview),
        "written": job.members.filter(interview=interview),
    }
    return render_page_or_partial(request, "jobs/matrix_cell.html", "jobs/_matrix_cell.html", context)


@study_view()
@require_GET
def together(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """Which jobs the same people have."""
    interviews = list(counted_interviews(access.study).values_list("pk", flat=True))
    context = {
        "access": access,
        "nav": "clusters",
        "tab": "together",
        "pairs": queries.pairs(queries.holders(access.study), interviews),
        "n": len(interviews),
        "few": queries.FEW,
    }
    return render(request, "jobs/together.html", context)


@study_view()
@require_GET
def saturation(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    chosen = SaturationForm(request.GET).chosen()
    found = curve(access.study, within=None, **chosen)
    context = {
        "access": access,
        "nav": "clusters",
        "tab": "saturation",
        "curve": found,
        "form": SaturationForm(initial=chosen),
        "chart": charts.saturation(found),
        "uncounted": access.study.jobs.filter(scope=Job.Scope.INDIVIDUAL, general=None).count(),
        "query": urlencode({"show": "saturation"} | chosen),
    }
    return render(request, "jobs/saturation.html", context)
