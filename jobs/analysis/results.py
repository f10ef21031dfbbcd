"""What goes into the analysis and what comes out: statements, and groups told with their certainty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Statement:
    """What somebody is after, in one sentence. `interview` names the voice that it comes from."""

    key: str
    text: str
    interview: str


@dataclass(frozen=True)
class Member:
    """`similarity` to the other members' centre, `margin` over the next group's centre (None: only group),
    `agreement`: share of views that put it with the other members, `stability`: share of the resamples it
    appeared in, in which its group was found again with it inside (None: not resampled, or held by a pin)."""

    key: str
    similarity: float
    margin: float | None
    agreement: float
    stability: float | None = None


@dataclass(frozen=True)
class Group:
    """`fixed` is the accepted group that its fixed members belong to. `interviews` counts voices.

    `stability` is the share of `resamples` in which the group was found again, `stands_on` the interviews
    each of which, left out alone, makes it fall (see certainty.py for both).
    """

    members: tuple[Member, ...]
    cohesion: float
    agreement: float
    medoid: str
    phrases: tuple[str, ...]
    name: str
    interviews: int
    fixed: str | None = None
    stability: float | None = None
    resamples: int = 0
    stands_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grouping:
    """No groups means: nothing holds together. Groups come largest first, members by similarity."""

    groups: tuple[Group, ...]
    outliers: tuple[str, ...]
    encoder: str
    versions: Mapping[str, str]


def rounded(value: float | np.floating) -> float:
    """Six digits: what lies beyond depends on the processor."""
    return round(float(value), 6)
