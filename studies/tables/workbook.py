"""XLSX: the first visible sheet, read row by row. Formulas are never computed: their stored value counts."""

from __future__ import annotations

import csv
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any, BinaryIO

from studies.foreign import packed_kind
from studies.tables.heads import head_of, without_empty_end
from studies.tables.model import MOST_COLUMNS, PROBED, Row, Table, TableError, columns, row_of

MOST_UNPACKED = 400 * 1024 * 1024  # bytes of all parts together
MOST_WORDS = 120 * 1024 * 1024  # bytes of the list of texts, which the reader holds in memory
# Bytes of all that is read whole around the cells; 20,000 cell formats take 3 s
MOST_AROUND = 2 * 1024 * 1024
AROUND = {
    "[Content_Types].xml",
    "docProps/core.xml",
    "docProps/custom.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/theme/theme1.xml",
    "xl/workbook.xml",
}
MOST_PARTS = 2_000
MOST_ROWS = 1_048_576  # of a sheet, as Excel counts; a file may number its rows as high as it likes
MOST_TIMES = 100  # how many times larger than packed; texts reach 20
SMALL = 8 * 1024 * 1024  # what unpacks to less is no bomb
_INSTEAD = "Bring the table itself, as .xlsx or CSV."
# openpyxl and zipfile report what is broken by whatever they stumble over
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
)


def read_workbook(file: BinaryIO, name: str) -> Table:
    """Raises TableError for what is no workbook, is locked, or unpacks to too much."""
    _refuse_bombs(file, name)
    sheets = _sheets(file, name)
    first = list(islice((row for row in _cells(sheets[0], name) if any(row[1])), PROBED))
    if not first:
        raise TableError(f"The first sheet of “{name}” is empty.")
    found = head_of(first)
    head = columns(found.cells, name)

    def read() -> Iterator[Row]:
        for number, cells in _cells(_sheets(file, name)[0], name, len(head)):
            if number > found.row:
                yield row_of(number, head, cells)

    others = f", the first of {len(sheets)} that can be seen" if len(sheets) > 1 else ""
    return Table("Excel workbook", head, read, (f"sheet “{sheets[0].title}”{others}", *found.notes))


def sheet_text(file: BinaryIO, name: str, most: int) -> str:
    """The first `most` rows with something in them as they would be pasted, each on the line of its number.

    Raises TableError like read_workbook().
    """
    _refuse_bombs(file, name)
    text, line = io.StringIO(), 0
    writer = csv.writer(text, "excel-tab", lineterminator="\n")
    for number, cells in islice((row for row in _cells(_sheets(file, name)[0], name) if any(row[1])), most):
        writer.writerows([] for _ in range(line + 1, number))
        writer.writerow(without_empty_end(cells))
        line = number
    return text.getvalue()


def _refuse_bombs(file: BinaryIO, name: str) -> None:
    parts, heads = _parts(file, name)
    _refuse_foreign(heads, name)
    unpacked = sum(part.file_size for part in parts)
    words = sum(part.file_size for part in parts if _holds_words(part, heads))
    if sum(part.file_size for part in parts if part.filename in AROUND) > MOST_AROUND:
        raise TableError(f"“{name}” holds too many cell formats or names. Save the sheet as CSV.")
    times = unpacked / max(1, sum(part.compress_size for part in parts))
    is_large = unpacked > MOST_UNPACKED or words > MOST_WORDS or len(parts) > MOST_PARTS
    if is_large or (unpacked > SMALL and times > MOST_TIMES):
        size = f"{unpacked / 1024 / 1024:,.0f} MB"
        raise TableError(f"“{name}” unpacks to {size}, too much for a workbook. Save the sheet as CSV.")


def _parts(file: BinaryIO, name: str) -> tuple[list[zipfile.ZipInfo], dict[str, bytes]]:
    """What is packed in the file, and how the first parts begin, by name."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
            return parts, {part.filename: _beginning(packed, part) for part in parts[:MOST_PARTS]}
    except (*_BROKEN, RuntimeError) as error:
        raise TableError(f"“{name}” is damaged or locked. Save it again as .xlsx, or as CSV.") from error


def _refuse_foreign(heads: dict[str, bytes], name: str) -> None:
    if "xl/workbook.xml" not in heads:
        raise TableError(f"“{name}” is {packed_kind(heads)}, not an Excel workbook. {_INSTEAD}")
    if any(b"<!DOCTYPE" in head or b"<!ENTITY" in head for head in heads.values()):
        raise TableError(f"“{name}” holds definitions that no workbook needs, and is refused.")


def _beginning(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    if not part.filename.endswith((".xml", ".rels")):
        return b""
    with packed.open(part) as opened:
        return opened.read(4096)


def _holds_words(part: zipfile.ZipInfo, heads: dict[str, bytes]) -> bool:
    """Excel calls it so; any other name may stand in the list of parts."""
    return part.filename.endswith("sharedStrings.xml") or b"<sst" in heads.get(part.filename, b"")


def _sheets(file: BinaryIO, name: str) -> list[Any]:
    """Those that can be seen; the first one is read."""
    from openpyxl import load_workbook

    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        found = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except _BROKEN as error:
        raise _damaged(name) from error
    if not found:
        raise TableError(f"“{name}” has no visible sheet with a table.")
    return found


def _damaged(name: str) -> TableError:
    return TableError(f"“{name}” is damaged. Open it, save it again as .xlsx, or as CSV.")


def _cells(sheet: Any, name: str, width: int = MOST_COLUMNS) -> Iterator[tuple[int, list[str]]]:
    """(number, texts) of each row. One cell more than `width` is read, so that a row that is too long is
    noticed."""
    try:
        sheet.reset_dimensions()  # what the file says of its size may be wrong
        for number, cells in enumerate(sheet.iter_rows(max_col=width + 1, values_only=True), 1):
            if number > MOST_ROWS:
                raise TableError(f"“{name}” numbers its rows beyond {MOST_ROWS:,}, as no sheet can.")
            if cells.count(None) < len(cells):  # rows that are left out come as empty ones, by the million
                yield number, [_text(cell) for cell in cells]
    except _BROKEN as error:
        raise _damaged(name) from error


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)
