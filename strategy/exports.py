"""The actions of a study as CSV, for the spreadsheet of a steering meeting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from strategy.models import Action
from strategy.queries.actions import due_words
from studies.history import person_name
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
    "we believe",
    "will help",
    "move from",
    "to",
    "because",
    "kpi",
    "baseline",
    "target",
    "by",
    "partner",
    "expectation before",
    "expectation after",
    "assumption",
    "customer would welcome it",
    "check note",
    "result",
    "decision",
    "next small change",
)


def action_lines(actions: Iterable[Action], *, today: date) -> Iterator[str]:
    return csv_lines(HEAD, (_cells(action, today) for action in actions))


def _cells(action: Action, today: date) -> tuple[Any, ...]:
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
        action.hypothesis_change,
        action.performer,
        action.from_state,
        action.to_state,
        action.because,
        action.kpi,
        action.kpi_baseline,
        action.kpi_target,
        action.kpi_by,
        action.partner,
        action.expectation_before,
        action.expectation_after,
        "yes" if action.is_assumption else "",
        {True: "yes", False: "no", None: "not asked"}[action.welcomed],
        action.welcomed_note,
        action.result,
        action.get_decision_display(),
        action.next_change,
    )
