"""The Celery application. Pages never look at Celery: they poll the Run row."""

import os
from importlib import import_module
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init

from cpd_site.supervise import end_forks_with_this_process
from studies.memory import settle

# Before the app is made: without it Celery's Django fix-up, and with it delay_on_commit, is missing
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpd_site.settings")

app = Celery("cpd_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def leave_no_orphans(**kwargs: Any) -> None:
    end_forks_with_this_process()


@worker_init.connect
def load_before_forks(**kwargs: Any) -> None:
    """The libraries of a grouping take 1.5 s, which nobody waits for now; all forks share their memory.

    What stays loaded is then left alone by the collector: walking it took a tenth to a sixth of a grouping.
    """
    import_module("jobs.analysis")
    settle()


@setup_logging.connect
def log_like_the_site(**kwargs: Any) -> None:
    """Left to itself, Celery would log with a formatter of its own, which prints what errors say."""
    from django.conf import settings
    from django.utils.log import configure_logging

    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
