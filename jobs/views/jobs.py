"""Pages about jobs: the list, writing one, one job with everything behind it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from interviews.models import Interview
from jobs.actions import statements
from jobs.actions.evidence import remove_evidence, tie_evidence, turn_evidence
from jobs.forms import jobs as forms
from jobs.models import Evidence, Job, Level, Pattern
from jobs.queries import jobs as queries
from jobs.queries.behind import Event
from jobs.queries.priorities import interview_count
from jobs.queries.said import material, said_behind
from jobs.queries.verbatims import beside
from jobs.statements import RULES
from studies.access import StudyAccess, study_view
from studies.counting import counted
from studies.edits import StaleVersion, mine_over
from studies.pages import chip, page_number, query_without, render_page_or_partial, say_done
from studies.roles import Verb

ROWS_A_PAGE = 50
CHIPS = (("evidence", "Without evidence"), ("group", "Without a group"))


# --- the list ----------------------------------------------------------------------------------------
@study_view()
@require_GET
def job_list(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = forms.JobFilterForm(access, request.GET)
    found = queries.filtered_jobs(access.study, **form.filters())
    page = Paginator(found, ROWS_A_PAGE).get_page(page_number(request))
    counts = queries.scope_counts(access.study)
    context = {
        "access": access,
        "nav": "jobs",
        "form": form,
        "page": page,
        "rows": queries.with_counts(access.study, page),
        "counts": counts,
        "total": sum(counts.values()),
        "interviews_in_all": interview_count(access.study),
        "query": query_without(request, "page"),
        "chips": [chip(request, name, "none", label) for name, label in CHIPS],
        "filtered": bool(query_without(request, "page")),
    }
    return render_page_or_partial(request, "jobs/list.html", "jobs/_list.html", context)


# --- writing -----------------------------------------------------------------------------------------
@study_view(needs=Verb.CODE)
@require_GET
def desks(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """Which interview next?"""
    context = {"access": access, "nav": "jobs", "desks": queries.desks(access.study)}
    return render(request, "jobs/desks.html", context)


@study_view(needs=Verb.CODE)
def write(request: HttpRequest, access: StudyAccess, interview_id: int) -> HttpResponse:
    """One interview's elements on one side, the statement on the other; saving starts the next one."""
    found = access.study.interviews.select_related("participant")
    interview = get_object_or_404(found, pk=interview_id)
    interview.study = access.study
    if request.method != "POST":
        return _desk(request, access, interview, forms.JobForm())
    form, evidence = forms.JobForm(request.POST), forms.EvidenceForm(interview, request.POST)
    if not (form.is_valid() & evidence.is_valid()):
        return _desk(request, access, interview, form, evidence, status=422)
    job = statements.add_job(
        access,
        interview=interview,
        supports=evidence.cleaned_data["supports"],
        contradicts=evidence.cleaned_data["contradicts"],
        dismissed=form.dismissed(),
        **form.cleaned_data,
    )
    undo = reverse("jobs:delete", args=[access.study.slug, job.pk])
    say_done(request, f"Job written: “{job}”.", undo=f"{undo}?quiet=1")
    return redirect("jobs:write", access.study.slug, interview.pk)


def _desk(
    request: HttpRequest,
    access: StudyAccess,
    interview: Interview,
    form: forms.JobForm,
    evidence: forms.EvidenceForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "access": access,
        "nav": "jobs",
        "interview": interview,
        "form": form,
        "evidence": evidence,
        "chosen": evidence.chosen if evidence else {},
        "material": material(interview),
        "written": queries.written_in(interview),
        "patterns": pattern_help(),
        "levels": level_help(),
    }
    return render(request, "jobs/write.html", context, status=status)


def pattern_help() -> list[tuple[str, str]]:
    return [(pattern.value, forms.PATTERN_HELP[pattern]) for pattern in Pattern]


def level_help() -> list[tuple[Level, str, str]]:
    return [(level, level.label, forms.LEVEL_HELP[level]) for level in Level]


