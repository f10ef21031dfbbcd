"""Cards and actions as tables, for the spreadsheet of a steering meeting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from django.utils import timezone

from jobs.papers.tree import Sheet
from strategy.models import Action, Canvas, Card, KpiReading
from strategy.queries.due import due_words
from strategy.queries.loops import numbers_of
from strategy.queries.papers import actions_of, cards_of
from strategy.queries.readings import last_readings
from studies.history import person_name
from studies.models import Study
from studies.spreadsheet import csv_lines


class ActionLine(NamedTuple):
    """An action with what its own row does not say."""

    action: Action
    today: date
    loop: int  # its number in the chain of loops
    last_reading: float | None
    read_on: date | None

    @property
    def overdue(self) -> str:
        words = due_words(self.action, self.today)
        return words if words.endswith("overdue") else ""

    @property
    def welcomed(self) -> str:
        return {True: "yes", False: "no", None: "not asked"}[self.action.welcomed]


ACTION_COLUMNS: dict[str, Callable[[ActionLine], Any]] = {
    "id": lambda line: line.action.pk,
    "job": lambda line: line.action.canvas.job.statement,
    "action": lambda line: line.action.title,
    "phase": lambda line: line.action.phase,
    "row": lambda line: line.action.get_lane_display(),
    "owner": lambda line: person_name(line.action.owner) if line.action.owner else "",
    "due": lambda line: line.action.due_on,
    "overdue": lambda line: line.overdue,
    "status": lambda line: line.action.get_status_display(),
    "size": lambda line: line.action.get_size_display(),
    "kind of change": lambda line: line.action.get_change_display(),
    "proactive or reactive": lambda line: line.action.get_mode_display(),
    "running since": lambda line: line.action.started_on,
    "loop": lambda line: line.loop,
    "we believe": lambda line: line.action.hypothesis_change,
    "will help": lambda line: line.action.performer,
    "move from": lambda line: line.action.from_state,
    "to": lambda line: line.action.to_state,
    "because": lambda line: line.action.because,
    "kpi": lambda line: line.action.kpi,
    "what the kpi tells of": lambda line: line.action.get_kpi_kind_display(),
    "baseline": lambda line: line.action.kpi_baseline,
    "target": lambda line: line.action.kpi_target,
    "by": lambda line: line.action.kpi_by,
    "last reading": lambda line: line.last_reading,
    "read on": lambda line: line.read_on,
    "partner": lambda line: line.action.partner,
    "expectation before": lambda line: line.action.expectation_before,
    "expectation after": lambda line: line.action.expectation_after,
    "assumption": lambda line: "yes" if line.action.is_assumption else "",
    "customer would welcome it": lambda line: line.welcomed,
    "check note": lambda line: line.action.welcomed_note,
    "result": lambda line: line.action.result,
    "decision": lambda line: line.action.get_decision_display(),
    "closed on": lambda line: timezone.localdate(line.action.closed_at) if line.action.closed_at else None,
    "next small change": lambda line: line.action.next_change,
}


def action_lines(study: Study, actions: Iterable[Action], *, today: date) -> Iterator[str]:
    return csv_lines(tuple(ACTION_COLUMNS), action_rows(study, actions, today=today))


def action_rows(study: Study, actions: Iterable[Action], *, today: date) -> Iterator[tuple[Any, ...]]:
    """Two queries more than the actions themselves."""
    numbers, readings = numbers_of(study), last_readings(study)
    for action in actions:
        line = ActionLine(action, today, numbers.get(action.pk, 1), *readings.get(action.pk, (None, None)))
        yield tuple(cell(line) for cell in ACTION_COLUMNS.values())


CARD_HEAD = (
    "phase",
    "row",
    "place in its field",
    "kind",
    "text",
    "state",
    "elements",
    "quotes",
    "jobs",
    "groups",
    "actions",
    "written by",
    "written on",
    "key",
)


def card_rows(cards: Iterable[Card]) -> Iterator[tuple[Any, ...]]:
    """From queries.papers.cards_of(): in the order of the canvas, with what is linked."""
    places: dict[tuple[int, str], int] = {}
    for card in cards:
        field = (card.phase, card.lane)
        places[field] = places.get(field, 0) + 1
        yield (
            card.phase,
            card.get_lane_display(),
            places[field],
            card.get_kind_display(),
            card.text,
            card.get_state_display(),
            len(card.elements.all()),
            len(card.quotes.all()),
            "; ".join(job.statement for job in card.jobs.all()),
            "; ".join(group.name for group in card.clusters.all()),
            "; ".join(action.title for action in card.actions.all()),
            person_name(card.created_by) if card.created_by else card.author_name,
            timezone.localdate(card.created_at),
            str(card.key),
        )


def card_lines(cards: Iterable[Card], *, version: str) -> Iterator[str]:
    """A file without a head says in each row which version it shows."""
    return csv_lines((*CARD_HEAD, "version"), ((*row, version) for row in card_rows(cards)))


# --- the workbook --------------------------------------------------------------------------------------
WIDE = {"text", "job", "action", "because", "result", "jobs", "groups", "actions", "note"}


def sheets_of(canvas: Canvas, *, version: str, today: date) -> Iterator[Sheet]:
    """Cards, actions and readings of one canvas, each sheet with the version that it shows."""
    note = f"{canvas.job.statement}. Version: {version}."
    actions = list(actions_of(canvas))
    yield Sheet("Cards", note, _columns(CARD_HEAD), card_rows(cards_of(canvas)))
    yield Sheet("Actions", note, _columns(ACTION_COLUMNS), action_rows(canvas.study, actions, today=today))
    readings = canvas.study.kpi_readings.filter(action__in=actions).select_related("action", "made_by")
    yield Sheet("Readings", note, _columns(READING_HEAD), _reading_rows(readings))


def _columns(head: Iterable[str]) -> list[tuple[str, int]]:
    return [(name, 46 if name in WIDE else 16) for name in head]


READING_HEAD = ("action", "kpi", "day", "value", "note", "read by")


def _reading_rows(readings: Iterable[KpiReading]) -> Iterator[tuple[Any, ...]]:
    for each in readings:
        who = person_name(each.made_by) if each.made_by else ""
        yield each.action.title, each.action.kpi, each.on, each.value, each.note, who
