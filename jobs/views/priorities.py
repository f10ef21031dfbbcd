"""The ranking of generalised jobs, one job's standing in it, and what stands behind each number."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jobs import charts
from jobs.actions import priorities as actions
from jobs.columns import BY_KEY, COLUMNS, DISAGREEMENTS, Column
from jobs.forms import priorities as forms
from jobs.models import Comment, Criterion, Job, PrioritySettings
from jobs.queries import behind as evidence
from jobs.queries import priorities as queries
from jobs.queries import priority_table as table
from jobs.queries.charts import asked
from jobs.queries.said import said_by_element
from jobs.queries.signs import signs
from jobs.queries.snapshots import since_approval
from jobs.queries.verbatims import beside
from jobs.standing import LETTERS, WEIGHTED
from studies.access import StudyAccess, study_view
from studies.edits import StaleVersion, mine_over
from studies.pages import page_number, render_page_or_partial, say_done
from studies.roles import Verb

SAID_A_PAGE, JOBS_A_PAGE = 30, 50


# --- the ranking -------------------------------------------------------------------------------------
@study_view()
@require_GET
def priorities(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    return _ranking(request, access)


def _ranking(request: HttpRequest, access: StudyAccess, *, status: int = 200, **more: Any) -> HttpResponse:
    """`more` may hold a bound form that was refused, and a newer version that somebody else saved."""
    known = queries.known(access.study)
    ranking = actions.ranking(access, known=known)
    lines = table.lines(access.study, ranking, jobs=known.jobs)
    ranked = [line for line in lines if not line.row["gate"]]
    n = len(known.segments)
    context = {
        "access": access,
        "nav": "priorities",
        "ranked": ranked,
        "gated": [line for line in lines if line.row["gate"]],
        "n": n,
        **_table(request, ranked, ranking.weights),
        **_settings(known.settings),
        "disagreements": DISAGREEMENTS,
        "intervals": charts.rank_intervals(ranked),
        "landscape": charts.landscape(*asked(known, lines)),
        "approved": since_approval(access.study, ranking, n),
        "waiting": queries.rated_without(known, access.user.pk) if access.may(Verb.RATE) else 0,
    }
    return render(request, "jobs/priorities.html", context | more, status=status)


def _table(request: HttpRequest, ranked: list[table.Line], weights: dict[str, float]) -> dict[str, Any]:
    sort = table.clean_sort(request.GET.get("sort", "rank"))
    page = Paginator(table.in_order(ranked, sort), JOBS_A_PAGE).get_page(page_number(request))
    shown = table.shown_columns(weights)
    columns = [column for column in COLUMNS if column.key in shown]
    heads = {column.key: _head(column, sort) for column in columns}
    return {"lines": page, "page": page, "sort": sort, "columns": columns, "heads": heads}


def _head(column: Column, sort: str) -> dict[str, Any]:
    """With the address that sorts by it, and how it is sorted now."""
    return {
        "column": column,
        "query": _next_sort(column, sort),
        "sorted": _sorted(column.key, sort),
        "last": column.key == "fit",
    }


def _next_sort(column: Column, sort: str) -> str:
    first = f"-{column.key}" if column.falling else column.key
    return first if sort != first else first.removeprefix("-") if column.falling else f"-{column.key}"


def _sorted(key: str, sort: str) -> str:
    if sort.removeprefix("-") != key:
        return ""
    return "descending" if sort.startswith("-") else "ascending"


# --- weights and goals -------------------------------------------------------------------------------
def _settings(settings: PrioritySettings) -> dict[str, Any]:
    return {
        "settings": settings,
        "weights": [(name, settings.weights.get(key, 0)) for key, name in WEIGHTED.items()],
        "weights_form": _weights_form(settings),
        "goals_form": forms.GoalsForm(initial=_goals_of(settings)),
        "max_goals": actions.MAX_GOALS,
    }


def _weights_form(settings: PrioritySettings, data: Any = None) -> forms.WeightsForm:
    initial: dict[str, Any] = {name: settings.weights.get(name, 0) for name in WEIGHTED}
    initial |= {"version": settings.version, "method": settings.method}
    return forms.WeightsForm(dict(WEIGHTED), data, initial=initial)


def _goals_of(settings: PrioritySettings) -> dict[str, Any]:
    return {"goals": "\n".join(settings.goals), "version": settings.version}


@study_view(needs=Verb.RATE)
@require_POST
def weights(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = _weights_form(queries.settings_of(access.study), request.POST)
    if not form.is_valid():
        return _ranking(request, access, weights_form=form, status=422)
    given = form.cleaned_data
    try:
        actions.set_weights(
            access,
            weights=form.weights(),
            reason=given["reason"],
            method=given["method"],
            seen=given["version"],
        )
    except StaleVersion as stale:
        form.data = mine_over(stale.current, request.POST)
        return _ranking(request, access, weights_form=form, stale_weights=stale.current, status=409)
    messages.success(request, "Weights saved. The ranking below follows them.")
    return redirect("jobs:priorities", access.study.slug)


@study_view(needs=Verb.RATE)
@require_POST
def goals(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = forms.GoalsForm(request.POST)
    if not form.is_valid():
        return _ranking(request, access, goals_form=form, status=422)
    try:
        actions.set_goals(access, goals=form.cleaned_data["goals"], seen=form.cleaned_data["version"])
    except StaleVersion as stale:
        form.data = mine_over(stale.current, request.POST)
        return _ranking(request, access, goals_form=form, stale_goals=stale.current, status=409)
    except ValidationError as error:
        form.add_error("goals", error)
        return _ranking(request, access, goals_form=form, status=422)
    messages.success(request, "Goals saved.")
    return redirect("jobs:priorities", access.study.slug)


# --- one job -----------------------------------------------------------------------------------------
def _general_or_404(access: StudyAccess, general_id: int) -> Job:
    job: Job = get_object_or_404(access.study.jobs, pk=general_id, scope=Job.Scope.GENERALISED)
    return job


def _line_of(access: StudyAccess, job: Job, known: queries.Known) -> tuple[table.Line, list[table.Line]]:
    """The job's line, and all ranked lines in order."""
    ranking = actions.ranking(access, known=known)
    lines = table.lines(access.study, ranking, judged=False, jobs=known.jobs)
    mine = next((line for line in lines if line.job.pk == job.pk), None)
    if mine is None:
        raise Http404("This job was deleted while the ranking was drawn up.")
    return mine, [line for line in lines if line.rank]


