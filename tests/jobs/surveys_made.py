"""Surveys as tests need them: rows by the shortest way."""

from __future__ import annotations

from typing import Any

from jobs.models import Job, Survey, SurveyItem, SurveyResponse
from studies.models import Study
from tests import factories as make

ON_TIME = "Get the children to school on time"


def make_general(study: Study, statement: str = ON_TIME) -> Job:
    return make.make_job(study, scope="generalised", statement=statement)


def make_survey(study: Study, *jobs: Job, **fields: Any) -> Survey:
    """Items q1, q2, … in the order of `jobs`, worded in both languages."""
    survey = Survey.objects.create(study=study, **{"name": "Autumn", "state": "open"} | fields)
    for place, job in enumerate(jobs):
        wording = {"en": job.statement, "de": f"Deutsch {place + 1}"}
        SurveyItem.objects.create(
            study=study, survey=survey, job=job, key=f"q{place + 1}", wording=wording, position=place
        )
    return survey


def respond(survey: Survey, who: str, segment: str = "", **answers: dict[str, Any]) -> SurveyResponse:
    """`q1={"imp": 5, "sat": 2}`"""
    return SurveyResponse.objects.create(
        study=survey.study, survey=survey, respondent=who, segment=segment, answers=answers
    )
