"""Words of a transcript become elements, and elements change beside it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from interviews import kinds
from interviews.actions import elements as actions
from interviews.actions import quotes, snaps
from interviews.forms.transcripts import CodeForm, ElementForm, MoveForm, SnapForm
from interviews.models import Element, SnapProposal, Transcript
from interviews.queries import transcripts as queries
from interviews.queries.codes import codes_beside
from interviews.views.imports import NOT_STORED
from studies.access import StudyAccess, study_view
from studies.edits import StaleVersion, mine_over
from studies.roles import Verb

logger = logging.getLogger(__name__)
NOWHERE = (0, 0)  # the span of an element without a quote


@require_POST
@study_view(needs=Verb.CODE)
def code(request: HttpRequest, access: StudyAccess, transcript_id: int) -> HttpResponse:
    """Words become an element; answers with the turns that look different now and the element's inspector."""
    found = get_object_or_404(queries.transcripts_with_interview(access.study), pk=transcript_id)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return refuse_mark(form)
    return answer_mark(
        request, access, found, lambda: quotes.code_span(access, transcript=found, **form.cleaned_data)
    )


def refuse_mark(form: Any) -> JsonResponse:
    return _refuse("These words cannot be marked: " + " ".join(_sentences(form)))


def answer_mark(
    request: HttpRequest, access: StudyAccess, found: Transcript, mark: Callable[[], Element]
) -> JsonResponse:
    """Makes the element and answers with what looks different now, or with why there is none."""
    try:
        made = mark()
    except (ValueError, ValidationError) as error:
        return _refuse(_said(error))
    except IntegrityError:
        return _refuse("This mark was already sent for another interview.", 409)
    except DatabaseError:
        logger.exception("a mark in transcript %s was not stored", found.pk)
        return _refuse(NOT_STORED, 503)
    made = _loaded(access, made.pk)
    return _changed(request, access, found, made, spans=[_span(made)], panel=True)


def _sentences(form: Any) -> list[str]:
    return [error for errors in form.errors.values() for error in errors]


def _said(error: Exception) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def _refuse(text: str, status: int = 422) -> JsonResponse:
    return JsonResponse({"message": text}, status=status)


def _loaded(access: StudyAccess, element_id: int) -> Element:
    """Also from the trash, so that a deletion can be undone here."""
    rows = access.study.elements(manager="with_trash").filter(
        interview__deleted_at=None, interview__participant__deleted_at=None
    )
    return get_object_or_404(
        rows.select_related("quote__transcript", "interview__participant", "captured_by"), pk=element_id
    )


def _span(element: Element) -> tuple[int, int]:
    return (element.quote.start, element.quote.end) if element.quote else NOWHERE


def _changed(
    request: HttpRequest,
    access: StudyAccess,
    found: Transcript | None,
    element: Element,
    *,
    spans: list[tuple[int, int]],
    panel: bool,
    form: ElementForm | None = None,
    status: int = 200,
    **more: Any,
) -> JsonResponse:
    """The turns under `spans`, the element's line in the list and, if asked for, its inspector, as HTML; with
    `spans`, so that a page can put the element back where it was."""
    shown = {"access": access, "element": element, "kind_of": kinds.BY_CODE, "transcript": found}
    answer: dict[str, Any] = {
        "element": element.pk,
        "version": element.version,
        "phase": element.phase or 0,
        "deleted": element.deleted_at is not None,
        "item": queries.coded_line(element) if element.quote else "",
        "spans": spans,
        "turns": "",
    }
    if found:
        turns = _turns(found, spans)
        answer["turns"] = render_to_string("interviews/_turns.html", shown | {"turns": turns}, request)
    if panel:
        form = form or ElementForm(access, element)
        answer["panel"] = render_to_string(
            "interviews/_element_panel.html", shown | {"form": form} | codes_beside(element) | more, request
        )
    return JsonResponse(answer, status=status)


def _transcript_of(element: Element) -> Transcript | None:
    return element.quote.transcript if element.quote else None


@require_GET
@study_view()
def element(request: HttpRequest, access: StudyAccess, element_id: int) -> HttpResponse:
    row = _loaded(access, element_id)
    context = {
        "access": access,
        "element": row,
        "form": ElementForm(access, row),
        "kind_of": kinds.BY_CODE,
        "transcript": _transcript_of(row),
    }
    return render(request, "interviews/_element_panel.html", context | codes_beside(row))


@require_POST
@study_view(needs=Verb.CODE)
def element_edit(request: HttpRequest, access: StudyAccess, element_id: int) -> HttpResponse:
    row = _loaded(access, element_id)
    form = ElementForm(access, row, request.POST)
    if not form.is_valid():
        return _panel_again(request, access, row, form, 422)
    was = row.kind
    try:
        seen = form.cleaned_data["version"]
        actions.edit_element(access, element=row, seen=seen, **form.values())
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _panel_again(request, access, row, form, 422)
    except StaleVersion:
        return _conflict(request, access, row)
    row = _loaded(access, element_id)
    return _changed(request, access, _transcript_of(row), row, spans=[_span(row)], panel=row.kind != was)


