"""The workshop that the team of the demo study held on a canvas, through the actions of its room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strategy.actions.votes import close_vote, open_vote, put_dot
from strategy.actions.workshops import end_workshop, start_workshop
from strategy.models import Canvas, Card
from strategy.seats import Seat, member_seat
from studies.access import StudyAccess

People = Mapping[str, StudyAccess]


def hold_workshop(people: People, canvas: Canvas, cards: Mapping[str, Card], plan: dict[str, Any]) -> None:
    """One of them leads, all place their dots, and the counted result stays."""
    leader = people[plan["by"]]
    start_workshop(leader, canvas=canvas)
    open_vote(_seat(leader, canvas), dots=plan["dots"])
    for person, chosen in plan["votes"].items():
        for key in chosen:
            put_dot(_seat(people[person], canvas), key=cards[key].key)
    close_vote(_seat(leader, canvas))
    end_workshop(_seat(leader, canvas))


def _seat(access: StudyAccess, canvas: Canvas) -> Seat:
    """As the room sees them at this moment: who leads changes on the way."""
    seat = member_seat(access.user, canvas.pk)
    assert seat is not None  # noqa: S101  all people of the demo are members of its study
    return seat
