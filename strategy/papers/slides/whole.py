"""The whole canvas on one slide, where it fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pptx.enum.text import MSO_ANCHOR

from jobs.papers.shapes import FAINT, WIDTH, add_box, add_rule, describe, lines_of
from strategy.papers.slides.measures import (
    EDGE,
    FOOT,
    GAP,
    HEAD,
    NAMES,
    TOP,
    column_width,
    height_of_card,
    height_of_heard,
)
from strategy.papers.slides.parts import (
    GROUNDS,
    add_card,
    add_filled,
    add_heads,
    add_heard,
    add_named_row,
    titled,
    unnamed,
)
from strategy.papers.tree import CanvasPaper, Lane

SIZES = (11, 10, 9, 8)  # points of a card: what is smaller nobody reads on a wall


@dataclass(frozen=True)
class Rows:
    """Heights in inches of the one slide, for a text of `size` points; 0 leaves a row out."""

    size: float
    limits: float
    heard: float
    lanes: tuple[float, ...]

    @property
    def fit(self) -> bool:
        return TOP + HEAD + self.limits + self.heard + sum(self.lanes) <= FOOT


def fitting(paper: CanvasPaper, *, strip: bool) -> Rows | None:
    """The rows of the one slide in the largest letters that it holds, with or without the evidence."""
    found = (_rows(paper, size, strip=strip) for size in SIZES)
    return next((rows for rows in found if rows.fit), None)


def _rows(paper: CanvasPaper, size: float, *, strip: bool) -> Rows:
    width = column_width() - 2 * GAP
    lanes = tuple(_lane_height(lane, width, size) for lane in paper.lanes)
    if not strip:
        return Rows(size, 0, 0, lanes)
    heard = max(
        sum(height_of_heard(it, paper, width - 0.16, size) for it in column.heard) for column in paper.columns
    )
    limits = height_of_heard(paper.constraints, paper, 4 * width, size) if paper.constraints.interviews else 0
    return Rows(size, limits and limits + GAP, heard and heard + 2 * GAP, lanes)


def _lane_height(lane: Lane, width: float, size: float) -> float:
    tallest = max(sum(height_of_card(card, width, size) + GAP for card in cell) for cell in lane.cells)
    return max(tallest + GAP, lines_of(lane.name, NAMES - 0.1, size) * size * 1.3 / 72 + 0.1)


def add_whole(deck: Any, paper: CanvasPaper, rows: Rows) -> None:
    slide = titled(deck, paper)
    add_heads(slide, paper.columns)
    top = _limits(slide, paper, rows, TOP + HEAD)
    top = _strip(slide, paper, rows, top)
    for lane, height in zip(paper.lanes, rows.lanes, strict=True):
        _lane(slide, lane, top, height, rows.size)
        top += height
    add_rule(slide, EDGE, top, WIDTH - EDGE, top, FAINT, 0.75)


def _limits(slide: Any, paper: CanvasPaper, rows: Rows, top: float) -> float:
    """The constraints, over all phases; where the next row begins."""
    if rows.limits:
        add_named_row(slide, "Constraints", top, rows.limits, rows.size)
        frame = add_box(slide, EDGE + NAMES, top + GAP / 2, 4 * column_width() - GAP, rows.limits - GAP)
        add_heard(frame, unnamed(paper.constraints), paper, rows.size)
    return top + rows.limits


def _strip(slide: Any, paper: CanvasPaper, rows: Rows, top: float) -> float:
    """What the interviews say in each phase; where the next row begins."""
    if rows.heard:
        add_named_row(slide, "What the interviews say", top, rows.heard, rows.size)
        width = column_width()
        for place, column in enumerate(paper.columns):
            shape = add_filled(
                slide, EDGE + NAMES + place * width, top, width - GAP, rows.heard - GAP / 2, GROUNDS[place]
            )
            shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
            describe(shape, f"What the interviews say: {column.phase} {column.name}")
            for it in column.heard:
                add_heard(shape.text_frame, it, paper, rows.size)
    return top + rows.heard


def _lane(slide: Any, lane: Lane, top: float, height: float, size: float) -> None:
    add_named_row(slide, lane.name, top, height, size)
    width = column_width()
    for place, cell in enumerate(lane.cells):
        below = top + GAP
        for card in cell:
            tall = height_of_card(card, width - 2 * GAP, size)
            add_card(slide, card, EDGE + NAMES + place * width, below, width - GAP, tall, size)
            below += tall + GAP
