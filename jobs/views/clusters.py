"""The board of groups: a run proposes, people accept, rename, move, split, merge, dissolve and undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.actions import clusters as actions
from jobs.actions.group_changes import ClusterRefused, latest_change, undo_cluster_change
from jobs.actions.grouping import start_clustering
from jobs.actions.pins import pin_jobs, unpin
from jobs.forms import clusters as forms
from jobs.forms.jobs import dismissals_in
from jobs.models import JobCluster, Pin
from jobs.queries import clusters as queries
from jobs.queries import pins as pin_queries
from jobs.queries.doubt import DOUBTFUL_MARGIN
from jobs.queries.grouping import changes_of
from jobs.queries.wording import wording_of
from studies.access import StudyAccess, study_view
from studies.models import HistoryEntry
from studies.pages import by_htmx, page_number, query_without, render_page_or_partial, say_done
from studies.roles import Verb

PINS_A_PAGE = 50
GONE = "That job or group is not in this study any more. Reload the board."


@study_view()
@require_GET
def board(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    return render_page_or_partial(request, "jobs/clusters.html", "jobs/_board.html", _board(request, access))


def _board(request: HttpRequest, access: StudyAccess) -> dict[str, Any]:
    asked = request.GET.get("order", "")
    order = asked if asked in queries.ORDERS else ""
    shown = queries.board(access.study, page=page_number(request), order=order)
    last = queries.latest_run(access.study)
    grouped = queries.last_grouping(access.study, last)
    change = queries.last_change(access.study)
    groups = list(queries.other_groups(access.study))
    undoable = latest_change(access)
    return {
        "access": access,
        "nav": "clusters",
        "board": shown,
        "groups": groups,
        "only_hints": queries.only_hints(groups),
        "run": last,
        "grouped": grouped,
        "asked": (last.params if last else {}) or {},
        "changes": changes_of(access.study, grouped, groups),
        "change": change,
        "is_fresh": bool(change and change.verb == "cluster.proposed"),
        "pinned": pin_queries.marks(access.study, _shown_jobs(shown)),
        "waiting": pin_queries.pins_since(access.study, last if last and not last.is_over else grouped),
        "undo": undoable if undoable and undoable.actor_id == access.user.pk else None,
        "query": query_without(request, "page"),
    }


def _shown_jobs(shown: queries.Board) -> list[int]:
    members = [row.job_id for group in shown.groups for row in (*group.joining, *group.members)]
    return members + [job.pk for job in shown.loose]


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
    form = forms.RunForm(request.POST)
    asked = form.asked() if form.is_valid() else {}
    if refusal := _refusal_of(lambda: start_clustering(access, **asked)):
        messages.error(request, refusal)
    return redirect("jobs:clusters", access.study.slug)


# --- changes made on the board -----------------------------------------------------------------------
@study_view(needs=Verb.CODE)
@require_POST
def place(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = forms.PlaceForm(access, request.POST)
    if not form.is_valid():
        return _answer(request, access, GONE)
    to = form.cleaned_data["to"]
    refusal = _refusal_of(lambda: actions.move_member(access, **form.cleaned_data))
    return _answer(request, access, refusal, said=f"Moved to “{to}”." if to else "Taken out of its group.")


@study_view(needs=Verb.CODE)
@require_POST
def new_group(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = forms.JobsForm(access, request.POST)
    if not form.is_valid():
        return _answer(request, access, _first_error(form))
    jobs = list(form.cleaned_data["jobs"])
    name = form.cleaned_data["name"] or jobs[0].statement
    reason = form.cleaned_data["reason"]
    refusal = _refusal_of(lambda: actions.make_cluster(access, name=name, jobs=jobs, reason=reason))
    return _answer(request, access, refusal, said=f"Group made: “{name}”.")


@study_view(needs=Verb.CODE)
@require_POST
def undo(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    refusal = _refusal_of(lambda: undo_cluster_change(access))
    return _answer(request, access, refusal, said="Undone.", undoable=False)


def _first_error(form: Form) -> str:
    return str(next(iter(form.errors.values()))[0])


def _refusal_of(change: Callable[[], Any]) -> str:
    """Runs a change; why it was refused, or an empty string."""
    try:
        change()
    except ClusterRefused as reason:
        return str(reason)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _answer(
    request: HttpRequest, access: StudyAccess, refusal: str, *, said: str = "", undoable: bool = True
) -> HttpResponse:
    """htmx gets the board, or the refusal as plain text (409); a plain form gets the page and a notice."""
    if by_htmx(request):
        if refusal:
            return HttpResponse(refusal, status=409, content_type="text/plain; charset=utf-8")
        return render(request, "jobs/_board.html", _board(request, access))
    if refusal:
        messages.error(request, refusal)
    else:
        undo = reverse("jobs:cluster_undo", args=[access.study.slug])
        say_done(request, said, undo=undo if undoable else "")
    return redirect("jobs:clusters", access.study.slug)


# --- decisions about pairs -----------------------------------------------------------------------------
@study_view()
@require_GET
def decisions(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """Everything about groups that people decided and runs obey."""
    pins = Paginator(pin_queries.pins_of(access.study), PINS_A_PAGE).get_page(page_number(request))
    context = {
        "access": access,
        "nav": "clusters",
        "page": pins,
        "changes": pin_queries.changes_by_people(access.study),
    }
    return render(request, "jobs/decisions.html", context)


@study_view(needs=Verb.CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def pin(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    if request.method != "POST":
        return _picker(request, access)
    form = forms.PinForm(access, request.POST)
    if not form.is_valid():
        return _answer(request, access, _first_error(form))
    refusal = _refusal_of(lambda: pin_jobs(access, **form.cleaned_data))
    return _answer(request, access, refusal, said=_said_of_pin(form.cleaned_data["kind"]))


def _picker(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """The job and the ones that it can be pinned with; only the list where somebody types."""
    form = forms.PickForm(access, request.GET)
    if not form.is_valid():
        return render(request, "jobs/pin.html", {"access": access, "nav": "clusters", "missing": True})
    job, text = form.cleaned_data["job"], form.cleaned_data["q"]
    context = {
        "access": access,
        "nav": "clusters",
        "job": job,
        "q": text,
        "partners": pin_queries.partners(access.study, job, text=text),
        "kinds": forms.PIN_KINDS,
    }
    partial = "jobs/_partners.html" if "q" in request.GET else "jobs/_pin.html"
    return render_page_or_partial(request, "jobs/pin.html", partial, context)


def _said_of_pin(kind: str) -> str:
    decided = "They belong together" if kind == Pin.Kind.TOGETHER else "They are kept apart"
    return f"{decided}. The next grouping obeys."


@study_view(needs=Verb.CODE)
@require_POST
def pin_members(request: HttpRequest, access: StudyAccess, cluster_id: int) -> HttpResponse:
    found = _cluster_or_404(access, cluster_id)
    form = forms.PinMembersForm(access, request.POST)
    if not form.is_valid():
        return _group_page(request, access, found, refusal=_first_error(form), status=422)
    one, other = form.cleaned_data["jobs"]
    kind, reason = form.cleaned_data["kind"], form.cleaned_data["reason"]
    refusal = _refusal_of(lambda: pin_jobs(access, kind=kind, one=one, other=other, reason=reason))
    if refusal:
        ticked = [one.pk, other.pk]
        return _group_page(request, access, found, refusal=refusal, ticked=ticked, status=409)
    return _done(request, access, _said_of_pin(kind), to=found)


@study_view(needs=Verb.CODE)
@require_POST
def pin_remove(request: HttpRequest, access: StudyAccess, pin_id: int) -> HttpResponse:
    found = get_object_or_404(access.study.pins.select_related("first", "second"), pk=pin_id)
    unpin(access, pin=found)
    url = reverse("jobs:cluster_undo", args=[access.study.slug])
    say_done(request, "Taken back. The next grouping decides about the two.", undo=url)
    return redirect("jobs:decisions", access.study.slug)


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
    jobs = queries.wordings(cluster)
    proposal = cluster.proposal or cluster.name
    context = {
        "access": access,
        "nav": "clusters",
        "group": queries.one_group(access.study, cluster, page=page_number(request)),
        "others": queries.other_groups(access.study, cluster),
        "form": forms.AcceptForm(initial={"statement": cluster.name if cluster.named else proposal}),
        "wording": wording_of(proposal, jobs),
        "pinned": pin_queries.marks(access.study, [job.pk for job in jobs]),
        "change": queries.last_change(access.study),
        "min_interviews": actions.MIN_INTERVIEWS,
        "solid": queries.SOLID,
        "loose": queries.LOOSE,
        "thin": DOUBTFUL_MARGIN,
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
    actions.rename_cluster(access, cluster=found, **form.cleaned_data)
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
    refusal = _refusal_of(lambda: actions.merge_clusters(access, cluster=found, **form.cleaned_data))
    if refusal:
        return _group_page(request, access, found, refusal=refusal, status=409)
    return _done(request, access, f"“{found}” is part of “{into}” now.", to=into)


@study_view(needs=Verb.CODE)
@require_POST
def dissolve(request: HttpRequest, access: StudyAccess, cluster_id: int) -> HttpResponse:
    found = _cluster_or_404(access, cluster_id)
    form = forms.ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    actions.dissolve_cluster(access, cluster=found, reason=reason)
    return _done(request, access, f"Dissolved: “{found}”. Its jobs wait for a group.")


def _done(
    request: HttpRequest, access: StudyAccess, said: str, *, to: JobCluster | None = None
) -> HttpResponse:
    url = reverse("jobs:cluster_undo", args=[access.study.slug])
    say_done(request, said, undo=url)
    if to:
        return redirect("jobs:cluster", access.study.slug, to.pk)
    return redirect("jobs:clusters", access.study.slug)
