"""The strategy canvas of a job: cards in phases and lanes, what people say of them, and kept versions.

The shared document is the truth about cards (live.py); their rows here are its projection.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from interviews.models import Element, Quote
from jobs.models import Job, JobCluster
from studies.models import StudyOwned, Trashable, Versioned

USER = settings.AUTH_USER_MODEL
PHASE = [MinValueValidator(1), MaxValueValidator(4)]


class Lane(models.TextChoices):
    NEED = "need", "Customer's need here"
    SOLUTIONS = "solutions", "Solutions"
    MARKETING = "marketing", "Marketing"
    COMMUNICATION = "communication", "Communication"
    BUYING_AIDS = "buying_aids", "Sales and buying aids"
    PARTNERS = "partners", "Partners"
    TARGET = "target", "Target and KPI"


class Canvas(StudyOwned, Trashable):
    """One canvas per prioritised job."""

    study = models.ForeignKey("studies.Study", models.CASCADE, related_name="canvases")
    job = models.ForeignKey(Job, models.CASCADE, related_name="canvases")
    created_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["job"], condition=models.Q(deleted_at=None), name="one_canvas_per_job"
            )
        ]

    def __str__(self) -> str:
        return f"Canvas: {self.job}"


class Card(StudyOwned, Trashable, Versioned):
    """One thought. Place, kind, text and links come from the shared document; the rest the server decides."""

    class State(models.TextChoices):
        IDEA = "idea", "Idea"
        AGREED = "agreed", "Agreed"

    class Kind(models.TextChoices):
        IDEA = "idea", "Idea"
        STRATEGY = "strategy", "Strategy"
        ASSUMPTION = "assumption", "Assumption"
        QUESTION = "question", "Question"
        ACTION = "action", "Action"

    canvas = models.ForeignKey(Canvas, models.CASCADE, related_name="cards")
    key = models.UUIDField(default=uuid4)  # made by the browser, and its name in the document
    phase = models.PositiveSmallIntegerField(validators=PHASE)
    lane = models.CharField(max_length=13, choices=Lane.choices)
    position = models.CharField(
        max_length=200, default="a0"
    )  # fractional index: between any two there is room
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.IDEA)
    text = models.TextField()
    elements = models.ManyToManyField(Element, blank=True, related_name="cards")
    quotes = models.ManyToManyField(Quote, blank=True, related_name="cards")
    jobs = models.ManyToManyField(Job, blank=True, related_name="cards")
    clusters = models.ManyToManyField(JobCluster, blank=True, related_name="cards")
    # how its links stood when they were made, or when people last decided about it (strategy/grounds.py)
    seen = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.IDEA)
    locked = models.BooleanField(default=False)
    created_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    author_name = models.CharField(max_length=150, blank=True)  # also of a guest, who has no account
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["phase", "lane", "position", "key"]
        constraints = [models.UniqueConstraint(fields=["canvas", "key"], name="one_card_per_key")]

    def __str__(self) -> str:
        return self.text[:100]

    @property
    def is_assumption(self) -> bool:
        return self.kind == self.Kind.ASSUMPTION


class CardComment(StudyOwned, Trashable):
    """What somebody says of a card; a thread is what was said of one card in the order of time."""

    study = models.ForeignKey("studies.Study", models.CASCADE, related_name="card_comments")
    card = models.ForeignKey(Card, models.CASCADE, related_name="comments")
    author = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    author_name = models.CharField(max_length=150)
    text = models.CharField(max_length=2000)
    mentions: models.ManyToManyField[Any, Any] = models.ManyToManyField(USER, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["pk"]


class CardDecision(StudyOwned):
    """What people decided about a card whose evidence changed, and why."""

    class Decision(models.TextChoices):
        KEEP = "keep", "Keep it as it is"
        CHANGE = "change", "Change it"
        DROP = "drop", "Drop it"

    study = models.ForeignKey("studies.Study", models.CASCADE, related_name="card_decisions")
    card = models.ForeignKey(Card, models.CASCADE, related_name="decisions")
    about = models.JSONField(default=dict)  # what had changed: kind of change -> in words
    decision = models.CharField(max_length=6, choices=Decision.choices)
    reason = models.CharField(max_length=500)
    decided_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]


class CanvasVersion(StudyOwned):
    """The cards of a canvas as they were: kept by itself now and then, or by name when somebody wants to."""

    study = models.ForeignKey("studies.Study", models.CASCADE, related_name="canvas_versions")
    canvas = models.ForeignKey(Canvas, models.CASCADE, related_name="versions")
    name = models.CharField(max_length=120, blank=True)  # empty: kept by itself
    seq = models.PositiveBigIntegerField(default=0)  # the last update of the shared sheet that is in it
    cards = models.JSONField(default=list)  # document.CardData as plain data
    made_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name or f"{self.made_at:%d %B %Y, %H:%M}"
