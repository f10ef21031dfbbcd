"""Measures of a canvas on slides, in inches: how tall something gets, and where the next of it lies."""

from __future__ import annotations

from collections.abc import Iterator

from jobs.papers.shapes import HEIGHT, MARGIN, WIDTH, lines_of
from strategy.papers.tree import CanvasPaper, CardLine, Heard

EDGE = 0.3  # inches: the one slide uses more of its paper than others do
NAMES = 1.2  # width of the column with the names of the lanes
TOP, FOOT = 1.25, HEIGHT - 0.45
HEAD = 0.42
GAP = 0.06
PADDING = 0.12  # above and below the text of a card
PHASE_COLUMNS = 3
LONGEST_SLIDE_TEXT = 900  # letters that one shape holds


def column_width() -> float:
    return (WIDTH - 2 * EDGE - NAMES) / 4


def height_of_heard(it: Heard, paper: CanvasPaper, width: float, size: float) -> float:
    example = lines_of(it.example, width, size) if it.example else 0
    return (lines_of(it.told(paper.held), width, size) + example) * size * 1.2 / 72 + GAP


def height_of_card(card: CardLine, width: float, size: float) -> float:
    rows = lines_of(card.text, width - 0.16, size)
    return rows * size * 1.2 / 72 + (size - 1.5) * 1.25 / 72 + PADDING


def pieces(text: str, width: float, size: float) -> Iterator[str]:
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


class Stack:
    """Where the next line of one column lies: on which slide, and how far down."""

    def __init__(self, slide: int, below: float) -> None:
        self.slide, self.top, self.below = slide, below, below

    def take(self, height: float) -> int:
        if self.below + height > FOOT:
            self.slide, self.below = self.slide + 1, TOP + HEAD + GAP
        self.top, self.below = self.below, self.below + height
        return self.slide


class Spots:
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
