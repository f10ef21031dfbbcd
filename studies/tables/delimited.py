"""CSV and its relatives: the delimiter and the encoding are found out, line by line where they are mixed."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator
from typing import BinaryIO

from studies.tables.heads import head_at, head_of
from studies.tables.model import PROBED, Row, Table, TableError, columns, row_of

SAMPLE = 65_536  # bytes that are looked at before the file is read
LONGEST_LINE = 1_000_000  # bytes without a newline
LONGEST_CELL = 131_072  # characters; a quotation mark that is never closed would swallow the file
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
ONE_COLUMN = "\x1f"  # stands in no text: the whole line is one cell

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x01-\x08\x0e-\x1a\x7f]")
_UNREADABLE = "holds bytes that are no text in UTF-8 or Windows-1252"


def read_delimited(file: BinaryIO, name: str) -> Table:
    """Raises TableError where the file is no text, or has no head."""
    file.seek(0)
    sample = file.read(SAMPLE)
    encoding = _wide_encoding(sample)
    _refuse_binary(sample, encoding, name)
    delimiter = _told(file, encoding) or _delimiter(_probe(file, encoding))
    records = _records(file, encoding, delimiter, name)
    first = list(itertools.islice((record for record in records if any(record[1])), PROBED)) or [(0, [])]
    found = head_of(first)
    head = columns(found.cells, name)

    def read() -> Iterator[Row]:
        for number, cells in _records(file, encoding, delimiter, name):
            if number > found.row:
                broken = any("\ufffd" in cell for cell in cells)
                yield Row(number, {}, _UNREADABLE) if broken else row_of(number, head, cells)

    how = f"columns parted by {DELIMITERS[delimiter]}" if delimiter in DELIMITERS else "one column"
    return Table("CSV", head, read, (f"{_named(sample, encoding)}, {how}", *found.notes))


# --- characters --------------------------------------------------------------------------------------
def _wide_encoding(sample: bytes) -> str:
    """UTF-16 or UTF-32, with or without its mark; "" for an encoding that has one byte a letter."""
    if told := next((encoding for bom, encoding in _BOMS if sample.startswith(bom)), ""):
        return told
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd * 3 > len(sample) // 2 > even * 10:
        return "utf-16-le"
    return "utf-16-be" if even * 3 > len(sample) // 2 > odd * 10 else ""


def _named(sample: bytes, encoding: str) -> str:
    """As people know it; the sample may end within a letter."""
    try:
        codecs.getincrementaldecoder(encoding or "utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "Windows-1252"
    return encoding.upper() or "UTF-8"


def _refuse_binary(sample: bytes, encoding: str, name: str) -> None:
    text = sample.decode(encoding or "cp1252", "replace")
    if len(_CONTROL.findall(text)) * 50 > len(text) or (not encoding and sample.count(0) * 50 > len(sample)):
        raise TableError(f"“{name}” is not readable as a table. Save it as CSV (UTF-8) or as .xlsx.")


def _lines(file: BinaryIO, encoding: str, name: str) -> Iterator[str]:
    file.seek(0)
    if encoding:
        yield from _wide_lines(file, encoding, name)
        return
    first = True
    for line in _byte_lines(file, name):
        yield _decoded(line.removeprefix(codecs.BOM_UTF8) if first else line)
        first = False


def _byte_lines(file: BinaryIO, name: str) -> Iterator[bytes]:
    """A lone carriage return, which old Macs wrote, ends a line, too."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and b"\r" not in line[:-1]:
            raise TableError(f"“{name}” has no end of line after line {number:,}: this is no table.")
        if b"\r" in line[:-2]:
            yield from line.replace(b"\r\n", b"\n").replace(b"\r", b"\n").splitlines(keepends=True)
        else:
            yield line


def _decoded(line: bytes) -> str:
    """Files that were pasted together have lines in both encodings."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _wide_lines(file: BinaryIO, encoding: str, name: str) -> Iterator[str]:
    text = io.TextIOWrapper(file, encoding, "replace", newline=None)
    try:
        while line := text.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE:
                raise TableError(f"“{name}” has lines of over {LONGEST_LINE:,} characters: this is no table.")
            yield line.removeprefix("\ufeff")
    finally:
        text.detach()  # else the file would be closed with it


# --- cells -------------------------------------------------------------------------------------------
def _records(file: BinaryIO, encoding: str, delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each record; one cell may hold newlines, so a record is not a line."""
    lines = _lines(file, encoding, name)
    if _told(file, encoding):
        next(lines, None)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(lines, delimiter=delimiter)
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableError(
                f"“{name}” cannot be read from row {number + 1:,} on: a cell there is longer than "
                f"{LONGEST_CELL:,} characters. Most likely a quotation mark is opened and never closed."
            ) from error
        number += 1
        yield number, cells


def _told(file: BinaryIO, encoding: str) -> str:
    """The delimiter that Excel's own first line `sep=;` names."""
    position = file.tell()
    file.seek(0)
    first = file.read(64).decode(encoding or "utf-8-sig", "ignore").lstrip("\ufeff")
    file.seek(position)
    found = re.match(r"sep=([,;\t|])\r?\n", first, re.IGNORECASE)
    return found[1] if found else ""


def _probe(file: BinaryIO, encoding: str) -> list[str]:
    file.seek(0)
    text = file.read(SAMPLE)
    decoded = text.decode(encoding, "ignore") if encoding else _decoded(text.removeprefix(codecs.BOM_UTF8))
    return [f"{line}\n" for line in decoded.replace("\r\n", "\n").replace("\r", "\n").split("\n")]


def _delimiter(lines: list[str]) -> str:
    """The one that gives most rows as many cells as the head has; one column where none parts the head."""
    scores = {}
    for delimiter in DELIMITERS:
        rows = _sampled(lines, delimiter)
        at = head_at(rows)
        width = len(rows[at]) if rows else 0
        fitting = sum(len(row) == width for row in rows[at:]) / max(1, len(rows) - at)
        if width > 1 and fitting >= (0.8 if at else 0.5):  # a text may hold commas below its title
            scores[delimiter] = (fitting, width)
    return max(scores, key=lambda delimiter: scores[delimiter]) if scores else ONE_COLUMN


def _sampled(lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        rows = (row for row in csv.reader(lines, delimiter=delimiter) if row)
        return list(itertools.islice(rows, PROBED))
    except csv.Error:
        return []
