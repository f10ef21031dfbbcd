"""What people decided about pairs of jobs, and which jobs a decided group holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from jobs.models import Job, JobCluster, Pin
from jobs.pins import Pair, components
from studies.models import HistoryEntry, Run, Study

CHANGES_SHOWN = 40
CANDIDATES = 20


def pins_of(study: Study) -> QuerySet[Pin]:
    """Newest first, between jobs that are alive."""
    alive = study.pins.filter(first__deleted_at=None, second__deleted_at=None)
    return alive.select_related("first", "second", "by").order_by("-pk")


@dataclass(frozen=True)
class Decided:
    """Everything that binds a run: pairs, and job -> the decided group that holds it."""

    tied: tuple[Pair, ...]
    apart: tuple[Pair, ...]
    placed: dict[int, int]


def decided(study: Study, *, besides: Iterable[int] = ()) -> Decided:
    """`besides`: pins that are about to go."""
    pins = pins_of(study).exclude(pk__in=list(besides)).order_by("pk")
    rows = list(pins.values_list("kind", "first_id", "second_id"))
    held = study.clustermembers.filter(HELD, job__deleted_at=None, cluster__deleted_at=None)
    return Decided(
        tied=tuple((a, b) for kind, a, b in rows if kind == Pin.Kind.TOGETHER),
        apart=tuple((a, b) for kind, a, b in rows if kind != Pin.Kind.TOGETHER),
        placed=dict(held.values_list("job_id", "cluster_id")),
    )


# a member of a group whose members people chose; what a run proposes to add does not belong there yet
HELD = Q(proposed=False) & (Q(decided=True) | Q(cluster__decided=True))


def pins_among(study: Study, jobs: Iterable[int]) -> list[Pin]:
    """Those with at least one end among `jobs`."""
    ends = list(jobs)
    return list(pins_of(study).filter(Q(first__in=ends) | Q(second__in=ends)))


def marks(study: Study, jobs: Iterable[int]) -> dict[int, list[str]]:
    """Job -> what was decided about it and other jobs, a sentence each; one query."""
    shown = set(jobs)
    found: dict[int, list[str]] = {}
    for pin in pins_among(study, shown) if shown else ():
        for here, other in ((pin.first, pin.second), (pin.second, pin.first)):
            if here.pk in shown:
                found.setdefault(here.pk, []).append(f"{MARK[Pin.Kind(pin.kind)]} “{other}”")
    return found


MARK = {
    Pin.Kind.TOGETHER: "belongs with",
    Pin.Kind.APART: "kept apart from",
    Pin.Kind.LEFT: "taken out of the group of",
}


def pins_since(study: Study, run: Run | None) -> int:
    """How many pins the latest run could not know yet."""
    return pins_of(study).filter(at__gt=run.created_at).count() if run else 0


def stand_ins(cluster: JobCluster, leaving: Iterable[Job]) -> dict[Job, Job]:
    """Each leaving member with the one that stands for the group that stays: the nearest to its centre."""
    gone = {job.pk: job for job in leaving}
    rows = cluster.members.filter(job__deleted_at=None).select_related("job").order_by("job_id")
    members = list(rows)
    stay = [row for row in members if not row.proposed and row.job_id not in gone]
    if not stay:
        return {}
    medoid = max(stay, key=lambda row: row.similarity if row.similarity is not None else -1.0).job
    return {gone[row.job_id]: medoid for row in members if row.job_id in gone}


def with_ties(study: Study, jobs: Iterable[Job]) -> list[Job]:
    """The jobs and whatever is tied to one of them, directly or along a chain, in the order of their ids."""
    chosen = {job.pk: job for job in jobs}
    tied = decided(study).tied
    first = components({*chosen, *(key for pair in tied for key in pair)}, tied)
    leaders = {first[pk] for pk in chosen}
    along = [pk for pk, leader in first.items() if leader in leaders and pk not in chosen]
    if along:
        chosen |= study.jobs.in_bulk(along)
    return [chosen[pk] for pk in sorted(chosen)]


def partners(study: Study, job: Job, *, text: str = "") -> list[Job]:
    """Jobs to pin with `job`: those of its own group first, then alphabetically; at most twenty."""
    jobs = study.jobs.filter(scope=Job.Scope.INDIVIDUAL).exclude(pk=job.pk)
    jobs = jobs.select_related("interview__participant", "membership__cluster")
    if text:
        jobs = jobs.filter(statement__icontains=text)
    group = study.clustermembers.filter(job=job).values("cluster_id")[:1]
    near = list(jobs.filter(membership__cluster__in=group).order_by("statement")[:CANDIDATES])
    rest = jobs.exclude(pk__in=[other.pk for other in near]).order_by("statement", "pk")
    return near + list(rest[: CANDIDATES - len(near)])


def changes_by_people(study: Study) -> list[HistoryEntry]:
    """The latest decisions about groups, each with its reason in `data`; a run's proposals are none."""
    entries = study.history.filter(verb__startswith="cluster.").exclude(verb="cluster.proposed")
    return list(entries.order_by("-pk")[:CHANGES_SHOWN])
