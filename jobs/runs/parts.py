"""One run spread over all workers that are free: its parts are runs of their own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from studies.models import Run
from studies.progress import Reporter
from studies.queue import digest, wake_worker
from studies.runs import RunFailed

KIND = "jobs.verbatims_part"
PAUSE = 0.1  # seconds between two looks at the parts that other workers are at
OPEN = (Run.State.QUEUED, Run.State.RUNNING)


def spread(run: Run, parts: Sequence[dict[str, Any]], report: Reporter, message: str) -> list[dict[str, Any]]:
    """The results of all parts, in order. This worker takes parts, too, so one worker alone is enough.

    Parts that an earlier attempt of `run` finished are not done again. Raises RunFailed where one failed.
    """
    ids = [_part_of(run, part) for part in parts]
    try:
        _work(ids, report, message)
        return [_result_of(pk) for pk in ids]
    finally:
        if Run.objects.filter(pk=run.pk, attempt=run.attempt).exists():  # else another attempt counts on them
            Run.objects.filter(pk__in=ids).delete()


def _part_of(run: Run, part: dict[str, Any]) -> int:
    """The part as an earlier attempt finished it, or anew."""
    from studies.tasks import execute_run

    key = digest([run.pk, {name: value for name, value in part.items() if name != "by"}])
    same = Run.objects.filter(study=run.study, kind=KIND, input_digest=key)
    same.exclude(state=Run.State.DONE).delete()
    if done := same.first():
        return done.pk
    made = Run.objects.create(
        study=run.study, kind=KIND, params=part, input_digest=key, created_by=run.created_by
    )
    if not execute_run.app.conf.task_always_eager:  # without a broker there is nobody to wake
        wake_worker(execute_run, made.pk)
    return made.pk


def _work(ids: list[int], report: Reporter, message: str) -> None:
    from studies.tasks import execute_run

    while waiting := list(Run.objects.filter(pk__in=ids, state__in=OPEN).values_list("pk", flat=True)):
        for place, pk in enumerate(waiting):
            report(1 - (len(waiting) - place) / len(ids), message)
            execute_run(pk)  # does nothing while another worker is at it
        time.sleep(PAUSE)


def _result_of(pk: int) -> dict[str, Any]:
    part = Run.objects.get(pk=pk)
    if part.state != Run.State.DONE:
        raise RunFailed(part.error or "A part of the work was cancelled. Run it again.")
    return part.result
