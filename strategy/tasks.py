"""What Celery does by the clock for actions."""

from celery import shared_task
from django.utils import timezone

from strategy.actions.reminders import remind


@shared_task
def remind_of_dates() -> None:
    remind(timezone.localdate())
