"""Reading jobs: the list with its filters, and one job with all behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from interviews import kinds
from interviews.models import Interview
from jobs.models import Evidence, Job
from jobs.queries.said import ALIVE, Said, said_behind
from jobs.statements import RULES, LintWarning, lint
from studies.history import person_name
from studies.models import HistoryEntry, Study

# polarity comes first: the name of what a row counts it as
OF_PIECE = ("polarity", "element__interview", "element__grade")
SHORTEST_PRODUCT = 3
HISTORY_SHOWN = 20
MEMBERS_A_PAGE = 80
SPOKEN_AT_ONCE = 20  # members that show what was said with the page; the others fetch it when opened


# --- the list ----------------------------------------------------------------------------------------
def filtered_jobs(
    study: Study,
    *,
    scope: str = "",
    interview: Interview | None = None,
    level: str = "",
    dimension: str = "",
    without_evidence: bool = False,
    ungrouped: bool = False,
    text: str = "",
) -> QuerySet[Job]:
    """Generalised jobs first, then the individual ones interview by interview."""
    jobs = study.jobs.select_related("interview__participant", "general")
    if scope:
        jobs = jobs.filter(scope=scope)
    if interview:
        jobs = jobs.filter(Q(interview=interview) | Q(members__interview=interview)).distinct()
    if level:
        jobs = jobs.filter(level=level)
    if dimension:
        # SQLite knows no `contains` for JSON, and a list of three known words needs none
        jobs = jobs.annotate(dimension_text=Cast("dimensions", TextField()))
        jobs = jobs.filter(dimension_text__contains=f'"{dimension}"')
    if without_evidence:
        jobs = jobs.exclude(_has_evidence())
    if ungrouped:
        jobs = jobs.filter(scope=Job.Scope.INDIVIDUAL, membership=None)
    if text:
        jobs = jobs.filter(statement__icontains=text)
    return jobs.order_by("scope", "interview__participant__sort_key", "position", "pk")


def _has_evidence() -> Q:
    alive = Evidence.objects.filter(ALIVE)
    own = Exists(alive.filter(job=OuterRef("pk")))
    of_members = Exists(alive.filter(job__general=OuterRef("pk"), job__deleted_at=None))
    return Q(own) | Q(of_members)


@dataclass
class JobRow:
    """One line of the list; a generalised job counts what its members stand on.

    `held_by`: the interviews that the members were written from, and those whose words support it, as the
    ranking counts.
    """

    job: Job
    supports: int = 0
    contradicts: int = 0
    held_by: set[int] = field(default_factory=set)


def with_counts(study: Study, jobs: Iterable[Job]) -> list[JobRow]:
    """Two queries however many jobs there are."""
    rows = {job.pk: JobRow(job) for job in jobs}
    members = study.jobs.filter(general__in=rows, interview__isnull=False).order_by()
    for general, interview in members.values_list("general", "interview"):
        rows[cast(int, general)].held_by.add(interview)
    mine = Q(job__in=rows) | Q(job__general__in=rows)
    said = study.evidence.filter(ALIVE, mine, job__deleted_at=None).order_by()
    for pk, general, *piece, n in said.values_list("job", "job__general", *OF_PIECE).annotate(n=Count("pk")):
        for counting in (rows.get(pk), rows.get(general)):
            if counting:
                setattr(counting, piece[0], getattr(counting, piece[0]) + n)
                counting.held_by |= _holding(*piece)
    return list(rows.values())


def _holding(polarity: str, interview: int | None, grade: str | None) -> set[int]:
    """The interview whose words support a job; grade D counts for nothing, as everywhere."""
    counts = polarity == Evidence.Polarity.SUPPORTS and grade in kinds.SCORING_GRADES
    return {interview} if counts and interview else set()


def scope_counts(study: Study) -> dict[str, int]:
    counted = study.jobs.values_list("scope").order_by().annotate(n=Count("pk"))
    return dict.fromkeys(Job.Scope.values, 0) | dict(counted)


@dataclass(frozen=True)
class Desk:
    """An interview on the way to its jobs: how much was captured, how much became jobs."""

    interview: Interview
    elements: int
    jobs: int


def desks(study: Study) -> list[Desk]:
    """The interviews in which anything was captured, those without a job first."""
    captured, written = _by_interview(study.elements.all()), _by_interview(study.jobs.all())
    found = [
        Desk(interview, captured.get(interview.pk, 0), written.get(interview.pk, 0))
        for interview in study.interviews.select_related("participant")
    ]
    return sorted(found, key=lambda desk: (not desk.elements, desk.jobs > 0))


def _by_interview(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("interview").annotate(n=Count("pk")))


# --- one job -----------------------------------------------------------------------------------------
def written_in(interview: Interview) -> list[JobRow]:
    """The jobs of one interview, newest first."""
    return with_counts(interview.study, interview.jobs.order_by("-pk"))


@dataclass(frozen=True)
class Member:
    """An individual job behind a generalised one; where `later`, the page fetches what was said."""

    job: Job
    said: Sequence[Said]
    pieces: int
    later: bool


@dataclass(frozen=True)
class Members:
    """A page of the individual jobs behind a generalised one, with the numbers of all of them.

    `interviews`: those that the members were written from; `held_by`: also those whose words support it,
    as the ranking counts. `pieces`: of evidence, also what is tied to the general statement itself.
    """

    page: Page[Any]
    rows: Sequence[Member] = ()
    interviews: int = 0
    held_by: int = 0
    pieces: int = 0

    @property
    def count(self) -> int:
        return self.page.paginator.count


def members_of(job: Job, *, page: int = 1) -> Members:
    """The individual jobs that a generalised job stands on, each with what was said; four queries."""
    everybody = job.members.order_by("interview__participant__sort_key", "pk")
    ids = list(everybody.values_list("pk", "interview_id"))
    shown = Paginator(ids, MEMBERS_A_PAGE).get_page(page)
    interviews = {interview for _, interview in ids if interview}
    pieces, supporting = _evidence_of(job)
    return Members(
        page=shown,
        rows=_shown_members(job, [pk for pk, _ in shown], pieces),
        interviews=len(interviews),
        held_by=len(interviews | supporting),
        pieces=pieces.total(),
    )


def _evidence_of(job: Job) -> tuple[Counter[int], set[int]]:
    """Pieces by job, for the generalised one and its members; and the interviews whose words support it."""
    mine = Q(job=job) | Q(job__general=job)
    said = job.study.evidence.filter(ALIVE, mine, job__deleted_at=None).order_by()
    pieces, supporting = Counter[int](), set[int]()
    for pk, *piece, n in said.values_list("job", *OF_PIECE).annotate(n=Count("pk")):
        pieces[pk] += n
        supporting |= _holding(*piece)
    return pieces, supporting


def _shown_members(job: Job, ids: Sequence[int], pieces: Mapping[int, int]) -> list[Member]:
    rows = job.members.select_related("interview__participant").in_bulk(ids)
    behind = said_behind(job.study, ids[:SPOKEN_AT_ONCE])
    return [
        Member(rows[pk], behind.get(pk, []), pieces[pk], place >= SPOKEN_AT_ONCE)
        for place, pk in enumerate(ids)
        if pk in rows
    ]


def history_of(job: Job) -> list[HistoryEntry]:
    entries = job.study.history.filter(target_type="job", target_id=str(job.pk))
    return list(entries[:HISTORY_SHOWN])


# --- lint --------------------------------------------------------------------------------------------
def products_of(study: Study) -> set[str]:
    """Names of solutions that this study knows: a statement should not need them."""
    named = study.interviews.values_list("hired", "fired")
    names = {name.split(",")[0].strip() for pair in named for name in pair}
    return {name for name in names if len(name) >= SHORTEST_PRODUCT}


@dataclass(frozen=True)
class Finding:
    """A warning of the lint with the rule's sentence and what a person said about it."""

    warning: LintWarning
    rule: str
    sentence: str
    reason: str = ""
    by: str = ""


def findings(
    study: Study,
    statement: str,
    *,
    pattern: str,
    level: str,
    dismissed: dict[str, tuple[str, str]] | None = None,
) -> list[Finding]:
    """`dismissed` is rule -> (reason, who)."""
    dismissed = dismissed or {}
    found = lint(statement, pattern=pattern, level=level, products=products_of(study))
    return [
        Finding(warning, warning.rule, RULES[warning.rule], *dismissed.get(warning.rule, ("", "")))
        for warning in found
    ]


def dismissals_of(job: Job) -> dict[str, tuple[str, str]]:
    rows = job.dismissals.select_related("by")
    return {row.rule: (row.reason, person_name(row.by)) for row in rows}
