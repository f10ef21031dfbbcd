"""Who has which job: the share of each segment, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jobs.charts.parts import (
    FEW,
    HEADING,
    INK,
    SURFACE,
    Chart,
    Empty,
    Figure,
    Head,
    Row,
    axis,
    layout,
    note,
    percent,
    row_axis,
    whiskers,
)
from jobs.queries.charts import Heard, Segment, Share
from studies.counting import counted

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
        "captured or from which a job was written; the 95 % score interval of Wilson 1927, which stays "
        "within 0 and 100 %. Segments of one person stand among all others.",
        heads=(
            Head("Job"),
            Head("Segment"),
            Head("Held in", True),
            Head("Interviews", True),
            Head("Share, %", True),
            Head("From, %", True),
            Head("To, %", True),
        ),
        rows=tuple(_row(each, share) for each in heard for share in each.shares),
        figure=_prevalence(heard, segments) if heard and segments else None,
        empty=NOTHING_HEARD,
    )


def _row(each: Heard, share: Share) -> Row:
    n = share.segment.n
    numbers = (share.k, n, percent(share.k / n), percent(share.low), percent(share.high))
    return Row((each.job.statement, share.segment.name, *numbers), each.job.pk)


@dataclass(frozen=True)
class Grid:
    """The lines of the chart, from above: each job has one for its name and one for each segment, so that a
    name never meets a whisker."""

    jobs: int
    segments: int

    @property
    def height(self) -> int:
        return self.jobs * (1 + self.segments)

    def heading(self, job: int) -> int:
        return job * (1 + self.segments)

    def line(self, job: int, segment: int) -> int:
        return self.heading(job) + 1 + segment

    @property
    def lines(self) -> list[int]:
        return [self.line(job, segment) for job in range(self.jobs) for segment in range(self.segments)]


def _prevalence(heard: Sequence[Heard], segments: Sequence[Segment]) -> Figure:
    grid = Grid(len(heard), len(segments))
    names = [each.name for each in segments] * len(heard)
    drawn = layout(
        height=SEGMENT_HEIGHT * grid.height + 56,
        xaxis=axis(
            "", range=[-4, 122], tickvals=QUARTERS, ticktext=[f"{each} %" for each in QUARTERS], side="top"
        ),
        yaxis=row_axis([]) | {"range": [grid.height - 0.5, -0.5], "tickvals": grid.lines, "ticktext": names},
        annotations=[*_headings(heard, grid), *_counts(heard, grid)],
        margin={"l": 8, "r": 8, "t": 44, "b": 8},
    )
    data = [_segment(heard, segment, place, grid) for place, segment in enumerate(segments)]
    return {"data": data, "layout": drawn, "wrap": "yaxis", "lines": 1}


def _headings(heard: Sequence[Heard], grid: Grid) -> list[dict[str, Any]]:
    return [
        note(0, grid.heading(job), each.job.statement, name=HEADING, xanchor="left", font=TITLE)
        for job, each in enumerate(heard)
    ]


def _counts(heard: Sequence[Heard], grid: Grid) -> list[dict[str, Any]]:
    """Right of the scale, which ends at 100."""
    return [
        note(104, grid.line(job, place), _k_of_n(share), xanchor="left", font={"color": INK})
        for job, each in enumerate(heard)
        for place, share in enumerate(each.shares)
    ]


def _segment(heard: Sequence[Heard], segment: Segment, place: int, grid: Grid) -> dict[str, Any]:
    shares = [each.shares[place] for each in heard]
    values = [100 * share.k / segment.n for share in shares]
    lows, highs = [100 * share.low for share in shares], [100 * share.high for share in shares]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(value, 1) for value in values],
        "y": [grid.line(job, place) for job in range(grid.jobs)],
        "error_x": whiskers(values, lows, highs, width=4),
        "marker": {
            "symbol": SYMBOLS[place % len(SYMBOLS)],
            "color": SURFACE if segment.n < FEW else INK,
            "line": {"color": INK, "width": 1.5},
            "size": 10,
        },
        "hovertext": [f"{each.job.statement}, {segment.name}: {_told(each.shares[place])}" for each in heard],
        "customdata": [job * grid.segments + place for job in range(grid.jobs)],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _told(share: Share) -> str:
    return f"{_k_of_n(share)}, {percent(share.low)} to {percent(share.high)} %"


def _k_of_n(share: Share) -> str:
    return f"{share.k} of {share.segment.n}"
