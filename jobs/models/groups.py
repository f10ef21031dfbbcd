"""Groups of individual jobs: what a run proposed, how sure it was, and what people pinned."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from interviews.models import Interview
from jobs.models.statements import Job
from studies.models import Run, StudyOwned, Trashable

USER = settings.AUTH_USER_MODEL


class JobCluster(StudyOwned, Trashable):
    """A group of individual jobs: a proposal of a run until a person accepts it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        ACCEPTED = "accepted", "Accepted"

    run = models.ForeignKey(Run, models.SET_NULL, null=True, blank=True, related_name="clusters")
    name = models.CharField(max_length=300)
    phrases = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    cohesion = models.FloatField(null=True, blank=True)
    agreement = models.FloatField(null=True, blank=True)
    general = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="clusters")
    # a person chose the members (accepted, moved, split, merged): later runs leave them alone
    decided = models.BooleanField(default=False)
    named = models.BooleanField(default=False)  # by a person: the name stays while runs change the members
    position = models.PositiveIntegerField(default=0)
    # how sure the run was: of `resamples` draws of interviews, the share in which the group was found again,
    # and the interviews of which one alone carries it
    stability = models.FloatField(null=True, blank=True)
    resamples = models.PositiveSmallIntegerField(default=0)
    stands_on = models.ManyToManyField(Interview, blank=True, related_name="+")
    # a general statement after the rules of the method, for a person to write the final one
    proposal = models.CharField(max_length=300, blank=True)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class ClusterMember(StudyOwned):
    """One individual job in one cluster, with the reasons in numbers."""

    cluster = models.ForeignKey(JobCluster, models.CASCADE, related_name="members")
    job = models.OneToOneField(Job, models.CASCADE, related_name="membership")
    similarity = models.FloatField(null=True, blank=True)  # cosine to the cluster's centre
    margin = models.FloatField(null=True, blank=True)  # similarity minus that to the next cluster
    stability = models.FloatField(null=True, blank=True)  # share of resamples in which it stayed here
    decided = models.BooleanField(default=False)  # a person put it here
    # a run would put it into a group that people decided on; it belongs there once somebody says so
    proposed = models.BooleanField(default=False)

    class Meta:
        ordering = ["-similarity", "pk"]


class Pin(StudyOwned):
    """Two individual jobs that a person tied together or keeps apart; every later run obeys.

    `first` has the lower id, so that a pair can be pinned once only.
    """

    class Kind(models.TextChoices):
        TOGETHER = "together", "Belong together"
        APART = "apart", "Keep apart"
        LEFT = "left", "Taken out"  # of the group that the other one stands for: apart until moved back

    kind = models.CharField(max_length=8, choices=Kind.choices)
    first = models.ForeignKey(Job, models.CASCADE, related_name="+")
    second = models.ForeignKey(Job, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_pin_per_pair"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="a_pin_begins_with_the_lower_id"
            ),
        ]
