"""What the interviews behind a canvas say, sorted into its phases (method 5): read-only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When

from interviews import kinds
from interviews.models import Consent, Element
from jobs.models import Evidence, Job
from jobs.queries.said import Said, said_by_element
from strategy.models import Canvas

SHOWN_PER_GROUP = 2
SHOWN_CONSTRAINTS = 4
CHOSEN_ROLES = ("considered", "rejected", "hired", "")


# One element as far as the strip needs it to sort and count. Bare rows: ten thousand objects cost 50 ms.
Spot = tuple[Any, ...]
PK, KIND, POINT, INTERVIEW, INTENSITY, DETAIL = range(6)
FIELDS = ("pk", "kind", "point", "interview_id", "intensity")


@dataclass(frozen=True)
class Group:
    """One line of the strip: what belongs to it, and how many interviews speak of it."""

    code: str
    name: str
    phase: int
    kind: str
    holds: Callable[[Spot], bool]


def _kind(code: str, name: str, phase: int, kind: str) -> Group:
    return Group(code, name, phase, kind, lambda spot: True)


def _event(code: str, name: str, phase: int, *points: str) -> Group:
    return Group(code, name, phase, "event", lambda spot: spot[POINT] in points)


def _solution(code: str, name: str, phase: int, holds: Callable[[dict[str, Any]], bool]) -> Group:
    return Group(code, name, phase, "solution", lambda spot: holds(spot[DETAIL]))


GROUPS = (
    _event("first-thoughts", "First thoughts", 1, "T1"),
    _kind("pushes", "Pushes", 1, "push"),
    _kind("habits", "Habits", 1, "habit"),
    _event("events-one", "Event one: the search begins", 2, "T2"),
    _kind("desires", "Desires", 2, "desire"),
    _kind("avoidances", "Avoidances", 2, "avoidance"),
    _kind("pulls", "Pulls", 2, "pull"),
    _event("events-two", "Event two: specific products", 3, "T3", "T3b"),
    _solution("candidates", "Candidates", 3, lambda detail: detail.get("role", "") in CHOSEN_ROLES),
    _kind("anxieties", "Anxieties", 3, "anxiety"),
    _solution("trade-offs", "Trade-offs", 3, lambda detail: bool(detail.get("trade_offs"))),
    _kind("gains", "Gains", 4, "gain"),
    _kind("pains", "Pains", 4, "pain"),
    _solution("satisfaction", "Satisfaction", 4, lambda detail: "satisfaction" in detail),
    _event("exits", "Exits", 4, "T8"),
)
CONSTRAINTS = _kind("constraints", "Constraints", 0, "constraint")
BY_CODE = {group.code: group for group in (*GROUPS, CONSTRAINTS)}


@dataclass(frozen=True)
class Chip:
    """An element in a few words; `said` is what it opens."""

    pk: int
    text: str
    kind: kinds.Kind | None
    said: Said


@dataclass
class Line:
    """A group with its numbers and the few elements that stand for it."""

    group: Group
    elements: int = 0
    interviews: int = 0
    chips: list[Chip] = field(default_factory=list)

    @property
    def kind(self) -> kinds.Kind:
        return kinds.BY_CODE[self.group.kind]


@dataclass
class Strip:
    held: int  # interviews that hold the job: the denominator of every line
    phases: dict[int, list[Line]]
    constraints: Line


def spoken(path: str) -> Q:
    """Rows with an interview that may still be quoted; `path` leads to it."""
    there = Q(**{f"{path}__isnull": False, f"{path}__deleted_at": None})
    there &= Q(**{f"{path}__participant__deleted_at": None})
    return there & ~Q(**{f"{path}__participant__consent": Consent.WITHDRAWN})


def held_by(job: Job) -> set[int]:
    """The interviews that hold a job: those of its individual jobs and of its supporting evidence, as long
    as they may be quoted."""
    quotable = Case(When(spoken("interview"), then="interview"))
    own = job.study.jobs.filter(Q(general=job) | Q(pk=job.pk)).values_list("pk", quotable)
    members = dict(own)  # known here: joined below, PostgreSQL took minutes while it had no statistics yet
    supported = job.study.evidence.filter(
        spoken("element__interview"),
        job__in=members,
        polarity=Evidence.Polarity.SUPPORTS,
        element__deleted_at=None,
    )
    written = {interview for interview in members.values() if interview}
    return written | set(supported.values_list("element__interview_id", flat=True))


def strip(canvas: Canvas, *, verbatim: bool = True) -> Strip:
    """Five queries, however many interviews there are. `verbatim` False: for guests, who read what was noted,
    but no customer's own words."""
    held = held_by(canvas.job)
    lines = {group.code: Line(group) for group in (*GROUPS, CONSTRAINTS)}
    chosen: dict[str, list[Spot]] = {}
    found = _spots(canvas, held, {group.kind for group in BY_CODE.values()})
    for code, line in lines.items():
        spots = _count(line, found)
        chosen[code] = _telling(spots, SHOWN_CONSTRAINTS if code == CONSTRAINTS.code else SHOWN_PER_GROUP)
    _add_chips(canvas, lines, chosen, verbatim=verbatim)
    phases = {
        phase: [lines[group.code] for group in GROUPS if group.phase == phase] for phase in kinds.PHASES
    }
    return Strip(len(held), phases, lines[CONSTRAINTS.code])


