"""The map of statements: groups as grounds with their names, doubtful members hollow, no colour needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from jobs.charts import places
from jobs.charts.parts import (
    GROUND,
    HOVER,
    INK,
    LABEL,
    MUTED,
    SURFACE,
    Chart,
    Empty,
    Figure,
    Head,
    Row,
    layout,
    percent,
)
from jobs.charts.places import Plane, labels
from jobs.queries.cluster_map import Map, Spot
from studies.counting import counted

WIDTH, ROOM = 900, 0.14  # pixels that labels are placed for; free space around the points
LOWEST, HIGHEST = 320, 760
LENGTHS = (64, 44, *places.LENGTHS)  # of names, letters: there is more room than on a plane
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "pentagon", "hexagon", "star")
NONE = "in no group"
Point = tuple[float, float]
NO_MAP = Empty(
    "The map has not been drawn yet",
    "It puts every individual job on a plane, near to what means the same, with the groups as they stand. "
    "Write at least three individual jobs, group them, and draw it.",
    "jobs:clusters",
    "Go to the clusters",
)


def cluster_map(found: Map) -> Chart:
    return Chart(
        key="map",
        title="What belongs together?",
        reading="Each mark is a job as one person has it; near marks mean similar things. Distances are only "
        f"roughly kept{_kept(found)}; members of a group are drawn closer. Hollow: doubtful, nearly as close "
        "to another group. A cross: in no group.",
        base=_base(found),
        how="Distances between the vectors of the statements, halved within a group, laid on a plane by "
        "stress majorisation (SMACOF, de Leeuw 1977) from the classical solution (Torgerson 1952).",
        heads=(
            Head("Group"),
            Head("Job of one person"),
            Head("In its group"),
            Head("Across", True),
            Head("Up", True),
        ),
        rows=tuple(_row(spot) for spot in found.spots),
        figure=_figure(found.spots) if found.spots else None,
        empty=NO_MAP,
        named=1,
        opens="jobs:detail",
    )


def _kept(found: Map) -> str:
    if found.kept is None:
        return ""
    return f" (of the five nearest of each, {percent(found.kept)} % are still among the five nearest here)"


def _base(found: Map) -> str:
    shown = counted(len(found.spots), "statement")
    part = f"{len(found.spots):,} of {counted(found.statements, 'statement')}"
    text = shown if len(found.spots) == found.statements else part
    return f"{text}, {found.missing} written since the map was drawn" if found.missing else text


def _row(spot: Spot) -> Row:
    sure = "doubtful" if spot.doubtful else "sure" if spot.group else "–"
    return Row((spot.group or NONE, spot.statement, sure, spot.x, spot.y), spot.job_id)


def _figure(spots: Sequence[Spot]) -> Figure:
    plane = _plane(spots)
    groups = [list(members) for _, members in groupby(spots, key=lambda spot: spot.cluster_id)]
    named = [members for members in groups if members[0].group]
    names = [_name(members) for members in named]
    marks = [(spot.x, spot.y) for spot in spots]
    written = labels(names, plane, above=True, lengths=LENGTHS, marks=marks, numbered=True)
    blank = {"showgrid": False, "showticklabels": False, "ticks": "", "zeroline": False, "fixedrange": True}
    drawn = layout(
        height=plane.height + 16,
        xaxis=blank | {"range": list(plane.x)},
        yaxis=blank | {"range": list(plane.y), "scaleanchor": "x"},
        shapes=[_ground(members) for members in named],
        annotations=[each | ({"name": GROUND} if each["name"] == LABEL else {}) for each in written],
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )
    return {"data": [_marks(spots)], "layout": drawn, "aspect": round(plane.height / WIDTH, 3), "room": WIDTH}


def _plane(spots: Sequence[Spot]) -> Plane:
    """As high as the points ask for, so that a step across is as long as a step up."""
    across = (min(spot.x for spot in spots) - ROOM, max(spot.x for spot in spots) + ROOM)
    up = (min(spot.y for spot in spots) - ROOM, max(spot.y for spot in spots) + ROOM)
    height = round(WIDTH * (up[1] - up[0]) / (across[1] - across[0]))
    return Plane(WIDTH, min(max(height, LOWEST), HIGHEST), across, up)


def _marks(spots: Sequence[Spot]) -> dict[str, Any]:
    symbols: dict[int | None, str] = {None: "x-thin"}
    for spot in spots:
        symbols.setdefault(spot.cluster_id, SYMBOLS[(len(symbols) - 1) % len(SYMBOLS)])
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [spot.x for spot in spots],
        "y": [spot.y for spot in spots],
        "marker": {
            "symbol": [symbols[spot.cluster_id] for spot in spots],
            "color": [SURFACE if spot.doubtful else INK for spot in spots],
            "line": {"color": [INK if spot.group else MUTED for spot in spots], "width": 1.5},
            "size": 9,
        },
        "hovertext": [f"{spot.statement} ({spot.group or NONE})" for spot in spots],
        "customdata": list(range(len(spots))),
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _name(members: Sequence[Spot]) -> tuple[float, float, str]:
    middle = sum(spot.x for spot in members) / len(members)
    return middle, max(spot.y for spot in members), members[0].group


def _ground(members: Sequence[Spot]) -> dict[str, Any]:
    """The hull of the members, its wide outline making it larger than they are."""
    edge = hull((spot.x, spot.y) for spot in members)
    path = "M" + "L".join(f"{x},{y}" for x, y in edge) + "Z"
    return {
        "type": "path",
        "path": path,
        "fillcolor": HOVER,
        "line": {"color": HOVER, "width": 22},
        "layer": "below",
    }


def hull(points: Iterable[Point]) -> list[Point]:
    """The convex hull, against the clock (Andrew's monotone chain); fewer than three points are their own."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    return lower[:-1] + upper[:-1]


def _chain(points: Sequence[Point]) -> list[Point]:
    chain: list[Point] = []
    for point in points:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain


def _turn(one: Point, two: Point, three: Point) -> float:
    return (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])
