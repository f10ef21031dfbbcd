"""The live page and the JSON that it speaks."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from interviews.actions.interviews import record_consent
from interviews.actions.live import sync_interview
from interviews.models import Interview
from interviews.queries.elements import (
    InterviewInTrash,
    changes_since,
    open_interview,
    prompts_of,
    vocabulary,
    wheel_data,
    whole_interview,
)
from studies.access import StudyAccess, study_view
from studies.edits import StaleVersion
from studies.roles import Verb

MOST_CHANGES = 500
IN_TRASH = (
    "This interview or its participant was deleted. What you typed waits in this browser "
    "until somebody brings it back from the trash."
)


class BadRequest(Exception):
    """The posted JSON is not what the live page sends."""


@never_cache
@require_GET
@study_view()
def capture(request: HttpRequest, access: StudyAccess, interview_id: int) -> HttpResponse:
    try:
        interview = open_interview(access, interview_id)
    except InterviewInTrash:
        return render(request, "interviews/in_trash.html", {"access": access}, status=410)
    page = {
        "user": access.user.pk,
        "me": access.user.get_full_name() or access.user.get_username(),
        "study": access.study.slug,
        "interview": interview.pk,
        "readonly": not access.may(Verb.CODE),
        "single_keys": access.study.single_keys,
        "phases": [access.study.phase_label(phase) for phase in (1, 2, 3, 4)],
        "prompts": prompts_of(access.study),
        "vocabulary": vocabulary(),
        "data": whole_interview(interview),
    }
    context = {"access": access, "interview": interview, "page": page, "states": Interview.State}
    return render(request, "interviews/capture.html", context)


@never_cache
@require_GET
@study_view()
def changes(request: HttpRequest, access: StudyAccess, interview_id: int) -> HttpResponse:
    """204 where nothing changed since; open pages ask every second and a half."""
    try:
        interview = open_interview(access, interview_id)
    except InterviewInTrash:
        return _refuse("trash", IN_TRASH, 410)
    since = request.GET.get("since", "0")
    if not _is_id(since):
        return _refuse("bad", "since must be a number.", 400)
    found = changes_since(interview, int(since))
    return HttpResponse(status=204) if found is None else JsonResponse(found)


@require_POST
@study_view(needs=Verb.CODE)
def sync(request: HttpRequest, access: StudyAccess, interview_id: int) -> JsonResponse:
    try:
        interview = open_interview(access, interview_id)
        posted = _posted(request)
        if posted.pop("user") != access.user.pk:
            return _refuse("user", "Somebody else is signed in now in this browser.", 409)
        answer = sync_interview(access, interview=interview, **posted)
    except BadRequest as error:
        return _refuse("bad", str(error), 400)
    except (InterviewInTrash, Interview.DoesNotExist):
        return _refuse("trash", IN_TRASH, 410)
    except (StaleVersion, IntegrityError):
        return _refuse("again", "Somebody saved at the same moment.", 409)
    return JsonResponse(answer)


def _refuse(error: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"error": error, "message": message}, status=status)


def _posted(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadRequest("This is no JSON.") from None
    if not isinstance(body, dict):
        raise BadRequest("An object is expected.")
    header = dict(_pairs(body, "header"))
    if not all(isinstance(header.get(part, {}), dict) for part in ("fields", "base")):
        raise BadRequest("The header's fields and base must be objects.")
    return {
        "user": body.get("user"),
        "changes": _list_of_dicts(body.get("changes", [])),
        "asked": {int(key): bool(value) for key, value in _pairs(body, "asked") if _is_id(key)},
        "coverage": {key: bool(value) for key, value in _pairs(body, "coverage")},
        "timer": dict(_pairs(body, "timer")),
        "header": {part: header.get(part, {}) for part in ("fields", "base")},
    }


def _list_of_dicts(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise BadRequest("changes must be a list of objects.")
    if len(value) > MOST_CHANGES:
        raise BadRequest(f"At most {MOST_CHANGES} changes at once.")
    return value


def _pairs(body: dict[str, Any], name: str) -> list[tuple[str, Any]]:
    value = body.get(name) or {}
    if not isinstance(value, dict):
        raise BadRequest(f"{name} must be an object.")
    return list(value.items())


def _is_id(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 19


@require_POST
@study_view(needs=Verb.CODE)
def consent(request: HttpRequest, access: StudyAccess, interview_id: int) -> HttpResponse:
    """One tap; answers JSON to the live page, and a plain form post with the page itself."""
    interview = get_object_or_404(access.study.interviews.select_related("participant"), pk=interview_id)
    today = timezone.localdate()
    try:
        participant = record_consent(access, interview=interview, given_on=today)
    except ValidationError as error:
        return _refuse("withdrawn", error.messages[0], 409)
    if request.headers.get("Accept", "").startswith("application/json"):
        words = f"Consent given {date_format(participant.consent_on or today, 'j F Y')}"
        return JsonResponse({"consent": participant.consent, "words": words})
    return redirect("interviews:capture", access.study.slug, interview.pk)


@require_GET
@study_view()
def wheel_print(request: HttpRequest, access: StudyAccess, interview_id: int) -> HttpResponse:
    interview = get_object_or_404(access.study.interviews.select_related("participant"), pk=interview_id)
    context = {"access": access, "interview": interview, "wheel": wheel_data(access, interview)}
    return render(request, "interviews/wheel_print.html", context)
