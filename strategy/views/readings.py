"""Readings of the KPI of an action: one by one, and from a table."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from strategy.actions import readings as write
from strategy.actions.rules import StrategyRefused
from strategy.forms import loops as loop_forms
from strategy.models import Action, KpiReading
from strategy.views.actions import action_or_404, action_page
from studies.access import StudyAccess, study_view
from studies.pages import say_done
from studies.roles import Verb


def _back(access: StudyAccess, action: Action) -> HttpResponse:
    return redirect(reverse("strategy:action", args=[access.study.slug, action.pk]) + "#kpi")


def _reading(action: Action, reading_id: int, manager: str = "objects") -> KpiReading:
    found: KpiReading = get_object_or_404(action.readings(manager=manager), pk=reading_id)
    found.action, found.study = action, action.study
    return found


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def reading_add(request: HttpRequest, access: StudyAccess, action_id: int) -> HttpResponse:
    found = action_or_404(access, action_id)
    form = loop_forms.ReadingForm(request.POST, prefix="new")
    try:
        if form.is_valid():
            reading = write.add_reading(access, action=found, **form.cleaned_data)
            undo = reverse("strategy:reading_remove", args=[access.study.slug, found.pk, reading.pk])
            say_done(request, f"Reading added: {reading}", undo=undo)
            return _back(access, found)
    except StrategyRefused as refused:
        form.add_error("on", str(refused))
    return action_page(request, access, found, status=422, reading_form=form)


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def reading_edit(request: HttpRequest, access: StudyAccess, action_id: int, reading_id: int) -> HttpResponse:
    found = action_or_404(access, action_id)
    reading = _reading(found, reading_id)
    form = loop_forms.ReadingForm(request.POST)
    try:
        if form.is_valid():
            write.edit_reading(access, reading=reading, **form.cleaned_data)
            messages.success(request, f"Reading changed: {reading}")
            return _back(access, found)
    except StrategyRefused as refused:
        form.add_error("on", str(refused))
    more: dict[str, Any] = {"edited": reading_id, "edit_form": form}
    return action_page(request, access, action_or_404(access, action_id), status=422, **more)


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def reading_remove(
    request: HttpRequest, access: StudyAccess, action_id: int, reading_id: int
) -> HttpResponse:
    found = action_or_404(access, action_id)
    reading = _reading(found, reading_id)
    write.remove_reading(access, reading=reading)
    undo = reverse("strategy:reading_restore", args=[access.study.slug, found.pk, reading.pk])
    say_done(request, f"Reading removed: {reading}", undo=undo)
    return _back(access, found)


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def reading_restore(
    request: HttpRequest, access: StudyAccess, action_id: int, reading_id: int
) -> HttpResponse:
    found = action_or_404(access, action_id)
    try:
        write.restore_reading(access, reading=_reading(found, reading_id, "with_trash"))
    except StrategyRefused as refused:
        messages.error(request, str(refused))
    return _back(access, found)


@require_POST
@study_view(needs=Verb.EDIT_CANVAS)
def readings_import(request: HttpRequest, access: StudyAccess, action_id: int) -> HttpResponse:
    found = action_or_404(access, action_id)
    form = loop_forms.ImportForm(request.POST, request.FILES, prefix="import")
    try:
        if form.is_valid():
            replace, readings = form.cleaned_data["replace"], form.found.readings
            done = write.import_readings(access, action=found, readings=readings, replace=replace)
            messages.success(request, _told(done))
            return _back(access, found)
    except StrategyRefused as refused:
        form.add_error(None, str(refused))
    return action_page(request, access, found, status=422, import_form=form)


def _told(done: write.Imported) -> str:
    parts = [f"{done.new} new", f"{done.changed} replaced", f"{done.known} were there already"]
    return f"Readings: {', '.join(parts)}."
