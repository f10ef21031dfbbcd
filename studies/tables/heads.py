"""Where the names of columns stand: below a title, in up to three rows as survey tools write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from statistics import mode

MOST_ABOVE = 10  # rows with something in them, down to the names of columns
JOINT = " › "  # between the heading of a group and the name of a column below it
_EMPTY_NAMES = {"response", "open-ended response"}  # of SurveyMonkey, below a question of its own
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")
_OF_QUALTRICS = re.compile(r"\{.ImportId.:")

Numbered = tuple[int, Sequence[str]]


@dataclass(frozen=True)
class Head:
    """`row` is the last that says something of the columns; `notes` tell how their names were found."""

    cells: Sequence[str]
    row: int
    notes: tuple[str, ...] = ()


def head_of(rows: Sequence[Numbered]) -> Head:
    """Of the first rows that hold something, with their numbers."""
    at = head_at([cells for _, cells in rows])
    pairs = [(upper, upper + 1) for upper in (at - 1, at) if _belong_together(rows, upper, at)]
    upper, last = pairs[0] if pairs else (at, at)
    cells = _joined(rows[upper][1], rows[last][1]) if pairs else rows[at][1]
    ids = last + 1 < len(rows) and _is_of_qualtrics(rows[last + 1][1])
    return Head(cells, rows[last + ids][0], _notes([number for number, _ in rows], upper, last, ids=ids))


def head_at(rows: Sequence[Sequence[str]]) -> int:
    """Which of the first rows that hold something names the columns: a title above a table, or a row of
    merged cells, fills half of its width at most."""
    sizes = [len(without_empty_end(row)) for row in rows]
    width = mode(sizes) if sizes else 0
    filled = (sum(bool(cell.strip()) for cell in row) for row in rows[:MOST_ABOVE])
    return next((at for at, number in enumerate(filled) if number * 2 > width), 0) if width > 2 else 0


def without_empty_end(cells: Sequence[str]) -> Sequence[str]:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _notes(numbers: Sequence[int], upper: int, last: int, *, ids: bool) -> tuple[str, ...]:
    both = f"joined from rows {numbers[upper]} and {numbers[last]}"
    left = ["what stands above is left out"] if upper else []
    left += [f"row {numbers[last + 1]} holds Qualtrics’ own ids and is left out"] if ids else []
    where = both if last > upper else f"in row {numbers[upper]}"
    return (", ".join([f"names of columns {where}", *left]),) if left or last > upper else ()


# --- two rows of names -------------------------------------------------------------------------------
def _belong_together(rows: Sequence[Numbered], upper: int, at: int) -> bool:
    """Whether the row below `upper` names the columns, too; `at` is the one that is filled best."""
    if upper < 0 or upper + 1 >= len(rows) or rows[upper + 1][0] != rows[upper][0] + 1:
        return False
    above, below, rest = rows[upper][1], rows[upper + 1][1], [cells for _, cells in rows[upper + 2 :]]
    if not _are_words(filter(str.strip, below)):
        return False
    return _are_groups(above, below) or (upper == at and _is_explained(below, rest))


def _are_words(cells: Iterable[str]) -> bool:
    return all(re.search(r"[^\W\d_]", cell) for cell in cells) and not any(map(_OF_QUALTRICS.match, cells))


def _are_groups(above: Sequence[str], below: Sequence[str]) -> bool:
    """Headings over several columns each: merged cells hold their text in the first, the others are empty.

    One alone at the left is a title, unless names below it repeat, or a column has its name above only.
    """
    pairs = list(_pairs(above, below))
    wide = sum(
        bool(left and name and not right and next_name)
        for (left, name), (right, next_name) in pairwise(pairs)
    )
    names = [name.casefold() for _, name in pairs if name]
    alone = [bool(heading and not name) for heading, name in pairs]
    if set(names) <= _EMPTY_NAMES:
        return bool(names)
    return wide > 1 or (wide == 1 and (len(set(names)) < len(names) or any(alone) or not pairs[0][0]))


def _is_explained(below: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """Words above numbers, as Qualtrics and SoSci Survey write a question below its id."""
    if rest and _is_of_qualtrics(rest[0]):
        return True
    words = {
        cell.strip()
        for at, cell in enumerate(below)
        if _are_numbers(row[at] for row in rest if at < len(row))
    }
    return len(words) > 1 and "" not in words


def _are_numbers(cells: Iterable[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return len(filled) > 1 and all(map(_NUMBER.fullmatch, filled))


def _is_of_qualtrics(cells: Sequence[str]) -> bool:
    return any(map(_OF_QUALTRICS.match, cells))


def _pairs(above: Sequence[str], below: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((heading.strip(), name.strip()) for heading, name in zip_longest(above, below, fillvalue=""))


def _joined(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """A heading holds for the empty cells to its right as long as there are names below them."""
    names, group = [], ""
    for heading, name in _pairs(above, below):
        if heading or not name:
            group = heading if name else ""
        names.append(_name(heading or group, name))
    return names


def _name(heading: str, name: str) -> str:
    """Once, where both rows say the same, as “ResponseId” and “Response ID” do."""
    if not name or name.casefold() in _EMPTY_NAMES:
        return heading or name
    same = re.sub(r"\W", "", heading).casefold() == re.sub(r"\W", "", name).casefold()
    return name if same or not heading else f"{heading}{JOINT}{name}"
