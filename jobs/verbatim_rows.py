"""From a row of an uploaded table to a verbatim, or to the reason why it is none. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from studies.tables import Row

LONGEST_TEXT = 10_000  # characters
LONGEST_SEGMENT = 80
PARTS = ("text", "segment", "date")  # what a column can be
ORDERS = {"day": "Day first: 31.12.2026", "month": "Month first: 12/31/2026"}

_NAMES = {
    "text": "text review comment answer verbatim feedback message body description opinion reason "
    "bewertung kommentar antwort nachricht beschreibung rückmeldung grund",
    "segment": "segment group product category plan channel country type customer model "
    "gruppe produkt kategorie kanal land kunde modell",
    "date": "date day on at created when time submitted datum tag zeit erstellt am",
}
# German writes words as one, the last says what it is: “Kundengruppe”, “Kaufdatum”
_ENDS = {
    "text": ("bewertung", "kommentar", "antwort", "nachricht", "beschreibung", "rückmeldung", "freitext"),
    "segment": ("gruppe", "kategorie", "kanal", "produkt", "modell"),
    "date": ("datum", "zeitpunkt"),
}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_PARTED = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?:[ ,].*)?$")


@dataclass(frozen=True)
class Said:
    """`key` is the same for texts that differ in capitals and spaces only."""

    row: int
    text: str
    key: str
    segment: str
    said_on: date | None


@dataclass(frozen=True)
class Refused:
    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = f", column “{self.column}”" if self.column else ""
        return f"Row {self.row:,}{where}: {self.reason}"


def read(row: Row, mapping: Mapping[str, str]) -> Said | Refused | None:
    """None for a row without a text. `mapping` names the column of each part, and the order of dates."""
    if row.error:
        return Refused(row.number, "", row.error)
    text = row.cells[mapping["text"]]
    if not text:
        return None
    if len(text) > LONGEST_TEXT:
        reason = f"{len(text):,} characters; at most {LONGEST_TEXT:,} are read"
        return Refused(row.number, mapping["text"], reason)
    told = row.cells.get(mapping.get("date", ""), "")
    said_on = read_date(told, month_first=mapping.get("order") == "month") if told else None
    if told and said_on is None:
        return Refused(row.number, mapping["date"], f"“{told[:30]}” is no date")
    segment = " ".join(row.cells.get(mapping.get("segment", ""), "").split())[:LONGEST_SEGMENT]
    return Said(row.number, text, key_of(text), segment, said_on)


def key_of(text: str) -> str:
    plain = " ".join(text.casefold().split())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def read_date(text: str, *, month_first: bool = False) -> date | None:
    """ISO dates, and dates of three numbers; points always mean that the day is first."""
    if found := _ISO.match(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if not (found := _PARTED.match(text)):
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    day, month = (second, first) if month_first and found[2] != "." else (first, second)
    return _date(year + 2000 if year < 100 else year, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def guess(head: Sequence[str], rows: Iterable[Row]) -> dict[str, str]:
    """Which column is what: by its name, and the text else by its length; "" where nothing speaks for one."""
    sample = [row.cells for row in rows if not row.error]
    found = {part: _by_name(head, part) for part in PARTS}
    if not found["text"]:
        found["text"] = max(head, key=lambda name: _length(sample, name))
    for part in ("segment", "date"):
        if found[part] == found["text"]:
            found[part] = ""
    dates = [cells[found["date"]] for cells in sample if found["date"] and cells[found["date"]]]
    if found["date"] and not any(read_date(text) or read_date(text, month_first=True) for text in dates):
        found["date"] = ""
    return found | {"order": "month" if _month_first(dates) else "day"}


def _by_name(head: Sequence[str], part: str) -> str:
    """A name that is such a word, else one that holds it, else one of whose words ends like one."""
    known = set(_NAMES[part].split())
    parts = {name: re.findall(r"[^\W_]+", name.casefold()) for name in head}
    exact = (name for name in head if len(parts[name]) == 1 and parts[name][0] in known)
    holding = (name for name in head if known & set(parts[name]))
    ending = (name for name in head if any(word.endswith(_ENDS[part]) for word in parts[name]))
    return next(exact, next(holding, next(ending, "")))


def _length(sample: Sequence[Mapping[str, str]], name: str) -> float:
    lengths = [len(cells[name]) for cells in sample if cells[name]]
    return fmean(lengths) if lengths else 0.0


def _month_first(dates: Sequence[str]) -> bool:
    day_first = sum(read_date(text) is not None for text in dates)
    return sum(read_date(text, month_first=True) is not None for text in dates) > day_first
