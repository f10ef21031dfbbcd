"""Writing participants: people under pseudonyms, with the state of their consent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from interviews.actions.interviews import move_interviews, restore_interview
from interviews.models import Consent, Interview, Participant
from interviews.natural import natural_key
from interviews.roster import Row
from studies.access import StudyAccess
from studies.counting import counted
from studies.edits import save_version
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "participant.added": "added the participant",
        "participant.imported": "imported",
        "participant.edited": "edited the participant",
        "participant.consent": "recorded the consent of",
        "participant.deleted": "deleted the participant",
        "participant.restored": "brought back the participant",
    }
)
EDITABLE = ("pseudonym", "segment", "tags", "note")
TAKEN = "This pseudonym is already taken in this study."


def add_participant(access: StudyAccess, *, pseudonym: str, **fields: Any) -> Participant:
    """Raises ValidationError where the pseudonym is taken."""
    access.require(Verb.CODE)
    name = pseudonym.strip()
    participant = Participant(study=access.study, pseudonym=name, sort_key=natural_key(name), **fields)
    participant.full_clean()
    try:
        with transaction.atomic():
            participant.save()
            record(access, "participant.added", participant)
    except IntegrityError as error:  # added in another window between the check and the write
        raise ValidationError(TAKEN) from error
    return participant


def import_participants(access: StudyAccess, *, rows: Iterable[Row]) -> list[Participant]:
    """All rows or none: a row that the database refuses takes the others with it."""
    access.require(Verb.CODE)
    people = [_person(access, row) for row in rows]
    label = counted(len(people), "participant")
    try:
        with transaction.atomic():
            made = access.study.participants.bulk_create(people, batch_size=500)
            record(access, "participant.imported", access.study, label=label, count=len(people))
    except IntegrityError as error:
        raise ValidationError(f"Nothing was imported: {TAKEN} Check the preview again.") from error
    return made


def _person(access: StudyAccess, row: Row) -> Participant:
    """Not saved yet. Raises ValidationError for a value that its column cannot hold."""
    person = Participant(
        study=access.study,
        pseudonym=row.pseudonym,
        sort_key=natural_key(row.pseudonym),
        segment=row.segment,
        tags=row.tags,
        consent=row.consent,
        consent_on=row.consent_on,
        note=row.note,
    )
    person.clean_fields(exclude=["study"])
    return person


def edit_participant(
    access: StudyAccess, *, participant: Participant, seen: int, **changes: Any
) -> Participant:
    """Raises StaleVersion if somebody saved since version `seen`, ValidationError for a taken pseudonym."""
    access.require(Verb.CODE)
    for name, value in changes.items():
        setattr(participant, name, value)
    participant.sort_key = natural_key(participant.pseudonym)
    participant.full_clean()
    try:
        with transaction.atomic():
            fields = ["sort_key", *(name for name in EDITABLE if name in changes)]
            save_version(participant, seen=seen, fields=fields)
            record(access, "participant.edited", participant, fields=sorted(changes))
    except IntegrityError as error:
        raise ValidationError(TAKEN) from error
    return participant


def set_consent(
    access: StudyAccess, *, participant: Participant, consent: str, on: date | None = None
) -> Participant:
    """Consent is dated: today, where no other day is given."""
    access.require(Verb.CODE)
    participant.consent = Consent(consent)
    participant.consent_on = on or (timezone.localdate() if consent != Consent.NONE else None)
    with transaction.atomic():
        save_version(participant, seen=None, fields=["consent", "consent_on"])
        record(access, "participant.consent", participant, consent=consent, on=str(participant.consent_on))
    return participant


def trash_participant(access: StudyAccess, *, participant: Participant) -> None:
    """The participant and their interviews leave every page; a capture page that is open says so."""
    _set_deleted(access, participant, "participant.deleted")


def restore_participant(access: StudyAccess, *, participant: Participant) -> None:
    """Brings back the interviews that left together with the participant. Raises ValidationError if taken."""
    _set_deleted(access, participant, "participant.restored")


def restore_with_participant(access: StudyAccess, *, interview: Interview) -> None:
    """Brings the interview back, and its participant, without whom it would be on no page.

    Raises ValidationError where the participant's pseudonym is taken.
    """
    with transaction.atomic():
        if interview.participant.deleted_at:
            restore_participant(access, participant=interview.participant)
        restore_interview(access, interview=interview)


def _set_deleted(access: StudyAccess, participant: Participant, verb: str) -> None:
    access.require(Verb.CODE)
    before, after = participant.deleted_at, timezone.now() if verb.endswith("deleted") else None
    interviews = access.study.interviews(manager="with_trash").filter(participant=participant)
    ids = list(interviews.filter(deleted_at=before).values_list("pk", flat=True))
    with transaction.atomic():
        participant.deleted_at = after
        if after is None:
            participant.validate_constraints()
        participant.save(update_fields=["deleted_at"])
        move_interviews(access, ids, before=before, now=after)
        record(access, verb, participant)
