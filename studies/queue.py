"""Asking for a run: it is stored in the caller's transaction, and a worker is woken after the commit."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import Any

from django.db import transaction

from studies.access import StudyAccess
from studies.models import Run

logger = logging.getLogger(__name__)


def digest(data: Any) -> str:
    """SHA-256 of the JSON of `data`: the same input gives the same digest on every machine."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()


def enqueue(
    access: StudyAccess, kind: str, *, params: dict[str, Any], input_digest: str, seed: int = 0
) -> Run:
    """Queues a run on commit; the same input already under way is that run, not a second one."""
    from studies.tasks import execute_run  # loads Celery, which no page needs

    under_way = access.study.runs.filter(kind=kind, input_digest=input_digest, cancel_requested=False).filter(
        state__in=[Run.State.QUEUED, Run.State.RUNNING]
    )
    if twin := under_way.first():
        return twin
    run = Run.objects.create(
        study=access.study,
        kind=kind,
        params=params,
        input_digest=input_digest,
        seed=seed,
        created_by=access.user,
    )
    transaction.on_commit(lambda: wake_worker(execute_run, run.pk))
    return run


def wake_worker(task: Any, run_id: int) -> None:
    """A broker that is down costs time, not the run: the sweep sends the message again."""
    from kombu.exceptions import OperationalError

    try:
        task.delay(run_id)
    except OperationalError:
        logger.warning("run %s waits for the sweep: the broker does not answer", run_id)
