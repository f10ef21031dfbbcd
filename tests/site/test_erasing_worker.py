"""Erasing in a real worker: it ends with its rows or not at all, wherever the worker is killed."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from cpd_site.erasing.actions import ERASED, start_erasing
from interviews.models import Participant
from studies import runs
from studies.access import StudyAccess
from studies.models import Run
from tests import factories as make
from tests.jobs.test_clustering_worker import is_over, wait_for

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
DELETES = "Erasing, which cannot be cancelled any more"


@pytest.fixture
def mara(owner: StudyAccess) -> Participant:
    person: Participant = make.make_participant(owner.study, pseudonym="Mara-17")
    interview = make.make_interview(owner.study, participant=person)
    make.make_element(interview, note="The blue van died on the bridge")
    return person


def is_deleting(run: Run) -> bool:
    return run.message == DELETES


@contextmanager
def held(person: Participant) -> Iterator[None]:
    """The row of the participant, so that the transaction that erases begins and waits."""
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT 1 FROM interviews_participant WHERE id = %s FOR UPDATE", [person.pk])
        yield
    other.close()


def cancelled_elsewhere(access: StudyAccess, run: Run) -> bool:
    try:
        return runs.cancel(access, run)
    finally:
        connection.close()


def test_a_worker_of_its_own_erases(
    owner: StudyAccess, mara: Participant, celery_worker: subprocess.Popen[bytes]
) -> None:
    run = wait_for(start_erasing(owner, participant=mara), is_over)

    assert (run.state, run.error, run.attempt) == ("done", "", 1)
    assert run.result == {"erased": "one participant, 1 interview, 1 element"}
    assert not Participant.with_trash.exists()


def test_pressed_twice_it_erases_once(
    owner: StudyAccess, mara: Participant, celery_worker: subprocess.Popen[bytes]
) -> None:
    with transaction.atomic():
        pressed = [start_erasing(owner, participant=mara) for _ in range(2)]

    assert pressed[0] == pressed[1]
    assert wait_for(pressed[0], is_over).state == "done"
    assert owner.study.history.filter(verb=ERASED).count() == 1


def test_killed_in_the_transaction_nothing_is_half_erased_and_the_next_worker_erases_all(
    owner: StudyAccess,
    mara: Participant,
    celery_worker: subprocess.Popen[bytes],
    taken_up: Callable[[], None],
) -> None:
    with held(mara):
        run = wait_for(start_erasing(owner, participant=mara), is_deleting)
        os.killpg(celery_worker.pid, signal.SIGKILL)
        celery_worker.wait()
    run.refresh_from_db()
    assert (run.state, owner.study.elements.count()) == ("running", 1)

    taken_up()

    run = wait_for(run, is_over, 90)
    assert (run.state, run.error, run.attempt) == ("done", "", 2)
    assert not Participant.with_trash.exists()
    assert owner.study.history.filter(verb=ERASED).count() == 1


def test_cancel_waits_for_the_transaction_and_comes_too_late(
    owner: StudyAccess, mara: Participant, celery_worker: subprocess.Popen[bytes]
) -> None:
    with ThreadPoolExecutor(1) as pool, held(mara):
        run = wait_for(start_erasing(owner, participant=mara), is_deleting)
        pressed = pool.submit(cancelled_elsewhere, owner, run)
        with pytest.raises(TimeoutError):
            pressed.result(timeout=1)

    assert pressed.result() is False
    assert wait_for(run, is_over).state == "done"
    assert not Participant.with_trash.exists()
