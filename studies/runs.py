"""Background runs: kinds, claim, report, finish. One Run row is one computation, whoever executes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from studies.access import StudyAccess
from studies.models import Run
from studies.progress import Reporter
from studies.registry import PARTS, TITLES
from studies.roles import Verb

MAX_ATTEMPTS = 3
LOST = "The worker stopped in the middle, {} times. Run it again; if it stops again, the log says why."

# kind -> the function that computes it: gets the run and a reporter, returns what becomes `run.result`
KINDS: dict[str, Callable[[Run, Reporter], dict[str, Any]]] = {}
RESULT_PAGES: dict[str, str] = {}
ASKED_ON: dict[str, str] = {}
NEEDS: dict[str, Verb] = {}


class RunCancelled(Exception):
    """Raised by the reporter once somebody pressed Cancel; nothing has been written by then."""


class RunFailed(Exception):
    """A failure with a message for the person who asked: what, where, what to do."""


def run_kind(
    name: str,
    *,
    title: str = "",
    result_page: str = "",
    asked_on: str = "",
    needs: Verb = Verb.CODE,
    part: bool = False,
) -> Callable[[Callable[[Run, Reporter], dict[str, Any]]], Any]:
    """`title` names the run to people; `result_page` names the page that shows the result. Whoever has the
    verb `needs` cancels a run and starts it again; but what is `asked_on` a page of its own, which gets the
    values of `params`, is asked there once more. A `part` is queued by another run, which deletes it when it
    has taken its result."""

    def register(function: Callable[[Run, Reporter], dict[str, Any]]) -> Any:
        KINDS[name] = function
        TITLES[name] = title or name.partition(".")[2].replace("_", " ").capitalize()
        RESULT_PAGES[name], ASKED_ON[name], NEEDS[name] = result_page, asked_on, needs
        if part:
            PARTS.add(name)
        return function

    return register


def needs(run: Run) -> Verb:
    """What it takes to cancel a run or to start it again; kinds that went from the product are coding's."""
    return NEEDS.get(run.kind, Verb.CODE)


def claim(run_id: int) -> Run | None:
    """Takes a queued run, or one whose worker died, by compare-and-set; None if somebody else has it."""
    now = timezone.now()
    free = Q(state=Run.State.QUEUED) | Q(state=Run.State.RUNNING, lease_until__lt=now)
    taken = Run.objects.filter(free, pk=run_id, attempt__lt=MAX_ATTEMPTS).update(
        state=Run.State.RUNNING,
        attempt=F("attempt") + 1,
        lease_until=now + lease(),
        started_at=now,
        progress=0,
        message="Starting",
    )
    return Run.objects.select_related("study", "created_by").get(pk=run_id) if taken else None


def lease() -> timedelta:
    return timedelta(seconds=settings.RUN_LEASE_SECONDS)


def reporter(run: Run) -> Reporter:
    """Writes progress and renews the lease. Raises RunCancelled when asked to stop or fenced off."""

    def report(fraction: float, message: str) -> None:
        mine = Run.objects.filter(
            pk=run.pk, attempt=run.attempt, state=Run.State.RUNNING, cancel_requested=False
        )
        percent = max(0, min(100, round(fraction * 100)))
        if not mine.update(progress=percent, message=message[:200], lease_until=timezone.now() + lease()):
            raise RunCancelled

    return report


def close(run: Run, state: Run.State, **changes: Any) -> bool:
    """Ends this attempt; False if another attempt has taken over (a late worker must not overwrite it)."""
    mine = Run.objects.filter(pk=run.pk, attempt=run.attempt, state=Run.State.RUNNING)
    return bool(mine.update(state=state, finished_at=timezone.now(), lease_until=None, **changes))


@contextmanager
def ending(run: Run) -> Iterator[None]:
    """One transaction that writes, puts what came of it into `run.result`, and ends the run: all or nothing.
    Whoever presses Cancel from here on waits and comes too late. Raises RunCancelled as a reporter does."""
    with transaction.atomic():
        mine = Run.objects.select_for_update().filter(pk=run.pk, attempt=run.attempt, state=Run.State.RUNNING)
        if not mine.filter(cancel_requested=False).first():
            raise RunCancelled
        yield
        close(run, Run.State.DONE, result=run.result, progress=100, message="Done")


def cancel(access: StudyAccess, run: Run) -> bool:
    """A waiting run ends at once; a running one at its next report. False where it is over already."""
    now, mine = timezone.now(), Run.objects.filter(pk=run.pk)
    waiting = mine.filter(state=Run.State.QUEUED).update(state=Run.State.CANCELLED, finished_at=now)
    return bool(waiting or mine.filter(state=Run.State.RUNNING).update(cancel_requested=True))


def sweep() -> list[int]:
    """Ends runs that nobody will finish and returns the ids of those that need a worker woken again."""
    now = timezone.now()
    lost = Q(state=Run.State.RUNNING, lease_until__lt=now)
    Run.objects.filter(lost, cancel_requested=True).update(state=Run.State.CANCELLED, finished_at=now)
    Run.objects.filter(lost, attempt__gte=MAX_ATTEMPTS).update(
        state=Run.State.FAILED, finished_at=now, error=LOST.format(MAX_ATTEMPTS)
    )
    waiting = Q(state=Run.State.QUEUED, created_at__lt=now - timedelta(seconds=10))
    return list(Run.objects.filter(lost | waiting).values_list("pk", flat=True))
