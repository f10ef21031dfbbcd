"""Transcripts: read and normalised once, previewed, imported, and never changed afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from interviews.actions.interviews import create_interview
from interviews.actions.participants import add_participant
from interviews.actions.snaps import propose_snaps
from interviews.models import Interview, Participant, Transcript, TranscriptDraft, Turn
from interviews.transcripts import Draft, Speaker, TranscriptError, read_transcript, speaker_role_guess
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "transcript.read": "read the file",
        "transcript.discarded": "discarded the file",
        "transcript.imported": "imported the transcript",
    }
)


def read_upload(access: StudyAccess, *, data: bytes, filename: str) -> TranscriptDraft:
    """Reads an uploaded file into a draft that survives a restart. Raises TranscriptError."""
    access.require(Verb.CODE)
    draft = read_transcript(data, filename)
    _refuse_twin(access, draft.source_digest)
    row = _draft_row(access, draft, filename)
    with transaction.atomic():
        access.study.transcriptdrafts.filter(source_digest=draft.source_digest).delete()
        row.save()
        record(access, "transcript.read", row, label=row.filename)
    return row


def _draft_row(access: StudyAccess, draft: Draft, filename: str) -> TranscriptDraft:
    return TranscriptDraft(
        study=access.study,
        filename=filename[:200],
        format=draft.format,
        text=draft.text,
        turns=[[turn.speaker, turn.start_ms, turn.end_ms, turn.start, turn.end] for turn in draft.turns],
        speakers=[_speaker_facts(speaker, draft) for speaker in draft.speakers],
        warnings=list(draft.warnings),
        dropped=list(draft.dropped),
        language=draft.language,
        duration_ms=draft.duration_ms,
        source_digest=draft.source_digest,
        created_by=access.user,
    )


def _speaker_facts(speaker: Speaker, draft: Draft) -> dict[str, Any]:
    return {
        "label": speaker.label,
        "turns": speaker.turns,
        "words": speaker.words,
        "role": speaker_role_guess(speaker.label, draft.speakers),
    }


def _refuse_twin(access: StudyAccess, source_digest: str) -> None:
    twin = access.study.transcripts.filter(source_digest=source_digest).select_related(
        "interview__participant"
    )
    if found := twin.first():
        raise TranscriptError(
            f"This file has been imported before, as “{found.filename}” of {found.interview.participant}. "
            "Nothing was imported a second time."
        )


def discard_draft(access: StudyAccess, *, draft: TranscriptDraft) -> None:
    access.require(Verb.CODE)
    with transaction.atomic():
        record(access, "transcript.discarded", draft, label=draft.filename)
        draft.delete()


def import_as(
    access: StudyAccess,
    *,
    draft: TranscriptDraft,
    roles: Mapping[str, str],
    interview: Interview | None = None,
    participant: Participant | None = None,
    pseudonym: str = "",
    held_on: date | None = None,
) -> Transcript:
    """Imports into `interview`, else into a new one with `participant` or a new participant; all or nothing.

    Raises TranscriptError for a file imported meanwhile and ValidationError for a taken pseudonym.
    """
    access.require(Verb.CODE)
    with transaction.atomic():
        if interview is None:
            person = participant or add_participant(access, pseudonym=pseudonym)
            interview = create_interview(
                access, participant=person, held_on=held_on, state=Interview.State.CAPTURED
            )
        return import_draft(access, draft=draft, interview=interview, roles=roles)


def import_draft(
    access: StudyAccess, *, draft: TranscriptDraft, interview: Interview, roles: Mapping[str, str]
) -> Transcript:
    """Makes the draft a transcript of `interview`, all or nothing; `roles` maps speaker label -> Turn.Role.

    Raises TranscriptError where the file came in meanwhile through another window.
    """
    access.require(Verb.CODE)
    _refuse_twin(access, draft.source_digest)
    try:
        return _import(access, draft, interview, roles)
    except IntegrityError:  # the other window was faster by a moment
        _refuse_twin(access, draft.source_digest)
        raise


def _import(
    access: StudyAccess, draft: TranscriptDraft, interview: Interview, roles: Mapping[str, str]
) -> Transcript:
    with transaction.atomic():
        access.study.interviews.select_for_update().get(pk=interview.pk)
        transcript = _transcript(access, draft, interview)
        turns = Turn.objects.bulk_create(_turns(transcript, draft, roles), batch_size=2000)
        draft.delete()
        propose_snaps(access, interview, turns)
        record(access, "transcript.imported", transcript, turns=len(turns), interview=interview.pk)
    return transcript


def _transcript(access: StudyAccess, draft: TranscriptDraft, interview: Interview) -> Transcript:
    last = interview.transcripts.order_by("-number").values_list("number", flat=True).first()
    transcript: Transcript = access.study.transcripts.create(
        interview=interview,
        number=(last or 0) + 1,
        filename=draft.filename,
        format=draft.format,
        language=draft.language,
        text=draft.text,
        text_digest=hashlib.sha256(draft.text.encode("utf-8", "surrogatepass")).hexdigest(),
        source_digest=draft.source_digest,
        warnings=draft.warnings,
        duration_ms=draft.duration_ms,
        imported_by=access.user,
    )
    return transcript


def _turns(transcript: Transcript, draft: TranscriptDraft, roles: Mapping[str, str]) -> list[Turn]:
    return [
        Turn(
            transcript=transcript,
            number=number,
            speaker=speaker[:80],
            role=Turn.Role(roles.get(speaker, Turn.Role.OTHER)),
            start=start,
            end=end,
            start_ms=start_ms,
            end_ms=end_ms,
        )
        for number, (speaker, start_ms, end_ms, start, end) in enumerate(draft.turns)
    ]