def _count(line: Line, found: Mapping[str, list[Spot]]) -> list[Spot]:
    spots = [spot for spot in found[line.group.kind] if line.group.holds(spot)]
    line.elements, line.interviews = len(spots), len({spot[INTERVIEW] for spot in spots})
    return spots


def _spots(canvas: Canvas, held: Iterable[int], wanted: set[str]) -> dict[str, list[Spot]]:
    """By kind. Only solutions bring their details: 10,000 JSON fields read for nothing would be the cost."""
    elements = canvas.study.elements.filter(interview__in=held).order_by()
    found: dict[str, list[Spot]] = defaultdict(list)
    if plain := wanted - {"solution"}:
        for spot in elements.filter(kind__in=plain).values_list(*FIELDS):
            found[spot[KIND]].append(spot)
    if "solution" in wanted:
        found["solution"] = list(elements.filter(kind="solution").values_list(*FIELDS, "detail"))
    return found


def _telling(spots: list[Spot], most: int) -> list[Spot]:
    """The most intense ones, of different interviews where there are several."""
    ordered = sorted(spots, key=lambda spot: (-(spot[INTENSITY] or 0), spot[PK]))
    by_interview: dict[int, Spot] = {}
    for spot in ordered:
        by_interview.setdefault(spot[INTERVIEW], spot)
    first = list(by_interview.values())[:most]
    chosen = {spot[PK] for spot in first}
    return (first + [spot for spot in ordered if spot[PK] not in chosen])[:most]


def _add_chips(
    canvas: Canvas, lines: dict[str, Line], chosen: dict[str, list[Spot]], *, verbatim: bool
) -> None:
    ids = {spot[PK] for spots in chosen.values() for spot in spots}
    found = readable(canvas.study.elements.filter(pk__in=ids))
    elements = {element.pk: element for element in found if verbatim or element.note}
    for code, spots in chosen.items():
        lines[code].chips = [chip_of(elements[spot[PK]], code) for spot in spots if spot[PK] in elements]


def readable(elements: QuerySet[Element]) -> QuerySet[Element]:
    """Those that may be quoted, with all that is shown of them."""
    return with_people(elements.filter(spoken("interview")))


def with_people(elements: QuerySet[Element]) -> QuerySet[Element]:
    return elements.select_related("quote", "interview__participant")


def chip_of(element: Element, code: str) -> Chip:
    said = said_by_element(element)
    return Chip(element.pk, _in_short(element, code), said.kind, said)


def _in_short(element: Element, code: str) -> str:
    text = element.note or element.words
    if code == "satisfaction":
        return f"{element.detail.get('satisfaction')} of 10: {text}"
    return str(element.detail.get("trade_offs")) if code == "trade-offs" else text


@dataclass(frozen=True)
class Everything:
    """All that stands behind one line of the strip; `ids` interview by interview."""

    line: Line
    held: int
    ids: list[int]


def behind_line(canvas: Canvas, code: str) -> Everything:
    held, line = held_by(canvas.job), Line(BY_CODE[code])
    found = _count(line, _spots(canvas, held, {line.group.kind}))
    ordered = sorted(found, key=lambda spot: (spot[INTERVIEW], spot[PK]))
    return Everything(line, len(held), [spot[PK] for spot in ordered])


def said_in(canvas: Canvas, ids: Iterable[int]) -> list[Said]:
    return quotes_of(canvas.study.elements.filter(pk__in=ids))


def quotes_of(elements: QuerySet[Element]) -> list[Said]:
    return [said_by_element(row) for row in readable(elements).order_by("interview", "at_ms", "pk")]


# --- the picker --------------------------------------------------------------------------------------
MOST_OFFERED = 60


@dataclass(frozen=True)
class Offer:
    """What the picker shows: what is ticked first, then what fits the words, the job's own evidence first."""

    ticked: list[Said]
    found: list[Said]
    more: int


def offer(canvas: Canvas, *, ticked: Iterable[int], words: str = "", kind: str = "") -> Offer:
    study, chosen = canvas.study, set(ticked)
    held = held_by(canvas.job)
    elements = study.elements.filter(interview__in=held) if held else study.elements.all()
    if kind:
        elements = elements.filter(kind=kind)
    if words:
        elements = elements.filter(mentions(words))
    own = study.evidence.filter(Q(job__general=canvas.job) | Q(job=canvas.job), element__isnull=False)
    own_ids = set(own.values_list("element_id", flat=True))
    found = readable(elements.exclude(pk__in=chosen)).order_by(
        F("intensity").desc(nulls_last=True), "interview", "at_ms", "pk"
    )
    first = list(found.filter(pk__in=own_ids)[:MOST_OFFERED])
    rest = list(found.exclude(pk__in=own_ids)[: MOST_OFFERED - len(first)])
    shown = [said_by_element(row) for row in first + rest]
    more = found.count() - len(shown) if len(shown) == MOST_OFFERED else 0
    return Offer(quotes_of(study.elements.filter(pk__in=chosen)), shown, more)


def mentions(words: str) -> Q:
    found = Q()
    for word in words.split()[:6]:
        found &= (
            Q(note__icontains=word)
            | Q(verbatim__icontains=word)
            | Q(quote__text__icontains=word)
            | Q(interview__participant__pseudonym__icontains=word)
        )
    return found
