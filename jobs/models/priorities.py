"""Ratings, business inputs, weights, rankings, scenarios, frozen snapshots and papers."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models

from interviews.models import Interview
from jobs.models.statements import Job
from studies.models import Run, StudyOwned, Trashable, Versioned

USER = settings.AUTH_USER_MODEL


def new_key() -> str:
    return token_urlsafe(16)


class Criterion(models.TextChoices):
    """What colleagues rate; prevalence, struggle and force balance are computed from the interviews."""

    IMPORTANCE = "importance", "Importance, 1 to 5"
    SATISFACTION = "satisfaction", "Satisfaction, 1 to 5"
    BUSINESS = "business", "Business potential, 0 to 4"
    FIT = "fit", "Strategic fit, 0 to 4"
    FEASIBILITY = "feasibility", "Feasibility, 0 to 4"


class Rating(StudyOwned):
    job = models.ForeignKey(Job, models.CASCADE, related_name="ratings")
    criterion = models.CharField(max_length=12, choices=Criterion.choices)
    rater = models.ForeignKey(USER, models.CASCADE, related_name="+")
    value = models.PositiveSmallIntegerField(validators=[MaxValueValidator(5)])
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "criterion", "rater"], name="one_rating_per_person")
        ]


class Comment(StudyOwned, Trashable):
    job = models.ForeignKey(Job, models.CASCADE, related_name="comments")
    author = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(max_length=4000)
    at = models.DateTimeField(auto_now_add=True)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["at", "pk"]


class Approval(StudyOwned):
    """A reviewer's latest word on a job's priority, with the rank it had then."""

    class Decision(models.TextChoices):
        APPROVED = "approved", "Approved"
        NEEDS_WORK = "needs_work", "Needs work"

    job = models.ForeignKey(Job, models.CASCADE, related_name="approvals")
    reviewer = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    note = models.CharField(max_length=300, blank=True)
    rank = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]


def default_weights() -> dict[str, float]:
    return {"prevalence": 2, "opportunity": 3, "struggle": 2, "business": 2, "fit": 1, "feasibility": 0}


class PrioritySettings(Versioned):
    """Weights and written goals of a study, versioned: each change of a weight needs a reason."""

    class Method(models.TextChoices):
        """How ratings 1-5 become importance and satisfaction on 0-10."""

        MEAN = "mean", "Mean"
        TOP_TWO_BOX = "top_two_box", "Top-two-box"

    study = models.OneToOneField("studies.Study", models.CASCADE, related_name="priority_settings")
    weights = models.JSONField(default=default_weights)
    method = models.CharField(max_length=11, choices=Method.choices, default=Method.MEAN)
    currency = models.CharField(max_length=8, default="EUR")  # of the business inputs
    goals = models.JSONField(default=list, blank=True)  # at most five sentences
    reason = models.CharField(max_length=300, blank=True)


class Priority(StudyOwned):
    """A snapshot of the ranking: the same input digest is never computed twice."""

    study = models.ForeignKey("studies.Study", models.CASCADE, related_name="priorities")
    input_digest = models.CharField(max_length=64)
    weights = models.JSONField()
    rows = models.JSONField()
    seed = models.IntegerField(default=0)
    draws = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["study", "input_digest"], name="one_ranking_per_input")
        ]


class BusinessInput(StudyOwned, Versioned):
    """What a generalised job may be worth in a year, in ranges that somebody stands for.

    Performers: people who have the job. Reach: the share of them that can be reached, in percent. Worth and
    cost: what one of them would pay a year, and what serving one costs, in the study's currency.
    """

    RANGES = ("performers", "reach", "worth", "cost")

    job = models.OneToOneField(Job, models.CASCADE, related_name="business")
    performers_low = models.FloatField(null=True, blank=True)
    performers_high = models.FloatField(null=True, blank=True)
    reach_low = models.FloatField(null=True, blank=True)
    reach_high = models.FloatField(null=True, blank=True)
    worth_low = models.FloatField(null=True, blank=True)
    worth_high = models.FloatField(null=True, blank=True)
    cost_low = models.FloatField(null=True, blank=True)
    cost_high = models.FloatField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta(Versioned.Meta):
        abstract = False

    @property
    def ranges(self) -> list[tuple[Any, Any]]:
        """Performers, reach in percent, worth and cost; only where `is_complete`."""
        return [(getattr(self, f"{name}_low"), getattr(self, f"{name}_high")) for name in self.RANGES]

    @property
    def is_complete(self) -> bool:
        return all(end is not None for ends in self.ranges for end in ends)


class Scenario(StudyOwned, Trashable):
    """A named what-if: other weights, and who is left out. The ranking itself is never changed by it.

    A weight of 0 switches a criterion off. `key` is the end of the address that shares it.
    """

    key = models.CharField(max_length=22, unique=True, editable=False, default=new_key)
    name = models.CharField(max_length=120)
    note = models.CharField(max_length=300, blank=True)
    weights = models.JSONField(default=default_weights)
    without_segments = models.JSONField(default=list, blank=True)
    without_interviews = models.ManyToManyField(Interview, blank=True, related_name="+")
    without_respondents = models.JSONField(default=list, blank=True)  # keys of survey responses
    created_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Snapshot(StudyOwned):
    """The ranking as a reviewer approved it, frozen: later changes are told against it.

    `method`: how it was found, as words and numbers by name (`queries.papers.method_of`).
    """

    name = models.CharField(max_length=120)
    note = models.CharField(max_length=300, blank=True)
    weights = models.JSONField()
    method = models.JSONField(default=dict)
    interviews = models.PositiveIntegerField()  # N at that moment
    draws = models.PositiveIntegerField()
    seed = models.IntegerField(default=0)
    by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.name


class SnapshotRow(StudyOwned):
    """One job of a snapshot with all its numbers (`jobs.standing.flat`) and its statement as they were.

    `rank` None: there was not enough evidence to rank it.
    """

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="rows")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    statement = models.CharField(max_length=300)
    rank = models.PositiveIntegerField(null=True)
    numbers = models.JSONField()

    class Meta:
        ordering = ["snapshot", models.F("rank").asc(nulls_last=True), "pk"]


class Paper(StudyOwned, Trashable):
    """A document made by a run: the board paper as PDF or slides, or the workbook of everything."""

    class Kind(models.TextChoices):
        PDF = "pdf", "Board paper (PDF)"
        SLIDES = "pptx", "Slides (PPTX)"
        WORKBOOK = "xlsx", "Workbook (XLSX)"

    kind = models.CharField(max_length=4, choices=Kind.choices)
    snapshot = models.ForeignKey(Snapshot, models.SET_NULL, null=True, blank=True, related_name="papers")
    run = models.ForeignKey(Run, models.SET_NULL, null=True, blank=True, related_name="papers")
    file = models.FileField(upload_to="papers/")
    by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["-pk"]
