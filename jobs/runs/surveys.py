"""Importing a large file of survey answers: read outside any transaction, written in one."""

from __future__ import annotations

from typing import Any

from jobs.actions.survey_import import import_answers
from jobs.actions.surveys import SurveyRefused
from jobs.surveys.table import Column
from studies.access import access_of
from studies.models import Run
from studies.progress import Reporter
from studies.runs import RunFailed, run_kind


@run_kind("jobs.survey_import", title="Importing survey answers", result_page="jobs:surveys")
def import_survey(run: Run, report: Reporter) -> dict[str, Any]:
    """All answers of the file or none; `sound_only` leaves faulty rows out. The result counts respondents,
    rows and what was left out. Raises RunFailed, in words for who asked, where the file is refused."""
    access, params = access_of(run), run.params
    survey = access.study.surveys.filter(pk=params["survey"]).first()
    if survey is None:
        raise RunFailed("The survey was deleted meanwhile; nothing was imported.")
    try:
        found = import_answers(
            access,
            survey,
            columns={name: Column(*column) for name, column in params["columns"].items()},
            scale=params.get("scale", {}),  # a run of an earlier version may wait still
            jobs=params["jobs"],
            sound_only=params["sound_only"],
            report=report,
        )
    except SurveyRefused as refused:
        raise RunFailed(str(refused)) from refused
    return {"respondents": len(found.answers), "rows": found.rows, "left out": found.faulty}
