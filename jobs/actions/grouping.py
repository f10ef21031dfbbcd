"""A run groups the individual jobs: what it is asked, and how its answer becomes proposals on the board."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from jobs.actions.group_changes import ClusterRefused, place
from jobs.models import ClusterMember, JobCluster
from jobs.queries import grouping as queries
from jobs.queries.clusters import RUN_KIND, undecided_jobs
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.models import Run
from studies.queue import digest, enqueue
from studies.roles import Verb

register_verbs({"cluster.proposed": "proposed groups of jobs"})
APART, TOGETHER = "apart", "together"
DEFAULTS = {"levels": APART, "dimensions": TOGETHER}
# What a run says about a group beside its members
MEASURED = ("phrases", "cohesion", "agreement", "stability", "resamples", "proposal")
MEASURED_MEMBER = ("similarity", "margin", "stability")


def start_clustering(
    access: StudyAccess, *, levels: str = APART, dimensions: str = TOGETHER, seed: int = 0
) -> Run:
    """Queues the grouping of everything that nobody has decided on yet.

    Levels and dimensions are grouped apart or together. Raises ClusterRefused where nothing is left to group.
    """
    access.require(Verb.CODE)
    asked = {"levels": levels, "dimensions": dimensions}
    found = queries.material(access.study)
    if not found.free:
        raise ClusterRefused(
            "Every individual job already has its place. Write more jobs, or dissolve a group."
        )
    with transaction.atomic():
        fingerprint = digest([seed, asked, found.fingerprint])
        return enqueue(access, RUN_KIND, params=asked, input_digest=fingerprint, seed=seed)


@dataclass(frozen=True)
class Standing:
    """Proposals of the last run that nobody has decided on since."""

    groups: Mapping[int, frozenset[int]]  # proposed group -> its jobs
    of: Mapping[int, int]  # job -> the group that it was proposed for, decided groups included
    names: Mapping[int, str]


def standing(access: StudyAccess) -> Standing:
    rows = access.study.clustermembers.filter(cluster__deleted_at=None, job__deleted_at=None)
    proposals = rows.filter(cluster__decided=False, cluster__state=JobCluster.State.PROPOSED)
    of = dict(proposals.values_list("job_id", "cluster_id"))
    groups: dict[int, set[int]] = {pk: set() for pk in _proposals(access).values_list("pk", flat=True)}
    for job, group in of.items():
        groups[group].add(job)
    of |= dict(rows.filter(proposed=True).values_list("job_id", "cluster_id"))
    names = dict(access.study.jobclusters.filter(pk__in={*groups, *of.values()}).values_list("pk", "name"))
    return Standing({pk: frozenset(jobs) for pk, jobs in groups.items()}, of, names)


def _proposals(access: StudyAccess) -> Any:
    return access.study.jobclusters.filter(decided=False, state=JobCluster.State.PROPOSED)


def store_grouping(
    access: StudyAccess, *, run: Run, groups: Sequence[Mapping[str, Any]], said: Mapping[str, Any]
) -> dict[str, Any]:
    """Turns what a run found into proposals, and returns the run's result with what changed.

    A group that is mostly an old proposal keeps its row: address, place on the board, and the name if a
    person gave it. A job that somebody decided on while the run was computing stays where that person put
    it. The result is stored with the groups, so that a second worker does not do it twice.
    """
    from jobs.analysis.identity import matched

    access.require(Verb.CODE)
    effect = queries.ranking_effect(access.study, _joining_accepted(access, groups))
    with transaction.atomic():
        before = standing(access)
        free = set(undecided_jobs(access.study).values_list("pk", flat=True))
        fresh = [found for group in groups if len((found := _free_only(group, free))["members"]) > 1]
        same = matched(before.groups, [frozenset(row["job_id"] for row in g["members"]) for g in fresh])
        gone = sorted(before.groups.keys() - same.values())
        _clear(access, before, gone)
        appeared = _store_all(access, run, fresh, same)
        _measure_decided(access, run, groups, free)
        changes = _changes(access, before, appeared, gone, is_first=_is_first(access, run))
        result = {**said, "groups": len(fresh), "changes": changes | {"ranking": effect}}
        Run.objects.filter(pk=run.pk).update(result=result, versions=run.versions)
        record(access, "cluster.proposed", run, label=f"{len(fresh)} groups", groups=len(fresh))
    return result


def _clear(access: StudyAccess, before: Standing, gone: Sequence[int]) -> None:
    """What the last run proposed; proposals that are not `gone` keep their row."""
    access.study.clustermembers.filter(proposed=True).delete()
    access.study.clustermembers.filter(cluster__in=before.groups).delete()
    access.study.jobclusters.filter(pk__in=gone).delete()


def _joining_accepted(access: StudyAccess, groups: Iterable[Mapping[str, Any]]) -> dict[int, int]:
    """Undecided job -> the general job of the accepted group that it is proposed for."""
    free = set(undecided_jobs(access.study).values_list("pk", flat=True))
    accepted = access.study.jobclusters.exclude(general=None)
    general = dict(accepted.values_list("pk", "general_id"))
    return {
        row["job_id"]: general[group["fixed"]]
        for group in groups
        if group["fixed"] in general
        for row in group["members"]
        if row["job_id"] in free
    }


def _is_first(access: StudyAccess, run: Run) -> bool:
    return not access.study.runs.filter(kind=RUN_KIND, state=Run.State.DONE).exclude(pk=run.pk).exists()


def _free_only(group: Mapping[str, Any], free: set[int]) -> dict[str, Any]:
    """The group with only those members that are still undecided; without any where it belongs to a decided
    group."""
    kept = [] if group["fixed"] else [row for row in group["members"] if row["job_id"] in free]
    return dict(group) | {"members": kept}


def _store_all(
    access: StudyAccess, run: Run, groups: Sequence[Mapping[str, Any]], same: Mapping[int, int]
) -> list[int]:
    """Into the matched rows, else into new ones behind them; returns the ids of the new ones."""
    old = _proposals(access).select_for_update().in_bulk()
    last = access.study.jobclusters.aggregate(last=Max("position"))["last"]
    behind, appeared = 0 if last is None else last + 1, []
    for number, group in enumerate(groups):
        cluster = old.get(same.get(number, 0))
        if cluster is None:
            cluster = JobCluster(study=access.study, position=behind + number)
        _store(access, run, cluster, group)
        if number not in same:
            appeared.append(cluster.pk)
    return appeared


def _store(access: StudyAccess, run: Run, cluster: JobCluster, group: Mapping[str, Any]) -> None:
    cluster.run = run
    if not cluster.named:
        cluster.name = group["name"]
    _measure(cluster, group)
    cluster.save(update_fields=["run", "name", *MEASURED] if cluster.pk else None)
    cluster.stands_on.set(access.study.interviews.filter(pk__in=group["stands_on"]))
    place(access, cluster, group["members"])


def _measure(cluster: JobCluster, group: Mapping[str, Any]) -> None:
    for name in MEASURED:
        setattr(cluster, name, group[name])


def _measure_decided(
    access: StudyAccess, run: Run, groups: Iterable[Mapping[str, Any]], free: set[int]
) -> None:
    """Groups that people decided keep their members and names; they learn how sure the run is of them, and
    which undecided jobs it would add."""
    decided = access.study.jobclusters.filter(decided=True).in_bulk()
    for group in groups:
        cluster = decided.get(group["fixed"] or 0)
        if cluster is None:
            continue
        rows = {row["job_id"]: row for row in group["members"]}
        joining = [{**row, "proposed": True} for pk, row in rows.items() if pk in free]
        place(access, cluster, joining)
        if group["whole"]:
            cluster.run = run
            _measure(cluster, {**group, "proposal": cluster.proposal})
            cluster.save(update_fields=["run", *MEASURED])
            cluster.stands_on.set(access.study.interviews.filter(pk__in=group["stands_on"]))
            _measure_members(cluster, rows)


def _measure_members(cluster: JobCluster, rows: Mapping[int, Mapping[str, Any]]) -> None:
    members = [member for member in cluster.members.all() if member.job_id in rows]
    for member in members:
        for name in MEASURED_MEMBER:
            setattr(member, name, rows[member.job_id][name])
    ClusterMember.objects.bulk_update(members, MEASURED_MEMBER)


def _changes(
    access: StudyAccess, before: Standing, appeared: Sequence[int], gone: Sequence[int], *, is_first: bool
) -> dict[str, Any]:
    """What is different from the last proposals, as ids; names only of groups that are gone.

    Jobs that came or went with a whole group are told by that group's line.
    """
    from jobs.analysis.identity import moves

    if is_first:
        return {"first": True, "moved": [], "appeared": [], "gone": []}
    after = standing(access)
    free = set(undecided_jobs(access.study).values_list("pk", flat=True))
    moved = [
        list(move)
        for move in moves(before.of, after.of)
        if move.key in free
        and not (move.old is None and move.new in appeared)
        and not (move.new is None and move.old in gone)
    ]
    return {
        "first": False,
        "moved": moved,
        "appeared": list(appeared),
        "gone": [[pk, before.names[pk], len(before.groups[pk])] for pk in gone],
    }
