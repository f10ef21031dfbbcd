"""Actions: across canvases, one by one, and as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from strategy.actions import tracker as write
from strategy.actions.rules import StrategyRefused, is_grounded, why_not
from strategy.exports import action_lines
from strategy.forms import actions as forms
from strategy.forms import loops as loop_forms
from strategy.models import Action
from strategy.queries import actions as queries
from strategy.queries import due, loops, readings
from strategy.queries import evidence as said
from strategy.views.action_history import told
from strategy.views.canvases import canvas_or_404
from strategy.views.cards import picker
from studies.access import StudyAccess, study_view
from studies.edits import StaleVersion, mine_over
from studies.forms import is_key
from studies.pages import (
    by_htmx,
    chip,
    download,
    page_number,
    query_without,
    render_page_or_partial,
    say_done,
)
from studies.roles import Verb

ROWS_A_PAGE = 100
FLAGS = (
    ("open", "Open"),
    ("overdue", "Overdue"),
    ("week", "Due within a week"),
    ("review", "Review overdue"),
    ("loops", "In loops"),
    ("long", "Small, but over a month"),
    ("unowned", "Without an owner"),
    ("undated", "Without a date"),
)
COLUMNS = (
    ("title", "Action"),
    ("job", "Job"),
    ("phase", "Phase"),
    ("owner", "Owner"),
    ("due", "Due"),
    ("status", "Status"),
    ("size", "Size"),
)


def action_or_404(access: StudyAccess, action_id: int) -> Action:
    found = queries.all_actions(access.study).select_related("card", "welcomed_by")
    action: Action = get_object_or_404(found, pk=action_id)
    action.study = action.canvas.study = action.canvas.job.study = access.study
    return action


# --- the list ----------------------------------------------------------------------------------------
@require_GET
@study_view()
def actions(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    today = timezone.localdate()
    filters = forms.FilterForm(request.GET).filters(access)
    found = queries.filtered(access.study, today=today, **filters)
    page = Paginator(found, ROWS_A_PAGE).get_page(page_number(request))
    summary = queries.summary(access.study, today=today)
    context = {
        "access": access,
        "page": page,
        "rows": queries.rows_of(access.study, page, today),
        "summary": summary,
        "shares": loops.mode_shares(queries.all_actions(access.study)),
        "members": queries.members_of(access.study),
        "canvases": access.study.canvases.select_related("job"),
        "statuses": Action.Status.choices,
        "phases": forms.phase_choices(access),
        "filters": filters | {"owner": request.GET.get("owner", "")},
        "chips": [chip(request, "flag", value, f"{label} {summary.flags[value]}") for value, label in FLAGS],
        "modes": [*Action.Mode.choices, ("none", "Not said yet")],
        "mine": chip(request, "owner", "me", "Mine"),
        "heads": [_head(request, name, label, filters["sort"]) for name, label in COLUMNS],
        "query": query_without(request, "page"),
        "filtered": bool(query_without(request, "page", "sort")),
    }
    return render_page_or_partial(request, "strategy/actions.html", "strategy/_actions.html", context)


def _head(request: HttpRequest, name: str, label: str, sort: str) -> dict[str, str]:
    order = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
    turned = f"-{name}" if order == "ascending" else name
    return {"label": label, "order": order, "query": query_without(request, "page", sort=turned)}


@require_GET
@study_view()
def export(request: HttpRequest, access: StudyAccess) -> StreamingHttpResponse:
    """The rows of the page as it is filtered and sorted."""
    today = timezone.localdate()
    filters = forms.FilterForm(request.GET).filters(access)
    found = list(queries.filtered(access.study, today=today, **filters))
    lines = action_lines(access.study, found, today=today)
    return download(lines, "text/csv", f"{access.study.slug}-actions.csv")


# --- one action --------------------------------------------------------------------------------------
@require_GET
@study_view()
def action(request: HttpRequest, access: StudyAccess, action_id: int) -> HttpResponse:
    return action_page(request, access, action_or_404(access, action_id))


def action_page(
    request: HttpRequest,
    access: StudyAccess,
    found: Action,
    form: forms.ActionForm | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "access": access,
        "action": found,
        "canvas": found.canvas,
        "today": timezone.localdate(),
        "form": form or forms.ActionForm(access, initial=_as_initial(found)),
        "check": forms.CheckForm(initial={"note": found.welcomed_note}),
        "quotes": said.quotes_of(found.elements.all()),
        "steps": _steps(found),
        "history": told(found),
        **_standing(found),
        **_loop(found),
    }
    return render(request, "strategy/action.html", context | more, status=status)


def _standing(found: Action) -> dict[str, Any]:
    """Where it stands in time, and what its KPI says."""
    today = timezone.localdate()
    return {
        "due_words": due.due_words(found, today),
        "overdue": due.is_overdue(found, today),
        "review_due": due.is_review_due(found, today),
        "days": loops.days_running(found, today),
        "too_long": loops.is_too_long(found, today),
        "trend": readings.trend_of(found),
        "reading_form": loop_forms.ReadingForm(initial={"on": today}, prefix="new"),
        "import_form": loop_forms.ImportForm(prefix="import"),
    }


def _loop(found: Action) -> dict[str, Any]:
    """The chain of loops that it belongs to, closing it, and the one after it."""
    closing = {
        name: getattr(found, name) for name in ("version", "result", "expectation_after", "next_change")
    }
    beginning = {"title": found.next_change or found.title, "change": found.next_change}
    chain = loops.loops_of(found)
    return {
        "chain": chain,
        "loop_number": next((loop.number for loop in chain if loop.is_this), 1),
        "has_next": any(loop.previous == found.pk for loop in chain),
        "under_way": found.status in due.UNDER_WAY,
        "close_form": loop_forms.CloseForm(initial=closing, prefix="close"),
        "next_form": loop_forms.NextForm(initial=beginning, prefix="next"),
    }


def _as_initial(found: Action) -> dict[str, Any]:
    written = model_to_dict(found, forms.ActionForm.Meta.fields) | {"version": found.version}
    # 8 reads better than 8.0, and is the same number
    return {name: _plain(value) if isinstance(value, float) else value for name, value in written.items()}


def _plain(number: float) -> float | int:
    return int(number) if number.is_integer() else number


def _steps(found: Action) -> list[dict[str, Any]]:
    """The way of an action, with what stands before each next step."""
    grounded = is_grounded(found)
    return [
        {
            "value": status.value,
            "label": status.label,
            "current": status == found.status,
            "why_not": "" if status == found.status else why_not(found, status, grounded=grounded),
        }
        for status in Action.Status
    ]


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def action_edit(request: HttpRequest, access: StudyAccess, action_id: int) -> HttpResponse:
    found = action_or_404(access, action_id)
    form = forms.ActionForm(access, request.POST)
    if not form.is_valid():
        return action_page(request, access, found, form, status=422)
    changes, seen = form.changes(found), form.cleaned_data["version"]
    if not changes:
        messages.info(request, "Nothing was changed.")
        return redirect("strategy:action", access.study.slug, found.pk)
    try:
        write.edit_action(access, action=found, seen=seen, **changes)
    except StaleVersion:
        return _stale(request, access, action_or_404(access, action_id), form)
    except StrategyRefused as refused:
        form.add_error("owner", str(refused))
        return action_page(request, access, action_or_404(access, action_id), form, status=422)
    messages.success(request, "Saved.")
    return redirect("strategy:action", access.study.slug, found.pk)


def _stale(
    request: HttpRequest, access: StudyAccess, current: Action, form: forms.ActionForm
) -> HttpResponse:
    """Mine stays in the form, which now carries their version; theirs stands above, field by field."""
    mine = form.changes(current)
    form.data = mine_over(current, request.POST)
    theirs = [(form[name].label, _in_words(current, name)) for name in mine]
    newest = next((entry for entry in queries.history_of(current) if entry.verb == "action.edited"), None)
    return action_page(request, access, current, form, status=409, theirs=theirs, newest=newest, stale=True)


def _in_words(found: Action, name: str) -> str:
    display = getattr(found, f"get_{name}_display", None)
    value = display() if display else getattr(found, name)
    return str(value) if value not in (None, "") else "nothing"


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def action_add(request: HttpRequest, access: StudyAccess, canvas_id: int) -> HttpResponse:
    canvas = canvas_or_404(access, canvas_id)
    form = forms.NewActionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "An action needs a title (at most 160 characters), a phase and a row.")
        return redirect("strategy:canvas", access.study.slug, canvas.pk)
    made = write.add_action(access, canvas=canvas, **form.cleaned_data)
    return redirect("strategy:action", access.study.slug, made.pk)


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def action_status(request: HttpRequest, access: StudyAccess, action_id: int) -> HttpResponse:
    found = action_or_404(access, action_id)
    wanted, version = request.POST.get("status", ""), request.POST.get("version", "")
    if wanted not in Action.Status.values:
        return action_page(request, access, found, status=422, refused="There is no such status.")
    seen = int(version) if is_key(version) else None
    try:
        write.set_status(access, action=found, status=wanted, seen=seen)
    except StrategyRefused as refused:
        again = action_or_404(access, action_id)
        label = Action.Status(wanted).label.lower()
        return action_page(request, access, again, status=422, refused=f"Not {label} yet. {refused}")
    except StaleVersion:
        why = "Somebody changed this action meanwhile. Look at it again, then choose the status."
        return action_page(request, access, action_or_404(access, action_id), status=409, refused=why)
    messages.success(request, f"Status: {found.get_status_display().lower()}.")
    return redirect(reverse("strategy:action", args=[access.study.slug, found.pk]) + "#status")


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def action_check(request: HttpRequest, access: StudyAccess, action_id: int) -> HttpResponse:
    found = action_or_404(access, action_id)
    form = forms.CheckForm(request.POST)
    if not form.is_valid():
        return action_page(request, access, found, status=422, check=form)
    write.answer_check(access, action=found, **form.cleaned_data)
    messages.success(request, "The check is answered; your name stays beside it.")
    return redirect(reverse("strategy:action", args=[access.study.slug, found.pk]) + "#status")


@require_http_methods(["GET", "POST"])
@study_view(needs=Verb.EDIT_CANVAS)
def action_link(request: HttpRequest, access: StudyAccess, action_id: int) -> HttpResponse:
    found = action_or_404(access, action_id)
    back = reverse("strategy:action", args=[access.study.slug, found.pk]) + "#evidence"
    if request.method != "POST" or "find" in request.POST:
        return picker(request, access, found.canvas, found, back)
    form = forms.LinkForm(access, request.POST)
    if not form.is_valid():
        return picker(request, access, found.canvas, found, back, error=forms.FOREIGN)
    write.link_action(access, action=found, elements=form.cleaned_data["elements"])
    if not by_htmx(request):
        return redirect(back)
    return HttpResponse(status=204, headers={"HX-Redirect": back})


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def action_delete(request: HttpRequest, access: StudyAccess, action_id: int) -> HttpResponse:
    found = action_or_404(access, action_id)
    write.trash_action(access, action=found)
    undo = reverse("strategy:action_restore", args=[access.study.slug, found.pk])
    say_done(request, f"Action deleted: {found.title}", undo=undo)
    return redirect("strategy:actions", access.study.slug)


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def action_restore(request: HttpRequest, access: StudyAccess, action_id: int) -> HttpResponse:
    found = get_object_or_404(access.study.actions(manager="with_trash"), pk=action_id)
    write.restore_action(access, action=found)
    return redirect("strategy:action", access.study.slug, found.pk)
