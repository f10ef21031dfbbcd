"""What the JSON fields of an archive may hold: what pages count on, a stranger's file must not break."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from django.db import models

from jobs.models import (
    PrioritySettings,
    Scenario,
    Snapshot,
    SuggestionModel,
    Survey,
    SurveyItem,
    SurveyResponse,
    VerbatimSource,
)
from jobs.queries.suggestions import AFTER
from jobs.surveys.table import IMP, LONGEST_SEGMENT, PARTS, SAT
from jobs.surveys.texts import KANO
from strategy.document import LANES, CardData, from_plain, is_card_key
from strategy.models import CanvasVersion, Workshop
from studies.models import HistoryEntry, Run

LARGEST = 1e30  # beyond what anything here is counted, paid or measured in
HEAVIEST = 10  # the most that a criterion can weigh
CARD = set(CardData("").plain())
Shape = Callable[[Any], bool]


def fits(f: models.Field[Any, Any], value: Any) -> bool:
    """Of the type that the field begins with (a table, where it says nothing), and of its own shape."""
    default = f.get_default()
    if type(value) is not (dict if default is None else type(default)):
        return False
    return SHAPES.get((f.model, f.name), _plain)(value)


def is_storable(value: Any) -> bool:
    """Without the characters that no database keeps: NUL, and halves of a surrogate pair."""
    written = json.dumps(value, ensure_ascii=False)
    try:
        written.encode()
    except UnicodeEncodeError:
        return False
    return "\\u0000" not in written.replace("\\\\", "")  # a backslash of the text is written twice


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) <= LARGEST


# --- shapes ------------------------------------------------------------------------------------------
def _anything(value: Any) -> bool:
    return True


def _plain(value: Any) -> bool:
    """Lists of words, and tables of words and numbers."""
    if isinstance(value, list):
        return all(isinstance(each, str) for each in value)
    return all(isinstance(each, str) or is_number(each) for each in value.values())


def _words(table: dict[str, Any]) -> bool:
    return all(isinstance(each, str) for each in table.values())


def _mapping(table: dict[str, Any]) -> bool:
    undated = table.get("undated", "0")
    return _words(table) and re.fullmatch("[0-9]{1,9}", undated) is not None


def _segments(table: dict[str, Any]) -> bool:
    """A choice a line; what somebody chooses is kept beside their answers."""
    return _words(table) and all(
        len(line.strip()) <= LONGEST_SEGMENT for text in table.values() for line in text.splitlines()
    )


def _weights(table: dict[str, Any]) -> bool:
    return all(is_number(each) and 0 <= each <= HEAVIEST for each in table.values())


def _answers(table: dict[str, Any]) -> bool:
    """As the survey page takes them."""
    return all(isinstance(row, dict) and _is_answer(row) for row in table.values())


def _is_answer(row: dict[str, Any]) -> bool:
    return set(row) <= set(PARTS) and all(
        type(given) is int and 1 <= given <= 5 if part in (IMP, SAT) else given in KANO
        for part, given in row.items()
    )


def _report(table: dict[str, Any]) -> bool:
    return all(isinstance(row, dict) and _is_scored(name, row) for name, row in table.items())


def _is_scored(name: str, row: dict[str, Any]) -> bool:
    """Counts, of which the right ones are no more than the tested ones."""
    if not all(type(count) is int and 0 <= count <= LARGEST for count in row.values()):
        return False
    labels = name.removeprefix(AFTER)
    named = labels == name or (labels.isascii() and labels.isdecimal() and len(labels) < 10)
    return named and row.get("first", 0) <= row.get("first_three", 0) <= row.get("tested", 0)


def _cards(rows: list[Any]) -> bool:
    """Cards as a kept version holds them: what reading would mend was not written by us."""
    return all(isinstance(row, dict) and set(row) == CARD and _is_card(row) for row in rows)


def _is_card(row: dict[str, Any]) -> bool:
    if not isinstance(row["links"], list) or not all(isinstance(link, str) for link in row["links"]):
        return False
    return is_card_key(str(row["key"])) and from_plain(row).plain() == row | {"links": sorted(row["links"])}


def _dots(table: dict[str, Any]) -> bool:
    """Counted votes: the key of a card, and how many dots it got."""
    return all(is_card_key(key) and type(dots) is int and 0 <= dots <= LARGEST for key, dots in table.items())


def _lanes(names: list[Any]) -> bool:
    return all(name in LANES for name in names)


SHAPES: dict[tuple[type[models.Model], str], Shape] = {
    # What background runs found and what the history tells of may have any shape: no page counts on it
    (Run, "result"): _anything,
    (HistoryEntry, "data"): _anything,
    (CanvasVersion, "cards"): _cards,
    (PrioritySettings, "weights"): _weights,
    (Scenario, "weights"): _weights,
    (Snapshot, "weights"): _weights,
    (Survey, "title"): _words,
    (Survey, "intro"): _words,
    (Survey, "segment_question"): _words,
    (Survey, "segments"): _segments,
    (SurveyItem, "wording"): _words,
    (SurveyResponse, "answers"): _answers,
    (SuggestionModel, "report"): _report,
    (VerbatimSource, "mapping"): _mapping,
    (Workshop, "result"): _dots,
    (Workshop, "locked_lanes"): _lanes,
}
