"""The workbook of everything (XLSX), written row by row. Pure.

Words of customers stay words: a cell that begins like a formula is stored as text and stays text when
somebody edits it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from jobs.papers.tree import Sheet, printable
from studies.spreadsheet import FORMULA

LONGEST = 32_767  # characters that a cell can hold
CUT = " … (cut: a cell holds 32,767 characters)"


def write_workbook(sheets: Iterable[Sheet], *, title: str) -> bytes:
    book = Workbook(write_only=True)
    book.properties.title = title
    book.properties.creator = "Progress Studio"
    for sheet in sheets:
        _write(book, sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write(book: Any, sheet: Sheet) -> None:
    page = book.create_sheet(sheet.title)
    page.freeze_panes = "A3"
    for place, (_, width) in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(place)].width = width
    page.append([_cell(page, sheet.note, font=Font(italic=True, color="59626C"), wrap=False)])
    page.append([_cell(page, head, font=Font(bold=True)) for head, _ in sheet.columns])
    last = 2
    for row in sheet.rows:
        page.append([_cell(page, value) for value in row])
        last += 1
    page.auto_filter.ref = f"A2:{get_column_letter(len(sheet.columns))}{last}"


def _cell(page: Any, value: Any, *, font: Font | None = None, wrap: bool = True) -> Any:
    cell = WriteOnlyCell(page, value=_fits(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.lstrip(" \n").startswith(FORMULA)
        cell.alignment = Alignment(wrap_text=wrap, vertical="top")
    else:
        cell.alignment = Alignment(vertical="top")
    if font:
        cell.font = font
    return cell


def _fits(text: str) -> str:
    """Without the characters that no workbook may hold, and not longer than a cell is."""
    clean = printable(text)
    return clean if len(clean) <= LONGEST else clean[: LONGEST - len(CUT)] + CUT
