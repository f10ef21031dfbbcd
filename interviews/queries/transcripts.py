"""Transcripts as people read and code them: turns with their marks, and drafts waiting to be imported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils.safestring import SafeString, mark_safe

from interviews import kinds
from interviews.models import Element, SnapProposal, Transcript, TranscriptDraft
from studies.models import Study
from studies.templatetags.studio import clock

COUPLE_OF_LINES = 110
LANES = 4  # underlines that fit below a line before they repeat


@dataclass(frozen=True, slots=True)
class ReadTurn:
    """One turn as the page shows it; `html` is its head and its words with their marks."""

    number: int
    html: SafeString
    snaps: Sequence[SnapProposal]


class TurnRow(NamedTuple):
    pk: int
    number: int
    speaker: str
    role: str
    start: int
    end: int
    start_ms: int | None


def transcripts_with_interview(study: Study) -> QuerySet[Transcript]:
    alive = study.transcripts.filter(interview__deleted_at=None, interview__participant__deleted_at=None)
    return alive.select_related("interview__participant")


def coded_elements(transcript: Transcript) -> QuerySet[Element]:
    """The elements whose quote is in this transcript, in the order of the text."""
    rows: QuerySet[Element] = transcript.study.elements.filter(quote__transcript=transcript)
    return rows.select_related("quote").order_by("quote__start", "quote__end", "pk")


def versions_of(transcript: Transcript) -> list[Any]:
    """The other transcripts of the same interview, each with the elements whose quotes stand in it."""
    marked = Count("quotes__elements", Q(quotes__elements__deleted_at=None))
    others = transcript.interview.transcripts.exclude(pk=transcript.pk).annotate(marked=marked)
    return list(others.values("pk", "number", "filename", "marked"))


def turn_rows(transcript: Transcript, spans: Iterable[tuple[int, int]] | None = None) -> list[TurnRow]:
    """All turns, or those that share a character with any of `spans`. Plain rows: there may be thousands."""
    rows = transcript.turns.order_by("number")
    if spans is not None:
        touched = Q(pk=None)
        for start, end in spans:
            touched |= Q(start__lt=end, end__gt=start)
        rows = rows.filter(touched)
    return [TurnRow(*row) for row in rows.values_list(*TurnRow._fields)]


def elements_within(transcript: Transcript, turns: Sequence[TurnRow]) -> list[Element]:
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


class Mark(NamedTuple):
    """Where an element's quote lies; `start` and `end` may be cut to one turn."""

    start: int
    end: int
    element: Element
    opens_at: int


def marks_of(elements: Iterable[Element]) -> list[Mark]:
    quoted = ((element.quote, element) for element in elements)
    return [Mark(quote.start, quote.end, element, quote.start) for quote, element in quoted if quote]


def read_turns(
    text: str, turns: Sequence[TurnRow], elements: Sequence[Element], snaps: dict[int, list[SnapProposal]]
) -> list[ReadTurn]:
    """`turns` and `elements` in the order of the text; one sweep over both."""
    found: list[ReadTurn] = []
    marks, first = marks_of(elements), 0
    for turn in turns:
        while first < len(marks) and marks[first].end <= turn.start:
            first += 1  # only a leading run: a long quote can outlast those that begin after it
        here = []
        for place in range(first, len(marks)):
            if marks[place].start >= turn.end:
                break
            here.append(marks[place])
        html = _head(turn) + marked(text, turn.start, turn.end, here) + mark_safe("</p>")
        found.append(ReadTurn(turn.number, html, snaps.get(turn.pk, [])))
    return found


def _head(turn: TurnRow) -> SafeString:
    """Written here and not in a template, which would take half a second for a three-hour transcript.

    No white space may stand inside .said: the browser would count it as characters of the text.
    """
    number = turn.number + 1
    time = f'<span class="time">{clock(turn.start_ms)}</span>' if turn.start_ms is not None else ""
    return mark_safe(
        f'<li class="turn" id="t{number}" data-turn data-role="{escape(turn.role)}" tabindex="-1">'
        f'<div class="turn-head"><a class="turn-no" href="#t{number}" tabindex="-1"'
        f' aria-label="Turn {number}">{number}</a>'
        f'<span class="speaker">{escape(turn.speaker)}</span>{time}</div>'
        f'<p class="said" data-start="{turn.start}">'
    )


def marked(text: str, start: int, end: int, marks: Sequence[Mark]) -> SafeString:
    """The words from `start` to `end`, each piece inside one mark for every element that covers it.

    A quote keeps its lane, the height of its underline, through a turn: overlapping quotes stay apart.
    """
    spans = [
        mark._replace(start=max(mark.start, start), end=min(mark.end, end))
        for mark in marks
        if mark.start < end and mark.end > start
    ]
    if not spans:
        return mark_safe(escape(text[start:end]))
    lanes = _lanes(spans)
    cuts = sorted({start, end, *(span.start for span in spans), *(span.end for span in spans)})
    pieces = []
    for left, right in pairwise(cuts):
        words = escape(text[left:right])
        over = [span for span in spans if span.start <= left and span.end >= right]
        for span in sorted(over, key=lambda span: lanes[span.element.pk], reverse=True):
            words = _mark(span.element, lanes[span.element.pk], words, opens=span.opens_at == left)
        pieces.append(words)
    return mark_safe("".join(pieces))


def _lanes(spans: Sequence[Mark]) -> dict[int, int]:
    """The lowest free underline for each quote, the longest first so that it frames the shorter ones."""
    lanes: dict[int, int] = {}
    for this in sorted(spans, key=lambda span: (span.start - span.end, span.start, span.element.pk)):
        beside = (s for s in spans if s.element.pk in lanes and s.start < this.end and s.end > this.start)
        taken = {lanes[span.element.pk] for span in beside}
        lanes[this.element.pk] = next((lane for lane in range(LANES) if lane not in taken), LANES - 1)
    return lanes


def _mark(element: Element, lane: int, words: str, *, opens: bool) -> str:
    """Letter and hue go together; the letter is drawn by the style sheet, so it is no part of the text."""
    kind = kinds.BY_CODE.get(element.kind)
    letter = kind.letter if kind else "?"
    head = f' id="element-{element.pk}" data-quote="{element.quote_id}" data-letter="{letter}"'
    about = f'data-element="{element.pk}" data-el="{element.kind}" data-lane="{lane}"'
    return f'<mark class="hl" {about}{head if opens else ""}>{words}</mark>'


def coded_line(element: Element) -> SafeString:
    """One line of the list of quotes; there may be hundreds, so this too is written without a template."""
    kind = kinds.BY_CODE.get(element.kind)
    glyph, name = (kind.glyph, kind.name) if kind else ("?", "Unclassified")
    words = element.words
    if len(words) > COUPLE_OF_LINES:
        words = words[: COUPLE_OF_LINES - 1] + "…"
    return mark_safe(
        f'<li data-coded="{element.pk}" data-start="{element.quote.start if element.quote else 0}"'
        f' data-kind="{element.kind}" data-el="{element.kind}">'
        f'<a href="#element-{element.pk}" data-show-element="{element.pk}">'
        f'<span class="el" data-el="{element.kind}" title="{name}">'
        f'<span class="el-glyph" aria-hidden="true">{glyph}</span>'
        f'<span class="visually-hidden">{name}</span></span>'
        f'<span class="coded-words">{escape(words)}</span></a></li>'
    )


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
