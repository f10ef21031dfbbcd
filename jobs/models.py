"""Customer jobs (never background jobs): statements, evidence, groups, ratings, priorities."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models

from interviews.models import Element, Interview, Quote
from studies.models import Run, StudyOwned, Trashable, Versioned

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
    # a person renamed, split, merged or moved members: later runs leave it alone
    decided = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)

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
    decided = models.BooleanField(default=False)  # a person put it here

    class Meta:
        ordering = ["-similarity", "pk"]


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

    study = models.OneToOneField("studies.Study", models.CASCADE, related_name="priority_settings")
    weights = models.JSONField(default=default_weights)
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
