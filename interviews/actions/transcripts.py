"""Transcripts: read and normalised once, previewed, imported, and never changed afterwards."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from interviews.actions.elements import add_element, edit_element
from interviews.actions.interviews import create_interview
from interviews.actions.participants import add_participant
from interviews.models import (
    Element,
    Interview,
    Participant,
    Quote,
    SnapProposal,
    Transcript,
    TranscriptDraft,
    Turn,
)
from interviews.transcripts import Draft, Speaker, TranscriptError, read_transcript, speaker_role_guess
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "transcript.read": "read the file",
        "transcript.discarded": "discarded the file",
        "transcript.imported": "imported the transcript",
        "quote.added": "marked a quote in",
        "transcript.quotes_carried": "carried coded quotes over to",
        "snap.accepted": "confirmed where it was said:",
        "snap.rejected": "rejected where it might have been said:",
        "snap.reopened": "asked once more where it was said:",
    }
)
SNAP_WITHIN_MS = 60_000
LONGEST_QUOTE = 5_000


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
        _propose_snaps(access, interview, turns)
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


def _propose_snaps(access: StudyAccess, interview: Interview, turns: list[Turn]) -> None:
    """For each item captured live: the participant's turn nearest in time, as a proposal."""
    timed = [turn for turn in turns if turn.start_ms is not None and turn.role == Turn.Role.PARTICIPANT]
    timed.sort(key=lambda turn: turn.start_ms or 0)
    live = interview.elements.filter(quote=None, at_ms__isnull=False)
    proposals = [_nearest(element, timed) for element in live] if timed else []
    SnapProposal.objects.bulk_create(
        SnapProposal(study=access.study, element=element, turn=turn, distance_ms=distance)
        for element, turn, distance in proposals
        if distance <= SNAP_WITHIN_MS
    )


def _nearest(element: Element, timed: list[Turn]) -> tuple[Element, Turn, int]:
    """A note is typed while somebody speaks or shortly after: distance 0 inside a turn."""
    at = element.at_ms or 0
    place = bisect_left([turn.start_ms or 0 for turn in timed], at)
    near = timed[max(place - 2, 0) : place + 2]
    return min(((element, turn, _distance(at, turn)) for turn in near), key=lambda found: found[2])


def _distance(at: int, turn: Turn) -> int:
    start = turn.start_ms or 0
    end = max(turn.end_ms or start, start)
    return 0 if start <= at <= end else min(abs(at - start), abs(at - end))


def add_quote(access: StudyAccess, *, transcript: Transcript, start: int, end: int) -> Quote:
    """The span [start, end) in code points, without the white space at its ends; the same span is one quote.

    Raises ValueError where the span is empty, too long or lies outside the text.
    """
    access.require(Verb.CODE)
    with transaction.atomic():
        quote, made = _quote(access, transcript, start, end)
        if made:
            record(access, "quote.added", transcript, quote=quote.pk)
    return quote


def _quote(access: StudyAccess, transcript: Transcript, start: int, end: int) -> tuple[Quote, bool]:
    start, end = trimmed(transcript.text, start, end)
    about = {
        "text": transcript.text[start:end],
        "start_ms": _time_at(transcript, start),
        "created_by": access.user,
    }
    return access.study.quotes.get_or_create(transcript=transcript, start=start, end=end, defaults=about)


def code_span(
    access: StudyAccess,
    *,
    transcript: Transcript,
    start: int,
    end: int,
    kind: str,
    client_id: UUID | str | None = None,
) -> Element:
    """An element with its quote. Sending the same `client_id` again gives the element that is there already.

    Raises ValueError for a bad span and ValidationError for a bad kind.
    """
    access.require(Verb.CODE)
    with transaction.atomic():
        quote, _ = _quote(access, transcript, start, end)
        return add_element(
            access,
            interview=transcript.interview,
            kind=kind,
            quote=quote,
            client_id=client_id,
            at_ms=quote.start_ms,
        )


