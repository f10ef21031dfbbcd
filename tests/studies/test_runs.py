"""Runs: one row is one computation, whoever executes it and however often the message arrives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from studies import registry, runs
from studies.access import StudyAccess
from studies.models import Membership, Run
from studies.progress import Reporter
from studies.queue import digest, enqueue, wake_worker
from studies.tasks import execute_run


@pytest.fixture(autouse=True)
def _kinds_of_this_test() -> Iterator[None]:
    before = dict(runs.KINDS)
    yield
    runs.KINDS.clear()
    runs.KINDS.update(before)


def queue(access: StudyAccess, digest: str = "d", **fields: Any) -> Run:
    return enqueue(access, "test.sum", params=fields, input_digest=digest)


def expire(run: Run, **fields: Any) -> None:
    past = timezone.now() - timedelta(minutes=5)
    Run.objects.filter(pk=run.pk).update(lease_until=past, **fields)


def reread(run: Run) -> Run:
    return Run.objects.get(pk=run.pk)


def test_the_same_input_under_way_is_one_run(owner: StudyAccess) -> None:
    assert queue(owner) == queue(owner)
    assert queue(owner, digest="other") != queue(owner)


def test_the_same_input_after_the_end_is_a_new_run(owner: StudyAccess) -> None:
    first = queue(owner)
    Run.objects.filter(pk=first.pk).update(state="done")

    assert queue(owner) != first


def test_a_run_being_cancelled_is_no_twin(owner: StudyAccess) -> None:
    first = queue(owner)
    Run.objects.filter(pk=first.pk).update(state="running", cancel_requested=True)

    assert queue(owner) != first


def test_the_same_input_of_another_study_is_another_run(owner: StudyAccess, outsider: StudyAccess) -> None:
    assert queue(owner) != queue(outsider)


def test_only_one_worker_gets_a_run(owner: StudyAccess) -> None:
    run = queue(owner)

    assert runs.claim(run.pk) == run
    assert runs.claim(run.pk) is None


def test_a_run_whose_worker_died_is_taken_over(owner: StudyAccess) -> None:
    run = queue(owner)
    runs.claim(run.pk)
    expire(run)

    taken = runs.claim(run.pk)

    assert taken is not None
    assert taken.attempt == 2


def test_a_late_worker_cannot_report_or_close_what_another_has_taken_over(owner: StudyAccess) -> None:
    run = queue(owner)
    late = runs.claim(run.pk)
    expire(run)
    runs.claim(run.pk)

    with pytest.raises(runs.RunCancelled):
        runs.reporter(late)(0.5, "Still here")  # type: ignore[arg-type]
    assert runs.close(late, Run.State.DONE) is False  # type: ignore[arg-type]
    assert reread(run).state == "running"


def test_reporting_renews_the_lease(owner: StudyAccess) -> None:
    run = queue(owner)
    mine = runs.claim(run.pk)
    expire(run)
    runs.reporter(mine)(0.456, "Half way")  # type: ignore[arg-type]

    now = reread(run)
    assert (now.progress, now.message) == (46, "Half way")
    assert now.lease_until > timezone.now()  # type: ignore[operator]


def test_a_result_is_stored_with_its_versions(owner: StudyAccess) -> None:
    @runs.run_kind("test.sum")
    def add(run: Run, report: Reporter) -> dict[str, Any]:
        run.versions = {"numpy": "2"}
        report(0.5, "Adding")
        return {"sum": run.params["a"] + run.params["b"]}

    run = queue(owner, a=1, b=2)
    execute_run(run.pk)

    done = reread(run)
    assert (done.state, done.progress, done.result, done.versions) == (
        "done",
        100,
        {"sum": 3},
        {"numpy": "2"},
    )
    assert done.is_over
    assert done.seconds is not None


def test_a_failure_with_a_message_reaches_the_person(owner: StudyAccess) -> None:
    @runs.run_kind("test.sum")
    def refuse(run: Run, report: Reporter) -> dict[str, Any]:
        raise runs.RunFailed("Fewer than three jobs: write more first.")

    run = queue(owner)
    execute_run(run.pk)

    assert (reread(run).state, reread(run).error) == ("failed", "Fewer than three jobs: write more first.")


def test_a_crash_tells_its_kind_and_not_its_contents(owner: StudyAccess) -> None:
    @runs.run_kind("test.sum")
    def crash(run: Run, report: Reporter) -> dict[str, Any]:
        raise ValueError("what the customer said")

    run = queue(owner)
    execute_run(run.pk)

    assert reread(run).error == "Something went wrong (ValueError). Run it again."


def test_who_left_the_study_computes_nothing_any_more(owner: StudyAccess) -> None:
    from studies.access import access_of

    @runs.run_kind("test.sum")
    def look(run: Run, report: Reporter) -> dict[str, Any]:
        return {"role": access_of(run).role}

    run = queue(owner)
    Membership.objects.filter(user=owner.user).delete()
    execute_run(run.pk)

    assert reread(run).state == "failed"
    assert "may no longer do so" in reread(run).error


def test_cancelling_a_waiting_run_ends_it_and_a_running_one_stops_at_its_next_report(
    owner: StudyAccess,
) -> None:
    @runs.run_kind("test.sum")
    def slow(run: Run, report: Reporter) -> dict[str, Any]:
        runs.cancel(owner, run)
        report(0.5, "Half way")
        raise AssertionError

    waiting, running = queue(owner), queue(owner, digest="r")
    runs.cancel(owner, waiting)
    execute_run(running.pk)

    assert [reread(waiting).state, reread(running).state] == ["cancelled", "cancelled"]


def test_the_sweep_wakes_what_waits_and_ends_what_nobody_will_finish(owner: StudyAccess) -> None:
    lost, stopped, hopeless, fresh, waiting = [queue(owner, digest=str(n)) for n in range(5)]
    expire(lost, state="running", attempt=1)
    expire(stopped, state="running", attempt=1, cancel_requested=True)
    expire(hopeless, state="running", attempt=runs.MAX_ATTEMPTS)
    Run.objects.filter(pk=waiting.pk).update(created_at=timezone.now() - timedelta(minutes=1))

    again = runs.sweep()

    assert set(again) == {lost.pk, waiting.pk}
    assert reread(stopped).state == "cancelled"
    assert reread(hopeless).state == "failed"
    assert "stopped in the middle" in reread(hopeless).error
    assert reread(fresh).state == "queued"


def test_a_run_is_given_up_after_three_attempts(owner: StudyAccess) -> None:
    run = queue(owner)
    Run.objects.filter(pk=run.pk).update(attempt=runs.MAX_ATTEMPTS)

    assert runs.claim(run.pk) is None


def test_a_broker_that_is_down_does_not_lose_the_run(owner: StudyAccess) -> None:
    from kombu.exceptions import OperationalError

    class NoBroker:
        def delay(self, run_id: int) -> None:
            raise OperationalError

    run = queue(owner)
    wake_worker(NoBroker(), run.pk)

    assert reread(run).state == "queued"


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


def test_a_run_has_a_title_even_if_nobody_gave_it_one() -> None:
    runs.run_kind("test.count_words")(lambda run, report: {})

    assert registry.title_of("test.count_words") == "Count words"
    assert registry.title_of("gone.kind") == "gone: kind"