@study_view()
@require_GET
def priority(request: HttpRequest, access: StudyAccess, general_id: int) -> HttpResponse:
    return _job_page(request, access, _general_or_404(access, general_id))


def _job_page(
    request: HttpRequest, access: StudyAccess, job: Job, *, status: int = 200, **more: Any
) -> HttpResponse:
    known = queries.known(access.study)
    line, ranked = _line_of(access, job, known)
    before, after = _neighbours(job, ranked)
    me = access.user if access.may(Verb.RATE) else None
    judgements = evidence.judgements(access.study, job, me=me)
    context = {
        "access": access,
        "nav": "priorities",
        "job": job,
        "line": line,
        "weighted": WEIGHTED,
        "letters": LETTERS,
        "currency": known.settings.currency,
        "ranked": ranked,
        "before": before,
        "after": after,
        "judgements": judgements,
        "held_back": evidence.held_back(judgements, line.row),
        "goals": known.settings.goals,
        "comments": job.comments.select_related("author"),
        "approvals": job.approvals.select_related("reviewer"),
        "history": evidence.history_of(access.study, job, judgements),
    }
    return render(request, "jobs/priority.html", context | more, status=status)


def _neighbours(job: Job, ranked: list[table.Line]) -> tuple[table.Line | None, table.Line | None]:
    """Those that rank right before and right after the job; none for a job without a rank."""
    around = [None, *ranked, None]
    places = (place for place, line in enumerate(around) if line and line.job.pk == job.pk)
    if place := next(places, 0):
        return around[place - 1], around[place + 1]
    return None, None


@study_view()
@require_GET
def behind(request: HttpRequest, access: StudyAccess, general_id: int) -> HttpResponse:
    """What one number (`?of=`) is made of, in the inspector or as a page."""
    job = _general_or_404(access, general_id)
    number = request.GET.get("of", "prevalence")
    if number not in evidence.NUMBERS:
        raise Http404("The ranking has no such number.")
    known = queries.known(access.study)
    line, _ = _line_of(access, job, known)
    mine = next(facts for facts in known.facts if facts.job.pk == job.pk)
    context = {
        "access": access,
        "nav": "priorities",
        "job": job,
        "line": line,
        "number": number,
        "column": BY_KEY[number],
        "weighted": WEIGHTED,
        "currency": known.settings.currency,
        **_made_of(request, access, mine, number),
    }
    return render_page_or_partial(request, "jobs/priority_behind.html", "jobs/_priority_behind.html", context)


def _made_of(request: HttpRequest, access: StudyAccess, known: queries.Facts, number: str) -> dict[str, Any]:
    if number in evidence.RATED:
        return _judged(access, known.job, number)
    return _said(request, access, known, number) if number in evidence.SAID else {}


