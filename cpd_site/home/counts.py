"""What a study has of everything, and who is in its sample: in a dozen queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from interviews.models import Consent, Interview
from jobs.models import Approval, Job, JobCluster, Rating
from strategy.models import Canvas, Card
from strategy.queries.actions import all_actions
from strategy.queries.due import UNDER_WAY, overdue
from studies.models import Study

HELD = (Interview.State.CAPTURED, Interview.State.EVALUATED)
OVER_RECRUIT = 1.25  # method 3, step 2: a quarter more than needed


@dataclass(frozen=True)
class Frame:
    """Who is in the sample, against whom it should hold: the gaps that step 2 must show."""

    size: int
    people: int
    segments: list[tuple[str, int]]
    tags: list[tuple[str, int]]
    without_segment: int
    without_consent: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    @property
    def missing(self) -> int:
        return max(0, self.size - self.people)

    @property
    def over_recruit(self) -> int:
        return round(self.size * OVER_RECRUIT)


def sample_frame(study: Study) -> Frame:
    rows = list(study.participants.values_list("pseudonym", "segment", "tags", "consent"))
    segments = Counter(segment for _, segment, _, _ in rows if segment)
    tags = Counter(tag for _, _, tags, _ in rows for tag in tags)
    return Frame(
        size=study.sample_size,
        people=len(rows),
        segments=segments.most_common(),
        tags=tags.most_common(12),
        without_segment=sum(1 for _, segment, _, _ in rows if not segment),
        without_consent=[name for name, _, _, consent in rows if consent == Consent.NONE],
        withdrawn=[name for name, _, _, consent in rows if consent == Consent.WITHDRAWN],
    )


def counts(study: Study) -> dict[str, int]:
    """Everything that the steps are judged by; one query a table."""
    return {
        "prompts": study.guide.count(),
        **_interviews(study),
        **study.elements.aggregate(
            elements=Count("pk"),
            tray=Count("pk", filter=Q(kind="")),
            captured_in=Count("interview", distinct=True),
        ),
        "transcripts": study.transcripts.filter(interview__deleted_at=None)
        .values("interview")
        .distinct()
        .count(),
        **_jobs(study),
        **study.jobclusters.aggregate(
            proposals=Count("pk", filter=Q(state=JobCluster.State.PROPOSED)),
            accepted=Count("pk", filter=Q(state=JobCluster.State.ACCEPTED)),
        ),
        **study.canvases.aggregate(canvases=Count("pk")),
        **study.cards.aggregate(
            cards=Count("pk"),
            agreed=Count("pk", filter=Q(state=Card.State.AGREED)),
            phase_1=Count("pk", filter=Q(phase=1)),
        ),
        **_actions(study),
    }


def _interviews(study: Study) -> dict[str, int]:
    return study.interviews.aggregate(
        interviews=Count("pk"),
        held=Count("pk", filter=Q(state__in=HELD)),
        evaluated=Count("pk", filter=Q(state=Interview.State.EVALUATED)),
        live=Count("pk", filter=Q(state=Interview.State.LIVE)),
    )


def _jobs(study: Study) -> dict[str, int]:
    rated = Exists(Rating.objects.filter(job=OuterRef("pk")))
    approved = Exists(Approval.objects.filter(job=OuterRef("pk"), decision=Approval.Decision.APPROVED))
    drawn = Exists(Canvas.objects.filter(job=OuterRef("pk")))
    general, individual = Q(scope=Job.Scope.GENERALISED), Q(scope=Job.Scope.INDIVIDUAL)
    return study.jobs.annotate(rated=rated, approved=approved, drawn=drawn).aggregate(
        individual=Count("pk", filter=individual),
        interviews_with_jobs=Count("interview", filter=individual, distinct=True),
        generalised_from=Count("pk", filter=individual & Q(general__isnull=False)),
        general=Count("pk", filter=general),
        general_rated=Count("pk", filter=general & Q(rated=True)),
        general_approved=Count("pk", filter=general & Q(approved=True)),
        approved_with_canvas=Count("pk", filter=general & Q(approved=True, drawn=True)),
    )


def _actions(study: Study) -> dict[str, int]:
    return all_actions(study).aggregate(
        actions=Count("pk"),
        owned=Count("pk", filter=Q(owner__isnull=False, due_on__isnull=False) & ~Q(hypothesis_change="")),
        under_way=Count("pk", filter=Q(status__in=UNDER_WAY)),
        learned=Count("pk", filter=~Q(result="")),
        overdue=Count("pk", filter=overdue(timezone.localdate())),
    )
