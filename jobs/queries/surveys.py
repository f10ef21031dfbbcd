"""Surveys of importance and satisfaction: what respondents answered, job by job. Missing is never zero."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from jobs.models import Survey
from studies.models import Study

COUNTED = (Survey.State.OPEN, Survey.State.CLOSED)


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


def answers(study: Study, *, without: Collection[str] = frozenset()) -> list[Answered]:
    """Every answer about a generalised job in surveys that are open or closed; two queries.

    Who answered about a job more than once counts with the latest. Respondents are never interviews.
    """
    job_of = _job_of(study)
    surveys = {survey for survey, _ in job_of}
    rows = study.surveyresponses.filter(survey__in=surveys).order_by("at", "pk")
    latest: dict[tuple[str, int], Answered] = {}
    for survey, who, segment, given in rows.values_list("survey_id", "respondent", "segment", "answers"):
        if who in without:
            continue
        for key, values in given.items():
            if job := job_of.get((survey, key)):
                latest[who, job] = answered(job, who, segment, values)
    return list(latest.values())


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
