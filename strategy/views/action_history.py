"""The history of one action in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from strategy.forms.actions import label_of
from strategy.models import Action
from strategy.queries.actions import history_of
from studies.counting import counted
from studies.models import HistoryEntry


def told(action: Action) -> list[tuple[HistoryEntry, str]]:
    """Each entry with what exactly happened, as far as that was recorded."""
    return [(entry, _tell(entry)) for entry in history_of(action)]


def _tell(entry: HistoryEntry) -> str:
    """A history that came with an archive may lack details, or hold others."""
    in_short = f"{entry.sentence} “{entry.target_label}”"
    try:
        return DETAILS[entry.verb](entry.sentence, entry.data) if entry.verb in DETAILS else in_short
    except (KeyError, TypeError, ValueError, AttributeError):
        return in_short


def _checked(_sentence: str, data: dict[str, Any]) -> str:
    answer, note = "yes" if data["welcomed"] else "no", f", “{data['note']}”" if data["note"] else ""
    return f"answered the self-determination check: {answer}{note}"


def _linked(_sentence: str, data: dict[str, Any]) -> str:
    return f"linked {counted(data['elements'], 'piece')} of evidence"


def _reading(sentence: str, data: dict[str, Any]) -> str:
    return f"{sentence} this action: {data['value']:g} on {data['on']}"


DETAILS: dict[str, Callable[[str, dict[str, Any]], str]] = {
    "action.status": lambda _, data: f"set the status from {data['before']} to {data['after']}",
    "action.checked": _checked,
    "action.linked": _linked,
    "action.edited": lambda _, data: "edited " + ", ".join(map(label_of, data["before"])),
    "action.closed": lambda _, data: f"closed the loop: {data['decision']}",
    "reading.added": _reading,
    "reading.edited": _reading,
    "reading.removed": _reading,
    "reading.restored": _reading,
    "reading.imported": lambda _, data: f"imported readings: {data['new']} new, {data['changed']} corrected",
}
