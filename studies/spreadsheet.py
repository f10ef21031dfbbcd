"""Tables as CSV for spreadsheets: UTF-8 with a mark that they know, cells that cannot become formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"  # spreadsheets read the file as UTF-8 only with this mark


class _Echo:
    """csv writes into a file; here a written line is handed straight on."""

    def write(self, line: str) -> str:
        return line


def guarded(value: Any) -> Any:
    """A leading apostrophe keeps a spreadsheet from computing what somebody wrote (OWASP: CSV injection)."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = "; ".join(str(item) for item in value)
    if isinstance(value, str) and value.lstrip(" \n").startswith(FORMULA):
        return f"'{value}"
    return value


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of one file, made while they are sent."""
    writer = csv.writer(_Echo())
    yield BOM + str(writer.writerow(head))
    for row in rows:
        yield str(writer.writerow([guarded(value) for value in row]))
