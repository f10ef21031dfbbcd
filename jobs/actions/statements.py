"""Writing jobs: statements, their evidence, and their place in the job map."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from interviews.models import Element, Interview, Quote
from jobs.models import Evidence, Job, Level, LintDismissal
from jobs.queries.job_map import ancestors, depth_below
from studies.access import StudyAccess
from studies.edits import save_version
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "job.added": "wrote the job",
        "job.edited": "edited the job",
        "job.moved": "moved on the job map",
        "job.deleted": "deleted the job",
        "job.restored": "brought back the job",
        "job.serves_also": "linked on the job map",
        "job.warning_dismissed": "dismissed a warning on the job",
        "evidence.added": "added evidence to the job",
        "evidence.removed": "removed evidence from the job",
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
    supports: tuple[Element, ...] = (),
    contradicts: tuple[Element, ...] = (),
    **fields: Any,
) -> Job:
    """Writes a job with the elements that speak for and against it, all or nothing."""
    access.require(Verb.CODE)
    job = Job(study=access.study, statement=statement.strip(), interview=interview, scope=scope, **fields)
    job.created_by = access.user
    job.full_clean()
    with transaction.atomic():
        job.position = (access.study.jobs.aggregate(last=Max("position"))["last"] or 0) + 1
        job.save()
        Evidence.objects.bulk_create(
            [Evidence(study=access.study, job=job, element=e, by=access.user) for e in supports]
            + [
                Evidence(study=access.study, job=job, element=e, by=access.user, polarity="contradicts")
                for e in contradicts
            ]
        )
        record(access, "job.added", job, evidence=len(supports) + len(contradicts))
    return job


def edit_job(access: StudyAccess, *, job: Job, seen: int, **changes: Any) -> Job:
    """Raises StaleVersion if somebody saved since version `seen`."""
    access.require(Verb.CODE)
    before = {name: getattr(job, name) for name in changes}
    for name, value in changes.items():
        setattr(job, name, value)
    with transaction.atomic():
        save_version(job, seen=seen, fields=[name for name in EDITABLE if name in changes])
        record(access, "job.edited", job, before=before)
    return job


def trash_job(access: StudyAccess, *, job: Job) -> Job:
    """Into the trash; what stood under it on the map moves up to its parent."""
    access.require(Verb.CODE)
    with transaction.atomic():
        children = list(job.children.values_list("pk", flat=True))
        access.study.jobs.filter(pk__in=children).update(parent=job.parent)
        job.deleted_at = timezone.now()
        job.save(update_fields=["deleted_at"])
        record(access, "job.deleted", job, children=children)
    return job


def restore_job(access: StudyAccess, *, job: Job) -> Job:
    """Out of the trash, with the children that it had."""
    access.require(Verb.CODE)
    entry = access.study.history.filter(verb="job.deleted", target_id=str(job.pk)).first()
    with transaction.atomic():
        job.deleted_at = None
        job.save(update_fields=["deleted_at"])
        children = entry.data.get("children", []) if entry else []
        access.study.jobs.filter(pk__in=children, parent=job.parent).update(parent=job)
        record(access, "job.restored", job)
    return job


def move_job(access: StudyAccess, *, job: Job, parent: Job | None, before: Job | None = None) -> Job:
    """Puts a job under `parent` (None: to the top), ahead of its sibling `before` (None: last).

    Raises MoveRefused for a cycle, for a job above its own altitude, and below the fourth level.
    """
    access.require(Verb.CODE)
    with transaction.atomic():
        if parent:
            _check_place(access, job, parent)
        old, job.parent = job.parent_id, parent
        job.save(update_fields=["parent"])
        _renumber(access, job, before)
        record(access, "job.moved", job, from_parent=old, to_parent=parent.pk if parent else None)
    return job


def _check_place(access: StudyAccess, job: Job, parent: Job) -> None:
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


def _renumber(access: StudyAccess, job: Job, before: Job | None) -> None:
    """Siblings are few, so their positions are simply written anew."""
    siblings = [other for other in access.study.jobs.filter(parent=job.parent) if other.pk != job.pk]
    place = next((i for i, other in enumerate(siblings) if before and other.pk == before.pk), len(siblings))
    siblings.insert(place, job)
    for position, sibling in enumerate(siblings):
        sibling.position = position
    Job.objects.bulk_update(siblings, ["position"])


def serve_also(access: StudyAccess, *, job: Job, other: Job, on: bool = True) -> None:
    """A cross-link beside the tree: `job` also serves `other`."""
    access.require(Verb.CODE)
    if on and other.pk == job.pk:
        raise MoveRefused("A job does not serve itself.")
    with transaction.atomic():
        (job.also_serves.add if on else job.also_serves.remove)(other)
        record(access, "job.serves_also", job, other=str(other), on=on)


def add_evidence(
    access: StudyAccess,
    *,
    job: Job,
    element: Element | None = None,
    quote: Quote | None = None,
    polarity: str = Evidence.Polarity.SUPPORTS,
) -> Evidence:
    """Ties a job to an element or a bare quote; once tied, only the polarity changes."""
    access.require(Verb.CODE)
    with transaction.atomic():
        evidence, _ = access.study.evidence.update_or_create(
            job=job,
            element=element,
            quote=quote,
            defaults={"polarity": polarity},
            create_defaults={"polarity": polarity, "by": access.user},
        )
        record(access, "evidence.added", job, polarity=polarity, element=element and element.pk)
    return evidence


def remove_evidence(access: StudyAccess, *, evidence: Evidence) -> None:
    access.require(Verb.CODE)
    with transaction.atomic():
        record(access, "evidence.removed", evidence.job, element=evidence.element_id, quote=evidence.quote_id)
        evidence.delete()


def dismiss_warning(access: StudyAccess, *, job: Job, rule: str, reason: str) -> LintDismissal:
    """The warning stays silent for this job; who dismissed it and why stays visible."""
    access.require(Verb.CODE)
    with transaction.atomic():
        dismissal, _ = access.study.lintdismissals.update_or_create(
            job=job, rule=rule, defaults={"reason": reason, "by": access.user}
        )
        record(access, "job.warning_dismissed", job, rule=rule, reason=reason)
    return dismissal
