"""Tables that people upload: CSV, XLSX and JSON lines as one stream of rows. Pure.

A file is hostile until it is read: sizes are bounded, nothing is evaluated, and a row that cannot be read is
a row with a reason, not the end of the file. Memory does not grow with the number of rows.
"""

from __future__ import annotations

from typing import BinaryIO

from studies.foreign import LOCKED, OLD_EXCEL, OLE, old_office_kind
from studies.tables.delimited import read_delimited
from studies.tables.heads import JOINT
from studies.tables.lines import read_lines
from studies.tables.model import MOST_COLUMNS, Row, Table, TableError, tidy
from studies.tables.workbook import read_workbook, sheet_text

__all__ = [
    "JOINT",
    "MOST_COLUMNS",
    "Row",
    "Table",
    "TableError",
    "open_filled",
    "open_table",
    "refuse_foreign",
    "sheet_text",
    "tidy",
]

_PAGE = "a web page, whatever its name. Open it in a spreadsheet and save it as .xlsx or CSV"
_FOREIGN = (
    (b"%PDF", "a PDF. Export the table itself as CSV or .xlsx"),
    (b"\x1f\x8b", "packed with gzip. Unpack it first"),
    (b"\x89PNG", "an image. Export the table itself as CSV or .xlsx"),
    (b"\xff\xd8\xff", "an image. Export the table itself as CSV or .xlsx"),
    (b"SQLite format 3", "a database. Export the table itself as CSV or .xlsx"),
    (b"{\\rtf", "a text document (RTF). Save the table itself as CSV or .xlsx"),
    (b"WEBVTT", "a transcript. Import it with the interviews"),
    (b"<!DOCTYPE", _PAGE),
    (b"<!doctype", _PAGE),
    (b"<html", _PAGE),
    (b"<HTML", _PAGE),
    (b"<table", _PAGE),
)
_BOM = b"\xef\xbb\xbf"


def open_table(file: BinaryIO, name: str) -> Table:
    """The table in `file`, which must stay open and seekable while its rows are read.

    What it is follows from its first bytes, not from its name. Raises TableError in words for people.
    """
    file.seek(0)
    head = file.read(4096)
    if head.startswith(OLE):
        head += file.read()  # its list of parts may stand anywhere
    start = refuse_foreign(head, name)
    if head.startswith(b"PK"):
        return read_workbook(file, name)
    if start.startswith((b"{", b"[")) and not name.casefold().endswith((".csv", ".tsv", ".txt")):
        return read_lines(file, name)
    return read_delimited(file, name)


def refuse_foreign(head: bytes, name: str) -> bytes:
    """The first bytes without what goes before them. Raises TableError where they say that it is no table.

    Old Office files are told apart by all of their bytes.
    """
    if not head.strip():
        raise TableError(f"“{name}” is empty.")
    start = head.removeprefix(_BOM).lstrip()
    if start.startswith(OLE):
        raise TableError(f"“{name}” is {_of_office(old_office_kind(start))}.")
    if kind := next((words for signature, words in _FOREIGN if start.startswith(signature)), ""):
        raise TableError(f"“{name}” is {kind}.")
    return start


def _of_office(kind: str) -> str:
    if kind == LOCKED:
        return kind
    advice = "Save it" if kind == OLD_EXCEL else "If a table stands in it, save that"
    return f"{kind}. {advice} as .xlsx or CSV"


def open_filled(file: BinaryIO, name: str) -> Table:
    """Like open_table(), but a table with a heading and no rows is refused, too."""
    table = open_table(file, name)
    if next(table.rows(), None) is None:
        where = f" ({', '.join(table.notes)})" if table.notes else ""
        raise TableError(f"“{name}” has names of columns, but no rows below them{where}.")
    return table
