"""The board paper in a real worker: made once, even where the first worker is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from jobs.actions.papers import ask_for_papers
from jobs.models import Paper
from studies import runs, tasks
from studies.access import StudyAccess
from studies.models import Run
from tests.jobs.test_clustering_worker import is_busy, is_over, wait_for
from tests.jobs.test_priorities import held_by

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def test_a_worker_of_its_own_makes_all_documents(
    owner: StudyAccess, celery_worker: subprocess.Popen[bytes]
) -> None:
    held_by(owner, 3, verbatim="We were late again")

    run = wait_for(ask_for_papers(owner, snapshot=None), is_over)

    assert (run.state, run.error, run.attempt) == ("done", "", 1)
    assert [paper.kind for paper in run.papers.order_by("pk")] == ["pdf", "pptx", "xlsx"]
    assert all(default_storage.size(paper.file.name) > 1000 for paper in run.papers.all())


def test_a_cancelled_run_leaves_no_document(
    owner: StudyAccess, celery_worker: subprocess.Popen[bytes]
) -> None:
    for _ in range(40):
        held_by(owner, 3)
    run = wait_for(ask_for_papers(owner, snapshot=None), is_busy)

    runs.cancel(owner, run)

    assert wait_for(run, is_over).state == "cancelled"
    assert Paper.objects.count() == 0


def test_a_run_whose_worker_was_killed_is_made_by_the_next_and_once_only(
    owner: StudyAccess, celery_worker: subprocess.Popen[bytes], request: pytest.FixtureRequest
) -> None:
    from tests.plugins import surroundings

    for _ in range(40):
        held_by(owner, 3)
    run = wait_for(ask_for_papers(owner, snapshot=None), is_busy)
    os.killpg(celery_worker.pid, signal.SIGKILL)
    celery_worker.wait()
    run.refresh_from_db()
    assert (run.state, Paper.objects.count()) == ("running", 0)

    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    second = surroundings._start_worker(surroundings.environment_of_the_test_database())
    request.addfinalizer(lambda: surroundings._stop(second))
    tasks.sweep_runs.delay()

    run = wait_for(run, is_over, 90)
    assert (run.state, run.error, run.attempt, run.papers.count()) == ("done", "", 2, 3)
