"""Dates as tables write them."""

from __future__ import annotations

from datetime import date

import pytest

from studies.tables.dates import in_doubt, meanings, read_date, told_order


@pytest.mark.parametrize(
    ("text", "month_first", "expected"),
    [
        ("2026-05-01", False, date(2026, 5, 1)),
        ("2026-05-01T10:00:00Z", False, date(2026, 5, 1)),
        ("3.4.2026", False, date(2026, 4, 3)),
        ("3.4.26", True, date(2026, 4, 3)),  # points always mean that the day is first
        ("3/4/2026", False, date(2026, 4, 3)),
        ("3/4/2026", True, date(2026, 3, 4)),
        ("31/12/2026", True, None),
        ("2026-13-01", False, None),
        ("yesterday", False, None),
        ("2026/05/01", True, date(2026, 5, 1)),
        ("3. Mai 2026", False, date(2026, 5, 3)),
        ("Sunday, 3 May 2026", False, date(2026, 5, 3)),
        ("Sun, 03 May 2026 10:00:00 +0000", False, date(2026, 5, 3)),
        ("3-May-2026", False, date(2026, 5, 3)),
        ("May 3rd, 2026 10:15 PM", False, date(2026, 5, 3)),
        ("15. März 2026", False, date(2026, 3, 15)),
        ("31. Dezember 2026", False, date(2026, 12, 31)),
        ("May 2026", False, None),
        ("3 Foo 2026", False, None),
        ("3.4.98", False, date(1998, 4, 3)),
    ],
)
def test_a_date_is_read_as_people_write_it(text: str, month_first: bool, expected: date | None) -> None:
    assert read_date(text, month_first=month_first) == expected


def test_what_a_date_means_in_each_order() -> None:
    assert meanings("3/4/2026") == {"day": date(2026, 4, 3), "month": date(2026, 3, 4)}
    assert meanings("14/5/2026") == {"day": date(2026, 5, 14)}
    assert meanings("soon") == {}


@pytest.mark.parametrize(
    ("text", "doubt"), [("3/4/2026", True), ("3-4-26", True), ("4/4/2026", False), ("3.4.2026", False)]
)
def test_a_date_is_in_doubt_where_the_orders_differ(text: str, doubt: bool) -> None:
    assert in_doubt(text) is doubt


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["3/4/2026", "5/14/2026"], "month"),
        (["3/4/2026", "14/5/2026"], "day"),
        (["3/4/2026", "2026-05-14", "", "soon"], ""),
        (["14/5/2026", "5/14/2026"], ""),
    ],
)
def test_a_number_over_twelve_tells_the_order_of_all(texts: list[str], order: str) -> None:
    assert told_order(texts) == order
