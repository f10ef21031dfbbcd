"""The board paper: approving a ranking, what has changed since, and the documents made from it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from jobs.actions import papers as actions
from jobs.actions import priorities, snapshots
from jobs.forms import papers as forms
from jobs.models import Paper
from jobs.papers.tree import TOP_JOBS
from jobs.queries import papers as documents
from jobs.queries import snapshots as queries
from jobs.queries.priorities import interview_count
from jobs.standing import WEIGHTED, last_rank
from studies.access import StudyAccess, study_view
from studies.pages import say_done
from studies.roles import Verb

SHOWN = 50  # approved rankings and documents on the page, newest first
TYPES = {
    Paper.Kind.PDF: "application/pdf",
    Paper.Kind.SLIDES: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    Paper.Kind.WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


# --- the page -----------------------------------------------------------------------------------------
@study_view()
@require_GET
def papers(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    return _page(request, access)


def _page(request: HttpRequest, access: StudyAccess, *, status: int = 200, **more: Any) -> HttpResponse:
    """`more` may hold a bound form that was refused."""
    ranking = priorities.ranking(access)
    n = ranking.rows[0]["n"] if ranking.rows else 0
    snapshots = list(queries.snapshots_of(access.study)[:SHOWN])
    latest = snapshots[0] if snapshots else None
    run, made = documents.papers_of(access.study, limit=SHOWN)
    context = {
        "access": access,
        "nav": "priorities",
        "ranked": sum(1 for row in ranking.rows if row["rank"]),
        "n": n,
        "snapshots": snapshots,
        "approved": latest and queries.since_approval(access.study, ranking, n, latest=latest),
        "approve_form": forms.ApproveForm(initial={"seen": ranking.pk}),
        "run": run,
        "made": made,
        "top": TOP_JOBS,
    }
    return render(request, "jobs/papers.html", context | more, status=status)


# --- the documents ------------------------------------------------------------------------------------
@study_view(needs=Verb.COMMENT)
@require_POST
def paper_make(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = forms.PaperForm(access, request.POST)
    if not form.is_valid():
        messages.error(request, "This approved ranking is not part of the study. Choose another.")
        return redirect("jobs:papers", access.study.slug)
    actions.ask_for_papers(access, snapshot=form.cleaned_data["snapshot"])
    return redirect("jobs:papers", access.study.slug)


@study_view()
@require_GET
def paper(request: HttpRequest, access: StudyAccess, paper_id: int) -> FileResponse:
    found = get_object_or_404(access.study.papers.select_related("snapshot"), pk=paper_id)
    try:
        file = found.file.open()
    except (FileNotFoundError, ValueError) as gone:
        raise Http404("This file is gone. Make the board paper again.") from gone
    content_type = TYPES[Paper.Kind(found.kind)]
    return FileResponse(file, as_attachment=True, filename=_file_name(found), content_type=content_type)


def _file_name(paper: Paper) -> str:
    """Papers of one minute are told apart by what was approved."""
    of = slugify(paper.snapshot.name)[:60].strip("-") if paper.snapshot else ""
    made = f"{timezone.localtime(paper.at):%Y-%m-%d-%H%M}"
    return "-".join(filter(None, (paper.study.slug, "board-paper", of, made))) + f".{paper.kind}"


@study_view(needs=Verb.COMMENT)
@require_POST
def paper_delete(request: HttpRequest, access: StudyAccess, paper_id: int) -> HttpResponse:
    found = get_object_or_404(access.study.papers.select_related("snapshot"), pk=paper_id)
    if actions.delete_papers(access, paper=found):
        undo = reverse("jobs:paper_restore", args=[access.study.slug, found.pk])
        say_done(request, "The documents are deleted.", undo=undo)
    else:
        messages.success(request, "The documents are deleted for good. They can be made again.")
    return redirect("jobs:papers", access.study.slug)


@study_view(needs=Verb.COMMENT)
@require_POST
def paper_restore(request: HttpRequest, access: StudyAccess, paper_id: int) -> HttpResponse:
    papers = access.study.papers(manager="with_trash").select_related("snapshot")
    try:
        actions.restore_papers(access, paper=get_object_or_404(papers, pk=paper_id))
    except actions.PapersRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The documents are back.")
    return redirect("jobs:papers", access.study.slug)


# --- approving ----------------------------------------------------------------------------------------
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
        form.data = request.POST.dict() | {"seen": str(priorities.ranking(access).pk)}  # what stands now
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
