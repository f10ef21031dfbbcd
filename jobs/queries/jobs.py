"""Reading jobs: the list with its filters, one job with all behind it, and what may become evidence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from interviews import kinds
from interviews.models import Element, Interview, Quote
from jobs.models import Evidence, Job
from jobs.statements import RULES, LintWarning, lint
from studies.history import person_name
from studies.models import HistoryEntry, Study
from studies.templatetags.studio import clock

# polarity comes first: the name of what a row counts it as
OF_PIECE = ("polarity", "element__interview", "element__grade")
ALIVE = Q(element=None) | Q(element__deleted_at=None)
# What a researcher reaches for first when writing a job
FIRST_KINDS = ("job", "desire", "push")
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


# --- what was said -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Said:
    """Something a customer said, or that was noted of them, as a page shows it."""

    key: str  # "e12" for an element, "q34" for a bare quote: what forms post
    text: str
    verbatim: bool  # the customer's own words, not our paraphrase
    note: str
    who: str
    at_ms: int | None
    interview_id: int
    transcript_id: int | None
    quote_id: int | None
    kind: kinds.Kind | None = None
    grade: str = ""
    polarity: str = ""
    evidence_id: int | None = None
    used_in: int = 0

    @property
    def time(self) -> str:
        return "" if self.at_ms is None else clock(self.at_ms)

    @property
    def in_transcript(self) -> str:
        """What follows the transcript's address."""
        return f"?quote={self.quote_id}#q{self.quote_id}"

    @property
    def contradicts(self) -> bool:
        return self.polarity == Evidence.Polarity.CONTRADICTS

    @property
    def polarity_word(self) -> str:
        """As the quote component calls it."""
        return {"supports": "supporting", "contradicts": "contradicting"}.get(self.polarity, "")


def said_by_element(element: Element, *, evidence: Evidence | None = None, used_in: int = 0) -> Said:
    quote = element.quote
    words = quote.text if quote else element.verbatim
    return Said(
        key=f"e{element.pk}",
        text=words or element.note,
        verbatim=bool(words),
        note=element.note if words else "",
        who=element.interview.participant.pseudonym,
        at_ms=quote.start_ms if quote and quote.start_ms is not None else element.at_ms,
        interview_id=element.interview_id,
        transcript_id=quote.transcript_id if quote else None,
        quote_id=quote.pk if quote else None,
        kind=kinds.BY_CODE.get(element.kind),
        grade=element.grade,
        polarity=evidence.polarity if evidence else "",
        evidence_id=evidence.pk if evidence else None,
        used_in=used_in,
    )


def said_by_quote(quote: Quote, *, evidence: Evidence | None = None, used_in: int = 0) -> Said:
    interview = quote.transcript.interview
    return Said(
        key=f"q{quote.pk}",
        text=quote.text,
        verbatim=True,
        note="",
        who=interview.participant.pseudonym,
        at_ms=quote.start_ms,
        interview_id=interview.pk,
        transcript_id=quote.transcript_id,
        quote_id=quote.pk,
        polarity=evidence.polarity if evidence else "",
        evidence_id=evidence.pk if evidence else None,
        used_in=used_in,
    )


def said_behind(study: Study, jobs: Iterable[int]) -> dict[int, list[Said]]:
    """Job id -> its evidence, what speaks against it last; one query."""
    rows = (
        study.evidence.filter(ALIVE, job__in=jobs)
        .select_related("element__quote", "element__interview__participant")
        .select_related("quote__transcript__interview__participant")
        .defer("quote__transcript__text", "quote__transcript__warnings")
        .order_by("-polarity", "pk")
    )
    behind: dict[int, list[Said]] = defaultdict(list)
    for row in rows:
        behind[row.job_id].append(_said(row))
    return behind


def _said(row: Evidence) -> Said:
    """The database holds one of the two."""
    if row.quote:
        return said_by_quote(row.quote, evidence=row)
    return said_by_element(cast(Element, row.element), evidence=row)


@dataclass
class Material:
    """What one interview offers as evidence, in the order of use."""

    groups: list[tuple[str, list[Said]]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(said) for _, said in self.groups)


def material(interview: Interview, *, without: Iterable[int] = ()) -> Material:
    """Elements grouped by kind, customer jobs, desires and pushes first; then quotes that are no element.

    `without` are ids of jobs whose evidence is left out.
    """
    taken: set[tuple[int | None, int | None]] = set(
        interview.study.evidence.filter(job__in=list(without)).values_list("element_id", "quote_id")
    )
    elements = interview.elements.select_related("quote", "interview__participant")
    elements = elements.annotate(used=Count("evidence", Q(evidence__job__deleted_at=None)))
    by_kind: dict[str, list[Said]] = defaultdict(list)
    for element in elements.order_by("at_ms", "pk"):
        if (element.pk, None) not in taken:
            by_kind[element.kind].append(said_by_element(element, used_in=element.used))
    order = [*FIRST_KINDS, *(kind.code for kind in kinds.KINDS if kind.code not in FIRST_KINDS), ""]
    found = [(_group_name(code), by_kind[code]) for code in order if by_kind[code]]
    if bare := _bare_quotes(interview, taken):
        found.append(("Quotes without an element", bare))
    return Material(found)


def _group_name(code: str) -> str:
    return kinds.BY_CODE[code].name if code else "In the tray, not classified"


def _bare_quotes(interview: Interview, taken: set[tuple[int | None, int | None]]) -> list[Said]:
    quotes = (
        interview.study.quotes.filter(transcript__interview=interview, elements=None)
        .select_related("transcript__interview__participant")
        .defer("transcript__text", "transcript__warnings")
        .annotate(used=Count("evidence", Q(evidence__job__deleted_at=None)))
    )
    return [said_by_quote(quote, used_in=quote.used) for quote in quotes if (None, quote.pk) not in taken]


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
    mine = Q(job=job) | Q(job__general=job)
    said = job.study.evidence.filter(ALIVE, mine, job__deleted_at=None).order_by()
    interviews = {interview for _, interview in ids if interview}
    pieces, held_by = Counter[int](), set(interviews)
    for pk, *piece, n in said.values_list("job", *OF_PIECE).annotate(n=Count("pk")):
        pieces[pk] += n
        held_by |= _holding(*piece)
    shown = Paginator(ids, MEMBERS_A_PAGE).get_page(page)
    rows = job.members.select_related("interview__participant").in_bulk([pk for pk, _ in shown])
    behind = said_behind(job.study, [pk for pk, _ in shown[:SPOKEN_AT_ONCE]])
    return Members(
        page=shown,
        rows=[
            Member(rows[pk], behind.get(pk, []), pieces[pk], place >= SPOKEN_AT_ONCE)
            for place, (pk, _) in enumerate(shown)
            if pk in rows
        ],
        interviews=len(interviews),
        held_by=len(held_by),
        pieces=sum(pieces.values()),
    )


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
