"""The team's side of surveys: make, word, open, close, copy. Once somebody has answered, the words stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from jobs.models import Job, Survey, SurveyItem
from jobs.models.surveys import LANGUAGES
from jobs.queries.surveys import offered_languages
from studies.access import StudyAccess
from studies.edits import save_version
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "survey.made": "made the survey",
        "survey.edited": "edited the survey",
        "survey.opened": "opened the survey",
        "survey.closed": "closed the survey",
        "survey.withdrawn": "took back into draft the survey",
        "survey.copied": "copied the survey",
        "survey.deleted": "deleted the survey",
        "survey.restored": "brought back the survey",
    }
)
MOST_ITEMS = 60
OWN_KEY = re.compile(r"q[0-9]{1,4}")  # an archive may bring others along
WORDS = ("title", "intro", "segment_question", "segments", "with_kano")


class SurveyRefused(Exception):
    """Why something cannot be done with a survey, in words for the person who asked."""


@dataclass(frozen=True)
class Worded:
    """One item as an edit sends it; `wording` is language -> text."""

    item_id: int
    position: int
    wording: dict[str, str]
    is_out: bool = False


def wording_of(job: Job) -> dict[str, str]:
    """A first wording, which ends the question “How important is it to you …?”; people make it better."""
    text = job.statement.strip().rstrip(".!?")
    return {"en": f"to {text[:1].lower()}{text[1:]}"}


def make_survey(access: StudyAccess, *, name: str, jobs: Sequence[Job]) -> Survey:
    access.require(Verb.CODE)
    with transaction.atomic():
        survey = Survey(study=access.study, name=name, created_by=access.user)
        survey.full_clean()
        survey.save()
        _add_items(survey, jobs)
        record(access, "survey.made", survey, items=len(jobs))
    return survey


def _add_items(survey: Survey, jobs: Iterable[Job]) -> None:
    """Each job once: two items of one job would be two answers to one question."""
    jobs_by_key = dict(survey.items.values_list("key", "job_id"))
    present = set(jobs_by_key.values())
    new = [job for job in jobs if job.pk not in present]
    if len(present) + len(new) > MOST_ITEMS:
        raise SurveyRefused(
            f"A survey has at most {MOST_ITEMS} jobs; people stop answering long before that."
        )
    first = _free_number(jobs_by_key)
    SurveyItem.objects.bulk_create(_item(survey, job, number) for number, job in enumerate(new, first))


def _free_number(keys: Collection[str]) -> int:
    """Behind all keys of our own making."""
    return max((int(key[1:]) for key in keys if OWN_KEY.fullmatch(key)), default=len(keys)) + 1


def _item(survey: Survey, job: Job, number: int) -> SurveyItem:
    words, key = wording_of(job), f"q{number}"
    return SurveyItem(
        study_id=survey.study_id, survey=survey, job=job, key=key, wording=words, position=number
    )


def is_worded(survey: Survey) -> bool:
    """Whether its words stand: it was opened, or somebody has answered."""
    return survey.state != Survey.State.DRAFT or survey.responses.exists()


def edit_survey(
    access: StudyAccess,
    survey: Survey,
    *,
    seen: int,
    name: str,
    closes_at: datetime | None,
    words: dict[str, Any] | None = None,
    items: Sequence[Worded] = (),
    add: Sequence[Job] = (),
) -> Survey:
    """Name and last day at any time, words and items of a draft only. Raises StaleVersion, SurveyRefused."""
    access.require(Verb.CODE)
    if survey.file:
        raise SurveyRefused("This file waits for its columns: say what they are first, then name it.")
    with transaction.atomic():
        if (words is not None or items or add) and is_worded(survey):
            raise SurveyRefused(
                "The words of this survey stand, because it was opened or answered. Copy it to change them."
            )
        survey.name, survey.closes_at = name, closes_at
        for field, value in (words or {}).items():
            setattr(survey, field, value)
        save_version(survey, seen=seen, fields=["name", "closes_at", *(words or {})])
        _save_items(survey, items)
        _add_items(survey, add)
        record(access, "survey.edited", survey)
    return survey


def _save_items(survey: Survey, items: Iterable[Worded]) -> None:
    rows = survey.items.in_bulk()
    kept = [item for item in items if item.item_id in rows and not item.is_out]
    survey.items.filter(pk__in=[item.item_id for item in items if item.is_out]).delete()
    for place, item in enumerate(sorted(kept, key=lambda item: (item.position, item.item_id)), 1):
        rows[item.item_id].position, rows[item.item_id].wording = place, item.wording
    SurveyItem.objects.bulk_update([rows[item.item_id] for item in kept], ["position", "wording"])


def open_survey(access: StudyAccess, survey: Survey) -> Survey:
    """Also again after closing. Raises SurveyRefused where respondents would find nothing to answer."""
    access.require(Verb.CODE)
    if survey.source == Survey.Source.FILE:
        raise SurveyRefused("These answers came from a file; there is no page to open.")
    if not offered_languages(survey, survey.items.all()):
        raise SurveyRefused(
            f"Every job, and every segment, needs its words in {' or in '.join(LANGUAGES.values())}."
        )
    if survey.is_over:
        raise SurveyRefused("Its last day has passed. Choose a later one, or none, and open it then.")
    return _turn(access, survey, Survey.State.OPEN, "survey.opened")


def close_survey(access: StudyAccess, survey: Survey) -> Survey:
    access.require(Verb.CODE)
    return _turn(access, survey, Survey.State.CLOSED, "survey.closed")


def withdraw_survey(access: StudyAccess, survey: Survey) -> Survey:
    """Back into draft, as long as nobody has answered."""
    access.require(Verb.CODE)
    if survey.responses.exists():
        raise SurveyRefused("Somebody has answered already, so its words stand. Copy it to change them.")
    return _turn(access, survey, Survey.State.DRAFT, "survey.withdrawn")


def _turn(access: StudyAccess, survey: Survey, state: Survey.State, verb: str) -> Survey:
    with transaction.atomic():
        survey.state = state
        save_version(survey, seen=None, fields=["state"])
        record(access, verb, survey)
    return survey


def copy_survey(access: StudyAccess, survey: Survey) -> Survey:
    """A draft with the same words, its own address and no answers."""
    access.require(Verb.CODE)
    with transaction.atomic():
        copy = Survey(study=access.study, name=f"{survey.name[:112]} (copy)", created_by=access.user)
        for field in WORDS:
            setattr(copy, field, getattr(survey, field))
        copy.save()
        SurveyItem.objects.bulk_create(
            _copied(item, copy, place) for place, item in enumerate(survey.items.all(), 1)
        )
        record(access, "survey.copied", copy)
    return copy


def _copied(item: SurveyItem, survey: Survey, place: int) -> SurveyItem:
    kept = {name: getattr(item, name) for name in ("study_id", "job_id", "wording")}
    return SurveyItem(survey=survey, key=f"q{place}", position=place, **kept)


def set_survey_deleted(access: StudyAccess, survey: Survey, *, deleted: bool) -> Survey:
    """Into the trash and back. Raises SurveyRefused where the same file was imported again meanwhile."""
    access.require(Verb.CODE)
    twins = access.study.surveys.filter(digest=survey.digest).exclude(pk=survey.pk)
    if not deleted and survey.digest and twins.exists():
        raise SurveyRefused("The same file was imported again meanwhile; delete that one first.")
    with transaction.atomic():
        survey.deleted_at = timezone.now() if deleted else None
        survey.save(update_fields=["deleted_at"])
        record(access, "survey.deleted" if deleted else "survey.restored", survey)
    return survey
