"""Job statements, and the evidence that ties them to what a customer said."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from interviews.models import Element, Interview, Quote
from studies.models import StudyOwned, Trashable, Versioned

USER = settings.AUTH_USER_MODEL


class Level(models.TextChoices):
    PURPOSE = "purpose", "Purpose"
    MAIN = "main", "Main job"
    SUB = "sub", "Sub-job"
    MICRO = "micro", "Micro-job"

    @property
    def altitude(self) -> int:
        """0 is highest."""
        return list(Level).index(self)


class Pattern(models.TextChoices):
    FUNCTIONAL = "functional", "Functional job: verb + object"
    EMOTIONAL = "emotional", "Emotional or social: feel, avoid feeling, be perceived as"
    OUTCOME = "outcome", "Desired outcome: direction + metric + object"
    STORY = "story", "Job story: When, I want to, so I can"


class Job(StudyOwned, Trashable, Versioned):
    """Progress somebody wants to make: of one interview (individual) or of several (generalised)."""

    class Scope(models.TextChoices):
        INDIVIDUAL = "individual", "Individual job"
        GENERALISED = "generalised", "Generalised job"

    scope = models.CharField(max_length=11, choices=Scope.choices, default=Scope.INDIVIDUAL)
    statement = models.CharField(max_length=300)
    pattern = models.CharField(max_length=10, choices=Pattern.choices, default=Pattern.FUNCTIONAL)
    level = models.CharField(max_length=7, choices=Level.choices, default=Level.MAIN)
    dimensions = models.JSONField(default=list, blank=True)
    interview = models.ForeignKey(Interview, models.CASCADE, null=True, blank=True, related_name="jobs")
    # the generalised job that this individual job belongs to
    general = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="members")
    # the job map: "in order to" goes up to the parent, "by" goes down
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")
    also_serves = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="also_served_by")
    position = models.PositiveIntegerField(default=0)
    rationale = models.TextField(blank=True, help_text="Why these belong together, or how it was read")
    created_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["study", "scope"])]

    def __str__(self) -> str:
        return self.statement


class LintDismissal(StudyOwned):
    """Somebody read the warning and knows better; the reason stays beside the statement."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="dismissals")
    rule = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "rule"], name="one_dismissal_per_rule")]


class Evidence(StudyOwned):
    """What ties a job to what a customer said: an element, or a bare quote."""

    class Polarity(models.TextChoices):
        SUPPORTS = "supports", "Supports"
        CONTRADICTS = "contradicts", "Contradicts"

    study = models.ForeignKey("studies.Study", models.CASCADE, related_name="evidence")
    job = models.ForeignKey(Job, models.CASCADE, related_name="evidence")
    element = models.ForeignKey(Element, models.CASCADE, null=True, blank=True, related_name="evidence")
    quote = models.ForeignKey(Quote, models.CASCADE, null=True, blank=True, related_name="evidence")
    polarity = models.CharField(max_length=11, choices=Polarity.choices, default=Polarity.SUPPORTS)
    by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "element"], name="an_element_is_evidence_once"),
            models.UniqueConstraint(fields=["job", "quote"], name="a_quote_is_evidence_once"),
            models.CheckConstraint(
                condition=models.Q(element=None) ^ models.Q(quote=None), name="evidence_is_element_or_quote"
            ),
        ]