def _panel_again(
    request: HttpRequest, access: StudyAccess, row: Element, form: ElementForm, status: int, **more: Any
) -> JsonResponse:
    found = _transcript_of(row)
    return _changed(
        request, access, found, row, spans=[_span(row)], panel=True, form=form, status=status, **more
    )


def _turns(found: Transcript, spans: list[tuple[int, int]]) -> list[queries.ReadTurn]:
    turns = queries.turn_rows(found, spans)
    return queries.read_turns(
        found.text, turns, queries.elements_within(found, turns), queries.open_snaps(found)
    )


def _conflict(request: HttpRequest, access: StudyAccess, row: Element) -> JsonResponse:
    """409: what I typed stays in the form, theirs stands above it; saving once more is then a decision."""
    theirs = _loaded(access, row.pk)
    mine = ElementForm(access, theirs, mine_over(theirs, request.POST))
    newest = access.study.history.filter(target_type="element", target_id=str(row.pk)).first()
    return _panel_again(request, access, theirs, mine, 409, theirs=theirs, newest=newest)


@require_POST
@study_view(needs=Verb.CODE)
def element_span(request: HttpRequest, access: StudyAccess, element_id: int) -> HttpResponse:
    """Other words for the same element."""
    row = _loaded(access, element_id)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _refuse("These words cannot be marked: " + " ".join(_sentences(form)))
    before, found = _span(row), _transcript_of(row)
    start, end, seen = (form.cleaned_data[name] for name in ("start", "end", "version"))
    try:
        quotes.move_span(access, element=row, seen=seen, start=start, end=end)
    except ValueError as error:
        return _refuse(_said(error))
    except StaleVersion:
        return _conflict(request, access, row)
    row = _loaded(access, element_id)
    return _changed(request, access, found, row, spans=[before, _span(row)], panel=True)


@require_POST
@study_view(needs=Verb.CODE)
def element_remove(request: HttpRequest, access: StudyAccess, element_id: int) -> HttpResponse:
    return _set_deleted(request, access, element_id, actions.delete_element)


@require_POST
@study_view(needs=Verb.CODE)
def element_restore(request: HttpRequest, access: StudyAccess, element_id: int) -> HttpResponse:
    return _set_deleted(request, access, element_id, actions.restore_element)


def _set_deleted(request: HttpRequest, access: StudyAccess, element_id: int, action: Any) -> HttpResponse:
    row = _loaded(access, element_id)
    action(access, element=row)
    row = _loaded(access, element_id)
    return _changed(request, access, _transcript_of(row), row, spans=[_span(row)], panel=True)


@require_POST
@study_view(needs=Verb.CODE)
def snap(request: HttpRequest, access: StudyAccess, snap_id: int) -> HttpResponse:
    """Where an item of the live interview was said: taken as proposed, with other words, or refused."""
    found = _snap(access, snap_id)
    form = SnapForm(request.POST)
    if not form.is_valid():
        return _refuse("Accept or reject the proposal.")
    accept = form.cleaned_data["decision"] == "accept"
    try:
        snaps.decide_snap(access, snap=found, accept=accept, span=form.span())
    except (ValueError, ValidationError) as error:
        return _refuse(_said(error))
    return _decided(request, access, found, panel=accept)


@require_POST
@study_view(needs=Verb.CODE)
def snap_reopen(request: HttpRequest, access: StudyAccess, snap_id: int) -> HttpResponse:
    """The way back from either answer."""
    found = _snap(access, snap_id)
    before = _span(found.element)
    try:
        snaps.reopen_snap(access, snap=found)
    except ValueError as error:
        return _refuse(_said(error))
    return _decided(request, access, found, before, panel=before != NOWHERE)


def _snap(access: StudyAccess, snap_id: int) -> SnapProposal:
    rows = access.study.snapproposals.select_related(
        "turn__transcript", "element__interview", "element__quote"
    )
    found: SnapProposal = get_object_or_404(rows, pk=snap_id)
    return found


def _decided(
    request: HttpRequest, access: StudyAccess, found: SnapProposal, *before: tuple[int, int], panel: bool
) -> JsonResponse:
    row = _loaded(access, found.element_id)
    spans = [(found.turn.start, found.turn.end), _span(row), *before]
    transcript = get_object_or_404(
        queries.transcripts_with_interview(access.study), pk=found.turn.transcript_id
    )
    return _changed(request, access, transcript, row, spans=spans, panel=panel)
