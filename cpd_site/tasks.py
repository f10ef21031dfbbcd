"""What Celery does by the clock across all apps."""

from celery import shared_task
from celery.signals import worker_ready

from cpd_site.erasing.actions import sweep


@shared_task
def sweep_erased() -> None:
    sweep()


@worker_ready.connect
def sweep_at_start(**kwargs: object) -> None:
    """What a process that was killed left on disk need not wait for the next hour."""
    sweep_erased.delay()
