"""What a ranking cannot tell, as a board paper says it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jobs.papers.job_page import not_known
from jobs.papers.numbers import Notes, Numbers, day
from jobs.papers.tree import Entry, Figure, Line, Material, Part
from jobs.scoring import MIN_INTERVIEWS, seen_at_least_once
from jobs.scoring.simulation import TIED_BELOW
from jobs.standing import Standing, chance
from studies.counting import counted

RARE = 0.1  # the share that "what N can miss" is told for
NOT_SHARES = "Interview counts are not market shares."


def what_it_cannot_tell(material: Material, ranked: Sequence[Standing]) -> Part:
    notes = Notes(material)
    entries = [
        Entry(NOT_SHARES, _no_shares(ranked, notes, material.draws)),
        Entry("What was not met", _can_miss(material, notes)),
        Entry("Evidence gate", _gate(material)),
        Entry("Missing numbers", _gaps(material, ranked, notes)),
        Entry("Ties", certainty(ranked, notes, material.draws)),
        Entry("Importance and satisfaction", (_judged(ranked),)),
        Entry("Quotes", (_quoted(material),)),
    ]
    return Part("What it cannot tell", tuple(entries), notes.done())


def _no_shares(ranked: Sequence[Standing], notes: Notes, draws: int) -> Line:
    said = "The people were chosen, not drawn by lot: an interval speaks only of people recruited like these."
    if not ranked:
        return (said,)
    heard = Numbers(ranked[0], notes, draws).heard(interval=False)
    return (
        "“Heard in ",
        heard,
        "” says how many of these people hold the job, not how many customers do. ",
        said,
    )


def _can_miss(material: Material, notes: Notes) -> Line:
    if not material.n:
        return ("Nobody has been interviewed yet.",)
    seen = notes.figure(chance(seen_at_least_once(RARE, material.n)), "1 − (1 − 0.1)ᴺ, computed.")
    people = f" by {counted(material.n, 'interview')}; otherwise it is missed altogether."
    return ("A job that one in ten such people has is met at least once with a chance of ", seen, people)


def _gate(material: Material) -> Line:
    gated = sum(1 for row in material.standings if not row.rank)
    rule = f"A job is ranked once {MIN_INTERVIEWS} interviews hold it and somebody lived it, not imagined it."
    kept = (
        f" {counted(gated, 'job')} below that {'is' if gated == 1 else 'are'} listed without a rank."
        if gated
        else ""
    )
    return (rule + kept,)


def _gaps(material: Material, ranked: Sequence[Standing], notes: Notes) -> Line:
    """Criterion by criterion, for how many of the ranked jobs it is missing."""
    absent = [name for row in ranked for name in not_known(row, material.weights)]
    if not absent:
        return ("Every ranked job has every criterion that counts.",)
    told: list[str | Figure] = []
    for name in dict.fromkeys(absent):
        why = f"Ranked jobs of which this criterion is not known, of {counted(len(ranked), 'ranked job')}."
        begin = f"{name[:1].upper()}{name[1:]} is missing for " if not told else f", {name} for "
        told += [begin, notes.figure(f"{absent.count(name)} of {counted(len(ranked), 'job')}", why)]
    return (*told, ". What is missing is left out and never counts as zero.")


def _judged(ranked: Sequence[Standing]) -> str:
    sources = {row.word("source") or "colleagues" for row in ranked if row.opportunity}
    if not sources:
        return "Nobody has rated them, so there is no opportunity score."
    if sources == {"survey"}:
        return "Rated by survey respondents, who are told apart from the people interviewed."
    who = (
        "colleagues"
        if sources == {"colleagues"}
        else "colleagues for some jobs, by respondents for the others"
    )
    return f"Rated by {who}. What colleagues believe of customers is a direction, not a measurement."


def _quoted(material: Material) -> str:
    when = (
        f" They are those of {day(material.made_on)}, when this paper was made." if material.approval else ""
    )
    return (
        "Chosen for what was lived through rather than imagined, one a person where possible; people appear "
        f"under pseudonyms, and nobody who withdrew consent is quoted.{when}"
    )


def certainty(ranked: Sequence[Standing], notes: Notes, draws: int) -> Line:
    if not ranked:
        return ("No job has enough evidence to be ranked.",)
    under = f"under {100 * TIED_BELOW:.0f} %"
    why = f"Ranks in {draws:,} simulated repetitions; tied: the first of them leads in {under} of these."
    told: list[str | Figure] = []
    if ranked[0].high_rank == 1:
        told.append("The first place is steady.")
    else:
        told += [
            "The first could be ",
            notes.figure(f"rank 1 to {ranked[0].high_rank}", why, notes.everybody),
            ".",
        ]
    apart = [notes.figure(f"{low} to {high}", why, notes.everybody) for low, high in ties(ranked)]
    if apart:
        told += [" The evidence does not tell apart ranks ", *_listed(apart), "."]
    return (*told, " Where intervals overlap, do not argue about the order.")


def _listed(figures: Sequence[Figure]) -> Iterable[str | Figure]:
    for place, figure in enumerate(figures):
        if place:
            yield " and " if place == len(figures) - 1 else ", "
        yield figure


def ties(ranked: Iterable[Standing]) -> list[tuple[int, int]]:
    """First and last rank of each group of jobs that the evidence does not part."""
    groups: dict[int, list[int]] = {}
    for row in ranked:
        groups.setdefault(row.whole("tie") or (row.rank or 0), []).append(row.rank or 0)
    return [
        (min(ranks), max(ranks)) for ranks in groups.values() if len(ranks) > 1 and max(ranks) > min(ranks)
    ]
