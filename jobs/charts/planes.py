"""Jobs on two axes, marked with their rank: the opportunity landscape and the Kano plane."""

from __future__ import annotations

from collections.abc import Sequence
from math import dist
from typing import Any

from jobs.charts.parts import (
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
    counted,
    layout,
    note,
    percent,
)
from jobs.charts.places import MOST, Plane, labels
from jobs.queries.charts import Asked, AskedKano, Source
from jobs.queries.samples import DIRECTIONAL_BELOW
from jobs.standing import REGIONS

WIDE, HIGH = 600, 440  # pixels for which labels are placed; narrower charts go without
MARGIN = {"l": 52, "r": 16, "t": 16, "b": 48}
LANDSCAPE = Plane(WIDE - 68, HIGH - 64, (-0.4, 10.6), (-1.4, 10.6))
KANO = Plane(WIDE - 68, HIGH - 64, (-4, 104), (-4, 104))
UNRANKED = "–"
APART = 14  # pixels between two marks whose numbers can both be read
WHOSE = {
    Source.RESPONDENTS: "Answered by respondents of a survey; they are not interviews.",
    Source.COLLEAGUES: "Rated by colleagues, not by customers: a direction only.",
}
NOT_ASKED = Empty(
    "Nobody has said yet what is important",
    "The landscape needs importance and satisfaction, 1 to 5: from a survey, or rated by colleagues on the "
    "page of a job.",
    "jobs:priorities",
    "Choose a job and rate it",
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
        f"opportunity score is 10, 12 and 15. {WHOSE[source]}{_few(source, people)}",
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


def _few(source: Source, people: int) -> str:
    if source is Source.COLLEAGUES or people >= DIRECTIONAL_BELOW:
        return ""
    return f" Fewer than {DIRECTIONAL_BELOW} answered: a direction only."


def _asked_row(each: Asked) -> Row:
    scores: tuple[Cell, ...] = (round(each.importance, 1), round(each.satisfaction, 1))
    found = (round(each.opportunity, 1), REGIONS[each.region], each.n)
    return Row((each.rank, each.job.statement, *scores, *found), each.job.pk)


def _landscape(asked: Sequence[Asked]) -> Figure:
    spots = [(round(each.importance, 2), round(each.satisfaction, 2)) for each in asked]
    names = [each.job.statement for each in asked]
    trace, texts = _marks(spots, [each.rank for each in asked], names, LANDSCAPE)
    trace["hovertemplate"] = "%{hovertext}<br>importance %{x:.1f}, satisfaction %{y:.1f}<extra></extra>"
    drawn = layout(
        height=HIGH,
        xaxis=axis("Importance", range=list(LANDSCAPE.x), dtick=2),
        yaxis=axis("Satisfaction with what they use today", range=list(LANDSCAPE.y), dtick=2),
        shapes=[_border(low) for low in (10, 12, 15)],
        annotations=[*_regions(), *labels(texts, LANDSCAPE)],
        margin=MARGIN,
    )
    return {"data": [trace], "layout": drawn}


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
        f"half, which is a convention. {WHOSE[Source.RESPONDENTS]}{_few(Source.RESPONDENTS, people)}",
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
    cells = (each.rank, each.job.statement, *shares, quadrant(each.better, each.worse), each.n, each.left_out)
    return Row(cells, each.job.pk)


def quadrant(better: float, worse: float) -> str:
    """`better` 0 to 1, `worse` -1 to 0. The half itself belongs to the stronger side."""
    if better >= 0.5:
        return "one-dimensional" if worse <= -0.5 else "attractive"
    return "must-be" if worse <= -0.5 else "indifferent"


def _kano(asked: Sequence[AskedKano]) -> Figure:
    spots = [(round(-100 * each.worse, 1), round(100 * each.better, 1)) for each in asked]
    trace, texts = _marks(spots, [each.rank for each in asked], [each.job.statement for each in asked], KANO)
    trace["hovertemplate"] = "%{hovertext}<br>better %{y:.0f} %, worse −%{x:.0f} %<extra></extra>"
    halves = [
        {"type": "line", "x0": 50, "x1": 50, "y0": -4, "y1": 104},
        {"type": "line", "x0": -4, "x1": 104, "y0": 50, "y1": 50},
    ]
    dotted = {"line": {"color": MUTED, "width": 1, "dash": "dot"}, "layer": "below"}
    drawn = layout(
        height=HIGH,
        xaxis=axis(
            "−Worse: lacking it displeases, % of the pairs", range=list(KANO.x), dtick=25, showgrid=False
        ),
        yaxis=axis("Better: having it pleases, %", range=list(KANO.y), dtick=25, showgrid=False),
        shapes=[line | dotted for line in halves],
        annotations=[*_quadrants(), *labels(texts, KANO)],
        margin=MARGIN,
    )
    return {"data": [trace], "layout": drawn}


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
def _marks(
    spots: Sequence[tuple[float, float]], ranks: Sequence[int | None], names: Sequence[str], plane: Plane
) -> tuple[dict[str, Any], list[tuple[float, float, str]]]:
    """One mark a spot with the ranks of its jobs in it, hollow where none is ranked; and what to label.

    A mark that covers others says their ranks, too, and is as wide as that takes. After the first ones a
    mark is a plain dot: numbers upon numbers could not be read.
    """
    groups: dict[tuple[float, float], list[int]] = {}
    for place, spot in enumerate(spots):
        groups.setdefault(spot, []).append(place)
    numbered = list(groups)[:MOST]
    told = {
        front: ", ".join(str(ranks[place] or UNRANKED) for spot in covered for place in groups[spot])
        for front, covered in _fronts(numbered, plane).items()
    }
    ordered = sorted(groups, key=lambda spot: (spot in numbered) + (spot in told))  # the last lies on top
    held = [groups[spot] for spot in ordered]
    ranked = [any(ranks[place] for place in places) for places in held]
    words = ["; ".join(names[place] for place in places) for places in groups.values()]
    trace = {
        "type": "scatter",
        "mode": "markers+text",
        "cliponaxis": False,  # a mark at the end of a scale is a whole one
        "x": [x for x, _ in ordered],
        "y": [y for _, y in ordered],
        "marker": {
            "color": [INK if known else SURFACE for known in ranked],
            "line": {"color": INK, "width": 1.5},
            "size": [max(22, 8 + 5 * len(told.get(s, ""))) if s in numbered else 8 for s in ordered],
            "opacity": [1 if spot in numbered else 0.6 for spot in ordered],
        },
        "text": [told.get(spot, "") for spot in ordered],
        "textposition": "middle center",
        "textfont": {"color": [SURFACE if known else INK for known in ranked], "size": 12},
        "hovertext": ["; ".join(names[place] for place in places) for places in held],
        "customdata": held,
    }
    return trace, [(x, y, text) for (x, y), text in zip(groups, words, strict=True)]


def _fronts(spots: Sequence[tuple[float, float]], plane: Plane) -> dict[Any, list[tuple[float, float]]]:
    """Mark on top -> the spots whose numbers it would hide, itself first."""
    found: dict[tuple[float, float], list[tuple[float, float]]] = {}
    for spot in spots:
        front = next((each for each in found if dist(plane.pixels(each), plane.pixels(spot)) < APART), spot)
        found.setdefault(front, []).append(spot)
    return found
