"""What if: the ranking with other weights and without some of the people. Nothing here is ever stored.

The draws of a study are kept by the digest of what its ranking was computed from, so that a moved slider only
weighs them anew. A page names the digest that it was opened with and keeps its numbers until it is loaded
again; where this process does not know it (any more), everything is read afresh.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import QueryDict

from jobs.models import Priority, Scenario
from jobs.queries.priorities import Known
from jobs.queries.ranking import DRAWS, SEED, Row, places
from jobs.queries.samples import Material, Without, material
from jobs.standing import WEIGHTED, chance, rounded
from studies.counting import counted
from studies.models import Study

if TYPE_CHECKING:
    from jobs.scoring import Drawn

TOP_WEIGHT = 10.0
SAID = ("prevalence", "struggle", "opportunity")  # criteria in which people can be left out
KEPT_BASES, KEPT_DRAWS = 4, 4  # of 200 jobs: 20 MB a draw


# --- what is asked ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class State:
    """Weights as the sliders stand, criteria switched off, and who is left out."""

    weights: Mapping[str, float]
    off: frozenset[str] = frozenset()
    without: Without = field(default_factory=Without)

    @property
    def counting(self) -> dict[str, float]:
        """A criterion that is switched off weighs nothing."""
        return {name: 0 if name in self.off else weight for name, weight in self.weights.items()}

    def query(self, today: Mapping[str, float], *, against: str = "") -> str:
        """The address that leads here again: only what differs from today."""
        pairs: list[tuple[str, Any]] = [
            (name, f"{weight:g}") for name, weight in self.weights.items() if weight != today.get(name, 0)
        ]
        pairs += [("off", name) for name in sorted(self.off)]
        pairs += [("segment", name) for name in sorted(self.without.segments)]
        pairs += [("interview", pk) for pk in sorted(self.without.interviews)]
        pairs += [("respondent", key) for key in sorted(self.without.respondents)]
        return urlencode(pairs + ([("against", against)] if against else []))


def read_state(asked: QueryDict, today: Mapping[str, float], base: Base) -> State:
    """What makes no sense, or names somebody who has gone, is left aside: a link outlives its study."""
    weights = {name: _weight(asked.get(name), today.get(name, 0)) for name in WEIGHTED}
    return State(
        weights,
        frozenset(asked.getlist("off")) & set(WEIGHTED),
        Without(
            frozenset(asked.getlist("segment")) & base.segments,
            frozenset(int(pk) for pk in asked.getlist("interview") if f"interview:{pk}" in base.voices),
            frozenset(key for key in asked.getlist("respondent") if f"respondent:{key}" in base.voices),
        ),
    )


def _weight(text: str | None, today: float) -> float:
    try:
        weight = float(text) if text else today
    except ValueError:
        return today
    return min(max(weight, 0.0), TOP_WEIGHT) if math.isfinite(weight) else today


def state_of(scenario: Scenario) -> State:
    without = Without(
        frozenset(scenario.without_segments),
        frozenset(scenario.without_interviews.values_list("pk", flat=True)),
        frozenset(scenario.without_respondents),
    )
    weights = {name: _weight(str(scenario.weights.get(name, 0)), 0) for name in WEIGHTED}
    return State(weights, without=without)


# --- what it is asked of ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Base:
    """What the ranking `digest` was computed from, and that ranking itself."""

    digest: str
    material: Material
    rows: Sequence[Row]
    weights: Mapping[str, float]

    @property
    def voices(self) -> Mapping[str, str]:
        """Everybody who can be left out -> segment."""
        return self.material.segments

    @property
    def segments(self) -> set[str]:
        return set(self.voices.values())


_lock = Lock()
_bases: OrderedDict[tuple[int, str], Base] = OrderedDict()
_draws: OrderedDict[tuple[str, Without], tuple[Material, Drawn]] = OrderedDict()


def base_of(study: Study, known: Known, priority: Priority) -> Base:
    """Kept for the requests that follow from the same page, and for whoever opens it on the same numbers."""
    if base := kept_base(study, priority.input_digest):
        return base
    base = Base(priority.input_digest, material(known), priority.rows, priority.weights)
    with _lock:
        _keep(_bases, (study.pk, base.digest), base, KEPT_BASES)
    return base


def kept_base(study: Study, digest: str) -> Base | None:
    """Only a base of this very study."""
    with _lock:
        return _bases.get((study.pk, digest))


def _drawn(base: Base, without: Without) -> tuple[Material, Drawn]:
    key = (base.digest, without)
    with _lock:
        if key in _draws:
            _draws.move_to_end(key)
            return _draws[key]
    rest = base.material.leave_out(without)
    found = rest, _redrawn(base, rest, without)
    with _lock:
        _keep(_draws, key, found, KEPT_DRAWS)
    return found


def _redrawn(base: Base, rest: Material, without: Without) -> Drawn:
    """Only what interviews and respondents say; colleagues and business ranges stay as they were drawn."""
    from jobs.scoring import draw

    if not without:
        return draw(rest.jobs, rest.samples, draws=DRAWS, seed=SEED)
    said = {name: sample for name, sample in rest.samples.items() if name in SAID}
    return _drawn(base, Without())[1].but(draw(rest.jobs, said, draws=DRAWS, seed=SEED))


def _keep(kept: OrderedDict[Any, Any], key: Any, value: Any, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)


def ranked(base: Base, state: State) -> list[Row]:
    """In rank order; nothing where no criterion counts or nobody is left."""
    if not base.material.jobs or not any(state.counting.values()):
        return []
    drawn = _drawn(base, state.without)  # today's too: the first slider that moves finds them
    if not state.without and all(base.weights.get(name, 0) == n for name, n in state.counting.items()):
        return list(base.rows)
    return places(*drawn, state.counting)


# --- what comes of it ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Moved:
    """One job here, and where it stands in what it is compared with. Positions in percent, for drawing."""

    row: Row
    statement: str
    before: int | None
    driver: tuple[str, float] | None
    last: int  # the lowest rank
    own: bool = True  # False: this job has nothing of the driver, only the others have

    @property
    def rank(self) -> int | None:
        return self.row["rank"]  # type: ignore[no-any-return]

    @property
    def steps(self) -> int:
        """Up is positive; 0 where it stays or is ranked on one side only."""
        return self.before - self.rank if self.before and self.rank else 0

    @property
    def steps_down(self) -> int:
        return -self.steps

    @property
    def top3(self) -> str:
        return "" if self.row["p_top3"] is None else chance(self.row["p_top3"])

    @property
    def places(self) -> tuple[float, float, float]:
        """Rank, best and worst rank along a line from the first to the last."""
        span = max(self.last - 1, 1)
        ends = (self.row["rank"], self.row["rank_low"], self.row["rank_high"])
        return tuple(round(100 * (end - 1) / span, 1) for end in ends)

    @property
    def score(self) -> str:
        return f"{rounded(self.row['score'], 0)}"

    @property
    def coverage(self) -> int:
        """How much of what counts here is known of the job, in percent."""
        share: float = self.row["coverage"]
        return round(100 * share)

    @property
    def driven(self) -> str:
        """What drove the move, in words."""
        if self.driver is None or not self.steps:
            return ""
        name, points = self.driver
        points = points if self.own else -points
        whose = "" if self.own else "the others: "
        return f"{whose}{WEIGHTED[name].lower()} {'+' if points > 0 else '−'}{rounded(abs(points))}"


def compared(here: Sequence[Row], there: Sequence[Row], statements: Mapping[int, str]) -> list[Moved]:
    """Each job that still exists, in the order of `here`."""
    from jobs.scoring import drivers

    before = {row["job"]: row for row in there}
    driven = drivers(*({str(row["job"]): row["contributions"] for row in rows} for rows in (there, here)))
    last = sum(row["rank"] is not None for row in here)
    return [
        _moved(row, before.get(row["job"]), statements[row["job"]], driven.get(str(row["job"]), ()), last)
        for row in here
        if row["job"] in statements
    ]


def _moved(
    row: Row, there: Row | None, statement: str, changes: Sequence[tuple[str, float]], last: int
) -> Moved:
    before = there["rank"] if there else None
    driver = _driver(changes, (before or 0) - (row["rank"] or 0))
    known = {*row["contributions"], *(there["contributions"] if there else ())}
    return Moved(row, statement, before, driver, last, own=not driver or driver[0] in known)


def _driver(changes: Sequence[tuple[str, float]], steps: int) -> tuple[str, float] | None:
    """The largest change that points the way the job went."""
    return next((change for change in changes if change[1] * steps > 0), None)


def summary(moved: Sequence[Moved], against: str) -> str:
    """One sentence, read aloud after each change."""
    if not moved:
        return "Nothing counts here: switch a criterion on, or let somebody back in."
    first = next((line for line in moved if line.rank), None)
    if first is None:
        return "No job has enough evidence here."
    movers = [line for line in moved if line.steps]
    gone = sum(line.before is not None and line.rank is None for line in moved)
    said = [f"First: {first.statement}."]
    moves = f"{counted(len(movers), 'job')} moved against {against}."
    said.append(moves if movers else f"Same order as {against}.")
    if gone:
        said.append(f"{counted(gone, 'job')} would lack the evidence to be ranked.")
    return " ".join(said)


def segments(voices: Mapping[str, str]) -> list[tuple[str, int, int]]:
    """Each segment with its interviews and its respondents."""
    found: dict[str, list[int]] = {}
    for voice, segment in voices.items():
        found.setdefault(segment, [0, 0])[voice.startswith("respondent:")] += 1
    return [(segment, interviews, asked) for segment, (interviews, asked) in sorted(found.items())]
