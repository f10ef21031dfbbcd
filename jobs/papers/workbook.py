"""The workbook of everything (XLSX), written row by row. Pure.

Words of customers stay words: a cell that begins like a formula is stored as text and stays text when
somebody edits it.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from datetime import date
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
    cell = _Cells(page)
    page.append([cell(sheet.note, cell.note)])
    page.append([cell(head, cell.head) for head, _ in sheet.columns])
    last = 2
    for row in sheet.rows:
        page.append([cell(value) for value in row])
        last += 1
    page.auto_filter.ref = f"A2:{get_column_letter(len(sheet.columns))}{last}"


class _Cells:
    """Cells of one sheet. Styles are made once and shared: one for each cell would take most of the time."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.note = self._style(font=Font(italic=True, color="59626C"))
        self.head = self._style(font=Font(bold=True), alignment=Alignment(wrap_text=True, vertical="top"))
        top = Alignment(wrap_text=True, vertical="top")
        self.plain = self._style(alignment=top)
        self.fraction = self._style(alignment=top, number_format="#,##0.00")  # shown so; the cell holds all
        self.day = self._style(alignment=top, number_format="yyyy-mm-dd")
        self.guarded = self._style(alignment=top, quotePrefix=True)

    def _style(self, **changes: Any) -> Any:
        cell = WriteOnlyCell(self.page)
        for name, value in changes.items():
            setattr(cell, name, value)
        return cell._style

    def __call__(self, value: Any, style: Any = None) -> Any:
        if not isinstance(value, str):
            known = not isinstance(value, float) or math.isfinite(value)
            cell = WriteOnlyCell(self.page, value=value if known else None)
            cell._style = self._of_number(value)
            return cell
        cell = WriteOnlyCell(self.page, value=_fits(value))
        cell.data_type = "s"
        is_formula = value.lstrip(" \n").startswith(FORMULA)
        cell._style = style or (self.guarded if is_formula else self.plain)
        return cell

    def _of_number(self, value: Any) -> Any:
        if isinstance(value, date):
            return self.day
        return self.fraction if isinstance(value, float) and not value.is_integer() else self.plain


def _fits(text: str) -> str:
    """Without the characters that no workbook may hold, and not longer than a cell is."""
    clean = printable(text)
    return clean if len(clean) <= LONGEST else clean[: LONGEST - len(CUT)] + CUT