@study_view(needs=Verb.CODE)
@require_POST
def lint(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """What the lint says while somebody writes. Posted, because statements never stand in addresses."""
    statement = request.POST.get("statement", "")[: forms.MAX_TEXT]
    pattern, level = request.POST.get("pattern"), request.POST.get("level")
    reasons = {rule: (reason, "") for rule, reason in forms.dismissals_in(request.POST).items()}
    found = queries.findings(
        access.study,
        statement,
        pattern=pattern if pattern in Pattern.values else Pattern.FUNCTIONAL,
        level=level if level in Level.values else Level.MAIN,
        dismissed=reasons,
    )
    context = {"findings": found if statement.strip() else [], "statement": statement.strip()}
    return render(request, "jobs/_lint.html", context)


# --- one job -----------------------------------------------------------------------------------------
def job_or_404(access: StudyAccess, job_id: int) -> Job:
    found = access.study.jobs.select_related("interview__participant", "general", "parent", "created_by")
    job: Job = get_object_or_404(found, pk=job_id)
    job.study = access.study
    return job


@study_view()
@require_GET
def detail(request: HttpRequest, access: StudyAccess, job_id: int) -> HttpResponse:
    job = job_or_404(access, job_id)
    study = access.study
    general = job.scope == Job.Scope.GENERALISED
    context = {
        "access": access,
        "nav": "jobs",
        "job": job,
        "said": said_behind(study, [job.pk]).get(job.pk, []),
        "members": queries.members_of(job, page=page_number(request)) if general else None,
        "interviews_in_all": interview_count(study),
        "beside": beside(study, job) if general else [],
        "children": list(job.children.order_by("position", "pk")),
        "also": list(job.also_serves.all()),
        "findings": _findings(access, job),
        "history": [Event(entry) for entry in queries.history_of(job)],
    }
    return render(request, "jobs/detail.html", context)


def _findings(access: StudyAccess, job: Job) -> list[queries.Finding]:
    return queries.findings(
        access.study,
        job.statement,
        pattern=job.pattern,
        level=job.level,
        dismissed=queries.dismissals_of(job),
    )


@study_view()
@require_GET
def said(request: HttpRequest, access: StudyAccess, job_id: int) -> HttpResponse:
    """A job and what was said, for the inspector of another page; `?bare`: only what was said."""
    job = job_or_404(access, job_id)
    context = {
        "access": access,
        "job": job,
        "said": said_behind(access.study, [job.pk]).get(job.pk, []),
    }
    template = "jobs/_pieces.html" if "bare" in request.GET else "jobs/_said.html"
    return render(request, template, context)


@study_view(needs=Verb.CODE)
def edit(request: HttpRequest, access: StudyAccess, job_id: int) -> HttpResponse:
    job = job_or_404(access, job_id)
    if request.method != "POST":
        return _editor(request, access, job, forms.JobEditForm(initial=_as_initial(job)))
    form = forms.JobEditForm(request.POST)
    if not form.is_valid():
        return _editor(request, access, job, form, status=422)
    try:
        statements.edit_job(access, job=job, seen=form.cleaned_data["version"], **form.changes())
    except StaleVersion as stale:
        return _stale(request, access, stale.current, form)
    except statements.MoveRefused as refusal:
        form.add_error("level", str(refusal))
        return _editor(request, access, job, form, status=409)
    for rule, reason in form.dismissed().items():
        statements.dismiss_warning(access, job=job, rule=rule, reason=reason)
    messages.success(request, "Saved.")
    return redirect("jobs:detail", access.study.slug, job.pk)


def _as_initial(job: Job) -> dict[str, Any]:
    fields = ("statement", "pattern", "level", "dimensions", "rationale", "version")
    return {name: getattr(job, name) for name in fields}


def _editor(
    request: HttpRequest,
    access: StudyAccess,
    job: Job,
    form: forms.JobEditForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "access": access,
        "nav": "jobs",
        "job": job,
        "form": form,
        "patterns": pattern_help(),
        "levels": level_help(),
    }
    return render(request, "jobs/edit.html", context | more, status=status)


def _stale(request: HttpRequest, access: StudyAccess, current: Any, form: forms.JobEditForm) -> HttpResponse:
    """Both texts on one page: theirs above, mine still in the form, which now carries their version."""
    form.data = mine_over(current, request.POST)
    latest = next((entry for entry in queries.history_of(current) if entry.verb == "job.edited"), None)
    return _editor(request, access, current, form, status=409, stale=current, newest=latest)


@study_view(needs=Verb.CODE)
@require_POST
def delete(request: HttpRequest, access: StudyAccess, job_id: int) -> HttpResponse:
    """`?quiet` is Undo of writing: it goes back to the page where the job was written."""
    job = statements.trash_job(access, job=job_or_404(access, job_id))
    undo = reverse("jobs:restore", args=[access.study.slug, job.pk])
    say_done(request, f"Job deleted: “{job}”.", undo=undo)
    if "quiet" in request.GET and job.interview_id:
        return redirect("jobs:write", access.study.slug, job.interview_id)
    return redirect("jobs:list", access.study.slug)


@study_view(needs=Verb.CODE)
@require_POST
def restore(request: HttpRequest, access: StudyAccess, job_id: int) -> HttpResponse:
    job = get_object_or_404(access.study.jobs(manager="with_trash"), pk=job_id)
    statements.restore_job(access, job=job)
    messages.success(request, f"Job brought back: “{job}”.")
    return redirect("jobs:detail", access.study.slug, job.pk)


# --- evidence ----------------------------------------------------------------------------------------
@study_view(needs=Verb.CODE)
def evidence(request: HttpRequest, access: StudyAccess, job_id: int) -> HttpResponse:
    """Choose more of what was said in the job's interview."""
    job = job_or_404(access, job_id)
    if job.interview is None:
        messages.info(request, "A generalised job stands on its members: add evidence to one of them.")
        return redirect("jobs:detail", access.study.slug, job.pk)
    job.interview.study = access.study
    # Undo of a removal is a bare POST that names the evidence in the address
    posted = request.POST if {"supports", "contradicts"} & set(request.POST) else request.GET
    form = forms.EvidenceForm(job.interview, posted)
    if request.method == "POST" and form.is_valid():
        return _tie(request, access, job, form)
    context = {
        "access": access,
        "nav": "jobs",
        "job": job,
        "material": material(job.interview, without=[job.pk]),
        "evidence": form if request.method == "POST" else None,
        "chosen": form.chosen,
    }
    return render(request, "jobs/evidence.html", context, status=422 if request.method == "POST" else 200)


def _tie(request: HttpRequest, access: StudyAccess, job: Job, form: forms.EvidenceForm) -> HttpResponse:
    tied = tie_evidence(access, job=job, **form.cleaned_data)
    if tied:
        messages.success(request, f"{counted(tied, 'piece')} of evidence added.")
    return redirect("jobs:detail", access.study.slug, job.pk)


def _evidence_or_404(access: StudyAccess, job_id: int, evidence_id: int) -> Evidence:
    rows = access.study.evidence.select_related("job")
    return get_object_or_404(rows, pk=evidence_id, job_id=job_id, job__deleted_at=None)


@study_view(needs=Verb.CODE)
@require_POST
def evidence_turn(request: HttpRequest, access: StudyAccess, job_id: int, evidence_id: int) -> HttpResponse:
    row = _evidence_or_404(access, job_id, evidence_id)
    turned = {"supports": "contradicts", "contradicts": "supports"}[row.polarity]
    wanted = request.POST.get("polarity", turned)
    if wanted not in Evidence.Polarity.values:
        return HttpResponseBadRequest("Evidence supports or contradicts.")
    turn_evidence(access, evidence=row, polarity=wanted)
    return redirect(reverse("jobs:detail", args=[access.study.slug, job_id]) + f"#evidence-{row.pk}")


@study_view(needs=Verb.CODE)
@require_POST
def evidence_remove(request: HttpRequest, access: StudyAccess, job_id: int, evidence_id: int) -> HttpResponse:
    row = _evidence_or_404(access, job_id, evidence_id)
    key = f"e{row.element_id}" if row.element_id else f"q{row.quote_id}"
    undo = reverse("jobs:evidence", args=[access.study.slug, job_id]) + f"?{row.polarity}={key}"
    remove_evidence(access, evidence=row)
    undoable = row.job.interview_id is not None
    say_done(request, "Evidence removed from this job.", undo=undo if undoable else "")
    return redirect("jobs:detail", access.study.slug, job_id)


# --- warnings ----------------------------------------------------------------------------------------
@study_view(needs=Verb.CODE)
@require_POST
def dismiss(request: HttpRequest, access: StudyAccess, job_id: int) -> HttpResponse:
    """With a reason the warning falls silent; `heed` brings it back."""
    job = job_or_404(access, job_id)
    rule, reason = request.POST.get("rule", ""), forms.short_reason(request.POST.get("reason", ""))
    if rule not in RULES:
        return HttpResponseBadRequest("There is no such rule.")
    if "heed" in request.POST:
        statements.heed_warning(access, job=job, rule=rule)
    elif reason:
        statements.dismiss_warning(access, job=job, rule=rule, reason=reason)
    else:
        messages.error(request, "Say in a few words why the warning does not apply: colleagues will ask.")
    return redirect("jobs:detail", access.study.slug, job.pk)
