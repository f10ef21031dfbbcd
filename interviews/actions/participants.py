"""Writing participants: people under pseudonyms, with the state of their consent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from interviews.models import Consent, Participant
from interviews.roster import Row
from studies.access import StudyAccess
from studies.edits import save_version
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "participant.added": "added the participant",
        "participant.imported": "imported participants into",
        "participant.edited": "edited the participant",
        "participant.consent": "recorded the consent of",
        "participant.deleted": "deleted the participant",
        "participant.restored": "brought back the participant",
    }
)
EDITABLE = ("pseudonym", "segment", "tags", "note")


def add_participant(access: StudyAccess, *, pseudonym: str, **fields: Any) -> Participant:
    """Raises ValidationError where the pseudonym is taken."""
    access.require(Verb.CODE)
    participant = Participant(study=access.study, pseudonym=pseudonym.strip(), **fields)
    participant.full_clean()
    with transaction.atomic():
        participant.save()
        record(access, "participant.added", participant)
    return participant


def import_participants(access: StudyAccess, *, rows: Iterable[Row]) -> list[Participant]:
    """All rows or none: a row that the database refuses takes the others with it."""
    access.require(Verb.CODE)
    people = [
        Participant(
            study=access.study,
            pseudonym=row.pseudonym,
            segment=row.segment,
            tags=row.tags,
            consent=row.consent,
            consent_on=row.consent_on,
            note=row.note,
        )
        for row in rows
    ]
    with transaction.atomic():
        for person in people:
            person.full_clean()
            person.save()
        record(
            access,
            "participant.imported",
            access.study,
            label=f"{len(people)} participants",
            count=len(people),
        )
    return people


def edit_participant(
    access: StudyAccess, *, participant: Participant, seen: int, **changes: Any
) -> Participant:
    """Raises StaleVersion if somebody saved since version `seen`, ValidationError for a taken pseudonym."""
    access.require(Verb.CODE)
    for name, value in changes.items():
        setattr(participant, name, value)
    participant.full_clean()
    with transaction.atomic():
        save_version(participant, seen=seen, fields=[name for name in EDITABLE if name in changes])
        record(access, "participant.edited", participant, fields=sorted(changes))
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


def _set_deleted(access: StudyAccess, participant: Participant, verb: str) -> None:
    access.require(Verb.CODE)
    before, after = participant.deleted_at, timezone.now() if verb.endswith("deleted") else None
    interviews = access.study.interviews(manager="with_trash").filter(participant=participant)
    with transaction.atomic():
        participant.deleted_at = after
        if after is None:
            participant.validate_constraints()
        participant.save(update_fields=["deleted_at"])
        interviews.filter(deleted_at=before).update(deleted_at=after)
        record(access, verb, participant)
