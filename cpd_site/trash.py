"""What lies in the trash of a study: every kind of row that is deleted by marking it, and its way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, Count, F, Q, QuerySet, Value

from interviews.actions.codes import restore_code
from interviews.actions.elements import restore_element
from interviews.actions.participants import restore_participant, restore_with_participant
from jobs.actions.scenarios import set_scenario_deleted
from jobs.actions.statements import restore_job
from jobs.actions.surveys import SurveyRefused, set_survey_deleted
from jobs.actions.verbatims import VerbatimsRefused, restore_source
from strategy.actions.canvases import restore_canvas
from strategy.actions.cards import restore_card
from strategy.actions.rules import StrategyRefused
from strategy.actions.tracker import restore_action
from studies.access import StudyAccess
from studies.counting import counted
from studies.models import HistoryEntry, Study
from studies.roles import Verb

REFUSALS = (ValidationError, StrategyRefused, SurveyRefused, VerbatimsRefused)


@dataclass(frozen=True)
class Part:
    """What hangs on a row: `rows` of the study that name it under `to`. `together`: those that went into the
    trash with it, else those that wait outside of it."""

    unit: str
    rows: str
    to: str
    together: bool = False

    def counts(self, study: Study, pks: Iterable[int]) -> dict[int, int]:
        found = getattr(study, self.rows)
        if self.together:
            found = found(manager="with_trash").filter(deleted_at=F(f"{self.to}__deleted_at"))
        rows = found.filter(**{f"{self.to}__in": pks}).order_by().values_list(self.to)
        return dict(rows.annotate(count=Count("pk")))


@dataclass(frozen=True)
class Kind:
    """`alive`: where a row belongs to something that is in the trash itself, it shows once that is back."""

    title: str
    rows: str
    id_name: str
    verb: str
    restore: Callable[[StudyAccess, Any], object]
    needs: Verb = Verb.CODE
    parts: tuple[Part, ...] = ()
    related: tuple[str, ...] = ()
    alive: Q = field(default_factory=Q)

    def found(self, study: Study) -> QuerySet[Any]:
        rows: QuerySet[Any] = getattr(study, self.rows)(manager="with_trash").all()
        return rows.select_related(*self.related)


def _captured(to: str) -> tuple[Part, ...]:
    """What came of interviews, and goes and comes with them."""
    return Part("element", "elements", to, together=True), Part("job", "jobs", to, together=True)


INTERVIEW_ALIVE = Q(interview__deleted_at=None, interview__participant__deleted_at=None)
CANVAS_ALIVE = Q(canvas__deleted_at=None)
KINDS: dict[str, Kind] = {
    "participant": Kind(
        "Participant",
        "participants",
        "participant_id",
        "participant.deleted",
        lambda access, row: restore_participant(access, participant=row),
        parts=(
            Part("interview", "interviews", "participant", together=True),
            *_captured("interview__participant"),
        ),
    ),
    "interview": Kind(
        "Interview",
        "interviews",
        "interview_id",
        "interview.deleted",
        lambda access, row: restore_with_participant(access, interview=row),
        parts=(
            *_captured("interview"),
            Part("transcript", "transcripts", "interview"),
        ),
        related=("participant",),
        alive=Q(participant__deleted_at=None) | ~Q(deleted_at=F("participant__deleted_at")),
    ),
    "element": Kind(
        "Element",
        "elements",
        "element_id",
        "element.deleted",
        lambda access, row: restore_element(access, element=row),
        parts=(Part("evidence link", "evidence", "element"),),
        related=("quote", "interview__participant"),
        alive=INTERVIEW_ALIVE,
    ),
    "code": Kind(
        "Code",
        "codes",
        "code_id",
        "code.deleted",
        lambda access, row: restore_code(access, code=row),
        parts=(Part("element", "codings", "code"),),
    ),
    "job": Kind(
        "Job",
        "jobs",
        "job_id",
        "job.deleted",
        lambda access, row: restore_job(access, job=row),
        parts=(Part("evidence link", "evidence", "job"), Part("rating", "ratings", "job")),
        alive=Q(interview=None) | INTERVIEW_ALIVE,
    ),
    "verbatims": Kind(
        "Verbatims",
        "verbatimsources",
        "source_id",
        "verbatims.deleted",
        lambda access, row: restore_source(access, source=row),
        parts=(Part("text", "verbatims", "source"), Part("group", "verbatimgroups", "source")),
    ),
    "survey": Kind(
        "Survey",
        "surveys",
        "survey_id",
        "survey.deleted",
        lambda access, row: set_survey_deleted(access, row, deleted=False),
        parts=(Part("respondent", "surveyresponses", "survey"),),
    ),
    "scenario": Kind(
        "What-if",
        "scenarios",
        "scenario_id",
        "scenario.deleted",
        lambda access, row: set_scenario_deleted(access, scenario=row, deleted=False),
        needs=Verb.COMMENT,
    ),
    "canvas": Kind(
        "Canvas",
        "canvases",
        "canvas_id",
        "canvas.deleted",
        lambda access, row: restore_canvas(access, canvas=row),
        needs=Verb.EDIT_CANVAS,
        parts=(Part("card", "cards", "canvas"), Part("action", "actions", "canvas")),
        related=("job",),
    ),
    "card": Kind(
        "Card",
        "cards",
        "card_id",
        "card.deleted",
        lambda access, row: restore_card(access, card=row),
        parts=(Part("comment", "card_comments", "card"),),
        needs=Verb.EDIT_CANVAS,
        related=("canvas",),
        alive=CANVAS_ALIVE,
    ),
    "action": Kind(
        "Action",
        "actions",
        "action_id",
        "action.deleted",
        lambda access, row: restore_action(access, action=row),
        parts=(Part("reading", "kpi_readings", "action"),),
        needs=Verb.EDIT_CANVAS,
        alive=CANVAS_ALIVE,
    ),
}


@dataclass(frozen=True)
class Line:
    """One row of the page. `who` is empty where the history tells of no deletion of just this row."""

    kind: str
    row: Any
    who: str
    hangs: str

    @property
    def title(self) -> str:
        return KINDS[self.kind].title

    @property
    def words(self) -> str:
        named = {"element": lambda row: f"{row}: {row.words}", "canvas": lambda row: str(row.job)}
        return str(named.get(self.kind, str)(self.row)) or "without words"

    @property
    def of(self) -> str:
        """Whose interview it belongs to."""
        return str(self.row.interview.participant) if self.kind == "element" else ""

    @property
    def brings(self) -> str:
        """Who comes back with an interview."""
        with_whom = self.kind == "interview" and self.row.participant.deleted_at
        return str(self.row.participant) if with_whom else ""


# --- reading -----------------------------------------------------------------------------------------
def in_trash(study: Study, kind: str = "") -> QuerySet[Any]:
    """(kind, pk, deleted_at) of what was deleted, newest first: one query over all tables."""
    first, *others = (_listed(study, name) for name in KINDS if kind in ("", name))
    return first.union(*others, all=True).order_by("-deleted_at", "listed_as", "-pk")


def _listed(study: Study, name: str) -> QuerySet[Any]:
    return _deleted(study, name).values_list("listed_as", "pk", "deleted_at")


def _deleted(study: Study, name: str) -> QuerySet[Any]:
    kind = KINDS[name]
    rows = getattr(study, kind.rows)(manager="with_trash").filter(kind.alive, deleted_at__isnull=False)
    named: QuerySet[Any] = rows.order_by().annotate(listed_as=Value(name, CharField()))
    return named


def counts(study: Study) -> dict[str, int]:
    """How many rows of each kind there are, without the kinds that have none."""
    rows = (_deleted(study, name).values_list("listed_as") for name in KINDS)
    first, *others = (each.annotate(count=Count("pk")) for each in rows)
    found = dict(first.union(*others, all=True))
    return {name: found[name] for name in KINDS if found.get(name)}


def lines(study: Study, listed: Iterable[tuple[str, int, datetime]]) -> list[Line]:
    """The rows of one page, with a few queries for each kind among them and one for the history."""
    pairs = [(name, pk) for name, pk, _ in listed]
    by_kind = {name: [pk for kind, pk in pairs if kind == name] for name in dict(pairs)}
    rows = {name: KINDS[name].found(study).in_bulk(pks) for name, pks in by_kind.items()}
    hanging = {name: _hanging(study, KINDS[name], pks) for name, pks in by_kind.items()}
    who = _who(study, rows)
    return [
        Line(name, rows[name][pk], who.get((name, pk), ""), hanging[name].get(pk, ""))
        for name, pk in pairs
        if pk in rows[name]
    ]


def _hanging(study: Study, kind: Kind, pks: list[int]) -> dict[int, str]:
    """ "3 interviews, 41 elements"."""
    found: dict[int, list[str]] = {}
    for part in kind.parts:
        for pk, count in part.counts(study, pks).items():
            found.setdefault(pk, []).append(counted(count, part.unit))
    return {pk: ", ".join(words) for pk, words in found.items()}


def _who(study: Study, rows: Mapping[str, Mapping[int, Any]]) -> dict[tuple[str, int], str]:
    """Who deleted each row last; a code that was merged into another went by that."""
    told = Q(verb="code.merged", data__merged__in=list(rows.get("code", ())))
    for name, found in rows.items():
        told |= Q(verb=KINDS[name].verb, target_id__in=[str(pk) for pk in found])
    kinds = {kind.verb: name for name, kind in KINDS.items()}
    return {_what(entry, kinds): entry.actor_name for entry in study.history.filter(told).order_by("pk")}


def _what(entry: HistoryEntry, kinds: Mapping[str, str]) -> tuple[str, int]:
    if entry.verb == "code.merged":
        return "code", entry.data["merged"]
    return kinds[entry.verb], int(entry.target_id)


def why(refused: Exception) -> str:
    """Why something cannot come back, in words."""
    return " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)


# --- writing -----------------------------------------------------------------------------------------
def bring_back(access: StudyAccess, kind: Kind, row: Any) -> str:
    """Through the action of its app. What became of it, in words; raises one of REFUSALS."""
    if row.deleted_at is None:
        return "It is not in the trash any more."
    kind.restore(access, row)
    return f"Brought back: {row}"
