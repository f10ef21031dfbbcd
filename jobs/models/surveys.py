"""Surveys of importance and satisfaction: from a file, or from a page of our own that needs no account."""

from __future__ import annotations

from secrets import token_urlsafe

from django.conf import settings
from django.db import models

from jobs.models.statements import Job
from studies.models import StudyOwned, Trashable, Versioned

USER = settings.AUTH_USER_MODEL


def new_token() -> str:
    return token_urlsafe(32)


class Survey(StudyOwned, Trashable, Versioned):
    """A list of jobs put to people who have them. Respondents are never interviews and never counted as such.

    `token` is the end of the public address; it opens the questions, not the study.
    """

    class Source(models.TextChoices):
        PAGE = "page", "Survey page"
        FILE = "file", "Imported file"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    source = models.CharField(max_length=4, choices=Source.choices, default=Source.PAGE)
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    name = models.CharField(max_length=120)
    intro = models.JSONField(default=dict, blank=True)  # language -> text
    token = models.CharField(max_length=43, unique=True, editable=False, default=new_token)
    with_kano = models.BooleanField(default=False)
    segments = models.JSONField(default=list, blank=True)  # choices of the segment question; none: not asked
    closes_at = models.DateTimeField(null=True, blank=True)
    filename = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)  # of the imported file
    created_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class SurveyItem(StudyOwned):
    """One job as the respondents read it. Answers name it by `key`, which is unique inside the survey."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="items")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="survey_items")
    key = models.CharField(max_length=60)
    wording = models.JSONField(default=dict)  # language -> text
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["survey", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["survey", "key"], name="one_item_per_key")]


class SurveyResponse(StudyOwned):
    """Everything that one person answered, in one row: sent twice, it is the same row.

    `answers`: item key -> {"imp": 1-5, "sat": 1-5, "with": Kano, "without": Kano}, all optional.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="responses")
    respondent = models.CharField(
        max_length=64
    )  # made by the page or taken from the file; says nothing of a person
    language = models.CharField(max_length=2, blank=True)
    segment = models.CharField(max_length=80, blank=True)
    answers = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["survey", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "respondent"], name="one_response_per_person")
        ]
