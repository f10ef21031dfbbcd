"""Writing jobs: statements, and their place in the job map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from interviews.models import Element, Interview, Quote
from jobs.actions.evidence import tie_to
from jobs.models import Evidence, Job, JobCluster, Level, LintDismissal
from jobs.queries.job_map import ancestors, depth_below
from studies.access import StudyAccess
from studies.edits import save_version
from studies.history import record, register_verbs
from studies.models import Study
from studies.roles import Verb

register_verbs(
    {
        "job.added": "wrote the job",
        "job.edited": "edited the job",
        "job.moved": "gave another place on the job map to the job",
        "job.deleted": "deleted the job",
        "job.restored": "brought back the job",
        "job.serves_also": "changed what else is served by the job",
        "job.warning_dismissed": "dismissed a warning on the job",
        "job.warning_restored": "took a warning seriously again on the job",
    }
)
EDITABLE = ("statement", "pattern", "level", "dimensions", "rationale")
MAX_DEPTH = len(Level)


class MoveRefused(Exception):
    """Why a job may not stand there on the map, in words for the person who moved it."""


def add_job(
    access: StudyAccess,
    *,
    statement: str,
    interview: Interview | None = None,
    scope: str = Job.Scope.INDIVIDUAL,
    supports: Iterable[Element | Quote] = (),
    contradicts: Iterable[Element | Quote] = (),
    dismissed: Mapping[str, str] | None = None,
    **fields: Any,
) -> Job:
    """Writes a job with what speaks for and against it, all or nothing.

    `dismissed` is rule -> reason, for warnings that the writer has read and does not share.
    """
    access.require(Verb.CODE)
    job = Job(study=access.study, statement=statement.strip(), interview=interview, scope=scope, **fields)
    job.created_by = access.user
    job.full_clean()
    evidence = [_evidence(access, job, said, Evidence.Polarity.SUPPORTS) for said in supports]
    evidence += [_evidence(access, job, said, Evidence.Polarity.CONTRADICTS) for said in contradicts]
    with transaction.atomic():
        job.position = (access.study.jobs.aggregate(last=Max("position"))["last"] or 0) + 1
        job.save()
        Evidence.objects.bulk_create(evidence)
        record(access, "job.added", job, evidence=len(evidence))
        for rule, reason in (dismissed or {}).items():
            dismiss_warning(access, job=job, rule=rule, reason=reason)
    return job


def _evidence(access: StudyAccess, job: Job, said: Element | Quote, polarity: str) -> Evidence:
    return Evidence(study=access.study, job=job, polarity=polarity, by=access.user, **tie_to(said))


def edit_job(access: StudyAccess, *, job: Job, seen: int, **changes: Any) -> Job:
    """Raises StaleVersion if somebody saved since version `seen`, and MoveRefused for a level that does not
    fit the job's place on the map."""
    access.require(Verb.CODE)
    before = {name: getattr(job, name) for name in EDITABLE if name in changes}
    changed = [name for name, value in before.items() if value != changes[name]]
    if not changed:
        return job
    if "level" in changed:
        _check_level(job, Level(changes["level"]))
    for name in changed:
        setattr(job, name, changes[name])
    with transaction.atomic():
        save_version(job, seen=seen, fields=changed)
        record(access, "job.edited", job, before={name: before[name] for name in changed})
    return job


def _check_level(job: Job, level: Level) -> None:
    above = job.parent
    if above and above.deleted_at is None and Level(above.level).altitude > level.altitude:
        raise MoveRefused(
            f"On the map it serves “{above}”, a {Level(above.level).label.lower()}. "
            "Move it away from there first."
        )
    higher = [child for child in job.children.all() if Level(child.level).altitude < level.altitude]
    if higher:
        raise MoveRefused(
            f"On the map it is served by “{higher[0]}”, a {Level(higher[0].level).label.lower()}. "
            "Move that one away first."
        )


def trash_job(access: StudyAccess, *, job: Job) -> Job:
    """Into the trash; what stood under it on the map moves up to its parent.

    The group of a generalised job becomes a proposal again, with the members that it had.
    """
    access.require(Verb.CODE)
    with transaction.atomic():
        children = list(job.children.values_list("pk", flat=True))
        access.study.jobs.filter(pk__in=children).update(parent=job.parent)
        members = list(job.members.values_list("pk", flat=True))
        access.study.jobs.filter(pk__in=members).update(general=None)
        groups = list(access.study.jobclusters.filter(general=job).values_list("pk", flat=True))
        proposed = {"general": None, "state": JobCluster.State.PROPOSED}
        access.study.jobclusters.filter(pk__in=groups).update(**proposed)
        job.deleted_at = timezone.now()
        job.save(update_fields=["deleted_at"])
        record(access, "job.deleted", job, children=children, members=members, groups=groups)
    return job


