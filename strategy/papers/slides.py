"""A canvas as slides (PPTX). Pure: cards are shapes with text, the grid is lines, all of it can be edited.

A canvas that fits, with what the interviews say above its cards, is one slide. Of a fuller one the evidence
gets slides of its own, and at need each phase. Nothing is cut: texts are placed by their estimated height.
"""

from __future__ import annotations

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
    file_of,
    lines_of,
    new_deck,
    new_slide,
    next_paragraph,
    number_slides,
    plain,
)
from strategy.papers.tree import (
    CREDIT,
    ETHIC,
    ActionLine,
    CanvasPaper,
    CardLine,
    Column,
    Heard,
    Lane,
)

GROUNDS = ("E9EEF6", "E4F2EE", "F7F0DF", "F6E9EF")
INKS = ("4A6288", "2C6E60", "7D5F14", "8C4766")
ACCENT, WHITE = "772A88", "FFFFFF"
EDGE = 0.3  # inches: the one slide uses more of its paper than others do
NAMES = 1.2  # width of the column with the names of the lanes
TOP, FOOT = 1.25, HEIGHT - 0.45
HEAD = 0.42
HEAD_SIZE, LONG_HEAD_SIZE = 12, 8  # points: a study may name a phase with 40 letters, which take two lines
SHORT_NAME = 16  # letters
GAP = 0.06
SIZES = (11, 10, 9, 8)  # points of a card on the one slide: what is smaller nobody reads on a wall
PHASE_SIZE, PHASE_COLUMNS = 11, 3
PADDING = 0.12  # inches above and below the text of a card
NAME_HEIGHT = 0.3  # of a lane, above its cards
LONGEST_SLIDE_TEXT = 900  # letters that one shape holds
HEARD_SIZE = 11  # points of the evidence on slides of its own
SAID_SIZES, SAID_HEIGHT = (11, 10, 9, 8), 0.42  # of what stands below a title
TITLE_SIZES, TITLE_HEIGHT = (26, 20, 16, 14, 12), 0.62


def write_slides(paper: CanvasPaper) -> bytes:
    deck = new_deck()
    _purpose(deck, paper)
    rows = _fitting(paper, strip=True)
    if rows is None:
        _evidence(deck, paper)
        rows = _fitting(paper, strip=False)
    if rows:
        _whole(deck, paper, rows)
    else:
        _overview(deck, paper)
        for place, column in enumerate(paper.columns):
            _phase(deck, paper, place, column)
    _actions(deck, paper)
    number_slides(deck, f"{paper.study}. Version: {paper.version}")
    deck.core_properties.comments = CREDIT
    return file_of(deck, f"{paper.title}: strategy canvas")


# --- measures ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Rows:
    """Heights in inches of the one slide, for a text of `size` points; 0 leaves a row out."""

    size: float
    limits: float
    heard: float
    lanes: tuple[float, ...]

    @property
    def fit(self) -> bool:
        return TOP + HEAD + self.limits + self.heard + sum(self.lanes) <= FOOT


def _column_width() -> float:
    return (WIDTH - 2 * EDGE - NAMES) / 4


def _fitting(paper: CanvasPaper, *, strip: bool) -> _Rows | None:
    """The rows of the one slide in the largest letters that it holds, with or without the evidence."""
    found = (_rows(paper, size, strip=strip) for size in SIZES)
    return next((rows for rows in found if rows.fit), None)


def _rows(paper: CanvasPaper, size: float, *, strip: bool) -> _Rows:
    width = _column_width() - 2 * GAP
    lanes = tuple(_lane_height(lane, width, size) for lane in paper.lanes)
    if not strip:
        return _Rows(size, 0, 0, lanes)
    heard = max(
        sum(_tall_heard(it, paper, width - 0.16, size) for it in column.heard) for column in paper.columns
    )
    limits = _tall_heard(paper.constraints, paper, 4 * width, size) if paper.constraints.interviews else 0
    return _Rows(size, limits and limits + GAP, heard and heard + 2 * GAP, lanes)


def _tall_heard(it: Heard, paper: CanvasPaper, width: float, size: float) -> float:
    example = lines_of(it.example, width, size) if it.example else 0
    return (lines_of(it.told(paper.held), width, size) + example) * size * 1.2 / 72 + GAP


def _lane_height(lane: Lane, width: float, size: float) -> float:
    tallest = max(sum(_tall(card, width, size) + GAP for card in cell) for cell in lane.cells)
    return max(tallest + GAP, lines_of(lane.name, NAMES - 0.1, size) * size * 1.3 / 72 + 0.1)


