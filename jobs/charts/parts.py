"""What every chart is made of: a figure for Plotly as plain data, what to read from it, and its table twin.

The browser draws the figure. Colours are the names of tokens, so that a chart follows the theme and the
paper; texts are plain and escaped by the browser's script. `customdata` of a point is the place of its row in
the twin: that is how a point tells in words what it stands for, and what it opens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from jobs.standing import rounded

Figure = dict[str, Any]
Cell = str | int | float | None
INK, MUTED, LINE, SURFACE = "--ink", "--muted", "--line", "--surface"
LINE_STRONG, HOVER = "--line-strong", "--hover"
DOTTED = {"color": MUTED, "width": 1, "dash": "dot"}
ROW_HEIGHT = 44  # of a bar or whisker whose name may take two lines
LOW_ROW_HEIGHT = 24  # of many: one line each
MANY = 50
# Names of annotations: without room on a narrow chart; as many lines as it takes; a number where room is
# short; smaller on a narrow chart; a number where no name has room
LABEL, HEADING, GROUND, REGION, NUMBER = "label", "heading", "ground", "region", "number"
FEW = 5  # interviews below which a share says next to nothing


@dataclass(frozen=True)
class Head:
    label: str
    number: bool = False


@dataclass(frozen=True)
class Row:
    """`opens`: the id of what the naming cell leads to."""

    cells: tuple[Cell, ...]
    opens: int | None = None


@dataclass(frozen=True)
class Empty:
    """Why there is nothing to draw, and the page (a route of the study) where it can be added."""

    title: str
    body: str
    route: str
    action: str


@dataclass(frozen=True)
class Chart:
    """`reading` says what to look for, `base` what and how many it rests on. `figure` None: see `empty`.

    The `named` cell of a row leads to the route `opens`; an empty cell reads as `missing`, never as zero.
    """

    key: str
    title: str
    reading: str
    base: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...] = ()
    figure: Figure | None = None
    empty: Empty | None = None
    named: int = 0
    opens: str = "jobs:priority"
    missing: str = "not known"
    how: str = ""  # the formula and its source
    shape: str = ""  # "square": its twin stands beside it
    part: str = ""  # whom it is limited to, as a part of a file's name

    @property
    def script(self) -> str:
        """The id of the element that holds the figure."""
        return f"figure-{self.key}"

    @property
    def file(self) -> str:
        """The part of a file's name that says what it shows."""
        return f"{self.key}-{self.part}" if self.part else self.key

    @property
    def description(self) -> str:
        """For people who do not see it."""
        return f"{self.title} {self.reading} {self.base}. {self._first} The table holds the same figures."

    @property
    def _first(self) -> str:
        if not self.rows:
            return ""
        told = "; ".join(
            f"{head.label}: {self.missing if cell is None else cell}"
            for head, cell in zip(self.heads, self.rows[0].cells, strict=True)
        )
        return f"First of {len(self.rows)}: {told}."

    @property
    def table(self) -> Iterator[tuple[Row, list[tuple[Head, Cell, bool]]]]:
        """Row by row, its cells as (head, cell, whether it names the row)."""
        for row in self.rows:
            cells = zip(self.heads, row.cells, strict=True)
            yield row, [(head, cell, place == self.named) for place, (head, cell) in enumerate(cells)]


def tenths(value: float | None) -> float | None:
    return None if value is None else float(rounded(value))


def percent(share: float) -> int:
    return round(100 * share)


# --- pieces of a layout -------------------------------------------------------------------------------
def note(x: float, y: float, text: str, **more: Any) -> dict[str, Any]:
    return {"x": x, "y": y, "text": text, "showarrow": False} | more


def axis(title: str, **more: Any) -> dict[str, Any]:
    usual = {
        "title": {"text": title, "standoff": 8},
        "gridcolor": LINE,
        "linecolor": LINE,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
    }
    return usual | more


def round_ticks(last: int) -> dict[str, int]:
    """For places counted from 1: round steps, so few that the numbers stand beside each other on a phone."""
    step = next((step for step in (2, 5, 10, 25, 50) if last <= 6 * step), 100)
    step = 1 if last <= 12 else step
    return {"dtick": step, "tick0": 1 if step == 1 else 0, "tickangle": 0}


def row_axis(names: Sequence[str]) -> dict[str, Any]:
    """The first row on top, each with its name."""
    return {
        "range": [len(names) - 0.5, -0.5],
        "tickvals": list(range(len(names))),
        "ticktext": list(names),
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
        "fixedrange": True,
    }


def row_height(rows: int) -> int:
    return ROW_HEIGHT if rows <= MANY else LOW_ROW_HEIGHT


# --- marks --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Part:
    """The part of one row's bar: `length` along the axis, `text` inside, `told` where somebody points."""

    row: int
    length: float
    text: str
    told: str


def bar_parts(name: str, parts: Sequence[Part], *, ground: str, pattern: str, ink: str) -> dict[str, Any]:
    """One trace of stacked bars: a part of each row that has one."""
    rows = [part.row for part in parts]
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": [part.length for part in parts],
        "y": rows,
        "marker": _filled(ground, pattern),
        "text": [part.text for part in parts],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"color": ink, "size": 11},
        "hovertext": [part.told for part in parts],
        "customdata": rows,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _filled(ground: str, shape: str) -> dict[str, Any]:
    """A pattern is light enough for words to be read on it, and has an outline of its own hue."""
    pattern = {"shape": shape, "fgcolor": ground, "fgopacity": 0.3, "bgcolor": SURFACE}
    return {
        "color": ground,
        "line": {"color": ground if shape else SURFACE, "width": 1},
        "pattern": pattern | {"size": 6, "solidity": 0.3},
    }


def whiskers(
    values: Sequence[float], lows: Sequence[float], highs: Sequence[float], *, width: int
) -> dict[str, Any]:
    """From each value down to its low and up to its high end; `width` of the end strokes in pixels."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [round(high - value, 1) for value, high in zip(values, highs, strict=True)],
        "arrayminus": [round(value - low, 1) for value, low in zip(values, lows, strict=True)],
        "color": MUTED,
        "thickness": 2,
        "width": width,
    }


def in_rows(data: list[dict[str, Any]], layout: dict[str, Any], rows: int) -> Figure:
    """A figure whose rows have long names: the browser breaks them into lines beside the rows, or writes them
    above where the chart is narrow. `row`: the pixels of each."""
    lines = 2 if rows <= MANY else 1
    return {"data": data, "layout": layout, "wrap": "yaxis", "lines": lines, "row": row_height(rows)}


def layout(*, height: int, **more: Any) -> dict[str, Any]:
    usual = {
        "height": height,
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "paper_bgcolor": SURFACE,
        "plot_bgcolor": SURFACE,
        "font": {"color": MUTED, "size": 12},
    }
    return usual | more
