"""Who has which job: the share of each segment, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jobs.charts.parts import (
    FEW,
    HEADING,
    INK,
    MUTED,
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
    row_axis,
)
from jobs.queries.charts import Heard, Segment

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "star", "hexagon", "cross")
SEGMENT_HEIGHT = 24
QUARTERS = [0, 25, 50, 75, 100]
TITLE = {"color": INK, "size": 13, "weight": 600}
NOTHING_HEARD = Empty(
    "No job has been generalised yet",
    "Once individual jobs of several interviews are one generalised job, the chart tells who has it.",
    "jobs:clusters",
    "Go to the clusters",
)


def prevalence(heard: Sequence[Heard], segments: Sequence[Segment]) -> Chart:
    """k of n in each segment with its Wilson interval; hollow where a segment has few interviews."""
    few = any(each.n < FEW for each in segments)
    warning = (
        f" Hollow marks: a segment of fewer than {FEW} interviews, which says next to nothing." if few else ""
    )
    return Chart(
        key="prevalence",
        title="Who has which job?",
        reading="The mark is the share of the segment’s interviews that hold the job, the line its 95 % "
        "interval (Wilson). Where lines overlap, the segments may well be alike. Interview counts are not "
        f"market shares.{warning}",
        base="; ".join(f"{each.name}: {counted(each.n, 'interview')}" for each in segments),
        how="Interviews of the segment that hold the job, of all of its interviews in which anything was "
        "captured; the 95 % score interval of Wilson 1927, which stays within 0 and 100 %. Segments of one "
        "person stand among all others.",
        heads=(
            Head("Job"),
            Head("Segment"),
            Head("Held in", True),
            Head("Interviews", True),
            Head("Share, %", True),
            Head("From, %", True),
            Head("To, %", True),
        ),
        rows=tuple(
            Row((each.job.statement, share.segment.name, *_of_n(share)), each.job.pk)
            for each in heard
            for share in each.shares
        ),
        figure=_prevalence(heard, segments) if heard and segments else None,
        empty=NOTHING_HEARD,
    )


def _of_n(share: Any) -> tuple[Cell, ...]:
    return (
        share.k,
        share.segment.n,
        percent(share.k / share.segment.n),
        percent(share.low),
        percent(share.high),
    )


def _prevalence(heard: Sequence[Heard], segments: Sequence[Segment]) -> Figure:
    """Each job has a line for its name and one for each segment, so that a name never meets a whisker."""
    block = len(segments) + 1
    data = [_segment(heard, segments, place) for place in range(len(segments))]
    names = [
        note(0, place * block, each.job.statement, name=HEADING, xanchor="left", font=TITLE)
        for place, each in enumerate(heard)
    ]
    ticks = [place * block + 1 + index for place in range(len(heard)) for index in range(len(segments))]
    height = SEGMENT_HEIGHT * block * len(heard)
    drawn = layout(
        height=height + 56,
        xaxis=axis(
            "", range=[-4, 122], tickvals=QUARTERS, ticktext=[f"{each} %" for each in QUARTERS], side="top"
        ),
        yaxis=row_axis([])
        | {
            "range": [block * len(heard) - 0.5, -0.5],
            "tickvals": ticks,
            "ticktext": [each.name for each in segments] * len(heard),
        },
        annotations=[*names, *_counts(heard, block)],
        margin={"l": 8, "r": 8, "t": 44, "b": 8},
    )
    return {"data": data, "layout": drawn, "wrap": "yaxis", "lines": 1}


def _segment(heard: Sequence[Heard], segments: Sequence[Segment], index: int) -> dict[str, Any]:
    block, size = len(segments) + 1, len(segments)
    shares = [each.shares[index] for each in heard]
    values = [100 * share.k / share.segment.n for share in shares]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(value, 1) for value in values],
        "y": [place * block + 1 + index for place in range(len(heard))],
        "error_x": _whiskers(shares, values),
        "marker": {
            "symbol": SYMBOLS[index % len(SYMBOLS)],
            "color": SURFACE if segments[index].n < FEW else INK,
            "line": {"color": INK, "width": 1.5},
            "size": 10,
        },
        "hovertext": [
            f"{each.job.statement}, {segments[index].name}: {_told(each.shares[index])}" for each in heard
        ],
        "customdata": [place * size + index for place in range(len(heard))],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _whiskers(shares: Sequence[Any], values: Sequence[float]) -> dict[str, Any]:
    both = list(zip(shares, values, strict=True))
    return {
        "type": "data",
        "symmetric": False,
        "array": [round(100 * share.high - value, 1) for share, value in both],
        "arrayminus": [round(value - 100 * share.low, 1) for share, value in both],
        "color": MUTED,
        "thickness": 2,
        "width": 4,
    }


def _told(share: Any) -> str:
    return f"{share.k} of {share.segment.n}, {percent(share.low)} to {percent(share.high)} %"


def _counts(heard: Sequence[Heard], block: int) -> list[dict[str, Any]]:
    return [
        note(
            104,
            place * block + 1 + index,
            f"{share.k} of {share.segment.n}",
            xanchor="left",
            font={"color": INK},
        )
        for place, each in enumerate(heard)
        for index, share in enumerate(each.shares)
    ]
