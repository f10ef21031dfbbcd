"""What a large screen shows: the rows of cards of what all look at, and the dots once they are counted.

While the room reads the evidence, it shows that above the cards.
"""

from __future__ import annotations

from dataclasses import dataclass

from strategy.models import Canvas, Lane, Workshop
from strategy.queries import evidence
from strategy.queries.workshops import Voted, ranked
from strategy.seats import Seat

READING = ("begin", "read")  # the stages in which the room looks at the evidence


@dataclass(frozen=True)
class ScreenLane:
    name: str
    cards: list[Voted]


@dataclass(frozen=True)
class ScreenPhase:
    number: int
    name: str
    lanes: list[ScreenLane]
    heard: list[evidence.Line]

    @property
    def cards(self) -> int:
        return sum(len(lane.cards) for lane in self.lanes)


def screen_strip(seat: Seat, workshop: Workshop | None) -> evidence.Strip | None:
    """What the interviews say, while the room looks at it."""
    reads = workshop and workshop.stage in READING
    return evidence.strip(seat.canvas, verbatim=seat.access is not None) if reads else None


def screen_phases(
    canvas: Canvas, workshop: Workshop | None, strip: evidence.Strip | None
) -> list[ScreenPhase]:
    """The phase that all look at, or all four; rows without cards are left out. One query."""
    shown = [workshop.focus_phase] if workshop and workshop.focus_phase else [1, 2, 3, 4]
    dots = workshop.result if workshop and workshop.voting == Workshop.Voting.CLOSED else {}
    rows = [Voted(card, dots.get(str(card.key), 0)) for card in canvas.cards.exclude(text="")]
    return [
        ScreenPhase(
            phase,
            canvas.study.phase_label(phase),
            _lanes([row for row in rows if row.card.phase == phase]),
            [line for line in strip.phases[phase] if line.interviews] if strip else [],
        )
        for phase in shown
    ]


def _lanes(rows: list[Voted]) -> list[ScreenLane]:
    lanes = [ScreenLane(lane.label, [row for row in rows if row.card.lane == lane]) for lane in Lane]
    return [lane for lane in lanes if lane.cards]


def winners(workshop: Workshop | None) -> list[Voted]:
    """The cards with the most dots, once they are counted."""
    counted = workshop is not None and workshop.voting == Workshop.Voting.CLOSED
    return ranked(workshop)[:8] if workshop and counted else []
