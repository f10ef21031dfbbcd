"""One change of groups by a person: what it touches is remembered, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from jobs.models import ClusterMember, Job, JobCluster, Pin
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.models import HistoryEntry
from studies.roles import Verb

register_verbs({"cluster.undone": "took back a change of the group"})
# What of a group and of a member a person may change, or a change makes void
OF_A_GROUP = (
    "name",
    "named",
    "state",
    "decided",
    "cohesion",
    "agreement",
    "stability",
    "resamples",
    "proposal",
    "phrases",
)
OF_A_MEMBER = ("job_id", "similarity", "margin", "stability", "decided", "proposed")
LONGEST_REASON = 300


class ClusterRefused(Exception):
    """Why a change of a group is not possible, in words for the person who asked."""


@contextmanager
def undoable(
    access: StudyAccess, verb: str, *clusters: JobCluster, reason: str = ""
) -> Iterator[dict[str, Any]]:
    """One transaction, one history entry that remembers how `clusters` stood before.

    The yielded dict takes `created` clusters and `general` jobs, which undoing puts into the trash, the ids
    of new `pins`, and `unpinned`: pins that are gone, as `pin_row` gives them.
    """
    with transaction.atomic():
        made: dict[str, Any] = {"created": [], "general": [], "pins": [], "unpinned": []}
        before = [snapshot(cluster) for cluster in clusters]
        yield made
        target, label = made.pop("target", None) or clusters[0], made.pop("label", "")
        record(access, verb, target, label=label, before=before, reason=cleaned(reason), **made)


def cleaned(reason: str) -> str:
    return " ".join(reason.split())[:LONGEST_REASON]


def snapshot(cluster: JobCluster) -> dict[str, Any]:
    return {
        "id": cluster.pk,
        "general": cluster.general_id,
        "deleted": cluster.deleted_at is not None,
        "members": list(cluster.members.values(*OF_A_MEMBER)),
        "stands_on": list(cluster.stands_on.values_list("pk", flat=True)),
    } | {name: getattr(cluster, name) for name in OF_A_GROUP}


def pin_row(pin: Pin) -> dict[str, Any]:
    """Its id, too: an earlier change may have to be undone afterwards, and names the pin by it."""
    names = ("id", "kind", "first_id", "second_id", "reason", "by_id")
    return {name: getattr(pin, name) for name in names}


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
        _restore_pins(access, entry)
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


def _restore_pins(access: StudyAccess, entry: HistoryEntry) -> None:
    """Pins between jobs that are gone for good stay gone."""
    access.study.pins.filter(pk__in=entry.data.get("pins", [])).delete()
    rows = entry.data.get("unpinned", [])
    ends = {row[side] for row in rows for side in ("first_id", "second_id")}
    known = set(Job.with_trash.filter(study=access.study, pk__in=ends).values_list("pk", flat=True))
    back = [Pin(study=access.study, **row) for row in rows if {row["first_id"], row["second_id"]} <= known]
    Pin.objects.bulk_create(back, ignore_conflicts=True)


def _restore(access: StudyAccess, state: dict[str, Any]) -> None:
    cluster = JobCluster.with_trash.filter(study=access.study).get(pk=state["id"])
    for name in OF_A_GROUP:  # an older version wrote fewer of them
        setattr(cluster, name, state.get(name, getattr(cluster, name)))
    general = access.study.jobs(manager="with_trash").filter(pk=state["general"]).first()
    cluster.general = general
    cluster.deleted_at = timezone.now() if state["deleted"] else None
    cluster.save(update_fields=[*OF_A_GROUP, "general", "deleted_at"])
    cluster.stands_on.set(access.study.interviews.filter(pk__in=state.get("stands_on", [])))
    if general:
        Job.with_trash.filter(pk=general.pk).update(deleted_at=None)
    ClusterMember.objects.filter(cluster=cluster).delete()
    place(access, cluster, state["members"])


def place(access: StudyAccess, cluster: JobCluster, members: Iterable[dict[str, Any]]) -> None:
    """Puts individual jobs into a cluster, out of whichever they were in; their general job follows.

    A member that is only proposed belongs to no general job yet.
    """
    rows = {row["job_id"]: row for row in members}
    jobs = access.study.jobs.filter(pk__in=rows)
    ClusterMember.objects.filter(job__in=jobs).delete()
    known = list(jobs.values_list("pk", flat=True))
    ClusterMember.objects.bulk_create(
        ClusterMember(study=access.study, cluster=cluster, **rows[pk]) for pk in known
    )
    waiting = [pk for pk in known if rows[pk].get("proposed")]
    jobs.exclude(pk__in=waiting).update(general=cluster.general)
    jobs.filter(pk__in=waiting).update(general=None)
