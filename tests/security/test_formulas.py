"""A table that somebody opens in a spreadsheet computes nothing that a customer, or a colleague, wrote."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from studies.access import StudyAccess
from tests.architecture.populated import populate
from tests.architecture.test_matrix import ROUTES, fill
from tests.security.test_escape import poison

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("words", ["=HYPERLINK(A1)", "-2+3", "@SUM(A1)", "\t=1", " =1"])
def test_no_cell_of_any_table_begins_a_formula(words: str, owner: StudyAccess, login: Any) -> None:
    ids = populate(owner)
    poison(owner, words)
    client, wrong, seen = login(owner), [], 0
    for route in ROUTES:
        if not route.endswith(".csv"):
            continue
        text = client.get(fill(route, owner.study.slug, ids)).getvalue().decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text)):
            seen += sum(words.strip() in cell for cell in row)
            wrong += [
                (route, cell) for cell in row if cell.lstrip(" ").startswith(STARTS) and not is_number(cell)
            ]
    assert wrong == []
    assert seen > 10
