"""Surveys of importance and satisfaction: what respondents answered, job by job. Missing is never zero."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, Sum
from django.utils import timezone

from jobs.models import Survey, SurveyItem, SurveyResponse
from jobs.models.surveys import LANGUAGES
from studies.models import Study
from studies.runs import digest

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
OPEN = """SELECT id, version FROM jobs_survey
    WHERE token = %s AND state = %s AND deleted_at IS NULL AND (closes_at IS NULL OR closes_at > %s)"""
COUNTED = (Survey.State.OPEN, Survey.State.CLOSED)
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


def book(study: Study) -> Book:
    """Three small queries; the answers themselves are read again only where this process does not know them.

    Ten thousand respondents are more than a page can read each time it is asked for.
    """
    job_of = _job_of(study)
    counted = study.surveyresponses.filter(survey__in={survey for survey, _ in job_of})
    # each new answer changes the number, each correction the sum
    state = counted.aggregate(n=Count("pk"), versions=Sum("version")) if job_of else {}
    return _book(study.pk, tuple(job_of.items()), tuple(state.values()))


@lru_cache(maxsize=KEPT_BOOKS)
def _book(study: int, job_of: tuple[tuple[tuple[int, str], int], ...], state: tuple[Any, ...]) -> Book:
    by_job: dict[int, list[Answered]] = defaultdict(list)
    for answered in _latest(Study(pk=study), dict(job_of)) if job_of else ():
        by_job[answered.job_id].append(answered)
    said = {job: sorted(astuple(answered) for answered in rows) for job, rows in by_job.items()}
    return Book(dict(by_job), digest(sorted(said.items())))


def answers(study: Study) -> list[Answered]:
    """Every answer about a generalised job in surveys that are open or closed.

    Who answered about a job more than once counts with the latest. Respondents are never interviews.
    """
    return [answered for rows in book(study).by_job.values() for answered in rows]


def _latest(study: Study, job_of: Mapping[tuple[int, str], int]) -> Iterable[Answered]:
    rows = study.surveyresponses.filter(survey__in={survey for survey, _ in job_of}).order_by("at", "pk")
    latest: dict[tuple[str, int], Answered] = {}
    fields = ("survey_id", "respondent", "segment", "answers")
    for survey, who, segment, given in rows.values_list(*fields):
        for key, values in given.items():
            if job := job_of.get((survey, key)):
                latest[who, job] = answered(job, who, segment, values)
    return latest.values()


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
    """The survey of a public address. Drafts and the trash do not exist for the public.

    As long as it takes answers, this is one look at its row: the survey itself is what this process keeps of
    that version. The statement is written out because Django takes 1 ms to put it together, each time.
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
