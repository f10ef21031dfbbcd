"""Surveys of importance and satisfaction: from a file, or from a page of our own that needs no account."""

from __future__ import annotations

from secrets import token_urlsafe

from django.conf import settings
from django.db import models
from django.utils import timezone

from jobs.models.statements import Job
from studies.models import StudyOwned, Trashable, Versioned

LANGUAGES = {"en": "English", "de": "German"}
USER = settings.AUTH_USER_MODEL


def new_token() -> str:
    return token_urlsafe(32)


class Survey(StudyOwned, Trashable, Versioned):
    """A list of jobs put to people who have them. Respondents are never interviews and never counted as such.

    `token` is the end of the public address; it opens the questions, not the study. What respondents read is
    kept by language ("en", "de"); a page is offered in the languages that every item has words in.
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
    name = models.CharField(max_length=120)  # for the team only
    title = models.JSONField(default=dict, blank=True)  # language -> text
    intro = models.JSONField(default=dict, blank=True)  # language -> text
    token = models.CharField(max_length=43, unique=True, editable=False, default=new_token)
    with_kano = models.BooleanField(default=False)
    segment_question = models.JSONField(default=dict, blank=True)  # language -> text
    segments = models.JSONField(
        default=dict, blank=True
    )  # language -> its choices, one a line; none: not asked
    closes_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to="surveys/", blank=True, editable=False)  # until its columns are mapped
    filename = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)  # of the imported file
    created_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "digest"],
                condition=models.Q(deleted_at=None) & ~models.Q(digest=""),
                name="one_survey_per_file",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def takes_answers(self) -> bool:
        return self.state == self.State.OPEN and not self.is_over

    @property
    def is_over(self) -> bool:
        """Its last moment has passed, whether or not anybody has closed it."""
        return self.closes_at is not None and self.closes_at <= timezone.now()

    @property
    def segment_names(self) -> list[str]:
        """The segments as results name them: in the first language that has them."""
        return next((lines for code in LANGUAGES if (lines := self.segments_in(code))), [])

    def segments_in(self, language: str) -> list[str]:
        return [line.strip() for line in self.segments.get(language, "").splitlines() if line.strip()]


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

    @property
    def words(self) -> str:
        """In the first language that has them; a database may keep the languages in another order."""
        return next((text for code in LANGUAGES if (text := self.wording.get(code))), self.key)


class SurveyResponse(StudyOwned, Versioned):
    """Everything that one person answered, in one row: sent twice, it is the same row.

    `answers`: item key -> {"imp": 1-5, "sat": 1-5, "with": Kano, "without": Kano}, all optional.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="responses")
    # made by the page or taken from the file; says nothing of a person
    respondent = models.CharField(max_length=64)
    language = models.CharField(max_length=2, blank=True)
    segment = models.CharField(max_length=80, blank=True)
    answers = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["survey", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "respondent"], name="one_response_per_person")
        ]
