"""What a study's coding is learned from, and the sentences that nobody has coded yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import QuerySet

from interviews.models import Element, Transcript, Turn
from interviews.queries.codes import alive_codings
from interviews.queries.transcripts import TurnRow, transcripts_with_interview, turn_rows
from jobs.sentences import sentences
from studies.models import Study

FEWEST_WORDS = 4  # “Yes, exactly.” is no element
QUESTION = 400  # the end of what the interviewer said: there stands the question


@dataclass(frozen=True)
class Spoken:
    """A sentence of a participant with what stood around it; `place` from 0 to 1 through the interview."""

    start: int
    end: int
    text: str
    before: str = ""
    after: str = ""
    question: str = ""
    place: float | None = None


@dataclass(frozen=True)
class Coded:
    """What a person coded: the sentences that the element's quote touches, else its own words."""

    element: int
    kind: str
    interview: int
    spoken: Spoken
    codes: frozenset[int]


@dataclass(frozen=True)
class Uncoded:
    transcript: int
    interview: int
    spoken: Spoken


@dataclass
class CodingMaterial:
    coded: list[Coded] = field(default_factory=list)
    uncoded: list[Uncoded] = field(default_factory=list)


def labelled_elements(study: Study) -> list[Element]:
    """Elements that a person gave a kind and words: suggestions become such only by being accepted."""
    rows = _with_kind(study).select_related("quote").order_by("pk")
    return [row for row in rows if row.words.strip()]


def _with_kind(study: Study) -> QuerySet[Element]:
    """Elements that a person classified, in interviews that are not in the trash."""
    alive = {"interview__deleted_at": None, "interview__participant__deleted_at": None}
    return study.elements.exclude(kind="").filter(**alive)


def coding_material(study: Study) -> CodingMaterial:
    """Reads transcript after transcript; of a corrected one only the newest version is suggested for."""
    found, codes = CodingMaterial(), _codes(study)
    elements = labelled_elements(study)
    in_transcript: dict[int, list[Element]] = {}
    for element in elements:
        if element.quote:
            in_transcript.setdefault(element.quote.transcript_id, []).append(element)
        else:
            found.coded.append(_coded(element, Spoken(0, 0, element.words), codes))
    newest = set(newest_transcripts(study))
    for transcript in transcripts_with_interview(study).order_by("pk").iterator(chunk_size=20):
        here = in_transcript.get(transcript.pk, [])
        if not here and transcript.pk not in newest:
            continue
        said = spoken_in(transcript, turn_rows(transcript))
        found.coded += [_coded(each, _touched(each, said), codes) for each in here]
        if transcript.pk in newest:
            found.uncoded += _uncoded(transcript, said, here)
    return found


def _codes(study: Study) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for element, code in alive_codings(study).values_list("element", "code"):
        found.setdefault(element, set()).add(code)
    return {element: frozenset(keys) for element, keys in found.items()}


def _coded(element: Element, spoken: Spoken, codes: dict[int, frozenset[int]]) -> Coded:
    return Coded(element.pk, element.kind, element.interview_id, spoken, codes.get(element.pk, frozenset()))


def newest_transcripts(study: Study) -> Iterator[int]:
    seen: set[int] = set()
    rows = transcripts_with_interview(study).order_by("interview", "-number")
    for interview, pk in rows.values_list("interview", "pk"):
        if interview not in seen:
            seen.add(interview)
            yield pk


def spoken_in(transcript: Transcript, turns: Sequence[TurnRow]) -> list[Spoken]:
    """Every sentence of the participant; of everybody but the interviewer where no participant is named."""
    roles = {turn.role for turn in turns}
    mine = {Turn.Role.PARTICIPANT} if Turn.Role.PARTICIPANT in roles else {Turn.Role.OTHER}
    found, question, text = [], "", transcript.text
    for number, turn in enumerate(turns):
        if turn.role == Turn.Role.INTERVIEWER:
            question = text[max(turn.start, turn.end - QUESTION) : turn.end]
        elif turn.role in mine:
            spans = sentences(text, turn.start, turn.end)
            place = number / max(len(turns) - 1, 1)
            found += _in_turn(text, spans, question, place)
    return found


def _in_turn(text: str, spans: Sequence[tuple[int, int]], question: str, place: float) -> list[Spoken]:
    words = ["", *(text[start:end] for start, end in spans), ""]
    return [
        Spoken(start, end, words[here], words[here - 1], words[here + 1], question, place)
        for here, (start, end) in enumerate(spans, 1)
    ]


def _touched(element: Element, said: Sequence[Spoken]) -> Spoken:
    """The sentences that share a character with the quote, as one; the quote alone where none does."""
    quote = element.quote
    if quote is None:
        return Spoken(0, 0, element.words)
    here = [each for each in said if each.start < quote.end and each.end > quote.start]
    if not here:
        return Spoken(quote.start, quote.end, quote.text)
    text = " ".join(each.text for each in here)
    return replace(here[0], end=here[-1].end, text=text, after=here[-1].after)


def _uncoded(transcript: Transcript, said: Sequence[Spoken], coded: Sequence[Element]) -> list[Uncoded]:
    taken = [(each.quote.start, each.quote.end) for each in coded if each.quote]
    return [
        Uncoded(transcript.pk, transcript.interview_id, each)
        for each in said
        if len(each.text.split()) >= FEWEST_WORDS
        and not any(start < each.end and end > each.start for start, end in taken)
    ]


def coded_spans(transcript: Transcript) -> list[tuple[int, int]]:
    """Where people have coded, in code points."""
    rows = transcript.study.elements.filter(quote__transcript=transcript).exclude(kind="")
    return list(rows.values_list("quote__start", "quote__end"))


def count_labels(study: Study) -> int:
    """Elements with a kind, and codes on elements: what the next training would learn from."""
    return int(_with_kind(study).count() + alive_codings(study).count())
