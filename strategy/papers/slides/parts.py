"""What slides of a canvas are made of: a title, the heads of the phases, rows, cards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from jobs.papers.shapes import (
    FAINT,
    INK,
    MUTED,
    WIDTH,
    add_box,
    add_rule,
    add_run,
    colour_of,
    describe,
    lines_of,
    new_slide,
    next_paragraph,
    plain,
)
from strategy.papers.slides.measures import EDGE, GAP, HEAD, NAMES, TOP, column_width
from strategy.papers.tree import CanvasPaper, CardLine, Column, Heard

GROUNDS = ("E9EEF6", "E4F2EE", "F7F0DF", "F6E9EF")
INKS = ("4A6288", "2C6E60", "7D5F14", "8C4766")
ACCENT, WHITE = "772A88", "FFFFFF"
HEAD_SIZE, LONG_HEAD_SIZE = 12, 8  # points: a study may name a phase with 40 letters, which take two lines
SHORT_NAME = 16  # letters
SAID_SIZES, SAID_HEIGHT = (11, 10, 9, 8), 0.42  # of what stands below a title
TITLE_SIZES, TITLE_HEIGHT = (26, 20, 16, 14, 12), 0.62


def titled(deck: Any, paper: CanvasPaper, title: str = "") -> Any:
    slide = new_slide(deck, title or paper.title)
    _fit_title(slide.shapes.title, title or paper.title)
    frame = add_box(slide, EDGE, 0.8, WIDTH - 2 * EDGE, SAID_HEIGHT)
    below = said(paper)
    size = size_of_said(below)
    if size is None:
        below, size = f"{paper.stands}.", SAID_SIZES[0]
    add_run(next_paragraph(frame), below, size=size, colour=MUTED)
    return slide


def _fit_title(holder: Any, title: str) -> None:
    places = (Inches(each) for each in (EDGE, 0.18, WIDTH - 2 * EDGE, TITLE_HEIGHT))
    holder.left, holder.top, holder.width, holder.height = places
    holder.text_frame.margin_left = 0  # above what stands below it
    size = next((size for size in TITLE_SIZES if _fits(title, size, TITLE_HEIGHT)), TITLE_SIZES[-1])
    holder.text_frame.paragraphs[0].runs[0].font.size = Pt(size)


def _fits(text: str, size: float, height: float) -> bool:
    return lines_of(text, WIDTH - 2 * EDGE - 0.2, size) * size * 1.2 / 72 <= height


def said(paper: CanvasPaper) -> str:
    return f"{paper.stands}." + "".join(f" In order to: {statement}." for statement in paper.purpose)


def size_of_said(text: str) -> float | None:
    """None: it is too long for the line below a title."""
    return next((size for size in SAID_SIZES if _fits(text, size, SAID_HEIGHT)), None)


def add_heads(slide: Any, columns: Sequence[Column]) -> None:
    width = column_width()
    for place, column in enumerate(columns):
        left = EDGE + NAMES + place * width
        shape = add_filled(slide, left, TOP, width - GAP, HEAD - GAP, GROUNDS[place])
        name, paragraph = f"{column.phase} {column.name}", shape.text_frame.paragraphs[0]
        size = HEAD_SIZE if len(name) <= SHORT_NAME else LONG_HEAD_SIZE
        add_run(paragraph, name, size=size, bold=True, colour=INKS[place])
        add_run(paragraph, f"   {column.help}", size=min(size, 9), colour=INKS[place])


def add_named_row(slide: Any, name: str, top: float, height: float, size: float) -> None:
    add_rule(slide, EDGE, top, WIDTH - EDGE, top, FAINT, 0.75)
    frame = add_box(slide, EDGE, top + 0.05, NAMES - 0.1, height - 0.1)
    add_run(next_paragraph(frame), name, size=max(size, 8), bold=True)


def add_heard(frame: Any, it: Heard, paper: CanvasPaper, size: float) -> None:
    """How many interviews say it, and what one of them said."""
    paragraph = next_paragraph(frame)
    paragraph.alignment = PP_ALIGN.LEFT
    if it.name:
        add_run(paragraph, it.name, size=size, bold=True)
    add_run(paragraph, it.told(paper.held).removeprefix(it.name), size=size, colour=MUTED)
    if it.example:
        example = next_paragraph(frame)
        example.alignment = PP_ALIGN.LEFT
        add_run(example, it.example, size=size, italic=True)


def unnamed(it: Heard) -> Heard:
    """The row that it lies in names it."""
    return Heard("", it.interviews, it.example)


def add_card(
    slide: Any, card: CardLine, left: float, top: float, width: float, height: float, size: float
) -> None:
    """A box with its kind in words above its text; a strong edge if it is agreed, a dashed one if assumed."""
    shape = add_filled(slide, left, top, width, height, WHITE)
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


def add_filled(slide: Any, left: float, top: float, width: float, height: float, colour: str) -> Any:
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
