"""Actions: what somebody does by a date, and how one sees whether it works."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from interviews.models import Element
from strategy.days import day_words
from strategy.models.canvases import PHASE, Canvas, Card, Lane
from studies.models import StudyOwned, Trashable, Versioned

USER = settings.AUTH_USER_MODEL


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

    class Mode(models.TextChoices):
        PROACTIVE = "proactive", "Proactive"
        REACTIVE = "reactive", "Reactive"

    class KpiKind(models.TextChoices):
        PERCEPTION = "perception", "What customers say"
        BEHAVIOUR = "behaviour", "What customers do"
        OPERATIONAL = "operational", "What we do"

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
    kpi_kind = models.CharField(max_length=11, choices=KpiKind.choices, blank=True)
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
    # Small-change loop (method 6): closing one asks for its result and the new expectation
    mode = models.CharField(max_length=9, choices=Mode.choices, blank=True)
    previous = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="next_loops")
    started_on = models.DateField(null=True, blank=True)  # the day it first ran
    closed_at = models.DateTimeField(null=True, blank=True)
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

    @property
    def believed(self) -> str:
        """The sentence of the hypothesis as far as it is written, without its "We believe"."""
        parts = {
            "": self.hypothesis_change,
            "will help ": self.performer,
            "move from ": self.from_state,
            "to ": self.to_state,
            "because ": self.because,
        }
        return " ".join(words + said for words, said in parts.items() if said)


class KpiReading(StudyOwned, Trashable):
    """The KPI of an action, read on a day."""

    study = models.ForeignKey("studies.Study", models.CASCADE, related_name="kpi_readings")
    action = models.ForeignKey(Action, models.CASCADE, related_name="readings")
    on = models.DateField()
    value = models.FloatField()
    note = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "on"], condition=models.Q(deleted_at=None), name="one_reading_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.value:g} on {day_words(self.on)}"
