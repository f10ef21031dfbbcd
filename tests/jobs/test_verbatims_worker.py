"""Grouping verbatims in real workers: parts are shared, and a killed worker is no reason to begin again."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from jobs.actions import verbatims as actions
from jobs.models import Verbatim, VerbatimSource
from jobs.verbatim_rows import key_of
from studies.access import StudyAccess
from tests.jobs.test_clustering_worker import is_over, wait_for
from tests.jobs.verbatims_made import reviews

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
TEXTS = 2600  # above what is grouped at once


def filled(access: StudyAccess) -> VerbatimSource:
    source = VerbatimSource.objects.create(
        study=access.study, name="Reviews", digest="d", state="ready", rows=TEXTS, distinct=TEXTS
    )
    Verbatim.objects.bulk_create(
        Verbatim(study=access.study, source=source, row=row, text=text, text_hash=key_of(text))
        for row, (text, _) in enumerate(reviews(TEXTS), 2)
    )
    return source


def test_a_grouping_whose_worker_was_killed_reads_only_what_is_missing(
    owner: StudyAccess, celery_worker: subprocess.Popen[bytes], taken_up: Callable[[], None]
) -> None:
    source = filled(owner)
    run = wait_for(
        actions.start_grouping(owner, source=source), lambda run: owner.study.vectors.count() > 0, 90
    )
    os.killpg(celery_worker.pid, signal.SIGKILL)
    celery_worker.wait()
    read = owner.study.vectors.count()
    assert source.groups.count() == 0

    taken_up()

    run = wait_for(run, is_over, 120)
    assert (run.state, run.error, run.attempt) == ("done", "", 2)
    assert 0 < read <= owner.study.vectors.count() == TEXTS
    assert source.groups.count() == run.result["groups"] > 0
    assert owner.study.runs.filter(kind="jobs.verbatims_part").count() == 0


def places(source: VerbatimSource) -> list[tuple[str, str | None, float | None]]:
    return list(source.verbatims.order_by("text_hash").values_list("text_hash", "group__name", "similarity"))


def test_two_worker_processes_find_the_same_groups_as_one(
    owner: StudyAccess, celery_worker: subprocess.Popen[bytes], another_worker: Callable[..., Any]
) -> None:
    source = filled(owner)
    run = wait_for(actions.start_grouping(owner, source=source), is_over, 120)
    assert (run.state, run.error) == ("done", "")
    alone = places(source)
    owner.study.vectors.all().delete()  # everything is read again

    os.killpg(celery_worker.pid, signal.SIGKILL)
    celery_worker.wait()
    another_worker(processes=2)
    run = wait_for(actions.start_grouping(owner, source=source), is_over, 120)

    assert (run.state, run.error) == ("done", "")
    assert owner.study.vectors.count() == TEXTS
    assert places(source) == alone
    assert {group for _, group, _ in alone} != {None}
