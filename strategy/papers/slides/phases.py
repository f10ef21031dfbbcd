"""A canvas that no one slide holds: how many cards lie where, then each phase on slides of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from jobs.papers.shapes import FAINT, INK, INSIDE, MUTED, WIDTH, add_box, add_rule, add_run, next_paragraph
from strategy.papers.slides.measures import (
    EDGE,
    FOOT,
    GAP,
    HEAD,
    NAMES,
    PHASE_COLUMNS,
    TOP,
    Spots,
    column_width,
    height_of_card,
    pieces,
)
from strategy.papers.slides.parts import INKS, add_card, add_heads, titled
from strategy.papers.tree import CanvasPaper, CardLine, Column, Lane
from studies.counting import counted

SIZE = 11  # points of a card
NAME_HEIGHT = 0.3  # of a lane, above its cards


def add_overview(deck: Any, paper: CanvasPaper) -> None:
    """How many cards lie where, for a canvas that no one slide can hold."""
    slide = titled(deck, paper)
    add_heads(slide, paper.columns)
    height, top = (FOOT - TOP - HEAD) / len(paper.lanes), TOP + HEAD
    for lane in paper.lanes:
        add_rule(slide, EDGE, top, WIDTH - EDGE, top, FAINT, 0.75)
        add_run(
            next_paragraph(add_box(slide, EDGE, top + 0.08, NAMES - 0.1, height)),
            lane.name,
            size=9,
            bold=True,
        )
        for place, cell in enumerate(lane.cells):
            frame = add_box(slide, EDGE + NAMES + place * column_width() + 0.08, top + 0.08, 2, height)
            agreed = sum(card.agreed for card in cell)
            said = f"{counted(len(cell), 'card')}, {agreed} agreed" if cell else "no card"
            add_run(next_paragraph(frame), said, size=12, colour=INK if cell else MUTED)
        top += height


def add_phase(deck: Any, paper: CanvasPaper, place: int, column: Column) -> None:
    """Cards lane by lane in columns from top to bottom; a full slide goes on on the next."""
    slide, width = None, (INSIDE - 0.3) / PHASE_COLUMNS
    spots = Spots(width)
    for lane, number, card in _numbered(paper.lanes, place, width - GAP - 0.16):
        height = height_of_card(card, width - GAP, SIZE)
        name = lane if not number else "" if spots.has_room(height) else f"{lane}, continued"
        fresh, left, top = spots.take(height, NAME_HEIGHT if name else 0)
        if fresh:
            slide = titled(deck, paper, _phase_title(column, paper, again=slide is not None))
        if name:
            frame = add_box(slide, left, top - NAME_HEIGHT + 0.04, width, NAME_HEIGHT)
            add_run(next_paragraph(frame), name, size=11, bold=True, colour=INKS[place])
        add_card(slide, card, left, top, width - GAP, height, SIZE)


def _phase_title(column: Column, paper: CanvasPaper, *, again: bool) -> str:
    return f"{column.phase} {column.name}{', continued' if again else ''}: {paper.title}"


def _numbered(lanes: Iterable[Lane], place: int, width: float) -> Iterator[tuple[str, int, CardLine]]:
    """The cards of a phase with the name of their lane, counted within it."""
    for lane in lanes:
        parts = (part for card in lane.cells[place] for part in _parts(card, width))
        for number, part in enumerate(parts):
            yield lane.name, number, part


def _parts(card: CardLine, width: float) -> Iterator[CardLine]:
    for text in pieces(card.text, width, SIZE):
        yield CardLine(card.kind, text, card.agreed, card.evidence)
