"""Short labels beside the points of a plane, wherever they cover nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jobs.charts.parts import INK, LABEL, NUMBER, note

LETTER, LINE_HEIGHT, DOT, MARK = 6.2, 15, 12, 6  # pixels, of 12 px type, of half a point and half a mark
LENGTHS = (30, 22, 15)  # a shorter label where a longer one fits nowhere
MOST = 30  # labelled points: more could not be told apart, and each looks at all others

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Plane:
    """The pixels that labels are placed for, and what the axes run over."""

    width: int
    height: int
    x: tuple[float, float]
    y: tuple[float, float]

    def pixels(self, spot: tuple[float, float]) -> tuple[float, float]:
        across = (spot[0] - self.x[0]) / (self.x[1] - self.x[0])
        down = (self.y[1] - spot[1]) / (self.y[1] - self.y[0])
        return across * self.width, down * self.height

    def holds(self, box: Box) -> bool:
        return box[0] >= 0 and box[1] >= 0 and box[2] <= self.width and box[3] <= self.height


def labels(
    spots: Sequence[tuple[float, float, str]],
    plane: Plane,
    *,
    above: bool = False,
    lengths: Sequence[int] = LENGTHS,
    marks: Sequence[tuple[float, float]] = (),
    numbered: bool = False,
) -> list[dict[str, Any]]:
    """Annotations for (x, y, text), the first spots first; none where every side is taken, or, if `numbered`,
    the number of the spot, at any price. Pointing at one tells what was cut of it.

    Beside the points rather than over them, unless `above`. No label covers one of the `marks` either.
    """
    dots = [plane.pixels((x, y)) for x, y, _ in spots]
    taken = [_around(dot, DOT) for dot in dots] + [_around(plane.pixels(mark), MARK) for mark in marks]
    notes = []
    for number, ((x, y, words), dot) in enumerate(zip(spots, dots, strict=True), 1):
        texts = _shorter(words, lengths) if number <= MOST else []
        places = (
            (text, side, box)
            for text in (*texts, *[str(number)] * numbered)
            for side, box in _sides(dot, LETTER * len(text), above)
            if plane.holds(box) and not any(_cover(box, other) for other in taken)
        )
        at_any_price = (str(number), *_sides(dot, LETTER, above)[0]) if numbered else None
        if place := next(places, at_any_price):
            text, side, box = place
            taken.append(box)
            name = LABEL if text in texts else NUMBER
            notes.append(note(x, y, text, name=name, hovertext=words, font={"color": INK}, **side))
    return notes


def _around(dot: tuple[float, float], reach: float) -> Box:
    x, y = dot
    return x - reach, y - reach, x + reach, y + reach


def _shorter(text: str, lengths: Sequence[int]) -> list[str]:
    return [text if len(text) <= length else f"{_cut(text, length)} …" for length in lengths]


def _cut(text: str, length: int) -> str:
    return text[: length - 1].rsplit(" ", 1)[0]


def _sides(dot: tuple[float, float], width: float, above: bool) -> list[tuple[dict[str, Any], Box]]:
    """Beside, below and over the point; where all of these are taken, off one of its corners."""
    x, y = dot
    up, half = LINE_HEIGHT / 2, width / 2
    right, left = {"xanchor": "left"}, {"xanchor": "right"}
    low, high = {"yanchor": "top", "yshift": -12}, {"yanchor": "bottom", "yshift": 12}
    sides: list[tuple[dict[str, Any], Box]] = [
        (right | {"xshift": 14}, (x + 14, y - up, x + 14 + width, y + up)),
        (left | {"xshift": -14}, (x - 14 - width, y - up, x - 14, y + up)),
        (low, (x - half, y + 12, x + half, y + 12 + 2 * up)),
        (high, (x - half, y - 12 - 2 * up, x + half, y - 12)),
    ]
    corners = [
        (left | low | {"xshift": 8}, (x + 8 - width, y + 12, x + 8, y + 12 + 2 * up)),
        (right | low | {"xshift": -8}, (x - 8, y + 12, x - 8 + width, y + 12 + 2 * up)),
        (left | high | {"xshift": 8}, (x + 8 - width, y - 12 - 2 * up, x + 8, y - 12)),
        (right | high | {"xshift": -8}, (x - 8, y - 12 - 2 * up, x - 8 + width, y - 12)),
    ]
    return [*(reversed(sides) if above else sides), *corners]


def _cover(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
