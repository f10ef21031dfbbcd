"""What a grouping is computed from, and what its result says afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from interviews.kinds import DIMENSIONS
from jobs.models import Job, JobCluster, Level, Pattern
from jobs.pins import Pair, components
from jobs.queries.clusters import undecided_jobs
from jobs.queries.pins import decided
from jobs.queries.priorities import Known, known
from jobs.queries.ranking import rows
from studies.models import Run, Study


@dataclass(frozen=True)
class Material:
    """Individual jobs with what binds them: `fixed` holds the decided group of those that have one."""

    jobs: list[Job]
    free: frozenset[int]
    fixed: Mapping[int, int]
    tied: tuple[Pair, ...]
    apart: tuple[Pair, ...]

    @property
    def fingerprint(self) -> list[Any]:
        told = [
            [job.pk, job.statement, job.level, job.pattern, job.dimensions, job.interview_id]
            for job in self.jobs
        ]
        return [told, sorted(self.fixed.items()), self.tied, self.apart]


def material(study: Study) -> Material:
    """Four queries. Pins of jobs that are not grouped bind nothing."""
    free = frozenset(undecided_jobs(study).values_list("pk", flat=True))
    bound = decided(study)
    jobs = list(study.jobs.filter(scope=Job.Scope.INDIVIDUAL, pk__in={*free, *bound.placed}).order_by("pk"))
    inside = {job.pk for job in jobs}
    return Material(
        jobs=jobs,
        free=free,
        fixed={pk: group for pk, group in bound.placed.items() if pk in inside},
        tied=_among(bound.tied, inside),
        apart=_among(bound.apart, inside),
    )


def _among(pairs: Iterable[Pair], inside: set[int]) -> tuple[Pair, ...]:
    return tuple(sorted(pair for pair in pairs if inside.issuperset(pair)))


@dataclass(frozen=True)
class Part:
    """Jobs that are grouped among themselves."""

    label: str
    jobs: list[Job] = field(default_factory=list)


def parts(found: Material, *, levels: str, dimensions: str) -> list[Part]:
    """The jobs divided by level and by kind, as asked; what people tied together goes together, with the
    job that was written first. Altitudes first, as the method orders them."""
    by_pk = {job.pk: job for job in found.jobs}
    first = components(by_pk, found.tied)
    made: dict[tuple[int, int], Part] = {}
    for job in found.jobs:
        leader = by_pk[first[job.pk]]
        level = Level(leader.level).altitude if levels == "apart" else -1
        kind = KINDS.index(kind_of(leader)) if dimensions == "apart" else -1
        made.setdefault((level, kind), Part(_label(level, kind))).jobs.append(job)
    return [made[key] for key in sorted(made)]


KINDS = tuple(code for code, _ in DIMENSIONS)


def kind_of(job: Job) -> str:
    """The one dimension under which a job is grouped, where they are grouped apart: what the statement is
    about; of several the functional one."""
    felt = next((kind for kind in ("emotional", "social") if kind in job.dimensions), "")
    if job.pattern == Pattern.EMOTIONAL:
        return felt or "emotional"
    return "functional" if "functional" in job.dimensions or not felt else felt


def _label(level: int, kind: int) -> str:
    told = [list(Level)[level].label] if level >= 0 else []
    told += [KINDS[kind]] if kind >= 0 else []
    return ", ".join(told).capitalize() or "All jobs"


def ranking_effect(study: Study, joining: Mapping[int, int]) -> list[list[Any]]:
    """What taking in every proposed job would do to the ranking: `joining` maps it to its general job.

    A row for each job that would gain, as `Effect` takes it. Evidence that comes along counts, too.
    """
    if not joining:
        return []
    before, after = known(study), known(study, joining=joining)
    ranks = [_ranks(state) for state in (before, after)]
    heard = [{facts.job.pk: len(facts.heard) for facts in state.facts} for state in (before, after)]
    groups = dict(study.jobclusters.filter(general__in=heard[0]).values_list("general_id", "pk"))
    counts = Counter(joining.values())
    return [
        [job, groups[job], counts[job], *(told[job] for told in heard), len(after.segments)]
        + [places[job] for places in ranks]
        for job in sorted(counts.keys() & groups.keys(), key=lambda job: (ranks[1][job] or 10**9, job))
    ]


def _ranks(state: Known) -> dict[int, int | None]:
    return {row["job"]: row["rank"] for row in rows(state, state.settings.weights)}


@dataclass(frozen=True)
class Moved:
    """A job and the groups that it left and came to; a group that is gone has a name only."""

    job: Job
    old: str
    new: JobCluster | None


@dataclass(frozen=True)
class Effect:
    """What a ranked job would gain if everything that is proposed for its group were taken in."""

    job: Job
    cluster_id: int
    joining: int
    heard: int
    heard_after: int
    of: int
    rank: int | None
    rank_after: int | None


@dataclass(frozen=True)
class Changes:
    """What a run changed, as far as its groups and jobs are still there."""

    is_first: bool
    moved: list[Moved]
    appeared: list[JobCluster]
    gone: list[tuple[str, int]]
    ranking: list[Effect]

    @property
    def count(self) -> int:
        return len(self.moved) + len(self.appeared) + len(self.gone) + len(self.ranking)


def changes_of(study: Study, run: Run | None, clusters: Iterable[JobCluster]) -> Changes | None:
    """None for a run that came with an archive: its ids are those of another place."""
    told = run.result.get("changes") if run and run.params else None
    if not told:
        return None
    groups = {cluster.pk: cluster for cluster in clusters}
    effects = told["ranking"]
    jobs = study.jobs.in_bulk({row[0] for row in (*told["moved"], *effects)})
    gone = {pk: (name, count) for pk, name, count in told["gone"]}
    return Changes(
        is_first=told["first"],
        moved=[_moved(jobs[job], old, new, groups, gone) for job, old, new in told["moved"] if job in jobs],
        appeared=[groups[pk] for pk in told["appeared"] if pk in groups],
        gone=list(gone.values()),
        ranking=[Effect(jobs[row[0]], *row[1:]) for row in effects if row[0] in jobs],
    )


def _moved(
    job: Job,
    old: int | None,
    new: int | None,
    groups: Mapping[int, JobCluster],
    gone: Mapping[int, tuple[str, int]],
) -> Moved:
    left = groups.get(old or 0)
    name = left.name if left else gone.get(old or 0, ("", 0))[0]
    return Moved(job, name, groups.get(new or 0))
