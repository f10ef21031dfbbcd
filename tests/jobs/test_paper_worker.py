"""The board paper in a real worker: made once, even where the first worker is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage

from jobs.actions.papers import ask_for_papers
from jobs.models import Paper
from studies import runs
from studies.access import StudyAccess
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
    owner: StudyAccess, celery_worker: subprocess.Popen[bytes], taken_up: Callable[[], None]
) -> None:
    for _ in range(40):
        held_by(owner, 3)
    run = wait_for(ask_for_papers(owner, snapshot=None), is_busy)
    os.killpg(celery_worker.pid, signal.SIGKILL)
    celery_worker.wait()
    run.refresh_from_db()
    assert (run.state, Paper.objects.count()) == ("running", 0)

    taken_up()

    run = wait_for(run, is_over, 90)
    assert (run.state, run.error, run.attempt, run.papers.count()) == ("done", "", 2, 3)
