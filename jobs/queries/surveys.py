"""Surveys of importance and satisfaction: what respondents answered, job by job. Missing is never zero."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from jobs.models import Survey, SurveyItem, SurveyResponse
from jobs.models.surveys import LANGUAGES
from studies.models import Study

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
OPEN = """SELECT id, version FROM jobs_survey
    WHERE token = %s AND state = %s AND deleted_at IS NULL AND (closes_at IS NULL OR closes_at > %s)"""
COUNTED = (Survey.State.OPEN, Survey.State.CLOSED)
READ_AGAIN = 500  # respondents whose answers are asked for by name; more: all are read
KEPT_BOOKS = 2  # studies whose answers a process keeps; 10,000 respondents with ten jobs take about 30 MB


@dataclass(frozen=True, slots=True)
class Answered:
    """What one respondent answered about one job; None: no answer. Ratings 1-5, Kano as in scoring."""

    job_id: int
    respondent: str
    segment: str
    imp: int | None
    sat: int | None
    with_: str | None
    without_: str | None


@dataclass(frozen=True, slots=True)
class Book:
    """All answers of a study, job by job; `digest` is the same wherever the same was answered."""

    by_job: Mapping[int, Sequence[Answered]]
    digest: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """A book with what is needed to read only newer answers into the next one."""

    job_of: Mapping[tuple[int, str], int]
    state: tuple[Any, ...]
    rows: Mapping[int, tuple[int, str]]  # response -> its version, its respondent
    people: Mapping[str, tuple[Answered, ...]]
    marks: Mapping[str, bytes]  # respondent -> digest of the answers
    book: Book


_lock = Lock()
_kept: OrderedDict[int, _Kept] = OrderedDict()


def book(study: Study) -> Book:
    """Three small queries; of the answers only those are read that this process does not know.

    Ten thousand respondents are more than a page can read each time it is asked for, and more than a new
    answer should make it read again.
    """
    job_of = _job_of(study)
    counted = study.surveyresponses.filter(survey__in={survey for survey, _ in job_of})
    # each new answer changes the number, each correction the sum
    state = tuple(counted.aggregate(n=Count("pk"), versions=Sum("version")).values()) if job_of else ()
    with _lock:
        before = _kept.get(study.pk)
    if before is None or before.job_of != job_of:
        before = _Kept(job_of, (), {}, {}, {}, Book({}, ""))
    if before.state != state or not before.book.digest:
        before = _read_on(counted, state, before)
        with _lock:
            _kept[study.pk] = before
            while len(_kept) > KEPT_BOOKS:
                _kept.popitem(last=False)
    return before.book


def _read_on(counted: QuerySet[SurveyResponse], state: tuple[Any, ...], before: _Kept) -> _Kept:
    """`before`, and what was answered, corrected or taken out since."""
    found = counted.order_by().values_list("pk", "version", "respondent") if before.job_of else ()
    rows = {pk: (version, who) for pk, version, who in found}
    differ = before.rows.items() ^ rows.items()
    changed = {who for _, (_, who) in differ}
    people, marks = dict(before.people), dict(before.marks)
    for who in changed:
        people.pop(who, None), marks.pop(who, None)
    for who, answers in _answers_of(counted, changed, before.job_of):
        people[who], marks[who] = answers, _mark(answers)
    by_job: dict[int, list[Answered]] = defaultdict(list)
    order = sorted(people)  # the same on every database, in whatever order they came
    for who in order:
        for said in people[who]:
            by_job[said.job_id].append(said)
    whole = hashlib.sha256(b"".join(marks[who] for who in order)).hexdigest()
    return _Kept(before.job_of, state, rows, people, marks, Book(dict(by_job), whole))


def _answers_of(
    counted: QuerySet[SurveyResponse], people: Collection[str], job_of: Mapping[tuple[int, str], int]
) -> Iterable[tuple[str, tuple[Answered, ...]]]:
    """Respondent and latest answers, a job each."""
    asked = counted.filter(respondent__in=people) if len(people) <= READ_AGAIN else counted
    latest: dict[str, dict[int, Answered]] = {}
    fields = ("survey_id", "respondent", "segment", "answers")
    for survey, who, segment, given in asked.order_by("at", "pk").values_list(*fields):
        for key, values in given.items():
            if job := job_of.get((survey, key)):
                latest.setdefault(who, {})[job] = answered(job, who, segment, values)
    return ((who, tuple(jobs[job] for job in sorted(jobs))) for who, jobs in latest.items())


def _mark(answers: Iterable[Answered]) -> bytes:
    said = [(a.job_id, a.respondent, a.segment, a.imp, a.sat, a.with_, a.without_) for a in answers]
    return hashlib.sha256(repr(said).encode()).digest()


def answers(study: Study) -> list[Answered]:
    """Every answer about a generalised job in surveys that are open or closed.

    Who answered about a job more than once counts with the latest. Respondents are never interviews.
    """
    return [answered for rows in book(study).by_job.values() for answered in rows]


def answered(job: int, who: str, segment: str, values: Mapping[str, int | str]) -> Answered:
    """One entry of `SurveyResponse.answers`."""
    imp, sat = values.get("imp"), values.get("sat")
    with_, without_ = values.get("with"), values.get("without")
    return Answered(
        job,
        who,
        segment,
        int(imp) if imp else None,
        int(sat) if sat else None,
        str(with_) if with_ else None,
        str(without_) if without_ else None,
    )


def _job_of(study: Study) -> dict[tuple[int, str], int]:
    """(survey, item key) -> generalised job."""
    asked = study.surveyitems.filter(
        survey__deleted_at=None, survey__state__in=COUNTED, job__deleted_at=None, job__isnull=False
    )
    return {(survey, key): job for survey, key, job in asked.values_list("survey_id", "key", "job_id")}


# --- the public page ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Question:
    key: str
    wording: str
    at: int  # counted from 1


@dataclass(frozen=True)
class Sheet:
    """What respondents read in one language; it never changes for one version of a survey."""

    language: str
    languages: tuple[str, ...]
    title: str
    intro: str
    segment_question: str
    segments: tuple[tuple[str, str], ...]  # (name in results, words on the page)
    with_kano: bool
    questions: tuple[Question, ...]


def survey_behind(token: str) -> Survey | None:
    """The survey of a public address; None for drafts and surveys in the trash.

    While a survey is open this is one query: the survey itself is kept by this process, version by version.
    The SQL is written out because Django takes 1 ms to compose it, each time.
    """
    if not TOKEN.fullmatch(token):
        return None
    with connection.cursor() as cursor:
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        cursor.execute(OPEN, [token, Survey.State.OPEN.value, now])
        if found := cursor.fetchone():
            return _kept_survey(token, *found)
    return Survey.objects.filter(token=token).exclude(state=Survey.State.DRAFT).first()


@lru_cache(maxsize=128)
def _kept_survey(token: str, pk: int, version: int) -> Survey:
    survey: Survey = Survey.objects.get(pk=pk, token=token)
    return survey


def offered_languages(survey: Survey, items: Iterable[SurveyItem]) -> tuple[str, ...]:
    """Those in which every item, and every segment, has words."""
    wordings = [item.wording for item in items]
    choices = len(survey.segment_names)
    return tuple(
        code
        for code in LANGUAGES
        if wordings
        and all(wording.get(code) for wording in wordings)
        and len(survey.segments_in(code)) == choices
    )


def sheets(survey: Survey) -> dict[str, Sheet]:
    """Language -> what its page says; one query."""
    items = list(survey.items.all())
    languages = offered_languages(survey, items)
    return {code: _sheet(survey, items, code, languages) for code in languages}


@lru_cache(maxsize=128)
def kept_sheets(token: str, version: int) -> dict[str, Sheet]:
    """The same for the public page: an edit makes a new version, so what is kept is never stale."""
    return sheets(Survey.objects.get(token=token))


def _sheet(survey: Survey, items: Iterable[SurveyItem], code: str, languages: tuple[str, ...]) -> Sheet:
    return Sheet(
        code,
        languages,
        survey.title.get(code, ""),
        survey.intro.get(code, ""),
        survey.segment_question.get(code, ""),
        tuple(zip(survey.segment_names, survey.segments_in(code), strict=True)),
        survey.with_kano,
        tuple(Question(item.key, item.wording[code], at) for at, item in enumerate(items, 1)),
    )


def response_of(survey: Survey, respondent: str) -> SurveyResponse | None:
    return survey.responses.filter(respondent=respondent).first()
