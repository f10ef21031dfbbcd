"""Interviews × generalised jobs: who holds which, how strongly, and which jobs go together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.core.paginator import Page, Paginator

from interviews import kinds
from interviews.models import Interview
from jobs.models import Evidence, Job
from jobs.overlap import jaccard, phi
from jobs.queries.priorities import counted_interviews
from jobs.queries.said import Said, said_by_element
from studies.models import Study

JOBS_A_PAGE = 25
INTERVIEWS_A_PAGE = 30
PAIRS_SHOWN = 20
ORDERS = {"often": "Most often heard", "alike": "Alike side by side", "name": "Name"}
NOTICEABLE = 0.3  # a medium correlation (Cohen 1988)
FEW = 5  # interviews below which phi says nothing (A2B-COMP)


@dataclass
class Cell:
    """One interview and one job. `strongest`: highest intensity 0-4 of its pieces, None: none was rated."""

    pieces: int = 0
    against: int = 0
    strongest: int | None = None

    def add(self, intensity: int | None) -> None:
        self.pieces += 1
        if intensity is not None:
            self.strongest = max(self.strongest or 0, intensity)


@dataclass
class Row:
    """A job with its cells by interview; an interview holds the job where its cell exists and `holds`."""

    job: Job
    held_by: set[int] = field(default_factory=set)
    cells: dict[int, Cell] = field(default_factory=dict)

    @property
    def k(self) -> int:
        return len(self.held_by)


@dataclass(frozen=True)
class Matrix:
    """`rows` and `columns` are pages; `n` counts the interviews of all columns."""

    rows: Page[Row]
    columns: Page[Interview]
    n: int
    held: Mapping[int, int]  # interview -> how many jobs it holds

    @property
    def table(self) -> list[tuple[Row, list[tuple[Interview, Cell | None, bool]]]]:
        """Row by row, the cells in the order of the columns: (interview, cell, whether it holds the job)."""
        return [
            (row, [(each, row.cells.get(each.pk), each.pk in row.held_by) for each in self.columns])
            for row in self.rows
        ]


def matrix(
    study: Study, *, order: str = "often", by: int | None = None, page: int = 1, side: int = 1
) -> Matrix:
    """`by`: an interview whose strongest jobs come first. Five queries however large the study is."""
    rows = holders(study)
    interviews = list(counted_interviews(study).select_related("participant"))
    ordered = _ordered(rows, order, by)
    held = {each.pk: sum(each.pk in row.held_by for row in rows) for each in interviews}
    return Matrix(
        Paginator(ordered, JOBS_A_PAGE).get_page(page),
        Paginator(_columns(interviews, rows, order, held), INTERVIEWS_A_PAGE).get_page(side),
        len(interviews),
        held,
    )


def holders(study: Study) -> list[Row]:
    """Every generalised job with who holds it: who an individual job was written from, or whose words support
    it (grade D counts for nothing, as everywhere)."""
    rows = {job.pk: Row(job) for job in study.jobs.filter(scope=Job.Scope.GENERALISED)}
    owner = {pk: pk for pk in rows}
    members = study.jobs.filter(general__in=rows).values_list("pk", "general_id", "interview_id")
    for pk, general, interview in members:
        owner[pk] = general
        if interview:
            rows[general].held_by.add(interview)
    _add_evidence(study, rows, owner)
    return list(rows.values())


def _add_evidence(study: Study, rows: Mapping[int, Row], owner: Mapping[int, int]) -> None:
    said = study.evidence.filter(job__in=owner, element__isnull=False, element__deleted_at=None)
    own = ("job_id", "element_id", "polarity")
    of_element = ("element__grade", "element__interview_id", "element__intensity")
    seen: set[tuple[int, int]] = set()
    for job, element, polarity, grade, interview, intensity in said.values_list(*own, *of_element):
        general = owner[job]
        if (general, element) in seen:
            continue
        seen.add((general, element))
        row = rows[general]
        cell = row.cells.get(interview) or row.cells.setdefault(interview, Cell())
        if polarity == Evidence.Polarity.CONTRADICTS:
            cell.against += 1
        elif grade in kinds.SCORING_GRADES:
            row.held_by.add(interview)
            cell.add(intensity)


# --- order -------------------------------------------------------------------------------------------
def _ordered(rows: Sequence[Row], order: str, by: int | None) -> list[Row]:
    usual = sorted(rows, key=lambda row: (-row.k, row.job.statement.casefold()))
    if by is not None:
        return sorted(usual, key=lambda row: _strength(row, by))
    if order == "name":
        return sorted(rows, key=lambda row: row.job.statement.casefold())
    return _alike(usual, lambda row: row.held_by) if order == "alike" else usual


def _strength(row: Row, interview: int) -> tuple[bool, int]:
    cell = row.cells.get(interview)
    return interview not in row.held_by, -(cell.strongest or 0) if cell else 0


def _columns(
    interviews: Sequence[Interview], rows: Sequence[Row], order: str, held: Mapping[int, int]
) -> list[Interview]:
    """By pseudonym; alike side by side where the jobs are; by how many they hold where those are by that."""
    if order == "often":
        return sorted(interviews, key=lambda each: (-held[each.pk], each.participant.sort_key))
    if order == "alike":
        jobs = {each.pk: {row.job.pk for row in rows if each.pk in row.held_by} for each in interviews}
        first = sorted(interviews, key=lambda each: (-held[each.pk], each.participant.sort_key))
        return _alike(first, lambda each: jobs[each.pk])
    return list(interviews)


def _alike(items: Sequence[Any], members: Any) -> list[Any]:
    """A chain from the first item: next comes whatever shares most with the one before (Jaccard)."""
    left, chain = list(items[1:]), list(items[:1])
    while left:
        last = members(chain[-1])
        chain.append(max(left, key=lambda each: jaccard(last, members(each))))
        left.remove(chain[-1])
    return chain


# --- one cell ----------------------------------------------------------------------------------------
def said_in(study: Study, job: Job, interview: Interview) -> list[Said]:
    """What this person said for and against the job, what speaks against it last."""
    behind = study.evidence.filter(element__interview=interview, element__deleted_at=None)
    rows = behind.filter(job__in=[job.pk, *job.members.values_list("pk", flat=True)]).select_related(
        "element__quote", "element__interview__participant"
    )
    found: dict[int, Said] = {}
    for row in rows.order_by("-polarity", "element__at_ms", "pk"):
        if row.element:
            found.setdefault(row.element.pk, said_by_element(row.element, evidence=row))
    return list(found.values())


# --- together ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Pair:
    """Two jobs: interviews that hold both, and either; None where it cannot be told."""

    one: Job
    other: Job
    both: int
    either: int
    jaccard: float
    phi: float | None

    @property
    def against_chance(self) -> str:
        """Phi in words; "" where it is not told."""
        if self.phi is None:
            return ""
        if abs(self.phi) < NOTICEABLE:
            return "about as chance"
        return "more often" if self.phi > 0 else "less often"


def pairs(rows: Iterable[Row], interviews: Iterable[int]) -> list[Pair]:
    """The pairs of jobs that most of their interviews share, first by Jaccard, then by how many."""
    everybody = sorted(interviews)
    met = [row for row in rows if row.held_by]
    found = [
        (jaccard(one.held_by, other.held_by), len(one.held_by & other.held_by), one, other)
        for one, other in combinations(met, 2)
        if one.held_by & other.held_by
    ]
    first = sorted(found, key=lambda pair: (-pair[0], -pair[1], pair[2].job.pk, pair[3].job.pk))[:PAIRS_SHOWN]
    return [_pair(one, other, everybody) for _, _, one, other in first]


def _pair(one: Row, other: Row, interviews: Sequence[int]) -> Pair:
    a = [pk in one.held_by for pk in interviews]
    b = [pk in other.held_by for pk in interviews]
    both, either = len(one.held_by & other.held_by), len(one.held_by | other.held_by)
    return Pair(one.job, other.job, both, either, jaccard(one.held_by, other.held_by), phi(a, b))
