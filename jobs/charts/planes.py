"""Jobs on two axes, marked with their rank: the opportunity landscape and the Kano plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import dist
from typing import Any

from jobs.charts.parts import (
    DOTTED,
    INK,
    MUTED,
    REGION,
    SURFACE,
    Cell,
    Chart,
    Empty,
    Figure,
    Head,
    Row,
    axis,
    layout,
    note,
    percent,
    tenths,
)
from jobs.charts.places import MOST, Plane, labels
from jobs.queries.charts import Asked, AskedKano, Source
from jobs.standing import DIRECTIONAL_BELOW, REGIONS
from studies.counting import counted

WIDE, HIGH = 600, 440  # pixels for which labels are placed; narrower charts go without
MARGIN = {"l": 52, "r": 16, "t": 16, "b": 48}
LANDSCAPE = Plane(WIDE - 68, HIGH - 64, (-0.4, 10.6), (-1.4, 10.6))
KANO = Plane(WIDE - 68, HIGH - 64, (-4, 104), (-4, 104))
UNRANKED = "–"
APART = 14  # pixels between two marks whose numbers can both be read
Spot = tuple[float, float]
WHOSE = {
    Source.RESPONDENTS: "Answered by respondents of a survey; they are not interviews.",
    Source.COLLEAGUES: "Rated by colleagues, not by customers: a direction only.",
}
NO_JOBS = Empty(
    "No job has been generalised yet",
    "Colleagues and respondents are asked about generalised jobs: what several people wanted to get done.",
    "jobs:clusters",
    "Go to the clusters",
)
NOT_ASKED = Empty(
    "Nobody has said yet what is important",
    "The landscape needs importance and satisfaction, 1 to 5: from a survey, or rated by colleagues.",
    "jobs:ratings",
    "Rate the jobs",
)
NO_PAIRS = Empty(
    "No survey has asked a Kano pair yet",
    "The plane needs two answers for each job: how people would feel with it, and how without. Put the pair "
    "into a survey, or import a file that holds the answers.",
    "jobs:surveys",
    "Go to the surveys",
)


# --- opportunity -----------------------------------------------------------------------------------------
def landscape(asked: Sequence[Asked], source: Source, people: int) -> Chart:
    """Importance against satisfaction; lines part the regions of the opportunity score (method.md 4.1)."""
    one = "respondent" if source is Source.RESPONDENTS else "colleague"
    return Chart(
        key="landscape",
        title="Where is the opportunity?",
        reading="To the right: important. Below: badly served today. The dotted lines are where the "
        f"opportunity score is 10, 12 and 15. {WHOSE[source]}{_few(source, people, asked)}",
        base=counted(people, one),
        how="I + max(I − S, 0): importance and satisfaction, rated 1 to 5, on 0 to 10, by the method that"
        " the ranking is set to (mean or top-two-box). Ulwick’s opportunity algorithm; over 15 "
        "extreme, 12 to 15 low-hanging, 10 to 12 worth considering.",
        heads=(
            Head("Rank", True),
            Head("Job"),
            Head("Importance", True),
            Head("Satisfaction", True),
            Head("Opportunity", True),
            Head("Region"),
            Head(f"{one}s".capitalize(), True),
        ),
        rows=tuple(_asked_row(each) for each in asked),
        figure=_landscape(asked) if asked else None,
        empty=NOT_ASKED,
        named=1,
        missing="not ranked",
        shape="square",
    )


def _few(source: Source, people: int, asked: Sequence[Asked | AskedKano]) -> str:
    if source is Source.COLLEAGUES:
        return ""
    if people < DIRECTIONAL_BELOW:
        return f" Fewer than {DIRECTIONAL_BELOW} answered: a direction only."
    if any(each.n < DIRECTIONAL_BELOW for each in asked):
        return f" A job that fewer than {DIRECTIONAL_BELOW} answered shows a direction only."
    return ""


def _asked_row(each: Asked) -> Row:
    scores: tuple[Cell, ...] = (tenths(each.importance), tenths(each.satisfaction))
    found = (tenths(each.opportunity), REGIONS[each.region], each.n)
    return Row((each.rank, each.job.statement, *scores, *found), each.job.pk)


def _landscape(asked: Sequence[Asked]) -> Figure:
    spots = [(round(each.importance, 2), round(each.satisfaction, 2)) for each in asked]
    marks = _marks(asked, spots, LANDSCAPE)
    drawn = layout(
        height=HIGH,
        xaxis=axis("Importance", range=list(LANDSCAPE.x), dtick=2),
        yaxis=axis("Satisfaction with what they use today", range=list(LANDSCAPE.y), dtick=2),
        shapes=[_border(low) for low in (10, 12, 15)],
        annotations=[*_regions(), *_names(marks, LANDSCAPE)],
        margin=MARGIN,
    )
    return {"data": [_drawn(marks, "importance %{x:.1f}, satisfaction %{y:.1f}")], "layout": drawn}


def _border(score: float) -> dict[str, Any]:
    """Where I + (I − S) equals `score`, from the foot of the chart to its right edge."""
    return {
        "type": "line",
        "x0": score / 2,
        "y0": 0,
        "x1": 10,
        "y1": 20 - score,
        "line": DOTTED,
        "layer": "below",
    }


def _regions() -> list[dict[str, Any]]:
    style = {"font": {"color": MUTED}, "name": REGION}
    return [
        note(9.2, -0.45, "extreme", **style),
        note(6.75, -0.45, "low-hanging", **style),
        note(5.5, -1, "worth considering", **style),
        note(0.1, 9.6, "unattractive: served well enough", xanchor="left", **style),
    ]


# --- Kano ------------------------------------------------------------------------------------------------
def kano(asked: Sequence[AskedKano], people: int) -> Chart:
    """Better against −Worse (Timko in Berger 1993); the halves of both part the four quadrants."""
    return Chart(
        key="kano",
        title="What delights, and what is taken for granted?",
        reading="Up: having it pleases. To the right: lacking it displeases. The quadrants are split at one "
        "half, which is a convention: the class that most people fall into may be another. "
        f"{WHOSE[Source.RESPONDENTS]}{_few(Source.RESPONDENTS, people, asked)}",
        base=counted(people, "respondent"),
        how="Each pair of answers falls into a class by the published table (Kano 1984). Better = (A + O) ÷ "
        "(A + O + M + I), Worse = −(O + M) ÷ (A + O + M + I) (Timko in Berger 1993); reverse and "
        "questionable pairs are left out.",
        heads=(
            Head("Rank", True),
            Head("Job"),
            Head("Better, %", True),
            Head("Worse, %", True),
            Head("Quadrant"),
            Head("Most frequent"),
            Head("Pairs counted", True),
            Head("Left out", True),
        ),
        rows=tuple(_kano_row(each) for each in asked),
        figure=_kano(asked) if asked else None,
        empty=NO_PAIRS,
        named=1,
        missing="not ranked",
        shape="square",
    )


def _kano_row(each: AskedKano) -> Row:
    shares = (percent(each.better), -percent(-each.worse))
    classes = (quadrant(each.better, each.worse), each.most or "several alike")
    return Row((each.rank, each.job.statement, *shares, *classes, each.n, each.left_out), each.job.pk)


def quadrant(better: float, worse: float) -> str:
    """`better` 0 to 1, `worse` -1 to 0. The half itself belongs to the stronger side."""
    if better >= 0.5:
        return "one-dimensional" if worse <= -0.5 else "attractive"
    return "must-be" if worse <= -0.5 else "indifferent"


def _kano(asked: Sequence[AskedKano]) -> Figure:
    spots = [(round(-100 * each.worse, 1), round(100 * each.better, 1)) for each in asked]
    marks = _marks(asked, spots, KANO)
    drawn = layout(
        height=HIGH,
        xaxis=axis(
            "−Worse: lacking it displeases, % of the pairs", range=list(KANO.x), dtick=25, showgrid=False
        ),
        yaxis=axis("Better: having it pleases, %", range=list(KANO.y), dtick=25, showgrid=False),
        shapes=_halves(),
        annotations=[*_quadrants(), *_names(marks, KANO)],
        margin=MARGIN,
    )
    return {"data": [_drawn(marks, "better %{y:.0f} %, worse −%{x:.0f} %")], "layout": drawn}


def _halves() -> list[dict[str, Any]]:
    """Where one half of the answers lies, across the plane and up."""
    (left, right), (low, high) = KANO.x, KANO.y
    halves = ((50, 50, low, high), (left, right, 50, 50))
    return [
        {"type": "line", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": DOTTED, "layer": "below"}
        for x0, x1, y0, y1 in halves
    ]


def _quadrants() -> list[dict[str, Any]]:
    left, right = {"xanchor": "left"}, {"xanchor": "right"}
    style = {"font": {"color": MUTED}, "name": REGION}
    return [
        note(-2, 102, "attractive", **left, **style),
        note(102, 102, "one-dimensional", **right, **style),
        note(102, -1, "must-be", **right, **style),
        note(-2, -1, "indifferent", **left, **style),
    ]


# --- marks -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Mark:
    """The jobs of one spot. `text` holds the ranks written in it: those of the marks it covers, too."""

    spot: Spot
    rows: list[int]  # of its jobs in the table
    names: str
    is_ranked: bool  # any of its jobs
    is_dot: bool  # too small for numbers
    text: str = ""

    @property
    def size(self) -> int:
        return 8 if self.is_dot else max(22, 8 + 5 * len(self.text))

    @property
    def layer(self) -> int:
        """Dots lie below, marks that tell ranks on top."""
        return (not self.is_dot) + bool(self.text)


def _marks(asked: Sequence[Asked | AskedKano], spots: Sequence[Spot], plane: Plane) -> list[Mark]:
    """One a spot. After the first ones a mark is a plain dot: numbers upon numbers could not be read."""
    at: dict[Spot, list[int]] = {}
    for row, spot in enumerate(spots):
        at.setdefault(spot, []).append(row)
    numbered = list(at)[:MOST]
    texts = {
        front: ", ".join(str(asked[row].rank or UNRANKED) for spot in covered for row in at[spot])
        for front, covered in _fronts(numbered, plane).items()
    }
    return [
        Mark(
            spot,
            rows,
            names="; ".join(asked[row].job.statement for row in rows),
            is_ranked=any(asked[row].rank for row in rows),
            is_dot=spot not in numbered,
            text=texts.get(spot, ""),
        )
        for spot, rows in at.items()
    ]


def _fronts(spots: Sequence[Spot], plane: Plane) -> dict[Spot, list[Spot]]:
    """Mark on top -> the spots whose numbers it would hide, itself first."""
    found: dict[Spot, list[Spot]] = {}
    for spot in spots:
        front = next((each for each in found if dist(plane.pixels(each), plane.pixels(spot)) < APART), spot)
        found.setdefault(front, []).append(spot)
    return found


def _drawn(marks: Sequence[Mark], values: str) -> dict[str, Any]:
    """Hollow where none is ranked; `values`: what pointing at a mark tells below the names of its jobs."""
    ordered = sorted(marks, key=lambda mark: mark.layer)  # the last lies on top
    return {
        "type": "scatter",
        "mode": "markers+text",
        "cliponaxis": False,  # a mark at the end of a scale is a whole one
        "x": [mark.spot[0] for mark in ordered],
        "y": [mark.spot[1] for mark in ordered],
        "marker": {
            "color": [INK if mark.is_ranked else SURFACE for mark in ordered],
            "line": {"color": INK, "width": 1.5},
            "size": [mark.size for mark in ordered],
            "opacity": [0.6 if mark.is_dot else 1 for mark in ordered],
        },
        "text": [mark.text for mark in ordered],
        "textposition": "middle center",
        "textfont": {"color": [SURFACE if mark.is_ranked else INK for mark in ordered], "size": 12},
        "hovertext": [mark.names for mark in ordered],
        "customdata": [mark.rows for mark in ordered],
        "hovertemplate": f"%{{hovertext}}<br>{values}<extra></extra>",
    }


def _names(marks: Sequence[Mark], plane: Plane) -> list[dict[str, Any]]:
    return labels([(*mark.spot, mark.names) for mark in marks], plane)
