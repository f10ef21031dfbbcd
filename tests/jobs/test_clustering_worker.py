"""Grouping in a real worker: it reports, can be cancelled, and survives the death of its worker."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.actions.grouping import start_clustering
from jobs.models import Job
from studies import runs
from studies.access import StudyAccess
from studies.models import Run
from tests import factories as make

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
WORDS = [
    "bread",
    "water",
    "school",
    "tram",
    "garden",
    "music",
    "letter",
    "window",
    "river",
    "lamp",
    "coat",
    "bridge",
    "road",
    "shop",
    "bird",
    "stone",
]


def many_jobs(access: StudyAccess, count: int) -> None:
    interview = make.make_interview(access.study)
    Job.objects.bulk_create(
        Job(
            study=access.study,
            interview=interview,
            statement=f"Carry the {WORDS[n % 16]} past the {WORDS[n // 16 % 16]} number {n}",
        )
        for n in range(count)
    )


def wait_for(run: Run, ready: Callable[[Run], bool], seconds: float = 60) -> Run:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        run.refresh_from_db()
        if ready(run):
            return run
        time.sleep(0.05)
    pytest.fail(f"run is {run.state} at {run.progress} % ({run.message}) after {seconds} s")


def is_over(run: Run) -> bool:
    return run.is_over


def is_busy(run: Run) -> bool:
    return run.state == "running" and run.progress > 0


def test_a_worker_of_its_own_groups_the_jobs(
    owner: StudyAccess, celery_worker: subprocess.Popen[bytes]
) -> None:
    many_jobs(owner, 60)

    run = wait_for(start_clustering(owner), is_over)

    assert (run.state, run.error, run.attempt) == ("done", "", 1)
    assert run.result["groups"] == owner.study.jobclusters.count() > 0


def test_a_running_run_can_be_cancelled_and_leaves_nothing(
    owner: StudyAccess, celery_worker: subprocess.Popen[bytes]
) -> None:
    many_jobs(owner, 2500)
    run = wait_for(start_clustering(owner), is_busy)

    runs.cancel(owner, run)

    assert wait_for(run, is_over).state == "cancelled"
    assert owner.study.jobclusters.count() == 0


def test_a_run_whose_worker_was_killed_is_taken_up_by_the_next(
    owner: StudyAccess, celery_worker: subprocess.Popen[bytes], taken_up: Callable[[], None]
) -> None:
    many_jobs(owner, 1200)
    run = wait_for(start_clustering(owner), is_busy)
    os.killpg(celery_worker.pid, signal.SIGKILL)
    celery_worker.wait()
    run.refresh_from_db()
    assert (run.state, owner.study.jobclusters.count()) == ("running", 0)

    taken_up()

    run = wait_for(run, is_over, 90)
    assert (run.state, run.error, run.attempt) == ("done", "", 2)


def test_a_run_that_kills_every_worker_fails_with_a_message(owner: StudyAccess) -> None:
    many_jobs(owner, 3)
    run = start_clustering(owner)
    long_ago = timezone.now() - timedelta(hours=1)
    Run.objects.filter(pk=run.pk).update(state="running", attempt=runs.MAX_ATTEMPTS, lease_until=long_ago)

    assert runs.sweep() == []

    run.refresh_from_db()
    assert run.state == "failed"
    assert "Run it again" in run.error
