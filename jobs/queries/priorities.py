"""What a ranking of generalised jobs is computed from: a handful of queries however many jobs there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from django.db.models import Avg, Exists, OuterRef, Q

from interviews import kinds
from jobs.models import Criterion, Evidence, Job, PrioritySettings
from studies.models import Study

SCALES = {Criterion.BUSINESS: (0, 4), Criterion.FIT: (0, 4), Criterion.FEASIBILITY: (0, 4)}


@dataclass
class Facts:
    """Everything known about one generalised job before any weight is applied."""

    job: Job
    interviews: set[int] = field(default_factory=set)
    supporting: set[int] = field(default_factory=set)  # element ids
    contradicting: set[int] = field(default_factory=set)
    grades: set[str] = field(default_factory=set)
    pushes: dict[int, list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )  # interview -> intensities
    ratings: dict[str, list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )  # (rater, value)
    forces: dict[str, float | None] = field(
        default_factory=dict
    )  # mean intensity over the holding interviews

    @property
    def struggle(self) -> list[float]:
        """Mean push intensity 0-4 of each interview that has one among the evidence."""
        return [fmean(values) for _, values in sorted(self.pushes.items())]

    def rated(self, criterion: str) -> list[int]:
        return [value for _, value in sorted(self.ratings[criterion])]


def settings_of(study: Study) -> PrioritySettings:
    """The study's weights and goals; defaults, unsaved, until somebody changes them."""
    return PrioritySettings.objects.filter(study=study).first() or PrioritySettings(study=study)


def interviews_with_elements(study: Study) -> Any:
    """The interviews in which anything was captured: what every N counts."""
    return study.interviews.filter(Exists(study.elements.filter(interview=OuterRef("pk"))))


def interview_count(study: Study) -> int:
    return int(interviews_with_elements(study).count())


def facts(study: Study) -> list[Facts]:
    """The generalised jobs with their interviews, evidence and ratings; seven queries."""
    generals = {job.pk: Facts(job) for job in study.jobs.filter(scope=Job.Scope.GENERALISED)}
    owner_of = {pk: pk for pk in generals}
    members = study.jobs.filter(general__in=generals).values_list("pk", "general_id", "interview_id")
    for pk, general, interview in members:
        owner_of[pk] = general
        if interview:
            generals[general].interviews.add(interview)
    _add_evidence(study, generals, owner_of)
    _add_ratings(study, generals)
    _add_forces(study, generals.values())
    return list(generals.values())


def _add_evidence(study: Study, generals: Mapping[int, Facts], owner_of: Mapping[int, int]) -> None:
    """A hypothetical statement (grade D) is shown as evidence but counts for nothing here."""
    rows = study.evidence.filter(job__in=owner_of, element__deleted_at=None, element__isnull=False).values(
        "job_id",
        "polarity",
        "element_id",
        "element__kind",
        "element__grade",
        "element__intensity",
        "element__interview_id",
    )
    for row in rows:
        known = generals[owner_of[row["job_id"]]]
        if row["polarity"] == Evidence.Polarity.CONTRADICTS:
            known.contradicting.add(row["element_id"])
        elif row["element__grade"] in kinds.SCORING_GRADES:
            _add_support(known, row)


def _add_support(known: Facts, row: Mapping[str, Any]) -> None:
    known.interviews.add(row["element__interview_id"])
    known.grades.add(row["element__grade"])
    first_time = row["element_id"] not in known.supporting
    known.supporting.add(row["element_id"])
    if first_time and row["element__kind"] == "push" and row["element__intensity"] is not None:
        known.pushes[row["element__interview_id"]].append(row["element__intensity"])


def _add_ratings(study: Study, generals: Mapping[int, Facts]) -> None:
    for job, criterion, rater, value in study.ratings.filter(job__in=generals).values_list(
        "job_id", "criterion", "rater_id", "value"
    ):
        generals[job].ratings[criterion].append((rater, value))


def _add_forces(study: Study, jobs: Iterable[Facts]) -> None:
    """Mean of the interviews' mean intensities, force by force; None where nobody rated that force."""
    means: dict[str, dict[int, float]] = defaultdict(dict)
    rated = study.elements.filter(
        kind__in=kinds.FORCES, intensity__isnull=False, grade__in=kinds.SCORING_GRADES
    )
    for row in rated.order_by().values("interview", "kind").annotate(mean=Avg("intensity")):
        means[row["kind"]][row["interview"]] = row["mean"]
    for known in jobs:
        for force in kinds.FORCES:
            found = [means[force][pk] for pk in known.interviews if pk in means[force]]
            known.forces[force] = fmean(found) if found else None


def force_elements(study: Study, known: Facts) -> Any:
    """The elements behind a force balance."""
    return study.elements.filter(interview__in=known.interviews, kind__in=kinds.FORCES).filter(
        Q(intensity__isnull=False), grade__in=kinds.SCORING_GRADES
    )
