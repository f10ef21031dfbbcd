"""Transcripts: files become drafts, drafts become transcripts, words become elements."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from interviews import kinds
from interviews.actions import elements as element_actions
from interviews.actions import transcripts as actions
from interviews.forms.transcripts import (
    KNOWN_PERSON,
    NEW_PERSON,
    CodeForm,
    ElementForm,
    ImportForm,
    MoveForm,
    SnapForm,
    proposal,
    too_large,
)
from interviews.models import Element, Interview, Transcript, TranscriptDraft
from interviews.queries import transcripts as queries
from interviews.queries.codes import codes_beside
from interviews.transcripts import TranscriptError
from studies.access import StudyAccess, study_view
from studies.edits import StaleVersion
from studies.roles import Verb

logger = logging.getLogger(__name__)
PREVIEWED_TURNS = 20
LANGUAGES = {"en": "English", "de": "German", "fr": "French"}
NOT_STORED = (
    "The server could not store this (its disk may be full). Nothing was imported half: try again, "
    "and tell whoever runs the server if it happens again."
)


# --- files become drafts -----------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@study_view(needs=Verb.CODE)
def upload(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """Reads each file by itself: one that cannot be read never takes the others with it."""
    if request.method == "GET":
        return _import_page(request, access)
    files = request.FILES.getlist("files")
    refused = [(file.name, why) for file in files if (why := _read_one(access, file))]
    if not files:
        refused = [("", "Choose at least one file.")]
    if len(files) == 1 and not refused and not request.headers.get("X-One-Of-Many"):
        newest = access.study.transcriptdrafts.values_list("pk", flat=True).order_by("-pk")
        return redirect("interviews:import_preview", access.study.slug, newest[0])
    return _import_page(request, access, refused=refused, status=422 if refused else 200)


def _read_one(access: StudyAccess, file: Any) -> str:
    """Why the file was refused; empty where it became a draft."""
    if why := too_large(file.name, file.size):
        return why
    try:
        actions.read_upload(access, data=file.read(), filename=file.name)
    except TranscriptError as error:
        return str(error)
    except (DatabaseError, OSError):
        logger.exception("a draft was not stored")
        return NOT_STORED
    return ""


def _import_page(
    request: HttpRequest, access: StudyAccess, *, status: int = 200, **more: Any
) -> HttpResponse:
    drafts = list(queries.waiting_drafts(access.study))
    people = queries.known_people(access.study)
    empty = queries.interviews_without_transcript(access.study)
    context = {
        "access": access,
        "nav": "interviews",
        "drafts": [(draft, _row(draft, proposal(draft, people, empty))) for draft in drafts],
        "max_bytes": settings.UPLOAD_MAX_BYTES,
    }
    template = "interviews/_drafts.html" if request.htmx else "interviews/import.html"  # type: ignore[attr-defined]
    return render(request, template, context | more, status=status)


def _row(draft: TranscriptDraft, proposed: dict[str, Any]) -> dict[str, Any]:
    return proposed | {"turns": sum(speaker["turns"] for speaker in draft.speakers)}


def _proposed(access: StudyAccess, draft: TranscriptDraft) -> dict[str, Any]:
    people = queries.known_people(access.study)
    return proposal(draft, people, queries.interviews_without_transcript(access.study))


@require_GET
@study_view(needs=Verb.CODE)
def preview(request: HttpRequest, access: StudyAccess, draft_id: int) -> HttpResponse:
    draft = get_object_or_404(access.study.transcriptdrafts, pk=draft_id)
    return _preview_page(request, access, draft, ImportForm(access, draft, initial=_proposed(access, draft)))


def _preview_page(
    request: HttpRequest, access: StudyAccess, draft: TranscriptDraft, form: ImportForm, status: int = 200
) -> HttpResponse:
    context = {
        "access": access,
        "nav": "interviews",
        "draft": draft,
        "form": form,
        "turns": queries.first_turns(draft, PREVIEWED_TURNS),
        "language": LANGUAGES.get(draft.language, draft.language),
        "words": sum(speaker["words"] for speaker in draft.speakers),
        "others": access.study.transcriptdrafts.exclude(pk=draft.pk).count(),
    }
    return render(request, "interviews/import_preview.html", context, status=status)


@require_POST
@study_view(needs=Verb.CODE)
def confirm(request: HttpRequest, access: StudyAccess, draft_id: int) -> HttpResponse:
    draft = get_object_or_404(access.study.transcriptdrafts, pk=draft_id)
    form = ImportForm(access, draft, request.POST)
    if not form.is_valid():
        return _preview_page(request, access, draft, form, 422)
    made, why = _import(access, draft, form)
    if made is None:
        form.add_error(None, why)
        return _preview_page(request, access, draft, form, 422)
    messages.success(request, f"{made.filename} imported as {made.interview}.")
    if access.study.transcriptdrafts.exists():
        return redirect("interviews:import", access.study.slug)
    return redirect("interviews:transcript", access.study.slug, made.pk)


def _import(access: StudyAccess, draft: TranscriptDraft, form: ImportForm) -> tuple[Transcript | None, str]:
    """The transcript, or why there is none."""
    try:
        return actions.import_as(access, draft=draft, roles=form.roles(), **form.destination()), ""
    except TranscriptError as error:
        return None, str(error)
    except ValidationError as error:
        return None, " ".join(error.messages)
    except (DatabaseError, Interview.DoesNotExist) as error:
        logger.warning("draft %s was not imported: %s", draft.pk, type(error).__name__)
        return None, NOT_STORED


@require_POST
@study_view(needs=Verb.CODE)
def confirm_all(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """Each draft as its row proposes, in a transaction of its own: what fails stays a draft and says why."""
    refused, imported, new = [], 0, set[str]()
    for draft in access.study.transcriptdrafts.order_by("filename", "pk"):
        made, why = _import_as_proposed(access, draft, new)
        imported += made is not None
        if made is None:
            refused.append((draft.filename, why))
    if imported:
        messages.success(request, f"{imported} transcript{'s' if imported != 1 else ''} imported.")
    if refused:
        return _import_page(request, access, refused=refused, status=422)
    return redirect("interviews:list" if imported else "interviews:import", access.study.slug)


def _import_as_proposed(
    access: StudyAccess, draft: TranscriptDraft, new: set[str]
) -> tuple[Transcript | None, str]:
    """`new` are people whom the files before brought: whether one more is of the same person is asked."""
    proposed = _proposed(access, draft)
    name, target = proposed["pseudonym"].casefold(), proposed["target"]
    if target == KNOWN_PERSON and name in new:
        return (
            None,
            f"{proposed['pseudonym']} came with another file just now. Open this one: is it the same person?",
        )
    roles = {f"role-{number}": speaker["role"] for number, speaker in enumerate(draft.speakers)}
    form = ImportForm(access, draft, proposed | roles)
    if not form.is_valid():
        return None, "Open it and say where it belongs."
    made, why = _import(access, draft, form)
    if made and target == NEW_PERSON:
        new.add(name)
    return made, why


@require_POST
@study_view(needs=Verb.CODE)
def discard(request: HttpRequest, access: StudyAccess, draft_id: int) -> HttpResponse:
    draft = get_object_or_404(access.study.transcriptdrafts, pk=draft_id)
    actions.discard_draft(access, draft=draft)
    messages.success(request, f"{draft.filename} was put aside. Choose the file again to bring it back.")
    return redirect("interviews:import", access.study.slug)


# --- reading and coding ------------------------------------------------------------------------------
@require_GET
@study_view()
def transcript(request: HttpRequest, access: StudyAccess, transcript_id: int) -> HttpResponse:
    found = get_object_or_404(queries.transcripts_with_interview(access.study), pk=transcript_id)
    turns = queries.turn_rows(found)
    elements = list(queries.coded_elements(found))
    snaps, versions = queries.open_snaps(found), queries.versions_of(found)
    context = {
        "access": access,
        "nav": "interviews",
        "transcript": found,
        "turns": queries.read_turns(found.text, turns, elements, snaps),
        "snap_count": sum(map(len, snaps.values())),
        "phases": _by_phase(access, elements),
        "elements": elements,
        "kinds": kinds.KINDS,
        "kind_of": kinds.BY_CODE,
        "versions": versions,
        "carriable": any(other["marked"] for other in versions),
        "jobs_url": _above(access, "jobs:write", found.interview_id),
        "suggestions_url": _above(access, "jobs:suggestions_beside", found.pk),
        "pointed": _pointed(request, found),
    }
    return render(request, "interviews/transcript.html", context)


@require_POST
@study_view(needs=Verb.CODE)
def carry(request: HttpRequest, access: StudyAccess, transcript_id: int) -> HttpResponse:
    """A corrected file takes over what was coded in the version before."""
    found = get_object_or_404(queries.transcripts_with_interview(access.study), pk=transcript_id)
    moved, stayed = actions.carry_quotes(access, transcript=found)
    words = f"{moved} coded quote{'' if moved == 1 else 's'} carried over."
    if stayed:
        words += f" {stayed} stayed in the other version: their words do not stand here exactly once."
    messages.success(request, words)
    return redirect("interviews:transcript", access.study.slug, found.pk)


def _pointed(request: HttpRequest, found: Transcript) -> Any:
    """The quote that a link from elsewhere means; evidence may rest on one that is no element."""
    wanted = request.GET.get("quote", "")
    known = wanted.isascii() and wanted.isdigit() and len(wanted) < 19
    return found.quotes.filter(pk=wanted).first() if known else None


def _by_phase(access: StudyAccess, elements: list[Element]) -> list[tuple[int, str, list[str]]]:
    groups = [(phase, access.study.phase_label(phase)) for phase in kinds.PHASES]
    return [
        (phase or 0, label, [queries.coded_line(each) for each in elements if each.phase == phase])
        for phase, label in [*groups, (None, "No phase")]
    ]


def _above(access: StudyAccess, route: str, key: int) -> str:
    """An address of the app above, which may be absent: interviews must not depend on it."""
    try:
        return reverse(route, args=[access.study.slug, key])
    except NoReverseMatch:
        return ""


@require_POST
@study_view(needs=Verb.CODE)
def code(request: HttpRequest, access: StudyAccess, transcript_id: int) -> HttpResponse:
    """Words become an element; answers with the turns that look different now and the element's inspector."""
    found = get_object_or_404(queries.transcripts_with_interview(access.study), pk=transcript_id)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return refuse_mark(form)
    return answer_mark(
        request, access, found, lambda: actions.code_span(access, transcript=found, **form.cleaned_data)
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
    return (element.quote.start, element.quote.end) if element.quote else (0, 0)


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
        "item": queries.coded_line(element),
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
        element_actions.edit_element(access, element=row, seen=seen, **form.values())
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
    mine = ElementForm(access, theirs, _with_version(request, theirs.version))
    newest = access.study.history.filter(target_type="element", target_id=str(row.pk)).first()
    return _panel_again(request, access, theirs, mine, 409, theirs=theirs, newest=newest)


def _with_version(request: HttpRequest, version: int) -> Any:
    data = request.POST.copy()
    data["version"] = str(version)
    return data


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
        actions.move_span(access, element=row, seen=seen, start=start, end=end)
    except ValueError as error:
        return _refuse(_said(error))
    except StaleVersion:
        return _conflict(request, access, row)
    row = _loaded(access, element_id)
    return _changed(request, access, found, row, spans=[before, _span(row)], panel=True)


@require_POST
@study_view(needs=Verb.CODE)
def element_remove(request: HttpRequest, access: StudyAccess, element_id: int) -> HttpResponse:
    return _set_deleted(request, access, element_id, element_actions.delete_element)


@require_POST
@study_view(needs=Verb.CODE)
def element_restore(request: HttpRequest, access: StudyAccess, element_id: int) -> HttpResponse:
    return _set_deleted(request, access, element_id, element_actions.restore_element)


def _set_deleted(request: HttpRequest, access: StudyAccess, element_id: int, action: Any) -> HttpResponse:
    row = _loaded(access, element_id)
    action(access, element=row)
    row = _loaded(access, element_id)
    return _changed(request, access, _transcript_of(row), row, spans=[_span(row)], panel=True)


@require_POST
@study_view(needs=Verb.CODE)
def snap(request: HttpRequest, access: StudyAccess, snap_id: int) -> HttpResponse:
    """Where an item of the live interview was said: taken as proposed, with other words, or refused."""
    rows = access.study.snapproposals.select_related("turn__transcript", "element__interview")
    found = get_object_or_404(rows, pk=snap_id)
    form = SnapForm(request.POST)
    if not form.is_valid():
        return _refuse("Accept or reject the proposal.")
    accept = form.cleaned_data["decision"] == "accept"
    try:
        actions.decide_snap(access, snap=found, accept=accept, span=form.span())
    except (ValueError, ValidationError) as error:
        return _refuse(_said(error))
    row = _loaded(access, found.element_id)
    spans = [(found.turn.start, found.turn.end), _span(row)]
    transcript = get_object_or_404(
        queries.transcripts_with_interview(access.study), pk=found.turn.transcript_id
    )
    return _changed(request, access, transcript, row, spans=spans, panel=accept)
