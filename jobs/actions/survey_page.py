"""Keeping what a respondent sent. The one action without an account: the address is the permission."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from jobs.models import Survey, SurveyResponse

KEEP = """INSERT INTO jobs_surveyresponse
    (study_id, survey_id, respondent, language, segment, answers, at, version)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 1) ON CONFLICT (survey_id, respondent) DO NOTHING"""


def keep_answers(
    survey: Survey,
    *,
    respondent: str,
    language: str,
    answers: dict[str, dict[str, Any]],
    taken_back: set[tuple[str, str]],
    segment: str | None,
) -> None:
    """Stores what a respondent sent. There is one row for each respondent, so sending it again, even at the
    same moment, changes that row.

    Answers that a later sending does not mention stay: a second window cannot wipe out the first. The insert
    is a single statement and so its own transaction, because hundreds may come in one second.
    """
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    said = [respondent, language, segment or "", json.dumps(answers), at]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [survey.study_id, survey.pk, *said])
        is_new = cursor.rowcount == 1
    if not is_new:
        _change(survey, respondent, language, answers, taken_back, segment)


def _change(
    survey: Survey,
    respondent: str,
    language: str,
    answers: dict[str, dict[str, Any]],
    taken_back: set[tuple[str, str]],
    segment: str | None,
) -> None:
    with transaction.atomic():
        row: SurveyResponse = survey.responses.select_for_update().get(respondent=respondent)
        row.answers = _merged(row.answers, answers, taken_back)
        row.segment = row.segment if segment is None else segment
        row.language = language
        row.version += 1
        row.save(update_fields=["answers", "segment", "language", "version"])


def _merged(
    before: dict[str, dict[str, Any]], sent: dict[str, dict[str, Any]], taken_back: set[tuple[str, str]]
) -> dict[str, dict[str, Any]]:
    keys = [*before, *(key for key in sent if key not in before)]
    both = {key: before.get(key, {}) | sent.get(key, {}) for key in keys}
    left = {
        key: {what: value for what, value in values.items() if (key, what) not in taken_back}
        for key, values in both.items()
    }
    return {key: values for key, values in left.items() if values}
