"""Spans in code points: exact with emoji, combining characters and every newline, and never changed."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from interviews.actions.elements import delete_element
from interviews.actions.quotes import add_quote, code_span, move_span
from interviews.actions.transcripts import import_as, read_upload
from interviews.models import Transcript
from interviews.queries.transcripts import coded_elements, marked, marks_of
from studies.access import StudyAccess
from studies.edits import StaleVersion
from tests import factories

FAMILY = "👩\u200d👩\u200d👧"
WORDS = f"Já cafe\u0301 {FAMILY} ő <b> & 🚐"


@pytest.fixture
def transcript(owner: StudyAccess) -> Transcript:
    turns = [("interviewer", "Who came along? 👍🏽"), ("participant", WORDS), ("participant", "Nobody else.")]
    return factories.make_transcript(factories.make_interview(owner.study), turns)


def plain(html: str) -> str:
    """What a browser would show: tags removed, entities read."""
    import re
    from html import unescape

    return unescape(re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize("words", ["cafe\u0301", FAMILY, "👍🏽", "<b> & 🚐", f"{FAMILY} ő", "🚐\n\nNobody"])
def test_a_quote_is_exactly_the_words_of_its_span(
    words: str, owner: StudyAccess, transcript: Transcript
) -> None:
    start = transcript.text.index(words)

    quote = add_quote(owner, transcript=transcript, start=start, end=start + len(words))

    assert (quote.text, transcript.text[quote.start : quote.end]) == (words, words)


@pytest.mark.parametrize(
    "data",
    [
        f"Dan: Hello\r\n\r\nInes: {WORDS}\r\n\r\nDan: Bye\r\n\r\nInes: Bye 🚐\r\n".encode(),
        f"\N{BOM}Dan: Hello\n\nInes: {WORDS}\n\nDan: Bye\n\nInes: Bye 🚐\n".encode(),
        f"\N{BOM}Dan: Hello\r\n\r\nInes: {WORDS}\r\n\r\nDan: Bye\r\n\r\nInes: Bye 🚐\r\n".encode("utf-16-le"),
    ],
    ids=["CRLF", "BOM", "UTF-16"],
)
def test_no_byte_order_mark_or_carriage_return_shifts_a_span(data: bytes, owner: StudyAccess) -> None:
    draft = read_upload(owner, data=data, filename="a.txt")
    found = import_as(owner, draft=draft, roles={}, pseudonym="Ines")

    turn = found.turns.get(number=1)
    quote = add_quote(owner, transcript=found, start=turn.start, end=turn.end)

    assert (quote.text, "\r" in found.text, found.text[0]) == (WORDS, False, "H")


def test_white_space_at_the_ends_is_no_part_of_a_quote(owner: StudyAccess, transcript: Transcript) -> None:
    start = transcript.text.index("\n\nNobody")

    quote = add_quote(owner, transcript=transcript, start=start, end=start + len("\n\nNobody "))

    assert quote.text == "Nobody"


def test_the_same_span_is_one_quote(owner: StudyAccess, transcript: Transcript) -> None:
    first = add_quote(owner, transcript=transcript, start=0, end=3)
    second = add_quote(owner, transcript=transcript, start=0, end=4)

    assert first == second


@pytest.mark.parametrize(("start", "end"), [(3, 3), (5, 2), (-1, 4), (0, 10_000), (3, 4)])
def test_a_span_of_nothing_or_outside_is_refused(
    start: int, end: int, owner: StudyAccess, transcript: Transcript
) -> None:
    with pytest.raises(ValueError):
        add_quote(owner, transcript=transcript, start=start, end=end)
    assert owner.study.quotes.count() == 0


def test_coding_a_span_makes_an_element_at_its_time_in_its_phase(
    owner: StudyAccess, transcript: Transcript
) -> None:
    start = transcript.text.index("Nobody")

    element = code_span(owner, transcript=transcript, start=start, end=start + 6, kind="pull")

    assert (element.kind, element.phase, element.at_ms, element.words) == ("pull", 2, 20_000, "Nobody")
    assert owner.study.history.values_list("verb", flat=True).get() == "element.captured"


def test_coding_sent_twice_is_one_element(owner: StudyAccess, transcript: Transcript) -> None:
    sent = {"transcript": transcript, "start": 0, "end": 3, "kind": "push", "client_id": uuid4()}

    assert code_span(owner, **sent) == code_span(owner, **sent)
    assert owner.study.elements.count() == 1


def test_a_kind_that_does_not_exist_leaves_no_quote_behind(
    owner: StudyAccess, transcript: Transcript
) -> None:
    with pytest.raises(ValidationError):
        code_span(owner, transcript=transcript, start=0, end=3, kind="wish")
    assert owner.study.quotes.count() == 0


def test_moving_a_span_needs_the_version_that_was_seen(owner: StudyAccess, transcript: Transcript) -> None:
    element = code_span(owner, transcript=transcript, start=0, end=3, kind="push")

    moved = move_span(owner, element=element, seen=1, start=0, end=8)
    assert (moved.quote.text, moved.version) == ("Who came", 2)
    with pytest.raises(StaleVersion):
        move_span(owner, element=element, seen=1, start=0, end=3)


# --- marks -------------------------------------------------------------------------------------------
def test_marks_never_change_the_words(owner: StudyAccess, transcript: Transcript) -> None:
    text = transcript.text
    for start, end in [(0, 12), (3, 20), (5, 8), (18, 40), (10, len(text))]:
        code_span(owner, transcript=transcript, start=start, end=end, kind="push")
    marks = marks_of(coded_elements(transcript))

    for turn in transcript.turns.all():
        assert plain(marked(text, turn.start, turn.end, marks)) == text[turn.start : turn.end]


def test_overlapping_quotes_keep_lanes_of_their_own(owner: StudyAccess, transcript: Transcript) -> None:
    long = code_span(owner, transcript=transcript, start=0, end=15, kind="push")
    short = code_span(owner, transcript=transcript, start=4, end=8, kind="anxiety")

    html = marked(transcript.text, 0, 15, marks_of(coded_elements(transcript)))

    q = long.quote_id
    assert html == (
        f'<mark class="hl" data-element="{long.pk}" data-el="push" data-lane="0" id="element-{long.pk}"'
        f' data-quote="{q}" data-letter="P">Who </mark>'
        f'<mark class="hl" data-element="{long.pk}" data-el="push" data-lane="0">'
        f'<mark class="hl" data-element="{short.pk}" data-el="anxiety" data-lane="1" id="element-{short.pk}"'
        f' data-quote="{short.quote_id}" data-letter="A">came</mark></mark>'
        f'<mark class="hl" data-element="{long.pk}" data-el="push" data-lane="0"> along?</mark>'
    )


def test_a_deleted_element_leaves_the_text_and_its_quote_stays(
    owner: StudyAccess, transcript: Transcript
) -> None:
    element = code_span(owner, transcript=transcript, start=0, end=3, kind="push")

    delete_element(owner, element=element)

    assert (list(coded_elements(transcript)), owner.study.quotes.count()) == ([], 1)
