"""The ranking as lines of plain numbers: what is stored, shown, drawn and compared."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from jobs.models import Criterion
from jobs.queries.priorities import Facts, Known
from jobs.queries.samples import STEPS, Material, material, worth_of

if TYPE_CHECKING:
    from jobs.scoring import Ahead, Drawn, Forces, RankedJob, Why

DRAWS = 2000
SEED = 7
Row = dict[str, Any]
Raters = tuple[Counter[str], Counter[str]]  # segment -> who rated importance, and who rated satisfaction


def rows(known: Known, weights: Mapping[str, float]) -> list[Row]:
    """In rank order; jobs without enough evidence follow, unranked, with the reason in `gate`."""
    from jobs.scoring import draw

    if not known.facts:
        return []
    whole = material(known)
    drawn = draw(whole.jobs, whole.samples, draws=DRAWS, seed=SEED)
    placed = places(whole, drawn, weights)
    return [row | extra for row, extra in zip(placed, _extras(known, whole, placed), strict=True)]


def places(material: Material, drawn: Drawn, weights: Mapping[str, float]) -> list[Row]:
    """What changes with weights and voices: rank, interval, score, what it is made of, and why it stands
    there. Gated jobs are simulated among themselves."""
    from jobs.scoring import rank, whys

    gates = _gates(material)
    column = {job: index for index, job in enumerate(drawn.jobs)}
    found: list[Row] = []
    for gated in (False, True):
        group = drawn.only({job for job, reason in gates.items() if bool(reason) is gated})
        reasons = whys({job: drawn.values(column[job]) for job in group.jobs}, weights)
        for ranked in rank(group, weights) if group.jobs else ():
            values = drawn.values(column[ranked.key])
            found.append(_place(ranked, gates[ranked.key], values, reasons.get(ranked.key)))
    held = material.held.values.sum(axis=0)
    n = len(material.held.voices)
    return [row | _heard(int(held[column[str(row["job"])]]), n) for row in found]


def _gates(material: Material) -> dict[str, str]:
    """Job -> why it is not ranked, empty where it is."""
    from jobs.scoring import evidence_gate

    held, lived = material.held.values.sum(axis=0), material.lived.values.sum(axis=0)
    return {
        job: evidence_gate(int(held[index]), "B" if lived[index] else "").reason
        for index, job in enumerate(material.jobs)
    }


def _place(ranked: RankedJob, gate: str, values: Mapping[str, float | None], why: Why | None) -> Row:
    """A gated job keeps its numbers but has no rank among the others."""
    return {
        "job": int(ranked.key),
        "values": values,
        "score": ranked.composite.score,
        "coverage": ranked.composite.coverage,
        "contributions": dict(ranked.composite.contributions),
        "rank": None if gate else ranked.rank,
        "rank_low": None if gate else ranked.rank_low,
        "rank_high": None if gate else ranked.rank_high,
        "p_top3": None if gate else ranked.p_top3,
        "tie": None if gate else ranked.tie_group,
        "gate": gate,
        "why": _why(why) if why else None,
    }


def _why(why: Why) -> Row:
    leads = [list(lead) for lead in why.leads]
    return _ahead(why.ahead) | {"leads": leads, "without": why.without, "falls_to": why.falls_to}


def _ahead(ahead: Ahead | None) -> Row:
    if ahead is None:
        return {"ahead_of": None, "ahead_by": []}
    return {
        "ahead_of": int(ahead.of),
        "ahead_by": [list(lead) for lead in ahead.by],
        "apart": ahead.apart,
        "only_here": list(ahead.only_here),
        "only_there": list(ahead.only_there),
    }


def _heard(k: int, n: int) -> Row:
    from jobs.scoring import wilson

    interval = wilson(k, n) if n else None
    return {"k": k, "n": n, "wilson": [interval.low, interval.high] if interval else None}


# --- what stands beside the rank, and does not change with weights --------------------------------------
def _extras(known: Known, whole: Material, placed: Iterable[Row]) -> Iterable[Row]:
    facts_of = {facts.job.pk: facts for facts in known.facts}
    column = {job: index for index, job in enumerate(whole.jobs)}
    tens = {"survey": _tens(whole.survey), "colleagues": _tens(whole.colleagues)}
    for row in placed:
        facts, index = facts_of[row["job"]], column[str(row["job"])]
        asked = {source: _asked(pair, index) for source, pair in tens.items()}
        business = _business(facts, known.settings.currency)
        yield _of_job(facts) | _opportunity(facts, asked, known.settings.method) | business


def _of_job(facts: Facts) -> Row:
    struggle, forces = facts.struggle, facts.forces
    return {
        "supporting": len(facts.supporting),
        "contradicting": len(facts.contradicting),
        "struggle": [math.fsum(struggle.values()) / len(struggle), len(struggle)] if struggle else None,
        "forces": dict(forces.means),
        "balance": _balance(forces),
        "raters": {criterion.value: len(facts.ratings[criterion]) for criterion in Criterion},
    }


def _tens(pair: Any) -> tuple[Any, Any]:
    importance, satisfaction = pair.tens()
    return importance.mean, satisfaction.mean


def _asked(tens: tuple[Any, Any], index: int) -> tuple[float | None, float | None]:
    importance, satisfaction = (float(means[index]) for means in tens)
    return (
        None if math.isnan(importance) else importance,
        None if math.isnan(satisfaction) else satisfaction,
    )


def _opportunity(facts: Facts, asked: Mapping[str, tuple[float | None, float | None]], method: str) -> Row:
    """`source` is whose word counts: respondents where they rated both, else colleagues; both are kept."""
    scores = {source: _score(*pair) for source, pair in asked.items()}
    source = next((name for name in ("survey", "colleagues") if scores[name] is not None), None)
    importance, satisfaction = asked[source or "colleagues"]
    return {
        "method": method,
        "source": source,
        "importance": importance,
        "satisfaction": satisfaction,
        "opportunity": scores[source] if source else None,
        "colleagues": [*asked["colleagues"], scores["colleagues"]],
        "survey": [*asked["survey"], scores["survey"]],
        "respondents": _respondents(_raters(facts)),
    }


def _score(importance: float | None, satisfaction: float | None) -> float | None:
    from jobs.scoring import opportunity

    return None if importance is None or satisfaction is None else opportunity(importance, satisfaction)


def _respondents(raters: Raters) -> dict[str, int]:
    """Segment -> respondents behind the opportunity: those who rated the less rated of its two parts."""
    less_rated = min(raters, key=lambda part: part.total())
    return dict(less_rated)


def _raters(facts: Facts) -> Raters:
    return (
        Counter(row.segment for row in facts.answers if row.imp in STEPS),
        Counter(row.segment for row in facts.answers if row.sat in STEPS),
    )


def _business(facts: Facts, currency: str) -> Row:
    """Expected contribution a year and market size, in `currency`; None without ranges."""
    worth = worth_of(facts.business)
    if worth is None:
        return {"worth": None, "market": None}
    contribution, market = worth.contribution, worth.market
    return {
        "worth": [contribution.low, worth.expected, contribution.high],
        "market": [market.low, market.high],
        "currency": currency,
    }


def _balance(forces: Forces) -> Row | None:
    """The lean of the forces over `n` interviews, and how many of them lean which way; None until any force
    was rated."""
    balance = forces.balance
    if balance is None:
        return None
    return {"value": balance.value, "lean": balance.lean, "n": forces.n, "leans": dict(forces.leans)}
