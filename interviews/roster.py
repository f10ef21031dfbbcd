"""Reads participants from a spreadsheet paste or a CSV file: rows and what is wrong with each. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from studies.counting import counted
from studies.tables import TableError, refuse_foreign, sheet_text
from studies.tables.dates import DayOrder, day_order, in_doubt, meanings

MAX_ROWS = 2000
MAX_COLUMNS = 40
LONGEST_TAG = 40
FIELDS = ("pseudonym", "segment", "tags", "consent", "consent_on", "note")
# what people call a column -> what we call it
HEADINGS = {
    "pseudonym": "pseudonym", "name": "pseudonym", "participant": "pseudonym", "id": "pseudonym",
    "code": "pseudonym", "teilnehmer": "pseudonym", "segment": "segment", "group": "segment",
    "gruppe": "segment", "tags": "tags", "tag": "tags", "labels": "tags", "consent": "consent",
    "einwilligung": "consent", "consent on": "consent_on",
    "consent date": "consent_on", "date": "consent_on", "datum": "consent_on", "note": "note",
    "notes": "note", "notiz": "note", "comment": "note", "comments": "note", "kommentar": "note",
    "participant id": "pseudonym", "date of consent": "consent_on",
}  # fmt: skip
CONSENT = {
    "": "none", "none": "none", "no": "none", "nein": "none", "open": "none", "given": "given",
    "yes": "given", "ja": "given", "true": "given", "x": "given", "withdrawn": "withdrawn",
    "revoked": "withdrawn", "widerrufen": "withdrawn",
}  # fmt: skip
MOST_ABOVE = 10  # rows with something in them, down to the names of the columns
PROBED = 20  # rows that show how the table is separated


class RosterError(Exception):
    """The whole text cannot be read as a table; the message says why and what to do."""


@dataclass
class Row:
    """One line of the table; `line` counts from 1 as a spreadsheet shows it."""

    line: int
    pseudonym: str = ""
    segment: str = ""
    tags: list[str] = field(default_factory=list)
    consent: str = "none"
    consent_on: date | None = None
    note: str = ""
    errors: list[str] = field(default_factory=list)


@dataclass
class Roster:
    rows: list[Row]
    mapping: list[tuple[str, str]]  # heading as it stands in the table -> field that it fills
    ignored: list[str]  # headings that mean nothing here
    headed: bool = True  # False: no line names the columns, so each is a person
    above: list[int] = field(default_factory=list)  # lines over the heading, which are left out
    days: DayOrder = field(default_factory=DayOrder)

    @property
    def sound(self) -> list[Row]:
        return [row for row in self.rows if not row.errors]


def text_of(file: BinaryIO, name: str) -> str:
    """What a file holds as it would be pasted. Raises RosterError for what is no table."""
    file.seek(0)
    data = file.read()
    try:
        refuse_foreign(data, name)
        return sheet_text(file, name, MAX_ROWS + 2) if data.startswith(b"PK") else decode(data)
    except TableError as error:
        raise RosterError(str(error)) from error


def decode(data: bytes) -> str:
    """Spreadsheets write UTF-8, UTF-16 or windows-1252. Raises RosterError for anything that is no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data[:4096]:
        raise RosterError("This is not a text file. Save the table as CSV, or copy and paste it.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("windows-1252", "replace")


def read_roster(text: str, *, taken: Iterable[str] = (), order: str = "") -> Roster:
    """Reads tab-, semicolon- or comma-separated text, with or without a heading line.

    `taken` are pseudonyms that exist already; `order` is what a person said of dates such as 3/4/2026, which
    counts where the table does not tell. Raises RosterError where the table as a whole makes no sense.
    """
    table = [
        (line, cells) for line, cells in enumerate(_cells(text), 1) if any(cell.strip() for cell in cells)
    ]
    _refuse_senseless(table)
    at, heading, columns = _heading(table)
    if "pseudonym" not in columns.values():
        raise RosterError("No column is called “pseudonym” (or name, participant, code). Name one so.")
    days = day_order(_dates([cells for _, cells in table[at:]], columns), order)
    rows = [_row(line, cells, columns, len(heading), days.order) for line, cells in table[at:]]
    return Roster(
        _checked(rows, taken),
        mapping=[(heading[index], columns[index]) for index in sorted(columns)],
        ignored=[name for index, name in enumerate(heading) if name and index not in columns],
        headed=at > 0,
        above=[line for line, _ in table[: max(0, at - 1)]],
        days=days,
    )


def _refuse_senseless(table: list[tuple[int, list[str]]]) -> None:
    if not table:
        raise RosterError("There is no row in it. Paste at least one line with a pseudonym.")
    if len(table) > MAX_ROWS + 1:
        raise RosterError(f"There are more than {MAX_ROWS:,} rows, which are too many at a time. Split them.")
    widest, at = max((len(cells), line) for line, cells in table)
    if widest > MAX_COLUMNS:
        raise RosterError(
            f"Line {at} has {widest} columns; {MAX_COLUMNS} are the limit. Is it the right file, "
            f"and the right separator? Known columns: {', '.join(FIELDS)}."
        )


def _cells(text: str) -> Iterator[list[str]]:
    lines = text.splitlines()[:PROBED]
    separator = max("\t;,", key=lambda mark: (sum(mark in line for line in lines), mark == "\t"))
    try:
        yield from csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator)
    except csv.Error as error:
        raise RosterError(f"This cannot be read as a table ({error}). Save it as CSV with UTF-8.") from error


