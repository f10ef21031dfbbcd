"""Transcripts as people read and code them: turns with their marks, and drafts waiting to be imported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from interviews import kinds
from interviews.models import Element, SnapProposal, Transcript, TranscriptDraft, Turn
from studies.models import Study

LANES = 4  # underlines that fit below a line before they repeat


@dataclass(frozen=True, slots=True)
class ReadTurn:
    """One turn as the page shows it; `html` holds the words with their marks and nothing else."""

    number: int
    shown: int
    speaker: str
    role: str
    start: int
    end: int
    start_ms: int | None
    html: SafeString
    snaps: Sequence[SnapProposal]


def transcripts_with_interview(study: Study) -> QuerySet[Transcript]:
    alive = study.transcripts.filter(interview__deleted_at=None, interview__participant__deleted_at=None)
    return alive.select_related("interview__participant")


def coded_elements(transcript: Transcript) -> QuerySet[Element]:
    """The elements whose quote is in this transcript, in the order of the text."""
    rows: QuerySet[Element] = transcript.study.elements.filter(quote__transcript=transcript)
    return rows.select_related("quote").order_by("quote__start", "quote__end", "pk")


def turns_within(transcript: Transcript, spans: Iterable[tuple[int, int]]) -> list[Turn]:
    """The turns that share a character with any of `spans`."""
    touched = Q(pk=None)
    for start, end in spans:
        touched |= Q(start__lt=end, end__gt=start)
    return list(transcript.turns.filter(touched))


def elements_within(transcript: Transcript, turns: Sequence[Turn]) -> list[Element]:
    if not turns:
        return []
    start, end = min(turn.start for turn in turns), max(turn.end for turn in turns)
    return list(coded_elements(transcript).filter(quote__start__lt=end, quote__end__gt=start))


def open_snaps(transcript: Transcript) -> dict[int, list[SnapProposal]]:
    """Proposals that nobody has decided, by turn; an element that has its quote by now needs none."""
    rows = transcript.study.snapproposals.filter(
        turn__transcript=transcript,
        state=SnapProposal.State.PROPOSED,
        element__deleted_at=None,
        element__quote=None,
    )
    found: dict[int, list[SnapProposal]] = {}
    for snap in rows.select_related("element").order_by("element__at_ms", "pk"):
        found.setdefault(snap.turn_id, []).append(snap)
    return found


def read_turns(
    text: str, turns: Sequence[Turn], elements: Sequence[Element], snaps: dict[int, list[SnapProposal]]
) -> list[ReadTurn]:
    """`turns` and `elements` in the order of the text; one sweep over both."""
    found: list[ReadTurn] = []
    first = 0
    for turn in turns:
        while first < len(elements) and _ends_before(elements, first, turn.start):
            first += 1
        marks = list(takewhile(lambda each: each.quote.start < turn.end, elements[first:]))  # noqa: B023
        found.append(
            ReadTurn(
                number=turn.number,
                shown=turn.number + 1,
                speaker=turn.speaker,
                role=turn.role,
                start=turn.start,
                end=turn.end,
                start_ms=turn.start_ms,
                html=marked(text, turn.start, turn.end, marks),
                snaps=snaps.get(turn.pk, []),
            )
        )
    return found


def _ends_before(elements: Sequence[Element], first: int, start: int) -> bool:
    """Only a leading run may be skipped: a long quote can outlast those that begin after it."""
    return elements[first].quote.end <= start  # type: ignore[union-attr]


def marked(text: str, start: int, end: int, elements: Sequence[Element]) -> SafeString:
    """The words from `start` to `end`, each piece inside one mark for every element that covers it.

    A quote keeps its lane, the height of its underline, through a turn: overlapping quotes stay apart.
    """
    if not elements:
        return mark_safe(escape(text[start:end]))
    spans = [
        (max(each.quote.start, start), min(each.quote.end, end), each)  # type: ignore[union-attr]
        for each in elements
        if each.quote.start < end and each.quote.end > start  # type: ignore[union-attr]
    ]
    lanes = _lanes(spans)
    cuts = sorted({start, end, *(span[0] for span in spans), *(span[1] for span in spans)})
    pieces = []
    for left, right in pairwise(cuts):
        words = str(escape(text[left:right]))
        over = [span for span in spans if span[0] <= left and span[1] >= right]
        for span in sorted(over, key=lambda span: lanes[span[2].pk], reverse=True):
            words = _mark(span[2], lanes[span[2].pk], words, opens=span[2].quote.start == left)
        pieces.append(words)
    return mark_safe("".join(pieces))


def _lanes(spans: Sequence[tuple[int, int, Element]]) -> dict[int, int]:
    """The lowest free underline for each quote, the longest first so that it frames the shorter ones."""
    lanes: dict[int, int] = {}
    for left, right, element in sorted(spans, key=lambda span: (span[0] - span[1], span[0], span[2].pk)):
        taken = {lanes[e.pk] for a, b, e in spans if e.pk in lanes and a < right and b > left}
        lanes[element.pk] = next((lane for lane in range(LANES) if lane not in taken), LANES - 1)
    return lanes


def _mark(element: Element, lane: int, words: str, *, opens: bool) -> str:
    """Letter and hue go together; the letter is drawn by the style sheet, so it is no part of the text."""
    kind = kinds.BY_CODE.get(element.kind)
    letter = kind.letter if kind else "?"
    head = (
        f' id="element-{element.pk}" data-quote="{element.quote_id}" data-letter="{letter}"' if opens else ""
    )
    about = f'data-element="{element.pk}" data-el="{element.kind}" data-lane="{lane}"'
    return f'<mark class="hl" {about}{head}>{words}</mark>'


# --- drafts ------------------------------------------------------------------------------------------
def waiting_drafts(study: Study) -> QuerySet[TranscriptDraft]:
    """Without the texts: the list of twenty files need not load them."""
    return study.transcriptdrafts.defer("text", "turns").order_by("filename", "pk")


def known_people(study: Study) -> dict[str, int]:
    return {name.casefold(): pk for pk, name in study.participants.values_list("pk", "pseudonym")}


def interviews_without_transcript(study: Study) -> dict[int, int]:
    """For each participant, the interview that still waits for its transcript."""
    rows = study.interviews.annotate(n=Count("transcripts")).filter(n=0).order_by("-pk")
    return dict(rows.values_list("participant_id", "pk"))


def first_turns(draft: TranscriptDraft, count: int) -> list[dict[str, Any]]:
    return [
        {"speaker": speaker, "start_ms": start_ms, "words": draft.text[start:end]}
        for speaker, start_ms, _, start, end in draft.turns[:count]
    ]
