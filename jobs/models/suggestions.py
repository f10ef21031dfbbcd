"""What the machine suggests while people code, kept apart from what people coded."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from interviews.models import Transcript
from studies.models import Run, StudyOwned

USER = settings.AUTH_USER_MODEL


class SuggestionModel(StudyOwned):
    """One training on a study's own codings, with how good it was on codings held back.

    `report`: label -> {"labels": n, "tested": n, "first": share right at once, "first_three": among three}.
    """

    study = models.OneToOneField("studies.Study", models.CASCADE, related_name="suggestion_model")
    on = models.BooleanField(default=False)  # people switch it on; nothing is suggested before
    encoder = models.CharField(max_length=80, blank=True)
    labels = models.PositiveIntegerField(default=0)  # codings it was trained on
    report = models.JSONField(default=dict, blank=True)
    run = models.ForeignKey(Run, models.SET_NULL, null=True, blank=True, related_name="+")
    trained_at = models.DateTimeField(null=True, blank=True)


class Suggestion(StudyOwned):
    """The likeliest elements and codes of one sentence (code points of a transcript), and what a person did.

    `ranked`: at most three of [label, confidence 0-1] each for elements and codes, best first.
    """

    class State(models.TextChoices):
        OPEN = "open", "Suggested"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="suggestions")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    ranked = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    chosen = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["transcript", "start"]
        constraints = [
            models.UniqueConstraint(fields=["transcript", "start", "end"], name="one_suggestion_per_span")
        ]
