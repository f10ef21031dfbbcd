"""Ending a background run, and starting it again."""

from __future__ import annotations

from django.db import transaction

from studies import runs
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.models import Run
from studies.queue import enqueue
from studies.roles import Verb

register_verbs(
    {
        "run.cancelled": "cancelled",
        "run.repeated": "started again:",
    }
)


def cancel_run(access: StudyAccess, *, run: Run) -> None:
    access.require(Verb.CODE)
    with transaction.atomic():
        runs.cancel(access, run)
        record(access, "run.cancelled", run, label=run.title)


def repeat_run(access: StudyAccess, *, run: Run) -> Run:
    """The same computation once more; the old run stays as it ended."""
    access.require(Verb.CODE)
    with transaction.atomic():
        again = enqueue(access, run.kind, params=run.params, input_digest=run.input_digest, seed=run.seed)
        record(access, "run.repeated", again, label=run.title)
    return again
