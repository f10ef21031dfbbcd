"""The Celery application. Pages never look at Celery: they poll the Run row."""

import os

from celery import Celery

# Before the app is made: without it Celery's Django fix-up, and with it delay_on_commit, is missing
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpd_site.settings")

app = Celery("cpd_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
