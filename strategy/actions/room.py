"""What the facilitator sets the room to: the step of the agenda, the timer, the focus, what is locked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from strategy import agenda
from strategy.actions.leading import leading
from strategy.actions.silence import hide_new_cards, reveal_drafts
from strategy.actions.votes import begin_vote, count_dots
from strategy.document import LANES
from strategy.models import Card, Workshop
from strategy.seats import Seat

LONGEST_TIMER = 3 * 3600


def enter_stage(seat: Seat, *, stage: agenda.Stage) -> None:
    """Sets the room as the agenda proposes and starts the timer.

    Whoever leaves silence reveals; whoever leaves a vote counts it.
    """
    with leading(seat) as (access, workshop):
        if workshop.silent and not stage.silent:
            reveal_drafts(access, workshop)
        if workshop.voting == Workshop.Voting.OPEN:
            count_dots(access, workshop)
        workshop.stage, workshop.focus_phase = stage.key, stage.phase
        if stage.silent and not workshop.silent:
            hide_new_cards(access, workshop)
        if stage.votes:
            begin_vote(workshop, workshop.dots)
        _run(workshop, 60 * stage.minutes)


def focus(seat: Seat, *, phase: int | None) -> None:
    """All look at one phase; None: at the whole canvas."""
    with leading(seat) as (_access, workshop):
        workshop.focus_phase = phase


def lock_lanes(seat: Seat, *, lanes: Iterable[str]) -> None:
    """In these rows nobody but the facilitator changes a card."""
    chosen = set(lanes)
    with leading(seat) as (_access, workshop):
        workshop.locked_lanes = [lane for lane in LANES if lane in chosen]


def lock_card(seat: Seat, *, card: Card, locked: bool) -> None:
    """Nobody but the facilitator changes or moves it."""
    with leading(seat):
        card.locked = locked
        card.save(update_fields=["locked"])


# --- the timer ---------------------------------------------------------------------------------------
def start_timer(seat: Seat, *, seconds: int | None = None) -> None:
    """Runs from `seconds`, or goes on with what was left."""
    with leading(seat) as (_access, workshop):
        _run(workshop, left(workshop) if seconds is None else seconds)


def pause_timer(seat: Seat) -> None:
    with leading(seat) as (_access, workshop):
        workshop.timer_seconds, workshop.timer_ends_at = left(workshop), None


def add_time(seat: Seat, *, seconds: int) -> None:
    """More time, whether it runs or stands; after its end, from now on."""
    with leading(seat) as (_access, workshop):
        more = min(left(workshop) + seconds, LONGEST_TIMER)
        if workshop.timer_ends_at:
            _run(workshop, more)
        else:
            workshop.timer_seconds = more


def stop_timer(seat: Seat) -> None:
    with leading(seat) as (_access, workshop):
        workshop.timer_seconds, workshop.timer_ends_at = 0, None


def left(workshop: Workshop) -> int:
    """Seconds; 0 once the time is up."""
    if workshop.timer_ends_at is None:
        return workshop.timer_seconds
    return max(0, round((workshop.timer_ends_at - timezone.now()).total_seconds()))


def _run(workshop: Workshop, seconds: int) -> None:
    seconds = min(seconds, LONGEST_TIMER)
    workshop.timer_seconds, workshop.timer_ends_at = 0, timezone.now() + timedelta(seconds=seconds)
