"""What a card may be linked to: elements, quotes, jobs and clusters of the study, by words and by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet

from interviews.models import Consent, Element, Interview, Quote
from jobs.models import Job, JobCluster
from jobs.queries.said import Said, said_by_element, said_by_quote
from strategy.document import LINK
from strategy.queries.evidence import held_by, mentions, readable, spoken, with_people
from studies.models import Study

SORTS = ("element", "quote", "job", "cluster")
MOST_OF_A_SORT = 8
MOST_LETTERS = 220
WITHDRAWN = "What a customer said was withdrawn"
Shown = dict[str, str]  # {"link", "sort", "glyph", "text", "who"}


def found(job: Job, words: str) -> list[Shown]:
    """At most eight of each sort; without words, what the interviews say that hold this job."""
    study = job.study
    shown = [_element(row) for row in _elements(job, words)[:MOST_OF_A_SORT]]
    shown += [_quote(row) for row in _quotes(study, words)[:MOST_OF_A_SORT]] if words else []
    shown += [_job(row) for row in _by_word(study.jobs.all(), "statement", words)[:MOST_OF_A_SORT]]
    return shown + [
        _cluster(row) for row in _by_word(study.jobclusters.all(), "name", words)[:MOST_OF_A_SORT]
    ]


def _elements(job: Job, words: str) -> QuerySet[Element]:
    strongest = F("intensity").desc(nulls_last=True)  # no intensity is not the greatest one, on any database
    elements = job.study.elements.order_by(strongest, "interview", "at_ms", "pk")
    if words:
        return readable(elements.filter(mentions(words)))
    return readable(elements.filter(interview__in=held_by(job)))


def _quotes(study: Study, words: str) -> QuerySet[Quote]:
    """Bare ones: what became an element is found as such."""
    quotes = study.quotes.filter(spoken("transcript__interview"), elements=None)
    return _by_word(_with_people(quotes), "text", words)


def _with_people(quotes: QuerySet[Quote]) -> QuerySet[Quote]:
    return quotes.select_related("transcript__interview__participant").defer("transcript__text")


def _by_word(rows: QuerySet[Any], field: str, words: str) -> QuerySet[Any]:
    fits = Q()
    for word in words.split()[:6]:
        fits &= Q(**{f"{field}__icontains": word})
    return rows.filter(fits)


def named(study: Study, links: Iterable[str]) -> list[Shown]:
    """The linked things that exist in this study. Withdrawn ones are among them, without their words, so that
    somebody can take the link away. Four queries."""
    wanted = [(match[1], int(match[2])) for match in map(LINK.fullmatch, links) if match]
    ids = {sort: {pk for kind, pk in wanted if kind == sort} for sort in SORTS}
    shown = [_element(row) for row in with_people(study.elements.filter(pk__in=ids["element"]))]
    shown += [_quote(row) for row in _with_people(study.quotes.filter(pk__in=ids["quote"]))]
    shown += [_job(row) for row in study.jobs.filter(pk__in=ids["job"])]
    return shown + [_cluster(row) for row in study.jobclusters.filter(pk__in=ids["cluster"])]


def _element(row: Element) -> Shown:
    said = said_by_element(row)
    name, glyph = (said.kind.name, said.kind.glyph) if said.kind else ("Note", "·")
    return _shown(f"element:{row.pk}", name, glyph, *_words(said, row.interview))


def _quote(row: Quote) -> Shown:
    words = _words(said_by_quote(row), row.transcript.interview)
    return _shown(f"quote:{row.pk}", "Quote", "”", *words)


def _words(said: Said, interview: Interview) -> tuple[str, str]:
    if interview.participant.consent == Consent.WITHDRAWN:
        return WITHDRAWN, ""
    return said.text, _who(said)


def _job(row: Job) -> Shown:
    return _shown(f"job:{row.pk}", "Job", "★", row.statement, row.get_scope_display())


def _cluster(row: JobCluster) -> Shown:
    return _shown(f"cluster:{row.pk}", "Cluster", "⁂", row.name, row.get_state_display())


def _shown(link: str, sort: str, glyph: str, text: str, who: str) -> Shown:
    short = text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS].rstrip()}…"
    return {"link": link, "sort": sort, "glyph": glyph, "text": short, "who": who}


def _who(said: Said) -> str:
    return f"{said.who}, {said.time}" if said.time else said.who