def _tall(card: CardLine, width: float, size: float) -> float:
    rows = lines_of(card.text, width - 0.16, size)
    return rows * size * 1.2 / 72 + (size - 1.5) * 1.25 / 72 + PADDING


# --- one slide ------------------------------------------------------------------------------------------
def _whole(deck: Any, paper: CanvasPaper, rows: _Rows) -> None:
    slide = _titled(deck, paper)
    _heads(slide, paper.columns)
    top = _limits(slide, paper, rows, TOP + HEAD)
    top = _strip(slide, paper, rows, top)
    for lane, height in zip(paper.lanes, rows.lanes, strict=True):
        _lane(slide, lane, top, height, rows.size)
        top += height
    add_rule(slide, EDGE, top, WIDTH - EDGE, top, FAINT, 0.75)


def _limits(slide: Any, paper: CanvasPaper, rows: _Rows, top: float) -> float:
    """The constraints, over all phases; where the next row begins."""
    if rows.limits:
        _named_row(slide, "Constraints", top, rows.limits, rows.size)
        frame = add_box(slide, EDGE + NAMES, top + GAP / 2, 4 * _column_width() - GAP, rows.limits - GAP)
        _say_heard(frame, _unnamed(paper.constraints), paper, rows.size)
    return top + rows.limits


def _strip(slide: Any, paper: CanvasPaper, rows: _Rows, top: float) -> float:
    """What the interviews say in each phase; where the next row begins."""
    if rows.heard:
        _named_row(slide, "What the interviews say", top, rows.heard, rows.size)
        width = _column_width()
        for place, column in enumerate(paper.columns):
            shape = _filled(
                slide, EDGE + NAMES + place * width, top, width - GAP, rows.heard - GAP / 2, GROUNDS[place]
            )
            shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
            describe(shape, f"What the interviews say: {column.phase} {column.name}")
            for it in column.heard:
                _say_heard(shape.text_frame, it, paper, rows.size)
    return top + rows.heard


def _named_row(slide: Any, name: str, top: float, height: float, size: float) -> None:
    add_rule(slide, EDGE, top, WIDTH - EDGE, top, FAINT, 0.75)
    frame = add_box(slide, EDGE, top + 0.05, NAMES - 0.1, height - 0.1)
    add_run(next_paragraph(frame), name, size=max(size, 8), bold=True)


def _say_heard(frame: Any, it: Heard, paper: CanvasPaper, size: float) -> None:
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


def _unnamed(it: Heard) -> Heard:
    """The row that it lies in names it."""
    return Heard("", it.interviews, it.example)


def _titled(deck: Any, paper: CanvasPaper, title: str = "") -> Any:
    slide = new_slide(deck, title or paper.title)
    _fit_title(slide.shapes.title, title or paper.title)
    frame = add_box(slide, EDGE, 0.8, WIDTH - 2 * EDGE, SAID_HEIGHT)
    said = _said(paper)
    size = _said_size(said)
    if size is None:
        said, size = _standing(paper), SAID_SIZES[0]
    add_run(next_paragraph(frame), said, size=size, colour=MUTED)
    return slide


def _fit_title(holder: Any, title: str) -> None:
    places = (Inches(each) for each in (EDGE, 0.18, WIDTH - 2 * EDGE, TITLE_HEIGHT))
    holder.left, holder.top, holder.width, holder.height = places
    holder.text_frame.margin_left = 0  # above what stands below it
    size = next((size for size in TITLE_SIZES if _fits(title, size, TITLE_HEIGHT)), TITLE_SIZES[-1])
    holder.text_frame.paragraphs[0].runs[0].font.size = Pt(size)


def _fits(text: str, size: float, height: float) -> bool:
    return lines_of(text, WIDTH - 2 * EDGE - 0.2, size) * size * 1.2 / 72 <= height


def _standing(paper: CanvasPaper) -> str:
    return f"{paper.standing}; held by {paper.held} of {paper.of_interviews} interviews."


def _said(paper: CanvasPaper) -> str:
    return _standing(paper) + "".join(f" In order to: {statement}." for statement in paper.purpose)


def _said_size(said: str) -> float | None:
    """None: it is too long for the line below a title."""
    return next((size for size in SAID_SIZES if _fits(said, size, SAID_HEIGHT)), None)


