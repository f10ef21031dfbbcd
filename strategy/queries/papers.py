"""A canvas as the tree that its papers are made from, and the papers made so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from interviews.kinds import PHASES
from jobs.queries.priorities import interview_count
from strategy.days import day_words
from strategy.models import Action, Canvas, Card, Lane
from strategy.papers import tree
from strategy.papers.calendar import Due
from strategy.queries import canvases, evidence
from strategy.queries.actions import all_actions
from strategy.queries.due import OPEN
from strategy.queries.readings import last_readings
from studies.history import person_name
from studies.models import Run

RUN_KIND = "strategy.export"
FORMATS = {"pdf": "PDF", "png": "Picture", "pptx": "Slides"}
SHEETS = ("a4", "a3", "a2", "a1")
KEPT = 10  # files of a canvas; older ones are deleted when a new one is made


def canvas_paper(canvas: Canvas, *, version: str) -> tree.CanvasPaper:
    """A dozen queries, however full the canvas is."""
    study, strip = canvas.study, evidence.strip(canvas)
    return tree.CanvasPaper(
        title=canvas.job.statement,
        purpose=tuple(canvases.higher_jobs(canvas.job)),
        study=study.name,
        version=version,
        made_on=timezone.localdate(),
        standing=_standing(canvas),
        held=strip.held,
        of_interviews=interview_count(study),
        constraints=_heard(strip.constraints),
        columns=tuple(_column(canvas, phase, strip.phases[phase]) for phase in PHASES),
        lanes=lanes_of(_card_lines(canvas)),
        actions=tuple(_action_lines(canvas)),
    )


def stands_now(canvas: Canvas) -> str:
    """The rank of its job today, and how many interviews hold it."""
    return tree.stands(_standing(canvas), len(evidence.held_by(canvas.job)), interview_count(canvas.study))


def _standing(canvas: Canvas) -> str:
    standing = canvases.standings(canvases.latest_ranking(canvas.study)).get(canvas.job_id)
    if standing is None:
        return "Not ranked yet"
    if standing.rank is None:
        gate = standing.gate.rstrip(".") or "needs more evidence"  # within a sentence
        return f"Not ranked, {gate[0].lower()}{gate[1:]}"
    return f"Rank {standing.rank} ({standing.low} to {standing.high}) of {standing.of}"


def _heard(line: evidence.Line) -> tree.Heard:
    return tree.Heard(line.group.name, line.interviews, line.chips[0].text if line.chips else "")


def _column(canvas: Canvas, phase: int, lines: Iterable[evidence.Line]) -> tree.Column:
    heard = tuple(_heard(line) for line in lines if line.interviews)
    return tree.Column(phase, canvas.study.phase_label(phase), canvases.PHASE_HELP[phase], heard)


def _card_lines(canvas: Canvas) -> Iterable[tuple[str, int, tree.CardLine]]:
    for card in canvases.in_order(_with_evidence(canvas.cards.all())):
        agreed = card.state == Card.State.AGREED
        yield card.lane, card.phase, tree.CardLine(card.kind, card.text, agreed, card.evidence)


def lanes_of(lines: Iterable[tuple[str, int, tree.CardLine]]) -> tuple[tree.Lane, ...]:
    """From cards with their lane and phase, in the order of the canvas."""
    placed: dict[tuple[str, int], list[tree.CardLine]] = defaultdict(list)
    for lane, phase, card in lines:
        placed[lane, phase].append(card)
    return tuple(
        tree.Lane(lane.label, tuple(tuple(placed[lane.value, phase]) for phase in PHASES)) for lane in Lane
    )


def _with_evidence(cards: QuerySet[Card]) -> QuerySet[Any]:
    """`evidence`: what is linked and still there. A job or a group, with its interviews, counts as one."""
    return cards.annotate(
        evidence=Count("elements", Q(elements__deleted_at=None), distinct=True)
        + Count("quotes", distinct=True)
        + Count("jobs", Q(jobs__deleted_at=None), distinct=True)
        + Count("clusters", Q(clusters__deleted_at=None), distinct=True)
    )


def cards_of(canvas: Canvas) -> list[Card]:
    """In the order of the canvas, with what tables tell of them."""
    found: QuerySet[Card] = canvas.cards.select_related("created_by").prefetch_related(
        "elements", "quotes", "jobs", "clusters", "actions"
    )
    return canvases.in_order(found)


def actions_of(canvas: Canvas) -> QuerySet[Action]:
    return all_actions(canvas.study).filter(canvas=canvas)


def _action_lines(canvas: Canvas) -> Iterable[tree.ActionLine]:
    readings = last_readings(canvas.study)
    for action in actions_of(canvas):
        yield action_line(action, readings.get(action.pk, (None, None)))


def action_line(action: Action, reading: tuple[float | None, date | None]) -> tree.ActionLine:
    return tree.ActionLine(
        action.title,
        action.phase,
        person_name(action.owner) if action.owner else "nobody yet",
        day_words(action.due_on) if action.due_on else "no date yet",
        action.get_status_display(),
        _kpi(action, reading),
        action.believed,
    )


def _kpi(action: Action, reading: tuple[float | None, date | None]) -> str:
    """The KPI, where it stands and where it shall go."""
    if not action.kpi:
        return ""
    value, on = reading
    told = f"{value:g} on {day_words(on)}" if value is not None and on else "not read yet"
    target = f", target {action.kpi_target:g}" if action.kpi_target is not None else ""
    return f"{action.kpi}: {told}{target}"


# --- due dates -----------------------------------------------------------------------------------------
def dues_of(actions: Iterable[Action], base: str) -> Iterable[Due]:
    """`base`: the address of the list of actions; what is over or has no date stays out."""
    for action in actions:
        if action.due_on and action.status in OPEN:
            uid = uuid5(NAMESPACE_URL, f"action:{action.pk}:{action.created_at.isoformat()}")
            owner = person_name(action.owner) if action.owner else "nobody yet"
            words = (
                f"{action.get_status_display()}. Owner: {owner}.\nFor the job: {action.canvas.job.statement}"
            )
            url = f"{base}{action.pk}/"
            yield Due(f"{uid}@progress-studio", action.due_on, action.title, words, url, action.version)


# --- files ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class File:
    """What a run has made of a canvas; its name is made from keys, never from what a row says."""

    run: Run
    format: str
    label: str

    @property
    def path(self) -> str:
        return f"exports/{self.run.study_id}/{self.run.pk}.{self.format}"


def exports_of(canvas: Canvas) -> QuerySet[Run]:
    found: QuerySet[Run] = canvas.study.runs.filter(kind=RUN_KIND, params__canvas=canvas.pk)
    return found.select_related("created_by").order_by("-pk")


def file_of(run: Run) -> File | None:
    """None where the run has made none."""
    made = run.params.get("format")
    if run.state != Run.State.DONE or made not in FORMATS:
        return None
    sheet = f" {str(run.params.get('sheet', '')).upper()}" if made == "pdf" else ""
    return File(run, made, f"{FORMATS[made]}{sheet}")


def files_of(canvas: Canvas) -> list[File]:
    """Newest first; two of the same canvas stand side by side."""
    found = (file_of(run) for run in exports_of(canvas)[: 2 * KEPT])
    return [file for file in found if file][:KEPT]


def pending_of(canvas: Canvas) -> Run | None:
    newest = exports_of(canvas).first()
    return newest if newest and newest.state != Run.State.DONE else None
