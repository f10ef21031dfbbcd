"""Approving a ranking freezes it. Snapshots are append-only: nothing here changes or deletes one."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from jobs.actions.priorities import ranking
from jobs.models import Priority, Snapshot, SnapshotRow
from jobs.queries.papers import method_of
from jobs.queries.priorities import interview_count
from jobs.queries.snapshots import current, frozen, latest_snapshot
from jobs.standing import Standing
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs({"ranking.approved": "approved the ranking as"})
NOTHING_RANKED = "No job is ranked yet, so there is nothing to approve."
CHANGED = "The ranking changed since you opened this page. Look at it again, then approve it."


def approve_ranking(access: StudyAccess, *, name: str, note: str = "", seen: int | None = None) -> Snapshot:
    """Freezes the ranking of today. The same ranking under the same name again is that snapshot.

    `seen`: the id of the ranking that the reviewer looked at. Raises ValidationError where it is not that
    of today any more, without a name, and without a ranked job.
    """
    access.require(Verb.APPROVE)
    today = ranking(access)
    if seen is not None and seen != today.pk:
        raise ValidationError(CHANGED)
    rows = current(access.study, today)
    if not any(row.rank for row in rows):
        raise ValidationError(NOTHING_RANKED)
    latest = latest_snapshot(access.study)
    if latest and latest.name == name.strip() and frozen(latest) == rows:
        return latest
    snapshot = _frozen_now(access, today)
    snapshot.name, snapshot.note = name.strip(), note.strip()
    snapshot.full_clean(exclude=["method", "by"])
    with transaction.atomic():
        snapshot.save()
        SnapshotRow.objects.bulk_create(_row(snapshot, row) for row in rows)
        record(access, "ranking.approved", snapshot, note=snapshot.note, interviews=snapshot.interviews)
    return snapshot


def _frozen_now(access: StudyAccess, today: Priority) -> Snapshot:
    """Unsaved: how `today`, the ranking of now, was found."""
    return Snapshot(
        study=access.study,
        by=access.user,
        weights=today.weights,
        method=method_of(access.study),
        interviews=interview_count(access.study),
        draws=today.draws,
        seed=today.seed,
    )


def _row(snapshot: Snapshot, row: Standing) -> SnapshotRow:
    return SnapshotRow(
        study_id=snapshot.study_id,
        snapshot=snapshot,
        job_id=row.job,
        statement=row.statement,
        rank=row.rank,
        numbers=dict(row.numbers),
    )