def move_span(access: StudyAccess, *, element: Element, seen: int, start: int, end: int) -> Element:
    """Ties the element to other words of the same transcript. Raises ValueError and StaleVersion."""
    access.require(Verb.CODE)
    if element.quote is None:
        raise ValueError("This element has no quote yet.")
    with transaction.atomic():
        quote, _ = _quote(access, element.quote.transcript, start, end)
        return edit_element(access, element=element, seen=seen, quote=quote)


def carry_quotes(access: StudyAccess, *, transcript: Transcript) -> tuple[int, int]:
    """Ties what is coded in other versions of this transcript to the same words here.

    Words that do not stand here exactly once (at the same time, where they stand more often) stay coded where
    they are: nothing is guessed. Returns how many elements moved and how many stayed.
    """
    access.require(Verb.CODE)
    elsewhere = access.study.elements.filter(quote__transcript__interview=transcript.interview_id)
    coded = elsewhere.exclude(quote__transcript=transcript).select_related("quote", "interview")
    pairs = [(element, element.quote) for element in coded if element.quote]
    places = [(element, span) for element, quote in pairs if (span := _same_words(transcript, quote))]
    with transaction.atomic():
        for element, span in places:
            edit_element(access, element=element, quote=_quote(access, transcript, *span)[0])
        record(access, "transcript.quotes_carried", transcript, moved=len(places), of=len(pairs))
    return len(places), len(pairs) - len(places)


def _same_words(transcript: Transcript, quote: Quote) -> tuple[int, int] | None:
    """The span of the quote's words in `transcript`; None where that is not certain."""
    spans = [match.span() for match in re.finditer(re.escape(quote.text), transcript.text)]
    if len(spans) > 1 and quote.start_ms is not None:
        spans = [span for span in spans if _time_at(transcript, span[0]) == quote.start_ms]
    return spans[0] if len(spans) == 1 else None


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    if not 0 <= start < end <= len(text):
        raise ValueError(f"The span {start} to {end} lies outside the text of {len(text)} characters.")
    words = text[start:end]
    if not words.strip():
        raise ValueError("Mark at least one word.")
    if len(words) > LONGEST_QUOTE:
        raise ValueError(f"A quote has at most {LONGEST_QUOTE:,} characters; mark the words that matter.")
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())


def _time_at(transcript: Transcript, start: int) -> int | None:
    turn = transcript.turns.filter(start__lte=start).order_by("-start").first()
    return turn.start_ms if turn else None


def decide_snap(
    access: StudyAccess, *, snap: SnapProposal, accept: bool, span: tuple[int, int] | None = None
) -> SnapProposal:
    """Accepting ties the element to the turn's words (or to `span` of them), and its other proposals need no
    answer any more: it was said once. Rejecting only closes this one. Raises ValueError, also for rejecting
    what was accepted, which a window may not have heard of."""
    access.require(Verb.CODE)
    if not accept and snap.state == SnapProposal.State.ACCEPTED:
        raise ValueError("This note was placed here meanwhile. To take that back, undo it.")
    turn = snap.turn
    with transaction.atomic():
        snap.state = SnapProposal.State.ACCEPTED if accept else SnapProposal.State.REJECTED
        snap.save(update_fields=["state"])
        if accept:
            quote, _ = _quote(access, turn.transcript, *(span or (turn.start, turn.end)))
            edit_element(access, element=snap.element, quote=quote)
        record(access, "snap.accepted" if accept else "snap.rejected", snap.element)
    return snap


def reopen_snap(access: StudyAccess, *, snap: SnapProposal) -> SnapProposal:
    """Takes back what was decided. Raises ValueError where the element was tied to other words since."""
    access.require(Verb.CODE)
    with transaction.atomic():
        if snap.state == SnapProposal.State.ACCEPTED:
            element = access.study.elements(manager="with_trash").get(pk=snap.element_id)
            if not _stands_in(element.quote, snap.turn):
                raise ValueError("This note was tied to other words since, so it stays there.")
            edit_element(access, element=element, quote=None)
        snap.state = SnapProposal.State.PROPOSED
        snap.save(update_fields=["state"])
        record(access, "snap.reopened", snap.element)
    return snap


def _stands_in(quote: Quote | None, turn: Turn) -> bool:
    if quote is None or quote.transcript_id != turn.transcript_id:
        return False
    return quote.start < turn.end and quote.end > turn.start
