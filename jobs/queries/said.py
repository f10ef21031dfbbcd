"""What was said behind jobs, cards and journeys, as pages show it, and what may become evidence of a job."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from django.db.models import Count, Q

from interviews import kinds
from interviews.models import Element, Interview, Quote
from jobs.models import Evidence
from studies.models import Study
from studies.templatetags.studio import clock

ALIVE = Q(element=None) | Q(element__deleted_at=None)
# What a researcher reaches for first when writing a job
FIRST_KINDS = ("job", "desire", "push")


@dataclass(frozen=True)
class Said:
    """Something a customer said, or that was noted of them, as a page shows it."""

    key: str  # "e12" for an element, "q34" for a bare quote: what forms post
    text: str
    verbatim: bool  # the customer's own words, not our paraphrase
    note: str
    who: str
    at_ms: int | None
    interview_id: int
    transcript_id: int | None
    quote_id: int | None
    kind: kinds.Kind | None = None
    grade: str = ""
    polarity: str = ""
    evidence_id: int | None = None
    used_in: int = 0

    @property
    def time(self) -> str:
        return "" if self.at_ms is None else clock(self.at_ms)

    @property
    def in_transcript(self) -> str:
        """What follows the transcript's address."""
        return f"?quote={self.quote_id}#q{self.quote_id}"

    @property
    def contradicts(self) -> bool:
        return self.polarity == Evidence.Polarity.CONTRADICTS

    @property
    def polarity_word(self) -> str:
        """As the quote component calls it."""
        return {"supports": "supporting", "contradicts": "contradicting"}.get(self.polarity, "")


def said_by_element(element: Element, *, evidence: Evidence | None = None, used_in: int = 0) -> Said:
    quote = element.quote
    words = quote.text if quote else element.verbatim
    return Said(
        key=f"e{element.pk}",
        text=words or element.note,
        verbatim=bool(words),
        note=element.note if words else "",
        who=element.interview.participant.pseudonym,
        at_ms=quote.start_ms if quote and quote.start_ms is not None else element.at_ms,
        interview_id=element.interview_id,
        transcript_id=quote.transcript_id if quote else None,
        quote_id=quote.pk if quote else None,
        kind=kinds.BY_CODE.get(element.kind),
        grade=element.grade,
        polarity=evidence.polarity if evidence else "",
        evidence_id=evidence.pk if evidence else None,
        used_in=used_in,
    )


def said_by_quote(quote: Quote, *, evidence: Evidence | None = None, used_in: int = 0) -> Said:
    interview = quote.transcript.interview
    return Said(
        key=f"q{quote.pk}",
        text=quote.text,
        verbatim=True,
        note="",
        who=interview.participant.pseudonym,
        at_ms=quote.start_ms,
        interview_id=interview.pk,
        transcript_id=quote.transcript_id,
        quote_id=quote.pk,
        polarity=evidence.polarity if evidence else "",
        evidence_id=evidence.pk if evidence else None,
        used_in=used_in,
    )


def said_behind(study: Study, jobs: Iterable[int]) -> dict[int, list[Said]]:
    """Job id -> its evidence, what speaks against it last; one query."""
    rows = (
        study.evidence.filter(ALIVE, job__in=jobs)
        .select_related("element__quote", "element__interview__participant")
        .select_related("quote__transcript__interview__participant")
        .defer("quote__transcript__text", "quote__transcript__warnings")
        .order_by("-polarity", "pk")
    )
    behind: dict[int, list[Said]] = defaultdict(list)
    for row in rows:
        behind[row.job_id].append(said_by_evidence(row))
    return behind


def said_by_evidence(row: Evidence) -> Said:
    """The database holds one of the two."""
    if row.quote:
        return said_by_quote(row.quote, evidence=row)
    return said_by_element(cast(Element, row.element), evidence=row)


@dataclass
class Material:
    """What one interview offers as evidence, in the order of use."""

    groups: list[tuple[str, list[Said]]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(said) for _, said in self.groups)


def material(interview: Interview, *, without: Iterable[int] = ()) -> Material:
    """Elements grouped by kind, customer jobs, desires and pushes first; then quotes that are no element.

    `without` are ids of jobs whose evidence is left out.
    """
    taken: set[tuple[int | None, int | None]] = set(
        interview.study.evidence.filter(job__in=list(without)).values_list("element_id", "quote_id")
    )
    elements = interview.elements.select_related("quote", "interview__participant")
    elements = elements.annotate(used=Count("evidence", Q(evidence__job__deleted_at=None)))
    by_kind: dict[str, list[Said]] = defaultdict(list)
    for element in elements.order_by("at_ms", "pk"):
        if (element.pk, None) not in taken:
            by_kind[element.kind].append(said_by_element(element, used_in=element.used))
    order = [*FIRST_KINDS, *(kind.code for kind in kinds.KINDS if kind.code not in FIRST_KINDS), ""]
    found = [(_group_name(code), by_kind[code]) for code in order if by_kind[code]]
    if bare := _bare_quotes(interview, taken):
        found.append(("Quotes without an element", bare))
    return Material(found)


def _group_name(code: str) -> str:
    return kinds.BY_CODE[code].name if code else "In the tray, not classified"


def _bare_quotes(interview: Interview, taken: set[tuple[int | None, int | None]]) -> list[Said]:
    quotes = (
        interview.study.quotes.filter(transcript__interview=interview, elements=None)
        .select_related("transcript__interview__participant")
        .defer("transcript__text", "transcript__warnings")
        .annotate(used=Count("evidence", Q(evidence__job__deleted_at=None)))
    )
    return [said_by_quote(quote, used_in=quote.used) for quote in quotes if (None, quote.pk) not in taken]
