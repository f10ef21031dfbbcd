"""Elements as the browser gets them: rows for the wheel, and what changed since a page last asked."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.http import Http404
from django.utils import timezone

from interviews import kinds
from interviews.models import Element, Interview
from studies.access import StudyAccess
from studies.models import Study


class InterviewInTrash(Exception):
    """The interview or its participant was deleted; it can be brought back."""


def open_interview(access: StudyAccess, interview_id: int) -> Interview:
    """Raises Http404 for a foreign or unknown id and InterviewInTrash for a deleted one."""
    rows = access.study.interviews(manager="with_trash").select_related("participant")
    interview: Interview | None = rows.filter(pk=interview_id).first()
    if interview is None:
        raise Http404("There is no such interview in this study.")
    if interview.deleted_at or interview.participant.deleted_at:
        raise InterviewInTrash
    return interview


def element_row(element: Element) -> dict[str, Any]:
    """One item in JSON. `id` is the browser's id; `seq` and `version` tell newer from older."""
    return {
        "id": str(element.client_id),
        "pk": element.pk,
        "kind": element.kind,
        "note": element.note,
        "verbatim": element.verbatim,
        "quote": element.quote.text if element.quote else "",
        "at_ms": element.at_ms,
        "phase": element.phase,
        "substage": element.substage,
        "point": element.point,
        "story_date": element.story_date.isoformat() if element.story_date else None,
        "story_precision": element.story_precision,
        "intensity": element.intensity,
        "grade": element.grade,
        "epistemic": element.epistemic,
        "dimensions": element.dimensions,
        "detail": element.detail,
        "deleted": element.deleted_at is not None,
        "version": element.version,
        "seq": element.change_seq,
        "by": _name(element.captured_by),
        "by_id": element.captured_by_id,
    }


def _name(user: Any) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def element_rows(elements: Iterable[Element]) -> list[dict[str, Any]]:
    return [element_row(element) for element in elements]


def _of(interview: Interview) -> Any:
    """Everything of one interview, the trash included: undo and other browsers need to hear of it."""
    return interview.elements(manager="with_trash").select_related("quote", "captured_by")


def interview_head(interview: Interview) -> dict[str, Any]:
    started = interview.timer_started_at
    running_ms = (timezone.now() - started).total_seconds() * 1000 if started else 0
    return {
        "seq": interview.change_seq,
        "state": interview.state,
        "consent": interview.participant.consent,
        "header": {
            "higher_purpose": interview.higher_purpose,
            "hired": interview.hired,
            "fired": interview.fired,
        },
        "timer": {"running": started is not None, "elapsed_ms": interview.elapsed_ms + int(running_ms)},
    }


def changes_since(interview: Interview, since: int) -> dict[str, Any] | None:
    """What another browser needs to catch up from `since`; None where nothing changed."""
    if interview.change_seq == since:
        return None
    return _facts(interview, _of(interview).filter(change_seq__gt=since))


def whole_interview(interview: Interview) -> dict[str, Any]:
    """All that the capture page starts from."""
    return _facts(interview, _of(interview))


def _facts(interview: Interview, elements: Iterable[Element]) -> dict[str, Any]:
    return interview_head(interview) | {
        "elements": element_rows(elements),
        "asked": list(interview.asked.values_list("prompt_id", flat=True)),
        "coverage": list(interview.asked_nothing.values_list("kind", flat=True)),
    }


def wheel_data(access: StudyAccess, interview: Interview) -> dict[str, Any]:
    """What static/js/wheel.js draws one interview from, on any page."""
    alive = interview.elements.select_related("quote", "captured_by")
    return {
        "elements": element_rows(alive),
        "header": interview_head(interview)["header"] | {"title": str(interview.participant)},
        "phases": [access.study.phase_label(phase) for phase in kinds.PHASES],
        "vocabulary": vocabulary(),
        "prompts": prompts_of(access.study),
    }


def prompts_of(study: Study) -> list[dict[str, Any]]:
    prompts = study.guide.values("id", "phase", "element", "text")
    return [dict(prompt) for prompt in prompts]


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, Any]:
    """The method's constants as the browser needs them."""
    return {
        "kinds": [_kind(kind) for kind in kinds.KINDS],
        "points": [
            {"code": point.code, "name": point.name, "to": point.to_phase, "angle": point.angle}
            for point in kinds.POINTS
        ],
        "substages": kinds.SUBSTAGES,
        "grades": kinds.GRADES,
        "epistemic": kinds.EPISTEMIC,
        "dimensions": kinds.DIMENSIONS,
        "precisions": kinds.PRECISIONS,
    }


def _kind(kind: kinds.Kind) -> dict[str, Any]:
    return {
        "code": kind.code,
        "name": kind.name,
        "letter": kind.letter,
        "glyph": kind.glyph,
        "family": kind.family,
        "phases": kind.phases,
        "hint": kind.hint,
        "question": kind.question,
        "attributes": [
            {"name": each.name, "label": each.label, "choices": each.choices, "number": each.number}
            for each in kind.attributes
        ],
    }