def restore_job(access: StudyAccess, *, job: Job) -> Job:
    """Out of the trash, with the children, the group and the members that nobody has placed since."""
    access.require(Verb.CODE)
    if job.deleted_at is None:
        return job
    entry = access.study.history.filter(verb="job.deleted", target_id=str(job.pk)).first()
    had = entry.data if entry else {}
    with transaction.atomic():
        job.deleted_at = None
        job.save(update_fields=["deleted_at"])
        children = access.study.jobs.filter(pk__in=had.get("children", []), parent=job.parent)
        children.update(parent=job)
        access.study.jobs.filter(pk__in=had.get("members", []), general=None).update(general=job)
        free = access.study.jobclusters.filter(pk__in=had.get("groups", []), general=None)
        free.update(general=job, state=JobCluster.State.ACCEPTED)
        record(access, "job.restored", job)
    return job


def move_job(access: StudyAccess, *, job: Job, parent: Job | None, before: Job | None = None) -> Job:
    """Puts a job under `parent` (None: to the top), ahead of its sibling `before` (None: last).

    Raises MoveRefused for a cycle, for a job above its own altitude, and below the fourth level.
    """
    access.require(Verb.CODE)
    with transaction.atomic():
        _one_move_at_a_time(access)
        if parent:
            _check_place(access, job, parent)
        old, job.parent = job.parent_id, parent
        job.position = _make_room(access, job, before if before != job else None)
        job.save(update_fields=["parent", "position"])
        record(access, "job.moved", job, from_parent=old, to_parent=parent.pk if parent else None)
    return job


def _one_move_at_a_time(access: StudyAccess) -> None:
    """Two moves that are each harmless could close a circle together: the second waits for the first."""
    Study.objects.select_for_update().get(pk=access.study.pk)


def _check_place(access: StudyAccess, job: Job, parent: Job) -> None:
    if parent.scope != job.scope:
        raise MoveRefused(
            "Individual and generalised jobs have maps of their own. "
            "An individual job belongs to a generalised one through its group."
        )
    line = ancestors(access.study, parent)
    if job.pk in [above.pk for above in line]:
        raise MoveRefused(f"“{parent}” already serves “{job}”: a job cannot serve itself in a circle.")
    if Level(parent.level).altitude > Level(job.level).altitude:
        raise MoveRefused(
            f"A {Level(job.level).label.lower()} cannot serve a {Level(parent.level).label.lower()}. "
            "Change its level first, or move the other one under it."
        )
    if len(line) + 1 + depth_below(access.study, job) > MAX_DEPTH:
        raise MoveRefused(f"The map has {MAX_DEPTH} levels; here it would get a {MAX_DEPTH + 1}th.")


def _make_room(access: StudyAccess, job: Job, before: Job | None) -> int:
    """The position ahead of `before` (or after all siblings), with those behind it moved out of the way."""
    siblings = access.study.jobs.filter(parent=job.parent, scope=job.scope).exclude(pk=job.pk)
    if before is None or before.parent_id != job.parent_id or before.scope != job.scope:
        last = siblings.aggregate(last=Max("position"))["last"]
        return 0 if last is None else int(last) + 1
    behind = Q(position__gt=before.position) | Q(position=before.position, pk__gte=before.pk)
    siblings.filter(behind).update(position=F("position") + 2)
    return before.position + 1


def serve_also(access: StudyAccess, *, job: Job, other: Job, on: bool = True) -> None:
    """A cross-link beside the tree: `job` also serves `other`. Raises MoveRefused for what is no link."""
    access.require(Verb.CODE)
    if on and other.pk == job.pk:
        raise MoveRefused("A job does not serve itself.")
    if on and other.scope != job.scope:
        raise MoveRefused("Individual and generalised jobs have maps of their own.")
    if on and other.pk in [above.pk for above in ancestors(access.study, job)]:
        raise MoveRefused(f"“{job}” stands under “{other}” already.")
    if on and job.pk in [above.pk for above in ancestors(access.study, other)]:
        raise MoveRefused(f"“{other}” serves “{job}”: the other way round would be a circle.")
    with transaction.atomic():
        (job.also_serves.add if on else job.also_serves.remove)(other)
        record(access, "job.serves_also", job, other=str(other), on=on)


def dismiss_warning(access: StudyAccess, *, job: Job, rule: str, reason: str) -> LintDismissal:
    """The warning stays silent for this job; who dismissed it and why stays visible."""
    access.require(Verb.CODE)
    with transaction.atomic():
        dismissal, _ = access.study.lintdismissals.update_or_create(
            job=job, rule=rule, defaults={"reason": reason, "by": access.user}
        )
        record(access, "job.warning_dismissed", job, rule=rule, reason=reason)
    return dismissal


def heed_warning(access: StudyAccess, *, job: Job, rule: str) -> None:
    """Takes a dismissal back: the warning shows again."""
    access.require(Verb.CODE)
    with transaction.atomic():
        gone, _ = access.study.lintdismissals.filter(job=job, rule=rule).delete()
        if gone:
            record(access, "job.warning_restored", job, rule=rule)
