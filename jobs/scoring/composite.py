"""One score out of many criteria, and which jobs may be ranked at all. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from interviews.kinds import LIVED_GRADES
from jobs.scoring.checks import within


@dataclass(frozen=True)
class Composite:
    """`score` 0-100, None where nothing is known; `contributions` add up to the score."""

    score: float | None
    coverage: float
    contributions: Mapping[str, float] = field(default_factory=dict)


def composite(weights: Mapping[str, float], values: Mapping[str, float | None]) -> Composite:
    """100 x sum(w c) / sum(w) over the criteria that have a value; coverage = sum(w known) / sum(w all).

    Criteria are on 0-1, None where unknown; raises ValueError for others. This project's own formula
    (method.md 4.1).
    """
    relative = scaled(weights)
    known = {
        name: value for name, weight in relative.items() if weight and (value := values.get(name)) is not None
    }
    for name, value in known.items():
        within(f"The criterion {name}", value, 0, 1)
    available = math.fsum(relative[name] for name in known)
    if not known:
        return Composite(None, 0.0)
    contributions = {name: 100 * relative[name] * value / available for name, value in known.items()}
    coverage = available / math.fsum(relative.values())
    return Composite(math.fsum(contributions.values()), min(coverage, 1.0), contributions)


def scaled(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights over the largest, so that weights scaled together give the same result, even tiny ones. Raises
    ValueError for a negative one, and for one that is not finite."""
    for name, weight in weights.items():
        if not math.isfinite(weight) or weight < 0:
            raise ValueError(f"The weight of {name} must be a number of at least 0.")
    top = max(weights.values(), default=0.0)
    return (
        {name: weight / top for name, weight in weights.items()} if top > 0 else dict.fromkeys(weights, 0.0)
    )


MIN_INTERVIEWS = 3


@dataclass(frozen=True)
class EvidenceGate:
    """`reason`: in a sentence, why a job is not ranked; empty where it is."""

    ranked: bool
    reason: str


def evidence_gate(n_interviews: int, grades: Iterable[str]) -> EvidenceGate:
    """Fewer than 3 interviews holding the job, or no grade A or B evidence: shown, but not ranked."""
    if n_interviews < MIN_INTERVIEWS:
        held = "1 interview holds" if n_interviews == 1 else f"{n_interviews} interviews hold"
        return EvidenceGate(False, f"Needs more evidence: {held} this job, {MIN_INTERVIEWS} are needed.")
    if not set(LIVED_GRADES) & set(grades):
        return EvidenceGate(False, "Needs more evidence: nothing observed (A) or recalled in detail (B) yet.")
    return EvidenceGate(True, "")
