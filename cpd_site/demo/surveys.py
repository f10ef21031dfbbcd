"""The demo's surveys: one closed, one open. Their respondents are invented, the same ones each time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from jobs.actions.survey_page import keep_answers
from jobs.actions.surveys import Worded, close_survey, edit_survey, make_survey, open_survey
from jobs.models import Job, Survey
from jobs.models.surveys import LANGUAGES
from studies.access import StudyAccess

WORDS = ("title", "intro", "segment_question", "segments", "with_kano")
SPREAD = 0.9  # standard deviation of a rating
SILENT = 0.06  # share of questions that somebody leaves out


def add_surveys(people: Mapping[str, StudyAccess], jobs: Mapping[str, Job]) -> None:
    plans = json.loads(Path(__file__).with_name("surveys.json").read_text())
    for state, plan in plans.items():
        access = people[plan["by"]]
        survey = _made(access, plan, jobs)
        _answered(survey, plan, Random(plan["name"]))  # noqa: S311  invented, not secret
        if state == "closed":
            close_survey(access, survey)


def _made(access: StudyAccess, plan: Mapping[str, Any], jobs: Mapping[str, Job]) -> Survey:
    asked: dict[int | None, Any] = {jobs[item["job"]].pk: item for item in plan["items"]}
    survey = make_survey(access, name=plan["name"], jobs=[jobs[item["job"]] for item in plan["items"]])
    worded = [
        Worded(item.pk, item.position, {code: asked[item.job_id][code] for code in LANGUAGES})
        for item in survey.items.all()
    ]
    words = {name: plan[name] for name in WORDS}
    edit_survey(access, survey, seen=1, name=survey.name, closes_at=None, words=words, items=worded)
    return open_survey(access, survey)


def _answered(survey: Survey, plan: Mapping[str, Any], luck: Random) -> None:
    segments = survey.segment_names or [""]
    for place, (segment, size) in enumerate(zip(segments, plan["respondents"], strict=True)):
        for _ in range(size):
            answers = {f"q{at}": _given(item, place, luck) for at, item in enumerate(plan["items"], 1)}
            keep_answers(
                survey,
                respondent=f"{luck.getrandbits(64):016x}",
                language=luck.choice(["de", "de", "de", "en"]),
                answers={key: values for key, values in answers.items() if values},
                taken_back=set(),
                segment=segment,
            )


def _given(item: Mapping[str, Any], place: int, luck: Random) -> dict[str, Any]:
    """One respondent's answers about one job; some are left out, as people do."""
    given: dict[str, Any] = {
        what: min(5, max(1, round(luck.gauss(item[what][place], SPREAD))))
        for what in ("imp", "sat")
        if luck.random() > SILENT
    }
    if "kano" in item:
        given["with"], given["without"] = luck.choice(item["kano"]).split()
    return given
