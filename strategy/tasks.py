"""What Celery does by the clock: reminders of dates, and what a web process that was killed left undone."""

import logging
from collections.abc import Callable
from typing import Any

from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone

from strategy.actions.projection import dirty_sheets, project
from strategy.actions.reminders import remind
from strategy.live import store

logger = logging.getLogger(__name__)
FOLD_AT = 500  # updates; a web process in whose room people are folds before


@shared_task
def remind_of_dates() -> None:
    remind(timezone.localdate())


@shared_task
def sweep_canvases() -> None:
    """One sheet that cannot be read must not keep the others from being brought up to date."""
    for sheet in dirty_sheets():
        _try(project, sheet)
    for sheet in store.long_logs(FOLD_AT):
        _try(store.fold, sheet)


def _try(work: Callable[[int], Any], sheet: int) -> None:
    try:
        work(sheet)
    except (DatabaseError, store.Unreadable) as error:
        logger.error("canvas sheet %s: %s", sheet, type(error).__name__)
