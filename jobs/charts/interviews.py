"""What the interviews say: who has which job, which way forces lean, whether more interviews add to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interviews import kinds
from jobs.charts.parts import (
    FEW,
    HEADING,
    INK,
    LINE_STRONG,
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
    in_rows,
    layout,
    note,
    pattern_of,
    percent,
    round_ticks,
    rounded,
    row_axis,
    row_height,
)
from jobs.queries.charts import Heard, Leaning, Segment
from jobs.queries.saturation import Curve, Step

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "star", "hexagon", "cross")
SEGMENT_HEIGHT = 24
QUARTERS = [0, 25, 50, 75, 100]
MOST_MARKED = 60  # points of a line that still stand apart
WORDS_A_LINE = 7  # that stand beside each other in a chart on a phone
TITLE = {"color": INK, "size": 13, "weight": 600}
NOTHING_HEARD = Empty(
    "No job has been generalised yet",
    "Once individual jobs of several interviews are one generalised job, the chart tells who has it.",
    "jobs:clusters",
    "Go to the clusters",
)
NOTHING_RATED = Empty(
    "No force has an intensity yet",
    "The balance needs pushes, pulls, habits and anxieties with an intensity from 0 to 4, in interviews that "
    "hold a generalised job.",
    "interviews:list",
    "Go to the interviews",
)
NOTHING_CAPTURED = Empty(
    "Nothing has been captured yet",
    "Once interviews are captured and their jobs generalised, the curve shows what each first said.",
    "interviews:list",
    "Go to the interviews",
)


# --- prevalence by segment -----------------------------------------------------------------------------
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
        base=", ".join(f"{each.name} {counted(each.n, 'interview')}" for each in segments),
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
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [
                round(100 * share.high - value, 1) for share, value in zip(shares, values, strict=True)
            ],
            "arrayminus": [
                round(value - 100 * share.low, 1) for share, value in zip(shares, values, strict=True)
            ],
            "color": MUTED,
            "thickness": 2,
            "width": 4,
        },
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


# --- forces ------------------------------------------------------------------------------------------------
SIDES = (
    ("push", 1, ""),
    ("pull", 1, "/"),
    ("habit", -1, ""),
    ("anxiety", -1, "\\"),
)  # outwards from the middle
LEANS = {"promoting": "toward ▶", "blocking": "◀ against", "even": "in balance"}
WORDS = {"promoting": "toward the switch", "blocking": "against the switch", "even": "in balance"}


def forces(leaning: Sequence[Leaning], interviews: int) -> Chart:
    """Push and pull to the right, habit and anxiety to the left: the lean in words, the length is ordinal."""
    return Chart(
        key="forces",
        title="Which way do the forces lean?",
        reading="Right: what drives people to the switch, push (P) and pull (L). Left: what holds them back, "
        "habit (H) and anxiety (A). Mean intensities, 0 to 4, as researchers judged them: read the "
        "direction, not the length.",
        base=counted(interviews, "interview"),
        how="(push + pull) − (anxiety + habit), mean intensities over the interviews that hold the job; a "
        "force that nobody rated adds nothing. The inequality is Moesta’s; the arithmetic is this project’s.",
        heads=(
            Head("Job"),
            Head("Lean"),
            Head("Push", True),
            Head("Pull", True),
            Head("Habit", True),
            Head("Anxiety", True),
            Head("Interviews that hold it", True),
        ),
        rows=tuple(
            Row(
                (
                    each.job.statement,
                    WORDS[each.lean],
                    *(rounded(each.forces[kind]) for kind in kinds.FORCES),
                    each.n,
                ),
                each.job.pk,
            )
            for each in leaning
        ),
        figure=_forces(leaning) if leaning else None,
        empty=NOTHING_RATED,
        missing="not rated",
    )


def _forces(leaning: Sequence[Leaning]) -> Figure:
    ends = [sum(each.forces[kind] or 0 for kind in ("push", "pull")) for each in leaning]
    notes = [
        note(end, place, LEANS[each.lean], name="lean", xanchor="left", xshift=6, font={"color": INK})
        for place, (each, end) in enumerate(zip(leaning, ends, strict=True))
    ]
    drawn = layout(
        height=84 + row_height(len(leaning)) * len(leaning),
        barmode="relative",
        bargap=0.36,
        xaxis=axis(
            "◀ against · toward the switch ▶",
            range=[-8.2, 10.4],
            tickvals=[-8, -4, 0, 4, 8],
            ticktext=["8", "4", "0", "4", "8"],
            side="top",
            zeroline=True,
            zerolinecolor=INK,
            zerolinewidth=2,
        ),
        yaxis=row_axis([each.job.statement for each in leaning]),
        annotations=notes,
        margin={"l": 8, "r": 8, "t": 60, "b": 8},
    )
    return in_rows([_force(leaning, *side) for side in SIDES], drawn, len(leaning))


def _force(leaning: Sequence[Leaning], kind: str, sign: int, pattern: str) -> dict[str, Any]:
    held = [(place, each) for place, each in enumerate(leaning) if each.forces[kind] is not None]
    letter, hue = kinds.BY_CODE[kind].letter, f"--el-{kind}"
    means = [each.forces[kind] or 0 for _, each in held]
    return {
        "type": "bar",
        "orientation": "h",
        "name": kind,
        "x": [round(sign * mean, 2) for mean in means],
        "y": [place for place, _ in held],
        "marker": {
            "color": hue,
            "line": {"color": hue if pattern else SURFACE, "width": 1},
            "pattern": pattern_of(pattern, hue),
        },
        "text": [f"{letter} {mean:.1f}" for mean in means],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"color": INK if pattern else SURFACE, "size": 11},
        "hovertext": [
            f"{each.job.statement}: {kind} {mean:.1f} of 4"
            for (_, each), mean in zip(held, means, strict=True)
        ],
        "customdata": [place for place, _ in held],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


# --- saturation ----------------------------------------------------------------------------------------
def saturation(curve: Curve) -> Chart:
    """What each interview was the first to say, as bars; what is known after it, as a line over them."""
    return Chart(
        key="saturation",
        title="Does another interview still say something new?",
        reading="Bars: generalised jobs that nobody before had. Line: all that are known by then. A line "
        "that has gone flat means that the last interviews repeated what was known.",
        base=counted(len(curve.steps), "interview"),
        how="Interviews in the order in which they were held. What is new counts the generalised jobs "
        f"that nobody before had; the new ones of {curve.run} interviews in a row are divided by what "
        f"the first {curve.base} knew. The first run at or below {curve.threshold} % is where "
        "saturation counts as reached (Guest, Namey and Chen 2020; base 4, run 2 and 5 % are this "
        "project’s defaults). It depends on how the jobs were generalised: a coarser map saturates "
        "earlier. A job that one in ten people has is met with probability 0.57 in 8 interviews, 0.72"
        " in 12, 0.88 in 20.",
        heads=(
            Head("No.", True),
            Head("Interview"),
            Head("Held", True),
            Head("New", True),
            Head("Known", True),
            Head("New in the run ÷ base", True),
            Head("First said here"),
        ),
        rows=tuple(Row(_step(curve, step), step.interview.pk) for step in curve.steps),
        figure=_saturation(curve) if curve.steps else None,
        empty=NOTHING_CAPTURED,
        named=1,
        opens="interviews:capture",
        missing="no date",
    )


def _step(curve: Curve, step: Step) -> tuple[Cell, ...]:
    held = step.interview.held_on
    return (
        step.number,
        step.interview.participant.pseudonym,
        f"{held.day} {held:%b %Y}" if held else None,
        len(step.new),
        step.known,
        _of_run(curve, step),
        "; ".join(step.new) or "nothing new",
    )


def _of_run(curve: Curve, step: Step) -> str:
    if step.run_new is None:
        return "base" if step.number <= curve.base else "run begins"
    if step.share is None:
        return f"{step.run_new}, the base is empty"
    reached = ", reached" if step.number == curve.reached_at else ""
    return f"{step.run_new} of {curve.base_known}, {percent(step.share)} %{reached}"


def _saturation(curve: Curve) -> Figure:
    numbers = [step.number for step in curve.steps]
    names = [step.interview.participant.pseudonym for step in curve.steps]
    rows = list(range(len(numbers)))
    bars = {
        "type": "bar",
        "x": numbers,
        "y": [len(step.new) for step in curve.steps],
        "marker": {"color": LINE_STRONG},
        "text": names,
        "textposition": "none",
        "customdata": rows,
        "hovertemplate": "%{text}: %{y} new<extra></extra>",
    }
    known = {
        "type": "scatter",
        "mode": "lines" if len(numbers) > MOST_MARKED else "lines+markers",
        "x": numbers,
        "y": [step.known for step in curve.steps],
        "line": {"color": INK, "width": 2},
        "marker": {"color": INK, "size": 6},
        "text": names,
        "customdata": rows,
        "hovertemplate": "after %{text}: %{y} known<extra></extra>",
    }
    top = curve.steps[-1].known * 1.18 + 1
    drawn = layout(
        height=320,
        xaxis=axis(
            "Interview, in the order held",
            range=[0.4, len(numbers) + 0.6],
            showgrid=False,
            **round_ticks(len(numbers)),
        ),
        yaxis=axis("Generalised jobs", range=[0, top]),
        shapes=_marks(curve, top),
        annotations=[*_line_names(curve), *_mark_names(curve, top)],
        margin={"l": 52, "r": 16, "t": 16, "b": 48},
    )
    return {"data": [bars, known], "layout": drawn}


def _line_names(curve: Curve) -> list[dict[str, Any]]:
    """Both at the right end, where least is drawn: the bars are low by then."""
    last = curve.steps[-1]
    bars = max(len(step.new) for step in curve.steps[-1 - len(curve.steps) // 3 :])
    at_the_end = {"xanchor": "right", "yanchor": "bottom"}
    return [
        note(last.number, last.known, f"{last.known} known", font={"color": INK}, **at_the_end),
        note(last.number, bars, "new in each", font={"color": MUTED}, **at_the_end),
    ]


def _marks(curve: Curve, height: float) -> list[dict[str, Any]]:
    """Where the base ends and, once there, where saturation was reached."""
    places = [curve.base + 0.5] if len(curve.steps) > curve.base else []
    places += [curve.reached_at] if curve.reached_at else []
    line = {"color": MUTED, "width": 1, "dash": "dot"}
    return [{"type": "line", "x0": x, "x1": x, "y0": 0, "y1": height, "line": line} for x in places]


def _mark_names(curve: Curve, height: float) -> list[dict[str, Any]]:
    """The base stands left of its line; where many interviews leave no room, on the right, one line lower."""
    style = {"yanchor": "top", "font": {"color": MUTED}}
    beside = {"xanchor": "right", "xshift": -4}
    if curve.base * WORDS_A_LINE < len(curve.steps):
        beside = {"xanchor": "left", "xshift": 4, "yshift": -16, "bgcolor": SURFACE}
    base = note(curve.base + 0.5, height, "base", **beside, **style)
    reached = note(curve.reached_at or 0, height, "reached", xanchor="left", xshift=4, **style)
    return ([base] if len(curve.steps) > curve.base else []) + ([reached] if curve.reached_at else [])
