"""Planning interviews and moving them on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from interviews.actions.turns import turn
from interviews.models import Consent, Interview, Participant
from studies.access import StudyAccess
from studies.edits import save_version
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "interview.created": "planned the",
        "interview.moved_on": "moved on the",
        "interview.deleted": "deleted the",
        "interview.restored": "brought back the",
        "consent.recorded": "recorded the consent of",
    }
)


def create_interview(
    access: StudyAccess,
    *,
    participant: Participant,
    held_on: date | None = None,
    state: str = Interview.State.PLANNED,
    higher_purpose: str = "",
    hired: str = "",
    fired: str = "",
) -> Interview:
    """Raises ValidationError, also for a participant of another study."""
    access.require(Verb.CODE)
    if participant.study_id != access.study.pk:
        raise ValidationError("This participant is not in this study.")
    interview = Interview(
        study=access.study,
        participant=participant,
        held_on=held_on,
        state=state,
        higher_purpose=higher_purpose,
        hired=hired,
        fired=fired,
    )
    interview.full_clean()
    with transaction.atomic():
        interview.save()
        record(access, "interview.created", interview)
    return interview


def set_state(access: StudyAccess, *, interview: Interview, state: str) -> Interview:
    """Moves the interview on (or back) and stops its timer once it is over. Raises ValidationError."""
    access.require(Verb.CODE)
    was, interview.state = interview.state, state
    interview.full_clean(exclude=["participant"])
    with turn(access, interview):
        fields: dict[str, Any] = {"state": state}
        over = state in {Interview.State.CAPTURED, Interview.State.EVALUATED}
        if over and interview.timer_started_at:
            ran = timezone.now() - interview.timer_started_at
            interview.elapsed_ms += int(ran.total_seconds() * 1000)
            interview.timer_started_at = None
            fields |= {"elapsed_ms": interview.elapsed_ms, "timer_started_at": None}
        access.study.interviews.filter(pk=interview.pk).update(**fields)
        record(access, "interview.moved_on", interview, was=was, state=state)
    return interview


def record_consent(access: StudyAccess, *, interview: Interview, given_on: date) -> Participant:
    """The one tap at the start of an interview. Consent that was withdrawn is not given back by a tap."""
    access.require(Verb.CODE)
    participant: Participant = access.study.participants.get(pk=interview.participant_id)
    if participant.consent == Consent.WITHDRAWN:
        raise ValidationError(
            "This consent was withdrawn. Ask again, then change it on the participant's page."
        )
    if participant.consent == Consent.GIVEN:
        return participant
    participant.consent, participant.consent_on = Consent.GIVEN, given_on
    with turn(access, interview):
        save_version(participant, seen=None, fields=["consent", "consent_on"])
        record(access, "consent.recorded", participant, given_on=given_on.isoformat())
    return participant


def delete_interview(access: StudyAccess, *, interview: Interview) -> None:
    """Into the trash; what browsers still hold of it waits there until it is brought back."""
    _move(access, interview, "interview.deleted", timezone.now())


def restore_interview(access: StudyAccess, *, interview: Interview) -> None:
    """Brings the interview back, with everything that went into the trash together with it."""
    _move(access, interview, "interview.restored", None)


def _move(access: StudyAccess, interview: Interview, verb: str, now: datetime | None) -> None:
    access.require(Verb.CODE)
    row = access.study.interviews(manager="with_trash").get(pk=interview.pk)
    with transaction.atomic():
        if (row.deleted_at is None) != (now is None):
            move_interviews(access, [row.pk], before=row.deleted_at, now=now)
        record(access, verb, interview)


def move_interviews(
    access: StudyAccess, ids: list[int], *, before: datetime | None, now: datetime | None
) -> None:
    """Moves interviews into the trash or out of it (`now` is None), with their elements and jobs: what
    somebody said must not count while the interview is gone.

    Only rows whose `deleted_at` is `before` are moved, so what was deleted separately stays deleted.
    """
    study = access.study
    study.interviews(manager="with_trash").filter(pk__in=ids, deleted_at=before).update(deleted_at=now)
    for rows in (study.elements(manager="with_trash"), study.jobs(manager="with_trash")):
        rows.filter(interview__in=ids, deleted_at=before).update(deleted_at=now)
