"""Groups of individual jobs: a run proposes, people decide, and every decision can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from jobs.actions.statements import dismiss_warning
from jobs.models import ClusterMember, Job, JobCluster, Level
from jobs.queries.clusters import interviews_of, undecided_jobs
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.models import HistoryEntry, Run
from studies.roles import Verb
from studies.runs import digest, enqueue

register_verbs(
    {
        "cluster.proposed": "proposed groups of jobs",
        "cluster.accepted": "accepted the group",
        "cluster.renamed": "renamed the group",
        "cluster.moved": "moved a job between groups",
        "cluster.split": "split the group",
        "cluster.merged": "merged groups into",
        "cluster.dissolved": "dissolved the group",
        "cluster.made": "made the group",
        "cluster.undone": "took back a change of the group",
    }
)
MIN_INTERVIEWS = 2
ACCEPTED_ALREADY = "This group has been accepted already."


class ClusterRefused(Exception):
    """Why a change of a group is not possible, in words for the person who asked."""


def start_clustering(access: StudyAccess, *, seed: int = 0) -> Run:
    """Queues the grouping of everything that nobody has decided on yet."""
    access.require(Verb.CODE)
    statements = list(undecided_jobs(access.study).values_list("pk", "statement", "level"))
    if not statements:
        raise ClusterRefused(
            "Every individual job already has its place. Write more jobs, or dissolve a group."
        )
    with transaction.atomic():
        return enqueue(access, "jobs.cluster", params={}, input_digest=digest([seed, statements]), seed=seed)


@contextmanager
def undoable(access: StudyAccess, verb: str, *clusters: JobCluster) -> Iterator[dict[str, Any]]:
    """One transaction, one history entry that remembers how `clusters` stood before.

    The yielded dict takes `created` clusters and `general` jobs, which undoing puts into the trash.
    """
    with transaction.atomic():
        made: dict[str, Any] = {"created": [], "general": []}
        before = [snapshot(cluster) for cluster in clusters]
        yield made
        target = made.pop("target", None) or clusters[0]
        record(access, verb, target, before=before, **made)


def snapshot(cluster: JobCluster) -> dict[str, Any]:
    members = cluster.members.values("job_id", "similarity", "margin", "decided")
    return {
        "id": cluster.pk,
        "name": cluster.name,
        "state": cluster.state,
        "general": cluster.general_id,
        "decided": cluster.decided,
        "cohesion": cluster.cohesion,
        "agreement": cluster.agreement,
        "deleted": cluster.deleted_at is not None,
        "members": list(members),
    }


def undo_cluster_change(access: StudyAccess) -> HistoryEntry:
    """Takes back the latest change of a group. Raises ClusterRefused if there is none or it is another's."""
    access.require(Verb.CODE)
    entry = latest_change(access)
    if entry is None:
        raise ClusterRefused("There is nothing to undo since the last grouping.")
    if entry.actor_id != access.user.pk:
        raise ClusterRefused(
            f"The latest change is {entry.actor_name}’s: “{entry.sentence}”. Ask them to undo it."
        )
    with transaction.atomic():
        now = timezone.now()
        access.study.jobclusters.filter(pk__in=entry.data["created"]).update(deleted_at=now)
        access.study.clustermembers.filter(cluster_id__in=entry.data["created"]).delete()
        access.study.jobs.filter(pk__in=entry.data["general"]).update(deleted_at=now)
        for state in entry.data["before"]:
            _restore(access, state)
        return record(access, "cluster.undone", access.study, label=entry.target_label, entry=entry.pk)


def latest_change(access: StudyAccess) -> HistoryEntry | None:
    """The newest group change that has not been undone and can be.

    What came with an archive cannot: its entries name rows of another place, and anybody can write a file.
    """
    imports = access.study.history.filter(verb="study.imported").values("pk")[:1]
    changes = access.study.history.filter(
        verb__startswith="cluster.", pk__gt=Coalesce(Subquery(imports), 0)
    ).exclude(verb="cluster.undone")
    undone = access.study.history.filter(verb="cluster.undone").values_list("data__entry", flat=True)
    latest = changes.exclude(pk__in=[pk for pk in undone if pk]).first()
    return latest if latest and "before" in latest.data else None


