"""Ending a background run, and starting it again."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from studies import runs
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.models import Run
from studies.queue import enqueue

register_verbs(
    {
        "run.cancelled": "cancelled",
        "run.repeated": "started again:",
    }
)


def cancel_run(access: StudyAccess, *, run: Run) -> bool:
    """False where the run was over already."""
    access.require(runs.needs(run))
    with transaction.atomic():
        if stopped := runs.cancel(access, run):
            record(access, "run.cancelled", run, label=run.title)
    return stopped


def repeat_run(access: StudyAccess, *, run: Run) -> Run:
    """The same computation once more; the old run stays as it ended."""
    access.require(runs.needs(run))
    if runs.ASKED_ON.get(run.kind):
        raise PermissionDenied(f"{run.title}: this is asked for on a page of its own.")
    with transaction.atomic():
        again = enqueue(access, run.kind, params=run.params, input_digest=run.input_digest, seed=run.seed)
        record(access, "run.repeated", again, label=run.title)
    return again
