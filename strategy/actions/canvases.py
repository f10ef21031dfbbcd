"""Opening canvases, and putting them into the trash and back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from jobs.models import Job
from strategy.actions.rules import StrategyRefused
from strategy.models import Canvas, Sheet
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "canvas.opened": "opened a canvas for",
        "canvas.deleted": "deleted the canvas of",
        "canvas.restored": "brought back the canvas of",
    }
)


def open_canvas(access: StudyAccess, *, job: Job) -> Canvas:
    """The canvas of a job: the one that exists, else a new one."""
    access.require(Verb.EDIT_CANVAS)
    with transaction.atomic():
        canvas, made = access.study.canvases.get_or_create(job=job, defaults={"created_by": access.user})
        if made:
            Sheet.objects.create(study=access.study, canvas=canvas)
            record(access, "canvas.opened", canvas, label=str(job))
    return canvas


def trash_canvas(access: StudyAccess, *, canvas: Canvas) -> None:
    set_deleted(access, canvas, "canvas.deleted", label=str(canvas.job))


def restore_canvas(access: StudyAccess, *, canvas: Canvas) -> None:
    """Raises StrategyRefused where the job has been given another canvas meanwhile."""
    if access.study.canvases.filter(job=canvas.job_id).exclude(pk=canvas.pk).exists():
        raise StrategyRefused("This job has another canvas now; it cannot have two.")
    set_deleted(access, canvas, "canvas.restored", label=str(canvas.job))


def set_deleted(access: StudyAccess, row: Any, verb: str, label: str = "") -> None:
    access.require(Verb.EDIT_CANVAS)
    with transaction.atomic():
        row.deleted_at = timezone.now() if verb.endswith(".deleted") else None
        row.save(update_fields=["deleted_at"])
        record(access, verb, row, label=label)
