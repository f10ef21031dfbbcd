"""How sure the order is, and what the scores are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from jobs.charts.parts import (
    HOVER,
    INK,
    LINE_STRONG,
    SURFACE,
    Chart,
    Empty,
    Figure,
    Head,
    Part,
    Row,
    axis,
    bar_parts,
    in_rows,
    layout,
    note,
    percent,
    round_ticks,
    row_axis,
    row_height,
    tenths,
    whiskers,
)
from jobs.columns import BY_KEY
from jobs.queries.priority_table import Line
from jobs.standing import LETTERS, WEIGHTED, Standing, everybody, flat, rounded

NOT_RANKED = Empty(
    "No job is ranked yet",
    "A job is ranked once three interviews hold it and somebody has lived it, not only imagined it.",
    "jobs:clusters",
    "Go to the clusters",
)

NAMED_FROM = 3.5  # points of the score: a narrower part has no room for its letter; the table names it
# criterion -> ground and pattern of its part of a bar: told apart in grey and in black and white
GROUNDS = {
    "prevalence": (INK, ""),
    "opportunity": (LINE_STRONG, ""),
    "struggle": (HOVER, ""),
    "business": (INK, "/"),
    "fit": (LINE_STRONG, "x"),
    "feasibility": (INK, "."),
}
LEGEND = {  # one line over the bars
    "orientation": "h",
    "x": 0,
    "xanchor": "left",
    "y": 1,
    "yref": "container",
    "yanchor": "top",
    "traceorder": "normal",
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
        base=_everybody(ranked),
        how=_how("rank"),
        heads=(
            Head("Job"),
            Head("Rank", True),
            Head("From", True),
            Head("To", True),
            Head("In the top 3", True),
        ),
        rows=tuple(_interval_row(line) for line in ranked),
        figure=_intervals(ranked) if ranked else None,
        empty=NOT_RANKED,
        missing="as all are",
    )


def _how(column: str) -> str:
    return f"{BY_KEY[column].formula} {BY_KEY[column].source}"


def _everybody(ranked: Sequence[Line]) -> str:
    rows = [Standing(line.job.pk, line.job.statement, line.rank, flat(line.row)) for line in ranked]
    return everybody(rows[0].n if rows else 0, rows)


def _interval_row(line: Line) -> Row:
    row = line.row
    ranks = (row["rank"], row["rank_low"], row["rank_high"])
    return Row((line.job.statement, *ranks, line.top3 or None), line.job.pk)


def _intervals(ranked: Sequence[Line]) -> Figure:
    last = max(line.row["rank_high"] for line in ranked)
    drawn = layout(
        height=90 + row_height(len(ranked)) * len(ranked),
        xaxis=axis("Rank", range=[0.5, last + 0.5], **round_ticks(last), side="top"),
        yaxis=row_axis([line.job.statement for line in ranked]),
        annotations=_ends(ranked, "rank_high", in_words, shift=12),
        margin={"l": 8, "r": 84, "t": 48, "b": 8},
    )
    return in_rows([_ranks(ranked)], drawn, len(ranked))


def _ranks(ranked: Sequence[Line]) -> dict[str, Any]:
    ranks, lows, highs = ([line.row[key] for line in ranked] for key in ("rank", "rank_low", "rank_high"))
    places = list(range(len(ranked)))
    return {
        "type": "scatter",
        "mode": "markers",
        "x": ranks,
        "y": places,
        "error_x": whiskers(ranks, lows, highs, width=5),
        "marker": {"color": INK, "size": 10},
        "text": [line.job.statement for line in ranked],
        "hovertext": [in_words(line) for line in ranked],
        "customdata": places,
        "hovertemplate": "%{text}<br>%{hovertext}<extra></extra>",
    }


def _ends(
    ranked: Sequence[Line], number: str, words: Callable[[Line], str], *, shift: int
) -> list[dict[str, Any]]:
    """Words to the right of each row's mark, which ends at `number`."""
    return [
        note(line.row[number], place, words(line), xanchor="left", xshift=shift, font={"color": INK})
        for place, line in enumerate(ranked)
    ]


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
        base=_everybody(ranked),
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
    scores = (tenths(line.row["score"]), *(tenths(parts.get(key)) for key in used))
    return line.job.statement, line.rank, *scores, percent(line.row["coverage"])


def _contributions(ranked: Sequence[Line], used: Sequence[str]) -> Figure:
    drawn = layout(
        height=112 + row_height(len(ranked)) * len(ranked),
        barmode="stack",
        bargap=0.36,
        xaxis=axis("Score", range=[0, 104], dtick=20, side="top"),
        yaxis=row_axis([line.job.statement for line in ranked]),
        annotations=_ends(ranked, "score", lambda line: f"{rounded(line.row['score'], 0)}", shift=6),
        showlegend=True,
        legend=LEGEND,
        margin={"l": 8, "r": 36, "t": 84, "b": 8},
    )
    return in_rows([_criterion(ranked, key) for key in used], drawn, len(ranked))


def _criterion(ranked: Sequence[Line], key: str) -> dict[str, Any]:
    ground, pattern = GROUNDS[key]
    parts = [_part(place, line, key) for place, line in enumerate(ranked) if key in line.row["contributions"]]
    ink = SURFACE if ground == INK and not pattern else INK
    return bar_parts(f"{LETTERS[key]} {WEIGHTED[key]}", parts, ground=ground, pattern=pattern, ink=ink)


def _part(place: int, line: Line, key: str) -> Part:
    points = line.row["contributions"][key]
    text = f"{LETTERS[key]} {points:.0f}" if points >= NAMED_FROM else ""
    return Part(place, points, text, f"{line.job.statement}: {WEIGHTED[key]} adds {rounded(points)}")