def _purpose(deck: Any, paper: CanvasPaper) -> None:
    """What the job serves, on a slide before the canvas, where it does not go below each title."""
    if _said_size(_said(paper)):
        return
    spots, slide = _Spots(INSIDE - 0.15, columns=1), None
    for text in (part for statement in paper.purpose for part in _pieces(statement, INSIDE - 1.5, 16)):
        height = lines_of(f"In order to: {text}", INSIDE - 0.2, 16) * 16 * 1.3 / 72
        fresh, left, top = spots.take(height, 0.1)
        if fresh:
            slide = _titled(deck, paper, f"What it serves{', continued' if slide else ''}: {paper.title}")
        frame = add_box(slide, left, top, INSIDE - 0.2, height)
        add_run(next_paragraph(frame), f"In order to: {text}", size=16)


# --- the evidence on slides of its own ------------------------------------------------------------------
def _evidence(deck: Any, paper: CanvasPaper) -> None:
    """The constraints, then each phase in its column; a full column goes on on the next slide."""
    if not paper.constraints.interviews and not any(column.heard for column in paper.columns):
        return
    slides = [_evidence_slide(deck, paper, again=False)]
    top, width = _all_limits(slides, deck, paper), _column_width() - 3 * GAP
    for place, column in enumerate(paper.columns):
        stack = _Stack(*top)
        for it in (part for line in column.heard for part in _heard_parts(line, width)):
            height = _tall_heard(it, paper, width, HEARD_SIZE) + GAP
            slide = _slide_of(slides, stack.take(height), deck, paper)
            left = EDGE + NAMES + place * _column_width() + GAP
            _say_heard(add_box(slide, left, stack.top, width, height - GAP), it, paper, HEARD_SIZE)


def _all_limits(slides: list[Any], deck: Any, paper: CanvasPaper) -> tuple[int, float]:
    """Writes the constraints; on which slide they end, and where."""
    stack, width = _Stack(0, TOP + HEAD), 4 * _column_width() - 2 * GAP
    found = _heard_parts(_unnamed(paper.constraints), width) if paper.constraints.interviews else ()
    for it in found:
        height = _tall_heard(it, paper, width, HEARD_SIZE) + GAP
        slide = _slide_of(slides, stack.take(height), deck, paper)
        _named_row(slide, "Constraints", stack.top, height, HEARD_SIZE)
        _say_heard(
            add_box(slide, EDGE + NAMES + GAP, stack.top + GAP, width, height - GAP), it, paper, HEARD_SIZE
        )
    return stack.slide, stack.below + GAP


def _slide_of(slides: list[Any], number: int, deck: Any, paper: CanvasPaper) -> Any:
    while number >= len(slides):
        slides.append(_evidence_slide(deck, paper, again=True))
    return slides[number]


def _evidence_slide(deck: Any, paper: CanvasPaper, *, again: bool) -> Any:
    name = f"What the interviews say{', continued' if again else ''}: {paper.title}"
    slide = _titled(deck, paper, name)
    _heads(slide, paper.columns)
    return slide


def _heard_parts(it: Heard, width: float) -> Iterator[Heard]:
    for number, piece in enumerate(_pieces(it.example, width, HEARD_SIZE)):
        yield Heard(f"{it.name}, continued".lstrip(", ") if number else it.name, it.interviews, piece)


class _Stack:
    """Where the next line of one column lies: on which slide, and how far down."""

    def __init__(self, slide: int, below: float) -> None:
        self.slide, self.top, self.below = slide, below, below

    def take(self, height: float) -> int:
        if self.below + height > FOOT:
            self.slide, self.below = self.slide + 1, TOP + HEAD + GAP
        self.top, self.below = self.below, self.below + height
        return self.slide


def _heads(slide: Any, columns: Sequence[Column]) -> None:
    width = _column_width()
    for place, column in enumerate(columns):
        left = EDGE + NAMES + place * width
        shape = _filled(slide, left, TOP, width - GAP, HEAD - GAP, GROUNDS[place])
        name, paragraph = f"{column.phase} {column.name}", shape.text_frame.paragraphs[0]
        size = HEAD_SIZE if len(name) <= SHORT_NAME else LONG_HEAD_SIZE
        add_run(paragraph, name, size=size, bold=True, colour=INKS[place])
        add_run(paragraph, f"   {column.help}", size=min(size, 9), colour=INKS[place])


def _lane(slide: Any, lane: Lane, top: float, height: float, size: float) -> None:
    _named_row(slide, lane.name, top, height, size)
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
            size=9,
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
    for lane, number, card in _numbered(paper.lanes, place, width - GAP - 0.16):
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