def _heading(table: list[tuple[int, list[str]]]) -> tuple[int, list[str], dict[int, str]]:
    """Where the people begin, the names of the columns, and which field each fills.

    Of the first rows the one with most known names is it: a title or merged cells may stand above. Where none
    knows any, columns count in the order of FIELDS.
    """
    names = [[_plain(cell) for cell in cells] for _, cells in table[:MOST_ABOVE]]
    known = [_columns(each) for each in names]
    at = max(range(len(known)), key=lambda at: len(known[at]))
    if known[at]:
        return at + 1, names[at], known[at]
    fields = FIELDS[: max(len(cells) for _, cells in table)]
    return 0, [f"column {number}" for number, _ in enumerate(fields, 1)], dict(enumerate(fields))


def _plain(cell: str) -> str:
    return cell.replace("\N{NO-BREAK SPACE}", " ").strip(" \t\r\n*:")


def _columns(heading: list[str]) -> dict[int, str]:
    """Column number -> field if this line is a heading. Our own word for a field wins over synonyms."""
    names = [name.lower().replace("_", " ") for name in heading]
    known = [index for index, name in enumerate(names) if name in HEADINGS]
    columns: dict[int, str] = {}
    for index in sorted(known, key=lambda index: (names[index].replace(" ", "_") not in FIELDS, index)):
        if HEADINGS[names[index]] not in columns.values():
            columns[index] = HEADINGS[names[index]]
    return columns if "pseudonym" in columns.values() or len(columns) > 1 else {}


def _dates(rows: list[list[str]], columns: dict[int, str]) -> list[str]:
    at = next((index for index, name in columns.items() if name == "consent_on"), MAX_COLUMNS)
    return [cells[at].strip() for cells in rows if at < len(cells)]


def _row(line: int, cells: list[str], columns: dict[int, str], width: int, order: str) -> Row:
    found = {columns[index]: cell.strip() for index, cell in enumerate(cells) if index in columns}
    row = Row(line, found.get("pseudonym", ""), found.get("segment", ""), note=found.get("note", ""))
    row.tags = split_tags(found.get("tags", ""))
    consent = CONSENT.get(found.get("consent", "").lower())
    if consent is None:
        row.errors.append(f"Consent “{found['consent']}” is none of: none, given, withdrawn.")
    row.consent = consent or "none"
    row.consent_on = _date(found.get("consent_on", ""), order, row)
    if extra := sum(bool(cell.strip()) for cell in cells[width:]):
        row.errors.append(f"{counted(extra, 'filled cell')} beyond the last column: is a comma unquoted?")
    return row


def split_tags(text: str) -> list[str]:
    """Comma or semicolon between tags; each tag once."""
    tags = (tag.strip() for tag in text.replace(";", ",").split(","))
    return list(dict.fromkeys(tag for tag in tags if tag))


def _date(text: str, order: str, row: Row) -> date | None:
    """None, too, for a date that waits until somebody says its order."""
    found = meanings(text)
    if text and not found:
        row.errors.append(f"Date “{text}” is not written as 2026-03-31.")
    elif found and order and order not in found:
        row.errors.append(f"Date “{text}” is none with the {order} first.")
    elif found and not order and not in_doubt(text):
        return next(iter(found.values()))
    return found.get(order)


def _checked(rows: list[Row], taken: Iterable[str]) -> list[Row]:
    seen = {name.casefold(): "in this study" for name in taken}
    for row in rows:
        name = row.pseudonym.casefold()
        if not name:
            row.errors.append("No pseudonym.")
        elif name in seen:
            row.errors.append(f"The pseudonym “{row.pseudonym}” is already {seen[name]}.")
        for what, value, most in (("pseudonym", row.pseudonym, 60), ("segment", row.segment, 80)):
            if len(value) > most:
                row.errors.append(f"The {what} is longer than {most} characters.")
        if any(len(tag) > LONGEST_TAG for tag in row.tags):
            row.errors.append(f"A tag is longer than {LONGEST_TAG} characters.")
        seen.setdefault(name, f"in line {row.line}")
    return rows
