"""Figures for Plotly as plain data; the browser draws them. Colours are the names of tokens, so that the
chart follows the theme; texts are plain and escaped by the browser's script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jobs.queries.priority_table import Line
from jobs.queries.saturation import Curve

Figure = dict[str, Any]
INK, MUTED, LINE, SURFACE = "--ink", "--muted", "--line", "--surface"
LINE_STRONG = "--line-strong"
ROW_HEIGHT = 44
LANDSCAPE = (640, 440)  # pixels for which labels are placed
LETTER, LABEL_HEIGHT, DOT = 6.2, 15, 12
LABEL_LENGTHS = (30, 22, 15)  # a shorter label where a longer one fits nowhere


def rank_intervals(lines: Sequence[Line]) -> Figure:
    """A dot at the rank, a whisker over 90 % of the simulated ranks, the first job on top."""
    ranked = [line for line in lines if line.rank]
    rows = [line.row for line in ranked]
    places = list(range(len(rows)))
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [row["rank"] for row in rows],
        "y": places,
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [row["rank_high"] - row["rank"] for row in rows],
            "arrayminus": [row["rank"] - row["rank_low"] for row in rows],
            "color": MUTED,
            "thickness": 2,
            "width": 5,
        },
        "marker": {"color": INK, "size": 10},
        "text": [line.job.statement for line in ranked],
        "customdata": [in_words(line) for line in ranked],
        "hovertemplate": "%{text}<br>%{customdata}<extra></extra>",
    }
    notes = [
        _note(row["rank_high"], place, in_words(line), xanchor="left", xshift=12, font={"color": INK})
        for place, (line, row) in enumerate(zip(ranked, rows, strict=True))
    ]
    last = max((row["rank_high"] for row in rows), default=1)
    layout = _layout(height=90 + ROW_HEIGHT * len(rows)) | {
        "xaxis": _axis("Rank") | {"range": [0.5, last + 0.5], "dtick": max(1, -(-last // 12)), "side": "top"},
        "yaxis": {
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": places,
            "ticktext": [line.job.statement for line in ranked],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
        "annotations": notes,
        "margin": {"l": 8, "r": 84, "t": 48, "b": 8},
    }
    return {"data": [trace], "layout": layout, "wrap": "yaxis"}


def in_words(line: Line) -> str:
    row = line.row
    if row["rank_low"] == row["rank_high"]:
        return f"{row['rank']}"
    return f"{row['rank']} ({row['rank_low']} to {row['rank_high']})"


def landscape(lines: Sequence[Line]) -> Figure | None:
    """Importance against satisfaction; None until a job has both. Lines part the regions of the score."""
    rated = [line for line in lines if line.rank and line.row["opportunity"] is not None]
    if not rated:
        return None
    spots = [(line.row["importance"], line.row["satisfaction"]) for line in rated]
    groups: dict[tuple[float, float], list[Line]] = {}
    for line, spot in zip(rated, spots, strict=True):
        groups.setdefault(spot, []).append(line)
    trace = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [spot[0] for spot in groups],
        "y": [spot[1] for spot in groups],
        "marker": {"color": INK, "size": 22},
        "text": [_ranks(found) for found in groups.values()],
        "textposition": "middle center",
        "textfont": {"color": SURFACE, "size": 12},
        "customdata": [[line.job.statement for line in found] for found in groups.values()],
        "hovertext": ["; ".join(line.job.statement for line in found) for found in groups.values()],
        "hovertemplate": "%{hovertext}<br>importance %{x:.1f}, satisfaction %{y:.1f}<extra></extra>",
    }
    layout = _layout(height=LANDSCAPE[1]) | {
        "xaxis": _axis("Importance") | {"range": [-0.4, 10.6], "dtick": 2},
        "yaxis": _axis("Satisfaction with what they use today") | {"range": [-1.4, 10.6], "dtick": 2},
        "shapes": [_border(low) for low in (10, 12, 15)],
        "annotations": [*_regions(), *_labels(groups)],
        "margin": {"l": 52, "r": 16, "t": 16, "b": 48},
    }
    return {"data": [trace], "layout": layout}


def saturation(curve: Curve) -> Figure:
    """What each interview was the first to say, as bars; what is known after it, as a line over them."""
    numbers = [step.number for step in curve.steps]
    names = [step.interview.participant.pseudonym for step in curve.steps]
    bars = {
        "type": "bar",
        "x": numbers,
        "y": [len(step.new) for step in curve.steps],
        "marker": {"color": LINE_STRONG},
        "text": names,
        "textposition": "none",
        "hovertemplate": "%{text}: %{y} new<extra></extra>",
    }
    known = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": numbers,
        "y": [step.known for step in curve.steps],
        "line": {"color": INK, "width": 2},
        "marker": {"color": INK, "size": 6},
        "text": names,
        "hovertemplate": "after %{text}: %{y} known<extra></extra>",
    }
    most, second = curve.steps[-1].known, min(1, len(curve.steps) - 1)
    new = len(curve.steps[second].new)
    notes = [
        _note(numbers[-1], most, f"{most} known", xanchor="right", yanchor="bottom", font={"color": INK}),
        _note(second + 1, new, "new in each", xanchor="left", yanchor="bottom", font={"color": MUTED}),
    ]
    layout = _layout(height=320) | {
        "xaxis": _axis("Interview, in the order held")
        | {"range": [0.4, len(numbers) + 0.6], "dtick": max(1, len(numbers) // 12), "showgrid": False},
        "yaxis": _axis("Generalised jobs") | {"range": [0, most * 1.18 + 1]},
        "shapes": _marks(curve, most * 1.18 + 1),
        "annotations": notes + _mark_names(curve, most * 1.18 + 1),
        "margin": {"l": 52, "r": 16, "t": 16, "b": 48},
    }
    return {"data": [bars, known], "layout": layout}


def _marks(curve: Curve, height: float) -> list[dict[str, Any]]:
    """Where the base ends and, once there, where saturation was reached."""
    places = [curve.base + 0.5] if len(curve.steps) > curve.base else []
    places += [curve.reached_at] if curve.reached_at else []
    line = {"color": MUTED, "width": 1, "dash": "dot"}
    return [{"type": "line", "x0": x, "x1": x, "y0": 0, "y1": height, "line": line} for x in places]


def _mark_names(curve: Curve, height: float) -> list[dict[str, Any]]:
    style = {"yanchor": "top", "font": {"color": MUTED}}
    base = _note(curve.base + 0.5, height, "base", xanchor="right", xshift=-4, **style)
    reached = _note(curve.reached_at or 0, height, "reached", xanchor="left", xshift=4, **style)
    return ([base] if len(curve.steps) > curve.base else []) + ([reached] if curve.reached_at else [])


def _ranks(found: Sequence[Line]) -> str:
    return ", ".join(str(line.rank) for line in found)


def _border(score: float) -> dict[str, Any]:
    """Where I + (I − S) equals `score`, from the foot of the chart to its right edge."""
    return {
        "type": "line",
        "x0": score / 2,
        "y0": 0,
        "x1": 10,
        "y1": 20 - score,
        "line": {"color": MUTED, "width": 1, "dash": "dot"},
        "layer": "below",
    }


def _regions() -> list[dict[str, Any]]:
    return [
        _note(8.75, -0.45, "extreme", font={"color": MUTED}),
        _note(6.75, -0.45, "low-hanging", font={"color": MUTED}),
        _note(5.5, -1, "worth considering", font={"color": MUTED}),
        _note(0.1, 9.6, "served well enough", xanchor="left", font={"color": MUTED}),
    ]


def _labels(groups: dict[tuple[float, float], list[Line]]) -> list[dict[str, Any]]:
    """A short label beside each dot, on the first side where it covers nothing; none where all do."""
    dots = {spot: _pixels(spot) for spot in groups}
    taken: list[Sequence[float]] = [(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in dots.values()]
    notes = []
    for spot, found in groups.items():
        places = (
            (text, side, box)
            for text in _shorter("; ".join(line.job.statement for line in found))
            for side, box in _sides(dots[spot], LETTER * len(text))
            if _inside(box) and not any(_cover(box, other) for other in taken)
        )
        if place := next(places, None):
            text, side, box = place
            taken.append(box)
            notes.append(_note(*spot, text, font={"color": INK}, **side))
    return notes


def _shorter(text: str) -> list[str]:
    return [
        text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + " …"
        for length in LABEL_LENGTHS
    ]


def _pixels(spot: tuple[float, float]) -> tuple[float, float]:
    width, height = LANDSCAPE
    return (spot[0] + 0.4) / 11 * (width - 68), (10.6 - spot[1]) / 12 * (height - 64)


def _sides(dot: tuple[float, float], width: float) -> list[tuple[dict[str, Any], tuple[float, ...]]]:
    x, y = dot
    up, half = LABEL_HEIGHT / 2, width / 2
    return [
        ({"xanchor": "left", "xshift": 14}, (x + 14, y - up, x + 14 + width, y + up)),
        ({"xanchor": "right", "xshift": -14}, (x - 14 - width, y - up, x - 14, y + up)),
        ({"yanchor": "bottom", "yshift": 12}, (x - half, y - 12 - 2 * up, x + half, y - 12)),
        ({"yanchor": "top", "yshift": -12}, (x - half, y + 12, x + half, y + 12 + 2 * up)),
    ]


def _inside(box: Sequence[float]) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= LANDSCAPE[0] - 60 and box[3] <= LANDSCAPE[1] - 60


def _cover(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _note(x: float, y: float, text: str, **more: Any) -> dict[str, Any]:
    return {"x": x, "y": y, "text": text, "showarrow": False} | more


def _axis(title: str) -> dict[str, Any]:
    return {
        "title": {"text": title, "standoff": 8},
        "gridcolor": LINE,
        "linecolor": LINE,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
    }


def _layout(*, height: int) -> dict[str, Any]:
    return {
        "height": height,
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "paper_bgcolor": SURFACE,
        "plot_bgcolor": SURFACE,
        "font": {"color": MUTED, "size": 12},
    }
