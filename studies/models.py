"""The tenant root: a study, its people, its history and its background runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from studies.registry import sentence, title_of
from studies.roles import Role


def phase_labels() -> dict[str, str]:
    return {"1": "Awareness", "2": "Expectations", "3": "Trade-offs", "4": "Experience"}


class Versioned(models.Model):
    """A row that people edit: an edit posts the version it saw, and a stale one is refused."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Study(Versioned):
    """One question about one hire or switch, asked of one sample of people."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    question = models.TextField(blank=True, help_text="What does the business want to find out?")
    switch = models.CharField(max_length=200, blank=True, help_text="Which hire or switch is it about?")
    sample_frame = models.TextField(blank=True, help_text="Who is interviewed, and why these people?")
    sample_size = models.PositiveSmallIntegerField(default=12)
    phase_labels = models.JSONField(default=phase_labels)
    single_keys = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Versioned.Meta):
        abstract = False
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def phase_label(self, phase: int) -> str:
        return self.phase_labels.get(str(phase)) or phase_labels()[str(phase)]


class StudyOwned(models.Model):
    """A row inside a study: reached as `access.study.<model>s`, never by its id alone."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True


class AliveManager(models.Manager[Any]):
    """Hides what lies in the trash; a study's relations use it because it is the default manager."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(deleted_at=None)


class Trashable(models.Model):
    """Deleting marks a row, so that it can be brought back."""

    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager[Any]] = AliveManager()
    with_trash: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True


class Membership(StudyOwned):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "user"], name="one_membership_per_person")]
        ordering = ["joined_at", "pk"]

    def __str__(self) -> str:
        return f"{self.user} as {self.role}"


class Invitation(StudyOwned):
    """A single-use link. Only the token's digest is stored: whoever reads the database cannot join."""

    role = models.CharField(max_length=12, choices=Role.choices)
    note = models.CharField(max_length=120, blank=True, help_text="For whom? Only your team sees this.")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        role = Role(self.role).label
        return f"{self.note} ({role})" if self.note else role

    @property
    def role_label(self) -> str:
        return Role(self.role).label

    @property
    def is_open(self) -> bool:
        return not self.accepted_at and not self.revoked_at and self.expires_at > timezone.now()


class HistoryEntry(StudyOwned):
    """What somebody did, in words that outlive the thing it was done to. Append-only."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="history")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    actor_name = models.CharField(max_length=150)
    verb = models.CharField(max_length=60)
    target_type = models.CharField(max_length=40)
    target_id = models.CharField(max_length=40)
    target_label = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["study", "target_type", "target_id"])]

    @property
    def sentence(self) -> str:
        return sentence(self.verb)


class Run(StudyOwned):
    """A background computation. The row is the truth; a Celery message only wakes a worker."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    input_digest = models.CharField(max_length=64)
    seed = models.IntegerField(default=0)
    versions = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)
    message = models.CharField(max_length=200, blank=True)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=500, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "lease_until"])]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return title_of(self.kind)

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

    @property
    def seconds(self) -> float | None:
        end = self.finished_at or timezone.now()
        return (end - self.started_at) / timedelta(seconds=1) if self.started_at else None
