"""Verbatims: survey answers, reviews or tickets by the thousand; evidence apart from the interviews."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from jobs.models.statements import Evidence, Job
from jobs.verbatim_rows import KEEP
from studies.models import Run, StudyOwned, Trashable

USER = settings.AUTH_USER_MODEL


class VerbatimSource(StudyOwned, Trashable):
    """One column of words of an imported file; `digest` is the file's until its rows are in, then that of
    the column, so that another column can be imported. `mapping` says which column is what, what was decided
    on rows that cannot be read in full (`faulty`), in how many of them it is only the date (`undated`), and
    which date has two meanings (`doubted`); `errors` holds the first such rows, the file `refusals` all. Each
    row is a new text, a repetition, empty or refused."""

    class Kind(models.TextChoices):
        SURVEY = "survey", "Survey answers"
        REVIEWS = "reviews", "Reviews"
        TICKETS = "tickets", "Support tickets"
        OTHER = "other", "Other"

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Waiting for its columns"
        IMPORTING = "importing", "Importing"
        READY = "ready", "Ready"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.SURVEY)
    state = models.CharField(max_length=9, choices=State.choices, default=State.UPLOADED)
    filename = models.CharField(max_length=200)
    file = models.FileField(upload_to="verbatims/", blank=True)  # goes once its rows are in
    digest = models.CharField(max_length=64, editable=False)
    mapping = models.JSONField(default=dict, blank=True)
    rows = models.PositiveIntegerField(default=0)  # rows of the file
    distinct = models.PositiveIntegerField(default=0)  # different texts among them
    empty = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list, blank=True)
    refusals = models.FileField(upload_to="verbatims/", blank=True)
    run = models.ForeignKey(Run, models.SET_NULL, null=True, blank=True, related_name="+")
    imported_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "digest"], condition=models.Q(deleted_at=None), name="a_file_is_one_source"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def undated(self) -> int:
        """Rows in which nothing but the date cannot be read."""
        return int(self.mapping.get("undated", "0"))

    @property
    def without_date(self) -> int:
        """Rows that were imported without their date."""
        return self.undated if self.mapping.get("faulty") == KEEP else 0

    @property
    def repeated(self) -> int:
        """Rows whose text an earlier row has."""
        return self.rows - self.distinct - self.empty - self.refused


class VerbatimGroup(StudyOwned, Trashable):
    """Verbatims of one source that say alike; `texts` counts different texts, `times` how often they came."""

    source = models.ForeignKey(VerbatimSource, models.CASCADE, related_name="groups")
    name = models.CharField(max_length=300)
    phrases = models.JSONField(default=list, blank=True)
    texts = models.PositiveIntegerField(default=0)
    times = models.PositiveIntegerField(default=0)
    cohesion = models.FloatField(null=True, blank=True)
    decided = models.BooleanField(default=False)  # a person named or linked it: later runs keep it
    run = models.ForeignKey(Run, models.SET_NULL, null=True, blank=True, related_name="+")
    position = models.PositiveIntegerField(default=0)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Verbatim(StudyOwned):
    """One different text of a source: `row` is where the file has it first, `times` how often."""

    source = models.ForeignKey(VerbatimSource, models.CASCADE, related_name="verbatims")
    group = models.ForeignKey(VerbatimGroup, models.SET_NULL, null=True, blank=True, related_name="verbatims")
    row = models.PositiveIntegerField()
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    times = models.PositiveIntegerField(default=1)
    segment = models.CharField(max_length=80, blank=True)
    said_on = models.DateField(null=True, blank=True)
    similarity = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["source", "row"]
        indexes = [models.Index(fields=["group", "-similarity"])]
        constraints = [models.UniqueConstraint(fields=["source", "text_hash"], name="a_text_once_a_source")]


class VerbatimLink(StudyOwned):
    """A group of verbatims that speaks for or against a generalised job."""

    group = models.ForeignKey(VerbatimGroup, models.CASCADE, related_name="links")
    job = models.ForeignKey(Job, models.CASCADE, related_name="verbatim_links")
    polarity = models.CharField(
        max_length=11, choices=Evidence.Polarity.choices, default=Evidence.Polarity.SUPPORTS
    )
    by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "job"], name="a_group_is_linked_once")]
