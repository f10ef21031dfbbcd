"""Whether another interview still says something new."""

from __future__ import annotations

from typing import Any

from jobs.charts.parts import (
    DOTTED,
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
    layout,
    note,
    percent,
    round_ticks,
)
from jobs.queries.saturation import Curve, Step
from studies.counting import counted

MOST_MARKED = 60  # points of a line that still stand apart
WORDS_A_LINE = 7  # that stand beside each other in a chart on a phone
NOTHING_CAPTURED = Empty(
    "Nothing has been captured yet",
    "Once interviews are captured and their jobs generalised, the curve shows what each first said.",
    "interviews:list",
    "Go to the interviews",
)
NOTHING_GENERALISED = Empty(
    "No job has been generalised yet",
    "The curve counts generalised jobs. While there are none, it would say of every interview that it "
    "brought nothing new.",
    "jobs:clusters",
    "Go to the clusters",
)


def saturation(curve: Curve) -> Chart:
    """What each interview was the first to say, as bars; what is known after it, as a line over them."""
    return Chart(
        key="saturation",
        title="Does another interview still say something new?",
        reading="Bars: generalised jobs that nobody before had. Line: all that are known by then. A line "
        "that has gone flat means that the last interviews repeated what was known.",
        base=counted(len(curve.steps), "interview"),
        how="Interviews in the order in which they were held; those without a date come last, as they were "
        "entered. What is new counts the generalised jobs that nobody before had; individual jobs that "
        f"belong to none are not counted. The new ones of {curve.run} interviews in a row are divided by "
        f"what the first {curve.base} knew. The first run at or below {curve.threshold} % is where "
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
        figure=_saturation(curve) if curve.steps and curve.jobs else None,
        empty=NOTHING_GENERALISED if curve.steps else NOTHING_CAPTURED,
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
    count = len(curve.steps)
    top = curve.steps[-1].known * 1.18 + 1
    drawn = layout(
        height=320,
        xaxis=axis(
            "Interview, in the order held",
            range=[0.4, count + 0.6],
            showgrid=False,
            **round_ticks(count),
        ),
        yaxis=axis("Generalised jobs", range=[0, top]),
        shapes=_marks(curve, top),
        annotations=[*_line_names(curve), *_mark_names(curve, top)],
        margin={"l": 52, "r": 16, "t": 16, "b": 48},
    )
    return {"data": [_bars(curve), _line(curve)], "layout": drawn}


def _bars(curve: Curve) -> dict[str, Any]:
    return _by_interview(curve, [len(step.new) for step in curve.steps]) | {
        "type": "bar",
        "marker": {"color": LINE_STRONG},
        "textposition": "none",
        "hovertemplate": "%{text}: %{y} new<extra></extra>",
    }


def _line(curve: Curve) -> dict[str, Any]:
    return _by_interview(curve, [step.known for step in curve.steps]) | {
        "type": "scatter",
        "mode": "lines" if len(curve.steps) > MOST_MARKED else "lines+markers",
        "line": {"color": INK, "width": 2},
        "marker": {"color": INK, "size": 6},
        "hovertemplate": "after %{text}: %{y} known<extra></extra>",
    }


def _by_interview(curve: Curve, values: list[int]) -> dict[str, Any]:
    return {
        "x": [step.number for step in curve.steps],
        "y": values,
        "text": [step.interview.participant.pseudonym for step in curve.steps],
        "customdata": list(range(len(curve.steps))),
    }


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
    return [{"type": "line", "x0": x, "x1": x, "y0": 0, "y1": height, "line": DOTTED} for x in places]


def _mark_names(curve: Curve, height: float) -> list[dict[str, Any]]:
    """The base stands left of its line; where many interviews leave no room, on the right, one line lower."""
    style = {"yanchor": "top", "font": {"color": MUTED}}
    beside = {"xanchor": "right", "xshift": -4}
    if curve.base * WORDS_A_LINE < len(curve.steps):
        beside = {"xanchor": "left", "xshift": 4, "yshift": -16, "bgcolor": SURFACE}
    base = note(curve.base + 0.5, height, "base", **beside, **style)
    reached = note(curve.reached_at or 0, height, "reached", xanchor="left", xshift=4, **style)
    return ([base] if len(curve.steps) > curve.base else []) + ([reached] if curve.reached_at else [])
