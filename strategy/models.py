"""The strategy canvas of a job: cards in phases and lanes, and the actions that they lead to."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from interviews.models import Element
from jobs.models import Job
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
    """One canvas per prioritised job. `seq` counts every change, so that a page can ask what is new."""

    study = models.ForeignKey("studies.Study", models.CASCADE, related_name="canvases")
    job = models.ForeignKey(Job, models.CASCADE, related_name="canvases")
    seq = models.PositiveIntegerField(default=0, editable=False)
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
    class State(models.TextChoices):
        IDEA = "idea", "Idea"
        AGREED = "agreed", "Agreed"

    canvas = models.ForeignKey(Canvas, models.CASCADE, related_name="cards")
    # Made by the browser: the row keeps its identity when a shared document takes over as the source
    key = models.UUIDField(default=uuid4)
    phase = models.PositiveSmallIntegerField(validators=PHASE)
    lane = models.CharField(max_length=13, choices=Lane.choices)
    position = models.CharField(
        max_length=60, default="a0"
    )  # fractional index: between any two there is room
    text = models.CharField(max_length=2000)
    state = models.CharField(max_length=6, choices=State.choices, default=State.IDEA)
    is_assumption = models.BooleanField(default=False)
    elements = models.ManyToManyField(Element, blank=True, related_name="cards")
    change_seq = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["phase", "lane", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["canvas", "key"], name="one_card_per_key")]

    def __str__(self) -> str:
        return self.text


class Action(StudyOwned, Trashable, Versioned):
    """What somebody does by a date to help a customer from one state to the next (method 5)."""

    class Status(models.TextChoices):
        IDEA = "idea", "Idea"
        AGREED = "agreed", "Agreed"
        RUNNING = "running", "Running"
        MEASURING = "measuring", "Measuring"
        ADOPTED = "adopted", "Adopted"
        STOPPED = "stopped", "Stopped"

    class Size(models.TextChoices):
        SMALL = "small", "Small"
        MEDIUM = "medium", "Medium"
        LARGE = "large", "Large"

    class Change(models.TextChoices):
        ADD = "add", "Add something"
        SUBTRACT = "subtract", "Take something away"
        CHANGE = "change", "Change something"

    class Decision(models.TextChoices):
        KEEP = "keep", "Keep"
        ADAPT = "adapt", "Adapt"
        STOP = "stop", "Stop"

    canvas = models.ForeignKey(Canvas, models.CASCADE, related_name="actions")
    card = models.ForeignKey(Card, models.SET_NULL, null=True, blank=True, related_name="actions")
    title = models.CharField(max_length=160)
    phase = models.PositiveSmallIntegerField(validators=PHASE)
    lane = models.CharField(max_length=13, choices=Lane.choices)
    # The parts of the sentence "We believe … will help … move from … to …, because …"
    hypothesis_change = models.CharField(max_length=300, blank=True)
    performer = models.CharField(max_length=120, blank=True)
    from_state = models.CharField(max_length=160, blank=True)
    to_state = models.CharField(max_length=160, blank=True)
    because = models.CharField(max_length=300, blank=True)
    kpi = models.CharField(max_length=120, blank=True)
    kpi_baseline = models.FloatField(null=True, blank=True)
    kpi_target = models.FloatField(null=True, blank=True)
    kpi_by = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    size = models.CharField(max_length=6, choices=Size.choices, default=Size.SMALL)
    change = models.CharField(max_length=8, choices=Change.choices, default=Change.CHANGE)
    expectation_before = models.CharField(max_length=200, blank=True)
    expectation_after = models.CharField(max_length=200, blank=True)
    partner = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.IDEA)
    is_assumption = models.BooleanField(default=False)
    elements = models.ManyToManyField(Element, blank=True, related_name="actions")
    # "Would the customer welcome this, knowing our intention?"
    welcomed = models.BooleanField(null=True, blank=True)
    welcomed_note = models.CharField(max_length=300, blank=True)
    welcomed_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    welcomed_at = models.DateTimeField(null=True, blank=True)
    result = models.TextField(blank=True)
    decision = models.CharField(max_length=5, choices=Decision.choices, blank=True)
    next_change = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.title
