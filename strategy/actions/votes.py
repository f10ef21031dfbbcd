"""Dot voting: n dots for each seat, several on one card allowed, hidden until counted, then only a count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction

from strategy.actions.leading import leading
from strategy.actions.rules import StrategyRefused
from strategy.models import Dot, Workshop
from strategy.queries.workshops import countable
from strategy.seats import Seat
from studies.access import StudyAccess
from studies.history import record, register_verbs

register_verbs({"workshop.counted": "counted the dots on"})
MOST_DOTS = 20


def open_vote(seat: Seat, *, dots: int) -> None:
    """`dots` for each person."""
    with leading(seat) as (_access, workshop):
        workshop.stage = "vote"
        begin_vote(workshop, dots)


def close_vote(seat: Seat) -> None:
    """Nothing happens where no vote is open."""
    with leading(seat) as (access, workshop):
        if workshop.voting == Workshop.Voting.OPEN:
            count_dots(access, workshop)


def begin_vote(workshop: Workshop, dots: int) -> None:
    """Dots of a vote that was never counted are dropped."""
    workshop.votes.all().delete()
    workshop.voting, workshop.dots = Workshop.Voting.OPEN, dots


def count_dots(access: StudyAccess, workshop: Workshop) -> dict[str, int]:
    """Card -> dots. Who gave them is forgotten in the same transaction.

    A vote on one phase leaves the counts of the other phases as they were.
    """
    counted = Counter(str(key) for key in workshop.votes.values_list("card_key", flat=True))
    voted_on = {str(key) for key in countable(workshop).values_list("key", flat=True)}
    kept = {
        key: dots for key, dots in workshop.result.items() if key not in voted_on and workshop.focus_phase
    }
    workshop.result = kept | dict(counted)
    workshop.voting = Workshop.Voting.CLOSED
    workshop.votes.all().delete()
    total = sum(counted.values())
    record(
        access, "workshop.counted", workshop, label=str(workshop.canvas.job), dots=total, cards=len(counted)
    )
    return dict(counted)


def put_dot(seat: Seat, *, key: UUID) -> None:
    """Raises StrategyRefused where all dots are placed, or the card is not among those that are voted on."""
    with _voting(seat) as workshop:
        if workshop.votes.filter(seat=seat.key).count() >= workshop.dots:
            raise StrategyRefused(f"All your {workshop.dots} dots are placed. Take one back first.")
        if not countable(workshop).filter(key=key).exists():
            raise StrategyRefused("This card is not among those that are voted on.")
        Dot.objects.create(workshop=workshop, seat=seat.key, card_key=key)


def take_dot(seat: Seat, *, key: UUID) -> None:
    """Nothing happens where this seat has no dot on the card."""
    with _voting(seat) as workshop:
        mine = workshop.votes.filter(seat=seat.key, card_key=key).last()
        if mine:
            mine.delete()


@contextmanager
def _voting(seat: Seat) -> Iterator[Workshop]:
    """The row lock of the workshop makes all votes wait for each other: nobody gets one dot too many."""
    seat.require(seat.may_edit)
    with transaction.atomic():
        running = Workshop.objects.select_for_update().filter(canvas=seat.canvas, ended_at=None)
        workshop = running.filter(voting=Workshop.Voting.OPEN).first()
        if workshop is None:
            raise StrategyRefused("No vote is open here.")
        yield workshop
