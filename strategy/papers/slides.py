"""A canvas as slides (PPTX). Pure: cards are shapes with text, the grid is lines, all of it can be edited.

A canvas that fits is one slide. A fuller one gets a slide or more for each phase, and nothing is cut: cards
are placed by the estimated height of their text.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from jobs.papers.shapes import (
    FAINT,
    HEIGHT,
    INK,
    INSIDE,
    MARGIN,
    MUTED,
    WIDTH,
    add_box,
    add_rule,
    add_run,
    colour_of,
    describe,
    lines_of,
    new_deck,
    new_slide,
    next_paragraph,
    number_slides,
    plain,
)
from jobs.papers.tree import printable
from strategy.papers.tree import CREDIT, ETHIC, ActionLine, CanvasPaper, CardLine, Column, Lane

GROUNDS = ("E9EEF6", "E4F2EE", "F7F0DF", "F6E9EF")
INKS = ("4A6288", "2C6E60", "7D5F14", "8C4766")
ACCENT, WHITE = "772A88", "FFFFFF"
EDGE = 0.3  # inches: the one slide uses more of its paper than others do
NAMES = 1.2  # width of the column with the names of the lanes
TOP, FOOT = 1.25, HEIGHT - 0.45
HEAD = 0.42
GAP = 0.06
SIZES = (9, 8, 7, 6)  # points of a card on the one slide
PHASE_SIZE, PHASE_COLUMNS = 11, 3
PADDING = 0.12  # inches above and below the text of a card
NAME_HEIGHT = 0.3  # of a lane, above its cards
LONGEST_SLIDE_TEXT = 900  # letters that a card of a phase's slide shows on one shape


def write_slides(paper: CanvasPaper) -> bytes:
    deck = new_deck()
    size = next((size for size in SIZES if _heights(paper, size).fit), None)
    if size:
        _whole(deck, paper, size)
    else:
        _overview(deck, paper)
        for place, column in enumerate(paper.columns):
            _phase(deck, paper, place, column)
    _actions(deck, paper)
    number_slides(deck, f"{paper.study}. Version: {paper.version}")
    deck.core_properties.title = printable(f"{paper.title}: strategy canvas")
    deck.core_properties.comments = CREDIT
    deck.core_properties.language = "en-GB"
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


# --- measures ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Rows:
    lanes: tuple[float, ...]

    @property
    def fit(self) -> bool:
        return TOP + HEAD + sum(self.lanes) <= FOOT


def _column_width() -> float:
    return (WIDTH - 2 * EDGE - NAMES) / 4


def _heights(paper: CanvasPaper, size: float) -> _Rows:
    width = _column_width() - 2 * GAP
    return _Rows(tuple(_lane_height(lane, width, size) for lane in paper.lanes))


def _lane_height(lane: Lane, width: float, size: float) -> float:
    tallest = max(sum(_tall(card, width, size) + GAP for card in cell) for cell in lane.cells)
    return max(tallest + GAP, lines_of(lane.name, NAMES - 0.1, size) * size * 1.3 / 72 + 0.1)


def _tall(card: CardLine, width: float, size: float) -> float:
    rows = lines_of(card.text, width - 0.16, size)
    return rows * size * 1.2 / 72 + (size - 1.5) * 1.25 / 72 + PADDING


# --- one slide ------------------------------------------------------------------------------------------
def _whole(deck: Any, paper: CanvasPaper, size: float) -> None:
    slide = _titled(deck, paper)
    _heads(slide, paper.columns)
    top = TOP + HEAD
    for lane, height in zip(paper.lanes, _heights(paper, size).lanes, strict=True):
        _lane(slide, lane, top, height, size)
        top += height
    add_rule(slide, EDGE, top, WIDTH - EDGE, top, FAINT, 0.75)


def _titled(deck: Any, paper: CanvasPaper, title: str = "") -> Any:
    slide = new_slide(deck, title or paper.title)
    holder = slide.shapes.title
    holder.left, holder.top, holder.width, holder.height = (
        Inches(each) for each in (EDGE, 0.18, WIDTH - 2 * EDGE, 0.62)
    )
    frame = add_box(slide, EDGE, 0.8, WIDTH - 2 * EDGE, 0.35)
    said = f"{paper.standing}; held by {paper.held} of {paper.of_interviews} interviews."
    purpose = "".join(f" In order to: {statement}." for statement in paper.purpose)
    add_run(next_paragraph(frame), f"{said}{purpose}"[:260], size=11, colour=MUTED)
    return slide


def _heads(slide: Any, columns: Sequence[Column]) -> None:
    width = _column_width()
    for place, column in enumerate(columns):
        left = EDGE + NAMES + place * width
        shape = _filled(slide, left, TOP, width - GAP, HEAD - GAP, GROUNDS[place])
        add_run(
            shape.text_frame.paragraphs[0],
            f"{column.phase} {column.name}",
            size=12,
            bold=True,
            colour=INKS[place],
        )
        add_run(shape.text_frame.paragraphs[0], f"   {column.help}", size=9, colour=INKS[place])


def _lane(slide: Any, lane: Lane, top: float, height: float, size: float) -> None:
    add_rule(slide, EDGE, top, WIDTH - EDGE, top, FAINT, 0.75)
    frame = add_box(slide, EDGE, top + 0.05, NAMES - 0.1, height - 0.1)
    add_run(next_paragraph(frame), lane.name, size=max(size, 8), bold=True)
    width = _column_width()
    for place, cell in enumerate(lane.cells):
        below = top + GAP
        for card in cell:
            tall = _tall(card, width - 2 * GAP, size)
            _card(slide, card, EDGE + NAMES + place * width, below, width - GAP, tall, size)
            below += tall + GAP


def _filled(slide: Any, left: float, top: float, width: float, height: float, colour: str) -> Any:
    place = (Inches(each) for each in (left, top, width, height))
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *place)
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour_of(colour)
    shape.line.fill.background()
    plain(shape)
    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    frame.margin_left = frame.margin_right = Inches(0.08)
    frame.margin_top = frame.margin_bottom = Inches(0.03)
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    return shape


def _card(
    slide: Any, card: CardLine, left: float, top: float, width: float, height: float, size: float
) -> None:
    """A box with its kind in words above its text; a strong edge if it is agreed, a dashed one if assumed."""
    shape = _filled(slide, left, top, width, height, WHITE)
    shape.line.color.rgb = colour_of(ACCENT if card.agreed else "868F98")
    shape.line.width = Pt(1.75 if card.agreed else 0.75)
    if card.kind == "assumption":
        shape.line.dash_style = 4  # MSO_LINE.DASH
    shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    describe(shape, f"Card: {card.facts}")
    add_run(shape.text_frame.paragraphs[0], card.facts, size=size - 1.5, colour=MUTED)
    for line in card.text.split("\n"):
        paragraph = shape.text_frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.RIGHT if card.from_right else PP_ALIGN.LEFT
        if card.from_right:
            paragraph._p.get_or_add_pPr().set("rtl", "1")
        add_run(paragraph, line, size=size, colour=INK)


# --- many slides ----------------------------------------------------------------------------------------
def _overview(deck: Any, paper: CanvasPaper) -> None:
    """How many cards lie where, for a canvas that no one slide can hold."""
    slide = _titled(deck, paper)
    _heads(slide, paper.columns)
    height, top = (FOOT - TOP - HEAD) / len(paper.lanes), TOP + HEAD
    for lane in paper.lanes:
        add_rule(slide, EDGE, top, WIDTH - EDGE, top, FAINT, 0.75)
        add_run(
            next_paragraph(add_box(slide, EDGE, top + 0.08, NAMES - 0.1, height)),
            lane.name,
            size=10,
            bold=True,
        )
        for place, cell in enumerate(lane.cells):
            frame = add_box(slide, EDGE + NAMES + place * _column_width() + 0.08, top + 0.08, 2, height)
            agreed = sum(card.agreed for card in cell)
            said = f"{len(cell)} card{'' if len(cell) == 1 else 's'}, {agreed} agreed" if cell else "no card"
            add_run(next_paragraph(frame), said, size=12, colour=INK if cell else MUTED)
        top += height


def _phase(deck: Any, paper: CanvasPaper, place: int, column: Column) -> None:
    """Cards lane by lane in columns from top to bottom; a full slide goes on on the next."""
    slide, width = None, (INSIDE - 0.3) / PHASE_COLUMNS
    spots = _Spots(width)
    for lane, number, card in _numbered(paper.lanes, place):
        height = _tall(card, width - GAP, PHASE_SIZE)
        name = lane if not number else "" if spots.has_room(height) else f"{lane}, continued"
        fresh, left, top = spots.take(height, NAME_HEIGHT if name else 0)
        if fresh:
            slide = _titled(deck, paper, _phase_title(column, paper, again=slide is not None))
        if name:
            frame = add_box(slide, left, top - NAME_HEIGHT + 0.04, width, NAME_HEIGHT)
            add_run(next_paragraph(frame), name, size=11, bold=True, colour=INKS[place])
        _card(slide, card, left, top, width - GAP, height, PHASE_SIZE)


def _phase_title(column: Column, paper: CanvasPaper, *, again: bool) -> str:
    return f"{column.phase} {column.name}{', continued' if again else ''}: {paper.title}"


def _numbered(lanes: Iterable[Lane], place: int) -> Iterator[tuple[str, int, CardLine]]:
    """The cards of a phase with the name of their lane, counted within it."""
    for lane in lanes:
        parts = (part for card in lane.cells[place] for part in _parts(card))
        for number, part in enumerate(parts):
            yield lane.name, number, part


def _parts(card: CardLine) -> Iterator[CardLine]:
    """A very long card in several shapes: a shape cannot run over to the next slide."""
    text = card.text
    while len(text) > LONGEST_SLIDE_TEXT:
        cut = text.rfind(" ", LONGEST_SLIDE_TEXT // 2, LONGEST_SLIDE_TEXT)
        end = cut if cut > 0 else LONGEST_SLIDE_TEXT
        yield CardLine(card.kind, f"{text[:end]} …", card.agreed, card.evidence)
        text = f"… {text[end:].lstrip()}"
    yield CardLine(card.kind, text, card.agreed, card.evidence)


class _Spots:
    """Where the next card of a phase lies."""

    def __init__(self, width: float) -> None:
        self.width, self.column, self.below = width, PHASE_COLUMNS, FOOT

    def has_room(self, height: float) -> bool:
        return self.below + height <= FOOT

    def take(self, height: float, head: float) -> tuple[bool, float, float]:
        """Whether it needs a new slide, and where it lies there; `head` is kept free above it."""
        if self.below + head + height > FOOT:
            self.column, self.below = self.column + 1, TOP
        fresh = self.column >= PHASE_COLUMNS
        if fresh:
            self.column = 0
        left, top = MARGIN + self.column * (self.width + 0.15), self.below + head
        self.below = top + height + GAP
        return fresh, left, top


# --- what follows from it -------------------------------------------------------------------------------
HEADS = ("Action", "Phase", "Owner", "Due", "Status", "KPI")
WIDTHS = (4.3, 0.7, 1.7, 1.6, 1.1, 2.7)
ROWS_A_SLIDE = 9


def _actions(deck: Any, paper: CanvasPaper) -> None:
    pages = [
        paper.actions[start : start + ROWS_A_SLIDE] for start in range(0, len(paper.actions), ROWS_A_SLIDE)
    ]
    for number, rows in enumerate(pages):
        slide = new_slide(deck, "Actions" if not number else "Actions, continued")
        _table(slide, rows)
        frame = add_box(slide, MARGIN, HEIGHT - 0.75, INSIDE, 0.3)
        add_run(next_paragraph(frame), ETHIC, size=9, colour=MUTED)


def _table(slide: Any, rows: Sequence[ActionLine]) -> None:
    height = Inches(0.45 * (len(rows) + 1))
    frame = slide.shapes.add_table(
        len(rows) + 1, len(HEADS), Inches(MARGIN), Inches(1.35), Inches(sum(WIDTHS)), height
    )
    table = frame.table
    frame._element.xpath(".//a:tableStyleId")[0].text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = Inches(width)
    cells = [HEADS, *((it.title, str(it.phase), it.owner, it.due, it.status, it.kpi) for it in rows)]
    for number, row in enumerate(cells):
        for place, text in enumerate(row):
            paragraph = table.cell(number, place).text_frame.paragraphs[0]
            add_run(paragraph, text, size=11 if number else 10, colour=INK if number else MUTED)
