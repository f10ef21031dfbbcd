"""The board of groups: a run proposes, people accept, rename, move, split, merge, dissolve and undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jobs.actions import clusters as actions
from jobs.forms import clusters as forms
from jobs.forms.jobs import dismissals_in
from jobs.models import JobCluster
from jobs.queries import clusters as queries
from jobs.views.jobs import page_number
from studies.access import StudyAccess, study_view
from studies.models import HistoryEntry
from studies.pages import render_page_or_partial
from studies.roles import Verb

GONE = "That job or group is not in this study any more. Reload the board."


@study_view()
@require_GET
def board(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    return render_page_or_partial(request, "jobs/clusters.html", "jobs/_board.html", _board(request, access))


def _board(request: HttpRequest, access: StudyAccess) -> dict[str, Any]:
    latest = actions.latest_change(access)
    return {
        "access": access,
        "nav": "clusters",
        "board": queries.board(access.study, page=page_number(request)),
        "groups": queries.other_groups(access.study),
        "run": queries.latest_run(access.study),
        "change": queries.last_change(access.study),
        "undo": latest if latest and latest.actor_id == access.user.pk else None,
    }


@study_view()
@require_GET
def news(request: HttpRequest, access: StudyAccess) -> JsonResponse:
    """Cheap to ask every few seconds: who changed the groups last."""
    return JsonResponse(_as_json(queries.last_change(access.study), access))


def _as_json(entry: HistoryEntry | None, access: StudyAccess) -> dict[str, Any]:
    if entry is None:
        return {"id": 0, "by": "", "mine": True}
    return {"id": entry.pk, "by": entry.actor_name, "mine": entry.actor_id == access.user.pk}


@study_view(needs=Verb.CODE)
@require_POST
def run(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    try:
        actions.start_clustering(access)
    except actions.ClusterRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("jobs:clusters", access.study.slug)


# --- changes made on the board -----------------------------------------------------------------------
@study_view(needs=Verb.CODE)
@require_POST
def place(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = forms.PlaceForm(access, request.POST)
    if not form.is_valid():
        return _answer(request, access, GONE)
    job, to = form.cleaned_data["job"], form.cleaned_data["to"]
    refusal = _refusal_of(lambda: actions.move_member(access, job=job, to=to))
    return _answer(request, access, refusal, said=f"Moved to “{to}”." if to else "Taken out of its group.")


@study_view(needs=Verb.CODE)
@require_POST
def new_group(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = forms.JobsForm(access, request.POST)
    if not form.is_valid():
        return _answer(request, access, _first_error(form))
    jobs = list(form.cleaned_data["jobs"])
    name = form.cleaned_data["name"] or jobs[0].statement
    refusal = _refusal_of(lambda: actions.make_cluster(access, name=name, jobs=jobs))
    return _answer(request, access, refusal, said=f"Group made: “{name}”.")


@study_view(needs=Verb.CODE)
@require_POST
def undo(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    refusal = _refusal_of(lambda: actions.undo_cluster_change(access))
    return _answer(request, access, refusal, said="Undone.", undoable=False)


def _first_error(form: forms.JobsForm) -> str:
    return str(next(iter(form.errors.values()))[0])


def _refusal_of(change: Callable[[], Any]) -> str:
    """Runs a change; why it was refused, or an empty string."""
    try:
        change()
    except actions.ClusterRefused as reason:
        return str(reason)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _answer(
    request: HttpRequest, access: StudyAccess, refusal: str, *, said: str = "", undoable: bool = True
) -> HttpResponse:
    """htmx gets the board, or the refusal as plain text (409); a plain form gets the page and a notice."""
    if request.htmx:  # type: ignore[attr-defined]
        if refusal:
            return HttpResponse(refusal, status=409, content_type="text/plain; charset=utf-8")
        return render(request, "jobs/_board.html", _board(request, access))
    if refusal:
        messages.error(request, refusal)
    else:
        tags = f"undo:{reverse('jobs:cluster_undo', args=[access.study.slug])}" if undoable else ""
        messages.success(request, said, extra_tags=tags)
    return redirect("jobs:clusters", access.study.slug)


# --- one group ---------------------------------------------------------------------------------------
def _cluster_or_404(access: StudyAccess, cluster_id: int) -> JobCluster:
    return get_object_or_404(
        access.study.jobclusters.select_related("general", "run__created_by"), pk=cluster_id
    )


@study_view()
@require_GET
def cluster(request: HttpRequest, access: StudyAccess, cluster_id: int) -> HttpResponse:
    return _group_page(request, access, _cluster_or_404(access, cluster_id))


def _group_page(
    request: HttpRequest, access: StudyAccess, cluster: JobCluster, *, status: int = 200, **more: Any
) -> HttpResponse:
    """`more` may hold the bound accept form, a refusal, and ticked members."""
    context = {
        "access": access,
        "nav": "clusters",
        "group": queries.one_group(access.study, cluster, page=page_number(request)),
        "others": queries.other_groups(access.study, cluster),
        "form": forms.AcceptForm(initial={"statement": cluster.name}),
        "change": queries.last_change(access.study),
        "min_interviews": actions.MIN_INTERVIEWS,
    }
    return render(request, "jobs/cluster.html", context | more, status=status)


@study_view(needs=Verb.CODE)
@require_POST
def accept(request: HttpRequest, access: StudyAccess, cluster_id: int) -> HttpResponse:
    found = _cluster_or_404(access, cluster_id)
    form = forms.AcceptForm(request.POST)
    if not form.is_valid():
        return _group_page(request, access, found, form=form, status=422)
    dismissed = dismissals_in(request.POST)
    refusal = _refusal_of(
        lambda: actions.accept_cluster(access, cluster=found, dismissed=dismissed, **form.cleaned_data)
    )
    if refusal:
        return _group_page(request, access, found, form=form, refusal=refusal, status=409)
    return _done(request, access, f"Accepted as a generalised job: “{form.cleaned_data['statement']}”.")


@study_view(needs=Verb.CODE)
@require_POST
def rename(request: HttpRequest, access: StudyAccess, cluster_id: int) -> HttpResponse:
    found = _cluster_or_404(access, cluster_id)
    form = forms.NameForm(request.POST)
    if not form.is_valid():
        return _group_page(request, access, found, refusal="A group needs a name.", status=422)
    if request.POST.get("seen", found.name) != found.name:
        mine = form.cleaned_data["name"]
        refusal = f"Somebody renamed this group while you typed “{mine}”: it is “{found}” now."
        return _group_page(request, access, found, refusal=refusal, status=409)
    actions.rename_cluster(access, cluster=found, name=form.cleaned_data["name"])
    return _done(request, access, f"Renamed: “{found}”.", to=found)


@study_view(needs=Verb.CODE)
@require_POST
def split(request: HttpRequest, access: StudyAccess, cluster_id: int) -> HttpResponse:
    found = _cluster_or_404(access, cluster_id)
    form = forms.JobsForm(access, request.POST)
    if not form.is_valid():
        return _group_page(request, access, found, refusal=_first_error(form), status=422)
    refusal = _refusal_of(lambda: actions.split_cluster(access, cluster=found, **form.cleaned_data))
    if refusal:
        ticked = [job.pk for job in form.cleaned_data["jobs"]]
        return _group_page(request, access, found, refusal=refusal, ticked=ticked, status=409)
    return _done(request, access, f"Split: the chosen jobs are a group of their own beside “{found}”.")


@study_view(needs=Verb.CODE)
@require_POST
def merge(request: HttpRequest, access: StudyAccess, cluster_id: int) -> HttpResponse:
    found = _cluster_or_404(access, cluster_id)
    form = forms.MergeForm(access, found, request.POST)
    if not form.is_valid():
        return _group_page(request, access, found, refusal="Choose another group to merge with.", status=422)
    into = form.cleaned_data["into"]
    refusal = _refusal_of(lambda: actions.merge_clusters(access, cluster=found, into=into))
    if refusal:
        return _group_page(request, access, found, refusal=refusal, status=409)
    return _done(request, access, f"“{found}” is part of “{into}” now.", to=into)


@study_view(needs=Verb.CODE)
@require_POST
def dissolve(request: HttpRequest, access: StudyAccess, cluster_id: int) -> HttpResponse:
    found = _cluster_or_404(access, cluster_id)
    actions.dissolve_cluster(access, cluster=found)
    return _done(request, access, f"Dissolved: “{found}”. Its jobs wait for a group.")


def _done(
    request: HttpRequest, access: StudyAccess, said: str, *, to: JobCluster | None = None
) -> HttpResponse:
    url = reverse("jobs:cluster_undo", args=[access.study.slug])
    messages.success(request, said, extra_tags=f"undo:{url}")
    if to:
        return redirect("jobs:cluster", access.study.slug, to.pk)
    return redirect("jobs:clusters", access.study.slug)
