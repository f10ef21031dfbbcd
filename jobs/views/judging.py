"""Many jobs on one page: ratings by keyboard, and business inputs as ranges."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jobs.actions import business as business_actions
from jobs.actions import priorities as actions
from jobs.forms.business import BusinessForm, CurrencyForm
from jobs.models import BusinessInput, Criterion, Job
from jobs.queries import judging as queries
from jobs.queries.priorities import settings_of
from studies.access import StudyAccess, study_view
from studies.counting import counted
from studies.edits import StaleVersion
from studies.pages import here, page_number, query_without
from studies.roles import Verb

JOBS_A_PAGE = 50


def _jobs(request: HttpRequest, access: StudyAccess, left: Q) -> dict[str, Any]:
    """The jobs that the filter leaves, page by page; what is posted keeps the filter in its address."""
    words, only_left = request.GET.get("q", "").strip(), request.GET.get("left") == "yes"
    jobs = queries.judged_jobs(access.study, words=words, left=left if only_left else None)
    page = Paginator(jobs, JOBS_A_PAGE).get_page(page_number(request))
    filtered = bool(words) or only_left
    return {
        "page": page,
        "words": words,
        "only_left": only_left,
        "total": queries.judged_jobs(access.study).count() if filtered else page.paginator.count,
        "query": query_without(request, "page"),
        "unfiltered": query_without(request, "page", "left"),
        "here": here(request),
    }


def _back(request: HttpRequest, access: StudyAccess, name: str) -> HttpResponse:
    return redirect(reverse(f"jobs:{name}", args=[access.study.slug]) + here(request))


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


# --- ratings --------------------------------------------------------------------------------------------
@study_view()
@require_GET
def ratings(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    found = _jobs(request, access, queries.not_rated_by(access.user))
    jobs = list(found["page"])
    context = found | {
        "access": access,
        "nav": "priorities",
        "rows": queries.rating_rows(access.study, jobs, access.user, may_rate=access.may(Verb.RATE)),
        "criteria": [(criterion.label.split(", ")) for criterion in Criterion],
        "goals": settings_of(access.study).goals,
    }
    return render(request, "jobs/ratings.html", context)


@study_view(needs=Verb.RATE)
@require_POST
def ratings_save(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """Cells named `<job>-<criterion>`; an empty one takes the rating back. All are saved or none."""
    try:
        changed = actions.rate_many(access, given=_cells(request, access))
    except ValidationError as error:
        if _wants_json(request):
            return JsonResponse({"errors": error.message_dict}, status=422)
        messages.error(request, " ".join(error.messages))
        return _back(request, access, "ratings")
    if not _wants_json(request):
        messages.success(request, f"{counted(changed, 'rating')} saved.")
        return _back(request, access, "ratings")
    return JsonResponse({"texts": _together(request, access)})


def _cells(request: HttpRequest, access: StudyAccess) -> dict[tuple[Job, Criterion], str]:
    """Only jobs of this study and criteria that exist."""
    jobs = {str(job.pk): job for job in access.study.jobs.filter(scope=Job.Scope.GENERALISED)}
    named = (name.partition("-") for name in request.POST)
    return {
        (jobs[job], Criterion(criterion)): request.POST[f"{job}-{criterion}"].strip()
        for job, _, criterion in named
        if job in jobs and criterion in Criterion.values
    }


def _together(request: HttpRequest, access: StudyAccess) -> dict[str, str]:
    """Cell -> what everybody's ratings come to, now that one's own is given."""
    jobs = [job for job, _ in _cells(request, access)]
    rows = queries.rating_rows(access.study, jobs, access.user, may_rate=True)
    return {cell.name: cell.together for _, cells in rows for cell in cells if cell.name in request.POST}


# --- business inputs ------------------------------------------------------------------------------------
@study_view()
@require_GET
def business(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    return _business(request, access)


def _business(
    request: HttpRequest, access: StudyAccess, *, refused: int = 0, errors: Any = (), status: int = 200
) -> HttpResponse:
    """`refused`: the job whose ranges made no sense; what was typed stays in its fields."""
    found = _jobs(request, access, queries.without_ranges())
    rows = [
        queries.Expected(
            job, getattr(job, "business", None), request.POST.dict() if job.pk == refused else None
        )
        for job in found["page"]
    ]
    context = found | {
        "access": access,
        "nav": "priorities",
        "rows": rows,
        "refused": refused,
        "errors": errors,
        "scale": queries.scale_setter(access.study),
        "currency": settings_of(access.study).currency,
    }
    return render(request, "jobs/business.html", context, status=status)


@study_view(needs=Verb.RATE)
@require_POST
def business_save(request: HttpRequest, access: StudyAccess, general_id: int) -> HttpResponse:
    job = get_object_or_404(access.study.jobs, pk=general_id, scope=Job.Scope.GENERALISED)
    form = BusinessForm(request.POST)
    if not form.is_valid():
        return _refused(request, access, job, form.errors)
    given = form.cleaned_data
    try:
        row = business_actions.set_business(
            access, job=job, ranges=form.ranges(), reason=given["reason"], seen=given["version"]
        )
    except ValidationError as error:
        return _refused(request, access, job, error.message_dict)
    except StaleVersion:
        return _stale(request, access, job)
    return _saved(request, access, job, row)


def _refused(
    request: HttpRequest, access: StudyAccess, job: Job, errors: Any, *, status: int = 422
) -> HttpResponse:
    """`errors`: texts by range or field."""
    texts = {name: " ".join(found) for name, found in errors.items()}
    if _wants_json(request):
        return JsonResponse({"errors": texts}, status=status)
    said = [f"{queries.NAMES.get(name.partition('_')[0], 'Reason')}: {text}" for name, text in texts.items()]
    return _business(request, access, refused=job.pk, errors=said, status=status)


def _stale(request: HttpRequest, access: StudyAccess, job: Job) -> HttpResponse:
    words = "A colleague changed these inputs meanwhile. Load the page again to see theirs."
    return _refused(request, access, job, {"reason": [words]}, status=409)


def _saved(request: HttpRequest, access: StudyAccess, job: Job, row: BusinessInput) -> HttpResponse:
    expected = queries.Expected(job, row)
    if _wants_json(request):
        texts = {f"{job.pk}-contribution": expected.contribution, f"{job.pk}-market": expected.market}
        return JsonResponse({"texts": texts, "version": row.version})
    messages.success(request, f"Saved for “{job.statement}”.")
    return _back(request, access, "business")


@study_view(needs=Verb.RATE)
@require_POST
def currency(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = CurrencyForm(request.POST)
    if form.is_valid():
        business_actions.set_currency(access, currency=form.cleaned_data["currency"])
        messages.success(request, "Currency saved.")
    else:
        messages.error(request, "Name the currency, as EUR or USD.")
    return _back(request, access, "business")