def _restore(access: StudyAccess, state: dict[str, Any]) -> None:
    cluster = JobCluster.with_trash.filter(study=access.study).get(pk=state["id"])
    cluster.name, cluster.state = state["name"], state["state"]
    general = access.study.jobs(manager="with_trash").filter(pk=state["general"]).first()
    cluster.general, cluster.decided = general, state["decided"]
    cluster.cohesion, cluster.agreement = state["cohesion"], state["agreement"]
    cluster.deleted_at = timezone.now() if state["deleted"] else None
    cluster.save(update_fields=["name", "state", "general", "decided", "cohesion", "agreement", "deleted_at"])
    if general:
        Job.with_trash.filter(pk=general.pk).update(deleted_at=None)
    ClusterMember.objects.filter(cluster=cluster).delete()
    _place(access, cluster, state["members"])


def _place(access: StudyAccess, cluster: JobCluster, members: Iterable[dict[str, Any]]) -> None:
    """Puts individual jobs into a cluster, out of whichever they were in; their general job follows."""
    rows = {row["job_id"]: row for row in members}
    jobs = access.study.jobs.filter(pk__in=rows)
    ClusterMember.objects.filter(job__in=jobs).delete()
    ClusterMember.objects.bulk_create(
        ClusterMember(study=access.study, cluster=cluster, **rows[pk])
        for pk in jobs.values_list("pk", flat=True)
    )
    jobs.update(general=cluster.general)


def make_cluster(access: StudyAccess, *, name: str, jobs: Iterable[Job]) -> JobCluster:
    """A group that a person forms by hand."""
    access.require(Verb.CODE)
    jobs = list(jobs)
    sources = _clusters_of(access, jobs)
    with undoable(access, "cluster.made", *sources) as made:
        cluster: JobCluster = JobCluster.objects.create(
            study=access.study, name=name.strip()[:300], decided=True
        )
        _place(access, cluster, [_by_hand(job) for job in jobs])
        _decide(*sources)
        made |= {"created": [cluster.pk], "target": cluster}
    return cluster


def _by_hand(job: Job) -> dict[str, Any]:
    return {"job_id": job.pk, "decided": True}


def _clusters_of(access: StudyAccess, jobs: Iterable[Job]) -> list[JobCluster]:
    return list(access.study.jobclusters.filter(members__job__in=list(jobs)).distinct())


def rename_cluster(access: StudyAccess, *, cluster: JobCluster, name: str) -> JobCluster:
    access.require(Verb.CODE)
    with undoable(access, "cluster.renamed", cluster):
        cluster.name, cluster.decided = name.strip()[:300], True
        cluster.full_clean()
        cluster.save(update_fields=["name", "decided"])
    return cluster


def move_member(access: StudyAccess, *, job: Job, to: JobCluster | None) -> None:
    """Moves an individual job to another group, or out of all groups."""
    access.require(Verb.CODE)
    sources = _clusters_of(access, [job])
    touched = [*sources, *([to] if to and to not in sources else [])]
    if not touched:
        return
    with undoable(access, "cluster.moved", *touched):
        if to is None:
            _release(access, [job.pk])
        else:
            _place(access, to, [_by_hand(job)])
        _decide(*touched)


def _decide(*clusters: JobCluster) -> None:
    """A person chose the members: later runs leave them alone, and what a run measured holds no longer."""
    for cluster in clusters:
        cluster.decided = True
        cluster.cohesion = cluster.agreement = None
        cluster.save(update_fields=["decided", "cohesion", "agreement"])


def _release(access: StudyAccess, jobs: list[int]) -> None:
    ClusterMember.objects.filter(study=access.study, job_id__in=jobs).delete()
    access.study.jobs.filter(pk__in=jobs).update(general=None)


def split_cluster(
    access: StudyAccess, *, cluster: JobCluster, jobs: Iterable[Job], name: str = ""
) -> JobCluster:
    """The chosen members leave and form a group of their own. Raises ClusterRefused if none or all leave."""
    access.require(Verb.CODE)
    chosen = [job for job in jobs if cluster.members.filter(job=job).exists()]
    if not 0 < len(chosen) < cluster.members.count():
        raise ClusterRefused("Choose some of the members, not all of them: the rest stays in this group.")
    with undoable(access, "cluster.split", cluster) as made:
        part: JobCluster = JobCluster.objects.create(
            study=access.study, name=(name or chosen[0].statement)[:300], decided=True, run=cluster.run
        )
        _place(access, part, [_by_hand(job) for job in chosen])
        _decide(cluster)
        made["created"] = [part.pk]
    return part


def merge_clusters(access: StudyAccess, *, cluster: JobCluster, into: JobCluster) -> JobCluster:
    """All members of `cluster` join `into`; the emptied group goes to the trash."""
    access.require(Verb.CODE)
    if cluster.pk == into.pk:
        raise ClusterRefused("Choose another group to merge with.")
    with undoable(access, "cluster.merged", into, cluster):
        _place(access, into, [_by_hand(member.job) for member in cluster.members.select_related("job")])
        _decide(into)
        _trash(access, cluster)
    return into


