"""Closing the loop of a small change, opening it again, and beginning the next."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from strategy.actions import loops as write
from strategy.actions.rules import StrategyRefused
from strategy.forms import loops as loop_forms
from strategy.views.actions import action_or_404, action_page
from studies.access import StudyAccess, study_view
from studies.edits import StaleVersion
from studies.pages import say_done
from studies.roles import Verb

STALE = (
    "Somebody changed this action meanwhile. What you wrote is still here; close it again if it still fits."
)


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def loop_close(request: HttpRequest, access: StudyAccess, action_id: int) -> HttpResponse:
    found = action_or_404(access, action_id)
    form = loop_forms.CloseForm(request.POST, prefix="close")
    if not form.is_valid():
        return action_page(request, access, found, status=422, close_form=form)
    said = dict(form.cleaned_data)
    try:
        write.close_loop(access, action=found, seen=said.pop("version"), **said)
    except (StrategyRefused, StaleVersion) as refused:
        return _not_closed(request, access, action_id, form, refused)
    undo = reverse("strategy:loop_reopen", args=[access.study.slug, found.pk])
    say_done(request, "The loop is closed. Begin the next one here.", undo=undo)
    return redirect(reverse("strategy:action", args=[access.study.slug, found.pk]) + "#loop")


def _not_closed(
    request: HttpRequest,
    access: StudyAccess,
    action_id: int,
    form: loop_forms.CloseForm,
    refused: Exception,
) -> HttpResponse:
    """What was written stays in the form, which now carries the version that stands there."""
    current, stale = action_or_404(access, action_id), isinstance(refused, StaleVersion)
    form.add_error(None, STALE if stale else str(refused))
    form.data = request.POST.dict() | {"close-version": str(current.version)}
    return action_page(request, access, current, status=409 if stale else 422, close_form=form)


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def loop_reopen(request: HttpRequest, access: StudyAccess, action_id: int) -> HttpResponse:
    found = action_or_404(access, action_id)
    try:
        write.reopen_loop(access, action=found)
    except StrategyRefused as refused:
        messages.error(request, str(refused))
    return redirect(reverse("strategy:action", args=[access.study.slug, found.pk]) + "#loop")


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def loop_next(request: HttpRequest, access: StudyAccess, action_id: int) -> HttpResponse:
    found = action_or_404(access, action_id)
    form = loop_forms.NextForm(request.POST, prefix="next")
    if not form.is_valid():
        return action_page(request, access, found, status=422, next_form=form)
    try:
        made = write.next_loop(access, action=found, **form.cleaned_data)
    except StrategyRefused as refused:
        return action_page(request, access, found, status=422, refused=str(refused))
    undo = reverse("strategy:action_delete", args=[access.study.slug, made.pk])
    say_done(request, "The next loop begins, with what is known.", undo=undo)
    return redirect("strategy:action", access.study.slug, made.pk)
