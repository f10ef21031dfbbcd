"""Quotes: words of a transcript, and the elements that are tied to them."""

from __future__ import annotations

import re
from uuid import UUID

from django.db import transaction

from interviews.actions.elements import add_element, edit_element
from interviews.models import Element, Quote, Transcript
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "quote.added": "marked a quote in",
        "transcript.quotes_carried": "carried coded quotes over to",
    }
)
LONGEST_QUOTE = 5_000  # characters


def add_quote(access: StudyAccess, *, transcript: Transcript, start: int, end: int) -> Quote:
    """The span [start, end) in code points, without the white space at its ends; the same span is one quote.

    Raises ValueError where the span is empty, too long or lies outside the text.
    """
    access.require(Verb.CODE)
    with transaction.atomic():
        quote, made = quote_of(access, transcript, start, end)
        if made:
            record(access, "quote.added", transcript, quote=quote.pk)
    return quote


def quote_of(access: StudyAccess, transcript: Transcript, start: int, end: int) -> tuple[Quote, bool]:
    """The quote of this span, and whether it was made now. Raises ValueError as add_quote() does."""
    start, end = _trimmed(transcript.text, start, end)
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
        quote, _ = quote_of(access, transcript, start, end)
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
        quote, _ = quote_of(access, element.quote.transcript, start, end)
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
            edit_element(access, element=element, quote=quote_of(access, transcript, *span)[0])
        record(access, "transcript.quotes_carried", transcript, moved=len(places), of=len(pairs))
    return len(places), len(pairs) - len(places)


def _same_words(transcript: Transcript, quote: Quote) -> tuple[int, int] | None:
    """The span of the quote's words in `transcript`; None where that is not certain."""
    spans = [match.span() for match in re.finditer(re.escape(quote.text), transcript.text)]
    if len(spans) > 1 and quote.start_ms is not None:
        spans = [span for span in spans if _time_at(transcript, span[0]) == quote.start_ms]
    return spans[0] if len(spans) == 1 else None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
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
