"""What every reader of tables hands on: a head, and rows that are read or say why they are not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from studies.tables.heads import without_empty_end

MOST_COLUMNS = 200
PROBED = 50  # rows in which names of columns are looked for
LONGEST_NAME = 200  # survey tools write whole questions

# NUL and other control characters that no database keeps, byte-order marks, half surrogate pairs
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")


class TableError(Exception):
    """Why a file cannot be read as a table: what, where and what to do."""


@dataclass(frozen=True)
class Row:
    """`number` is the row as a spreadsheet or an editor counts it, the head included.

    Where `error` says why the row could not be read, `cells` is empty; else it has a text for every column.
    """

    number: int
    cells: dict[str, str]
    error: str = ""


@dataclass(frozen=True)
class Table:
    """`head` holds the names of the columns, each once; `read` starts from the first row again."""

    kind: str
    head: tuple[str, ...]
    read: Callable[[], Iterator[Row]]
    notes: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        """Rows without any text are left out; they count in the numbers of the rows below them."""
        return (row for row in self.read() if row.error or any(row.cells.values()))


def tidy(text: str) -> str:
    """A cell as it can be stored: without control characters, one kind of newline, no spaces around it."""
    return _UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def columns(cells: Sequence[str], name: str) -> tuple[str, ...]:
    """Names of columns: no-break and doubled spaces are spaces, no name is empty, none comes twice."""
    named = without_empty_end(cells)
    if len(named) > MOST_COLUMNS:
        raise TableError(f"“{name}” has {len(named):,} columns; at most {MOST_COLUMNS} can be read.")
    found: list[str] = []
    for number, cell in enumerate(named, 1):
        plain = " ".join(tidy(unicodedata.normalize("NFKC", cell)).split())[:LONGEST_NAME]
        found.append(_unused(plain or f"Column {number}", found))
    if not found:
        raise TableError(f"“{name}” has no names of columns in its first row.")
    return tuple(found)


def _unused(name: str, taken: Iterable[str]) -> str:
    known = {each.casefold() for each in taken}
    option, number = name, 2
    while option.casefold() in known:
        option, number = f"{name} ({number})", number + 1
    return option


def row_of(number: int, head: Sequence[str], cells: Sequence[str]) -> Row:
    """A short row is filled up; one that is too long does not fit the head."""
    surplus = cells[len(head) :]
    if any(cell.strip() for cell in surplus):
        return Row(number, {}, f"has {len(cells)} cells, but there are {len(head)} columns")
    texts = [tidy(cell) for cell in cells[: len(head)]]
    texts += [""] * (len(head) - len(texts))
    return Row(number, dict(zip(head, texts, strict=True)))
