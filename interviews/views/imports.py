"""Files become drafts, and drafts become transcripts."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from interviews.actions import transcripts as actions
from interviews.forms.transcripts import KNOWN_PERSON, NEW_PERSON, ImportForm, proposal, too_large
from interviews.models import Interview, Transcript, TranscriptDraft
from interviews.queries import transcripts as queries
from interviews.transcripts import TranscriptError
from studies.access import StudyAccess, study_view
from studies.pages import render_page_or_partial
from studies.roles import Verb

logger = logging.getLogger(__name__)
PREVIEWED_TURNS = 20
LANGUAGES = {"en": "English", "de": "German", "fr": "French"}
NOT_STORED = (
    "The server could not store this (its disk may be full). Nothing was imported half: try again, "
    "and tell whoever runs the server if it happens again."
)


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
    page, partial = "interviews/import.html", "interviews/_drafts.html"
    return render_page_or_partial(request, page, partial, context | more, status=status)


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
