"""Which way the forces lean, job by job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interviews import kinds
from jobs.charts.parts import (
    INK,
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
    row_axis,
    row_height,
    tenths,
)
from jobs.queries.charts import Leaning
from jobs.standing import rounded
from studies.counting import counted

NOTHING_RATED = Empty(
    "No force has an intensity yet",
    "The balance needs pushes, pulls, habits and anxieties with an intensity from 0 to 4, in interviews that "
    "hold a generalised job.",
    "interviews:list",
    "Go to the interviews",
)

# force, side it is drawn on, pattern; from the middle
SIDES = (("push", 1, ""), ("pull", 1, "/"), ("habit", -1, ""), ("anxiety", -1, "\\"))
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
        how="(push + pull) − (anxiety + habit), mean intensities over the interviews that hold the job and "
        "rated any force. One that was not heard in an interview counts with 0 there; one that was heard "
        "and not rated does not count. The inequality is Moesta’s; the arithmetic is this project’s.",
        heads=(
            Head("Job"),
            Head("Lean"),
            Head("Push", True),
            Head("Pull", True),
            Head("Habit", True),
            Head("Anxiety", True),
            Head("Interviews", True),
        ),
        rows=tuple(_row(each) for each in leaning),
        figure=_forces(leaning) if leaning else None,
        empty=NOTHING_RATED,
        missing="not rated",
    )


def _row(each: Leaning) -> Row:
    means = (tenths(each.forces[kind]) for kind in kinds.FORCES)
    return Row((each.job.statement, WORDS[each.lean], *means, each.n), each.job.pk)


def _forces(leaning: Sequence[Leaning]) -> Figure:
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
        annotations=[_lean(place, each) for place, each in enumerate(leaning)],
        margin={"l": 8, "r": 8, "t": 60, "b": 8},
    )
    return in_rows([_force(leaning, *side) for side in SIDES], drawn, len(leaning))


def _lean(place: int, each: Leaning) -> dict[str, Any]:
    """Beside the right end of the bars."""
    end = (each.forces["push"] or 0) + (each.forces["pull"] or 0)
    return note(end, place, LEANS[each.lean], name="lean", xanchor="left", xshift=6, font={"color": INK})


def _force(leaning: Sequence[Leaning], kind: str, sign: int, pattern: str) -> dict[str, Any]:
    parts = [_part(place, each, kind, sign) for place, each in enumerate(leaning)]
    given = [part for part in parts if part]
    ink = INK if pattern else SURFACE
    return bar_parts(kind, given, ground=f"--el-{kind}", pattern=pattern, ink=ink)


def _part(place: int, each: Leaning, kind: str, sign: int) -> Part | None:
    mean = each.forces[kind]
    if mean is None:
        return None
    text = f"{kinds.BY_CODE[kind].letter} {rounded(mean)}"
    return Part(place, round(sign * mean, 2), text, f"{each.job.statement}: {kind} {rounded(mean)} of 4")
