"""Thin Celery tasks: they take ids, claim the Run row and call what is registered for its kind."""

import logging
from importlib import import_module

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404

from studies import runs
from studies.models import Run

import_module(settings.TASKS_APP)  # where these tasks belong, also in a process that only asks for a run
logger = logging.getLogger(__name__)
NOT_ALLOWED = "The person who started this may no longer do so in this study. Somebody else can run it again."


@shared_task
def execute_run(run_id: int) -> None:
    run = runs.claim(run_id)
    if run is None:
        return
    try:
        result = runs.KINDS[run.kind](run, runs.reporter(run))
    except runs.RunCancelled:
        runs.close(run, Run.State.CANCELLED, message="Cancelled; nothing was changed.")
    except runs.RunFailed as failure:
        runs.close(run, Run.State.FAILED, error=str(failure)[:500])
    except (Http404, PermissionDenied):
        runs.close(run, Run.State.FAILED, error=NOT_ALLOWED)
    except Exception as crash:  # the outermost handler: whatever happened, the page must hear of it
        logger.exception("run %s (%s) failed", run.pk, run.kind)
        runs.close(
            run, Run.State.FAILED, error=f"Something went wrong ({type(crash).__name__}). Run it again."
        )
    else:
        runs.close(run, Run.State.DONE, result=result, versions=run.versions, progress=100, message="Done")


@shared_task
def sweep_runs() -> None:
    for run_id in runs.sweep():
        execute_run.delay(run_id)


@worker_ready.connect
def sweep_at_start(**kwargs: object) -> None:
    """What a killed worker left behind need not wait for the next tick."""
    sweep_runs.delay()
