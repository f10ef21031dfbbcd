"""Cards and actions as tables, for the spreadsheet of a steering meeting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from jobs.papers.tree import Sheet
from strategy.models import Action, Canvas, Card, KpiReading
from strategy.queries.actions import due_words
from strategy.queries.loops import numbers_of
from strategy.queries.papers import actions_of, cards_of
from strategy.queries.readings import last_readings
from studies.history import person_name
from studies.models import Study
from studies.spreadsheet import csv_lines

HEAD = (
    "id",
    "job",
    "action",
    "phase",
    "row",
    "owner",
    "due",
    "overdue",
    "status",
    "size",
    "kind of change",
    "proactive or reactive",
    "running since",
    "loop",
    "we believe",
    "will help",
    "move from",
    "to",
    "because",
    "kpi",
    "what the kpi tells of",
    "baseline",
    "target",
    "by",
    "last reading",
    "read on",
    "partner",
    "expectation before",
    "expectation after",
    "assumption",
    "customer would welcome it",
    "check note",
    "result",
    "decision",
    "closed on",
    "next small change",
)


def action_lines(study: Study, actions: Iterable[Action], *, today: date) -> Iterator[str]:
    return csv_lines(HEAD, action_rows(study, actions, today=today))


def action_rows(study: Study, actions: Iterable[Action], *, today: date) -> Iterator[tuple[Any, ...]]:
    """Two queries more than the actions themselves."""
    numbers, readings = numbers_of(study), last_readings(study)
    for action in actions:
        yield _cells(action, today, numbers.get(action.pk, 1), readings.get(action.pk, (None, None)))


def _cells(
    action: Action, today: date, loop: int, reading: tuple[float | None, date | None]
) -> tuple[Any, ...]:
    words = due_words(action, today)
    return (
        action.pk,
        action.canvas.job.statement,
        action.title,
        action.phase,
        action.get_lane_display(),
        person_name(action.owner) if action.owner else "",
        action.due_on,
        words if words.endswith("overdue") else "",
        action.get_status_display(),
        action.get_size_display(),
        action.get_change_display(),
        action.get_mode_display(),
        action.started_on,
        loop,
        action.hypothesis_change,
        action.performer,
        action.from_state,
        action.to_state,
        action.because,
        action.kpi,
        action.get_kpi_kind_display(),
        action.kpi_baseline,
        action.kpi_target,
        action.kpi_by,
        *reading,
        action.partner,
        action.expectation_before,
        action.expectation_after,
        "yes" if action.is_assumption else "",
        {True: "yes", False: "no", None: "not asked"}[action.welcomed],
        action.welcomed_note,
        action.result,
        action.get_decision_display(),
        timezone.localdate(action.closed_at) if action.closed_at else None,
        action.next_change,
    )


CARD_HEAD = (
    "key",
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
)


def card_rows(cards: Iterable[Card]) -> Iterator[tuple[Any, ...]]:
    """From queries.papers.cards_of(): in the order of the canvas, with what is linked."""
    places: dict[tuple[int, str], int] = {}
    for card in cards:
        field = (card.phase, card.lane)
        places[field] = places.get(field, 0) + 1
        yield (
            str(card.key),
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
        )


def card_lines(cards: Iterable[Card]) -> Iterator[str]:
    return csv_lines(CARD_HEAD, card_rows(cards))


# --- the workbook --------------------------------------------------------------------------------------
WIDE = {"text", "job", "action", "because", "result", "jobs", "groups", "actions", "note"}


def sheets_of(canvas: Canvas, *, version: str, today: date) -> Iterator[Sheet]:
    """Cards, actions and readings of one canvas, each sheet with the version that it shows."""
    note = f"{canvas.job.statement}. Version: {version}."
    actions = list(actions_of(canvas))
    yield Sheet("Cards", note, _columns(CARD_HEAD), card_rows(cards_of(canvas)))
    yield Sheet("Actions", note, _columns(HEAD), action_rows(canvas.study, actions, today=today))
    readings = canvas.study.kpi_readings.filter(action__in=actions).select_related("action", "made_by")
    yield Sheet("Readings", note, _columns(READING_HEAD), _reading_rows(readings))


def _columns(head: Sequence[str]) -> list[tuple[str, int]]:
    return [(name, 46 if name in WIDE else 16) for name in head]


READING_HEAD = ("action", "kpi", "day", "value", "note", "read by")


def _reading_rows(readings: Iterable[KpiReading]) -> Iterator[tuple[Any, ...]]:
    for each in readings:
        who = person_name(each.made_by) if each.made_by else ""
        yield each.action.title, each.action.kpi, each.on, each.value, each.note, who
