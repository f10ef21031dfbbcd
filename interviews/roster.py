"""Reads participants from a spreadsheet paste or a CSV file: rows and what is wrong with each. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

MAX_ROWS = 2000
MAX_COLUMNS = 40
FIELDS = ("pseudonym", "segment", "tags", "consent", "consent_on", "note")
# what people call a column -> what we call it
HEADINGS = {
    "pseudonym": "pseudonym", "name": "pseudonym", "participant": "pseudonym", "id": "pseudonym", "code": "pseudonym",
    "teilnehmer": "pseudonym", "segment": "segment", "group": "segment", "gruppe": "segment", "tags": "tags",
    "tag": "tags", "labels": "tags", "consent": "consent", "einwilligung": "consent", "consent on": "consent_on",
    "consent_on": "consent_on", "consent date": "consent_on", "date": "consent_on", "datum": "consent_on",
    "note": "note", "notes": "note", "notiz": "note", "comment": "note",
}  # fmt: skip
CONSENT = {
    "": "none", "none": "none", "no": "none", "nein": "none", "open": "none", "given": "given", "yes": "given",
    "ja": "given", "true": "given", "x": "given", "withdrawn": "withdrawn", "revoked": "withdrawn",
    "widerrufen": "withdrawn",
}  # fmt: skip
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")


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
    ignored: list[str]  # headings that mean nothing here

    @property
    def sound(self) -> list[Row]:
        return [row for row in self.rows if not row.errors]


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


def read_roster(text: str, *, taken: Iterable[str] = ()) -> Roster:
    """Reads tab-, semicolon- or comma-separated text, with or without a heading line.

    `taken` are pseudonyms that exist already. Raises RosterError where the table as a whole makes no sense.
    """
    table = [
        (line, cells) for line, cells in enumerate(_cells(text), 1) if any(cell.strip() for cell in cells)
    ]
    if not table:
        raise RosterError("There is no row in it. Paste at least one line with a pseudonym.")
    if len(table) > MAX_ROWS + 1:
        raise RosterError(f"{len(table):,} rows are too many; {MAX_ROWS:,} at a time. Split the file.")
    widest, at = max((len(cells), line) for line, cells in table)
    if widest > MAX_COLUMNS:
        raise RosterError(
            f"Line {at} has {widest} columns; {MAX_COLUMNS} are the limit. Is it the right file, "
            f"and the right separator? Known columns: {', '.join(FIELDS)}."
        )
    columns, ignored = _columns(table[0][1])
    body = table[1:] if columns else table
    columns = columns or dict(enumerate(FIELDS[: len(table[0][1])]))
    if "pseudonym" not in columns.values():
        raise RosterError("No column is called “pseudonym” (or name, participant, code). Name one so.")
    return Roster(_checked([_row(line, cells, columns) for line, cells in body], taken), ignored)


def _cells(text: str) -> Iterable[list[str]]:
    first = text.lstrip("\n\r").split("\n", 1)[0]
    separator = max("\t;,", key=lambda mark: (first.count(mark), mark == "\t"))
    try:
        yield from csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator)
    except csv.Error as error:
        raise RosterError(f"This cannot be read as a table ({error}). Save it as CSV with UTF-8.") from error


def _columns(heading: list[str]) -> tuple[dict[int, str], list[str]]:
    """Column number -> field, if the first line is a heading; a no-break space in it is a space."""
    names = [cell.replace("\N{NO-BREAK SPACE}", " ").strip().lower() for cell in heading]
    columns = {index: HEADINGS[name] for index, name in enumerate(names) if name in HEADINGS}
    if "pseudonym" not in columns.values() and len(columns) < 2:
        return {}, []
    return columns, [name for name in names if name and name not in HEADINGS]


def _row(line: int, cells: list[str], columns: dict[int, str]) -> Row:
    found = {columns[index]: cell.strip() for index, cell in enumerate(cells) if index in columns}
    row = Row(line, found.get("pseudonym", ""), found.get("segment", ""), note=found.get("note", ""))
    row.tags = [tag.strip() for tag in found.get("tags", "").replace(";", ",").split(",") if tag.strip()]
    row.consent = CONSENT.get(found.get("consent", "").lower(), "")
    if not row.consent:
        row.errors.append(f"Consent “{found['consent']}” is none of: none, given, withdrawn.")
    row.consent_on = _date(found.get("consent_on", ""), row)
    if extra := [cell for cell in cells[max(columns) + 1 :] if cell.strip()]:
        row.errors.append(f"{len(extra)} more filled cells than there are columns: is a comma unquoted?")
    return row


def _date(text: str, row: Row) -> date | None:
    for pattern in DATES:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  a day has no time zone
        except ValueError:
            continue
    if text:
        row.errors.append(f"Date “{text}” is not written as 2026-03-31.")
    return None


def _checked(rows: list[Row], taken: Iterable[str]) -> list[Row]:
    seen = {name.casefold(): "in this study" for name in taken}
    for row in rows:
        name = row.pseudonym.casefold()
        if not name:
            row.errors.append("No pseudonym.")
        elif name in seen:
            row.errors.append(f"The pseudonym “{row.pseudonym}” is already {seen[name]}.")
        elif len(row.pseudonym) > 60:
            row.errors.append("The pseudonym is longer than 60 characters.")
        if len(row.segment) > 80:
            row.errors.append("The segment is longer than 80 characters.")
        seen.setdefault(name, f"in line {row.line}")
    return rows
