"""Keeping what a respondent sent. The one action without an account: the address is the permission."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from jobs.models import Survey, SurveyResponse


def keep_answers(
    survey: Survey,
    *,
    respondent: str,
    language: str,
    answers: dict[str, dict[str, Any]],
    taken_back: set[tuple[str, str]],
    segment: str | None,
) -> SurveyResponse:
    """One row a respondent, decided by the constraint: whatever is sent twice, at once or later, is that row.

    What a later sending does not mention stays, so that a second window cannot wipe out the first.
    """
    row = SurveyResponse(
        study_id=survey.study_id,
        survey=survey,
        respondent=respondent,
        language=language,
        segment=segment or "",
        answers=answers,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return _changed(survey, row, taken_back, keep_segment=segment is None)
    return row


def _changed(
    survey: Survey, sent: SurveyResponse, taken_back: set[tuple[str, str]], *, keep_segment: bool
) -> SurveyResponse:
    with transaction.atomic():
        row: SurveyResponse = survey.responses.select_for_update().get(respondent=sent.respondent)
        row.answers = _merged(row.answers, sent.answers, taken_back)
        row.segment = row.segment if keep_segment else sent.segment
        row.language = sent.language
        row.version += 1
        row.save(update_fields=["answers", "segment", "language", "version"])
    return row


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
