"""What people do with groups of individual jobs: every decision binds later runs and can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import mode
from typing import Any

from django.utils import timezone

from interviews.kinds import DIMENSIONS
from jobs.actions.group_changes import OF_A_MEMBER, ClusterRefused, place, undoable
from jobs.actions.pins import check_pins, lift, note_left
from jobs.actions.statements import dismiss_warning
from jobs.models import ClusterMember, Job, JobCluster, Level
from jobs.queries.clusters import interviews_of, wordings
from jobs.queries.pins import stand_ins, with_ties
from jobs.queries.wording import phrases_of, proposed_statement
from studies.access import StudyAccess
from studies.counting import counted
from studies.history import register_verbs
from studies.roles import Verb

register_verbs(
    {
        "cluster.accepted": "accepted the group",
        "cluster.renamed": "renamed the group",
        "cluster.moved": "gave another group, or none, to the job",
        "cluster.split": "split the group",
        "cluster.merged": "merged groups into",
        "cluster.dissolved": "dissolved the group",
        "cluster.made": "made the group",
    }
)
MIN_INTERVIEWS = 2
ACCEPTED_ALREADY = "This group has been accepted already."


def make_cluster(access: StudyAccess, *, name: str, jobs: Iterable[Job], reason: str = "") -> JobCluster:
    """A group that a person forms by hand; what is tied to its jobs comes along. Raises ClusterRefused where
    that contradicts a pin."""
    access.require(Verb.CODE)
    jobs = with_ties(access.study, jobs)
    sources = _clusters_of(access, jobs)
    back = check_pins(access, jobs=_ids(jobs), is_new=True)
    with undoable(access, "cluster.made", *sources, reason=reason) as made:
        cluster: JobCluster = JobCluster.objects.create(
            study=access.study, name=name.strip()[:300], decided=True, named=True
        )
        place(access, cluster, [_by_hand(job) for job in jobs])
        members_changed(cluster, *sources)
        made |= {"created": [cluster.pk], "target": cluster, "unpinned": lift(back)}
    return cluster


def _ids(jobs: Iterable[Job]) -> list[int]:
    return [job.pk for job in jobs]


def _by_hand(job: Job) -> dict[str, Any]:
    return {"job_id": job.pk, "decided": True}


def _clusters_of(access: StudyAccess, jobs: Iterable[Job]) -> list[JobCluster]:
    return list(access.study.jobclusters.filter(members__job__in=list(jobs)).distinct().order_by("pk"))


def rename_cluster(access: StudyAccess, *, cluster: JobCluster, name: str, reason: str = "") -> JobCluster:
    """The name stays through later runs, which may still change the members."""
    access.require(Verb.CODE)
    with undoable(access, "cluster.renamed", cluster, reason=reason):
        cluster.name, cluster.named = name.strip()[:300], True
        cluster.full_clean()
        cluster.save(update_fields=["name", "named"])
    return cluster


def move_member(access: StudyAccess, *, job: Job, to: JobCluster | None, reason: str = "") -> list[Job]:
    """Moves an individual job, and what is tied to it, to another group or out of all groups; returns them.

    The group that they come to is decided; the one that they leave is as free as before. Out of all groups,
    they are kept apart from the old one until somebody moves them back. Raises ClusterRefused where the
    move contradicts a pin.
    """
    access.require(Verb.CODE)
    jobs = with_ties(access.study, [job])
    sources = _clusters_of(access, jobs)
    if to is None:
        return _take_out(access, job, jobs, sources, reason)
    back = check_pins(access, jobs=_ids(jobs), to=to)
    touched = [*sources, *([to] if to not in sources else [])]
    with undoable(access, "cluster.moved", *touched, reason=reason) as made:
        made["label"], made["unpinned"] = str(job), lift(back)
        rows = {row["job_id"]: row for row in to.members.values(*OF_A_MEMBER)}
        place(access, to, [{**rows.get(job.pk, {}), **_by_hand(job), "proposed": False} for job in jobs])
        to.decided = True
        to.save(update_fields=["decided"])
        # what a run proposed to add was measured with it
        members_changed(*(cluster for cluster in touched if sources != [to]))
    return jobs


def _take_out(
    access: StudyAccess, job: Job, jobs: list[Job], sources: list[JobCluster], reason: str
) -> list[Job]:
    """`job` is the one that was asked for; `jobs` are all that go with it."""
    stands = {job: medoid for source in sources for job, medoid in stand_ins(source, jobs).items()}
    check_pins(access, jobs=_ids(jobs), apart=[(job.pk, medoid.pk) for job, medoid in stands.items()])
    if not sources:
        return []
    with undoable(access, "cluster.moved", *sources, reason=reason) as made:
        made["label"] = str(job)
        made["pins"] = [
            pk for each, medoid in stands.items() for pk in note_left(access, each, medoid, reason=reason)
        ]
        _release(access, _ids(jobs))
        members_changed(*sources)
    return jobs


def members_changed(*clusters: JobCluster) -> None:
    """Forgets what a run measured of groups whose members have changed since, words anew what is made of the
    members, and deletes proposals that have no members left."""
    phrases = phrases_of(clusters[0].study) if clusters else {}
    for cluster in clusters:
        if not cluster.decided and not cluster.members.exists():
            cluster.deleted_at = timezone.now()
            cluster.save(update_fields=["deleted_at"])
        cluster.resamples = 0
        cluster.cohesion = cluster.agreement = cluster.stability = None
        cluster.proposal, cluster.phrases = _proposal(cluster), list(phrases.get(cluster.pk, ()))
        measured = ["cohesion", "agreement", "stability", "resamples", "proposal", "phrases"]
        cluster.save(update_fields=measured)
        cluster.stands_on.clear()


def _decide(*clusters: JobCluster) -> None:
    """A person chose the members: later runs leave them alone."""
    for cluster in clusters:
        cluster.decided = True
        cluster.save(update_fields=["decided"])
    members_changed(*clusters)


def _proposal(cluster: JobCluster) -> str:
    """The general statement that the rules propose for the members as they are now; empty without members."""
    jobs = wordings(cluster)
    return proposed_statement(jobs) if jobs else ""


def _release(access: StudyAccess, jobs: list[int]) -> None:
    ClusterMember.objects.filter(study=access.study, job_id__in=jobs).delete()
    access.study.jobs.filter(pk__in=jobs).update(general=None)


def split_cluster(
    access: StudyAccess, *, cluster: JobCluster, jobs: Iterable[Job], name: str = "", reason: str = ""
) -> JobCluster:
    """The chosen members, and what is tied to them, leave and form a group of their own; both are decided.
    Raises ClusterRefused if none or all leave, or where that contradicts a pin."""
    access.require(Verb.CODE)
    inside = set(cluster.members.filter(proposed=False).values_list("job_id", flat=True))
    chosen = [job for job in with_ties(access.study, jobs) if job.pk in inside]
    if not 0 < len(chosen) < len(inside):
        raise ClusterRefused("Choose some of the members, not all of them: the rest stays in this group.")
    back = check_pins(access, jobs=_ids(chosen), is_new=True, sources=[cluster])
    with undoable(access, "cluster.split", cluster, reason=reason) as made:
        part: JobCluster = JobCluster.objects.create(
            study=access.study,
            name=(name or chosen[0].statement)[:300],
            named=bool(name),
            decided=True,
            run=cluster.run,
        )
        place(access, part, [_by_hand(job) for job in chosen])
        _decide(cluster, part)
        made |= {"created": [part.pk], "unpinned": lift(back)}
    return part


def merge_clusters(
    access: StudyAccess, *, cluster: JobCluster, into: JobCluster, reason: str = ""
) -> JobCluster:
    """All members of `cluster` join `into`; the emptied group goes to the trash. Raises ClusterRefused where
    that contradicts a pin."""
    access.require(Verb.CODE)
    if cluster.pk == into.pk:
        raise ClusterRefused("Choose another group to merge with.")
    joining = [member.job for member in cluster.members.filter(proposed=False).select_related("job")]
    back = check_pins(access, jobs=_ids(joining), to=into)
    with undoable(access, "cluster.merged", into, cluster, reason=reason) as made:
        made["unpinned"] = lift(back)
        place(access, into, [_by_hand(job) for job in joining])
        _decide(into)
        _trash(access, cluster)
    return into


def dissolve_cluster(access: StudyAccess, *, cluster: JobCluster, reason: str = "") -> None:
    """The group goes; its jobs stay and wait for the next grouping."""
    access.require(Verb.CODE)
    with undoable(access, "cluster.dissolved", cluster, reason=reason):
        _trash(access, cluster)


def _trash(access: StudyAccess, cluster: JobCluster) -> None:
    _release(access, list(cluster.members.values_list("job_id", flat=True)))
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
    kept = cluster.members.filter(proposed=False)
    back = check_pins(access, jobs=kept.values_list("job_id", flat=True), to=cluster)
    with undoable(access, "cluster.accepted", cluster, reason=rationale) as made:
        made["unpinned"] = lift(back)
        _once(access, cluster)
        general = _generalise(access, cluster, statement or cluster.name, rationale)
        made["general"] = [general.pk]
        cluster.state, cluster.decided = JobCluster.State.ACCEPTED, True
        cluster.general, cluster.name, cluster.named = general, general.statement, True
        cluster.save(update_fields=["state", "decided", "general", "name", "named"])
        kept.update(decided=True)
        access.study.jobs.filter(membership__in=kept).update(general=general)
        for rule, reason in (dismissed or {}).items():
            dismiss_warning(access, job=general, rule=rule, reason=reason)
    return general


def _check_acceptable(cluster: JobCluster) -> None:
    if cluster.general_id:
        raise ClusterRefused(ACCEPTED_ALREADY)
    found = interviews_of(cluster)
    if found < MIN_INTERVIEWS:
        raise ClusterRefused(
            f"This group stands on {counted(found, 'interview')}; "
            f"a generalised job needs {MIN_INTERVIEWS}. Move a job of another interview into it, "
            "or keep it as an individual job."
        )


def _once(access: StudyAccess, cluster: JobCluster) -> None:
    """Locks the group: of two people who accept it at the same moment, the second is refused. Raises
    ClusterRefused."""
    current = access.study.jobclusters.select_for_update().filter(pk=cluster.pk).first()
    if current is None:
        raise ClusterRefused("Somebody dissolved this group a moment ago.")
    if current.general_id:
        raise ClusterRefused(ACCEPTED_ALREADY)


def _generalise(access: StudyAccess, cluster: JobCluster, statement: str, rationale: str) -> Job:
    """The highest level among the members, and every dimension that at least half of them have."""
    kept = cluster.members.filter(job__deleted_at=None, proposed=False)
    members = [member.job for member in kept.select_related("job")]
    general = Job(
        study=access.study,
        scope=Job.Scope.GENERALISED,
        statement=statement.strip()[:300],
        level=min((Level(member.level) for member in members), key=lambda level: level.altitude),
        pattern=mode(member.pattern for member in members),
        dimensions=[code for code, _ in DIMENSIONS if _is_common(code, members)],
        rationale=rationale,
        created_by=access.user,
    )
    general.full_clean()
    general.save()
    return general


def _is_common(dimension: str, members: Sequence[Job]) -> bool:
    return 2 * sum(dimension in member.dimensions for member in members) >= len(members)