def _numbered(lanes: Iterable[Lane], place: int, width: float) -> Iterator[tuple[str, int, CardLine]]:
    """The cards of a phase with the name of their lane, counted within it."""
    for lane in lanes:
        parts = (part for card in lane.cells[place] for part in _parts(card, width))
        for number, part in enumerate(parts):
            yield lane.name, number, part


def _parts(card: CardLine, width: float) -> Iterator[CardLine]:
    for text in _pieces(card.text, width, PHASE_SIZE):
        yield CardLine(card.kind, text, card.agreed, card.evidence)


def _pieces(text: str, width: float, size: float) -> Iterator[str]:
    """A very long text for several shapes: a shape cannot run over to the next slide."""
    most = int((FOOT - TOP - HEAD - 0.6) * 72 / (size * 1.2))  # lines
    while len(text) > LONGEST_SLIDE_TEXT or lines_of(text, width, size) > most:
        end = _cut(text, width, size, most)
        yield f"{text[:end]} …"
        text = f"… {text[end:].lstrip()}"
    yield text


def _cut(text: str, width: float, size: float, most: int) -> int:
    """Behind how many letters the next shape begins, between words where there are some."""
    end = LONGEST_SLIDE_TEXT
    while lines_of(f"{text[:end]} …", width, size) > most:
        end = end * 3 // 4
    return max(text.rfind(" ", end // 2, end), text.rfind("\n", end // 2, end), 0) or end


class _Spots:
    """Where the next card of a phase lies."""

    def __init__(self, width: float, columns: int = PHASE_COLUMNS) -> None:
        self.width, self.columns, self.column, self.below = width, columns, columns, FOOT

    def has_room(self, height: float) -> bool:
        return self.below + height <= FOOT

    def take(self, height: float, head: float) -> tuple[bool, float, float]:
        """Whether it needs a new slide, and where it lies there; `head` is kept free above it."""
        if self.below + head + height > FOOT:
            self.column, self.below = self.column + 1, TOP
        fresh = self.column >= self.columns
        if fresh:
            self.column = 0
        left, top = MARGIN + self.column * (self.width + 0.15), self.below + head
        self.below = top + height + GAP
        return fresh, left, top


# --- what follows from it -------------------------------------------------------------------------------
HEADS = ("Action", "Phase", "Owner", "Due", "Status", "KPI")
WIDTHS = (4.3, 0.7, 1.7, 1.6, 1.1, 2.7)
ACTIONS_TOP, ACTIONS_FOOT, ACTION_SIZE = 1.35, HEIGHT - 0.8, 11


def _actions(deck: Any, paper: CanvasPaper) -> None:
    for number, rows in enumerate(_action_pages(paper.actions)):
        slide = new_slide(deck, "Actions" if not number else "Actions, continued")
        _table(slide, rows)
        frame = add_box(slide, MARGIN, HEIGHT - 0.75, INSIDE, 0.3)
        add_run(next_paragraph(frame), ETHIC, size=9, colour=MUTED)


def _action_pages(actions: Iterable[ActionLine]) -> list[list[ActionLine]]:
    """As many rows on a slide as it holds: a row grows with its longest cell."""
    pages: list[list[ActionLine]] = []
    below = ACTIONS_FOOT
    for action in actions:
        tall = _tall_row(_cells(action))
        if below + tall > ACTIONS_FOOT:
            pages.append([])
            below = ACTIONS_TOP + _tall_row(HEADS)
        pages[-1].append(action)
        below += tall
    return pages


def _cells(it: ActionLine) -> tuple[str, ...]:
    return (it.title, str(it.phase), it.owner, it.due, it.status, it.kpi)


def _tall_row(cells: Sequence[str]) -> float:
    lines = (lines_of(text, width - 0.2, ACTION_SIZE) for text, width in zip(cells, WIDTHS, strict=True))
    return max(lines) * ACTION_SIZE * 1.2 / 72 + 0.1


def _table(slide: Any, rows: Sequence[ActionLine]) -> None:
    cells = [HEADS, *map(_cells, rows)]
    heights = [_tall_row(row) for row in cells]
    frame = slide.shapes.add_table(
        len(cells), len(HEADS), Inches(MARGIN), Inches(ACTIONS_TOP), Inches(sum(WIDTHS)), Inches(sum(heights))
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
            add_run(paragraph, text, size=ACTION_SIZE if number else 10, colour=INK if number else MUTED)
