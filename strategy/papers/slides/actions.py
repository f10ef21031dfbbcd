"""The actions that follow from a canvas, as a table on slides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pptx.util import Inches

from jobs.papers.shapes import (
    HEIGHT,
    INK,
    INSIDE,
    MARGIN,
    MUTED,
    add_box,
    add_run,
    lines_of,
    new_slide,
    next_paragraph,
)
from strategy.papers.tree import ETHIC, ActionLine, CanvasPaper

HEADS = ("Action", "Phase", "Owner", "Due", "Status", "KPI")
WIDTHS = (4.3, 0.7, 1.7, 1.6, 1.1, 2.7)
TOP, FOOT, SIZE = 1.35, HEIGHT - 0.8, 11


def add_actions(deck: Any, paper: CanvasPaper) -> None:
    for number, rows in enumerate(_action_pages(paper.actions)):
        slide = new_slide(deck, "Actions" if not number else "Actions, continued")
        _table(slide, rows)
        frame = add_box(slide, MARGIN, HEIGHT - 0.75, INSIDE, 0.3)
        add_run(next_paragraph(frame), ETHIC, size=9, colour=MUTED)


def _action_pages(actions: Iterable[ActionLine]) -> list[list[ActionLine]]:
    """As many rows on a slide as it holds: a row grows with its longest cell."""
    pages: list[list[ActionLine]] = []
    below = FOOT
    for action in actions:
        tall = _tall_row(_cells(action))
        if below + tall > FOOT:
            pages.append([])
            below = TOP + _tall_row(HEADS)
        pages[-1].append(action)
        below += tall
    return pages


def _cells(it: ActionLine) -> tuple[str, ...]:
    return (it.title, str(it.phase), it.owner, it.due, it.status, it.kpi)


def _tall_row(cells: Sequence[str]) -> float:
    lines = (lines_of(text, width - 0.2, SIZE) for text, width in zip(cells, WIDTHS, strict=True))
    return max(lines) * SIZE * 1.2 / 72 + 0.1


def _table(slide: Any, rows: Sequence[ActionLine]) -> None:
    cells = [HEADS, *map(_cells, rows)]
    heights = [_tall_row(row) for row in cells]
    frame = slide.shapes.add_table(
        len(cells), len(HEADS), Inches(MARGIN), Inches(TOP), Inches(sum(WIDTHS)), Inches(sum(heights))
    )
    table = frame.table
    frame._element.xpath(".//a:tableStyleId")[0].text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = Inches(width)
    for row, height in zip(table.rows, heights, strict=True):
        row.height = Inches(height)
    for number, row in enumerate(cells):
        for place, text in enumerate(row):
            paragraph = table.cell(number, place).text_frame.paragraphs[0]
            add_run(paragraph, text, size=SIZE if number else 10, colour=INK if number else MUTED)
