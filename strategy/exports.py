"""The actions of a study as CSV, for the spreadsheet of a steering meeting."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from strategy.models import Action
from strategy.queries.actions import due_words
from studies.history import person_name

BOM = "\ufeff"  # spreadsheets read the file as UTF-8 only with this mark
FORMULA = ("=", "+", "-", "@", "\t", "\r")
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


class _Echo:
    """csv writes into a file; here a written line is handed straight on."""

    def write(self, line: str) -> str:
        return line


def guarded(value: Any) -> Any:
    """A leading apostrophe keeps a spreadsheet from computing what somebody wrote (OWASP: CSV injection)."""
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip(" \n").startswith(FORMULA):
        return f"'{value}"
    return value


def csv_lines(actions: Iterable[Action], *, today: date) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BOM + str(writer.writerow(HEAD))
    for action in actions:
        yield str(writer.writerow([guarded(value) for value in _cells(action, today)]))


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
