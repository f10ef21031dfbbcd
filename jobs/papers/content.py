"""What a board paper says: made alike from an approved ranking and from the one of today.

Pure. Every number carries a note with what it is counted from and the day; equal notes of one part share a
mark. The writers (`pdf`, `slides`) lay this tree out and add nothing to it.
"""

from __future__ import annotations

from collections.abc import Sequence

from jobs.papers.found import held, how_it_was_found
from jobs.papers.job_page import job_page, whisker
from jobs.papers.limits import NOT_SHARES, certainty, what_it_cannot_tell
from jobs.papers.numbers import Notes, Numbers, day
from jobs.papers.tree import TOP_JOBS, Approval, Entry, Gated, Line, Material, Paper, Part, Row, Table
from jobs.standing import Standing, last_rank
from studies.counting import counted

SUMMED_UP = 3


def board_paper(material: Material) -> Paper:
    ranked = [row for row in material.standings if row.rank]
    last = last_rank(ranked)
    return Paper(
        title=material.study,
        question=material.question,
        standing=_standing(material.approval),
        dates=_dates(material),
        made_on=material.made_on.isoformat(),
        summary=_summary(material, ranked),
        ranking=_table(material, ranked, last),
        jobs=tuple(job_page(material, row, ranked, last) for row in ranked[:TOP_JOBS]),
        method=how_it_was_found(material),
        limits=what_it_cannot_tell(material, ranked),
    )


def _standing(approval: Approval | None) -> str:
    if approval is None:
        return "Not approved: the ranking as it stood on the day this paper was made."
    said = f"Approved as “{approval.name}” by {approval.by} on {day(approval.on)}."
    stop = "" if approval.note.endswith((".", "!", "?", "…")) else "."
    note = f" “{approval.note}”{stop}" if approval.note else ""
    since = f" Since then: {approval.since}." if approval.since else " Nothing has changed since."
    return said + note + since


def _dates(material: Material) -> str:
    made = f"Made on {day(material.made_on)}, {material.made_at:%H:%M}"
    return (
        f"{made} from the numbers of {day(material.on)}." if material.on != material.made_on else f"{made}."
    )


def _summary(material: Material, ranked: Sequence[Standing]) -> Part:
    notes = Notes(material)
    jobs = notes.figure(counted(len(ranked), "job"), "Generalised jobs with enough evidence to be ranked.")
    interviews = notes.interviews()
    begin: Line = (
        jobs,
        " ranked from ",
        interviews,
        f"{held(material.method)}. {NOT_SHARES}{_first(ranked)}",
    )
    leading = tuple(_leading(material, row, notes) for row in ranked[:SUMMED_UP])
    sure = Entry("How sure is the order?", certainty(ranked, notes, material.draws))
    return Part("Summary", (Entry("", begin), *leading, sure), notes.done())


def _leading(material: Material, row: Standing, notes: Notes) -> Entry:
    it = Numbers(row, notes, material.draws)
    place: Line = ("Rank ", it.place(), ", heard in ", it.heard())
    often = (", among the first three in ", it.top3(), " of simulated rankings") if row.top3 else ()
    text = (*place, *often, ".")
    return Entry(row.statement, text, next(iter(material.quotes.get(row.job or 0, ())), None))


def _first(ranked: Sequence[Standing]) -> str:
    many = min(SUMMED_UP, len(ranked))
    return {0: "", 1: " The first:"}.get(many, f" The first {many}, each with the ranks it could have:")


def _table(material: Material, ranked: Sequence[Standing], last: int) -> Table:
    notes = Notes(material)
    rows = []
    for row in ranked:
        it = Numbers(row, notes, material.draws)
        place, top3, score, heard = it.place(), it.top3(), it.score(), it.heard(interval=False)
        rows.append(Row(row.statement, place, whisker(row), top3, score, row.known, heard, row.interval))
    gated = tuple(
        Gated(row.statement, Numbers(row, notes, material.draws).heard(), row.gate)
        for row in material.standings
        if not row.rank
    )
    return Table(tuple(rows), gated, last, notes.done())
