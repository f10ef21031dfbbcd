"""What one field of an element may hold, as it travels in JSON.

`clean` returns the value to store or raises ValueError with a sentence for the person who typed it.
A field called "detail.x" is the attribute x of the element's kind: two people may then edit two attributes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from interviews import kinds
from interviews.models import Element

LONGEST_TEXT = 10_000
LONGEST_MS = 24 * 3600 * 1000
DETAIL = "detail."


def sound_text(value: Any) -> str:
    """Text that every database stores: PostgreSQL refuses NUL, and JSON may carry half a surrogate pair."""
    if not isinstance(value, str):
        raise ValueError("This must be text.")
    whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")
    if len(whole) > LONGEST_TEXT:
        raise ValueError(f"Longer than {LONGEST_TEXT:,} characters. Split it into several items.")
    return whole


def _number(low: int, high: int, what: str) -> Callable[[Any], int | None]:
    def clean_number(value: Any) -> int | None:
        if value is None or value == "":
            return None
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"{what} is a whole number from {low} to {high}.")
        return value

    return clean_number


def _one_of(choices: kinds.Choices, what: str) -> Callable[[Any], str]:
    allowed = {value for value, _ in choices} | {""}

    def clean_choice(value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise ValueError(f"{what}: this is none of the choices.")
        return value

    return clean_choice


def _epistemic(value: Any) -> str:
    return _one_of(kinds.EPISTEMIC, "Stated or inferred")(value) or "stated"


def _day(value: Any) -> str | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise ValueError("Give the day as year-month-day.") from None


def _dimensions(value: Any) -> list[str]:
    known = [code for code, _ in kinds.DIMENSIONS]
    if not isinstance(value, list) or any(code not in known for code in value):
        raise ValueError("A dimension is functional, emotional or social.")
    return [code for code in known if code in value]


def _deleted(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("Deleted is yes or no.")
    return value


CLEANERS: dict[str, Callable[[Any], Any]] = {
    "kind": _one_of(kinds.KIND_CHOICES, "Element"),
    "note": sound_text,
    "verbatim": sound_text,
    "at_ms": _number(0, LONGEST_MS, "The time in milliseconds"),
    "phase": _number(1, 4, "The phase"),
    "substage": _one_of(kinds.SUBSTAGES, "Stage of use"),
    "point": _one_of(kinds.POINT_CHOICES, "Point"),
    "story_date": _day,
    "story_precision": _one_of(kinds.PRECISIONS, "Precision"),
    "intensity": _number(0, 4, "Intensity"),
    "grade": _one_of(kinds.GRADES, "Evidence grade"),
    "epistemic": _epistemic,
    "dimensions": _dimensions,
    "deleted": _deleted,
}


def clean(field: str, value: Any, kind: str) -> Any:
    if field.startswith(DETAIL):
        return _detail(field.removeprefix(DETAIL), value, kind)
    if field not in CLEANERS:
        raise ValueError("There is no such field.")
    return CLEANERS[field](value)


def _detail(name: str, value: Any, kind: str) -> Any:
    if isinstance(value, str):
        value = sound_text(value).strip()
    if value is None or value == "":
        return ""
    if not isinstance(value, str | int):
        raise ValueError("This must be text or a number.")
    cleaned = kinds.clean_detail(kind, {name: value})
    if name not in cleaned:
        raise ValueError("This kind of element has no such field.")
    return cleaned[name]


def read(element: Element, field: str) -> Any:
    """The field's value in the form that `clean` returns."""
    if field.startswith(DETAIL):
        return element.detail.get(field.removeprefix(DETAIL), "")
    if field == "deleted":
        return element.deleted_at is not None
    value = getattr(element, field)
    return value.isoformat() if isinstance(value, date) else value


def write(element: Element, field: str, value: Any, *, now: Any) -> str:
    """Sets the cleaned value and returns the name of the column that it changed."""
    if field.startswith(DETAIL):
        name = field.removeprefix(DETAIL)
        kept = {key: old for key, old in element.detail.items() if key != name}
        element.detail = kept if value == "" else kept | {name: value}
        return "detail"
    if field == "deleted":
        element.deleted_at = now if value else None
        return "deleted_at"
    if field == "story_date" and value:
        value = date.fromisoformat(value)
    setattr(element, field, value)
    return field


def default_phase(kind: str, point: str = "") -> int | None:
    """Where an item of this kind belongs most often; an event belongs where its point leads to."""
    if point:
        return kinds.BY_POINT[point].to_phase or None
    places = kinds.BY_CODE[kind].phases if kind else ()
    return places[0] if places else None
