"""What a ranking of generalised jobs is computed from: a handful of queries however many jobs there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef

from interviews import kinds
from jobs.models import BusinessInput, Criterion, Evidence, Job, PrioritySettings
from jobs.queries.forces import felt_in
from jobs.queries.surveys import Answered, book
from studies.models import Study

if TYPE_CHECKING:
    from jobs.scoring import Felt, Forces

SCALES = {Criterion.BUSINESS: (0, 4), Criterion.FIT: (0, 4), Criterion.FEASIBILITY: (0, 4)}
BOUNDS = {Criterion.IMPORTANCE: (1, 5), Criterion.SATISFACTION: (1, 5)} | SCALES


@dataclass
class Facts:
    """Everything known about one generalised job before any weight is applied."""

    job: Job
    # interview -> grades of what was said there for the job; none where only a job was written from it
    heard: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    supporting: set[int] = field(default_factory=set)  # element ids
    contradicting: set[int] = field(default_factory=set)
    # interview -> intensities of its pushes
    pushes: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    # criterion -> colleague -> value
    ratings: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    answers: Sequence[Answered] = ()
    business: BusinessInput | None = None
    felt: Mapping[int, Felt] = field(default_factory=dict)  # interview that holds it -> its forces

    @property
    def interviews(self) -> set[int]:
        return set(self.heard)

    @property
    def grades(self) -> set[str]:
        return set().union(*self.heard.values())

    @property
    def struggle(self) -> dict[int, float]:
        """Mean push intensity 0-4 of each interview that has one among the evidence."""
        return {interview: fmean(values) for interview, values in sorted(self.pushes.items())}

    @property
    def forces(self) -> Forces:
        from jobs.scoring import forces_over

        return forces_over(self.felt.values())

    def rated(self, criterion: str) -> list[int]:
        return [value for _, value in sorted(self.ratings[criterion].items())]


@dataclass(frozen=True)
class Known:
    """All that a ranking is computed from, read at one moment."""

    facts: list[Facts]
    segments: dict[int, str]  # every interview that counts -> its segment
    settings: PrioritySettings
    answered: str  # digest of what respondents said

    @property
    def jobs(self) -> dict[int, Job]:
        return {facts.job.pk: facts.job for facts in self.facts}


def settings_of(study: Study) -> PrioritySettings:
    """The study's weights and goals; defaults, unsaved, until somebody changes them."""
    return PrioritySettings.objects.filter(study=study).first() or PrioritySettings(study=study)


def counted_interviews(study: Study) -> Any:
    """The interviews in which anything was captured, and those that a job was written from: what every N
    counts."""
    captured = Exists(study.elements.filter(interview=OuterRef("pk")))
    return study.interviews.filter(captured | Exists(study.jobs.filter(interview=OuterRef("pk"))))


def interview_count(study: Study) -> int:
    return int(counted_interviews(study).count())


def known(study: Study, *, joining: Mapping[int, int] | None = None) -> Known:
    """Nine queries, ten where there are surveys, however many jobs there are.

    `joining`: individual job -> general job, as if it belonged there; for what a proposal would change.
    """
    found = study.jobs.filter(scope=Job.Scope.GENERALISED).select_related("business")
    generals = {job.pk: Facts(job, business=getattr(job, "business", None)) for job in found}
    owner_of = {pk: pk for pk in generals}
    members = study.jobs.filter(general__in=generals).values_list("pk", "general_id", "interview_id")
    for pk, general, interview in [*members, *_as_if(study, generals, joining or {})]:
        owner_of[pk] = general
        if interview:
            generals[general].heard[interview].update()
    _add_evidence(study, generals, owner_of)
    _add_ratings(study, generals)
    survey = book(study)
    for pk, facts in generals.items():
        facts.answers = survey.by_job.get(pk, ())
    segments = dict(counted_interviews(study).order_by("pk").values_list("pk", "participant__segment"))
    felt = felt_in(study)
    for facts in generals.values():
        facts.heard = {pk: grades for pk, grades in facts.heard.items() if pk in segments}
        facts.felt = {pk: felt[pk] for pk in sorted(facts.heard) if pk in felt}
    return Known(list(generals.values()), segments, settings_of(study), survey.digest)


def rated_without(known: Known, me: int) -> int:
    """Jobs of which others have rated something that I have not."""
    given = (facts.ratings.values() for facts in known.facts)
    return sum(any(by and me not in by for by in criteria) for criteria in given)


def _as_if(
    study: Study, generals: Mapping[int, Facts], joining: Mapping[int, int]
) -> Iterable[tuple[int, int, int | None]]:
    if not joining:
        return []
    rows = study.jobs.filter(pk__in=joining).order_by("pk").values_list("pk", "interview_id")
    return [(pk, joining[pk], interview) for pk, interview in rows if joining[pk] in generals]


def _add_evidence(study: Study, generals: Mapping[int, Facts], owner_of: Mapping[int, int]) -> None:
    """A hypothetical statement (grade D) is shown as evidence but counts for nothing here."""
    rows = study.evidence.filter(job__in=owner_of, element__deleted_at=None, element__isnull=False)
    fields = ("polarity", "element_id", "element__interview_id", "element__grade", "element__kind")
    told = rows.values_list("job_id", *fields, "element__intensity")
    for job, polarity, element, interview, grade, kind, intensity in told:
        facts = generals[owner_of[job]]
        if polarity == Evidence.Polarity.CONTRADICTS:
            facts.contradicting.add(element)
        elif grade in kinds.SCORING_GRADES:
            facts.heard[interview].add(grade)
            if kind == "push" and intensity is not None and element not in facts.supporting:
                facts.pushes[interview].append(intensity)
            facts.supporting.add(element)


def _add_ratings(study: Study, generals: Mapping[int, Facts]) -> None:
    rated = study.ratings.filter(job__in=generals)
    for job, criterion, rater, value in rated.values_list("job_id", "criterion", "rater_id", "value"):
        generals[job].ratings[criterion][rater] = value