def dissolve_cluster(access: StudyAccess, *, cluster: JobCluster) -> None:
    """The group goes; its jobs stay and wait for the next grouping."""
    access.require(Verb.CODE)
    with undoable(access, "cluster.dissolved", cluster):
        _release(access, list(cluster.members.values_list("job_id", flat=True)))
        _trash(access, cluster)


def _trash(access: StudyAccess, cluster: JobCluster) -> None:
    cluster.deleted_at = timezone.now()
    cluster.save(update_fields=["deleted_at"])
    if cluster.general_id:
        access.study.jobs.filter(pk=cluster.general_id).update(deleted_at=cluster.deleted_at)


def accept_cluster(
    access: StudyAccess,
    *,
    cluster: JobCluster,
    statement: str = "",
    rationale: str = "",
    dismissed: Mapping[str, str] | None = None,
) -> Job:
    """The group becomes a generalised job. Raises ClusterRefused below two interviews (method 2.4)."""
    access.require(Verb.CODE)
    _check_acceptable(cluster)
    with undoable(access, "cluster.accepted", cluster) as made:
        _once(access, cluster)
        general = _generalise(access, cluster, statement or cluster.name, rationale)
        made["general"] = [general.pk]
        cluster.state, cluster.decided = JobCluster.State.ACCEPTED, True
        cluster.general, cluster.name = general, general.statement
        cluster.save(update_fields=["state", "decided", "general", "name"])
        cluster.members.update(decided=True)
        access.study.jobs.filter(membership__cluster=cluster).update(general=general)
        for rule, reason in (dismissed or {}).items():
            dismiss_warning(access, job=general, rule=rule, reason=reason)
    return general


def _check_acceptable(cluster: JobCluster) -> None:
    if cluster.general_id:
        raise ClusterRefused(ACCEPTED_ALREADY)
    found = interviews_of(cluster)
    if found < MIN_INTERVIEWS:
        raise ClusterRefused(
            f"This group stands on {found} interview{'' if found == 1 else 's'}; "
            f"a generalised job needs {MIN_INTERVIEWS}. Move a job of another interview into it, "
            "or keep it as an individual job."
        )


def _once(access: StudyAccess, cluster: JobCluster) -> None:
    """Of two people who accept in the same moment, the second is told."""
    current = access.study.jobclusters.select_for_update().filter(pk=cluster.pk).first()
    if current is None:
        raise ClusterRefused("Somebody dissolved this group a moment ago.")
    if current.general_id:
        raise ClusterRefused(ACCEPTED_ALREADY)


def _generalise(access: StudyAccess, cluster: JobCluster, statement: str, rationale: str) -> Job:
    """The highest level among the members, and every dimension that at least half of them have."""
    members = [member.job for member in cluster.members.select_related("job").filter(job__deleted_at=None)]
    dimensions = [
        d
        for d in ("functional", "emotional", "social")
        if 2 * sum(d in m.dimensions for m in members) >= len(members)
    ]
    general = Job(
        study=access.study,
        scope=Job.Scope.GENERALISED,
        statement=statement.strip()[:300],
        level=min((Level(member.level) for member in members), key=lambda level: level.altitude),
        pattern=max(members, key=lambda m: sum(m.pattern == other.pattern for other in members)).pattern,
        dimensions=dimensions,
        rationale=rationale,
        created_by=access.user,
    )
    general.full_clean()
    general.save()
    return general


def store_proposals(access: StudyAccess, *, run: Run, groups: list[dict[str, Any]]) -> int:
    """Replaces the proposals that nobody touched by those of `run`; returns how many were stored.

    A job that somebody decided on while the run was computing stays where that person put it.
    """
    access.require(Verb.CODE)
    with transaction.atomic():
        access.study.jobclusters.filter(state=JobCluster.State.PROPOSED, decided=False).delete()
        free = set(undecided_jobs(access.study).values_list("pk", flat=True))
        stored = sum(_store(access, run, place, group, free) for place, group in enumerate(groups))
        record(access, "cluster.proposed", run, label=f"{stored} groups", groups=stored)
    return stored


def _store(access: StudyAccess, run: Run, place: int, group: dict[str, Any], free: set[int]) -> bool:
    members = [member for member in group["members"] if member["job_id"] in free]
    if len(members) < 2:
        return False
    fields = {name: group[name] for name in ("name", "phrases", "cohesion", "agreement")}
    cluster = JobCluster.objects.create(study=access.study, run=run, position=place, **fields)
    _place(access, cluster, members)
    return True
