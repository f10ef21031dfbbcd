"""The two hours of a strategy workshop, step by step (method 7.3). Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """What the room does for `minutes`, and how the room is set for it.

    `phase` is the one that all look at (None: all four); `silent` hides new cards from others; `votes` lets
    people place their dots.
    """

    key: str
    title: str
    words: str
    minutes: int
    phase: int | None = None
    silent: bool = False
    votes: bool = False


def _write(phase: int, minutes: int) -> Stage:
    words = "One thought a card, needs before solutions."
    return Stage(f"write{phase}", f"Write silently, phase {phase}", words, minutes, phase, silent=True)


STAGES = (
    Stage(
        "begin",
        "Job and evidence",
        "Look at the job, at what the interviews say in each phase, and at the constraints.",
        10,
    ),
    Stage(
        "read",
        "Read the quotes",
        "Read in silence what people said. What surprises you becomes a question card.",
        10,
    ),
    _write(1, 6),
    _write(2, 6),
    _write(3, 6),
    _write(4, 7),
    Stage("reveal", "Reveal, group, name", "Read all. Put together what means the same, and name it.", 15),
    Stage("vote", "Vote", "Place your dots on the cards that would help the customer most.", 15, votes=True),
    Stage(
        "shape",
        "Shape the strongest",
        "Make the one or two strongest cards of each phase a strategy: hypothesis, KPI, partner.",
        25,
    ),
    Stage(
        "act",
        "Owners, dates, first small change",
        "Write action cards and give each an owner and a date; small ones first.",
        12,
    ),
    Stage(
        "check",
        "Check and export",
        "Would the customer welcome this, knowing our intention? Then end the workshop and take the minutes.",
        8,
    ),
)
STAGE_OF = {stage.key: stage for stage in STAGES}


def after(key: str) -> Stage | None:
    """The stage after this one: the first where none was begun, None behind the last."""
    keys = ["", *STAGE_OF]
    place = keys.index(key) + 1 if key in keys else len(keys)
    return STAGE_OF[keys[place]] if place < len(keys) else None


def starts_at(key: str) -> int:
    """In which minute of the workshop a stage begins, by the plan."""
    places = list(STAGE_OF)
    return sum(stage.minutes for stage in STAGES[: places.index(key)])