def _judged(access: StudyAccess, job: Job, number: str) -> dict[str, Any]:
    return {
        "judgements": evidence.judgements(access.study, job, criteria=evidence.RATED[number]),
        "surveys": evidence.surveys_behind(access.study, job) if number == "opportunity" else (),
    }


def _said(request: HttpRequest, access: StudyAccess, known: queries.Facts, number: str) -> dict[str, Any]:
    elements = evidence.elements_behind(access.study, known, number)
    page = Paginator(elements, SAID_A_PAGE).get_page(page_number(request))
    return {
        "page": page,
        "said": [(said_by_element(element), element) for element in page],
        "silent": evidence.interviews_without_words(access.study, known) if number == "prevalence" else [],
        "beside": beside(access.study, known.job) if number == "prevalence" else [],
        "forces": evidence.forces_behind(known) if number == "forces" else (),
        "signs": signs(access.study, known.interviews) if number == "struggle" else None,
    }


# --- what colleagues say -----------------------------------------------------------------------------
@study_view(needs=Verb.RATE)
@require_POST
def rate(request: HttpRequest, access: StudyAccess, general_id: int) -> HttpResponse:
    job = _general_or_404(access, general_id)
    form, is_taken_back = forms.RatingForm(request.POST), "take_back" in request.POST
    if not form.is_valid() or (form.cleaned_data["value"] is None and not is_taken_back):
        messages.error(request, "Choose a value of the scale.")
        return redirect("jobs:priority", access.study.slug, job.pk)
    criterion, reason = form.cleaned_data["criterion"], form.cleaned_data["reason"]
    value = None if is_taken_back else form.cleaned_data["value"]
    try:
        actions.rate(access, job=job, criterion=criterion, value=value, reason=reason)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        name = Criterion(criterion).label.split(",")[0]
        messages.success(request, f"{name}: " + ("taken back." if value is None else f"you gave {value}."))
    return redirect(reverse("jobs:priority", args=[access.study.slug, job.pk]) + f"#{criterion}")


@study_view(needs=Verb.COMMENT)
@require_POST
def comment(request: HttpRequest, access: StudyAccess, general_id: int) -> HttpResponse:
    job = _general_or_404(access, general_id)
    form = forms.CommentForm(request.POST)
    if not form.is_valid():
        return _job_page(request, access, job, comment_form=form, status=422)
    actions.comment(access, job=job, text=form.cleaned_data["text"])
    messages.success(request, "Comment added.")
    return redirect(reverse("jobs:priority", args=[access.study.slug, job.pk]) + "#comments")


@study_view(needs=Verb.COMMENT)
@require_POST
def comment_delete(request: HttpRequest, access: StudyAccess, comment_id: int) -> HttpResponse:
    row = get_object_or_404(access.study.comments.select_related("job"), pk=comment_id)
    if row.author_id != access.user.pk and not access.may(Verb.MANAGE):
        messages.error(request, "Only its author, or who manages the study, deletes a comment.")
        return _to_comments(access, row)
    actions.set_comment_deleted(access, comment=row, deleted=True)
    undo = reverse("jobs:comment_restore", args=[access.study.slug, row.pk])
    say_done(request, "Comment deleted.", undo=undo)
    return _to_comments(access, row)


@study_view(needs=Verb.COMMENT)
@require_POST
def comment_restore(request: HttpRequest, access: StudyAccess, comment_id: int) -> HttpResponse:
    row = get_object_or_404(access.study.comments(manager="with_trash").select_related("job"), pk=comment_id)
    if row.author_id != access.user.pk and not access.may(Verb.MANAGE):
        messages.error(request, "Only its author, or who manages the study, brings a comment back.")
        return _to_comments(access, row)
    actions.set_comment_deleted(access, comment=row, deleted=False)
    messages.success(request, "Comment brought back.")
    return _to_comments(access, row)


def _to_comments(access: StudyAccess, row: Comment) -> HttpResponse:
    return redirect(reverse("jobs:priority", args=[access.study.slug, row.job_id]) + "#comments")


@study_view(needs=Verb.APPROVE)
@require_POST
def decide(request: HttpRequest, access: StudyAccess, general_id: int) -> HttpResponse:
    job = _general_or_404(access, general_id)
    form = forms.DecisionForm(request.POST)
    if not form.is_valid():
        return _job_page(request, access, job, decision_form=form, status=422)
    line, _ = _line_of(access, job, queries.known(access.study))
    row = actions.decide(access, job=job, rank=line.rank, **form.cleaned_data)
    messages.success(request, f"{row.get_decision_display()}{f' at rank {line.rank}' if line.rank else ''}.")
    return redirect(reverse("jobs:priority", args=[access.study.slug, job.pk]) + "#decision")
