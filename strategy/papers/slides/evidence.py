"""What the job serves and what the interviews say, on slides of their own where the canvas has no room."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from jobs.papers.shapes import INSIDE, add_box, add_run, lines_of, next_paragraph
from strategy.papers.slides.measures import (
    EDGE,
    GAP,
    HEAD,
    NAMES,
    TOP,
    Spots,
    Stack,
    column_width,
    height_of_heard,
    pieces,
)
from strategy.papers.slides.parts import (
    add_heads,
    add_heard,
    add_named_row,
    said,
    size_of_said,
    titled,
    unnamed,
)
from strategy.papers.tree import CanvasPaper, Heard

SIZE = 11  # points of the evidence
PURPOSE_SIZE = 16


def add_purpose(deck: Any, paper: CanvasPaper) -> None:
    """What the job serves, on a slide before the canvas, where it does not go below each title."""
    if size_of_said(said(paper)):
        return
    spots, slide = Spots(INSIDE - 0.15, columns=1), None
    parts = (pieces(statement, INSIDE - 1.5, PURPOSE_SIZE) for statement in paper.purpose)
    for text in chain.from_iterable(parts):
        height = lines_of(f"In order to: {text}", INSIDE - 0.2, PURPOSE_SIZE) * PURPOSE_SIZE * 1.3 / 72
        fresh, left, top = spots.take(height, 0.1)
        if fresh:
            slide = titled(deck, paper, f"What it serves{', continued' if slide else ''}: {paper.title}")
        frame = add_box(slide, left, top, INSIDE - 0.2, height)
        add_run(next_paragraph(frame), f"In order to: {text}", size=PURPOSE_SIZE)


def add_evidence(deck: Any, paper: CanvasPaper) -> None:
    """The constraints, then each phase in its column; a full column goes on on the next slide."""
    if not paper.constraints.interviews and not any(column.heard for column in paper.columns):
        return
    slides = [_evidence_slide(deck, paper, again=False)]
    top, width = _all_limits(slides, deck, paper), column_width() - 3 * GAP
    for place, column in enumerate(paper.columns):
        stack = Stack(*top)
        for it in (part for line in column.heard for part in _heard_parts(line, width)):
            height = height_of_heard(it, paper, width, SIZE) + GAP
            slide = _slide_of(slides, stack.take(height), deck, paper)
            left = EDGE + NAMES + place * column_width() + GAP
            add_heard(add_box(slide, left, stack.top, width, height - GAP), it, paper, SIZE)


def _all_limits(slides: list[Any], deck: Any, paper: CanvasPaper) -> tuple[int, float]:
    """Writes the constraints; on which slide they end, and where."""
    stack, width = Stack(0, TOP + HEAD), 4 * column_width() - 2 * GAP
    found = _heard_parts(unnamed(paper.constraints), width) if paper.constraints.interviews else ()
    for it in found:
        height = height_of_heard(it, paper, width, SIZE) + GAP
        slide = _slide_of(slides, stack.take(height), deck, paper)
        add_named_row(slide, "Constraints", stack.top, height, SIZE)
        add_heard(add_box(slide, EDGE + NAMES + GAP, stack.top + GAP, width, height - GAP), it, paper, SIZE)
    return stack.slide, stack.below + GAP


def _slide_of(slides: list[Any], number: int, deck: Any, paper: CanvasPaper) -> Any:
    while number >= len(slides):
        slides.append(_evidence_slide(deck, paper, again=True))
    return slides[number]


def _evidence_slide(deck: Any, paper: CanvasPaper, *, again: bool) -> Any:
    name = f"What the interviews say{', continued' if again else ''}: {paper.title}"
    slide = titled(deck, paper, name)
    add_heads(slide, paper.columns)
    return slide


def _heard_parts(it: Heard, width: float) -> Iterator[Heard]:
    for number, piece in enumerate(pieces(it.example, width, SIZE)):
        yield Heard(f"{it.name}, continued".lstrip(", ") if number else it.name, it.interviews, piece)
