"""What a respondent sends. No Django form: a page of twenty jobs would be eighty fields for each request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jobs.queries.surveys import Sheet
from jobs.surveys.texts import KANO

RATINGS = {str(number): number for number in range(1, 6)}
KANO_ANSWERS = {word: word for word in KANO}
Given = dict[str, dict[str, int | str]]


class Misunderstood(Exception):
    """A value that no page of ours sends."""


@dataclass
class Sent:
    """`answers`: item key -> {"imp", "sat", "with", "without"}; `taken_back`: what was set to no answer."""

    answers: Given = field(default_factory=dict)
    taken_back: set[tuple[str, str]] = field(default_factory=set)
    segment: str | None = None

    @property
    def is_empty(self) -> bool:
        return not self.answers and not self.taken_back


def read_sent(posted: Mapping[str, str], sheet: Sheet) -> Sent:
    """Only what the sheet asks is read. Raises Misunderstood for a value outside its scale.

    The form ends with a field of its own: where a connection broke off, what came before it is no answer.
    """
    if "end" not in posted:
        raise Misunderstood
    sent = Sent(segment=_segment(posted, sheet))
    for question in sheet.questions:
        for what, scale in _scales(sheet):
            value = posted.get(f"{question.key}.{what}")
            if value == "":
                sent.taken_back.add((question.key, what))
            elif value is not None:
                sent.answers.setdefault(question.key, {})[what] = _on(scale, value)
    return sent


def _scales(sheet: Sheet) -> list[tuple[str, Mapping[str, int | str]]]:
    kano: list[tuple[str, Mapping[str, int | str]]] = [("with", KANO_ANSWERS), ("without", KANO_ANSWERS)]
    return [("imp", RATINGS), ("sat", RATINGS), *(kano if sheet.with_kano else [])]


def _on(scale: Mapping[str, int | str], value: str) -> int | str:
    if value not in scale:
        raise Misunderstood
    return scale[value]


def _segment(posted: Mapping[str, str], sheet: Sheet) -> str | None:
    """None where the page did not say; the empty word where it was taken back."""
    value = posted.get("segment")
    if value and value not in {name for name, _ in sheet.segments}:
        raise Misunderstood
    return value
