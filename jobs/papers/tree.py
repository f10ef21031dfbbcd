"""The shapes of a board paper: the material that goes in, and the tree of words that comes out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jobs.standing import Flat, Standing

TOP_JOBS = 5  # jobs that get a page each
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def printable(text: str) -> str:
    """Control characters, which no document may hold, as the mark for a broken character."""
    return CONTROL.sub("\ufffd", text)


# --- what goes in ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Said:
    """The customer's own words under a pseudonym; `time` as m:ss in the interview, empty if unknown.

    `language` decides on hyphens, and on the voice that reads the words aloud.
    """

    text: str
    who: str
    time: str
    against: bool
    language: str = "en"


@dataclass(frozen=True)
class Approval:
    name: str
    by: str
    on: date
    note: str = ""
    since: str = ""  # what has changed since, in words


@dataclass(frozen=True)
class Material:
    """`on`: the day that the numbers are of; `made_at`: by the clock of the house, which says which of two
    papers of one day is the newer; `n`: interviews; `quotes`: job -> words, best first."""

    study: str
    question: str
    switch: str
    frame: str
    on: date
    made_at: datetime
    n: int
    draws: int
    seed: int
    weights: Mapping[str, float]
    method: Flat
    standings: Sequence[Standing]
    quotes: Mapping[int, Sequence[Said]] = field(default_factory=dict)
    approval: Approval | None = None

    @property
    def made_on(self) -> date:
        return self.made_at.date()


# --- what comes out -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Figure:
    """A number as it is read, and the mark of its note in this part."""

    text: str
    mark: int


def letter_of(mark: int) -> str:
    """1 is a, 26 is z, 27 is aa, as Typst counts: a raised number after a number would be read as a power."""
    before, last = divmod(mark - 1, 26)
    return (letter_of(before) if before else "") + chr(ord("a") + last)


Line = tuple[str | Figure, ...]


@dataclass(frozen=True)
class Whisker:
    """A rank and the ends of its interval, for drawing."""

    rank: int
    low: int
    high: int


@dataclass(frozen=True)
class Row:
    statement: str
    place: Figure
    whisker: Whisker
    top3: Figure
    score: Figure
    known: str
    heard: Figure
    interval: str


@dataclass(frozen=True)
class Gated:
    statement: str
    heard: Figure
    reason: str


@dataclass(frozen=True)
class Table:
    rows: tuple[Row, ...]
    gated: tuple[Gated, ...]
    last: int  # the axis of the drawn intervals runs from 1 to here
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    label: str
    value: Figure
    more: str


@dataclass(frozen=True)
class Bar:
    """Points of the score that one criterion gives; `share`: of the longest bar of all jobs, 0 to 1."""

    label: str
    share: float
    points: Figure


@dataclass(frozen=True)
class JobPage:
    rank: int
    statement: str
    why: Line
    facts: tuple[Fact, ...]
    bars: tuple[Bar, ...]
    missing: str
    quotes: tuple[Said, ...]
    whisker: Whisker
    last: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    head: str
    text: Line
    quote: Said | None = None


@dataclass(frozen=True)
class Part:
    title: str
    entries: tuple[Entry, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Paper:
    title: str
    question: str
    standing: str  # approved by whom, or not approved
    dates: str
    made_on: str  # ISO
    summary: Part
    ranking: Table
    jobs: tuple[JobPage, ...]
    method: Part
    limits: Part


@dataclass(frozen=True)
class Sheet:
    """One sheet of the workbook: `note` says what the rows are; `columns`: (heading, width in characters)."""

    title: str
    note: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[tuple[Any, ...]]
