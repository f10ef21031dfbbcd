"""What was captured, by element and column of a lens, and what stands behind a cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet

from interviews import kinds
from interviews.models import Element, Interview
from journeys.lenses import LENSES, UNPLACED, Column, LensName, column_of
from studies.models import Study

TABLE_NAMES = {"four_phase": "Four phases", "three_phase": "Three phases", "six_stage": "Six stages"}


@dataclass
class Cell:
    items: int = 0
    interviews: set[int] = field(default_factory=set)

    @property
    def k(self) -> int:
        return len(self.interviews)


@dataclass(frozen=True)
class Row:
    kind: kinds.Kind | None  # None: not classified yet
    cells: Sequence[tuple[Column, Cell]]
    total: Cell


@dataclass(frozen=True)
class Matrix:
    columns: Sequence[Column]
    rows: Sequence[Row]
    totals: Sequence[tuple[Column, Cell]]
    total: int
    n: int


def matrix(study: Study, interviews: Sequence[Interview], lens: LensName) -> Matrix:
    """What was captured, by element and column of the lens; every item is counted once. One query."""
    wanted = {interview.pk for interview in interviews}
    cells = _with_sums(_counted(study, wanted, lens))
    columns = LENSES[lens] + ((UNPLACED,) if cells["all", UNPLACED.key].items else ())
    codes = [code for code in (*(kind.code for kind in kinds.KINDS), "") if cells[code, "all"].items]
    return Matrix(
        columns=columns,
        rows=[_row(code, columns, cells) for code in codes],
        totals=[(column, cells["all", column.key]) for column in columns],
        total=cells["all", "all"].items,
        n=len(wanted),
    )


def _counted(study: Study, wanted: set[int], lens: LensName) -> dict[tuple[str, str], Cell]:
    rows = study.elements.order_by().values_list("interview", "kind", "phase", "substage", "point")
    cells: dict[tuple[str, str], Cell] = defaultdict(Cell)
    for interview, kind, phase, substage, point, items in rows.annotate(items=Count("pk")):
        if interview in wanted:
            cell = cells[kind, column_of(lens, phase=phase, substage=substage, point=point)]
            cell.items += items
            cell.interviews.add(interview)
    return cells


def _with_sums(inner: Mapping[tuple[str, str], Cell]) -> dict[tuple[str, str], Cell]:
    """The cells and, under "all", their rows and columns together."""
    cells = defaultdict(Cell, inner)
    for (kind, column), cell in inner.items():
        for key in ((kind, "all"), ("all", column), ("all", "all")):
            cells[key].items += cell.items
            cells[key].interviews |= cell.interviews
    return cells


def _row(code: str, columns: Sequence[Column], cells: Mapping[tuple[str, str], Cell]) -> Row:
    found = [(column, cells[code, column.key]) for column in columns]
    return Row(kinds.BY_CODE.get(code), found, cells[code, "all"])


@dataclass(frozen=True)
class Forces:
    """How many interviews told of a force in one column of the lens."""

    column: Column
    promoting: int
    blocking: int


def forces_by_column(found: Matrix) -> list[Forces]:
    result = []
    for column in found.columns:
        sides: dict[str, set[int]] = {"promoting": set(), "blocking": set()}
        for row in found.rows:
            if row.kind and row.kind.is_force:
                sides[row.kind.family] |= dict(row.cells)[column].interviews
        result.append(Forces(column, len(sides["promoting"]), len(sides["blocking"])))
    return result


def elements_in(
    study: Study, interviews: Sequence[Interview], *, lens: LensName, column: str, kind: str
) -> QuerySet[Element]:
    """The elements behind one cell; "all" stands for every kind or every column."""
    rows = study.elements.filter(interview__in=[interview.pk for interview in interviews]).order_by()
    if kind != "all":
        rows = rows.filter(kind=kind)
    if column != "all":
        found = rows.values_list("pk", "phase", "substage", "point")
        keys = [
            pk
            for pk, phase, substage, point in found
            if column_of(lens, phase=phase, substage=substage, point=point) == column
        ]
        rows = study.elements.filter(pk__in=keys)
    return rows.select_related("quote", "interview__participant").order_by("interview", "at_ms", "pk")
