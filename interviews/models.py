"""Participants, interviews, transcripts, quotes and the elements of the wheel."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from interviews import kinds
from interviews.natural import LONGEST
from studies.models import StudyOwned, Trashable, Versioned

USER = settings.AUTH_USER_MODEL


class Consent(models.TextChoices):
    NONE = "none", "None yet"
    GIVEN = "given", "Given"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Participant(StudyOwned, Trashable, Versioned):
    """A person under a pseudonym; the study never holds their name."""

    pseudonym = models.CharField(max_length=60)
    # What lists sort by, written with each pseudonym (`natural_key`)
    sort_key = models.CharField(max_length=LONGEST, blank=True, editable=False)
    segment = models.CharField(max_length=80, blank=True)
    tags = models.JSONField(default=list, blank=True)
    consent = models.CharField(max_length=9, choices=Consent.choices, default=Consent.NONE)
    consent_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "pseudonym"],
                condition=models.Q(deleted_at=None),
                name="one_pseudonym_per_study",
                violation_error_message="This pseudonym is already taken in this study.",
            )
        ]

    def __str__(self) -> str:
        return self.pseudonym


class GuidePrompt(StudyOwned):
    """One question of the study's interview guide."""

    study = models.ForeignKey("studies.Study", models.CASCADE, related_name="guide")
    phase = models.PositiveSmallIntegerField(null=True, blank=True)
    element = models.CharField(max_length=10, choices=kinds.KIND_CHOICES, blank=True)
    text = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class Interview(StudyOwned, Trashable, Versioned):
    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        LIVE = "live", "Live"
        CAPTURED = "captured", "Captured"
        EVALUATED = "evaluated", "Evaluated"

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="interviews")
    held_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    # The timer that all note-takers of one interview share: elapsed_ms, plus the time since it was started
    elapsed_ms = models.PositiveIntegerField(default=0, editable=False)
    timer_started_at = models.DateTimeField(null=True, blank=True, editable=False)
    higher_purpose = models.CharField(max_length=200, blank=True)
    hired = models.CharField(max_length=120, blank=True)
    fired = models.CharField(max_length=120, blank=True)
    # Counts every change of this interview's elements and coverage, inside the changing transaction:
    # a poll for "what changed since n" can then never skip a row that committed late
    change_seq = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["participant__sort_key", "pk"]

    def __str__(self) -> str:
        return f"Interview with {self.participant}"


class Asked(StudyOwned):
    """A prompt of the guide that was put to this person."""

    study = models.ForeignKey("studies.Study", models.CASCADE, related_name="asked")
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="asked")
    prompt = models.ForeignKey(GuidePrompt, models.CASCADE, related_name="asked")
    at_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "prompt"], name="asked_once")]


class Coverage(StudyOwned):
    """An element that was asked about without a result; what was captured is counted, not stored."""

    study = models.ForeignKey("studies.Study", models.CASCADE, related_name="coverage")
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="asked_nothing")
    kind = models.CharField(max_length=10, choices=kinds.KIND_CHOICES)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interview", "kind"], name="coverage_once")]


class TranscriptDraft(StudyOwned):
    """An uploaded file, read and normalised, waiting for a person to map its speakers."""

    filename = models.CharField(max_length=200)
    format = models.CharField(max_length=60)
    text = models.TextField()
    turns = models.JSONField()  # [[speaker, start_ms, end_ms, start, end], …]
    speakers = models.JSONField()  # [{label, turns, words, role}, …]
    warnings = models.JSONField(default=list)
    dropped = models.JSONField(default=list)
    language = models.CharField(max_length=5, blank=True)
    duration_ms = models.PositiveIntegerField(null=True)
    source_digest = models.CharField(max_length=64)
    interview = models.ForeignKey(Interview, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["filename", "pk"]


class Transcript(StudyOwned):
    """Immutable text. A correction is a new transcript of the same interview with the next `number`."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="transcripts")
    number = models.PositiveSmallIntegerField(default=1)
    filename = models.CharField(max_length=200)
    format = models.CharField(max_length=60)
    language = models.CharField(max_length=5, blank=True)
    text = models.TextField(editable=False)
    text_digest = models.CharField(max_length=64, editable=False)
    source_digest = models.CharField(max_length=64, editable=False)
    warnings = models.JSONField(default=list)
    duration_ms = models.PositiveIntegerField(null=True)
    imported_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["interview", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["interview", "number"], name="one_transcript_per_number"),
            models.UniqueConstraint(fields=["study", "source_digest"], name="a_file_is_imported_once"),
        ]

    def __str__(self) -> str:
        return self.filename


class Turn(models.Model):
    """One speech turn; `start` and `end` are code points of the transcript's text."""

    class Role(models.TextChoices):
        PARTICIPANT = "participant", "Participant"
        INTERVIEWER = "interviewer", "Interviewer"
        OTHER = "other", "Other"

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="turns")
    number = models.PositiveIntegerField()
    speaker = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=11, choices=Role.choices)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    start_ms = models.PositiveIntegerField(null=True)
    end_ms = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["transcript", "number"]
        constraints = [models.UniqueConstraint(fields=["transcript", "number"], name="one_turn_per_number")]


