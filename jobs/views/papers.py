"""The board paper: approving a ranking, what has changed since, and the documents made from it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from jobs.actions import priorities, snapshots
from jobs.forms import papers as forms
from jobs.queries import snapshots as queries
from jobs.queries.priorities import interview_count
from jobs.queries.priority_table import WEIGHTED
from jobs.standing import last_rank
from jobs.views.jobs import page_number
from studies.access import StudyAccess, study_view
from studies.roles import Verb

APPROVED_A_PAGE = 20


@study_view()
@require_GET
def papers(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    return _page(request, access)


def _page(request: HttpRequest, access: StudyAccess, *, status: int = 200, **more: Any) -> HttpResponse:
    """`more` may hold a bound form that was refused."""
    ranking, n = priorities.ranking(access), interview_count(access.study)
    approved = queries.since_approval(access.study, ranking, n)
    context = {
        "access": access,
        "nav": "priorities",
        "ranked": sum(1 for row in ranking.rows if row["rank"]),
        "n": n,
        "approved": approved,
        "snapshots": Paginator(queries.snapshots_of(access.study), APPROVED_A_PAGE).get_page(
            page_number(request)
        ),
        "approve_form": forms.ApproveForm(),
    }
    return render(request, "jobs/papers.html", context | more, status=status)


@study_view(needs=Verb.APPROVE)
@require_POST
def approve(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = forms.ApproveForm(request.POST)
    if not form.is_valid():
        return _page(request, access, approve_form=form, status=422)
    try:
        snapshot = snapshots.approve_ranking(access, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, access, approve_form=form, status=422)
    messages.success(request, f"Approved as “{snapshot}”. Later changes are shown against it.")
    return redirect("jobs:snapshot", access.study.slug, snapshot.pk)


@study_view()
@require_GET
def snapshot(request: HttpRequest, access: StudyAccess, snapshot_id: int) -> HttpResponse:
    """Exactly as approved, and what has changed since."""
    found = get_object_or_404(queries.snapshots_of(access.study), pk=snapshot_id)
    ranking, n = priorities.ranking(access), interview_count(access.study)
    then, now = queries.frozen(found), queries.current(access.study, ranking)
    since = queries.changes_since(found, ranking, now, n)
    last = last_rank(then, now)
    context = {
        "access": access,
        "nav": "priorities",
        "snapshot": found,
        "ranked": [(row, row.whisker(last)) for row in then if row.rank],
        "gated": [row for row in then if not row.rank],
        "weights": [(label, found.weights.get(name, 0)) for name, label in WEIGHTED.items()],
        "since": since,
        "reweighted": [(WEIGHTED.get(name, name), *pair) for name, pair in since.weights.items()],
        "changes": [
            (change, change.then and change.then.whisker(last), change.now and change.now.whisker(last))
            for change in since.changes
        ],
        "last": last,
    }
    return render(request, "jobs/snapshot.html", context)
