"""A workshop on a canvas, and who comes in by a link."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from strategy.models.canvases import PHASE, Canvas
from studies.models import StudyOwned

USER = settings.AUTH_USER_MODEL


class RoomRole(models.TextChoices):
    FACILITATOR = "facilitator", "Facilitator"
    CONTRIBUTOR = "contributor", "Contributor"
    OBSERVER = "observer", "Observer"


class Workshop(StudyOwned):
    """What the facilitator has set the room to; one at a time on a canvas."""

    ENDS = "Workshop ends"  # the name of the version that its end keeps

    class Voting(models.TextChoices):
        OFF = "off", "No vote"
        OPEN = "open", "Voting"
        CLOSED = "closed", "Counted"

    canvas = models.ForeignKey(Canvas, models.CASCADE, related_name="workshops")
    facilitator = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    stage = models.CharField(max_length=12, blank=True)  # agenda.Stage.key; empty: no agenda is followed
    silent = models.BooleanField(default=False)  # new cards are hidden from others until revealed
    voting = models.CharField(max_length=6, choices=Voting.choices, default=Voting.OFF)
    dots = models.PositiveSmallIntegerField(default=3)  # for each person
    result = models.JSONField(default=dict)  # key of a card -> dots, once counted
    focus_phase = models.PositiveSmallIntegerField(null=True, blank=True, validators=PHASE)
    locked_lanes = models.JSONField(default=list)
    timer_seconds = models.PositiveIntegerField(default=0)  # what is left, while the timer stands
    timer_ends_at = models.DateTimeField(null=True, blank=True)  # while it runs

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["canvas"], condition=models.Q(ended_at=None), name="one_workshop_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"Workshop: {self.canvas.job}"


class Dot(models.Model):
    """One dot of one seat on one card. Leaves the database as a count only."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="votes")
    seat = models.CharField(max_length=24)
    card_key = models.UUIDField()

    class Meta:
        ordering = ["pk"]


class RoomLink(StudyOwned):
    """A way into one canvas without an account. Only digests of token and passcode are stored."""

    study = models.ForeignKey("studies.Study", models.CASCADE, related_name="room_links")
    canvas = models.ForeignKey(Canvas, models.CASCADE, related_name="links")
    role = models.CharField(max_length=11, choices=RoomRole.choices, default=RoomRole.CONTRIBUTOR)
    note = models.CharField(max_length=120, blank=True)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    passcode = models.CharField(max_length=128, blank=True)  # hashed like a password; empty: none asked
    created_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        role = RoomRole(self.role).label
        return f"{self.note} ({role})" if self.note else role

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


class Guest(models.Model):
    """Somebody who came in by a link, under the name that they gave."""

    link = models.ForeignKey(RoomLink, models.CASCADE, related_name="guests")
    name = models.CharField(max_length=60)
    key_digest = models.CharField(max_length=64, unique=True, editable=False)  # of what their session holds
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name} (guest)"
