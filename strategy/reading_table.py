"""Dated readings from a file or from the clipboard: a day, a value, and perhaps a note in each row. Pure."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from studies.tables import Row, Table, TableError, open_table

MOST_ROWS = 2000
MOST_ERRORS = 20  # shown at once
LONGEST_NOTE = 200
LARGEST = 1e15
FIRST_YEAR = 1990
HEAD_ROWS = 1  # that is put above rows which have none; the line that names the delimiter does not count
DAY_NAMES = ("date", "day", "on", "datum", "tag")
VALUE_NAMES = ("value", "reading", "kpi", "wert", "messwert")
NOTE_NAMES = ("note", "comment", "notiz", "bemerkung")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?", re.ASCII)
DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
NUMBER = re.compile(r"[-−+]?\d+(?:[.,]\d+)?", re.ASCII)
THOUSANDS = re.compile(r"[-−+]?\d{1,3},\d{3}", re.ASCII)


@dataclass(frozen=True)
class Reading:
    """`row` as the file counts it."""

    row: int
    on: date
    value: float
    note: str = ""


@dataclass(frozen=True)
class Found:
    """Either readings, or what is wrong with which row: nothing is half taken."""

    readings: tuple[Reading, ...] = ()
    errors: tuple[str, ...] = ()


class _Wrong(Exception):
    """Why a row is no reading."""


def read_pasted(text: str, *, today: date) -> Found:
    return read_file(io.BytesIO(text.strip().encode()), "What you pasted", today=today)


def read_file(file: BinaryIO, name: str, *, today: date) -> Found:
    """Raises TableError where it is no table at all."""
    file.seek(0)
    start = file.read(400)
    headless = _begins_with_a_day(start)
    if headless:
        file.seek(0)
        mark = _delimiter(start)
        file = io.BytesIO(
            f"sep={mark}\ndate{mark}value{mark}note\n".encode() + file.read().removeprefix(b"\xef\xbb\xbf")
        )
    return _readings(open_table(file, name), HEAD_ROWS if headless else 0, today)


def _begins_with_a_day(start: bytes) -> bool:
    """Rows without names of columns, as one copies them out of a spreadsheet."""
    text = start.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip().lstrip("\"'")
    return bool(ISO.match(text) or DOTTED.match(text))


def _delimiter(start: bytes) -> str:
    line = start.decode("utf-8", "replace").splitlines()[0]
    return next((mark for mark in "\t;," if mark in line), ",")


def _readings(table: Table, shift: int, today: date) -> Found:
    day, value, note = _columns(table.head)
    found: list[Reading] = []
    errors: list[str] = []
    seen: dict[date, int] = {}
    for row in table.rows():
        number = row.number - shift
        try:
            reading = _reading(row, number, (day, value, note), today)
            _only_once(reading, seen)
            found.append(reading)
        except _Wrong as wrong:
            errors.append(f"Row {number}: {wrong}")
        if len(found) > MOST_ROWS:
            raise TableError(f"That is more than {MOST_ROWS:,} readings. Send fewer at once.")
    if errors:
        return Found(errors=tuple(_told(errors)))
    return Found(readings=tuple(found)) if found else Found(errors=("There is no reading in it.",))


def _told(errors: list[str]) -> Iterator[str]:
    yield from errors[:MOST_ERRORS]
    if len(errors) > MOST_ERRORS:
        yield f"And {len(errors) - MOST_ERRORS} more rows."


def _columns(head: tuple[str, ...]) -> tuple[str, str, str]:
    """By their names, else the first two or three. Raises TableError with fewer than two."""
    if len(head) < 2:
        raise TableError("A row needs a day and a value: 2026-11-03; 4.5")
    day = _named(head, DAY_NAMES) or head[0]
    rest = [name for name in head if name != day]
    value = _named(rest, VALUE_NAMES) or rest[0]
    rest.remove(value)
    return day, value, _named(rest, NOTE_NAMES) or (rest[0] if rest else "")


def _named(head: tuple[str, ...] | list[str], names: tuple[str, ...]) -> str:
    return next((each for each in head if each.casefold() in names), "")


def _reading(row: Row, number: int, columns: tuple[str, str, str], today: date) -> Reading:
    if row.error:
        raise _Wrong(row.error)
    day, value, note = (row.cells.get(name, "") for name in columns)
    if len(note) > LONGEST_NOTE:
        raise _Wrong(f"the note has {len(note)} characters; at most {LONGEST_NOTE} fit.")
    return Reading(number, read_day(day, today), read_number(value), note)


def _only_once(reading: Reading, seen: dict[date, int]) -> None:
    if (first := seen.setdefault(reading.on, reading.row)) != reading.row:
        raise _Wrong(f"{reading.on.isoformat()} stands in row {first} already; one reading a day.")


def read_day(text: str, today: date) -> date:
    """2026-11-03 or 3.11.2026. Raises _Wrong: 3/11/2026 would be another day elsewhere."""
    year_first, day_first = ISO.fullmatch(text.strip()), DOTTED.fullmatch(text.strip())
    if not (parts := year_first or day_first):
        raise _Wrong(f"“{text[:40]}” is no day. Write 2026-11-03 or 3.11.2026.")
    numbers = [int(part) for part in parts.groups()]
    try:
        day = date(*(numbers if year_first else reversed(numbers)))
    except ValueError:
        raise _Wrong(f"“{text[:40]}” is not in the calendar.") from None
    if day > today or day.year < FIRST_YEAR:
        raise _Wrong(f"{day.isoformat()} {'lies in the future' if day > today else 'is too long ago'}.")
    return day


def read_number(text: str) -> float:
    """4.5, 4,5 or 45 %. Raises _Wrong where it is none, or could be two numbers: 1,234."""
    plain = text.strip().removesuffix("%").strip()
    if not NUMBER.fullmatch(plain):
        raise _Wrong(f"“{text[:40]}” is no number." if plain else "there is no value.")
    if THOUSANDS.fullmatch(plain):
        raise _Wrong(
            f"“{plain}” could be two numbers. Write {plain.replace(',', '')} or {plain.replace(',', '.')}."
        )
    value = float(plain.replace(",", ".").replace("−", "-"))
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise _Wrong(f"“{text[:40]}” is beyond all measure.")
    return value
