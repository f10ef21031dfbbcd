"""Dates as tables write them. The order of 3/4/2026 is never guessed here: whoever asks says it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

DAY_FIRST, MONTH_FIRST = "day", "month"
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ].*)?$")
_PARTED = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?:[ ,].*)?$")
_NAMED = re.compile(
    r"(?:[^\W\d_]+\.?,? )??(?:(?P<day>\d{1,2})(?:\.|st|nd|rd|th)?[ -]?(?P<month>[^\W\d_]+)\.?,?[ -]"
    r"|(?P<first>[^\W\d_]+)\.? (?P<second>\d{1,2})(?:st|nd|rd|th)?,? )(?P<year>\d{4})(?:[ ,].*)?$"
)
_MONTH_NAMES = (
    "jan feb mar apr may jun jul aug sep oct nov dec jän feb mär apr mai jun jul aug sep okt nov dez"
)
_MONTHS = {name: place % 12 + 1 for place, name in enumerate(_MONTH_NAMES.split())} | {"mrz": 3}


def read_date(text: str, *, month_first: bool = False) -> date | None:
    """The year first, the name of a month, or three numbers; points always mean that the day is first."""
    if found := _ISO.match(text):
        return _date(int(found[1]), int(found[3]), int(found[4]))
    if found := _NAMED.match(text):
        month = _MONTHS.get((found["month"] or found["first"])[:3].casefold(), 0)
        return _date(int(found["year"]), month, int(found["day"] or found["second"]))
    if not (found := _PARTED.match(text)):
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    day, month = (second, first) if month_first and found[2] != "." else (first, second)
    if year < 100:
        year += 2000 if year < 70 else 1900
    return _date(year, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def meanings(text: str) -> dict[str, date]:
    """What a date means with the day first, and with the month first."""
    read = {order: read_date(text, month_first=order == MONTH_FIRST) for order in (DAY_FIRST, MONTH_FIRST)}
    return {order: day for order, day in read.items() if day}


def in_doubt(text: str) -> bool:
    return len(set(meanings(text).values())) > 1


def told_order(texts: Iterable[str]) -> str:
    """The only order in which all of these are dates; "" where both are, or neither."""
    told = {order for text in texts if len(found := meanings(text)) == 1 for order in found}
    return told.pop() if len(told) == 1 else ""


@dataclass(frozen=True)
class DayOrder:
    """What comes first in the dates of a table, the day or the month, and one that only a person can tell."""

    order: str = ""
    doubt: str = ""

    @property
    def meanings(self) -> dict[str, date]:
        return meanings(self.doubt)

    @property
    def is_open(self) -> bool:
        return bool(self.doubt) and not self.order


def day_order(texts: Sequence[str], said: str) -> DayOrder:
    """`said` is the word of a person, which counts where the dates themselves do not tell."""
    if told := told_order(texts):
        return DayOrder(told)
    doubt = next(filter(in_doubt, texts), "")
    return DayOrder(said if doubt else "", doubt)