class Quote(StudyOwned):
    """A span of one transcript in code points. `text` is that span: neither can change afterwards."""

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="quotes")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text = models.TextField(editable=False)
    start_ms = models.PositiveIntegerField(null=True)
    created_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["transcript", "start"]
        constraints = [
            models.UniqueConstraint(fields=["transcript", "start", "end"], name="one_quote_per_span"),
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")), name="a_quote_is_not_empty"
            ),
        ]


class ElementQuerySet(models.QuerySet["Element"]):
    def scoring(self) -> ElementQuerySet:
        """What may feed a score: hypothetical statements (grade D) never do."""
        return self.filter(grade__in=kinds.SCORING_GRADES)


class AliveElementManager(models.Manager.from_queryset(ElementQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> ElementQuerySet:
        return super().get_queryset().filter(deleted_at=None)  # type: ignore[no-any-return]


class Element(StudyOwned, Trashable, Versioned):
    """One captured item. `kind` is empty while it waits in the tray."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="elements")
    # Made by the browser before the first send: sending twice can then not create two
    client_id = models.UUIDField(default=uuid4)
    kind = models.CharField(max_length=10, choices=kinds.KIND_CHOICES, blank=True)
    note = models.TextField(blank=True, help_text="Paraphrase, in your words")
    verbatim = models.TextField(blank=True, help_text="Their words, as typed during the interview")
    quote = models.ForeignKey(Quote, models.SET_NULL, null=True, blank=True, related_name="elements")
    at_ms = models.PositiveIntegerField(null=True, blank=True)
    phase = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    substage = models.CharField(max_length=10, choices=kinds.SUBSTAGES, blank=True)
    point = models.CharField(max_length=3, choices=kinds.POINT_CHOICES, blank=True)
    story_date = models.DateField(null=True, blank=True)
    story_precision = models.CharField(max_length=5, choices=kinds.PRECISIONS, blank=True)
    intensity = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(4)])
    grade = models.CharField(max_length=1, choices=kinds.GRADES, blank=True)
    epistemic = models.CharField(max_length=8, choices=kinds.EPISTEMIC, default="stated")
    dimensions = models.JSONField(default=list, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    change_seq = models.PositiveIntegerField(default=0, editable=False)
    captured_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    captured_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Any]] = AliveElementManager()
    with_trash: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["interview", "at_ms", "pk"]
        indexes = [
            models.Index(fields=["interview", "change_seq"]),
            models.Index(fields=["study", "kind"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["study", "client_id"], name="one_element_per_client_id")
        ]

    def __str__(self) -> str:
        return self.get_kind_display() or "Unclassified note"

    @property
    def words(self) -> str:
        """The customer's words where there are any, else the paraphrase."""
        return (self.quote.text if self.quote else self.verbatim) or self.note


class Code(StudyOwned, Trashable):
    """A word of the study's codebook, beside the twelve elements that every study has."""

    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True, help_text="When to use it, and when not")
    position = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Trashable.Meta):
        abstract = False
        ordering = ["position", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "name"],
                condition=models.Q(deleted_at=None),
                name="one_code_per_name",
                violation_error_message="This code is in the codebook already.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Coding(StudyOwned):
    """A code on an element, given by a person."""

    element = models.ForeignKey(Element, models.CASCADE, related_name="codings")
    code = models.ForeignKey(Code, models.CASCADE, related_name="codings")
    by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["element", "code"], name="a_code_once_an_element")]


class SnapProposal(StudyOwned):
    """Where a live item probably stands in the transcript: the nearest turn, until a person decides."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"

    element = models.ForeignKey(Element, models.CASCADE, related_name="snaps")
    turn = models.ForeignKey(Turn, models.CASCADE, related_name="+")
    distance_ms = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["element", "turn"], name="one_snap_per_turn")]
