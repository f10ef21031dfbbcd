"""How sure the order is, and what the scores are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jobs.charts.parts import (
    HOVER,
    INK,
    LINE_STRONG,
    MUTED,
    SURFACE,
    Chart,
    Empty,
    Head,
    Row,
    axis,
    counted,
    in_rows,
    layout,
    note,
    pattern_of,
    percent,
    round_ticks,
    row_axis,
    row_height,
)
from jobs.queries.priority_table import BY_KEY, Line
from jobs.standing import WEIGHTED

NOT_RANKED = Empty(
    "No job is ranked yet",
    "A job is ranked once three interviews hold it and somebody has lived it, not only imagined it.",
    "jobs:clusters",
    "Go to the clusters",
)
NAMED_FROM = 3.5  # points of the score: a narrower part has no room for its letter; the table names it
# criterion -> letter, ground and pattern of its part of a bar: told apart in grey and in black and white
PARTS = {
    "prevalence": ("H", INK, ""),
    "opportunity": ("O", LINE_STRONG, ""),
    "struggle": ("S", HOVER, ""),
    "business": ("B", INK, "/"),
    "fit": ("F", LINE_STRONG, "x"),
    "feasibility": ("E", INK, "."),
}


# --- rank intervals ------------------------------------------------------------------------------------
def rank_intervals(lines: Sequence[Line]) -> Chart:
    """A dot at the rank, a whisker over 90 % of the simulated ranks, the first job on top."""
    ranked = [line for line in lines if line.rank]
    return Chart(
        key="intervals",
        title="How sure is the order?",
        reading="The dot is the rank, the line holds 90 % of the ranks in 2,000 repetitions with other luck. "
        "Where lines overlap, do not argue about the order.",
        base=_interviews(ranked),
        how=_how("rank"),
        heads=(
            Head("Job"),
            Head("Rank", True),
            Head("From", True),
            Head("To", True),
            Head("In the top 3", True),
        ),
        rows=tuple(Row((*_named(line), *_interval(line), line.top3), line.job.pk) for line in ranked),
        figure=_intervals(ranked) if ranked else None,
        empty=NOT_RANKED,
    )


def _how(column: str) -> str:
    return f"{BY_KEY[column].formula} {BY_KEY[column].source}"


def _interviews(lines: Sequence[Line]) -> str:
    return counted(lines[0].row["n"] if lines else 0, "interview")


def _named(line: Line) -> tuple[str]:
    return (line.job.statement,)


def _interval(line: Line) -> tuple[int, int, int]:
    return line.row["rank"], line.row["rank_low"], line.row["rank_high"]


def _intervals(ranked: Sequence[Line]) -> dict[str, Any]:
    rows = [line.row for line in ranked]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [row["rank"] for row in rows],
        "y": list(range(len(rows))),
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
        "hovertext": [in_words(line) for line in ranked],
        "customdata": list(range(len(rows))),
        "hovertemplate": "%{text}<br>%{hovertext}<extra></extra>",
    }
    last = max(row["rank_high"] for row in rows)
    notes = [
        note(row["rank_high"], place, in_words(line), xanchor="left", xshift=12, font={"color": INK})
        for place, (line, row) in enumerate(zip(ranked, rows, strict=True))
    ]
    drawn = layout(
        height=90 + row_height(len(rows)) * len(rows),
        xaxis=axis("Rank", range=[0.5, last + 0.5], **round_ticks(last), side="top"),
        yaxis=row_axis([line.job.statement for line in ranked]),
        annotations=notes,
        margin={"l": 8, "r": 84, "t": 48, "b": 8},
    )
    return in_rows([trace], drawn, len(rows))


def in_words(line: Line) -> str:
    row = line.row
    if row["rank_low"] == row["rank_high"]:
        return f"{row['rank']}"
    return f"{row['rank']} ({row['rank_low']} to {row['rank_high']})"


# --- contributions ---------------------------------------------------------------------------------------
def contributions(lines: Sequence[Line]) -> Chart:
    """The score of each ranked job as a bar of its criteria; a criterion that nobody rated has no part."""
    ranked = [line for line in lines if line.rank]
    used = [key for key in WEIGHTED if any(key in line.row["contributions"] for line in ranked)]
    return Chart(
        key="contributions",
        title="What is each score made of?",
        reading="Each part is what one criterion adds to the score of 0 to 100. A short bar of few parts may "
        "only be unknown: a criterion that nobody rated is left out, not counted as zero.",
        base=_interviews(ranked),
        how=_how("score"),
        heads=(
            Head("Job"),
            Head("Rank", True),
            Head("Score", True),
            *(Head(WEIGHTED[key], True) for key in used),
            Head("Known, %", True),
        ),
        rows=tuple(Row(_parts_of(line, used), line.job.pk) for line in ranked),
        figure=_contributions(ranked, used) if ranked else None,
        empty=NOT_RANKED,
        missing="not rated",
    )


def _parts_of(line: Line, used: Sequence[str]) -> tuple[Any, ...]:
    parts = line.row["contributions"]
    scores = (round(line.row["score"], 1), *(_part(parts.get(key)) for key in used))
    return line.job.statement, line.rank, *scores, percent(line.row["coverage"])


def _part(points: float | None) -> float | None:
    return None if points is None else round(points, 1)


def _contributions(ranked: Sequence[Line], used: Sequence[str]) -> dict[str, Any]:
    notes = [
        note(
            line.row["score"],
            place,
            f"{line.row['score']:.0f}",
            xanchor="left",
            xshift=6,
            font={"color": INK},
        )
        for place, line in enumerate(ranked)
    ]
    drawn = layout(
        height=112 + row_height(len(ranked)) * len(ranked),
        barmode="stack",
        bargap=0.36,
        xaxis=axis("Score", range=[0, 104], dtick=20, side="top"),
        yaxis=row_axis([line.job.statement for line in ranked]),
        annotations=notes,
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "traceorder": "normal",
        },
        margin={"l": 8, "r": 36, "t": 84, "b": 8},
    )
    return in_rows([_criterion(ranked, key) for key in used], drawn, len(ranked))


def _criterion(ranked: Sequence[Line], key: str) -> dict[str, Any]:
    letter, ground, pattern = PARTS[key]
    held = [(place, line) for place, line in enumerate(ranked) if key in line.row["contributions"]]
    points = [line.row["contributions"][key] for _, line in held]
    return {
        "type": "bar",
        "orientation": "h",
        "name": f"{letter} {WEIGHTED[key]}",
        "x": points,
        "y": [place for place, _ in held],
        "marker": {
            "color": ground,
            "line": {"color": ground if pattern else SURFACE, "width": 1},
            "pattern": pattern_of(pattern, ground),
        },
        "text": [f"{letter} {value:.0f}" if value >= NAMED_FROM else "" for value in points],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"color": SURFACE if ground == INK and not pattern else INK, "size": 11},
        "hovertext": [
            f"{line.job.statement}: {WEIGHTED[key]} adds {line.row['contributions'][key]:.1f}"
            for _, line in held
        ],
        "customdata": [place for place, _ in held],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
